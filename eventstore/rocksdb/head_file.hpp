#pragma once

#include <filesystem>

#include <muster/eventstore/rocksdb/batch_mark.hpp>
#include <muster/eventstore/store.hpp>

namespace rocksdb {
class Env;
}

namespace muster {

/// How far the log surely reaches: the content of the file `HEAD` beside the database.
struct HeadNote {
  Position position = 0;
  Digest hash{};  // the chain hash of the commit at `position`
  Durability durability =
      Durability::fsync;  // of all writes since; format 1 does not tell, and counts as this
  StoreId store{};        // all zero in format 1
  std::uint32_t format = store_format;
};

/// Whether a file is a `HEAD` of ours, sound or not: other programs have files of that name.
bool is_head(const std::filesystem::path& path);
/// Throws StoreError (corrupt, newer_format, io); a missing file is corrupt: every store has one.
HeadNote read_head(const std::filesystem::path& folder);
/// Replaces the file; durable on return. Throws StoreError (io, full).
/// env  whose file system the store is on; null: the default one
void write_head(const std::filesystem::path& folder, const HeadNote& note, rocksdb::Env* env = nullptr);

}  // namespace muster
