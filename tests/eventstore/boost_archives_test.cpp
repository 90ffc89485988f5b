#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <variant>
#include <vector>

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/core/demangle.hpp>
#include <boost/mp11.hpp>
#include <gtest/gtest.h>

#include <muster/domain/commit.hpp>
#include <muster/domain/rows.hpp>
#include <muster/eventstore/archive.hpp>

#include "support/paths.hpp"
#include "support/samples.hpp"

namespace example {

// docs/embedding.md shows these two functions; TheDocumentedExampleIsThisOne compares.
std::string text_of(const muster::Event& event) {
  std::ostringstream out;
  boost::archive::text_oarchive{out} << event;
  return out.str();
}

muster::Event event_of(const std::string& text) {
  std::istringstream in{text};
  muster::Event event;
  boost::archive::text_iarchive{in} >> event;
  return event;
}

}  // namespace example

namespace muster::test {

// A struct that has grown: `colour` came with schema 1.
struct Painted {
  std::uint32_t number = 0;
  std::string colour = "none";
  bool operator==(const Painted&) const = default;
};
BOOST_DESCRIBE_STRUCT(Painted, (), (number, colour))

}  // namespace muster::test

namespace muster {
template <>
inline constexpr std::array since<test::Painted>{Since{"colour", 1}};
}  // namespace muster

namespace muster::test {
namespace {

using boost::archive::archive_exception;

struct TextArchives {
  using Out = boost::archive::text_oarchive;
  using In = boost::archive::text_iarchive;
};
struct BinaryArchives {
  using Out = boost::archive::binary_oarchive;
  using In = boost::archive::binary_iarchive;
};

template <class Archives, class T>
std::string saved(const T& value) {
  std::ostringstream out;
  {
    typename Archives::Out archive{out, boost::archive::no_header};
    archive << value;
  }
  return out.str();
}
template <class Archives, class T>
T loaded(const std::string& bytes) {
  std::istringstream in{bytes};
  typename Archives::In archive{in, boost::archive::no_header};
  T value;
  archive >> value;
  return value;
}

template <class Archives, class T>
void expect_comes_back(const T& value) {
  EXPECT_TRUE((loaded<Archives, T>(saved<Archives>(value)) == value));
}
/// Every archive that lacks its last byte, its last two and so on must be refused.
template <class Archives, class T>
void expect_every_truncation_is_seen(const T& value) {
  std::string bytes = saved<Archives>(value);
  // A text archive ends in a newline, which means nothing.
  if (std::is_same_v<Archives, TextArchives> && bytes.back() == '\n') bytes.pop_back();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THROW((loaded<Archives, T>(bytes.substr(0, size))), archive_exception) << size;
}

/// Gives everything in a value something of its own, whatever type it is.
struct Fill {
  std::uint8_t count = 0;

