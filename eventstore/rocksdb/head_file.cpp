#include <algorithm>

#include <fmt/format.h>

#include <muster/eventstore/big_endian.hpp>
#include <muster/eventstore/posix_file.hpp>
#include <muster/eventstore/rocksdb/head_file.hpp>
#include <muster/eventstore/rocksdb/whole_file.hpp>
#include <muster/eventstore/sealed.hpp>
#include <muster/eventstore/store.hpp>

namespace muster {
namespace {

constexpr std::string_view kind = "mstrHEAD";
constexpr std::string_view file_name = "HEAD";

std::string head_bytes(const std::filesystem::path& path) {
  try {
    return read_file(path);
  } catch (const StoreError& error) {
    if (error.code() != StoreErrorCode::not_found) throw;
    throw StoreError{StoreErrorCode::corrupt,
                     fmt::format("the file `{}` is missing; restore it from a backup", path.string())};
  }
}

}  // namespace

bool is_head(const std::filesystem::path& path) {
  try {
    return read_file(path).starts_with(kind);
  } catch (const StoreError&) {
    return false;
  }
}

HeadNote read_head(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / file_name;
  const std::string what = fmt::format("the file `{}`", path.string());
  const Sealed content = unseal(kind, head_bytes(path), what);
  const auto damaged = [&](std::string_view how) {
    return StoreError{StoreErrorCode::corrupt, fmt::format("{} {}; restore it from a backup", what, how)};
  };
  HeadNote note{.format = content.format};
  const bool marked = content.format >= marked_format;
  std::string_view payload = content.payload;
  if (payload.size() != sizeof(Position) + sizeof(Digest) + (marked ? 1 + sizeof(StoreId) : 0))
    throw damaged("has the wrong length");
  note.position = read_big_endian<Position>(payload);
  payload.remove_prefix(sizeof(Position));
  copy_bytes(payload, note.hash);
  payload.remove_prefix(sizeof(Digest));
  if (!marked) return note;
  note.durability = static_cast<Durability>(payload.front());
  if (note.durability != Durability::fsync && note.durability != Durability::os)
    throw damaged("names an unknown durability");
  copy_bytes(payload.substr(1), note.store);
  return note;
}

void write_head(const std::filesystem::path& folder, const HeadNote& note, rocksdb::Env* env) {
  Sealed content{note.format, {}};
  append_big_endian(content.payload, note.position);
  append_bytes(content.payload, note.hash);
  if (note.format >= marked_format) {
    content.payload.push_back(static_cast<char>(note.durability));
    append_bytes(content.payload, note.store);
  }
  replace_file(env_or_default(env), folder / file_name, seal(kind, content));
}

}  // namespace muster
