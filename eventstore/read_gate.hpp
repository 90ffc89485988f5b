#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <muster/eventstore/fork_guard.hpp>

namespace muster {

/// Lets reads in until it is closed; closing waits for those that are inside.
/// Threads  any
class ReadGate {
 public:
  /// One read in progress. A read inside another of the same thread is let in even while the gate closes.
  class Read {
   public:
    /// Throws StoreError (closed), also in a forked child.
    explicit Read(ReadGate& gate);
    ~Read();
    Read(const Read&) = delete;
    Read& operator=(const Read&) = delete;

   private:
    ReadGate& gate_;
  };

  /// No read gets in from now on; returns when none is inside. Throws std::logic_error when this thread is
  /// inside one, which would wait for itself.
  void close();
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  void leave();

  std::atomic<bool> closed_{false};
  std::atomic<std::size_t> inside_{0};
  const std::uint64_t forks_ = forks_as_child();
};

}  // namespace muster
