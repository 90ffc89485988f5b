#include <algorithm>

#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/core/strings.hpp>

namespace muster {
namespace {

constexpr Rule notify_users{"notify.users", Error::not_supported, "11",
                            "groups of this type do not keep the members whom a notification could name"};
constexpr Rule notify_target{"notify.target", Error::target_not_member, "11",
                             "a user to notify is not a member"};
constexpr std::array<const Rule*, 2> rules{&notify_users, &notify_target};

constexpr std::size_t data_bytes_max = 8192;

void check_arguments(ArgumentChecker& found, const SendSystemNotification& c) {
  if (c.data.empty() || c.data.size() > data_bytes_max)
    found.invalid("data", concat("is ", c.data.size(), " bytes long; must be 1 to ", data_bytes_max));
}

void require(const Decider& d, const SendSystemNotification& c, Requirements& needed) {
  constexpr CellRef profiles = cell<&TypeRules::member_profiles>;
  if (c.users)
    needed.push_back({.supported = profiles.of(d.type()).supported && d.group().traits.member_profiles,
                      .cell = profiles.name,
                      .field = "users"});
}

bool check_state(Decider& d, const SendSystemNotification& c) {
  if (!c.users) return true;
  return std::ranges::all_of(*c.users, [&](const Account& user) {
    return d.is_member(user) || d.refuse(notify_target, {.user = user}, "users");
  });
}

void emit(Decider& d, const SendSystemNotification& c) {
  SystemNotificationSent sent{.data = c.data, .users = {}, .delivery = d.always_stored()};
  if (c.users)
    for (const Account& user : *c.users)
      if (std::ranges::find(sent.users, user) == sent.users.end()) sent.users.push_back(user);
  d.record(std::move(sent));
}

/// No row keeps it.
void fold(Folder&, const SystemNotificationSent&) {}

void announce(Announcer& to, const SystemNotificationSent& e) {
  const std::vector<Account> users(e.users.begin(), e.users.end());
  Notice& notice = users.empty()
                       ? to.to_members(NoticeName::on_receive_rest_custom_data, e.delivery)
                       : to.to_accounts(NoticeName::on_receive_rest_custom_data, e.delivery, users, {});
  notice.data = e.data;
}

}  // namespace

constinit const CommandSpec<SendSystemNotification> SendSystemNotification::spec{
    .callers = Callers::app_admins,
    .arguments = check_arguments,
    .require = require,
    .unsupported = &notify_users,
    .state = check_state,
    .emit = emit,
    .rules = rules};
constinit const EventSpec<SystemNotificationSent> SystemNotificationSent::spec{.fold = fold,
                                                                               .announce = announce};

}  // namespace muster
