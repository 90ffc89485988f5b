#include <algorithm>
#include <optional>

#include <muster/eventstore/codec.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <muster/domain/core/strings.hpp>
#include <muster/domain/evolve.hpp>
#include <muster/eventstore/archive.hpp>
#include <muster/eventstore/versioned_document.hpp>

namespace muster {
namespace {

constexpr char commit_format = 1;
constexpr unsigned head_schema = 0;
constexpr unsigned body_schema = 0;
constexpr std::size_t checksum_size = 8;
constexpr std::size_t trailer_size = Digest{}.size() + checksum_size;

std::uint64_t checksum_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

void append_u64(std::string& out, std::uint64_t value) {
  for (unsigned shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(value >> shift));
}
std::uint64_t read_u64(std::string_view bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8; ++i) value |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  return value;
}

/// Why a reader did not get to its end, if it did not. The checksum has held: what is unknown is newer.
std::optional<DecodeError> error_of(const CompactReader& reader) {
  if (reader.finished()) return std::nullopt;
  return reader.met_unknown() ? DecodeError::newer_version : DecodeError::corrupt;
}

/// Reads a schema number and goes on as of it; false for one that is newer than `newest`.
bool read_schema(CompactReader& reader, unsigned newest) {
  const std::uint64_t schema = reader.varint();
  if (!reader.ok()) return true;
  reader.set_schema(static_cast<unsigned>(std::min<std::uint64_t>(schema, newest)));
  return schema <= newest;
}

/// record := tag | schema | size | bytes
template <class Variant>
void write_record(CompactWriter& writer, const Variant& variant, std::string& part) {
  std::visit(
      [&]<class T>(const T& value) {
        part.clear();
        CompactWriter inner{part, persisted<T>.schema};
        inner& value;
        writer.varint(persisted<T>.tag);
        writer.varint(persisted<T>.schema);
        writer.bytes(part);
      },
      variant);
}

/// Decodes a record of one of the alternatives of `Variant`: the one that has the tag is made where
/// `make.operator()<T>()` says.
template <class Variant, class Make>
std::optional<DecodeError> read_record(CompactReader& reader, Make&& make) {
  const std::uint64_t tag = reader.varint();
  const std::uint64_t schema = reader.varint();
  const std::string_view bytes = reader.bytes();
  if (!reader.ok()) return DecodeError::corrupt;
  std::optional<DecodeError> error = DecodeError::newer_version;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Variant>>(
      [&]<class T>(std::type_identity<T>) {
        if (persisted<T>.tag != tag) return;
        if (schema > persisted<T>.schema) return;
        CompactReader inner{bytes, static_cast<unsigned>(schema)};
        inner& make.template operator()<T>();
        error = error_of(inner);
      });
  return error;
}

std::optional<DecodeError> read_command(CompactReader& reader, Commit& commit, Want want) {
  if (want == Want::all)
    return read_record<Command>(
        reader, [&]<class C>() -> C& { return std::get<C>(commit.command.emplace(std::in_place_type<C>)); });
  const std::uint64_t tag = reader.varint();
  const std::uint64_t schema = reader.varint();
  reader.bytes();
  bool known = false;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(
      [&]<class C>(std::type_identity<C>) {
        known = known || (persisted<C>.tag == tag && schema <= persisted<C>.schema);
      });
  if (!reader.ok()) return DecodeError::corrupt;
  return known ? std::nullopt : std::optional{DecodeError::newer_version};
}

std::optional<DecodeError> read_event(CompactReader& reader, Commit& commit) {
  return read_record<Event>(reader, [&]<class E>() -> E& {
    return std::get<E>(commit.events.emplace_back(std::in_place_type<E>));
  });
}

void write_body(std::string& body, const Commit& commit, std::string& part) {
  CompactWriter writer{body, body_schema};
  writer.varint(body_schema);
  writer& commit.command.has_value();
  if (commit.command) write_record(writer, *commit.command, part);
  writer& commit.assigned& commit.hooks;
  writer.varint(commit.events.size());
  for (const Event& event : commit.events) write_record(writer, event, part);
  writer& commit.reply;
}

std::optional<DecodeError> read_body(std::string_view body, Commit& commit, Want want) {
  CompactReader reader{body};
  if (!read_schema(reader, body_schema)) return DecodeError::newer_version;
  bool has_command = false;
  reader& has_command;
  if (has_command) {
    if (const auto error = read_command(reader, commit, want)) return error;
  }
  reader& commit.assigned& commit.hooks;
  const std::uint64_t events = reader.varint();
  if (!reader.ok() || events > reader.left()) return error_of(reader).value_or(DecodeError::corrupt);
  for (std::uint64_t i = 0; i < events; ++i) {
    if (const auto error = read_event(reader, commit)) return error;
  }
  // The checksum has held: what is not wanted need not be looked at.
  if (want == Want::events) return reader.ok() ? std::nullopt : std::optional{DecodeError::corrupt};
  reader& commit.reply;
  return error_of(reader);
}

}  // namespace

