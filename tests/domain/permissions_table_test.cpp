#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <muster/domain/commands.hpp>

#include "support/world.hpp"

// docs/rules.md sections 1, 2 and 6 to 10: who may do what, for every command, type and caller. Typed by
// hand, to be read beside the table of section 2.
namespace muster::test {
namespace {

// A line is a command (what it is about, after a dot), a type of group, and what six callers get: `ok`,
// `pending`, `nothing` when it is accepted and changes nothing, or the slug of the rule that refuses. Apart
// from permissions, nothing is wrong with the commands. In the column `admin` is adam, who is only a member
// where the type has no admins (Work, AVChatRoom).
constexpr std::string_view living_groups = R"(
command                         type        outsider              member                admin                 owner                 app_admin             system

CreateGroup                     Work        ok                    ok                    ok                    ok                    ok                    caller.system
CreateGroup                     Public      ok                    ok                    ok                    ok                    ok                    caller.system
CreateGroup                     Meeting     ok                    ok                    ok                    ok                    ok                    caller.system
CreateGroup                     AVChatRoom  ok                    ok                    ok                    ok                    ok                    caller.system
CreateGroup                     Community   ok                    ok                    ok                    ok                    ok                    caller.system

CreateGroup.for_another         Work        create.owner          create.owner          create.owner          create.owner          ok                    caller.system
CreateGroup.for_another         Public      create.owner          create.owner          create.owner          create.owner          ok                    caller.system
CreateGroup.for_another         Meeting     create.owner          create.owner          create.owner          create.owner          ok                    caller.system
CreateGroup.for_another         AVChatRoom  create.owner          create.owner          create.owner          create.owner          ok                    caller.system
CreateGroup.for_another         Community   create.owner          create.owner          create.owner          create.owner          ok                    caller.system

DismissGroup                    Work        dismiss.member        dismiss.level         dismiss.level         dismiss.level         ok                    caller.system
DismissGroup                    Public      dismiss.member        dismiss.level         dismiss.level         ok                    ok                    caller.system
DismissGroup                    Meeting     dismiss.member        dismiss.level         dismiss.level         ok                    ok                    caller.system
DismissGroup                    AVChatRoom  dismiss.member        dismiss.level         dismiss.level         ok                    ok                    caller.system
DismissGroup                    Community   dismiss.member        dismiss.level         dismiss.level         ok                    ok                    caller.system

TransferGroup                   Work        transfer.member       transfer.level        transfer.level        ok                    ok                    caller.system
TransferGroup                   Public      transfer.member       transfer.level        transfer.level        ok                    ok                    caller.system
TransferGroup                   Meeting     transfer.member       transfer.level        transfer.level        ok                    ok                    caller.system
TransferGroup                   AVChatRoom  transfer.type         transfer.type         transfer.type         transfer.type         transfer.type         transfer.type
TransferGroup                   Community   transfer.member       transfer.level        transfer.level        ok                    ok                    caller.system

SetGroupInfo.name               Work        info.member           ok                    ok                    ok                    ok                    caller.system
SetGroupInfo.name               Public      info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.name               Meeting     info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.name               AVChatRoom  info.member           info.level            info.level            ok                    ok                    caller.system
SetGroupInfo.name               Community   info.member           info.level            ok                    ok                    ok                    caller.system

SetGroupInfo.introduction       Work        info.member           ok                    ok                    ok                    ok                    caller.system
SetGroupInfo.introduction       Public      info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.introduction       Meeting     info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.introduction       AVChatRoom  info.member           info.level            info.level            ok                    ok                    caller.system
SetGroupInfo.introduction       Community   info.member           info.level            ok                    ok                    ok                    caller.system

SetGroupInfo.notification       Work        info.member           ok                    ok                    ok                    ok                    caller.system
SetGroupInfo.notification       Public      info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.notification       Meeting     info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.notification       AVChatRoom  info.member           info.level            info.level            ok                    ok                    caller.system
SetGroupInfo.notification       Community   info.member           info.level            ok                    ok                    ok                    caller.system

SetGroupInfo.face_url           Work        info.member           ok                    ok                    ok                    ok                    caller.system
SetGroupInfo.face_url           Public      info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.face_url           Meeting     info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.face_url           AVChatRoom  info.member           info.level            info.level            ok                    ok                    caller.system
SetGroupInfo.face_url           Community   info.member           info.level            ok                    ok                    ok                    caller.system

SetGroupInfo.max_member_num     Work        info.member           info.level            info.level            ok                    ok                    caller.system
SetGroupInfo.max_member_num     Public      info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.max_member_num     Meeting     info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.max_member_num     AVChatRoom  info.type             info.type             info.type             info.type             info.type             info.type
SetGroupInfo.max_member_num     Community   info.member           info.level            ok                    ok                    ok                    caller.system

SetGroupInfo.invite_option      Work        info.member           info.level            info.level            ok                    ok                    caller.system
SetGroupInfo.invite_option      Public      info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.invite_option      Meeting     info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.invite_option      AVChatRoom  info.type             info.type             info.type             info.type             info.type             info.type
SetGroupInfo.invite_option      Community   info.member           info.level            ok                    ok                    ok                    caller.system

SetGroupInfo.apply_join_option  Work        info.type             info.type             info.type             info.type             info.type             info.type
SetGroupInfo.apply_join_option  Public      info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.apply_join_option  Meeting     info.type             info.type             info.type             info.type             info.type             info.type
SetGroupInfo.apply_join_option  AVChatRoom  info.type             info.type             info.type             info.type             info.type             info.type
SetGroupInfo.apply_join_option  Community   info.type             info.type             info.type             info.type             info.type             info.type

SetGroupInfo.mute_all           Work        info.type             info.type             info.type             info.type             info.type             info.type
SetGroupInfo.mute_all           Public      info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.mute_all           Meeting     info.member           info.level            ok                    ok                    ok                    caller.system
SetGroupInfo.mute_all           AVChatRoom  info.member           info.level            info.level            ok                    ok                    caller.system
SetGroupInfo.mute_all           Community   info.member           info.level            ok                    ok                    ok                    caller.system

JoinGroup                       Work        join.type             join.type             join.type             join.type             join.type             join.type
JoinGroup                       Public      pending               join.already          join.already          join.already          pending                  caller.system
JoinGroup                       Meeting     ok                    join.already          join.already          join.already          ok                    caller.system
JoinGroup                       AVChatRoom  ok                    join.already          join.already          join.already          ok                    caller.system
JoinGroup                       Community   ok                    join.already          join.already          join.already          ok                    caller.system

InviteUsers                     Work        invite.member         ok                    ok                    ok                    ok                    caller.system
InviteUsers                     Public      invite.member         invite.disabled       invite.disabled       invite.disabled       ok                    caller.system
InviteUsers                     Meeting     invite.member         invite.disabled       invite.disabled       invite.disabled       ok                    caller.system
InviteUsers                     AVChatRoom  invite.type           invite.type           invite.type           invite.type           invite.type           invite.type
InviteUsers                     Community   invite.member         ok                    ok                    ok                    ok                    caller.system

AcceptApplication               Work        applications.member   applications.level    applications.level    ok                    ok                    caller.system
AcceptApplication               Public      applications.member   applications.level    ok                    ok                    ok                    caller.system
AcceptApplication               Meeting     applications.member   applications.level    ok                    ok                    ok                    caller.system
AcceptApplication               AVChatRoom  applications.type     applications.type     applications.type     applications.type     applications.type     applications.type
AcceptApplication               Community   applications.member   applications.level    ok                    ok                    ok                    caller.system

RefuseApplication               Work        applications.member   applications.level    applications.level    ok                    ok                    caller.system
RefuseApplication               Public      applications.member   applications.level    ok                    ok                    ok                    caller.system
RefuseApplication               Meeting     applications.member   applications.level    ok                    ok                    ok                    caller.system
RefuseApplication               AVChatRoom  applications.type     applications.type     applications.type     applications.type     applications.type     applications.type
RefuseApplication               Community   applications.member   applications.level    ok                    ok                    ok                    caller.system

MarkApplicationsRead            Work        nothing               nothing               nothing               ok                    nothing               caller.system
MarkApplicationsRead            Public      nothing               nothing               ok                    ok                    nothing               caller.system
MarkApplicationsRead            Meeting     nothing               nothing               ok                    ok                    nothing               caller.system
MarkApplicationsRead            AVChatRoom  nothing               nothing               nothing               nothing               nothing               caller.system
MarkApplicationsRead            Community   nothing               nothing               ok                    ok                    nothing               caller.system

SetMemberRole                   Work        role.type             role.type             role.type             role.type             role.type             role.type
SetMemberRole                   Public      role.member           role.level            role.level            ok                    ok                    caller.system
SetMemberRole                   Meeting     role.member           role.level            role.level            ok                    ok                    caller.system
SetMemberRole                   AVChatRoom  role.type             role.type             role.type             role.type             role.type             role.type
SetMemberRole                   Community   role.member           role.level            role.level            ok                    ok                    caller.system

QuitGroup                       Work        quit.member           ok                    ok                    ok                    quit.member           caller.system
QuitGroup                       Public      quit.member           ok                    ok                    quit.owner            quit.member           caller.system
QuitGroup                       Meeting     quit.member           ok                    ok                    quit.owner            quit.member           caller.system
QuitGroup                       AVChatRoom  quit.member           ok                    ok                    quit.owner            quit.member           caller.system
QuitGroup                       Community   quit.member           ok                    ok                    quit.owner            quit.member           caller.system

KickMembers                     Work        kick.member           kick.level            kick.level            ok                    ok                    caller.system
KickMembers                     Public      kick.member           kick.level            ok                    ok                    ok                    caller.system
KickMembers                     Meeting     kick.member           kick.level            ok                    ok                    ok                    caller.system
KickMembers                     AVChatRoom  kick.type             kick.type             kick.type             kick.type             kick.type             kick.type
KickMembers                     Community   kick.member           kick.level            ok                    ok                    ok                    caller.system

MuteMember                      Work        mute.type             mute.type             mute.type             mute.type             mute.type             mute.type
MuteMember                      Public      mute.member           mute.level            ok                    ok                    ok                    caller.system
MuteMember                      Meeting     mute.member           mute.level            ok                    ok                    ok                    caller.system
MuteMember                      AVChatRoom  mute.member           mute.level            mute.level            ok                    ok                    caller.system
MuteMember                      Community   mute.member           mute.level            ok                    ok                    ok                    caller.system

PostMessage                     Work        post.member           ok                    ok                    ok                    ok                    caller.system
PostMessage                     Public      post.member           ok                    ok                    ok                    ok                    caller.system
PostMessage                     Meeting     post.member           ok                    ok                    ok                    ok                    caller.system
PostMessage                     AVChatRoom  post.member           ok                    ok                    ok                    ok                    caller.system
PostMessage                     Community   post.member           ok                    ok                    ok                    ok                    caller.system

PostMessage.topic               Work        type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
PostMessage.topic               Public      type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
PostMessage.topic               Meeting     type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
PostMessage.topic               AVChatRoom  type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
PostMessage.topic               Community   post.member           ok                    ok                    ok                    ok                    caller.system

MarkMessagesRead                Work        read.member           ok                    ok                    ok                    read.member           caller.system
MarkMessagesRead                Public      read.member           ok                    ok                    ok                    read.member           caller.system
MarkMessagesRead                Meeting     read.type             read.type             read.type             read.type             read.type             read.type
MarkMessagesRead                AVChatRoom  read.type             read.type             read.type             read.type             read.type             read.type
MarkMessagesRead                Community   read.member           ok                    ok                    ok                    read.member           caller.system

SetMemberInfo.own               Work        member-info.member    ok                    ok                    ok                    member-info.target    caller.system
SetMemberInfo.own               Public      member-info.member    ok                    ok                    ok                    member-info.target    caller.system
SetMemberInfo.own               Meeting     member-info.member    ok                    ok                    ok                    member-info.target    caller.system
SetMemberInfo.own               AVChatRoom  member-info.type      member-info.type      member-info.type      member-info.type      member-info.type      member-info.type
SetMemberInfo.own               Community   member-info.member    ok                    ok                    ok                    member-info.target    caller.system

SetMemberInfo.of_another        Work        member-info.member    member-info.level     member-info.level     ok                    ok                    caller.system
SetMemberInfo.of_another        Public      member-info.member    member-info.level     ok                    ok                    ok                    caller.system
SetMemberInfo.of_another        Meeting     member-info.member    member-info.level     ok                    ok                    ok                    caller.system
SetMemberInfo.of_another        AVChatRoom  member-info.type      member-info.type      member-info.type      member-info.type      member-info.type      member-info.type
SetMemberInfo.of_another        Community   member-info.member    member-info.level     ok                    ok                    ok                    caller.system

SetReceiveOption                Work        receive-option.member ok                    ok                    ok                    receive-option.member caller.system
SetReceiveOption                Public      receive-option.member ok                    ok                    ok                    receive-option.member caller.system
SetReceiveOption                Meeting     receive-option.member ok                    ok                    ok                    receive-option.member caller.system
SetReceiveOption                AVChatRoom  receive-option.type   receive-option.type   receive-option.type   receive-option.type   receive-option.type   receive-option.type
SetReceiveOption                Community   receive-option.member ok                    ok                    ok                    receive-option.member caller.system

ImportGroup                     Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
ImportGroup                     Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
ImportGroup                     Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
ImportGroup                     AVChatRoom  import.type           import.type           import.type           import.type           import.type           import.type
ImportGroup                     Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin

RecycleGroup                    Work        caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      ok
RecycleGroup                    Public      caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      ok
RecycleGroup                    Meeting     caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      ok
RecycleGroup                    AVChatRoom  recycle.type          recycle.type          recycle.type          recycle.type          recycle.type          recycle.type
RecycleGroup                    Community   caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      ok

SweepOfflineMembers             Work        caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      ok
SweepOfflineMembers             Public      caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      ok
SweepOfflineMembers             Meeting     caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      caller.scheduler      ok
SweepOfflineMembers             AVChatRoom  sweep.type            sweep.type            sweep.type            sweep.type            sweep.type            sweep.type
SweepOfflineMembers             Community   sweep.type            sweep.type            sweep.type            sweep.type            sweep.type            sweep.type

ImportMembers                   Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
ImportMembers                   Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
ImportMembers                   Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
ImportMembers                   AVChatRoom  import.type           import.type           import.type           import.type           import.type           import.type
ImportMembers                   Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin

ImportMessages                  Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
ImportMessages                  Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
ImportMessages                  Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
ImportMessages                  AVChatRoom  import.type           import.type           import.type           import.type           import.type           import.type
ImportMessages                  Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin

SendSystemNotification          Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SendSystemNotification          Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SendSystemNotification          Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SendSystemNotification          AVChatRoom  caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SendSystemNotification          Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin

SendSystemNotification.to_users Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SendSystemNotification.to_users Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SendSystemNotification.to_users Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SendSystemNotification.to_users AVChatRoom  notify.users          notify.users          notify.users          notify.users          notify.users          notify.users
SendSystemNotification.to_users Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin

CreateTopic                     Work        type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
CreateTopic                     Public      type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
CreateTopic                     Meeting     type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
CreateTopic                     AVChatRoom  type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
CreateTopic                     Community   topic.member          topic.level           ok                    ok                    ok                    caller.system

CreateTopic.named               Work        type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
CreateTopic.named               Public      type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
CreateTopic.named               Meeting     type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
CreateTopic.named               AVChatRoom  type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
CreateTopic.named               Community   topic.member          topic.level           topic.level           topic.level           ok                    caller.system

SetTopicInfo                    Work        type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
SetTopicInfo                    Public      type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
SetTopicInfo                    Meeting     type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
SetTopicInfo                    AVChatRoom  type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
SetTopicInfo                    Community   topic.member          topic.level           ok                    ok                    ok                    caller.system

DeleteTopic                     Work        type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
DeleteTopic                     Public      type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
DeleteTopic                     Meeting     type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
DeleteTopic                     AVChatRoom  type.topics           type.topics           type.topics           type.topics           type.topics           type.topics
DeleteTopic                     Community   topic.member          topic.level           ok                    ok                    ok                    caller.system
)";

// An inactive Work group, which its owner, app admins and the system see (section 5). CreateGroup names the
// id of that group.
constexpr std::string_view inactive_groups = R"(
command                         type        outsider              member                admin                 owner                 app_admin             system

CreateGroup                     Work        create.id             create.id             create.id             create.id             create.id             caller.system
CreateGroup.for_another         Work        create.owner          create.owner          create.owner          create.owner          create.id             caller.system
DismissGroup                    Work        group.visible         group.visible         group.visible         dismiss.level         ok                    caller.system
TransferGroup                   Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
SetGroupInfo.name               Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
SetGroupInfo.introduction       Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
SetGroupInfo.notification       Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
SetGroupInfo.face_url           Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
SetGroupInfo.max_member_num     Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
SetGroupInfo.invite_option      Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
SetGroupInfo.apply_join_option  Work        group.visible         group.visible         group.visible         info.type             info.type             info.type
SetGroupInfo.mute_all           Work        group.visible         group.visible         group.visible         info.type             info.type             info.type
JoinGroup                       Work        group.visible         group.visible         group.visible         join.type             join.type             join.type
InviteUsers                     Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
AcceptApplication               Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
RefuseApplication               Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
MarkApplicationsRead            Work        nothing               nothing               nothing               ok                    nothing               caller.system
SetMemberRole                   Work        group.visible         group.visible         group.visible         role.type             role.type             role.type
QuitGroup                       Work        group.visible         group.visible         group.visible         ok                    quit.member           caller.system
KickMembers                     Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
MuteMember                      Work        group.visible         group.visible         group.visible         mute.type             mute.type             mute.type
PostMessage                     Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
PostMessage.topic               Work        group.visible         group.visible         group.visible         type.topics           type.topics           type.topics
MarkMessagesRead                Work        group.visible         group.visible         group.visible         nothing               read.member           caller.system
SetMemberInfo.own               Work        group.visible         group.visible         group.visible         ok                    member-info.target    caller.system
SetMemberInfo.of_another        Work        group.visible         group.visible         group.visible         ok                    ok                    caller.system
SetReceiveOption                Work        group.visible         group.visible         group.visible         ok                    receive-option.member caller.system
ImportGroup                     Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      create.id             caller.app-admin
RecycleGroup                    Work        group.visible         group.visible         group.visible         caller.scheduler      caller.scheduler      ok
SweepOfflineMembers             Work        group.visible         group.visible         group.visible         caller.scheduler      caller.scheduler      ok
ImportMembers                   Work        group.visible         group.visible         group.visible         caller.app-admin      ok                    caller.app-admin
ImportMessages                  Work        group.visible         group.visible         group.visible         caller.app-admin      ok                    caller.app-admin
SendSystemNotification          Work        group.visible         group.visible         group.visible         caller.app-admin      ok                    caller.app-admin
SendSystemNotification.to_users Work        group.visible         group.visible         group.visible         caller.app-admin      ok                    caller.app-admin
CreateTopic                     Work        group.visible         group.visible         group.visible         type.topics           type.topics           type.topics
CreateTopic.named               Work        group.visible         group.visible         group.visible         type.topics           type.topics           type.topics
SetTopicInfo                    Work        group.visible         group.visible         group.visible         type.topics           type.topics           type.topics
DeleteTopic                     Work        group.visible         group.visible         group.visible         type.topics           type.topics           type.topics
)";

