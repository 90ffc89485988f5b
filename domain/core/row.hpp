#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <muster/domain/core/values.hpp>

/// What rows have in common: keys, and what a kind of row is called.
namespace muster {

/// What a kind of row is called: in a store, and by people.
struct RowInfo {
  char prefix;            // the first byte of its keys on disk: never reuse one
  std::string_view name;  // in messages
};

/// The key of a row that there is only one of.
struct NoKey {
  bool operator==(const NoKey&) const = default;
};
/// A row's key inside a group, or an account's and a group's.
template <class First, class Second>
struct Pair {
  First first;
  Second second;
  bool operator==(const Pair&) const = default;
};
/// Keys of rows that belong to two things; rows are ordered by the first.
using GroupAccount = Pair<GroupId, Account>;
using AccountGroup = Pair<Account, GroupId>;
using GroupTopic = Pair<GroupId, TopicId>;
using TypeGroup = Pair<TypeName, GroupId>;

/// A key as people read it: its parts with slashes between them.
inline std::string key_text(const NoKey&) { return {}; }
template <class Tag, std::size_t Max>
std::string key_text(const Id<Tag, Max>& id) {
  return std::string{id.view()};
}
template <class First, class Second>
std::string key_text(const Pair<First, Second>& key) {
  return key_text(key.first) + '/' + key_text(key.second);
}

/// Hashes any row's key.
struct KeyHash {
  std::size_t operator()(const NoKey&) const { return 0; }
  template <class Tag, std::size_t Max>
  std::size_t operator()(const Id<Tag, Max>& id) const {
    return IdHash{}(id);
  }
  template <class First, class Second>
  std::size_t operator()(const Pair<First, Second>& key) const {
    return (*this)(key.first) * 0x9e3779b97f4a7c15ULL ^ (*this)(key.second);
  }
  template <Described Key>
  std::size_t operator()(const Key& key) const {
    std::size_t hash = 0;
    for_each_member(key, [&](const char*, const auto& part) { hash = hash * 31 + (*this)(part); });
    return hash;
  }
  std::size_t operator()(TimeMs time) const { return static_cast<std::size_t>(time.ms); }
  template <NamedEnum E>
  std::size_t operator()(E value) const {
    return static_cast<std::size_t>(value);
  }
};

/// What a command id is remembered under.
struct CommandIdKey {
  StreamId stream;
  Caller caller;
  CommandId id;
  bool operator==(const CommandIdKey&) const = default;
};
BOOST_DESCRIBE_STRUCT(CommandIdKey, (), (stream, caller, id))

/// Where a command id was answered: its commit has the command and the answer.
struct CommandIdRow {
  using Key = CommandIdKey;
  static constexpr RowInfo info{.prefix = 'r', .name = "command id"};
  Position position = 0;
  bool operator==(const CommandIdRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(CommandIdRow, (), (position))

}  // namespace muster
