#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <boost/container/deque.hpp>
#include <boost/intrusive/unordered_set.hpp>

#include <muster/domain/rows.hpp>

namespace muster {

/// Decoded rows of one kind, absent ones included, which go one at a time: those first that nobody has asked
/// for since the hand of the clock last came by. A row's place is used again by rows of its kind: memory is
/// that of the most rows of the kind that there ever were, until clear(). Pointers live until evict() or
/// clear(). Threads  one at a time
template <class Row>
class RowCache {
 public:
  using Cached = std::optional<Row>;  // none: known to be absent

  RowCache() = default;
  RowCache(const RowCache&) = delete;
  RowCache& operator=(const RowCache&) = delete;

  /// What is known of the key; null for nothing. It has been asked for, and stays longer.
  const Cached* find(const Key<Row>& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    found->state = State::asked_for;
    return &found->row;
  }
  /// Where what is known of the key is to be put. It has not been asked for yet: rows that nobody asks for a
  /// second time go without a second look.
  Cached& place(const Key<Row>& key) {
    const auto found = index_.find(key);
    if (found != index_.end()) return found->row;
    Slot& slot = empty_slot();
    slot.key = key;
    slot.state = State::idle;
    index_.insert(slot);
    ++size_;
    return slot.row;
  }
  /// Evicts `count` rows, or all there are. Allocates nothing.
  void evict(std::size_t count) noexcept {
    for (count = std::min(count, size_); count > 0;) {
      Slot& slot = slots_[hand_];
      hand_ = (hand_ + 1) % slots_.size();
      if (slot.state == State::asked_for) {
        slot.state = State::idle;
      } else if (slot.state == State::idle) {
        empty_.push_back(&slot);
        index_.erase(index_.iterator_to(slot));
        slot.row.reset();
        slot.state = State::empty;
        --size_;
        --count;
      }
    }
  }
  void clear() {
    index_.clear();
    slots_.clear();
    empty_.clear();
    size_ = 0;
    hand_ = 0;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  using Hook =
      boost::intrusive::unordered_set_base_hook<boost::intrusive::link_mode<boost::intrusive::normal_link>,
                                                boost::intrusive::store_hash<true>>;
  enum class State : std::uint8_t { empty, idle, asked_for };
  struct Slot : Hook {
    Key<Row> key;
    Cached row;
    State state = State::empty;
  };
  struct KeyOfSlot {
    using type = Key<Row>;
    const Key<Row>& operator()(const Slot& slot) const { return slot.key; }
  };
  using Index = boost::intrusive::unordered_set<
      Slot, boost::intrusive::key_of_value<KeyOfSlot>, boost::intrusive::hash<KeyHash>,
      boost::intrusive::equal<std::equal_to<>>, boost::intrusive::compare_hash<true>,
      boost::intrusive::power_2_buckets<true>, boost::intrusive::constant_time_size<false>>;
  using Bucket = typename Index::bucket_type;
  using Buckets = typename Index::bucket_traits;
  using Slots = boost::container::deque<Slot, void,
                                        boost::container::deque_options_t<boost::container::block_size<16>>>;

  Slot& empty_slot() {
    if (empty_.empty()) {
      if (2 * slots_.size() >= buckets_.size()) grow();  // few rows a bucket: each costs a cache miss
      // Room for every slot, so that evicting does not allocate.
      if (empty_.capacity() <= slots_.size()) empty_.reserve(2 * slots_.size() + 1);
      return slots_.emplace_back();
    }
    Slot& slot = *empty_.back();
    empty_.pop_back();
    return slot;
  }
  void grow() {
    std::vector<Bucket> more(std::max<std::size_t>(64, buckets_.size() * 2));
    index_.rehash(Buckets{more.data(), more.size()});
    buckets_.swap(more);
  }

  Slots slots_;
  std::vector<Slot*> empty_;
  // Until a row comes: a cache of a kind that nobody asks for costs nothing.
  std::array<Bucket, 1> first_bucket_;
  std::vector<Bucket> buckets_;
  Index index_{Buckets{first_bucket_.data(), first_bucket_.size()}};
  std::size_t size_ = 0;
  std::size_t hand_ = 0;
};

}  // namespace muster