// A dismissed group, whatever its type: its last members and app admins are told that it has ended (section
// 3). CreateGroup names the id of that group.
constexpr std::string_view dismissed_groups = R"(
command                         type        outsider              member                admin                 owner                 app_admin             system

CreateGroup                     every       create.id             create.id             create.id             create.id             create.id             caller.system
CreateGroup.for_another         every       create.owner          create.owner          create.owner          create.owner          create.id             caller.system
DismissGroup                    every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
TransferGroup                   every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetGroupInfo.name               every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetGroupInfo.introduction       every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetGroupInfo.notification       every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetGroupInfo.face_url           every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetGroupInfo.max_member_num     every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetGroupInfo.invite_option      every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetGroupInfo.apply_join_option  every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetGroupInfo.mute_all           every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
JoinGroup                       every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
InviteUsers                     every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
AcceptApplication               every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
RefuseApplication               every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
MarkApplicationsRead            every       nothing               nothing               nothing               nothing               nothing               caller.system
SetMemberRole                   every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
QuitGroup                       every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
KickMembers                     every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
MuteMember                      every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
PostMessage                     every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
PostMessage.topic               every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
MarkMessagesRead                every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetMemberInfo.own               every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetMemberInfo.of_another        every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetReceiveOption                every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
ImportGroup                     Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      create.id             caller.app-admin
ImportGroup                     Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      create.id             caller.app-admin
ImportGroup                     Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      create.id             caller.app-admin
ImportGroup                     AVChatRoom  import.type           import.type           import.type           import.type           import.type           import.type
ImportGroup                     Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      create.id             caller.app-admin
RecycleGroup                    every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SweepOfflineMembers             every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
ImportMembers                   every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
ImportMessages                  every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SendSystemNotification          every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SendSystemNotification.to_users every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
CreateTopic                     every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
CreateTopic.named               every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
SetTopicInfo                    every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
DeleteTopic                     every       group.visible         group.gone            group.gone            group.gone            group.gone            group.visible
)";

