#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/domain/evolve.hpp>

namespace muster {
namespace {

template <class Row>
void move_head(Overlay& rows, const Key<Row>& key, const CommitHead& head, const Digest& hash) {
  rows.edit<Row>(key).head = StreamHead{.revision = head.revision, .time = head.time, .hash = hash};
}

}  // namespace

void evolve(Overlay& rows, const Event& event, const Stamp& stamp) {
  Folder folder{rows, stamp};
  std::visit([&]<class E>(const E& e) { E::spec.fold(folder, e); }, event);
}

StreamHead head_of(const View& rows, const StreamId& stream) {
  switch (stream.kind) {
    case StreamKind::app: return rows.app().head;
    case StreamKind::group: {
      const GroupRow* row = rows.find<GroupRow>(stream.group());
      return row == nullptr ? StreamHead{} : row->head;
    }
    case StreamKind::account: {
      const AccountRow* row = rows.find<AccountRow>(Account{stream.id.view()});
      return row == nullptr ? StreamHead{} : row->head.value_or(StreamHead{});
    }
  }
  return {};
}

void seal(Overlay& rows, const CommitHead& head, Position position, const Digest& hash, bool assigned_group) {
  if (!head.id.empty())
    rows.put<CommandIdRow>(command_id_key(head.stream, head.caller, head.id, assigned_group), {position});
  switch (head.stream.kind) {
    case StreamKind::app: move_head<AppRow>(rows, {}, head, hash); break;
    case StreamKind::group:
      // A group that no event made has no row to hold its head.
      if (rows.find<GroupRow>(head.stream.group()) != nullptr)
        move_head<GroupRow>(rows, head.stream.group(), head, hash);
      break;
    case StreamKind::account: move_head<AccountRow>(rows, Account{head.stream.id.view()}, head, hash); break;
  }
}

void fold(Overlay& rows, const Commit& commit, Position position, const Digest& hash) {
  const CommitHead& head = commit.head;
  const Stamp stamp{head.stream, head.revision, position, head.time, head.caller};
  for (const Event& event : commit.events) evolve(rows, event, stamp);
  seal(rows, head, position, hash, !commit.assigned.group.empty());
}

CommandIdKey command_id_key(const StreamId& stream, const Caller& caller, const CommandId& id,
                            bool assigned_group) {
  return {.stream = assigned_group ? StreamId::app() : stream, .caller = caller, .id = id};
}

}  // namespace muster
