#include <utility>

#include <muster/cli/ordered_output.hpp>
#include <muster/cli/streams.hpp>

namespace muster::cli {

OrderedOutput::OrderedOutput(int file, std::size_t window)
    : file_(file), window_(window), writer_([this] { write_loop(); }) {}

OrderedOutput::~OrderedOutput() {
  {
    const std::lock_guard lock{mutex_};
    closing_ = true;
  }
  ready_.notify_one();
  writer_.join();
}

std::size_t OrderedOutput::announce() {
  std::unique_lock lock{mutex_};
  room_.wait(lock, [this] { return lines_.size() < window_; });
  lines_.emplace_back();
  return first_ + lines_.size() - 1;
}

void OrderedOutput::fill(std::size_t number, std::string text) {
  const std::lock_guard lock{mutex_};
  lines_[number - first_] = std::move(text);
  // Under the lock: after the last line is filled, this object may be destroyed at any moment.
  if (number == first_) ready_.notify_one();
}

void OrderedOutput::drain() {
  std::unique_lock lock{mutex_};
  room_.wait(lock, [this] { return lines_.empty() && !writing_; });
}

bool OrderedOutput::broken() const {
  const std::lock_guard lock{mutex_};
  return broken_;
}

std::size_t OrderedOutput::written() const {
  const std::lock_guard lock{mutex_};
  return first_;
}

void OrderedOutput::write_loop() {
  std::string text;
  std::unique_lock lock{mutex_};
  while (true) {
    ready_.wait(lock, [this] { return (!lines_.empty() && lines_.front()) || (closing_ && lines_.empty()); });
    if (lines_.empty()) return;
    text.clear();
    while (!lines_.empty() && lines_.front()) {
      text += *lines_.front();
      text += '\n';
      lines_.pop_front();
      ++first_;
    }
    const bool broken = broken_;
    writing_ = true;
    lock.unlock();
    const bool written = broken || write_all(file_, text);
    lock.lock();
    writing_ = false;
    broken_ = broken_ || !written;
    room_.notify_all();
  }
}

}  // namespace muster::cli