// What holds for the whole app, for each type that it can be about (sections 9, 10, 12 and 15).
constexpr std::string_view settings = R"(
command                         type        outsider              member                admin                 owner                 app_admin             system

DefineGroupField                Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
DefineGroupField                Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
DefineGroupField                Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
DefineGroupField                AVChatRoom  caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
DefineGroupField                Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin

DefineMemberField               Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
DefineMemberField               Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
DefineMemberField               Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
DefineMemberField               AVChatRoom  field.type            field.type            field.type            field.type            field.type            field.type
DefineMemberField               Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin

SetPlan                         Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetPlan                         Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetPlan                         Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetPlan                         AVChatRoom  caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetPlan                         Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin

SetNotificationPolicy           Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetNotificationPolicy           Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetNotificationPolicy           Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetNotificationPolicy           AVChatRoom  policy.notices        policy.notices        policy.notices        policy.notices        policy.notices        policy.notices
SetNotificationPolicy           Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin

SetRecyclePolicy                Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetRecyclePolicy                Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetRecyclePolicy                Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetRecyclePolicy                AVChatRoom  policy.recycle        policy.recycle        policy.recycle        policy.recycle        policy.recycle        policy.recycle
SetRecyclePolicy                Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin

SetSweepPolicy                  Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetSweepPolicy                  Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetSweepPolicy                  Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetSweepPolicy                  AVChatRoom  policy.sweep          policy.sweep          policy.sweep          policy.sweep          policy.sweep          policy.sweep
SetSweepPolicy                  Community   policy.sweep          policy.sweep          policy.sweep          policy.sweep          policy.sweep          policy.sweep

