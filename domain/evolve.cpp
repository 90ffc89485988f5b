#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/domain/evolve.hpp>

namespace muster {
namespace {

/// Calls `change(head)` for the head of a stream. A group that no event made has no row to hold one.
template <class Change>
void edit_head(Overlay& rows, const StreamId& stream, Change&& change) {
  switch (stream.kind) {
    case StreamKind::app: return change(rows.edit<AppRow>({}).head);
    case StreamKind::group:
      if (rows.find<GroupRow>(stream.group()) != nullptr) change(rows.edit<GroupRow>(stream.group()).head);
      return;
    case StreamKind::account: {
      auto& head = rows.edit<AccountRow>(Account{stream.id.view()}).head;
      if (!head) head.emplace();
      return change(*head);
    }
  }
}

/// Two bits of 64 for a caller's id: an id whose bits are not all set in its stream was not used there. The
/// bits are stored, so they are of a hash that never changes (FNV-1a).
std::uint64_t mark_of(const CommandIdKey& key) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  const auto mix = [&](std::uint8_t byte) { hash = (hash ^ byte) * 1'099'511'628'211U; };
  mix(static_cast<std::uint8_t>(key.caller.kind));
  for (const char c : key.caller.account.view()) mix(static_cast<std::uint8_t>(c));
  mix(0);
  for (const char c : key.id.view()) mix(static_cast<std::uint8_t>(c));
  // Ids often count up: the last characters must reach the bits that are taken.
  hash ^= hash >> 32;
  hash *= 0x9e37'79b9'7f4a'7c15U;
  hash ^= hash >> 29;
  return std::uint64_t{1} << (hash >> 58) | std::uint64_t{1} << (hash >> 52 & 63);
}
/// Ids of creations that named no group are kept in the app's stream without being commits of it.
bool is_marked(const StreamId& stream) { return stream.kind != StreamKind::app; }

void store_command_id(Overlay& rows, const Commit& commit, Position position) {
  const CommitHead& head = commit.head;
  if (head.id.empty()) return;
  const bool assigned_group = !commit.assigned.group.empty();
  const CommandIdKey key = command_id_key(head.stream, head.caller, head.id, assigned_group);
  rows.put<CommandIdRow>(key, {position});
  if (is_marked(key.stream))
    edit_head(rows, key.stream, [&](StreamHead& edited) { edited.ids |= mark_of(key); });
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

Stamp stamp_of(const CommitHead& head, Position position) {
  return {head.stream, head.revision, position, head.time, head.caller};
}

void close_commit(Overlay& rows, const Commit& commit, Position position) {
  store_command_id(rows, commit, position);
  edit_head(rows, commit.head.stream, [&](StreamHead& head) {
    head.revision = commit.head.revision;
    head.time = commit.head.time;
  });
}

void set_head_hash(Overlay& rows, const StreamId& stream, const Digest& hash) {
  edit_head(rows, stream, [&](StreamHead& head) { head.hash = hash; });
}

void fold(Overlay& rows, const Commit& commit, Position position, const Digest& hash) {
  const Stamp stamp = stamp_of(commit.head, position);
  for (const Event& event : commit.events) evolve(rows, event, stamp);
  store_command_id(rows, commit, position);
  edit_head(rows, commit.head.stream, [&](StreamHead& head) {
    head.revision = commit.head.revision;
    head.time = commit.head.time;
    head.hash = hash;
  });
}

const CommandIdRow* find_command_id(const View& rows, const CommandIdKey& key) {
  if (is_marked(key.stream)) {
    const std::uint64_t mark = mark_of(key);
    if ((head_of(rows, key.stream).ids & mark) != mark) return nullptr;
  }
  return rows.find<CommandIdRow>(key);
}

CommandIdKey command_id_key(const StreamId& stream, const Caller& caller, const CommandId& id,
                            bool assigned_group) {
  return {.stream = assigned_group ? StreamId::app() : stream, .caller = caller, .id = id};
}

}  // namespace muster
