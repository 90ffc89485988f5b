#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include <muster/domain/rows.hpp>

/// Rows in memory: written on top of a view, or by themselves.
namespace muster {

/// The written rows of one kind: few for a command, thousands for a batch. Keeps its memory when cleared.
template <class Row>
class RowTable {
 public:
  struct Entry {
    template <class From>
    Entry(const Key<Row>& its_key, From&& its_row) : key(its_key), row(std::forward<From>(its_row)) {}
    Key<Row> key;
    Row row;
    bool erased = false;
  };

  [[nodiscard]] const Entry* find(const Key<Row>& key) const {
    const std::size_t at = index_of(key);
    return at == entries_.size() ? nullptr : &entries_[at];
  }
  [[nodiscard]] Entry* find(const Key<Row>& key) {
    return const_cast<Entry*>(std::as_const(*this).find(key));
  }

  /// Makes room for `more` rows, so that adding as many cannot run out of memory.
  void make_room(std::size_t more) {
    const std::size_t needed = entries_.size() + more;
    if (entries_.capacity() < needed) entries_.reserve(std::max(needed, 2 * entries_.capacity()));
    if (needed > linear_max && index_.max_load() < needed)
      index_.reserve(std::max(needed, 2 * index_.max_load()));
    if constexpr (by_account) {
      if (older_.capacity() < needed) older_.reserve(std::max(needed, 2 * older_.capacity()));
      if (needed > linear_max && newest_.max_load() < needed)
        newest_.reserve(std::max(needed, 2 * newest_.max_load()));
    }
  }

  template <class From>
  Entry& add(const Key<Row>& key, From&& row) {
    entries_.emplace_back(key, std::forward<From>(row));
    if (entries_.size() > linear_max) {
      // The first ones are indexed together, once there are too many to look at each.
      for (std::size_t i = index_.empty() ? 0 : entries_.size() - 1; i < entries_.size(); ++i) index_entry(i);
    }
    return entries_.back();
  }
  /// Calls `visit(entry)` for the rows of an account, in no order.
  template <class Visit>
  requires std::is_same_v<Key<Row>, AccountGroup>
  void for_each_of(const Account& account, Visit&& visit) const {
    if (index_.empty()) {
      for (const Entry& entry : entries_)
        if (entry.key.first == account) visit(entry);
      return;
    }
    const auto newest = newest_.find(account);
    for (std::size_t i = newest == newest_.end() ? none : newest->second; i != none; i = older_[i])
      visit(entries_[i]);
  }
  void clear() {
    if (!index_.empty()) index_.clear();
    if constexpr (by_account) {
      newest_.clear();
      older_.clear();
    }
    entries_.clear();
    forget_asked();
  }
  /// The base's row. The last answer is kept: a command asks for the same row several times.
  const Row* ask(const View& base, const Key<Row>& key) const {
    if (asked_.known && asked_.key == key) return asked_.row;
    asked_.row = base.find<Row>(key);
    asked_.key = key;
    asked_.known = true;
    return asked_.row;
  }
  void forget_asked() { asked_.known = false; }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] std::vector<Entry>& entries() { return entries_; }

 private:
  static constexpr std::size_t linear_max = 8;
  static constexpr std::size_t none = ~std::size_t{0};
  static constexpr bool by_account =
      std::is_same_v<Row, MembershipRow>;  // whose rows are found by account too

  void index_entry(std::size_t i) {
    index_.emplace(entries_[i].key, i);
    if constexpr (by_account) {
      const auto [newest, fresh] = newest_.try_emplace(entries_[i].key.first, i);
      older_.push_back(fresh ? none : std::exchange(newest->second, i));
    }
  }

  [[nodiscard]] std::size_t index_of(const Key<Row>& key) const {
    if (entries_.size() > linear_max) {
      const auto found = index_.find(key);
      return found == index_.end() ? entries_.size() : found->second;
    }
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i].key == key) return i;
    return entries_.size();
  }

  struct Asked {
    const Row* row = nullptr;
    bool known = false;
    Key<Row> key;
  };

  std::vector<Entry> entries_;
  boost::unordered_flat_map<Key<Row>, std::size_t, KeyHash> index_;
  // by_account: the last entry of each account, and for each entry the one of the same account before it.
  boost::unordered_flat_map<Account, std::size_t, KeyHash> newest_;
  std::vector<std::size_t> older_;
  mutable Asked asked_;
};

/// Rows written on top of a View that stays as it is until the overlay is cleared. What evolve writes to, and
/// what a batch gathers in.
/// Threads  one at a time
class Overlay final : public ViewBy<Overlay> {
 public:
  /// `base` must outlive the overlay; it may be an overlay itself.
  explicit Overlay(const View* base) : base_(base) {}
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  template <class Row>
  [[nodiscard]] const Row* lookup(const Key<Row>& key) const {
    const RowTable<Row>& own = table<Row>();
    if (const auto* entry = own.find(key)) return entry->erased ? nullptr : &entry->row;
    return own.ask(*base_, key);
  }

  /// The row to be changed in place: the one there, or a fresh one.
  template <class Row>
  Row& edit(const Key<Row>& key) {
    RowTable<Row>& own = table<Row>();
    if (auto* entry = own.find(key)) {
      if (entry->erased) {
        entry->row = Row{};
        entry->erased = false;
      }
      return entry->row;
    }
    const Row* base = own.ask(*base_, key);
    return base == nullptr ? own.add(key, Row{}).row : own.add(key, *base).row;
  }

