#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <utility>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/ids.hpp>
#include <muster/domain/core/kinds.hpp>

/// The values that commands, events and rows are made of.
namespace muster {

/// A free text with its bounds in its type: `BytesMin` to `BytesMax` bytes of UTF-8.
/// Holds any bytes; decide() judges them, as an argument of the command that carries them.
/// Source  docs/rules.md section 4
template <class Tag, std::size_t BytesMin, std::size_t BytesMax>
struct Text {
  static constexpr std::size_t bytes_min = BytesMin;
  static constexpr std::size_t bytes_max = BytesMax;
  std::string value;

  Text() = default;
  explicit Text(std::string text) : value(std::move(text)) {}
  bool operator==(const Text&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Text& text) { return out << text.value; }
};

/// The texts of groups and members, with their bounds. Source: docs/rules.md section 4.
using GroupName = Text<struct GroupNameTag, 1, 30>;
using Introduction = Text<struct IntroductionTag, 0, 240>;
using Notification = Text<struct NotificationTag, 0, 300>;
using FaceUrl = Text<struct FaceUrlTag, 0, 100>;
using NameCard = Text<struct NameCardTag, 0, 50>;
/// A `message` or `reason` that goes with a command.
using FreeText = Text<struct FreeTextTag, 0, 300>;

/// Who asks. An app admin acts for the backend, the system for its timers.
/// Source  docs/rules.md section 1
struct Caller {
  Account account;
  CallerKind kind = CallerKind::user;
  bool operator==(const Caller&) const = default;
};
BOOST_DESCRIBE_STRUCT(Caller, (), (account, kind))

/// SHA-256, 32 bytes.
using Digest = std::array<std::uint8_t, 32>;

/// Of what a stream of commits is.
enum class StreamKind : std::uint8_t { app = 1, group = 2, account = 3 };
template <>
inline constexpr std::array names<StreamKind>{
    Named{StreamKind::app, "app"}, Named{StreamKind::group, "group"}, Named{StreamKind::account, "account"}};

/// Names a stream of commits: the app's one (empty id), a group's or an account's.
struct StreamId {
  StreamKind kind = StreamKind::app;
  Id<struct StreamTag, 47> id;
  bool operator==(const StreamId&) const = default;
  auto operator<=>(const StreamId&) const = default;

  static StreamId app() { return {}; }
  static StreamId of(const GroupId& group) { return {StreamKind::group, Id<StreamTag, 47>{group}}; }
  static StreamId of(const Account& account) { return {StreamKind::account, Id<StreamTag, 47>{account}}; }
  /// The group whose stream it is; meaningful for streams of groups only.
  [[nodiscard]] GroupId group() const { return GroupId{id}; }
};
BOOST_DESCRIBE_STRUCT(StreamId, (), (kind, id))

/// Where a stream stands: its last commit's revision, effective time and hash.
struct StreamHead {
  Revision revision = 0;
  TimeMs time;
  Digest hash{};
  bool operator==(const StreamHead&) const = default;
};
BOOST_DESCRIBE_STRUCT(StreamHead, (), (revision, time, hash))

/// Custom values by key, any bytes each; in a command the empty value removes the entry.
using CustomValues = std::map<CustomKey, std::string>;

/// A value before and after a change.
template <class T>
struct Change {
  T before{};
  T after{};
  bool operator==(const Change&) const = default;
  BOOST_DESCRIBE_CLASS(Change, (), (before, after), (), ())
};

/// A custom value before and after a change, empty for none. `announced`: members may read it, so its notice
/// has it.
struct CustomChange {
  std::string before;
  std::string after;
  bool announced = false;
  bool operator==(const CustomChange&) const = default;
};
BOOST_DESCRIBE_STRUCT(CustomChange, (), (before, after, announced))
/// Custom values that changed, by key.
using CustomChanges = std::map<CustomKey, CustomChange>;

/// How an event is announced: its delivery, and the message number that its notice took (0: none).
struct Announcement {
  Delivery delivery = Delivery::off;
  MsgSeq msg_seq = 0;
  bool operator==(const Announcement&) const = default;
};
BOOST_DESCRIBE_STRUCT(Announcement, (), (delivery, msg_seq))

}  // namespace muster
