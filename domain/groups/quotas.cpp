#include <algorithm>

#include <muster/domain/groups/quotas.hpp>

namespace muster {
namespace {

constexpr std::int64_t day_ms = std::int64_t{24} * 60 * 60 * 1000;

/// The count of a quota class in the row.
template <class Counts>
auto& count_of(Counts& counts, QuotaClass quota) {
  switch (quota) {
    case QuotaClass::avchatrooms: return counts.avchatrooms;
    case QuotaClass::communities: return counts.communities;
    case QuotaClass::groups: break;
  }
  return counts.groups;
}

/// The most groups of a class that may exist; 0: any number.
std::uint32_t most_of(const Decider& d, QuotaClass quota) {
  if (quota == QuotaClass::avchatrooms && d.rows().app().avchatrooms_unlimited) return 0;
  return count_of(d.plan(), quota);
}

}  // namespace

DayKey day_of(TimeMs time) {
  const std::int64_t ms = std::max<std::int64_t>(time.ms, 0);  // no command carries an earlier one
  return {{ms - ms % day_ms}};
}

bool check_group_quotas(Decider& d) {
  const QuotaClass quota = d.type().quota;
  const GroupCountsRow* counts = d.rows().find<GroupCountsRow>({});
  const std::uint64_t there = counts == nullptr ? 0 : count_of(*counts, quota);
  const std::uint32_t most = most_of(d, quota);
  if (most != 0 && there >= most)
    return d.refuse(quota == QuotaClass::avchatrooms ? quota_avchatrooms : quota_groups,
                    {.count = there, .limit = most});
  const std::uint32_t most_a_day = d.plan().groups_per_day;
  const DayRow* day = d.rows().find<DayRow>(day_of(d.time()));
  if (most_a_day == 0 || day == nullptr) return true;
  const std::uint64_t grown = day->created - std::min(day->created, day->ended);
  return grown < most_a_day || d.refuse(quota_day, {.count = grown, .limit = most_a_day});
}

void count_group_begun(Folder& f, QuotaClass quota) {
  count_up(count_of(f.rows().edit<GroupCountsRow>({}), quota));
  count_up(f.rows().edit<DayRow>(day_of(f.stamp().time)).created);
}

void count_group_ended(Folder& f, QuotaClass quota) {
  count_down(count_of(f.rows().edit<GroupCountsRow>({}), quota));
  count_up(f.rows().edit<DayRow>(day_of(f.stamp().time)).ended);
}

}  // namespace muster
