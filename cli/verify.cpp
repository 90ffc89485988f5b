#include <muster/cli/row_output.hpp>
#include <muster/cli/streams.hpp>
#include <muster/cli/verify.hpp>
#include <muster/replay/verify.hpp>

namespace muster::cli {
namespace {

constexpr int has_findings = 3;

boost::json::object json_of(const Finding& finding) {
  boost::json::object out{{"finding", name_of(finding.kind)}};
  if (finding.position) out["position"] = *finding.position;
  if (finding.group) out["group"] = finding.group->view();
  out["message"] = finding.message;
  return out;
}

}  // namespace

int verify(const std::filesystem::path& db) {
  RowOutput output{Format::json};
  const Verified result = muster::verify(db, [&](const Finding& finding) { output.print(json_of(finding)); });
  output.print({{"commits", result.commits}, {"rows", result.rows}, {"findings", result.findings}});
  output.finish();
  for (const std::string& note : result.notes) tell("muster: {}\n", note);
  return result.findings == 0 ? 0 : has_findings;
}

}  // namespace muster::cli
