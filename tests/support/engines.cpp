#include "support/engines.hpp"

#include <muster/eventstore/codec.hpp>
#include <muster/projections/catch_up.hpp>
#include <muster/projections/row_codec.hpp>

namespace muster::test {

EngineOptions test_options() {
  EngineOptions options;
  options.allow_future = true;
  return options;
}

std::unique_ptr<Engine> open_engine(Backing backing, const std::filesystem::path& folder,
                                    EngineOptions options, StoreSetup setup) {
  if (backing == Backing::memory) return Engine::open(make_memory_store(), std::move(options));
  setup.split = backing == Backing::split;
  setup.options = options.store;
  return Engine::open(open_store_as(folder / "db", setup), std::move(options));
}

Request request(const Caller& caller, Command command, std::int64_t at_ms) {
  return {.command = std::move(command),
          .caller = caller,
          .at = TimeMs{at_ms},
          .id = {},
          .expect = {},
          .correlation = {}};
}
Request request(const Account& account, Command command, std::int64_t at_ms) {
  return request(user(account), std::move(command), at_ms);
}
Request request(const Move& move) {
  return {.command = move.command,
          .caller = move.caller,
          .at = move.with.at,
          .id = move.with.id,
          .expect = move.with.expect,
          .correlation = {}};
}

namespace {

/// Gives the group that a command names another name, by a suffix, and its topic likewise.
struct RenameGroup {
  std::string suffix;

  template <class C>
  void operator()(C& command) const {
    if constexpr (requires { command.topic; }) rename_topic(command.topic, command.group);
    if constexpr (requires { command.group; }) rename(command.group);
  }

 private:
  void rename(GroupId& group) const { group = GroupId{std::string{group.view()} + suffix}; }
  void rename(std::optional<GroupId>& group) const {
    if (group) rename(*group);
  }
  void rename_topic(TopicId& topic, const GroupId& group) const {
    if (!topic.view().starts_with(group.view())) return;
    std::string renamed{topic.view()};
    renamed.insert(group.view().size(), suffix);
    topic = TopicId{renamed};
  }
  void rename_topic(std::optional<TopicId>& topic, const GroupId& group) const {
    if (topic) rename_topic(*topic, group);
  }
};

}  // namespace

void rename_groups(Command& command, std::string suffix) {
  std::visit(RenameGroup{.suffix = std::move(suffix)}, command);
}

std::vector<Move> generated_moves(std::uint64_t seed, std::size_t count) {
  const auto gen = a_move();
  std::vector<CreateGroup> fresh_groups;
  for (const auto& [id, type] : {std::pair{"a", BaseType::public_},
                                 {"b", BaseType::meeting},
                                 {"c", BaseType::work},
                                 {"@TGS#_a", BaseType::community}}) {
    CreateGroup create = creation(type);
    create.group = GroupId{id};
    if (type == BaseType::work) create.members = {{InitialMember{mia, {}}, InitialMember{adam, {}}}};
    fresh_groups.push_back(create);
  }
  std::vector<Move> moves;
  moves.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Move move = gen(rc::Random(seed + i), 100).value();
    // Every so often fresh groups, so that most commands meet one that is alive.
    if (i % 100 < fresh_groups.size()) move = {user(olive), fresh_groups[i % 100], {}};
    // Ids must not repeat by the thousand, groups not end too soon.
    if (move.with.id && i % 3 != 0) move.with.id = CommandId{"id" + std::to_string(i)};
    // A command without id that makes something unnamed draws a random one: not the same on every run.
    if (needs_id(move.command) && !move.with.id) move.with.id = CommandId{"create" + std::to_string(i)};
    rename_groups(move.command, std::to_string(i / 100));
    move.with.at = TimeMs{t0.ms + static_cast<std::int64_t>(i)};
    moves.push_back(std::move(move));
  }
  return moves;
}

Answer answered(Engine& engine, Request request) {
  Result result = engine.execute(std::move(request));
  if (auto* answer = std::get_if<Answer>(&result)) return std::move(*answer);
  if (const auto* refusal = std::get_if<Refusal>(&result))
    ADD_FAILURE() << "refused: " << message_of(*refusal);
  else
    ADD_FAILURE() << "failed: " << std::get<Failure>(result).message;
  return {};
}

StoredRows stored_rows(const RowReader& rows) {
  StoredRows all;
  rows.scan("", "", [&](std::string_view key, std::string_view value) {
    all.emplace(key, value);
    return true;
  });
  return all;
}

std::vector<std::string> stored_commits(const CommitLog& log) {
  std::vector<std::string> commits;
  log.scan(1, [&](Position, std::string_view bytes) {
    commits.emplace_back(bytes);
    return true;
  });
  return commits;
}

void expect_whole(Store& store) {
  struct Head {
    Revision revision = 0;
    TimeMs time;
    Digest hash{};
  };
  std::map<StreamId, Head> heads;
  MemoryRows rows;
  Hasher hasher;
  Position expected = 0;
  store.log().scan(1, [&](Position position, std::string_view bytes) {
    EXPECT_EQ(position, ++expected);
    const DecodedCommit decoded = decode_commit_at(position, bytes);
    const CommitHead& head = decoded.commit.head;
    Head& before = heads[head.stream];
    EXPECT_EQ(head.revision, before.revision + 1) << "at " << position;
    EXPECT_GE(head.time, before.time) << "at " << position;
    EXPECT_EQ(store.log().position_of(head.stream, head.revision), position);
    const auto parts = std::get<CommitParts>(split_commit(bytes));
    EXPECT_EQ(hasher.chain(before.hash, parts.head, parts.body), decoded.hash) << "at " << position;
    before = {head.revision, head.time, decoded.hash};
    Overlay overlay{&rows};
    fold(overlay, decoded.commit, position, decoded.hash);
    rows.apply(overlay);
    return true;
  });
  EXPECT_EQ(store.log().last(), expected);
  EXPECT_EQ(applied_of(store.rows()), expected);
  expect_sound(rows);

  StoredRows folded;
  rows.for_each([&]<class K, class Row>(const K& key, const Row& row) {
    folded.emplace(row_key<Row>(key), detail::row_value(row));
  });
  StoredRows stored = stored_rows(store.rows());
  std::erase_if(stored, [](const auto& row) { return row.first.starts_with('\0'); });
  EXPECT_EQ(stored.size(), folded.size());
  EXPECT_TRUE(stored == folded) << "the rows are not what the log folds to";
}

void expect_whole(const std::filesystem::path& folder) {
  const auto store = open_store(folder, {.create = false, .read_only = true});
  expect_whole(*store);
}

}  // namespace muster::test
