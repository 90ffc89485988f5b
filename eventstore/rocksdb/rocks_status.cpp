#include <fmt/format.h>

#include <muster/eventstore/rocksdb/rocks_status.hpp>

namespace muster {
namespace {

struct Cure {
  StoreErrorCode code;
  std::string_view advice;
};

Cure cure_of(const rocksdb::Status& status) {
  if (status.IsNoSpace()) return {StoreErrorCode::full, "free some space and reopen the store"};
  if (status.IsCorruption()) return {StoreErrorCode::corrupt, "restore the store from a backup"};
  // A file that the manifest names and the folder does not have.
  if (status.IsPathNotFound()) return {StoreErrorCode::corrupt, "restore the store from a backup"};
  // Only where our own lock file was taken away.
  if (status.IsIOError() && status.ToString().find("/LOCK:") != std::string::npos)
    return {StoreErrorCode::locked, "stop the other process that has it open, or use that process"};
  return {StoreErrorCode::io, "look after the disk and reopen the store"};
}

}  // namespace

StoreError error_of(const rocksdb::Status& status, std::string_view doing) {
  const Cure cure = cure_of(status);
  return {cure.code, fmt::format("{}: {}; {}", doing, status.ToString(), cure.advice)};
}

}  // namespace muster
