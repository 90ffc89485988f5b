#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include <muster/domain/evolve.hpp>
#include <muster/domain/overlay.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/store_keys.hpp>
#include <muster/projections/row_codec.hpp>
#include <muster/replay/verify.hpp>

namespace muster {
namespace {

/// So many rows are gathered before they are folded into the others.
constexpr std::size_t rows_at_once = 1000;

std::optional<GroupId> group_of_stream(const StreamId& stream) {
  return stream.kind == StreamKind::group ? std::optional{stream.group()} : std::nullopt;
}

/// Bytes as people can read them.
std::string readable(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    if (byte == '\0')
      text.push_back('/');
    else if (byte < ' ' || byte > '~')
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    else
      text.push_back(byte);
  }
  return text;
}

/// What must be stored.
struct Entry {
  std::string key;
  std::string value;
};

/// Compares a family with the entries that it must have: what is missing, what has another value, what nobody
/// expects.
struct Comparison {
  using Tell = std::function<void(std::string_view key, std::string_view expected)>;
  Tell missing;
  Tell different;
  Tell unexpected;  // `expected` is empty

  void run(Store& store, const std::string& family, std::vector<Entry> expected) const {
    std::ranges::sort(expected, {}, &Entry::key);
    auto next = expected.begin();
    const auto skip_to = [&](std::string_view key) {
      for (; next != expected.end() && next->key < key; ++next) missing(next->key, next->value);
    };
    store.scan_family(family, [&](std::string_view key, std::string_view value) {
      skip_to(key);
      if (next == expected.end() || next->key != key) {
        unexpected(key, {});
        return true;
      }
      if (next->value != value) different(key, next->value);
      while (next != expected.end() && next->key == key) ++next;
      return true;
    });
    for (; next != expected.end(); ++next) missing(next->key, next->value);
  }
};

// ---- the log

/// Where a stream stands, as far as the log was read.
struct Head {
  Revision revision = 0;
  TimeMs time;
  Digest hash{};
  bool sound =
      true;  // false once a commit may be missing: what follows cannot be held against what was before
};

/// Reads the commits in order, checks them, and folds them.
class LogCheck {
 public:
  LogCheck(Store& store, Position rows_upto, TakeFinding found)
      : store_(store), rows_upto_(rows_upto), found_(std::move(found)) {
    rules_.insert(genesis_rules_digest());
  }

  void run(const std::string& family) {
    store_.scan_family(family, [&](std::string_view key, std::string_view bytes) {
      if (key.size() != position_size) {
        found_({FindingKind::entry,
                {},
                {},
                fmt::format("the log has an entry under `{}`, which is no position", readable(key))});
        return true;
      }
      const auto position = read_big_endian<Position>(key);
      if (position != last_ + 1) report_gap(last_ + 1, position - 1);
      last_ = position;
      check(position, bytes);
      return true;
    });
    rows_.apply(overlay_);
    overlay_.clear();
  }

  [[nodiscard]] Position last() const { return last_; }
  [[nodiscard]] std::uint64_t commits() const { return commits_; }
  /// Whether every commit could be read, so that the rows can be compared with them.
  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] const MemoryRows& rows() const { return rows_; }
  /// What the index of streams must have.
  [[nodiscard]] std::vector<Entry> take_index() { return std::move(index_); }

 private:
  void report_gap(Position first, Position last) {
    found_({FindingKind::position,
            first,
            {},
            first == last ? fmt::format("there is no commit at position {}", first)
                          : fmt::format("there are no commits at positions {} to {}", first, last)});
    lose();
  }
  /// Some commits are missing, of whatever streams.
  void lose() {
    whole_ = false;
    for (auto& [stream, head] : heads_) head.sound = false;
    new_streams_sound_ = false;
  }

  void check(Position position, std::string_view bytes) {
    if (const auto error = decode_commit(bytes, decoded_)) {
      found_({FindingKind::commit,
              position,
              {},
              *error == DecodeError::corrupt ? "the commit is not what was written"
                                             : "the commit was written by a newer version of muster"});
      return lose();
    }
    ++commits_;
    const CommitHead& head = decoded_.commit.head;
    index_.push_back({stream_key(head.stream, head.revision), position_bytes(position)});
    check_place(position, bytes);
    check_rules(position);
    if (position > rows_upto_) return;
    fold(overlay_, decoded_.commit, position, decoded_.hash);
    if (overlay_.written() < rows_at_once) return;
    rows_.apply(overlay_);
    overlay_.clear();
  }

