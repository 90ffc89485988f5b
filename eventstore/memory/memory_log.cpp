#include <algorithm>

#include <fmt/format.h>

#include <muster/eventstore/memory/memory_log.hpp>
#include <muster/eventstore/store_keys.hpp>

namespace muster {

AppendResult MemoryLog::append(Position after, std::span<const EncodedCommit> commits) {
  return append_with(after, commits, [] {});
}

AppendResult MemoryLog::append_with(Position after, std::span<const EncodedCommit> commits,
                                    const std::function<void()>& together) {
  const std::scoped_lock lock{mutex_};
  if (auto refused = refusal(after, commits)) return {commits_.size(), std::move(refused)};
  for (const EncodedCommit& commit : commits) {
    commits_.push_back(commit.bytes);
    streams_[{commit.stream, commit.revision}] = commits_.size();
  }
  together();
  appended_.notify_all();
  return {commits_.size(), std::nullopt};
}

std::optional<StoreError> MemoryLog::refusal(Position after, std::span<const EncodedCommit> commits) const {
  if (gate_->closed()) return StoreError{StoreErrorCode::closed, "the store has been closed"};
  if (after != commits_.size())
    return StoreError{
        StoreErrorCode::wrong_position,
        fmt::format("decided after {}, but the log is at {}; decide again", after, commits_.size())};
  for (const EncodedCommit& commit : commits)
    if (commit.bytes.empty() || commit.bytes.size() > commit_bytes_max)
      return StoreError{StoreErrorCode::too_large, fmt::format("a commit of {} bytes; it must have 1 to {}",
                                                               commit.bytes.size(), commit_bytes_max)};
  return std::nullopt;
}

const std::string* MemoryLog::find(Position position) const {
  const std::scoped_lock lock{mutex_};
  return position == 0 || position > commits_.size() ? nullptr : &commits_[position - 1];
}

std::optional<std::string> MemoryLog::read(Position position) const {
  const ReadGate::Read reading{*gate_};
  const std::string* found = find(position);
  return found == nullptr ? std::nullopt : std::optional{*found};
}

std::optional<Position> MemoryLog::position_of(const StreamId& stream, Revision revision) const {
  const ReadGate::Read reading{*gate_};
  const std::scoped_lock lock{mutex_};
  const auto found = streams_.find({stream, revision});
  return found == streams_.end() ? std::nullopt : std::optional{found->second};
}

void MemoryLog::scan(Position from, const std::function<bool(Position, std::string_view)>& visit) const {
  const ReadGate::Read reading{*gate_};
  const Position end = last();
  for (Position position = std::max<Position>(from, 1); position <= end; ++position)
    if (!visit(position, *find(position))) return;
}

void MemoryLog::scan_streams(const std::function<bool(std::string_view, std::string_view)>& visit) const {
  const ReadGate::Read reading{*gate_};
  const auto streams = [this] {
    const std::scoped_lock lock{mutex_};
    return streams_;
  }();
  for (const auto& [key, position] : streams)
    if (!visit(stream_key(key.first, key.second), position_bytes(position))) return;
}

Position MemoryLog::last() const {
  const std::scoped_lock lock{mutex_};
  return commits_.size();
}

bool MemoryLog::wait_beyond(Position position, std::chrono::milliseconds timeout) const {
  std::unique_lock lock{mutex_};
  return appended_.wait_for(lock, timeout, [&] { return commits_.size() > position; });
}

}  // namespace muster
