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

#include <boost/archive/archive_exception.hpp>
#include <boost/container/small_vector.hpp>
#include <boost/mpl/bool.hpp>
#include <boost/mpl/int.hpp>
#include <boost/mpl/integral_c_tag.hpp>
#include <boost/serialization/level.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/serialization.hpp>
#include <boost/serialization/tracking.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/kinds.hpp>
#include <muster/domain/core/values.hpp>

/// Our compact, portable archive on the archive concept of Boost.Serialization, and the `serialize` that
/// takes every described struct through it and through Boost's own text and binary archives. docs/format.md
/// has the grammar of the compact bytes, docs/embedding.md an example of a text archive.
namespace muster {

class CompactWriter;
class CompactReader;

/// The schema that a member came with: 0 for those of the first version.
template <class T>
constexpr std::uint16_t since_of(std::string_view member) {
  for (const Since& addition : since<T>)
    if (addition.member == member) return addition.schema;
  return 0;
}

namespace detail {
template <class Archive>
concept Compact = std::is_same_v<Archive, CompactWriter> || std::is_same_v<Archive, CompactReader>;
/// A variant such as Command and Event: each alternative is described and has a tag.
template <class T>
inline constexpr bool is_tagged_variant = false;
template <class... Types>
inline constexpr bool is_tagged_variant<std::variant<Types...>> =
    ((Described<Types> && persisted<Types>.tag != 0) && ...);
/// What Boost's archives can be given.
template <class T>
concept Archivable =
    Described<T> || is_id<T> || is_text<T> || std::is_same_v<T, TimeMs> || is_tagged_variant<T>;
template <class Archive, class T>
void serialize_stock(Archive& archive, T& value);
}  // namespace detail

/// Boost.Serialization's customisation point. In a compact archive: the members of a described struct in
/// order, without those that are newer than `schema`; a struct inside another follows the schema of the
/// outermost. In any other archive: all members of a described struct, or an id, text or time; `schema` is
/// ignored. Reading from another archive throws boost::archive::archive_exception for bytes that are damaged,
/// cut short or from a newer version, and must be linked with Boost's serialization library.
template <class Archive, class T>
requires(detail::Compact<Archive>
             ? Described<T>
             : detail::Archivable<T>) void serialize(Archive& archive, T& object, const unsigned schema) {
  if constexpr (detail::Compact<Archive>)
    for_each_member(object, [&](const char* name, auto& member) {
      if (since_of<std::remove_const_t<T>>(name) <= schema) archive& member;
    });
  else
    detail::serialize_stock(archive, object);
}
/// The same for Command and Event. This overload keeps precedence over that of newer versions of Boost.
template <class Archive, class... Types>
requires(!detail::Compact<Archive> && detail::is_tagged_variant<std::variant<Types...>>) void serialize(
    Archive& archive, std::variant<Types...>& object, const unsigned /*schema*/) {
  detail::serialize_stock(archive, object);
}

/// Tells the traits at the end of this file which types are muster's own, by argument-dependent lookup.
template <detail::Archivable T>
void has_muster_serialize(const T&);

namespace detail {

/// The newest schema of a type's own members.
template <class T>
inline constexpr std::uint16_t own_schema = [] {
  std::uint16_t newest = 0;
  for (const Since& addition : since<T>) newest = addition.schema > newest ? addition.schema : newest;
  return newest;
}();

/// Takes values through an archive that is not ours, as a sequence of numbers: Boost 1.81 has nothing for
/// optionals, and its strings trust the size in the archive and do not notice their end missing.
/// A struct is its own schema and its members; a list, map or string is its size and items; a variant is the
/// tag and the value.
template <class Archive>
class StockArchive {
 public:
  explicit StockArchive(Archive& archive) : archive_(archive) {}

  template <class T>
  void pass(T& value) {
    if constexpr (std::is_same_v<T, bool>)
      flag(value);
    else if constexpr (std::is_enum_v<T>)
      named(value);
    else if constexpr (std::is_integral_v<T>)
      archive_& value;
    else if constexpr (std::is_same_v<T, TimeMs>)
      pass(value.ms);
    else if constexpr (std::is_same_v<T, std::string>)
      bytes(value, size_of(value));
    else if constexpr (is_id<T>)
      id(value);
    else if constexpr (is_text<T>)
      pass(value.value);
    else if constexpr (is_bytes<T>)
      for (auto& byte : value) pass(byte);
    else if constexpr (is_optional<T>)
      optional(value);
    else if constexpr (is_map<T>)
      map(value);
    else if constexpr (Sequence<T>)
      sequence(value);
    else if constexpr (is_tagged_variant<T>)
      variant(value);
    else
      described(value);
  }
  /// A zero at the end: without it a last number that was cut short would look like a smaller one.
  void end() {
    std::uint8_t zero = 0;
    pass(zero);
    if (zero != 0) throw_damaged();
  }

