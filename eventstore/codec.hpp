#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <muster/domain/commit.hpp>
#include <muster/domain/overlay.hpp>
#include <muster/domain/rules/rules.hpp>
#include <muster/eventstore/hash_chain.hpp>
#include <muster/eventstore/ports.hpp>

/// Commits and rules documents as bytes. Old bytes stay readable; the grammar is docs/format.md.
namespace muster {

/// Why bytes cannot be read.
enum class DecodeError : std::uint8_t {
  corrupt = 1,       // they are not what was written
  newer_version = 2  // written by a newer muster: a format, schema or tag that this one does not know
};

/// The parts of a stored commit, into the bytes that they were split from.
struct CommitParts {
  std::string_view head;
  std::string_view body;
  Digest hash{};  // in its stream's chain
};

struct DecodedCommit {
  Commit commit;
  Digest hash{};
};

/// Splits stored bytes after checking their checksum; decodes nothing.
std::variant<CommitParts, DecodeError> split_commit(std::string_view bytes);
/// How much of a commit is to be read.
enum class Want : std::uint8_t {
  all = 1,
  events = 2  // what folding needs: the head, assigned ids and events; the command and the answer stay empty
};
/// Reads a commit into `out`, whose memory it uses again. Why not, when it cannot; `out` then holds nothing.
std::optional<DecodeError> decode_commit(std::string_view bytes, DecodedCommit& out, Want want = Want::all);
/// Reads a whole commit.
std::variant<DecodedCommit, DecodeError> decode_commit(std::string_view bytes);
/// Reads a commit's head alone.
std::variant<CommitHead, DecodeError> decode_head(std::string_view head);
/// The same, throwing StoreError (corrupt or newer_format) that names the position.
DecodedCommit decode_commit_at(Position position, std::string_view bytes);
void decode_commit_at(Position position, std::string_view bytes, DecodedCommit& out, Want want = Want::all);

/// Encodes commits, with a hasher and buffers of its own.
/// Threads  one at a time
class CommitEncoder {
 public:
  /// The stored bytes of a commit and its hash. `previous` is the hash of the stream's last commit.
  std::pair<EncodedCommit, Digest> encode(const Commit& commit, const Digest& previous);
  /// The same of a commit that step() made: on the hash of its stream's head in `rows`, which gets the hash
  /// of this one. Throws StoreError (too_large) for one over commit_bytes_max.
  EncodedCommit encode(Overlay& rows, const Commit& commit);
  [[nodiscard]] Hasher& hasher() { return hasher_; }

 private:
  Hasher hasher_;
  std::string head_;
  std::string body_;
  std::string part_;
};

/// A rules document as bytes: the same rules give the same bytes.
std::string encode_rules(const Rules& rules);
std::variant<Rules, DecodeError> decode_rules(std::string_view document);
/// SHA-256 of the document.
Digest digest_of(const Rules& rules);
/// The document with its bytes and digest.
RulesDocument document_of(Rules rules);
/// The digest of the document that every store knows without a commit: default_rules() as it was when format
/// 1 was made. tests/golden/default_rules.txt pins its bytes. Any other document is installed.
const Digest& genesis_rules_digest();

}  // namespace muster