SetHistoryPolicy                Work        caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetHistoryPolicy                Public      caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetHistoryPolicy                Meeting     caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
SetHistoryPolicy                AVChatRoom  policy.history        policy.history        policy.history        policy.history        policy.history        policy.history
SetHistoryPolicy                Community   caller.app-admin      caller.app-admin      caller.app-admin      caller.app-admin      ok                    caller.app-admin
)";

// The six columns.
struct Column {
  std::string name;
  Caller caller;
};
const std::array<Column, 6> columns{{{"outsider", user(otto)},
                                     {"member", user(mia)},
                                     {"admin", user(adam)},
                                     {"owner", user(olive)},
                                     {"app_admin", app_admin()},
                                     {"system", the_system()}}};

struct Line {
  std::string command;
  std::string type;  // a type's name, or `every`
  std::array<std::string, 6> cells;
};

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in{line};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// The lines of a table but the first, which names the columns.
std::vector<Line> lines_of(std::string_view table) {
  std::vector<std::string> heading{"command", "type"};
  for (const Column& column : columns) heading.push_back(column.name);
  std::istringstream in{std::string{table}};
  std::vector<Line> lines;
  bool headed = false;
  for (std::string text; std::getline(in, text);) {
    const std::vector<std::string> words = words_of(text);
    if (words.empty()) continue;
    if (!headed) {
      EXPECT_EQ(words, heading);
      headed = true;
      continue;
    }
    Line line;
    if (words.size() != 2 + line.cells.size()) {
      ADD_FAILURE() << "a line has " << words.size() << " words: " << text;
      continue;
    }
    line.command = words[0];
    line.type = words[1];
    std::copy(words.begin() + 2, words.end(), line.cells.begin());
    lines.push_back(line);
  }
  return lines;
}

