#include <algorithm>

#include <muster/domain/app/app.hpp>
#include <muster/domain/core/event_spec.hpp>

namespace muster {
namespace {

void fold(Folder& f, const RulesInstalled& e) {
  if (!f.in_app() || e.digest.size() != Digest{}.size()) return;
  Digest digest;
  std::ranges::copy(e.digest, digest.begin());
  auto& known = f.rows().edit<AppRow>({}).rules;
  if (std::ranges::find(known, digest) == known.end()) known.push_back(digest);
}

}  // namespace

constinit const EventSpec<RulesInstalled> RulesInstalled::spec{.fold = fold};

}  // namespace muster
