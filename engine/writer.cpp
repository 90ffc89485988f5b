#include <algorithm>
#include <array>
#include <cassert>
#include <new>
#include <random>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <muster/domain/evolve.hpp>
#include <muster/domain/step.hpp>
#include <muster/engine/writer.hpp>
#include <muster/projections/catch_up.hpp>

namespace muster {
namespace {

Failure not_stored(std::optional<StoreErrorCode> code, std::string_view cause) {
  return {
      .kind = FailureKind::not_stored,
      .message = fmt::format("the engine has stopped ({}); the command changed nothing: reopen the store and "
                             "send it again",
                             cause),
      .code = code};
}

/// The same failure once more, even when there is no memory for its message.
Result copy_of(const Failure& failure) noexcept {
  try {
    return failure;
  } catch (const std::bad_alloc&) {
    return out_of_memory(failure.kind, failure.outcome_unknown);
  }
}

/// Takes commits back that did not get into the batch with all their parts.
class AddedToBatch {
 public:
  explicit AddedToBatch(Batch& batch) : batch_(batch), before_(batch.encoded.size()) {}
  ~AddedToBatch() {
    if (keep_) return;
    batch_.commits.resize(before_);
    batch_.encoded.resize(before_);
  }
  AddedToBatch(const AddedToBatch&) = delete;
  AddedToBatch& operator=(const AddedToBatch&) = delete;
  void keep() { keep_ = true; }
  /// Those that were added.
  [[nodiscard]] std::span<const Commit> commits() const {
    return std::span<const Commit>{batch_.commits}.subspan(before_);
  }

