#include <atomic>
#include <mutex>
#include <set>
#include <utility>

#include <pthread.h>

#include <muster/eventstore/fork_guard.hpp>

namespace muster {

struct UnsharedFile::Entry {
  Descriptor file;
};

namespace {

std::atomic<std::uint64_t> forks{0};
std::mutex files_mutex;  // held across a fork, so that the child finds the set whole

std::set<Descriptor*>& open_files() {
  static auto* const files = new std::set<Descriptor*>;  // outlives every store
  return *files;
}

void before_fork() { files_mutex.lock(); }
void in_parent() { files_mutex.unlock(); }
void in_child() {
  forks.fetch_add(1);
  for (Descriptor* file : open_files()) *file = Descriptor{};
  files_mutex.unlock();
}

/// Once, when the first file is opened.
void watch_forks() {
  static const int watched = ::pthread_atfork(before_fork, in_parent, in_child);
  static_cast<void>(watched);
}

}  // namespace

std::uint64_t forks_as_child() {
  watch_forks();
  return forks.load();
}

void UnsharedFile::Forget::operator()(Entry* entry) const {
  {
    const std::scoped_lock lock{files_mutex};
    open_files().erase(&entry->file);
  }
  delete entry;
}

int UnsharedFile::get() const { return entry_ ? entry_->file.get() : -1; }

UnsharedFile::UnsharedFile(Descriptor file) {
  watch_forks();
  entry_.reset(new Entry{std::move(file)});
  const std::scoped_lock lock{files_mutex};
  open_files().insert(&entry_->file);
}

}  // namespace muster
