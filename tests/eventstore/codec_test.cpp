#include <sstream>
#include <string>

#include <boost/archive/text_oarchive.hpp>
#include <boost/serialization/utility.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <muster/eventstore/archive.hpp>
#include <muster/eventstore/codec.hpp>

#include "support/generators.hpp"
#include "support/samples.hpp"

// docs/format.md: the bytes of commands, events and commits are pinned by golden files and read for ever.
namespace muster::test {

// A struct that has grown: `colour` came with schema 1, `size` with schema 2.
struct Grown {
  std::uint32_t number = 0;
  std::string colour = "none";
  std::optional<std::uint32_t> size;
  bool operator==(const Grown&) const = default;
};
BOOST_DESCRIBE_STRUCT(Grown, (), (number, colour, size))

}  // namespace muster::test

namespace muster {
template <>
inline constexpr std::array since<test::Grown>{Since{"colour", 1}, Since{"size", 2}};
}  // namespace muster

namespace muster::test {
namespace {

template <class T>
std::string bytes_of_value(const T& value, unsigned schema = persisted<T>.schema) {
  std::string bytes;
  CompactWriter{bytes, schema} & value;
  return bytes;
}
template <class T>
std::optional<T> value_of(std::string_view bytes, unsigned schema = persisted<T>.schema) {
  T value;
  CompactReader reader{bytes, schema};
  reader& value;
  return reader.finished() ? std::optional{value} : std::nullopt;
}

/// One `name tag schema hex` line for each value.
template <class Variant>
std::vector<std::string> lines_of(const std::vector<Variant>& values) {
  std::vector<std::string> lines;
  for (const Variant& value : values)
    std::visit(
        [&]<class T>(const T& v) {
          lines.push_back(std::string{persisted<T>.name} + ' ' + std::to_string(persisted<T>.tag) + ' ' +
                          std::to_string(persisted<T>.schema) + ' ' + to_hex(bytes_of_value(v)));
        },
        value);
  return lines;
}

/// Reads every line that any version wrote, in its own schema, and writes it again.
template <class Variant>
void expect_every_line_is_read(const std::string& name) {
  for (const std::string& line : golden_lines(name)) {
    std::istringstream words{line};
    std::string type, hex;
    unsigned tag = 0, schema = 0;
    ASSERT_TRUE(words >> type >> tag >> schema) << line;
    words >> hex;  // none for a struct without members
    bool known = false;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Variant>>(
        [&]<class T>(std::type_identity<T>) {
          if (persisted<T>.tag != tag) return;
          known = schema <= persisted<T>.schema;
          const auto value = value_of<T>(from_hex(hex), schema);
          ASSERT_TRUE(value) << "can no longer be read: " << line;
          EXPECT_EQ(to_hex(bytes_of_value(*value, schema)), hex) << type;
        });
    EXPECT_TRUE(known) << line;
  }
}

TEST(Golden, TheBytesOfEveryCommandAreAsTheyWere) {
  ASSERT_EQ(sample_commands().size(), std::variant_size_v<Command>);
  expect_golden_records("commands.txt", lines_of(sample_commands()));
}
TEST(Golden, TheBytesOfEveryEventAreAsTheyWere) {
  ASSERT_EQ(sample_events().size(), std::variant_size_v<Event>);
  expect_golden_records("events.txt", lines_of(sample_events()));
}
TEST(Golden, EveryCommandAndEventThatWasEverWrittenIsStillRead) {
  expect_every_line_is_read<Command>("commands.txt");
  expect_every_line_is_read<Event>("events.txt");
}
TEST(Golden, TheBytesAndTheHashOfACommitAreAsTheyWere) {
  CommitEncoder encoder;
  Digest previous{};
  previous.fill(0xab);
  const auto [first, first_hash] = encoder.encode(sample_commit(), Digest{});
  const auto [second, second_hash] = encoder.encode(sample_commit(), previous);
  expect_golden("commit.txt", "first " + to_hex(first.bytes) + "\nhash " + to_hex(bytes_of(first_hash)) +
                                  "\nfollowing " + to_hex(second.bytes) + "\nhash " +
                                  to_hex(bytes_of(second_hash)) + '\n');
}
TEST(Golden, TheDefaultRulesDocumentIsAsItWas) {
  expect_golden("default_rules.txt", to_hex(encode_rules(default_rules())) + "\ndigest " +
                                         to_hex(bytes_of(genesis_rules_digest())) + '\n');
}

TEST(Golden, OldBytesOfACommitAreStillRead) {
  const std::string first = golden_lines("commit.txt").at(0);
  const auto decoded = decode_commit(from_hex(first.substr(first.find(' ') + 1)));
  ASSERT_TRUE(std::holds_alternative<DecodedCommit>(decoded));
  EXPECT_EQ(std::get<DecodedCommit>(decoded).commit, sample_commit());
  const std::string hash = golden_lines("commit.txt").at(1);
  EXPECT_EQ("hash " + to_hex(bytes_of(std::get<DecodedCommit>(decoded).hash)), hash);
}

TEST(Persisted, NoTagAndNoNameIsUsedTwice) {
  const auto check = []<class Variant>(std::type_identity<Variant>) {
    std::set<std::uint16_t> tags;
    std::set<std::string_view> names_seen;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Variant>>(
        [&]<class T>(std::type_identity<T>) {
          EXPECT_NE(persisted<T>.tag, 0);
          EXPECT_TRUE(tags.insert(persisted<T>.tag).second) << persisted<T>.name;
          EXPECT_TRUE(names_seen.insert(persisted<T>.name).second) << persisted<T>.name;
        });
  };
  check(std::type_identity<Command>{});
  check(std::type_identity<Event>{});
}

TEST(Archive, EveryValueComesBack) {
  for (const Command& command : sample_commands())
    std::visit(
        []<class T>(const T& value) {
          EXPECT_EQ(value_of<T>(bytes_of_value(value)), value) << persisted<T>.name;
        },
        command);
  for (const Event& event : sample_events())
    std::visit(
        []<class T>(const T& value) {
          EXPECT_EQ(value_of<T>(bytes_of_value(value)), value) << persisted<T>.name;
        },
        event);
}

TEST(Archive, NoTruncationAndNoTrailingByteIsTaken) {
  for (const Event& event : sample_events())
    std::visit(
        []<class T>(const T& value) {
          const std::string bytes = bytes_of_value(value);
          for (std::size_t size = 0; size < bytes.size(); ++size)
            EXPECT_EQ(value_of<T>(std::string_view{bytes}.substr(0, size)), std::nullopt)
                << persisted<T>.name << ' ' << size;
          EXPECT_EQ(value_of<T>(bytes + '\0'), std::nullopt) << persisted<T>.name;
        },
        event);
}

TEST(Archive, OlderBytesLeaveNewerMembersAsConstructed) {
  const Grown full{7, "red", 3};
  EXPECT_EQ(value_of<Grown>(bytes_of_value(full, 0), 0), (Grown{7, "none", {}}));
  EXPECT_EQ(value_of<Grown>(bytes_of_value(full, 1), 1), (Grown{7, "red", {}}));
  EXPECT_EQ(value_of<Grown>(bytes_of_value(full, 2), 2), full);
  EXPECT_EQ(bytes_of_value(full, 0).size(), 1U);
}

TEST(Archive, ALengthThatTheBytesCannotHoldIsDamageNotMemory) {
  std::string bytes;
  CompactWriter{bytes}.varint(std::uint64_t{1} << 60);
  EXPECT_EQ(value_of<std::string>(bytes, 0), std::nullopt);
  EXPECT_EQ(value_of<std::vector<std::string>>(bytes, 0), std::nullopt);
}

TEST(Archive, ANumberHasOneForm) {
  EXPECT_EQ(value_of<std::uint64_t>(std::string("\x80\x00", 2), 0), std::nullopt);
  EXPECT_EQ(value_of<std::uint64_t>(std::string(11, '\xff'), 0), std::nullopt);
  EXPECT_EQ(value_of<std::uint8_t>(std::string("\x80\x02", 2), 0), std::nullopt);
  EXPECT_EQ(value_of<bool>(std::string("\x02", 1), 0), std::nullopt);
  EXPECT_EQ(value_of<Role>(std::string("\x09", 1), 0), std::nullopt);
}

TEST(Archive, AnIdOverItsBoundIsDamage) {
  EXPECT_EQ(value_of<Account>(bytes_of_value(std::string(33, 'a'), 0), 0), std::nullopt);
  EXPECT_EQ(value_of<Account>(bytes_of_value(std::string(32, 'a'), 0), 0), Account{std::string(32, 'a')});
}

TEST(Archive, IsAnArchiveOfBoostSerialization) {
  // Boost's own serialization of a pair, through our archive.
  const std::pair<std::uint32_t, std::string> pair{5, "five"};
  EXPECT_EQ((value_of<std::pair<std::uint32_t, std::string>>(bytes_of_value(pair, 0), 0)), pair);
  // And our serialization of described structs through an archive of Boost's.
  const Announcement announcement{Delivery::push_only, 9};
  std::ostringstream text;
  boost::archive::text_oarchive archive{text, boost::archive::no_header};
  archive << announcement;
  EXPECT_FALSE(text.str().empty());
}

RC_GTEST_PROP(Archive, AnyNumberComesBack, (std::uint64_t number, std::int64_t sign)) {
  RC_ASSERT(value_of<std::uint64_t>(bytes_of_value(number, 0), 0) == number);
  RC_ASSERT(value_of<std::int64_t>(bytes_of_value(sign, 0), 0) == sign);
}

RC_GTEST_PROP(Archive, ArbitraryBytesAreReadOrRefusedButNeverMore, (const std::string& bytes)) {
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Event>>(
      [&]<class T>(std::type_identity<T>) {
        if (const auto value = value_of<T>(bytes)) RC_ASSERT(bytes_of_value(*value) == bytes);
      });
}

RC_GTEST_PROP(Codec, AnyCommitComesBack, ()) {
  Commit commit = sample_commit();
  commit.command = *a_command();
  commit.events.clear();
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) commit.events.push_back(*an_event());
  CommitEncoder encoder;
  const auto decoded = decode_commit(encoder.encode(commit, Digest{}).first.bytes);
  RC_ASSERT(std::holds_alternative<DecodedCommit>(decoded));
  RC_ASSERT(std::get<DecodedCommit>(decoded).commit == commit);
}

TEST(Codec, EveryFlippedBitIsSeen) {
  CommitEncoder encoder;
  const std::string bytes = encoder.encode(sample_commit(), Digest{}).first.bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      ASSERT_TRUE(std::holds_alternative<DecodeError>(decode_commit(damaged))) << i << ' ' << bit;
      ASSERT_EQ(std::get<DecodeError>(decode_commit(damaged)), DecodeError::corrupt);
    }
}

