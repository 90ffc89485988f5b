#include <algorithm>
#include <stdexcept>
#include <vector>

#include <muster/eventstore/read_gate.hpp>
#include <muster/eventstore/store_error.hpp>

namespace muster {
namespace {

/// The gates that this thread is inside of, once for each read.
thread_local std::vector<const ReadGate*> gates_of_this_thread;

bool is_inside(const ReadGate& gate) {
  return std::ranges::find(gates_of_this_thread, &gate) != gates_of_this_thread.end();
}

}  // namespace

ReadGate::Read::Read(ReadGate& gate) : gate_(gate) {
  if (forks_as_child() != gate_.forks_)
    throw StoreError{StoreErrorCode::closed, "the store belongs to the parent of this process; open it here"};
  gates_of_this_thread.reserve(gates_of_this_thread.size() + 1);
  gate_.inside_.fetch_add(1);
  if (gate_.closed_ && !is_inside(gate_)) {
    gate_.leave();
    throw StoreError{StoreErrorCode::closed, "the store has been closed; open it again to read"};
  }
  gates_of_this_thread.push_back(&gate_);
}

ReadGate::Read::~Read() {
  gates_of_this_thread.pop_back();
  gate_.leave();
}

void ReadGate::leave() {
  if (inside_.fetch_sub(1) == 1 && closed_) inside_.notify_all();
}

void ReadGate::close() {
  if (is_inside(*this))
    throw std::logic_error{"a store cannot be closed from inside a read; return from the read first"};
  closed_ = true;
  for (std::size_t inside = inside_; inside != 0; inside = inside_) inside_.wait(inside);
}

}  // namespace muster
