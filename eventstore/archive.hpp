#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/container/small_vector.hpp>
#include <boost/mpl/bool.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/serialization.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/kinds.hpp>
#include <muster/domain/core/values.hpp>

/// Our compact, portable archive on the archive concept of Boost.Serialization, and the one `serialize` that
/// serves every described struct through it. The grammar of the bytes is docs/format.md.
namespace muster {

/// The schema that a member came with: 0 for those of the first version.
template <class T>
constexpr std::uint16_t since_of(std::string_view member) {
  for (const Since& addition : since<T>)
    if (addition.member == member) return addition.schema;
  return 0;
}

/// Boost.Serialization's customisation point, for every struct with a description: its members in order,
/// those that are newer than `schema` left out. A struct inside another follows the schema of the outermost.
template <class Archive, class T>
requires boost::describe::has_describe_members<T>::value void serialize(Archive& archive, T& object,
                                                                        const unsigned schema) {
  for_each_member(object, [&](const char* name, auto& member) {
    if (since_of<std::remove_const_t<T>>(name) <= schema) archive& member;
  });
}

namespace detail {
constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}
}  // namespace detail

/// Writes to the end of a string.
class CompactWriter {
 public:
  using is_saving = boost::mpl::true_;
  using is_loading = boost::mpl::false_;

  /// `out` must outlive the writer. `schema` is what described structs are written as.
  explicit CompactWriter(std::string& out, unsigned schema = 0) : out_(out), schema_(schema) {}

  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }
  void bytes(std::string_view text) {
    varint(text.size());
    out_.append(text);
  }

  template <class T>
  CompactWriter& operator&(const T& value) {
    if constexpr (std::is_same_v<T, bool>)
      varint(value ? 1 : 0);
    else if constexpr (std::is_enum_v<T>)
      varint(static_cast<std::uint64_t>(value));
    else if constexpr (std::is_unsigned_v<T>)
      varint(value);
    else if constexpr (std::is_signed_v<T>)
      varint(detail::zigzag(value));
    else if constexpr (std::is_same_v<T, TimeMs>)
      varint(detail::zigzag(value.ms));
    else if constexpr (std::is_same_v<T, std::string>)
      bytes(value);
    else if constexpr (detail::is_id<T>)
      bytes(value.view());
    else if constexpr (detail::is_text<T>)
      bytes(value.value);
    else if constexpr (detail::is_bytes<T>)
      out_.append(reinterpret_cast<const char*>(value.data()), value.size());
    else if constexpr (detail::is_optional<T>)
      optional(value);
    else if constexpr (detail::is_map<T>)
      map(value);
    else if constexpr (detail::Sequence<T>)
      sequence(value);
    else
      boost::serialization::serialize_adl(*this, const_cast<T&>(value), schema_);
    return *this;
  }
  template <class T>
  CompactWriter& operator&(const boost::serialization::nvp<T>& pair) {
    return *this & pair.const_value();
  }
  template <class T>
  CompactWriter& operator<<(const T& value) {
    return *this & value;
  }
  void save_binary(const void* data, std::size_t size) { out_.append(static_cast<const char*>(data), size); }

 private:
  template <class T>
  void optional(const std::optional<T>& value) {
    varint(value ? 1 : 0);
    if (value) *this&* value;
  }
  template <class T>
  void map(const T& entries) {
    varint(entries.size());
    for (const auto& [key, value] : entries) *this& key& value;
  }
  template <class T>
  void sequence(const T& items) {
    varint(items.size());
    for (const auto& item : items) *this& item;
  }

  std::string& out_;
  unsigned schema_;
};

/// Reads what CompactWriter wrote. Never reads past the end, never allocates more than the bytes could hold,
/// never throws for bad bytes: it fails once and for all, and what it has read by then must not be used.
class CompactReader {
 public:
  using is_saving = boost::mpl::false_;
  using is_loading = boost::mpl::true_;

  explicit CompactReader(std::string_view in, unsigned schema = 0) : in_(in), schema_(schema) {}