 private:
  static constexpr bool saving = Archive::is_saving::value;
  using Code = boost::archive::archive_exception::exception_code;

  [[noreturn]] static void throw_damaged() {
    throw boost::archive::archive_exception{Code::input_stream_error};
  }
  [[noreturn]] static void throw_newer(const char* what) {
    throw boost::archive::archive_exception{Code::unsupported_class_version, what};
  }

  void flag(bool& value) {
    std::uint8_t number = value ? 1 : 0;
    pass(number);
    if (number > 1) throw_damaged();
    value = number == 1;
  }
  template <NamedEnum T>
  void named(T& value) {
    auto number = static_cast<std::uint32_t>(value);
    pass(number);
    if constexpr (!saving) {
      value = static_cast<T>(number);
      if (static_cast<std::uint32_t>(value) != number || name_of(value).empty()) throw_newer("a named value");
    }
  }
  /// The number of items, that of `container` when saving.
  template <class T>
  std::uint64_t size_of(const T& container) {
    std::uint64_t size = saving ? container.size() : 0;
    pass(size);
    return size;
  }
  /// Memory grows with what is read, not with the size that the archive claims.
  void bytes(std::string& text, std::uint64_t size) {
    if constexpr (!saving) text.clear();
    for (std::uint64_t i = 0; i < size; ++i) {
      auto byte = saving ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
      pass(byte);
      if constexpr (!saving) text.push_back(static_cast<char>(byte));
    }
  }
  /// An overlong id has a size over its bound, and no bytes.
  template <class T>
  void id(T& value) {
    constexpr std::uint64_t overlong = T::bytes_max + 1;
    std::string text{value.view()};
    std::uint64_t size = value.overlong() ? overlong : text.size();
    pass(size);
    if (size > overlong) throw_damaged();
    if (size < overlong)
      bytes(text, size);
    else
      text.assign(overlong, '?');
    if constexpr (!saving) value = T{text};
  }
  template <class T>
  void optional(std::optional<T>& value) {
    bool is_set = value.has_value();
    flag(is_set);
    if constexpr (!saving) {
      value.reset();
      if (is_set) value.emplace();
    }
    if (is_set) pass(*value);
  }
  template <class T>
  void map(T& entries) {
    const std::uint64_t size = size_of(entries);
    if constexpr (saving) {
      for (auto& [key, value] : entries) {
        auto copy = key;
        pass(copy);
        pass(value);
      }
    } else {
      entries.clear();
      for (std::uint64_t i = 0; i < size; ++i) {
        typename T::key_type key;
        pass(key);
        if (!entries.empty() && !(entries.rbegin()->first < key)) throw_damaged();
        pass(entries[key]);
      }
    }
  }
  template <class T>
  void sequence(T& items) {
    const std::uint64_t size = size_of(items);
    if constexpr (saving) {
      for (auto& item : items) pass(item);
    } else {
      items.clear();
      for (std::uint64_t i = 0; i < size; ++i) pass(items.emplace_back());
    }
  }
  template <class... Types>
  void variant(std::variant<Types...>& value) {
    std::uint16_t tag = 0;
    if constexpr (saving) tag = std::visit([]<class T>(const T&) { return persisted<T>.tag; }, value);
    pass(tag);
    const auto pass_if = [&]<class T>(std::type_identity<T>) {
      if (persisted<T>.tag != tag) return false;
      if constexpr (saving)
        pass(std::get<T>(value));
      else
        pass(value.template emplace<T>());
      return true;
    };
    if (!(pass_if(std::type_identity<Types>{}) || ...)) throw_newer("a tag");
  }
  template <Described T>
  void described(T& object) {
    std::uint16_t schema = own_schema<T>;
    pass(schema);
    if (schema > own_schema<T>) throw_newer("a struct");
    for_each_member(object, [&](const char* name, auto& member) {
      if (since_of<T>(name) <= schema) pass(member);
    });
  }

  Archive& archive_;
};

template <class Archive, class T>
void serialize_stock(Archive& archive, T& value) {
  StockArchive<Archive> stock{archive};
  stock.pass(value);
  stock.end();
}

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

/// Boost's archives write no class information and do no tracking for muster's values: the values carry their
/// schemas themselves.
namespace boost::serialization {
template <class T>
requires requires(const T& value) { has_muster_serialize(value); }
struct implementation_level_impl<const T> {
  using tag = mpl::integral_c_tag;
  using type = mpl::int_<object_serializable>;
  static constexpr int value = type::value;
};
template <class T>
requires requires(const T& value) { has_muster_serialize(value); }
struct tracking_level_impl<const T> {
  using tag = mpl::integral_c_tag;
  using type = mpl::int_<track_never>;
  static constexpr int value = type::value;
};
}  // namespace boost::serialization
