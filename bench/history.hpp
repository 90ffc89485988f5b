#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include <muster/engine/engine.hpp>

/// The workload of every measurement: a generated history over all five types, the same for a seed.
namespace muster::bench {

/// What a history is like.
struct Scale {
  std::uint64_t seed = 1;
  std::size_t groups = 1000;     // of all five types, a fifth each
  std::size_t members = 10;      // of each group, to begin with, beside its owner
  bool begins_and_ends = true;   // groups are made and dismissed on the way
  std::optional<BaseType> only;  // all groups are of this type
};

/// Of a hundred commands about 64 post, 13 join or apply, 6 leave, 4 mark as read, 4 invite, and the rest
/// edit, approve, mute, promote, kick, make and dismiss; about 7 are refused; every fourth has a command id.
/// (Counted over 100 000 commands in 1 000 groups.) Half of what happens happens in a tenth of the groups.
class History {
 public:
  explicit History(const Scale& scale);

  /// Makes the groups and brings the first members in.
  [[nodiscard]] std::vector<Request> beginning();
  [[nodiscard]] Request next();
  [[nodiscard]] std::vector<Request> next(std::size_t count);

 private:
  struct Group {
    GroupId id;
    BaseType base = BaseType::work;
    std::uint32_t owner = 0;
    std::vector<std::uint32_t> members;  // without the owner
    std::vector<std::uint32_t> pending;
    std::uint64_t posts = 0;
  };

  Request create(BaseType base);
  Request come_in(Group& group);
  Request read(Group& group);
  Request join(Group& group);
  Request invite(Group& group);
  Request leave(Group& group);
  Request decide_application(Group& group);
  Request post(Group& group, std::uint32_t account);
  Request edit(Group& group);
  Request govern(Group& group);
  Request break_a_rule(Group& group);
  Request dismiss(std::size_t index);
  Request by(std::uint32_t account, Command command);
  Group& some_group();
  std::uint32_t some_member(Group& group);
  std::uint32_t take_member(Group& group);
  std::uint32_t newcomer() { return next_account_++; }
  std::size_t below(std::size_t end) { return random_() % end; }

  Scale scale_;
  std::mt19937_64 random_;
  std::vector<Group> groups_;
  std::uint32_t next_account_ = 0;
  std::uint64_t made_ = 0;
  std::uint64_t said_ = 0;
  TimeMs now_{1'700'000'000'000};
};

}  // namespace muster::bench