  [[nodiscard]] bool ok() const { return ok_; }
  /// All bytes were well-formed and none is left.
  [[nodiscard]] bool finished() const { return ok_ && in_.empty(); }
  [[nodiscard]] std::size_t left() const { return in_.size(); }
  /// A number was met that no value of its enumeration has: well-formed, but from a newer version.
  [[nodiscard]] bool met_unknown() const { return met_unknown_; }
  /// Described structs are from here on read as of this schema.
  void set_schema(unsigned schema) { schema_ = schema; }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (in_.empty()) return fail();
      const auto byte = static_cast<std::uint8_t>(in_.front());
      in_.remove_prefix(1);
      if (shift == 63 && byte > 1) return fail();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      // One form a number: no trailing zero byte.
      if (byte < 0x80) return byte == 0 && shift > 0 ? fail() : value;
    }
    return fail();
  }
  std::string_view raw(std::size_t size) {
    if (!ok_ || size > in_.size()) {
      fail();
      return {};
    }
    const std::string_view taken = in_.substr(0, size);
    in_.remove_prefix(size);
    return taken;
  }
  std::string_view bytes() { return raw(varint()); }

  template <class T>
  CompactReader& operator&(T& value) {
    if (!ok_) return *this;
    if constexpr (std::is_same_v<T, bool>)
      value = flag();
    else if constexpr (std::is_enum_v<T>)
      value = named<T>();
    else if constexpr (std::is_unsigned_v<T>)
      value = number<T>();
    else if constexpr (std::is_signed_v<T>)
      value = signed_number<T>();
    else if constexpr (std::is_same_v<T, TimeMs>)
      value.ms = detail::unzigzag(varint());
    else if constexpr (std::is_same_v<T, std::string>)
      value = bytes();
    else if constexpr (detail::is_id<T>)
      id(value);
    else if constexpr (detail::is_text<T>)
      value.value = bytes();
    else if constexpr (detail::is_bytes<T>)
      array(value);
    else if constexpr (detail::is_optional<T>)
      optional(value);
    else if constexpr (detail::is_map<T>)
      map(value);
    else if constexpr (detail::Sequence<T>)
      sequence(value);
    else
      boost::serialization::serialize_adl(*this, value, schema_);
    return *this;
  }
  template <class T>
  CompactReader& operator&(const boost::serialization::nvp<T>& pair) {
    return *this & pair.value();
  }
  template <class T>
  CompactReader& operator>>(T& value) {
    return *this & value;
  }
  void load_binary(void* data, std::size_t size) {
    const std::string_view taken = raw(size);
    if (ok_) std::memcpy(data, taken.data(), size);
  }
  std::uint64_t fail() {
    ok_ = false;
    in_ = {};
    return 0;
  }

 private:
  bool flag() {
    const std::uint64_t value = varint();
    return value > 1 ? fail() != 0 : value == 1;
  }
  template <class T>
  T number() {
    const std::uint64_t value = varint();
    return value > std::uint64_t{static_cast<T>(-1)} ? static_cast<T>(fail()) : static_cast<T>(value);
  }
  template <class T>
  T signed_number() {
    const std::int64_t value = detail::unzigzag(varint());
    return static_cast<T>(value) == value ? static_cast<T>(value) : static_cast<T>(fail());
  }
  template <NamedEnum T>
  T named() {
    const std::uint64_t number = varint();
    const T value = static_cast<T>(number);
    if (static_cast<std::uint64_t>(value) != number || name_of(value).empty()) {
      met_unknown_ = met_unknown_ || ok_;
      fail();
    }
    return value;
  }
  template <class T>
  void id(T& value) {
    const std::string_view text = bytes();
    if (text.size() > T::bytes_max)
      fail();
    else
      value = T{text};
  }
  template <std::size_t N>
  void array(std::array<std::uint8_t, N>& value) {
    load_binary(value.data(), N);
  }
  template <class T>
  void optional(std::optional<T>& value) {
    value.reset();
    if (flag()) *this& value.emplace();
  }
  /// How many items follow; no more than there are bytes for.
  std::size_t count() {
    const std::uint64_t items = varint();
    return items > in_.size() ? static_cast<std::size_t>(fail()) : static_cast<std::size_t>(items);
  }
  template <class T>
  void map(T& entries) {
    entries.clear();
    for (std::size_t left = count(); ok_ && left > 0; --left) {
      typename T::key_type key;
      *this& key;
      if (!ok_ || (!entries.empty() && !(entries.rbegin()->first < key)))
        fail();
      else
        *this& entries[key];
    }
  }
  template <class T>
  void sequence(T& items) {
    items.clear();
    for (std::size_t left = count(); ok_ && left > 0; --left) *this& items.emplace_back();
  }

  std::string_view in_;
  unsigned schema_;
  bool ok_ = true;
  bool met_unknown_ = false;
};

}  // namespace muster
