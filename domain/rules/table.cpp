#include <algorithm>
#include <type_traits>

#include <muster/domain/rules/rules.hpp>

// The table of docs/rules.md sections 2 and 15: one row a cell, the types as columns.
namespace muster {
namespace {

constexpr Permission from(Level least) { return {.supported = true, .least = least}; }
constexpr Permission none{};
constexpr Permission member = from(Level::member), admin = from(Level::admin), owner = from(Level::owner),
                     app_admin = from(Level::app_admin);
constexpr bool yes = true, no = false;

constexpr JoinOptionRule free_join{JoinOption::free_access, false};
constexpr JoinOptionRule by_approval{JoinOption::need_permission, true};
constexpr JoinOptionRule never_by_request{JoinOption::disable_apply, false};
constexpr InviteOptionRule open_invites{InviteOption::free_access, true};
constexpr InviteOptionRule closed_invites{InviteOption::disable_invite, true};
constexpr InviteOptionRule no_invites{InviteOption::disable_invite, false};

constexpr NoticeRule stored{.initial = Delivery::push_and_store};
constexpr NoticeRule off{.initial = Delivery::off};
constexpr NoticeRule only_pushed{
    .initial = Delivery::push_only, .at_most = Delivery::push_only, .fixed = true};
constexpr NoticeRule never{.initial = Delivery::off, .at_most = Delivery::off, .fixed = true};
constexpr NoticeRule off_or_pushed{.initial = Delivery::off, .at_most = Delivery::push_only};

constexpr EarlierHistory hidden = EarlierHistory::off, shown = EarlierHistory::on,
                         unstored = EarlierHistory::none;
constexpr MsgFlag notify_all = MsgFlag::accept_and_notify, quiet = MsgFlag::accept_not_notify;
constexpr QuotaClass groups = QuotaClass::groups, rooms = QuotaClass::avchatrooms,
                     communities = QuotaClass::communities;

std::vector<TypeRules> make_types() {
  std::vector<TypeRules> types;
  for (const auto& [base, name] : names<BaseType>) types.push_back({.name = TypeName{name}, .base = base});
  const auto cell = [&]<class T>(
                        T TypeRules::*of, const std::type_identity_t<T>& work,
                        const std::type_identity_t<T>& public_, const std::type_identity_t<T>& meeting,
                        const std::type_identity_t<T>& avchatroom, const std::type_identity_t<T>& community) {
    std::size_t column = 0;
    for (const T* value : {&work, &public_, &meeting, &avchatroom, &community}) types[column++].*of = *value;
  };
  const auto notices = [&](NoticeRule NoticeRules::*of, const NoticeRule& work, const NoticeRule& public_,
                           const NoticeRule& meeting, const NoticeRule& avchatroom,
                           const NoticeRule& community) {
    std::size_t column = 0;
    for (const NoticeRule* value : {&work, &public_, &meeting, &avchatroom, &community})
      types[column++].notices.*of = *value;
  };
  using T = TypeRules;
  using N = NoticeRules;
  // clang-format off
  //       cell                          Work              Public          Meeting         AVChatRoom     Community
  cell(&T::has_admins                  , no              , yes           , yes           , no           , yes          );
  cell(&T::join_group                  , no              , yes           , yes           , yes          , yes          );
  cell(&T::apply_join_option           , never_by_request, by_approval   , free_join     , free_join    , free_join    );
  cell(&T::invite_option               , open_invites    , closed_invites, closed_invites, no_invites   , open_invites );
  cell(&T::initial_members             , yes             , yes           , yes           , no           , yes          );
  cell(&T::invite_users                , member          , member        , member        , none         , member       );
  cell(&T::applications                , owner           , admin         , admin         , none         , admin        );
  cell(&T::edit_texts                  , member          , admin         , admin         , owner        , admin        );
  cell(&T::edit_limits                 , owner           , admin         , admin         , none         , admin        );
  cell(&T::edit_join_option            , none            , admin         , none          , none         , none         );
  cell(&T::edit_mute_all               , none            , admin         , admin         , owner        , admin        );
  cell(&T::set_member_role             , none            , owner         , owner         , none         , owner        );
  cell(&T::kick_members                , owner           , admin         , admin         , none         , admin        );
  cell(&T::mute_member                 , none            , admin         , admin         , owner        , admin        );
  cell(&T::transfer_group              , owner           , owner         , owner         , none         , owner        );
  cell(&T::dismiss_group               , app_admin       , owner         , owner         , owner        , owner        );
  cell(&T::owner_may_quit              , yes             , no            , no            , no           , no           );
  cell(&T::member_profiles             , yes             , yes           , yes           , no           , yes          );
  cell(&T::member_custom_fields        , yes             , yes           , yes           , no           , yes          );
  cell(&T::unread_count                , yes             , yes           , no            , no           , yes          );
  cell(&T::history                     , yes             , yes           , yes           , no           , yes          );
  cell(&T::activation                  , yes             , no            , no            , no           , no           );
  cell(&T::exact_search                , no              , yes           , yes           , yes          , yes          );
  cell(&T::earlier_history             , hidden          , hidden        , shown         , unstored     , shown        );
  cell(&T::msg_flag                    , notify_all      , notify_all    , quiet         , quiet        , notify_all   );
  cell(&T::import                      , yes             , yes           , yes           , no           , yes          );
  cell(&T::recycle_idle                , yes             , yes           , yes           , no           , yes          );
  cell(&T::sweep_offline               , yes             , yes           , yes           , no           , no           );
  cell(&T::topics                      , no              , no            , no            , no           , yes          );
  cell(&T::joined_list                 , yes             , yes           , yes           , no           , yes          );
  cell(&T::joined_quota                , yes             , yes           , yes           , no           , yes          );
  cell(&T::quota                       , groups          , groups        , groups        , rooms        , communities  );
  cell(&T::post_message                , member          , member        , member        , member       , member       );
  cell(&T::post_when_muted             , none            , admin         , admin         , owner        , admin        );
  cell(&T::mark_read                   , member          , member        , none          , none         , member       );
  cell(&T::read_members                , member          , member        , member        , none         , member       );
  cell(&T::edit_own                    , member          , member        , member        , none         , member       );
  cell(&T::edit_others                 , owner           , admin         , admin         , none         , admin        );
  cell(&T::set_receive_option          , member          , member        , member        , none         , member       );
  cell(&T::manage_topics               , none            , none          , none          , none         , admin        );
  notices(&N::member_change            , stored          , stored        , off           , only_pushed  , stored       );
  notices(&N::profile_change           , stored          , stored        , stored        , only_pushed  , stored       );
  notices(&N::option_change            , off             , off           , off           , never        , off          );
  notices(&N::member_profile_change    , stored          , stored        , off           , off_or_pushed, stored       );
  // clang-format on
  return types;
}

// docs/rules.md section 12.
std::vector<PlanRules> make_plans() {
  // clang-format off
  return {
      //  edition            member_cap        community_members  joined_groups  groups  avchatrooms       communities  groups_per_day  history_days
      //                     min     max                                                number  unlimited
      {Edition::free     ,     20 ,    20  ,             0      ,           50 ,   100 ,    10 , no     ,           0 ,      10'000   ,      7},
      {Edition::pro      ,    200 ,  2000  ,             0      ,          500 ,     0 ,    50 , yes    ,           0 ,      10'000   ,      7},
      {Edition::ultimate ,   2000 ,  6000  ,       100'000      ,         3000 ,     0 ,     0 , no     ,     100'000 ,      10'000   ,     30}};
  // clang-format on
}

}  // namespace

const NoticeRule& NoticeRules::of(NoticeCategory category) const {
  switch (category) {
    case NoticeCategory::member_change: return member_change;
    case NoticeCategory::profile_change: return profile_change;
    case NoticeCategory::option_change: return option_change;
    case NoticeCategory::member_profile_change: return member_profile_change;
  }
  return option_change;
}

const TypeRules* Rules::find(const TypeName& name) const {
  const auto found = std::ranges::find(types, name, &TypeRules::name);
  return found == types.end() ? nullptr : &*found;
}

const PlanRules& Rules::plan(Edition edition) const {
  const auto found = std::ranges::find(plans, edition, &PlanRules::edition);
  return found == plans.end() ? plans.back() : *found;
}

const Rules& default_rules() {
  static const Rules rules{.types = make_types(), .plans = make_plans()};
  return rules;
}

const TypeRules* built_in_type(BaseType base) {
  const auto& types = default_rules().types;
  const auto found = std::ranges::find(types, base, &TypeRules::base);
  return found == types.end() ? nullptr : &*found;
}

}  // namespace muster