const Account zoe{"zoe"};  // one more member, on whom things are done
const Account eve{"eve"};  // has an application
const Account ned{"ned"};  // is invited

TopicId topic_of(BaseType type) { return TopicId{std::string{id_of(type).view()} + "@TOPIC#_books"}; }

/// The commands by the names of the tables, for the group of a type.
std::map<std::string, Command> commands_for(BaseType type) {
  const GroupId id = id_of(type);
  const auto info = [&](auto set) {
    SetGroupInfo command;
    command.group = id;
    set(command);
    return command;
  };
  CreateGroup create = creation(type);
  CreateGroup create_for_another = create;
  create_for_another.owner = zoe;
  ImportGroup import;
  copy_shared_members(create, import);
  return {
      {"CreateGroup", create},
      {"CreateGroup.for_another", create_for_another},
      {"DismissGroup", DismissGroup{id}},
      {"TransferGroup", TransferGroup{id, zoe}},
      {"SetGroupInfo.name", info([](SetGroupInfo& c) { c.name = GroupName{"Other"}; })},
      {"SetGroupInfo.introduction", info([](SetGroupInfo& c) { c.introduction = Introduction{"new"}; })},
      {"SetGroupInfo.notification", info([](SetGroupInfo& c) { c.notification = Notification{"new"}; })},
      {"SetGroupInfo.face_url", info([](SetGroupInfo& c) { c.face_url = FaceUrl{"new"}; })},
      {"SetGroupInfo.max_member_num", info([](SetGroupInfo& c) { c.max_member_num = 100; })},
      {"SetGroupInfo.invite_option",
       info([](SetGroupInfo& c) { c.invite_option = InviteOption::need_permission; })},
      {"SetGroupInfo.apply_join_option",
       info([](SetGroupInfo& c) { c.apply_join_option = JoinOption::disable_apply; })},
      {"SetGroupInfo.mute_all", info([](SetGroupInfo& c) { c.mute_all = true; })},
      {"JoinGroup", JoinGroup{id, {}}},
      {"InviteUsers", InviteUsers{id, {ned}, {}}},
      {"AcceptApplication", AcceptApplication{id, eve, {}}},
      {"RefuseApplication", RefuseApplication{id, eve, {}}},
      {"MarkApplicationsRead", MarkApplicationsRead{}},
      {"SetMemberRole", SetMemberRole{id, zoe, Role::admin}},
      {"QuitGroup", QuitGroup{id}},
      {"KickMembers", KickMembers{id, {zoe}, {}}},
      {"MuteMember", MuteMember{id, zoe, 60}},
      {"PostMessage", PostMessage{id, {}, {}}},
      {"PostMessage.topic", PostMessage{id, {}, topic_of(type)}},
      {"MarkMessagesRead", MarkMessagesRead{id, {}}},
      {"SetMemberInfo.own", SetMemberInfo{id, {}, NameCard{"card"}, {}}},
      {"SetMemberInfo.of_another", SetMemberInfo{id, zoe, NameCard{"card"}, {}}},
      {"SetReceiveOption", SetReceiveOption{id, MsgFlag::discard}},
      {"ImportGroup", import},
      {"RecycleGroup", RecycleGroup{id}},
      {"SweepOfflineMembers", SweepOfflineMembers{id, {zoe}}},
      {"ImportMembers", ImportMembers{id, {{.user = ned}}}},
      {"ImportMessages", ImportMessages{id, {{.from = zoe, .time = t0}}}},
      {"SendSystemNotification", SendSystemNotification{id, "data", {}}},
      {"SendSystemNotification.to_users", SendSystemNotification{id, "data", {{zoe}}}},
      {"CreateTopic", CreateTopic{.group = id, .topic = {}, .name = GroupName{"Films"}}},
      {"CreateTopic.named", CreateTopic{.group = id,
                                        .topic = TopicId{std::string{id.view()} + "@TOPIC#_films"},
                                        .name = GroupName{"Films"}}},
      {"SetTopicInfo", SetTopicInfo{.group = id, .topic = topic_of(type), .name = GroupName{"Other"}}},
      {"DeleteTopic", DeleteTopic{id, topic_of(type)}},
  };
}

