#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <muster/cli/backup.hpp>
#include <muster/engine/engine.hpp>

namespace muster::cli {

int backup(const BackupOptions& options) {
  EngineOptions with;
  with.store.create = false;
  const auto engine = Engine::open(options.db, std::move(with));
  for (const std::string& note : engine->recovery_notes()) fmt::print(stderr, "muster: {}\n", note);
  const Position position =
      engine->checkpoint(options.to, options.copy ? CopyTables::copy : CopyTables::link);
  engine->close();
  const boost::json::object told{{"backup", options.to.string()}, {"position", position}};
  fmt::print("{}\n", boost::json::serialize(told));
  return 0;
}

}  // namespace muster::cli
