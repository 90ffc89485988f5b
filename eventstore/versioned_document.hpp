#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include <muster/eventstore/archive.hpp>
#include <muster/eventstore/codec.hpp>

/// Documents that are known by the digest of their bytes: a document keeps its bytes when its type gets
/// members that it does not use.
namespace muster {

/// The newest schema that a member of one of the types came with.
template <class... Types>
constexpr unsigned newest_schema() {
  unsigned newest = 0;
  const auto look = [&](const auto& additions) {
    for (const Since& addition : additions) newest = std::max<unsigned>(newest, addition.schema);
  };
  (look(since<Types>), ...);
  return newest;
}

/// Gives the members that came after `schema` the values that they have in `standard`.
template <Described T>
void complete(T& value, const T& standard, unsigned schema) {
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
      [&](auto member) {
        if (since_of<T>(member.name) > schema) value.*member.pointer = standard.*member.pointer;
      });
}

/// Reads a document. `fill_in(document, schema)` completes one that was written with an older schema.
template <class Document, class FillIn>
std::variant<Document, DecodeError> decode_document(std::string_view bytes, unsigned newest,
                                                    const FillIn& fill_in) {
  CompactReader reader{bytes};
  const std::uint64_t schema = reader.varint();
  if (reader.ok() && schema > newest) return DecodeError::newer_version;
  reader.set_schema(static_cast<unsigned>(schema));
  Document document;
  reader& document;
  // Who checks the digest knows the bytes: what is unknown is newer.
  if (!reader.finished()) return reader.met_unknown() ? DecodeError::newer_version : DecodeError::corrupt;
  fill_in(document, static_cast<unsigned>(schema));
  return document;
}

/// Writes a document in the oldest schema that can say it: reading that gives the same document.
template <class Document, class FillIn>
std::string encode_document(const Document& document, unsigned newest, const FillIn& fill_in) {
  for (unsigned schema = 0;; ++schema) {
    std::string bytes;
    CompactWriter writer{bytes, schema};
    writer.varint(schema);
    writer& document;
    if (schema >= newest) return bytes;
    const auto read = decode_document<Document>(bytes, newest, fill_in);
    const auto* same = std::get_if<Document>(&read);
    if (same != nullptr && *same == document) return bytes;
  }
}

}  // namespace muster
