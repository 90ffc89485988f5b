#pragma once

#include <filesystem>
#include <string_view>

#include <rocksdb/env.h>

#include <muster/eventstore/store_error.hpp>

/// The store's own small files, on the file system that the database is on.
namespace muster {

/// Null stands for the default environment.
rocksdb::Env& env_or_default(rocksdb::Env* env);

/// Replaces the file, all or nothing, and returns when that is durable. Throws StoreError (io, full).
void replace_file(rocksdb::Env& env, const std::filesystem::path& path, std::string_view bytes);
/// Removes the file, durably. Throws StoreError (io).
void remove_file(rocksdb::Env& env, const std::filesystem::path& path);
/// Makes the names in a folder durable. Throws StoreError (io).
void sync_names(rocksdb::Env& env, const std::filesystem::path& folder);

}  // namespace muster