/// The same of the settings that can be made for a type.
std::map<std::string, Command> settings_for(BaseType base) {
  const TypeName type{name_of(base)};
  const bool reads_earlier = default_rules().find(type)->earlier_history == EarlierHistory::on;
  return {
      {"DefineGroupField", DefineGroupField{CustomKey{"k"}, Level::anyone, Level::owner}},
      {"DefineMemberField", DefineMemberField{type, CustomKey{"k"}, Level::anyone, Level::owner, {}, {}}},
      {"SetPlan", SetPlan{Edition::free, {}, {}}},
      {"SetNotificationPolicy",
       SetNotificationPolicy{type, NoticeCategory::member_change, Delivery::push_only}},
      {"SetRecyclePolicy", SetRecyclePolicy{type, 3600}},
      {"SetSweepPolicy", SetSweepPolicy{type, false}},
      {"SetHistoryPolicy", SetHistoryPolicy{type, !reads_earlier}},
  };
}

/// What is put into a group besides the cast: zoe, eve's application, and a topic where there can be one.
void furnish(World& world, BaseType type) {
  const GroupId id = id_of(type);
  const TypeRules& rules = *world.rules().find(TypeName{name_of(type)});
  if (rules.invite_users.supported)
    world.does(app_admin(), InviteUsers{id, {zoe}, {}});
  else
    world.does(zoe, JoinGroup{id, {}});
  if (rules.applications.supported) {
    const TimeMs filed = world.group(id).head.time;
    world.rows().put<ApplicationRow>({id, eve},
                                     {.kind = ApplicationKind::invite, .inviter = mia, .time = filed});
    world.rows().put<PendingRow>({id, eve}, {.time = filed});
    GroupRow row = world.group(id);
    row.newest_pending = eve;
    row.newest_pending_time = filed;
    world.rows().put<GroupRow>(id, row);
  }
  const TypeName name{name_of(type)};
  if (rules.recycle_idle) world.does(app_admin(), SetRecyclePolicy{name, 60});
  if (rules.sweep_offline) world.does(app_admin(), SetSweepPolicy{name, true});
  if (type != BaseType::community) return;
  GroupRow row = world.group(id);
  row.support_topic = true;
  world.rows().put<GroupRow>(id, row);
  world.does(app_admin(), CreateTopic{.group = id, .topic = topic_of(type), .name = GroupName{"Books"}});
}