std::pair<EncodedCommit, Digest> CommitEncoder::encode(const Commit& commit, const Digest& previous) {
  head_.clear();
  CompactWriter head{head_, head_schema};
  head.varint(head_schema);
  head& commit.head;
  body_.clear();
  write_body(body_, commit, part_);
  const Digest hash = hasher_.chain(previous, head_, body_);

  EncodedCommit encoded{.stream = commit.head.stream, .revision = commit.head.revision, .bytes = {}};
  std::string& out = encoded.bytes;
  out.reserve(head_.size() + body_.size() + trailer_size + 12);
  out.push_back(commit_format);
  CompactWriter writer{out};
  writer.bytes(head_);
  writer.bytes(body_);
  out.append(bytes_of(hash));
  append_u64(out, checksum_of(out));
  return {std::move(encoded), hash};
}

EncodedCommit CommitEncoder::encode(Overlay& rows, const Commit& commit) {
  auto [encoded, hash] = encode(commit, head_of(rows, commit.head.stream).hash);
  if (encoded.bytes.size() > commit_bytes_max)
    throw StoreError{StoreErrorCode::too_large, "a commit is over 512 KiB"};
  set_head_hash(rows, commit.head.stream, hash);
  return std::move(encoded);
}

std::variant<CommitParts, DecodeError> split_commit(std::string_view bytes) {
  if (bytes.size() < 1 + trailer_size) return DecodeError::corrupt;
  const std::string_view checked = bytes.substr(0, bytes.size() - checksum_size);
  if (read_u64(bytes.substr(checked.size())) != checksum_of(checked)) return DecodeError::corrupt;
  if (bytes.front() != commit_format) return DecodeError::newer_version;

  CommitParts parts;
  CompactReader reader{checked.substr(1)};
  parts.head = reader.bytes();
  parts.body = reader.bytes();
  reader& parts.hash;
  if (!reader.finished()) return DecodeError::corrupt;
  return parts;
}

namespace {

std::optional<DecodeError> read_head(std::string_view head, CommitHead& out) {
  CompactReader reader{head};
  if (!read_schema(reader, head_schema)) return DecodeError::newer_version;
  reader& out;
  return error_of(reader);
}

void clear(DecodedCommit& out) {
  out.commit.head = {};
  out.commit.command.reset();
  out.commit.assigned = {};
  out.commit.hooks.clear();
  out.commit.events.clear();
  out.commit.reply = {};
}

}  // namespace

std::variant<CommitHead, DecodeError> decode_head(std::string_view head) {
  CommitHead decoded;
  if (const auto error = read_head(head, decoded)) return *error;
  return decoded;
}

std::optional<DecodeError> decode_commit(std::string_view bytes, DecodedCommit& out, Want want) {
  clear(out);
  const auto split = split_commit(bytes);
  if (const auto* error = std::get_if<DecodeError>(&split)) return *error;
  const auto& parts = std::get<CommitParts>(split);
  auto error = read_head(parts.head, out.commit.head);
  if (!error) error = read_body(parts.body, out.commit, want);
  if (error) clear(out);
  out.hash = parts.hash;
  return error;
}

std::variant<DecodedCommit, DecodeError> decode_commit(std::string_view bytes) {
  std::variant<DecodedCommit, DecodeError> decoded;
  if (const auto error = decode_commit(bytes, std::get<DecodedCommit>(decoded))) decoded = *error;
  return decoded;
}

void decode_commit_at(Position position, std::string_view bytes, DecodedCommit& out, Want want) {
  const auto error = decode_commit(bytes, out, want);
  if (!error) return;
  if (*error == DecodeError::newer_version)
    throw StoreError{StoreErrorCode::newer_format,
                     concat("the commit at position ", position, " was written by a newer muster")};
  throw StoreError{StoreErrorCode::corrupt, concat("the commit at position ", position, " is damaged")};
}

DecodedCommit decode_commit_at(Position position, std::string_view bytes) {
  DecodedCommit decoded;
  decode_commit_at(position, bytes, decoded);
  return decoded;
}

namespace {

constexpr unsigned rules_schema = newest_schema<Rules, TypeRules, PlanRules>();

/// What a document lacks, since it is older, is as the built-in types and plans have it.
void fill_in(Rules& rules, unsigned schema) {
  for (TypeRules& type : rules.types)
    if (const TypeRules* base = built_in_type(type.base)) complete(type, *base, schema);
  for (PlanRules& plan : rules.plans) complete(plan, default_rules().plan(plan.edition), schema);
}

}  // namespace

std::string encode_rules(const Rules& rules) { return encode_document(rules, rules_schema, fill_in); }

std::variant<Rules, DecodeError> decode_rules(std::string_view document) {
  return decode_document<Rules>(document, rules_schema, fill_in);
}

Digest digest_of(const Rules& rules) { return Hasher{}.sha256({encode_rules(rules)}); }

RulesDocument document_of(Rules rules) {
  RulesDocument document{.rules = std::move(rules)};
  document.bytes = encode_rules(document.rules);
  document.digest = Hasher{}.sha256({document.bytes});
  document.built_in = document.digest == genesis_rules_digest();
  return document;
}

const Digest& genesis_rules_digest() {
  static constexpr Digest digest{0xa2, 0x7a, 0x09, 0xf6, 0x7d, 0x86, 0x63, 0x65, 0x6b, 0x61, 0xbf,
                                 0x13, 0xc1, 0x8b, 0x54, 0xad, 0x55, 0x7b, 0xc2, 0xe6, 0xb0, 0xc5,
                                 0x02, 0x7c, 0xb8, 0x2a, 0x21, 0xd2, 0xfa, 0x80, 0x24, 0x96};
  return digest;
}

}  // namespace muster
