#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include <fmt/format.h>

#include <muster/domain/decide.hpp>
#include <muster/domain/evolve.hpp>
#include <muster/engine/writer.hpp>

namespace muster {
namespace {

constexpr std::chrono::seconds head_period{1};

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
      batch_(&view_),
      command_(&batch_),
      last_(store.log().last()) {
  if (last_ == 0) return;
  last_hash_ = decode_commit_at(last_, store.log().read(last_).value_or(std::string{})).hash;
}

std::vector<Result> Writer::run(std::vector<Request>& requests) {
  try {
    return run_all(requests);
  } catch (const std::exception& error) {
    failure_ = store_failed(error.what());
    forget_batch();
    return std::vector<Result>(requests.size(), Result{*failure_});
  }
}

std::vector<Result> Writer::run_all(std::vector<Request>& requests) {
  std::vector<Result> results;
  results.reserve(requests.size());
  std::vector<Judged> judged;
  for (const Request& request : requests) {
    if (batch_is_full()) finish_batch(judged, results);
    judged.push_back(judge(request));
  }
  finish_batch(judged, results);
  return results;
}

bool Writer::batch_is_full() const {
  return commits_.size() >= options_.batch_commits_max || batch_bytes_ >= options_.batch_bytes_max;
}

Writer::Judged Writer::judge(const Request& request) {
  if (failure_) return {*failure_, std::nullopt};
  try {
    const Context context = context_of(request);
    Decision decision = decide(command_, request.command, context);
    if (auto* refused = std::get_if<Refusal>(&decision)) return {std::move(*refused), std::nullopt};
    if (auto* repeated = std::get_if<Repeated>(&decision)) return {std::move(repeated->answer), std::nullopt};
    auto& accepted = std::get<Accepted>(decision);
    if (accepted.events.empty()) return unchanged(request, accepted);
    if (!rules_known()) {
      command_.clear();
      install_rules(accepted.time);
      return judge(request);
    }
    return commit(request, std::move(accepted));
  } catch (const std::exception& error) {
    // This command alone has failed: what it wrote is not in the batch.
    command_.clear();
    return {Failure{FailureKind::not_judged, fmt::format("{}; the command changed nothing", error.what())},
            std::nullopt};
  }
}

Writer::Judged Writer::unchanged(const Request& request, const Accepted& accepted) {
  Answer answer;
  answer.outcome = accepted.outcome;
  if (const GroupId* named = group_of(request.command)) answer.group = *named;
  if (accepted.stream.kind == StreamKind::group) {
    answer.group = accepted.stream.group();
    answer.revision = command_.group(*answer.group)->head.revision;
  }
  command_.clear();
  return {std::move(answer), std::nullopt};
}

Writer::Judged Writer::commit(const Request& request, Accepted accepted) {
  Commit commit{.head = {.stream = accepted.stream,
                         .revision = head_of(command_, accepted.stream).revision + 1,
                         .time = accepted.time,
                         .caller = request.caller,
                         .id = request.id.value_or(CommandId{}),
                         .correlation = request.correlation.value_or(Correlation{}),
                         .rules = rules_,
                         .app_revision = command_.app().head.revision,
                         .level = accepted.level},
                .command = request.command,
                .assigned = {},
                .hooks = {},
                .events = std::move(accepted.events),
                .outcome = std::move(accepted.outcome)};
  if (accepted.assigned_group) commit.assigned.group = accepted.stream.group();
  append(std::move(commit), accepted.assigned_group);
  return {std::nullopt, commits_.size() - 1};
}

void Writer::append(Commit commit, bool assigned_group) {
  auto [encoded, hash] = encoder_.encode(commit, head_of(command_, commit.head.stream).hash);
  if (encoded.bytes.size() > commit_bytes_max)
    throw StoreError{StoreErrorCode::too_large, "a commit is over 512 KiB"};
  seal(command_, commit.head, next_position(), hash, assigned_group);
  command_.merge_into(batch_);
  batch_bytes_ += encoded.bytes.size();
  encoded_.push_back(std::move(encoded));
  commits_.push_back(std::move(commit));
  last_hash_ = hash;
}

Context Writer::context_of(const Request& request) {
  return {.rules = &options_.rules,
          .caller = request.caller,
          .at = *request.at,
          .id = request.id,
          .expect = request.expect,
          .correlation = request.correlation,
          .assigned = assign(request),
          .position = next_position()};
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
         std::ranges::find(batch_.app().rules, rules_) != batch_.app().rules.end();
}

void Writer::install_rules(TimeMs time) {
  const StreamHead head = batch_.app().head;
  Commit commit{.head = {.stream = StreamId::app(),
                         .revision = head.revision + 1,
                         .time = std::max(time, head.time),
                         .caller = {Account{"muster"}, CallerKind::system},
                         .id = {},
                         .correlation = {},
                         .rules = rules_,
                         .app_revision = head.revision,
                         .level = Level::anyone},
                .command = std::nullopt,
                .assigned = {},
                .hooks = {},
                .events = {RulesInstalled{std::string{bytes_of(rules_)}, rules_document_}},
                .outcome = {}};
  evolve(command_, commit.events.front(),
         {commit.head.stream, commit.head.revision, next_position(), commit.head.time, commit.head.caller});
  append(std::move(commit), false);
}

std::optional<Remembered> Writer::recall(Position position) const {
  if (position > last_) {
    const Commit& commit = commits_.at(position - last_ - 1);
    return Remembered{commit.command.value(), answer_of(commit, position)};
  }
  const auto bytes = store_.log().read(position);
  if (!bytes)
    throw StoreError{StoreErrorCode::corrupt, fmt::format("there is no commit at position {}", position)};
  const Commit commit = decode_commit_at(position, *bytes).commit;
  return Remembered{commit.command.value(), answer_of(commit, position)};
}

void Writer::finish_batch(std::vector<Judged>& judged, std::vector<Result>& results) {
  if (!commits_.empty()) {
    write_batch();
  }
  const Position first = last_ - commits_.size() + 1;
  for (Judged& one : judged) {
    if (failure_)
      results.emplace_back(*failure_);
    else if (one.result)
      results.push_back(std::move(*one.result));
    else
      results.emplace_back(answer_of(commits_[*one.commit], first + *one.commit));
  }
  judged.clear();
  forget_batch();
  refresh_head();
}

void Writer::refresh_head() {
  const auto now = std::chrono::steady_clock::now();
  if (failure_ || recorded_ == last_hash_ || now - recorded_at_ < head_period) return;
  recorded_at_ = now;
  try {
    record_head();
  } catch (const std::exception& error) {
    // What was answered is durable; but from here on a lost tail would not be noticed.
    failure_ = store_failed(error.what());
  }
}

void Writer::write_batch() {
  const Position upto = last_ + commits_.size();
  try {
    const AppendResult appended = store_.write(last_, encoded_, batch_of(batch_, upto));
    if (appended.error) throw StoreError{*appended.error};
    last_ = upto;
    view_.take_over(batch_);
    on_durable_();
  } catch (const std::exception& error) {
    failure_ = store_failed(error.what());
  }
}

void Writer::forget_batch() {
  batch_.clear();
  command_.clear();
  commits_.clear();
  encoded_.clear();
  batch_bytes_ = 0;
  // After a failure nothing that was read or written lately is to be believed.
  if (failure_)
    view_.clear();
  else
    view_.trim();
}

void Writer::record_head() {
  if (last_ == 0 || recorded_ == last_hash_) return;
  store_.record_head(last_, last_hash_);
  recorded_ = last_hash_;
}

Position Writer::checkpoint(const std::filesystem::path& folder) {
  if (failure_)
    throw StoreError{StoreErrorCode::failed, "an earlier write failed; reopen the store and copy it then"};
  store_.checkpoint(folder, last_, last_hash_);
  return last_;
}

}  // namespace muster
