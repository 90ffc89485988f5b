#pragma once

#include <muster/domain/core/announcer.hpp>
#include <muster/domain/core/folder.hpp>

namespace muster {

/// What an event means: a constant, `E::spec`.
template <class E>
struct EventSpec {
  /// Folds it into the rows. Total: any event, on any rows.
  void (*fold)(Folder&, const E&);
  /// Adds its notices. Null: it has none.
  void (*announce)(Announcer&, const E&) = nullptr;
};

}  // namespace muster
