#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/sst_file_reader.h>

#include <muster/eventstore/rocksdb/damaged_tables.hpp>
#include <muster/eventstore/rocksdb/rocks_options.hpp>

namespace muster {
namespace {

constexpr std::size_t piece_bytes = 1024 * 1024;

/// The checksum of all bytes of a file.
rocksdb::Status checksum_of(rocksdb::Env& env, const std::string& path, std::string& checksum) {
  std::unique_ptr<rocksdb::SequentialFile> file;
  rocksdb::Status status = env.NewSequentialFile(path, &file, rocksdb::EnvOptions{});
  if (!status.ok()) return status;
  const auto generator = rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
  std::string buffer(piece_bytes, '\0');
  for (;;) {
    rocksdb::Slice piece;
    status = file->Read(piece_bytes, &piece, buffer.data());
    if (!status.ok()) return status;
    if (piece.empty()) break;
    generator->Update(piece.data(), piece.size());
  }
  generator->Finalize();
  checksum = generator->GetChecksum();
  return status;
}

rocksdb::Status check_blocks(const Database& database, const rocksdb::LiveFileMetaData& table,
                             const std::string& path) {
  rocksdb::SstFileReader reader{
      {database_options(database.spec()), family_options(database.spec(), table.column_family_name)}};
  const rocksdb::Status status = reader.Open(path);
  return status.ok() ? reader.VerifyChecksum() : status;
}

}  // namespace

std::vector<std::string> damaged_tables(const Database& database) {
  std::vector<rocksdb::LiveFileMetaData> tables;
  database.db().GetLiveFilesMetaData(&tables);
  rocksdb::Env& env = *database.db().GetEnv();
  std::vector<std::string> damaged;
  for (const rocksdb::LiveFileMetaData& table : tables) {
    const std::string path = table.db_path + table.name;
    if (table.file_checksum_func_name == rocksdb::kUnknownFileChecksumFuncName) {
      if (const auto status = check_blocks(database, table, path); !status.ok())
        damaged.push_back(fmt::format("the file `{}` is damaged: {}", path, status.ToString()));
      continue;
    }
    std::string checksum;
    if (const auto status = checksum_of(env, path, checksum); !status.ok())
      damaged.push_back(fmt::format("the file `{}` cannot be read: {}", path, status.ToString()));
    else if (checksum != table.file_checksum)
      damaged.push_back(fmt::format("the file `{}` is not what was written", path));
  }
  return damaged;
}

}  // namespace muster
