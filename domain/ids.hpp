#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string_view>

#include <boost/static_string/static_string.hpp>

namespace muster {

/// An identifier kept inline: no allocation, compared byte for byte.
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
  explicit Id(std::string_view text) : overlong_(text.size() > BytesMax) {
    if (!overlong_) text_.assign(text.data(), text.size());
  }

  /// The bytes; empty when nothing was given or the text was overlong.
  [[nodiscard]] std::string_view view() const { return {text_.data(), text_.size()}; }
  [[nodiscard]] bool empty() const { return text_.empty() && !overlong_; }
  /// True for a text that was longer than `bytes_max`; its bytes are not kept.
  [[nodiscard]] bool overlong() const { return overlong_; }

  friend bool operator==(const Id& a, const Id& b) {
    return a.view() == b.view() && a.overlong_ == b.overlong_;
  }
  friend std::strong_ordering operator<=>(const Id& a, const Id& b) {
    if (const auto order = a.view() <=> b.view(); order != 0) return order;
    return a.overlong_ <=> b.overlong_;
  }
  friend std::ostream& operator<<(std::ostream& out, const Id& id) {
    return out << '`' << (id.overlong_ ? std::string_view{"(too long)"} : id.view()) << '`';
  }

 private:
  boost::static_string<BytesMax> text_;
  bool overlong_ = false;
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
/// A mute until this moment is for ever: no command can carry it.
inline constexpr TimeMs for_ever{253402300799000};

/// Counts a stream's commits, gapless from 1; 0 means "none yet".
using Revision = std::uint64_t;
/// Counts the store's commits, gapless from 1, assigned by the log on append; 0 means "none yet".
using Position = std::uint64_t;
/// Numbers a group's messages and numbered notices from 1; 0 means "none".
using MsgSeq = std::uint64_t;
/// The largest whole number that the JSON contract carries.
inline constexpr std::uint64_t integer_max = (std::uint64_t{1} << 53) - 1;

/// Hashes the bytes of any id; for hash maps.
struct IdHash {
  template <class T>
  std::size_t operator()(const T& id) const {
    return std::hash<std::string_view>{}(id.view());
  }
};

}  // namespace muster
