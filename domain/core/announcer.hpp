#pragma once

#include <utility>
#include <vector>

#include <muster/domain/evolve.hpp>

namespace muster {

/// Gathers the notices of one event.
/// Threads  one at a time
class Announcer {
 public:
  explicit Announcer(const Stamp& stamp) : stamp_(stamp) {}
  Announcer(const Announcer&) = delete;
  Announcer& operator=(const Announcer&) = delete;

  [[nodiscard]] const Account& caller() const { return stamp_.caller.account; }

  /// To the members of the group. The reference lives until the next notice is added.
  Notice& to_members(NoticeName name, Delivery delivery) {
    return notices_.emplace_back(Notice{.name = name,
                                        .group = stamp_.stream.group(),
                                        .time = stamp_.time,
                                        .by = stamp_.caller.account,
                                        .delivery = delivery});
  }
  /// The same, with the message number that the announcement took.
  Notice& to_members(NoticeName name, const Announcement& announcement) {
    Notice& notice = to_members(name, announcement.delivery);
    notice.msg_seq = announcement.msg_seq;
    return notice;
  }
  /// To those who decide the group's applications.
  Notice& to_deciders(NoticeName name, Delivery delivery) {
    Notice& notice = to_members(name, delivery);
    notice.audience = Audience::deciders;
    return notice;
  }
  /// To some accounts, about some accounts.
  Notice& to_accounts(NoticeName name, Delivery delivery, std::vector<Account> to,
                      std::vector<Account> about) {
    Notice& notice = to_members(name, delivery);
    notice.audience = Audience::accounts;
    notice.to = std::move(to);
    notice.accounts = std::move(about);
    return notice;
  }

  /// All but those that are not delivered, in the order in which they were added.
  [[nodiscard]] std::vector<Notice> notices() && {
    std::erase_if(notices_, [](const Notice& notice) { return notice.delivery == Delivery::off; });
    return std::move(notices_);
  }

 private:
  const Stamp& stamp_;
  std::vector<Notice> notices_;
};

}  // namespace muster