TEST(Codec, EveryTruncationIsSeen) {
  CommitEncoder encoder;
  const std::string bytes = encoder.encode(sample_commit(), Digest{}).first.bytes;
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_TRUE(std::holds_alternative<DecodeError>(decode_commit(std::string_view{bytes}.substr(0, size))))
        << size;
}

TEST(HashChain, HangsOnThePreviousHashTheHeadAndTheBody) {
  CommitEncoder encoder;
  const Commit commit = sample_commit();
  const Digest hash = encoder.encode(commit, Digest{}).second;
  Digest previous{};
  previous[0] = 1;
  EXPECT_NE(encoder.encode(commit, previous).second, hash);
  Commit other = commit;
  other.head.time.ms += 1;
  EXPECT_NE(encoder.encode(other, Digest{}).second, hash);
  other = commit;
  other.reply.result.reset();
  EXPECT_NE(encoder.encode(other, Digest{}).second, hash);
  EXPECT_EQ(encoder.encode(commit, Digest{}).second, hash);
}

TEST(HashChain, IsMadeOfTheStoredBytesOfHeadAndBody) {
  CommitEncoder encoder;
  const auto [encoded, hash] = encoder.encode(sample_commit(), Digest{});
  const auto parts = std::get<CommitParts>(split_commit(encoded.bytes));
  EXPECT_EQ(Hasher{}.chain(Digest{}, parts.head, parts.body), hash);
  EXPECT_EQ(parts.hash, hash);
  Hasher hasher;
  const Digest head = hasher.sha256({parts.head});
  const Digest body = hasher.sha256({parts.body});
  EXPECT_EQ(hasher.sha256({"muster.commit.1", std::string(32, '\0'), bytes_of(head), bytes_of(body)}), hash);
}

TEST(HashChain, UsesSha256) {
  EXPECT_EQ(to_hex(bytes_of(Hasher{}.sha256({"abc"}))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(RulesDocument, ComesBackAndItsDigestIsItsOwn) {
  Rules rules = default_rules();
  rules.types[1].dismiss_group.least = Level::admin;
  const auto decoded = decode_rules(encode_rules(rules));
  ASSERT_TRUE(std::holds_alternative<Rules>(decoded));
  EXPECT_EQ(std::get<Rules>(decoded), rules);
  EXPECT_NE(digest_of(rules), genesis_rules_digest());
  EXPECT_EQ(digest_of(default_rules()), genesis_rules_digest());
}

}  // namespace
}  // namespace muster::test
