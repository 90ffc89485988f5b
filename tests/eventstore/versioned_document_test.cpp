#include <gtest/gtest.h>

#include <muster/domain/rules/rules.hpp>
#include <muster/eventstore/versioned_document.hpp>

// Rules documents are known by the digest of their bytes, which must not change with the code.
namespace muster {
namespace {

struct House {
  std::uint32_t doors = 1;
  std::uint32_t windows = 0;   // since schema 1
  std::uint32_t chimneys = 0;  // since schema 2
  bool operator==(const House&) const = default;
};
BOOST_DESCRIBE_STRUCT(House, (), (doors, windows, chimneys))

}  // namespace
template <>
inline constexpr std::array since<House>{Since{"windows", 1}, Since{"chimneys", 2}};
namespace {

constexpr House standard{.doors = 1, .windows = 4, .chimneys = 1};
constexpr unsigned newest = newest_schema<House>();

void fill_in(House& house, unsigned schema) { complete(house, standard, schema); }
std::string encoded(const House& house) { return encode_document(house, newest, fill_in); }

TEST(VersionedDocument, IsWrittenInTheOldestSchemaThatCanSayIt) {
  EXPECT_EQ(newest, 2U);
  EXPECT_EQ(encoded({.doors = 2, .windows = 4, .chimneys = 1}), std::string("\0\2", 2));
  EXPECT_EQ(encoded({.doors = 2, .windows = 5, .chimneys = 1}), std::string("\1\2\5", 3));
  EXPECT_EQ(encoded({.doors = 2, .windows = 4, .chimneys = 0}), std::string("\2\2\4\0", 4));
}

TEST(VersionedDocument, WhatAnOlderOneLacksIsAsTheStandardHasIt) {
  const auto read = decode_document<House>(std::string_view{"\0\7", 2}, newest, fill_in);
  EXPECT_EQ(std::get<House>(read), (House{.doors = 7, .windows = 4, .chimneys = 1}));
}

TEST(VersionedDocument, EveryDocumentIsReadAsItWasWritten) {
  for (const std::uint32_t windows : {0U, 4U, 300U}) {
    for (const std::uint32_t chimneys : {0U, 1U, 2U}) {
      const House house{.doors = 3, .windows = windows, .chimneys = chimneys};
      EXPECT_EQ(std::get<House>(decode_document<House>(encoded(house), newest, fill_in)), house);
    }
  }
}

TEST(VersionedDocument, ANewerOneAndADamagedOneAreToldApart) {
  EXPECT_EQ(std::get<DecodeError>(decode_document<House>(std::string_view{"\3\1\1\1\1", 5}, newest, fill_in)),
            DecodeError::newer_version);
  for (const std::string_view damaged :
       {std::string_view{}, std::string_view{"\2\1", 2}, std::string_view{"\0\1\1", 3}})
    EXPECT_EQ(std::get<DecodeError>(decode_document<House>(damaged, newest, fill_in)), DecodeError::corrupt);
}

}  // namespace
}  // namespace muster
