#include <algorithm>
#include <array>
#include <cassert>
#include <random>
#include <utility>

#include <fmt/format.h>

#include <muster/domain/decide.hpp>
#include <muster/domain/evolve.hpp>
#include <muster/engine/writer.hpp>
#include <muster/projections/catch_up.hpp>

namespace muster {
namespace {

/// Refusals wait for their batch too; so many of them are let wait.
constexpr std::size_t judged_max = 8192;

Failure store_failed(std::string_view cause) {
  return {FailureKind::store_failed,
          fmt::format("{}; outcome unknown: reopen the store and repeat the command under its id", cause)};
}

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

Writer::Writer(Store& store, const EngineOptions& options, std::function<void()> on_durable)
    : store_(store),
      options_(options),
      on_durable_(std::move(on_durable)),
      rules_(digest_of(options.rules)),
      rules_document_(encode_rules(options.rules)),
      view_(store.rows(), options.cached_rows, [this](Position position) { return recall(position); }),
      one_(&view_),
      other_(&view_),
      command_(&one_.rows),
      durable_(store.log().last()) {
  judging_->first = durable_ + 1;
}

// ---- judging

bool Writer::is_full() const {
  if (judging_->judged.empty()) return false;
  return judging_->judged.size() >= judged_max || judging_->commits.size() >= options_.batch_commits_max ||
         judging_->bytes >= options_.batch_bytes_max;
}

void Writer::judge(Request& request) {
  if (failed()) return answer(failure_);
  try {
    decide_into_batch(request);
  } catch (const std::exception& error) {
    // This command alone has failed: what it wrote is not in the batch.
    answer(Failure{FailureKind::not_judged, fmt::format("{}; the command changed nothing", error.what())});
  }
  command_.clear();
}

void Writer::decide_into_batch(Request& request) {
  Decision decision = decide(command_, request.command, context_of(request));
  if (auto* refused = std::get_if<Refusal>(&decision)) return answer(std::move(*refused));
  if (auto* repeated = std::get_if<Repeated>(&decision)) return answer(std::move(repeated->answer));
  auto& accepted = std::get<Accepted>(decision);
  if (accepted.events.empty()) return unchanged(request, accepted);
  if (rules_known()) return commit(request, accepted);
  command_.clear();
  install_rules(accepted.time);
  decide_into_batch(request);
}

void Writer::unchanged(const Request& request, Accepted& accepted) {
  Answer given;
  given.outcome = std::move(accepted.outcome);
  if (const GroupId* named = group_of(request.command)) given.group = *named;
  if (accepted.stream.kind == StreamKind::group) {
    given.group = accepted.stream.group();
    given.revision = command_.group(*given.group)->head.revision;
  }
  answer(std::move(given));
}

void Writer::commit(Request& request, Accepted& accepted) {
  Commit& commit = judging_->commits.emplace_back();
  commit.head = {.stream = accepted.stream,
                 .revision = head_of(command_, accepted.stream).revision + 1,
                 .time = accepted.time,
                 .caller = request.caller,
                 .id = request.id.value_or(CommandId{}),
                 .correlation = request.correlation.value_or(Correlation{}),
                 .rules = rules_,
                 .app_revision = command_.app().head.revision,
                 .level = accepted.level};
  commit.command = std::move(request.command);
  if (accepted.assigned_group) commit.assigned.group = accepted.stream.group();
  commit.events = std::move(accepted.events);
  commit.outcome = std::move(accepted.outcome);
  append(accepted.assigned_group);
  judging_->judged.push_back({std::nullopt, judging_->commits.size() - 1});
}

void Writer::append(bool assigned_group) try {
  const Commit& commit = judging_->commits.back();
  auto [encoded, hash] = encoder_.encode(commit, head_of(command_, commit.head.stream).hash);
  if (encoded.bytes.size() > commit_bytes_max)
    throw StoreError{StoreErrorCode::too_large, "a commit is over 512 KiB"};
  seal(command_, commit.head, judging_->next() - 1, hash, assigned_group);
  judging_->bytes += encoded.bytes.size();
  judging_->encoded.push_back(std::move(encoded));
  command_.merge_into(judging_->rows);
} catch (...) {
  judging_->commits.pop_back();
  judging_->encoded.resize(judging_->commits.size());
  throw;
}

Context Writer::context_of(const Request& request) {
  return {.rules = &options_.rules,
          .caller = request.caller,
          .at = *request.at,
          .id = request.id,
          .expect = request.expect,
          .correlation = request.correlation,
          .assigned = assign(request),
          .position = judging_->next()};
}

Assigned Writer::assign(const Request& request) {
  const auto* create = std::get_if<CreateGroup>(&request.command);
  if (create == nullptr || create->group) return {};
  std::string digits;
  if (request.id) {
    // The same command under the same id gets the same group, whoever asks the second time.
    const char kind = static_cast<char>(request.caller.kind);
    digits = digits_of(
        encoder_.hasher().sha256({request.caller.account.view(), {"\0", 1}, {&kind, 1}, request.id->view()}));
  } else {
    digits = random_digits();
  }
  const TypeRules* type = options_.rules.find(create->type);
  const bool community = type != nullptr && type->base == BaseType::community;
  return {.group = GroupId{(community ? "@TGS#_" : "@TGS#") + digits}, .topic = {}};
}

bool Writer::rules_known() const {
  return rules_ == birth_rules_digest() ||
         std::ranges::find(judging_->rows.app().rules, rules_) != judging_->rows.app().rules.end();
}

void Writer::install_rules(TimeMs time) {
  const StreamHead head = judging_->rows.app().head;
  const Position position = judging_->next();
  Commit& commit = judging_->commits.emplace_back();
  commit.head = {.stream = StreamId::app(),
                 .revision = head.revision + 1,
                 .time = std::max(time, head.time),
                 .caller = {Account{"muster"}, CallerKind::system},
                 .id = {},
                 .correlation = {},
                 .rules = rules_,
                 .app_revision = head.revision,
                 .level = Level::anyone};
  commit.events.push_back(RulesInstalled{std::string{bytes_of(rules_)}, rules_document_});
  evolve(command_, commit.events.front(),
         {commit.head.stream, commit.head.revision, position, commit.head.time, commit.head.caller});
  append(false);
}

std::optional<Remembered> Writer::recall(Position position) const {
  for (const Batch* batch : {judging_, storing_}) {
    if (position < batch->first || position >= batch->next()) continue;
    const Commit& commit = batch->commits[position - batch->first];
    return Remembered{commit.command.value(), answer_of(commit, position)};
  }
  const auto bytes = store_.log().read(position);
  if (!bytes)
    throw StoreError{StoreErrorCode::corrupt, fmt::format("there is no commit at position {}", position)};
  const Commit commit = decode_commit_at(position, *bytes).commit;
  return Remembered{commit.command.value(), answer_of(commit, position)};
}

void Writer::hand_over() {
  assert(storing_->judged.empty());
  std::swap(judging_, storing_);
  judging_->first = storing_->next();
  judging_->rows.rebase(&storing_->rows);
  command_.rebase(&judging_->rows);
}

void Writer::settle() {
  // After a failure nothing that was read or written lately is to be believed.
  if (failed())
    view_.clear();
  else
    view_.take_over(storing_->rows);
  storing_->clear();
  judging_->rows.rebase(&view_);
  command_.rebase(&judging_->rows);
  view_.trim();
}

// ---- storing

void Writer::store(const Take& take) {
  Batch& batch = *storing_;
  if (!failed() && !batch.commits.empty()) write(batch);
  for (Batch::Judged& one : batch.judged) {
    if (failed())
      take(failure_);
    else if (one.result)
      take(*std::move(one.result));
    else
      take(answer_of(batch.commits[one.commit], batch.first + one.commit));
  }
  refresh_head();
}

void Writer::write(const Batch& batch) {
  try {
    const Position upto = batch.next() - 1;
    const AppendResult appended = store_.write(durable_, batch.encoded, batch_of(batch.rows, upto));
    if (appended.error) throw StoreError{*appended.error};
    durable_ = upto;
    on_durable_();
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

void Writer::fail(std::string_view cause) {
  failure_ = store_failed(cause);
  failed_.store(true, std::memory_order_release);
}

void Writer::refresh_head() {
  const auto now = std::chrono::steady_clock::now();
  if (failed() || store_.recorded_head() == durable_ || now - recorded_at_ < head_period) return;
  recorded_at_ = now;
  try {
    store_.record_head();
  } catch (const std::exception& error) {
    // What was answered is durable; but from here on a lost tail would not be noticed.
    fail(error.what());
  }
}

Position Writer::checkpoint(const std::filesystem::path& folder) {
  if (failed())
    throw StoreError{StoreErrorCode::failed, "an earlier write failed; reopen the store and copy it then"};
  return store_.checkpoint(folder, CopyTables::link, [](Store& copy) { catch_up(copy); });
}

}  // namespace muster
