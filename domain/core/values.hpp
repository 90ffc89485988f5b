#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <boost/container_hash/hash.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/kinds.hpp>

/// The values that commands, events and rows are made of: ids, times, texts.
namespace muster {

/// An identifier kept inline: no allocation, copied as bytes are, compared byte for byte.
/// Shape    at most `BytesMax` bytes; a longer text is remembered only as `overlong()`
/// Checked  by decide(), as an argument of the command that carries it, never here
/// Threads  a value
/// Source   docs/rules.md section 4
template <class Tag, std::size_t BytesMax>
class Id {
 public:
  static constexpr std::size_t bytes_max = BytesMax;

  Id() = default;
  /// Takes any text; see `overlong()` for one that does not fit.
  explicit Id(std::string_view text) : size_(text.size() > BytesMax ? too_long : text.size() & 0xff) {
    if (!overlong()) std::copy_n(text.data(), text.size(), text_.data());
  }
  /// The same text under another name.
  template <class Other, std::size_t OtherMax>
  requires(OtherMax <= BytesMax) explicit Id(const Id<Other, OtherMax>& other) : size_(other.size_) {
    std::copy_n(other.text_.data(), other.text_.size(), text_.data());
  }

  /// The bytes; empty when nothing was given or the text was overlong.
  [[nodiscard]] std::string_view view() const { return {text_.data(), overlong() ? 0 : std::size_t{size_}}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// True for a text that was longer than `bytes_max`; its bytes are not kept.
  [[nodiscard]] bool overlong() const { return size_ == too_long; }

  friend bool operator==(const Id& a, const Id& b) {
    if (a.size_ != b.size_) return false;
    for (std::size_t at = 0; at < a.view().size(); at += word_size)
      if (a.word(at) != b.word(at)) return false;
    return true;
  }
  friend std::strong_ordering operator<=>(const Id& a, const Id& b) {
    if (const auto order = a.view() <=> b.view(); order != 0) return order;
    return a.overlong() <=> b.overlong();
  }
  friend std::ostream& operator<<(std::ostream& out, const Id& id) {
    return out << '`' << (id.overlong() ? std::string_view{"(too long)"} : id.view()) << '`';
  }

 private:
  template <class OtherTag, std::size_t OtherMax>
  friend class Id;
  friend struct IdHash;
  static constexpr std::uint8_t too_long = 0xff;
  static_assert(BytesMax < too_long);
  static constexpr std::size_t word_size = sizeof(std::uint64_t);
  static constexpr std::size_t room = (BytesMax + word_size - 1) / word_size * word_size;

  /// Eight bytes of the text from `at` on, those behind its end zero: a text is short, and looked at often.
  [[nodiscard]] std::uint64_t word(std::size_t at) const {
    std::uint64_t word = 0;
    std::memcpy(&word, text_.data() + at, word_size);
    return word;
  }

  std::array<char, room> text_{};
  std::uint8_t size_ = 0;
};

/// An account of the host: 1 to 32 bytes of printable ASCII (0x20 to 0x7e).
using Account = Id<struct AccountTag, 32>;
/// A group: 1 to 47 bytes of printable ASCII, without `@TOPIC#_`; what a creation may name is stricter.
using GroupId = Id<struct GroupTag, 47>;
/// A topic: `<group id>@TOPIC#_<custom>`, at most 96 bytes in all.
using TopicId = Id<struct TopicTag, 96>;
/// The caller's name for one command, which makes it repeatable: 1 to 64 bytes of UTF-8.
using CommandId = Id<struct CommandTag, 64>;
/// The host's name for one message: 1 to 64 bytes of UTF-8.
using MessageId = Id<struct MessageTag, 64>;
/// The host's thread through several commands: at most 64 bytes of UTF-8.
using Correlation = Id<struct CorrelationTag, 64>;
/// The key of a custom field: 1 to 16 bytes of `[A-Za-z0-9_]`.
using CustomKey = Id<struct CustomKeyTag, 16>;

/// The name of a group type: a built-in one or one of the backend's own. 1 to 32 bytes of `[A-Za-z0-9_]`.
/// The old names `Private` and `ChatRoom` become `Work` and `Meeting` on construction, so that they compare
/// equal.
class TypeName : public Id<struct TypeTag, 32> {
 public:
  TypeName() = default;
  explicit TypeName(std::string_view text) : Id(canonical(text)) {}

 private:
  static std::string_view canonical(std::string_view text) {
    if (text == "Private") return "Work";
    if (text == "ChatRoom") return "Meeting";
    return text;
  }
};

/// Milliseconds since the Unix epoch.
struct TimeMs {
  std::int64_t ms = 0;
  auto operator<=>(const TimeMs&) const = default;
};
/// The last moment that a command may carry: 9999-12-31T23:59:58.999Z.
inline constexpr TimeMs time_max{253402300798999};
/// A mute until this moment never ends: no command can carry this time.
inline constexpr TimeMs for_ever{253402300799000};

/// Counts a stream's commits, gapless from 1; 0 means "none yet".
using Revision = std::uint64_t;
/// Counts the store's commits, gapless from 1, assigned by the log on append; 0 means "none yet".
using Position = std::uint64_t;
/// Numbers a group's messages and numbered notices from 1; 0 means "none".
using MsgSeq = std::uint64_t;
/// The largest whole number that the JSON contract carries.
inline constexpr std::uint64_t integer_max = (std::uint64_t{1} << 53) - 1;

/// Hashes any id, a word at a time; for hash maps.
struct IdHash {
  template <class T>
  std::size_t operator()(const T& id) const {
    std::size_t hash = id.size_;
    for (std::size_t at = 0; at < id.view().size(); at += T::word_size)
      boost::hash_combine(hash, id.word(at));
    return hash;
  }
};

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

/// The caller of a command or a query. An app admin acts for the backend, the system for its timers.
/// Source  docs/rules.md section 1
struct Caller {
  Account account;
  CallerKind kind = CallerKind::user;
  bool operator==(const Caller&) const = default;
};
BOOST_DESCRIBE_STRUCT(Caller, (), (account, kind))

/// SHA-256, 32 bytes.
using Digest = std::array<std::uint8_t, 32>;
/// The bytes of a digest, as text.
inline std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// What a stream of commits belongs to.
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

/// The end of a stream: its last commit's revision, effective time and hash.
struct StreamHead {
  Revision revision = 0;
  TimeMs time;
  Digest hash{};
  std::uint64_t ids = 0;  // marks of the command ids in the stream: find_command_id()
  bool operator==(const StreamHead&) const = default;
};
BOOST_DESCRIBE_STRUCT(StreamHead, (), (revision, time, hash, ids))

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

/// What a value is, for the code that follows descriptions.
namespace detail {
template <class T>
inline constexpr bool is_id = false;
template <class Tag, std::size_t Max>
inline constexpr bool is_id<Id<Tag, Max>> = true;
template <>
inline constexpr bool is_id<TypeName> = true;
template <class T>
inline constexpr bool is_text = false;
template <class Tag, std::size_t Min, std::size_t Max>
inline constexpr bool is_text<Text<Tag, Min, Max>> = true;
template <class T>
inline constexpr bool is_bytes = false;
template <std::size_t N>
inline constexpr bool is_bytes<std::array<std::uint8_t, N>> = true;

}  // namespace detail

}  // namespace muster