  /// The commit's place in its stream.
  void check_place(Position position, std::string_view bytes) {
    const CommitHead& head = decoded_.commit.head;
    const auto group = group_of_stream(head.stream);
    Head& before = heads_.try_emplace(head.stream, Head{.sound = new_streams_sound_}).first->second;
    const auto parts = std::get<CommitParts>(split_commit(bytes));
    if (before.sound) {
      if (head.revision != before.revision + 1)
        found_({FindingKind::revision, position, group,
                fmt::format("the commit has revision {}, but the one before it in its stream has {}",
                            head.revision, before.revision)});
      if (head.time < before.time)
        found_({FindingKind::time, position, group,
                fmt::format("the commit is of {}, but the one before it in its stream is of {}", head.time.ms,
                            before.time.ms)});
      if (hasher_.chain(before.hash, parts.head, parts.body) != decoded_.hash)
        found_(
            {FindingKind::chain, position, group,
             fmt::format("the hash of revision {} does not follow from its content and the commit before it",
                         head.revision)});
    }
    before = {head.revision, head.time, decoded_.hash, true};
  }

  void check_rules(Position position) {
    const Commit& commit = decoded_.commit;
    for (const Event& event : commit.events) {
      const auto* installed = std::get_if<RulesInstalled>(&event);
      if (installed == nullptr) continue;
      const Digest digest = hasher_.sha256({installed->document});
      if (installed->digest != bytes_of(digest))
        found_({FindingKind::rules, position, {}, "the digest is not that of the rules document"});
      rules_.insert(digest);
    }
    if (whole_ && !rules_.contains(commit.head.rules))
      found_({FindingKind::rules, position, group_of_stream(commit.head.stream),
              "the commit names rules that were not installed before it"});
  }

  Store& store_;
  const Position rows_upto_;
  const TakeFinding found_;
  Position last_ = 0;
  std::uint64_t commits_ = 0;
  bool whole_ = true;
  bool new_streams_sound_ = true;
  DecodedCommit decoded_;
  Hasher hasher_;
  std::map<StreamId, Head> heads_;
  std::vector<Entry> index_;
  std::set<Digest> rules_;
  MemoryRows rows_;
  Overlay overlay_{&rows_};
};

// ---- rows

/// The group that a row belongs to.
template <class K>
std::optional<GroupId> group_of_key(const K& key) {
  if constexpr (std::is_same_v<K, GroupId>)
    return key;
  else if constexpr (requires { key.group; })
    return key.group;
  else if constexpr (requires { requires std::is_same_v<std::decay_t<decltype(key.first)>, GroupId>; })
    return key.first;
  else if constexpr (requires { requires std::is_same_v<std::decay_t<decltype(key.second)>, GroupId>; })
    return key.second;
  else
    return std::nullopt;
}

/// What a row's key says.
struct RowKey {
  std::string text;  // the kind of row, and whose it is
  std::optional<GroupId> group;
};
RowKey read_key(std::string_view bytes) {
  RowKey read{.text = fmt::format("the row `{}`, of no known kind,", readable(bytes)), .group = {}};
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, RowKinds>>(
      [&]<class Row>(std::type_identity<Row>) {
        if (bytes.empty() || bytes.front() != Row::info.prefix) return;
        read.text = fmt::format("the {} row `{}`", Row::info.name, readable(bytes.substr(1)));
        if constexpr (!std::is_same_v<Row, CommandIdRow>) {
          try {
            read.group = group_of_key(key_of<Row>(bytes));
          } catch (const StoreError&) {
          }
        }
      });
  return read;
}

// ---- all of it

class Verification {
 public:
  Verification(Store& store, const TakeFinding& found)
      : store_(store), found_([this, &found](const Finding& finding) {
          ++result_.findings;
          found(finding);
        }) {}

  Verified run() {
    for (std::string& file : store_.damaged_files()) found_({FindingKind::file, {}, {}, std::move(file)});
    const std::vector<StoredFamily> families = store_.families();
    // The commits first: all else is held against them.
    for (const StoredFamily& family : families)
      if (family.use == FamilyUse::commits) guarded([&] { check_log(family); });
    for (const StoredFamily& family : families) guarded([&] { check_family(family); });
    return std::move(result_);
  }

 private:
  /// What cannot be read is a finding, and the next family is looked at.
  template <class Check>
  void guarded(const Check& check) {
    try {
      check();
    } catch (const StoreError& error) {
      found_({FindingKind::file, {}, {}, error.what()});
    }
  }

  void check_log(const StoredFamily& family) {
    read_rows_state();
    log_.emplace(store_, rows_upto_, found_);
    try {
      log_->run(family.name);
    } catch (...) {
      log_.reset();
      result_.notes.emplace_back(
          "neither index nor rows were compared with the commits, which cannot all be read");
      throw;
    }
    result_.commits = log_->commits();
    if (log_->last() != store_.log().last())
      found_({FindingKind::position,
              log_->last(),
              {},
              fmt::format("the commits end at position {}, but opening the store found {}", log_->last(),
                          store_.log().last())});
  }

