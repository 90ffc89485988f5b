#include <fmt/format.h>

#include <muster/eventstore/rocksdb/rocks_status.hpp>
#include <muster/eventstore/rocksdb/whole_file.hpp>

namespace muster {
namespace {

rocksdb::Status write_whole(rocksdb::Env& env, const std::string& path, std::string_view bytes) {
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status = env.NewWritableFile(path, &file, rocksdb::EnvOptions{});
  if (status.ok()) status = file->Append(rocksdb::Slice{bytes.data(), bytes.size()});
  if (status.ok()) status = file->Fsync();
  if (status.ok()) status = file->Close();
  return status;
}

}  // namespace

rocksdb::Env& env_or_default(rocksdb::Env* env) { return env == nullptr ? *rocksdb::Env::Default() : *env; }

void replace_file(rocksdb::Env& env, const std::filesystem::path& path, std::string_view bytes) {
  const std::string fresh = path.string() + ".new";
  require(write_whole(env, fresh, bytes), fmt::format("writing `{}`", fresh));
  require(env.RenameFile(fresh, path.string()), fmt::format("renaming `{}`", fresh));
  sync_names(env, path.parent_path());
}

void remove_file(rocksdb::Env& env, const std::filesystem::path& path) {
  require(env.DeleteFile(path.string()), fmt::format("removing `{}`", path.string()));
  sync_names(env, path.parent_path());
}

void sync_names(rocksdb::Env& env, const std::filesystem::path& folder) {
  std::unique_ptr<rocksdb::Directory> directory;
  rocksdb::Status status = env.NewDirectory(folder.string(), &directory);
  if (status.ok()) status = directory->Fsync();
  require(status, fmt::format("syncing `{}`", folder.string()));
}

}  // namespace muster
