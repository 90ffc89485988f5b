#include <algorithm>

#include <fmt/format.h>

#include <muster/eventstore/big_endian.hpp>
#include <muster/eventstore/head_file.hpp>
#include <muster/eventstore/posix_file.hpp>
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

HeadNote read_head(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / file_name;
  const std::string what = fmt::format("the file `{}`", path.string());
  const Sealed content = unseal(kind, head_bytes(path), what);
  HeadNote note;
  if (content.payload.size() != sizeof(Position) + note.hash.size())
    throw StoreError{StoreErrorCode::corrupt, what + " has the wrong length; restore it from a backup"};
  note.position = read_big_endian<Position>(content.payload);
  std::copy(content.payload.begin() + sizeof(Position), content.payload.end(), note.hash.begin());
  return note;
}

void write_head(const std::filesystem::path& folder, const HeadNote& note) {
  Sealed content{store_format, {}};
  append_big_endian(content.payload, note.position);
  content.payload.append(note.hash.begin(), note.hash.end());
  replace_file(folder / file_name, seal(kind, content));
}

}  // namespace muster
