#include <string>

#define XXH_INLINE_ALL
#include <gtest/gtest.h>
#include <xxhash.h>

#include <muster/eventstore/archive.hpp>
#include <muster/eventstore/codec.hpp>

#include "support/samples.hpp"

// docs/format.md: bytes of a newer muster are called that, never misread.
namespace muster::test {
namespace {

/// A commit with these parts, its checksum right.
std::string stored(char format, const std::string& head, const std::string& body) {
  std::string bytes(1, format);
  CompactWriter writer{bytes};
  writer.bytes(head);
  writer.bytes(body);
  bytes += std::string(32, 'h');
  const std::uint64_t sum = XXH3_64bits(bytes.data(), bytes.size());
  for (unsigned shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(sum >> shift));
  return bytes;
}
std::string head_bytes(std::uint64_t schema = 0) {
  std::string head;
  CompactWriter writer{head};
  writer.varint(schema);
  writer& sample_commit().head;
  return head;
}
/// A body with one event record of the tag and schema.
std::string body_bytes(std::uint64_t tag, std::uint64_t schema, std::uint64_t body_schema = 0) {
  std::string body;
  CompactWriter writer{body};
  writer.varint(body_schema);
  writer & false & Assigned{} & std::vector<HookVerdict>{};
  writer.varint(1);
  writer.varint(tag);
  writer.varint(schema);
  writer.bytes("");
  writer& Reply{};
  return body;
}
std::optional<DecodeError> error_of(const std::string& bytes) {
  const auto decoded = decode_commit(bytes);
  return std::holds_alternative<DecodeError>(decoded) ? std::optional{std::get<DecodeError>(decoded)}
                                                      : std::nullopt;
}
constexpr auto activated = persisted<GroupActivated>.tag;

TEST(NewerBytes, WhatThisVersionWritesIsRead) {
  EXPECT_EQ(error_of(stored(1, head_bytes(), body_bytes(activated, 0))), std::nullopt);
}
TEST(NewerBytes, ANewerFormatIsNamed) {
  EXPECT_EQ(error_of(stored(2, head_bytes(), body_bytes(activated, 0))), DecodeError::newer_version);
}
TEST(NewerBytes, ANewerHeadIsNamed) {
  EXPECT_EQ(error_of(stored(1, head_bytes(1), body_bytes(activated, 0))), DecodeError::newer_version);
}
TEST(NewerBytes, ANewerBodyIsNamed) {
  EXPECT_EQ(error_of(stored(1, head_bytes(), body_bytes(activated, 0, 1))), DecodeError::newer_version);
}
TEST(NewerBytes, ANewerSchemaOfAnEventIsNamed) {
  EXPECT_EQ(error_of(stored(1, head_bytes(), body_bytes(activated, 1))), DecodeError::newer_version);
}
TEST(NewerBytes, AnUnknownEventIsNamed) {
  EXPECT_EQ(error_of(stored(1, head_bytes(), body_bytes(60'000, 0))), DecodeError::newer_version);
}

TEST(NewerBytes, ReadingThemFromALogThrowsTheNamedError) {
  try {
    decode_commit_at(5, stored(2, head_bytes(), body_bytes(activated, 0)));
    FAIL() << "no error";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.code(), StoreErrorCode::newer_format);
  }
  try {
    decode_commit_at(5, "nonsense");
    FAIL() << "no error";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.code(), StoreErrorCode::corrupt);
    EXPECT_NE(std::string{error.what()}.find("position 5"), std::string::npos);
  }
}

}  // namespace
}  // namespace muster::test
