#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <string_view>

#include <boost/container_hash/hash.hpp>

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

}  // namespace muster
