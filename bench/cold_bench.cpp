// A cold JoinGroup: what has to be read from the disk before it is decided, in groups of a million members
// and of ten.
#include <array>
#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>

#include <muster/domain/step.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/projections/row_view.hpp>

#include "history.hpp"
#include "measure.hpp"

namespace muster::bench {
namespace {

Account account_of(std::size_t number) { return Account{fmt::format("user{:07}", number)}; }
GroupId large_group(std::size_t number) { return GroupId{fmt::format("large{:03}", number)}; }
GroupId small_group(std::size_t number) { return GroupId{fmt::format("small{:03}", number)}; }

Request request(const Account& account, Command command) {
  Request made;
  made.command = std::move(command);
  made.caller = {account, CallerKind::user};
  made.at = TimeMs{1'700'000'000'000};
  return made;
}

void must(const Result& result) {
  if (!std::holds_alternative<Answer>(result)) throw std::runtime_error{"the cold store could not be made"};
}

struct Size {
  std::size_t groups;   // of each size
  std::size_t members;  // of a large one
};

/// Makes the groups by commands. Joining 200 million times would take an hour, so the members of the large
/// ones are put there as the rows that their joins would have left: in an AVChatRoom one membership each, and
/// the count.
void make_store(const std::filesystem::path& folder, const Size& size) {
  {
    auto engine = Engine::open(folder);
    for (std::size_t i = 0; i < size.groups; ++i) {
      for (const GroupId& id : {large_group(i), small_group(i)}) {
        CreateGroup create;
        create.type = TypeName{"AVChatRoom"};
        create.group = id;
        create.name = GroupName{"A room"};
        must(engine->execute(request(Account{"owner"}, create)));
      }
      for (std::size_t member = 0; member < 9; ++member)
        must(engine->execute(request(account_of(member), JoinGroup{small_group(i), {}})));
    }
    engine->close();
  }
  const auto store = open_store(folder);
  RowBatch batch;
  const auto put = [&](std::string key, std::string value) {
    batch.put(std::move(key), std::move(value));
    if (batch.writes.size() < 10'000) return;
    store->rows().write(batch);
    batch.writes.clear();
  };
  const std::string membership = detail::row_value(MembershipRow{Role::member, {1'700'000'000'000}});
  for (std::size_t member = 0; member < size.members; ++member)
    for (std::size_t i = 0; i < size.groups; ++i)
      put(row_key<MembershipRow>({account_of(member), large_group(i)}), membership);
  for (std::size_t i = 0; i < size.groups; ++i) {
    const std::string key = row_key<GroupRow>(large_group(i));
    auto row = decode_row<GroupRow>(key, store->rows().get(key).value());
    row.member_num = static_cast<std::uint32_t>(size.members);
    put(key, detail::row_value(row));
  }
  store->rows().write(batch);
  store->close();
}

double decide_in_fresh_process(const Settings& settings, const std::filesystem::path& store,
                               const GroupId& group) {
  drop_page_cache(store);
  const std::string command =
      fmt::format("'{}' --decide-cold '{}' --group '{}'", settings.program, store.string(), group.view());
  std::FILE* out = ::popen(command.c_str(), "r");
  if (out == nullptr) throw std::runtime_error{"cannot start " + command};
  std::array<char, 64> text{};
  const bool read = std::fgets(text.data(), text.size(), out) != nullptr;
  if (::pclose(out) != 0 || !read) throw std::runtime_error{"it failed: " + command};
  return std::stod(text.data()) / 1e3;
}

}  // namespace

int decide_cold(const std::filesystem::path& folder, const std::string& group) {
  const auto store = open_store(folder, {.create = false, .read_only = true});
  // Opening has read some of the files.
  drop_page_cache(folder);
  RowView rows{store->rows(), 0};
  Overlay overlay{&rows};
  const RulesDocument rules = document_of(default_rules());
  std::vector<Commit> commits;
  const double seconds = timed([&] {
    step(overlay, request(Account{"newcomer"}, JoinGroup{GroupId{group}, {}}),
         {.rules = &rules, .position = 1}, commits);
  });
  if (commits.empty()) return 1;
  fmt::print("{:.0f}\n", seconds * 1e9);
  return 0;
}

void measure_cold(Report& report, const Settings& settings) {
  const Size size = settings.quick ? Size{3, 1000} : Size{200, 1'000'000};
  const Folder folder{settings.work};
  const std::filesystem::path store = folder.path() / "db";
  const double seconds = timed([&] { make_store(store, size); });
  Figure cold{.name = fmt::format("read and decide a cold JoinGroup, {} members", size.members),
              .unit = "us",
              .baseline = "the same with 10 members",
              .values = {},
              .bases = {},
              .target_ratio = 1.5,
              .target = {},
              .note = fmt::format("a store of {} groups each, {:.1f} GB, made in {:.0f} s", size.groups,
                                  static_cast<double>(bytes_in(store)) / 1e9, seconds)};
  for (std::size_t i = 0; i < size.groups; ++i) {
    // Now the one first, now the other.
    if (i % 2 == 0) cold.values.push_back(decide_in_fresh_process(settings, store, large_group(i)));
    cold.bases.push_back(decide_in_fresh_process(settings, store, small_group(i)));
    if (i % 2 != 0) cold.values.push_back(decide_in_fresh_process(settings, store, large_group(i)));
  }
  report.add(std::move(cold));
}

}  // namespace muster::bench