World living(BaseType type) {
  World world = world_of(type);
  furnish(world, type);
  return world;
}
World dismissed(BaseType type) {
  World world = living(type);
  world.does(app_admin(), DismissGroup{id_of(type)});
  return world;
}
World inactive(BaseType type) {
  World world;
  CreateGroup create = creation(type);
  create.members.emplace({InitialMember{adam, {}}, InitialMember{mia, {}}});
  world.does(olive, create);
  furnish(world, type);
  return world;
}

/// `ok` when the command is accepted with every item of its list and changes something, `pending` when it
/// waits for an answer, `nothing` when it changes nothing; else the rule that refuses.
std::string found(const Tried& tried) {
  if (tried.refusal() != nullptr) return std::string{refusing_rule(tried)};
  if (tried.accepted() == nullptr) return "answered from before";
  for (const ItemResult& item : tried.accepted()->reply.results)
    if (item.refused) return "the item is " + std::string{name_of(*item.refused)};
  if (tried.accepted()->events.empty()) return "nothing";
  return tried.accepted()->reply.result == ItemStatus::pending ? "pending" : "ok";
}

/// Lets every caller try the line's command, each in a world of its own, where nothing has happened for an
/// hour.
void expect_line(const Line& line, BaseType type, World (*make)(BaseType), const Command& command) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Tried tried =
        make(type).tries(columns[i].caller, command, {.at = later(3'600'000), .id = {}, .expect = {}});
    EXPECT_EQ(found(tried), line.cells[i]) << line.command << " in a " << name_of(type) << " group by the "
                                           << columns[i].name << ": " << testing::PrintToString(tried);
  }
}