  void read_rows_state() {
    const RowStore& rows = store_.rows();
    rows_upto_ = applied_of(rows);
    compare_rows_ = false;
    if (store_.opening().rows_ahead)
      result_.notes.emplace_back(
          "the rows were not compared with the commits: the log has lost the last of them, and "
          "the next opening to write folds them anew");
    else if (!is_current(rows))
      result_.notes.emplace_back(
          "the rows were not compared with the commits: another version of muster folded them, "
          "and the next opening to write folds them anew");
    else
      compare_rows_ = true;
    if (compare_rows_ && rows_upto_ < store_.log().last())
      result_.notes.push_back(
          fmt::format("the rows are folded to position {}, and were compared with the commits up "
                      "to there; the next opening to write folds the rest",
                      rows_upto_));
  }

  void check_family(const StoredFamily& family) {
    switch (family.use) {
      case FamilyUse::commits: return;
      case FamilyUse::streams: return check_index(family);
      case FamilyUse::rows: return check_rows(family);
      case FamilyUse::old_rows:
        result_.notes.push_back(
            fmt::format("`{}` was left from an interrupted upgrade; the next opening to write "
                        "removes it",
                        family.name));
        return;
      case FamilyUse::none: return check_empty(family);
    }
  }

  void check_index(const StoredFamily& family) {
    if (!log_) return;
    const auto at = [](std::string_view value) { return read_big_endian<Position>(value); };
    const Comparison comparison{
        .missing =
            [&](std::string_view, std::string_view expected) {
              found_(
                  {FindingKind::index, at(expected), {}, "the commit is missing from the index of streams"});
            },
        .different =
            [&](std::string_view key, std::string_view expected) {
              found_({FindingKind::index,
                      at(expected),
                      {},
                      fmt::format("the index of streams does not lead from `{}` to this commit",
                                  readable(key))});
            },
        .unexpected =
            [&](std::string_view key, std::string_view) {
              found_(
                  {FindingKind::index,
                   {},
                   {},
                   fmt::format("the index of streams has `{}`, which belongs to no commit", readable(key))});
            }};
    comparison.run(store_, family.name, log_->take_index());
  }

  void check_rows(const StoredFamily& family) {
    if (!log_ || !compare_rows_) return;
    if (!log_->whole()) {
      result_.notes.emplace_back(
          "the rows were not compared with the commits, of which some are missing or damaged");
      return;
    }
    std::vector<Entry> expected;
    if (rows_upto_ != 0) {  // else nothing was ever folded
      for (RowBatch::Write& row : batch_of(log_->rows(), rows_upto_).writes)
        expected.push_back({std::move(row.key), *std::move(row.value)});
      const auto is_row = [](const Entry& entry) { return !entry.key.starts_with('\0'); };
      result_.rows = static_cast<std::uint64_t>(std::ranges::count_if(expected, is_row));
      expected.push_back({std::string{applied_key}, encode_applied(rows_upto_)});
    }
    const auto tell = [&](std::string_view what) {
      return [this, what](std::string_view key, std::string_view) {
        const RowKey read = read_key(key);
        found_({FindingKind::row, {}, read.group, read.text + std::string{what}});
      };
    };
    const Comparison comparison{.missing = tell(" is missing"),
                                .different = tell(" differs from what the commits produce"),
                                .unexpected = tell(" is there, but no commit produces it")};
    comparison.run(store_, family.name, std::move(expected));
  }

  void check_empty(const StoredFamily& family) {
    store_.scan_family(family.name, [&](std::string_view key, std::string_view) {
      found_({FindingKind::entry,
              {},
              {},
              fmt::format("`{}` has an entry `{}`, where nothing belongs", family.name, readable(key))});
      return true;
    });
  }

  Store& store_;
  TakeFinding found_;
  Verified result_;
  Position rows_upto_ = 0;
  bool compare_rows_ = false;
  std::optional<LogCheck> log_;
};

bool is_damage(StoreErrorCode code) {
  return code == StoreErrorCode::corrupt || code == StoreErrorCode::lost_tail || code == StoreErrorCode::io;
}

}  // namespace

Verified verify(Store& store, const TakeFinding& found) { return Verification{store, found}.run(); }

Verified verify(const std::filesystem::path& folder, const TakeFinding& found) {
  std::unique_ptr<Store> store;
  try {
    store = open_store(folder, {.create = false, .read_only = true});
  } catch (const StoreError& error) {
    if (!is_damage(error.code())) throw;
    found({FindingKind::store, {}, {}, error.what()});
    return {.findings = 1};
  }
  Verified result = verify(*store, found);
  result.notes.insert(result.notes.begin(), store->opening().notes.begin(), store->opening().notes.end());
  return result;
}

}  // namespace muster
