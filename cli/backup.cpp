#include <muster/cli/backup.hpp>
#include <muster/cli/row_output.hpp>
#include <muster/cli/streams.hpp>
#include <muster/engine/engine.hpp>

namespace muster::cli {

int backup(const BackupOptions& options) {
  EngineOptions with;
  with.store.create = false;
  const auto engine = Engine::open(options.db, std::move(with));
  for (const std::string& note : engine->recovery_notes()) tell("muster: {}\n", note);
  const Position position =
      engine->checkpoint(options.to, options.copy ? CopyTables::copy : CopyTables::link);
  engine->close();
  RowOutput output{Format::json};
  output.print({{"backup", options.to.string()}, {"position", position}});
  output.finish();
  return 0;
}

}  // namespace muster::cli