  /// Writes the row, without reading what the base has.
  template <class Row>
  Row& put(const Key<Row>& key, Row row) {
    RowTable<Row>& own = table<Row>();
    auto* entry = own.find(key);
    if (entry == nullptr) return own.add(key, std::move(row)).row;
    entry->row = std::move(row);
    entry->erased = false;
    return entry->row;
  }

  /// Removes the row; does nothing when it does not exist.
  template <class Row>
  void erase(const Key<Row>& key) {
    if (lookup<Row>(key) != nullptr) remove<Row>(key);
  }
  /// Removes a row assumed to exist, without reading the base.
  template <class Row>
  void remove(const Key<Row>& key) {
    RowTable<Row>& own = table<Row>();
    if (auto* entry = own.find(key))
      entry->erased = true;
    else
      own.add(key, Row{}).erased = true;
  }

  [[nodiscard]] std::optional<StoredAnswer> answer_at(Position position) const override;
  void report_missing(std::string_view row, const std::string& key) const override {
    base_->report_missing(row, key);
  }
  [[nodiscard]] std::vector<AccountMembership> memberships(const Account& account, const GroupId& after,
                                                           std::size_t limit) const override;

  /// Calls `visit(key, row)` for every row written; `row` is null for one taken away.
  template <class Visit>
  void for_each_written(Visit&& visit) const {
    std::apply(
        [&](const auto&... tables) {
          const auto each = [&](const auto& entries) {
            for (const auto& entry : entries) visit(entry.key, entry.erased ? nullptr : &entry.row);
          };
          (each(tables.entries()), ...);
        },
        tables_);
  }
  /// Rows written, each once.
  [[nodiscard]] std::size_t written() const {
    return std::apply([](const auto&... tables) { return (tables.entries().size() + ...); }, tables_);
  }

  /// Writes all of this overlay's rows to `target` and clears this one. All or nothing: when memory runs out,
  /// which throws std::bad_alloc, `target` is as it was.
  void merge_into(Overlay& target);
  /// Replaces the base by one that shows the same, together with the rows written.
  void rebase(const View* base) {
    base_ = base;
    std::apply([](auto&... tables) { (tables.forget_asked(), ...); }, tables_);
  }
  /// Drops every row written.
  void clear() {
    std::apply([](auto&... tables) { (tables.clear(), ...); }, tables_);
  }

 private:
  template <class... Rows>
  using Tables = std::tuple<RowTable<Rows>...>;

  template <class Row>
  [[nodiscard]] const RowTable<Row>& table() const {
    return std::get<RowTable<Row>>(tables_);
  }
  template <class Row>
  [[nodiscard]] RowTable<Row>& table() {
    return std::get<RowTable<Row>>(tables_);
  }

  const View* base_;
  boost::mp11::mp_apply<Tables, RowKinds> tables_;
};

/// Rows in memory: the base of tests, replay and what-if.
/// Threads  one at a time
class MemoryRows final : public ViewBy<MemoryRows> {
 public:
  /// Finds the command and answer of a position; without one, command ids are not remembered.
  using AnswerAt = std::function<std::optional<StoredAnswer>(Position)>;
  explicit MemoryRows(AnswerAt answer_at = {}) : answer_at_(std::move(answer_at)) {}

  template <class Row>
  [[nodiscard]] const Row* lookup(const Key<Row>& key) const {
    const auto& rows = table<Row>();
    if (rows.empty()) return nullptr;  // often no mute at all: saves the hash
    const auto found = rows.find(key);
    return found == rows.end() ? nullptr : &found->second;
  }

  [[nodiscard]] std::optional<StoredAnswer> answer_at(Position position) const override;
  [[nodiscard]] std::vector<AccountMembership> memberships(const Account& account, const GroupId& after,
                                                           std::size_t limit) const override;

  /// Takes over every row that the overlay wrote.
  void apply(const Overlay& written) {
    written.for_each_written([this]<class K, class Row>(const K& key, const Row* row) {
      if (row == nullptr)
        table<Row>().erase(key);
      else
        table<Row>().insert_or_assign(key, *row);
      note<Row>(key, row != nullptr);
    });
  }
  /// Puts one row, as it is; for worlds that a test sets up by hand.
  template <class Row>
  void put(const Key<Row>& key, Row row) {
    table<Row>().insert_or_assign(key, std::move(row));
    note<Row>(key, true);
  }

  /// Calls `visit(key, row)` for every row, in no order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    std::apply(
        [&](const auto&... tables) {
          const auto each = [&](const auto& rows) {
            for (const auto& [key, row] : rows) visit(key, row);
          };
          (each(tables), ...);
        },
        tables_);
  }
  bool operator==(const MemoryRows& other) const { return tables_ == other.tables_; }

 private:
  template <class Row>
  using Table = boost::unordered_flat_map<Key<Row>, Row, KeyHash>;
  template <class... Rows>
  using Tables = std::tuple<Table<Rows>...>;

  template <class Row>
  [[nodiscard]] const Table<Row>& table() const {
    return std::get<Table<Row>>(tables_);
  }
  template <class Row>
  [[nodiscard]] Table<Row>& table() {
    return std::get<Table<Row>>(tables_);
  }

  /// Keeps the order of memberships, once it has been needed.
  template <class Row>
  void note(const Key<Row>& key, bool there) {
    if constexpr (std::is_same_v<Row, MembershipRow>) {
      if (!by_account_) return;
      if (there)
        (*by_account_)[key.first].insert(key.second);
      else
        (*by_account_)[key.first].erase(key.second);
    }
  }

  AnswerAt answer_at_;
  boost::mp11::mp_apply<Tables, RowKinds> tables_;
  mutable std::optional<boost::unordered_flat_map<Account, std::set<GroupId>, KeyHash>> by_account_;
};

}  // namespace muster
