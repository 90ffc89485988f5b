#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/evolve.hpp>

namespace muster {

std::vector<Notice> notify(const Event& event, const Stamp& stamp) {
  Announcer announcer{stamp};
  std::visit(
      [&]<class E>(const E& e) {
        if (E::spec.announce != nullptr) E::spec.announce(announcer, e);
      },
      event);
  return std::move(announcer).notices();
}

}  // namespace muster
