#include <stdexcept>

#include <muster/eventstore/read_gate.hpp>
#include <muster/eventstore/store_error.hpp>

namespace muster {
namespace {

/// How many reads this thread is inside, of whatever store.
thread_local std::size_t reads_of_this_thread = 0;

}  // namespace

ReadGate::Read::Read(ReadGate& gate) : gate_(gate) {
  if (forks_as_child() != gate_.forks_)
    throw StoreError{StoreErrorCode::closed, "the store belongs to the parent of this process; open it here"};
  gate_.inside_.fetch_add(1);
  if (gate_.closed_ && reads_of_this_thread == 0) {
    gate_.leave();
    throw StoreError{StoreErrorCode::closed, "the store has been closed; open it again to read"};
  }
  ++reads_of_this_thread;
}

ReadGate::Read::~Read() {
  --reads_of_this_thread;
  gate_.leave();
}

void ReadGate::leave() {
  if (inside_.fetch_sub(1) == 1 && closed_) inside_.notify_all();
}

void ReadGate::close() {
  if (reads_of_this_thread != 0)
    throw std::logic_error{"a store cannot be closed from inside a read; return from the read first"};
  closed_ = true;
  for (std::size_t inside = inside_; inside != 0; inside = inside_) inside_.wait(inside);
}

}  // namespace muster
