#include <sstream>
#include <string>
#include <unordered_set>

#include <gtest/gtest.h>

#include <muster/domain/rows.hpp>

// Ids: bytes kept inline. docs/rules.md section 4.
namespace muster::test {
namespace {

TEST(Id, HoldsAnyTextUpToItsBound) {
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 31U, 32U}) {
    const std::string text(size, 'x');
    EXPECT_EQ(Account{text}.view(), text);
    EXPECT_FALSE(Account{text}.overlong());
    EXPECT_EQ(Account{text}.empty(), size == 0);
  }
  EXPECT_EQ(GroupId{std::string(47, 'g')}.view().size(), 47U);
}

TEST(Id, RemembersOfALongerTextOnlyThatItWas) {
  const Account overlong{std::string(33, 'x')};
  EXPECT_TRUE(overlong.overlong());
  EXPECT_FALSE(overlong.empty());
  EXPECT_EQ(overlong.view(), "");
  EXPECT_FALSE(overlong == Account{});
  EXPECT_EQ(overlong, Account{std::string(300, 'y')});
  std::ostringstream out;
  out << overlong;
  EXPECT_EQ(out.str(), "`(too long)`");
}

TEST(Id, IsComparedByteForByte) {
  EXPECT_EQ(Account{"mia"}, Account{"mia"});
  EXPECT_FALSE(Account{"mia"} == Account{"mib"});
  EXPECT_FALSE(Account{"mia"} == Account{"mia "});
  EXPECT_FALSE(Account{"12345678a"} == Account{"12345678b"});
  EXPECT_FALSE((Account{std::string_view{"a\0", 2}} == Account{"a"})) << "a zero byte counts";
  EXPECT_LT(Account{"a"}, Account{"b"});
  EXPECT_LT(Account{"a"}, Account{"ab"});
  EXPECT_LT(Account{"b"}, Account{"\xff"}) << "bytes are unsigned";
}

TEST(Id, TakesTheSameTextUnderAnotherName) {
  for (const char* text : {"", "g", "@TGS#_a-rather-long-group"}) {
    EXPECT_EQ(StreamId::of(GroupId{text}).group(), GroupId{text});
    EXPECT_EQ((Id<struct AnyTag, 47>{Account{text}}.view()), text);
  }
  EXPECT_TRUE((Id<struct AnyTag, 47>{Account{std::string(40, 'x')}}.overlong()));
}

TEST(Id, HashesWhatItIsComparedBy) {
  EXPECT_EQ(IdHash{}(Account{"mia"}), IdHash{}(Account{"mia"}));
  std::unordered_set<std::size_t> hashes;
  for (int i = 0; i < 10'000; ++i) hashes.insert(IdHash{}(Account{"user" + std::to_string(i)}));
  EXPECT_GT(hashes.size(), 9'990U);
  EXPECT_NE(IdHash{}(Account{"a"}), IdHash{}(Account{std::string_view{"a\0", 2}}));
}

}  // namespace
}  // namespace muster::test