 private:
  Batch& batch_;
  std::size_t before_;
  bool keep_ = false;
};

/// 32 hexadecimal digits that nobody has seen before.
std::string random_digits() {
  std::random_device device;
  std::string digits;
  for (int i = 0; i < 4; ++i) digits += fmt::format("{:08x}", device());
  return digits;
}

std::string digits_of(const Digest& digest) {
  std::string digits;
  for (std::size_t i = 0; i < 16; ++i) digits += fmt::format("{:02x}", digest[i]);
  return digits;
}

}  // namespace

Failure out_of_memory(FailureKind kind, bool outcome_unknown) noexcept {
  Failure failure;
  failure.kind = kind;
  failure.outcome_unknown = outcome_unknown;
  failure.message = "out of memory";  // fits into the string itself
  return failure;
}

Writer::Writer(Store& store, const EngineOptions& options, std::function<void()> on_durable)
    : store_(store),
      options_(options),
      on_durable_(std::move(on_durable)),
      rules_(document_of(options.rules)),
      view_(store.rows(), options.cached_rows, [this](Position position) { return answer_at(position); }),
      one_(&view_),
      other_(&view_),
      command_(&one_.rows),
      durable_(store.log().last()) {
  deciding_->first = durable_ + 1;
}

// ---- deciding

bool Writer::is_full(std::size_t commits_max) const {
  if (deciding_->decided.empty()) return false;
  return deciding_->decided.size() >= Batch::decided_max ||
         deciding_->commits.size() >= std::min(commits_max, options_.batch_commits_max) ||
         deciding_->bytes >= options_.batch_bytes_max;
}

void Writer::decide(Request& request) noexcept {
  assert(deciding_->decided.size() < Batch::decided_max);
  try {
    if (stopped())
      answer(why_stopped());
    else
      decide_into_batch(request);
  } catch (const std::bad_alloc&) {
    answer(out_of_memory(FailureKind::not_judged, false));
  } catch (const std::exception& error) {
    // This command alone has failed: what it wrote is not in the batch.
    try {
      Failure failure{.kind = FailureKind::not_judged,
                      .message = fmt::format("{}; the command changed nothing", error.what()),
                      .code = {}};
      if (const auto* storage = dynamic_cast<const StoreError*>(&error)) failure.code = storage->code();
      answer(std::move(failure));
    } catch (const std::bad_alloc&) {
      answer(out_of_memory(FailureKind::not_judged, false));
    }
  }
  command_.clear();
}

void Writer::decide_into_batch(Request& request) {
  const Env env{
      .rules = &rules_, .time = *request.at, .assigned = assign(request), .position = deciding_->next()};
  AddedToBatch added{*deciding_};
  Outcome outcome = step(command_, std::move(request), env, deciding_->commits);
  if (auto* refused = std::get_if<Refusal>(&outcome)) return answer(std::move(*refused));
  if (auto* repeated = std::get_if<Repeated>(&outcome)) return answer(std::move(repeated->answer));
  if (auto* unchanged = std::get_if<Unchanged>(&outcome)) return answer(std::move(unchanged->answer));
  std::size_t bytes = 0;
  for (const Commit& commit : added.commits()) {
    if (commit.head.revision == 1) require_new(commit.head.stream);
    bytes += deciding_->encoded.emplace_back(encoder_.encode(command_, commit)).bytes.size();
  }
  command_.merge_into(deciding_->rows);
  // From here on nothing throws.
  added.keep();
  deciding_->bytes += bytes;
  deciding_->decided.push_back({std::nullopt, deciding_->commits.size() - 1});
}

/// A stream whose row is missing must not begin a second time.
void Writer::require_new(const StreamId& stream) const {
  if (const auto position = store_.log().position_of(stream, 1))
    throw StoreError{
        StoreErrorCode::corrupt,
        fmt::format("the row of the stream that began at position {} is missing; restore the store from a "
                    "backup",
                    *position)};
}

Assigned Writer::assign(const Request& request) {
  if (!needs_id(request.command)) return {};
  std::string digits;
  if (request.id) {
    // The same command under the same id makes the same thing, whoever asks the second time.
    const char kind = static_cast<char>(request.caller.kind);
    digits = digits_of(
        encoder_.hasher().sha256({request.caller.account.view(), {"\0", 1}, {&kind, 1}, request.id->view()}));
  } else {
    digits = random_digits();
  }
  return assigned_id(request.command, rules_.rules, digits);
}

std::optional<StoredAnswer> Writer::answer_at(Position position) const {
  for (const Batch* batch : {deciding_, flushing_}) {
    if (position < batch->first || position >= batch->next()) continue;
    const Commit& commit = batch->commits[position - batch->first];
    return StoredAnswer{commit.command.value(), answer_of(commit, position)};
  }
  const auto bytes = store_.log().read(position);
  if (!bytes)
    throw StoreError{StoreErrorCode::corrupt, fmt::format("there is no commit at position {}", position)};
  const Commit commit = decode_commit_at(position, *bytes).commit;
  return StoredAnswer{commit.command.value(), answer_of(commit, position)};
}

void Writer::swap_batches() {
  assert(flushing_->decided.empty());
  std::swap(deciding_, flushing_);
  deciding_->first = flushing_->next();
  deciding_->rows.rebase(&flushing_->rows);
  command_.rebase(&deciding_->rows);
}

void Writer::absorb_flushed() {
  try {
    view_.take_over(flushing_->rows);  // after a failure nothing is decided any more
  } catch (const std::bad_alloc&) {
    view_.clear();  // a cache that has taken over only a part would be wrong
  }
  flushing_->clear();
  deciding_->rows.rebase(&view_);
  command_.rebase(&deciding_->rows);
  view_.trim();
}

// ---- flushing

void Writer::flush(const Take& take) {
  Batch& batch = *flushing_;
  std::optional<Failure> failed;
  if (stopped())
    failed = why_stopped();
  else if (!batch.commits.empty())
    failed = write(batch);
  const Failure stopped_because = failed ? why_stopped() : Failure{};
  for (Batch::Decided& decided : batch.decided) {
    if (!failed)
      take(result_of(batch, decided));
    else if (decided.result && failed->outcome_unknown)
      take(copy_of(stopped_because));  // it was not to be written, but what it rests on may be lost
    else
      take(copy_of(*failed));
  }
}

Result Writer::result_of(Batch& batch, Batch::Decided& decided) {
  if (decided.result) return *std::move(decided.result);
  try {
    return answer_of(batch.commits[decided.commit], batch.first + decided.commit);
  } catch (const std::bad_alloc&) {
    return out_of_memory(FailureKind::store_failed, true);  // it is in, but its answer cannot be made
  }
}

std::optional<Failure> Writer::write(const Batch& batch) noexcept try {
  const Position upto = batch.next() - 1;
  RowBatch rows;
  try {
    rows = batch_of(batch.rows, upto);
  } catch (const std::bad_alloc&) {
    stop(std::nullopt, "out of memory");
    return why_stopped();  // nothing was handed to the disk
  }
  try {
    const auto began = std::chrono::steady_clock::now();
    const AppendResult appended = store_.write(last(), batch.encoded, rows);
    if (appended.error) throw StoreError{*appended.error};
    last_write_us_ =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began)
            .count();
    durable_.store(upto, std::memory_order_release);
    on_durable_();
    return std::nullopt;
  } catch (const std::exception& error) {
    const auto* storage = dynamic_cast<const StoreError*>(&error);
    const auto code = storage == nullptr ? std::nullopt : std::optional{storage->code()};
    stop(code, error.what());
    return Failure{
        .kind = FailureKind::store_failed,
        .message = fmt::format("{}; outcome unknown: reopen the store and repeat the command under its id",
                               error.what()),
        .code = code,
        .outcome_unknown = true};
  }
} catch (const std::bad_alloc&) {
  stop(std::nullopt, "out of memory");
  return out_of_memory(FailureKind::store_failed, true);
}

void Writer::stop(std::optional<StoreErrorCode> code, std::string_view cause) {
  const std::scoped_lock lock{why_mutex_};
  if (stopped()) return;
  try {
    why_stopped_ = not_stored(code, cause);
  } catch (const std::bad_alloc&) {
    why_stopped_ = out_of_memory(FailureKind::not_stored, false);
  }
  stopped_.store(true, std::memory_order_release);
}

Failure Writer::why_stopped() const noexcept {
  const std::scoped_lock lock{why_mutex_};
  return std::get<Failure>(copy_of(why_stopped_));
}

}  // namespace muster