/// Tries every line of a table in the groups that it is about.
void expect_table(std::string_view table, World (*make)(BaseType), const std::vector<BaseType>& types,
                  std::map<std::string, Command> (*commands_of_type)(BaseType) = commands_for) {
  const std::vector<Line> lines = lines_of(table);
  for (const BaseType type : types) {
    const std::map<std::string, Command> commands = commands_of_type(type);
    for (const Line& line : lines) {
      if (line.type != "every" && line.type != name_of(type)) continue;
      ASSERT_TRUE(commands.contains(line.command)) << line.command;
      expect_line(line, type, make, commands.at(line.command));
    }
  }
}

const std::vector<BaseType> every_type{all_types.begin(), all_types.end()};

/// The commands, with creations that name an id which no group has.
std::map<std::string, Command> commands_beside(BaseType type) {
  std::map<std::string, Command> commands = commands_for(type);
  const GroupId another{std::string{id_of(type).view()} + "-another"};
  for (const char* creation : {"CreateGroup", "CreateGroup.for_another"})
    std::get<CreateGroup>(commands.at(creation)).group = another;
  std::get<ImportGroup>(commands.at("ImportGroup")).group = another;
  return commands;
}

TEST(Permissions, OfLivingGroupsAreTheTable) {
  expect_table(living_groups, living, every_type, commands_beside);
}

TEST(Permissions, OfSettingsAreTheTable) { expect_table(settings, living, every_type, settings_for); }

TEST(Permissions, OfInactiveGroupsAreTheTable) { expect_table(inactive_groups, inactive, {BaseType::work}); }

TEST(Permissions, OfDismissedGroupsAreTheTable) { expect_table(dismissed_groups, dismissed, every_type); }

/// The part of a line's name that is the command's.
std::string command_of(const std::string& name) { return name.substr(0, name.find('.')); }

TEST(Permissions, TheTablesHaveEveryCommandAndTypeOnce) {
  std::set<std::string> commands;
  const auto names_of = [&](const std::map<std::string, Command>& named) {
    std::set<std::string> names;
    for (const auto& [name, command] : named) {
      EXPECT_EQ(command_of(name), name_of(command));
      names.insert(name);
      commands.insert(command_of(name));
    }
    return names;
  };
  const std::set<std::string> names = names_of(commands_for(BaseType::public_));
  const std::set<std::string> names_of_settings = names_of(settings_for(BaseType::public_));
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(
      [&]<class C>(std::type_identity<C>) {
        EXPECT_EQ(commands.erase(std::string{C::persisted.name}), 1U)
            << C::persisted.name << " is in no line";
      });
  EXPECT_TRUE(commands.empty());

  const auto expect_once = [](std::string_view table, const std::vector<std::string>& types,
                              const std::set<std::string>& wanted) {
    std::map<std::pair<std::string, std::string>, int> count;
    for (const Line& line : lines_of(table))
      if (wanted.contains(line.command)) ++count[{line.command, line.type}];
    EXPECT_EQ(count.size(), wanted.size() * types.size());
    for (const std::string& name : wanted)
      for (const std::string& type : types)
        EXPECT_EQ((count[{name, type}]), 1) << name << " in a " << type << " group";
  };
  const std::vector<std::string> types{"Work", "Public", "Meeting", "AVChatRoom", "Community"};
  expect_once(living_groups, types, names);
  expect_once(settings, types, names_of_settings);
  expect_once(inactive_groups, {"Work"}, names);
  // A creation knows the type before it knows that the id has been used.
  std::set<std::string> others = names;
  others.erase("ImportGroup");
  expect_once(dismissed_groups, {"every"}, others);
  expect_once(dismissed_groups, types, {"ImportGroup"});
}

}  // namespace
}  // namespace muster::test