  template <class T>
  void operator()(T& value) {
    if constexpr (std::is_same_v<T, bool>)
      value = !value;
    else if constexpr (std::is_enum_v<T>)
      value = names<T>[++count % names<T>.size()].value;
    else if constexpr (std::is_integral_v<T>)
      value = static_cast<T>(std::numeric_limits<T>::max() - ++count);
    else if constexpr (std::is_same_v<T, TimeMs>)
      value.ms = std::numeric_limits<std::int64_t>::min() + ++count;
    else if constexpr (std::is_same_v<T, std::string>)
      value = text();
    else if constexpr (detail::is_id<T>)
      value = T{text()};
    else if constexpr (detail::is_text<T>)
      value.value = text();
    else if constexpr (detail::is_bytes<T>)
      value.fill(++count);
    else if constexpr (detail::is_optional<T>)
      (*this)(value.emplace());
    else if constexpr (detail::is_map<T>)
      for (int i = 0; i < 2; ++i) {
        typename T::key_type key;
        (*this)(key);
        (*this)(value[key]);
      }
    else if constexpr (detail::Sequence<T>)
      for (int i = 0; i < 2; ++i) (*this)(value.emplace_back());
    else
      for_each_member(value, [&](const char*, auto& member) { (*this)(member); });
  }
  /// No two are the same; with a blank, a newline, a zero and a byte that is no UTF-8.
  std::string text() { return std::string(" \n\0\xff", 4) + std::to_string(++count); }
};
template <class T>
T filled() {
  T value;
  Fill{}(value);
  return value;
}

using Alternatives = boost::mp11::mp_append<boost::mp11::mp_rename<Command, boost::mp11::mp_list>,
                                            boost::mp11::mp_rename<Event, boost::mp11::mp_list>>;
/// All that an embedder may archive.
using Everything = boost::mp11::mp_append<Alternatives, RowKinds, boost::mp11::mp_list<CommitHead>>;

template <class Visit>
void for_each_type(Visit&& visit) {
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Everything>>(visit);
}

template <class Archives>
class BoostArchives : public testing::Test {};
using EveryArchive = testing::Types<TextArchives, BinaryArchives>;
TYPED_TEST_SUITE(BoostArchives, EveryArchive);

TYPED_TEST(BoostArchives, EverySampleCommandAndEventComesBack) {
  ASSERT_EQ(sample_commands().size(), std::variant_size_v<Command>);
  ASSERT_EQ(sample_events().size(), std::variant_size_v<Event>);
  for (const Command& command : sample_commands()) {
    SCOPED_TRACE(name_of(command));
    expect_comes_back<TypeParam>(command);
    std::visit([](const auto& value) { expect_comes_back<TypeParam>(value); }, command);
  }
  for (const Event& event : sample_events()) {
    SCOPED_TRACE(name_of(event));
    expect_comes_back<TypeParam>(event);
    std::visit([](const auto& value) { expect_comes_back<TypeParam>(value); }, event);
  }
  expect_comes_back<TypeParam>(sample_commit().head);
}

TYPED_TEST(BoostArchives, EveryTypeComesBackEmptyAndFull) {
  for_each_type([]<class T>(std::type_identity<T>) {
    SCOPED_TRACE(boost::core::demangle(typeid(T).name()));
    expect_comes_back<TypeParam>(T{});
    const T full = filled<T>();
    EXPECT_EQ(full == T{}, boost::mp11::mp_empty<detail::members_of<T>>::value);
    expect_comes_back<TypeParam>(full);
  });
}

TYPED_TEST(BoostArchives, NoTruncatedArchiveIsTaken) {
  for_each_type([]<class T>(std::type_identity<T>) {
    SCOPED_TRACE(boost::core::demangle(typeid(T).name()));
    expect_every_truncation_is_seen<TypeParam>(filled<T>());
  });
  expect_every_truncation_is_seen<TypeParam>(sample_commands().front());
  expect_every_truncation_is_seen<TypeParam>(sample_events().front());
}

TYPED_TEST(BoostArchives, SeveralValuesInOneArchiveComeBackInOrder) {
  const GroupId id{"readers"};
  const GroupRow row = filled<GroupRow>();
  std::ostringstream out;
  {
    typename TypeParam::Out archive{out};
    archive << id << row << GroupName{"Readers"} << time_max;
  }
  std::istringstream in{out.str()};
  typename TypeParam::In archive{in};
  GroupId id_back;
  GroupRow row_back;
  GroupName name_back;
  TimeMs time_back;
  archive >> id_back >> row_back >> name_back >> time_back;
  EXPECT_EQ(id_back, id);
  EXPECT_TRUE(row_back == row);
  EXPECT_EQ(name_back, GroupName{"Readers"});
  EXPECT_EQ(time_back, time_max);
}

TYPED_TEST(BoostArchives, AnOverlongIdComesBackAsOne) {
  const Account overlong{std::string(33, 'a')};
  ASSERT_TRUE(overlong.overlong());
  expect_comes_back<TypeParam>(overlong);
  expect_comes_back<TypeParam>(Account{std::string(32, 'a')});
}

TYPED_TEST(BoostArchives, ASizeThatTheArchiveCannotHoldIsDamageNotMemory) {
  std::ostringstream out;
  {
    typename TypeParam::Out archive{out, boost::archive::no_header};
    const std::uint64_t size = std::uint64_t{1} << 60;
    archive << size;
  }
  EXPECT_THROW((loaded<TypeParam, GroupName>(out.str())), archive_exception);
  EXPECT_THROW((loaded<TypeParam, Account>(out.str())), archive_exception);
  std::istringstream in{out.str()};
  typename TypeParam::In archive{in, boost::archive::no_header};
  std::vector<std::string> list;
  EXPECT_THROW(detail::serialize_stock(archive, list), archive_exception);
}

/// What a text archive says of a value that is written as these numbers.
template <class T>
archive_exception::exception_code code_of(const std::string& numbers) {
  try {
    loaded<TextArchives, T>(numbers);
  } catch (const archive_exception& error) {
    return error.code;
  }
  return archive_exception::no_exception;
}

TEST(BoostTextArchive, SaysWhetherAValueIsDamagedOrNewer) {
  ASSERT_EQ(saved<TextArchives>(Caller{Account{"A"}, CallerKind::user}), "0 1 65 1 0\n");
  EXPECT_EQ(code_of<Caller>("0 1 65 1 0"), archive_exception::no_exception);
  EXPECT_EQ(code_of<Caller>("1 1 65 1 0"), archive_exception::unsupported_class_version) << "schema";
  EXPECT_EQ(code_of<Caller>("0 1 65 99 0"), archive_exception::unsupported_class_version) << "kind";
  EXPECT_EQ(code_of<Caller>("0 1 65 257 0"), archive_exception::unsupported_class_version) << "kind";
  EXPECT_EQ(code_of<Caller>("0 34 65 1 0"), archive_exception::input_stream_error) << "size of the id";
  EXPECT_EQ(code_of<Caller>("0 1 65 1 7"), archive_exception::input_stream_error) << "end";
  EXPECT_EQ(code_of<Event>("65535 0 0"), archive_exception::unsupported_class_version) << "tag";
  ASSERT_EQ(saved<TextArchives>(Permission{true, Level::owner}), "0 1 3 0\n");
  EXPECT_EQ(code_of<Permission>("0 2 3 0"), archive_exception::input_stream_error) << "boolean";
  using Custom = ProfileRow;
  EXPECT_EQ(code_of<Custom>("0 0 0 0 0 2 1 65 0 1 66 0 0 0 0"), archive_exception::no_exception);
  EXPECT_EQ(code_of<Custom>("0 0 0 0 0 2 1 66 0 1 66 0 0 0 0"), archive_exception::input_stream_error)
      << "order of keys";
}

TEST(BoostTextArchive, OlderStructsLeaveNewerMembersAsConstructed) {
  const auto read = [](const std::string& numbers) {
    std::istringstream in{numbers};
    boost::archive::text_iarchive archive{in, boost::archive::no_header};
    Painted value;
    serialize(archive, value, 0);
    return value;
  };
  EXPECT_EQ(read("0 7 0"), (Painted{7, "none"}));
  EXPECT_EQ(read("1 7 3 114 101 100 0"), (Painted{7, "red"}));
}

TEST(BoostTextArchive, TheDocumentedExampleWorks) {
  for (const Event& event : sample_events())
    EXPECT_EQ(example::event_of(example::text_of(event)), event) << name_of(event);
}

TEST(BoostTextArchive, TheDocumentedExampleIsThisOne) {
  const auto text_of_file = [](const std::string& name) {
    std::ifstream in{source_dir() / name};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
  };
  const std::string test = text_of_file("tests/eventstore/boost_archives_test.cpp");
  const std::size_t begin = test.find("std::string text_of(");
  const std::string example = test.substr(begin, test.find("\n}  // namespace example") - begin);
  EXPECT_NE(text_of_file("docs/embedding.md").find(example), std::string::npos) << example;
}

}  // namespace
}  // namespace muster::test
