// What a command asks the rows for, and how much of it is not there: counted, so the same on every machine.
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include <muster/domain/overlay.hpp>
#include <muster/domain/step.hpp>
#include <muster/eventstore/codec.hpp>

#include "history.hpp"
#include "measure.hpp"

namespace muster::bench {
namespace {

/// Rows in memory that count how often they are asked, each time by a command that knows nothing yet.
class CountedRows final : public ViewBy<CountedRows> {
 public:
  template <class Row>
  [[nodiscard]] const Row* lookup(const Key<Row>& key) const {
    const Row* row = rows_.lookup<Row>(key);
    if constexpr (std::is_same_v<Row, AppRow>) return row;  // there is one, which every engine keeps
    ++asked_;
    if (row == nullptr) ++in_vain_;
    return row;
  }
  [[nodiscard]] std::optional<StoredAnswer> answer_at(Position /*position*/) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::vector<AccountMembership> memberships(const Account& account, const GroupId& after,
                                                           std::size_t limit) const override {
    return rows_.memberships(account, after, limit);
  }

  void apply(const Overlay& written) { rows_.apply(written); }
  void forget_counts() { asked_ = in_vain_ = 0; }
  [[nodiscard]] double asked() const { return static_cast<double>(asked_); }
  [[nodiscard]] double in_vain() const { return static_cast<double>(in_vain_); }

 private:
  MemoryRows rows_;
  mutable std::uint64_t asked_ = 0;
  mutable std::uint64_t in_vain_ = 0;
};

void decide_all(CountedRows& rows, std::vector<Request> requests, Position& position) {
  static const RulesDocument rules = document_of(default_rules());
  Overlay overlay{&rows};
  std::vector<Commit> commits;
  for (Request& request : requests) {
    step(overlay, std::move(request), {.rules = &rules, .time = {}, .assigned = {}, .position = position + 1},
         commits);
    position += commits.size();
    if (!commits.empty()) rows.apply(overlay);
    commits.clear();
    overlay.clear();
  }
}

}  // namespace

void measure_asks(Report& report, const Settings& settings) {
  const std::size_t groups = settings.quick ? 50 : 100'000;
  const std::size_t commands = settings.quick ? 200 : 200'000;
  Figure figure{.name = fmt::format("absent rows asked for, a hundred commands in {} groups", groups),
                .unit = "rows",
                .baseline = "all rows asked for",
                .values = {},
                .bases = {},
                .target_ratio = {},
                .target = {},
                .note = {}};
  for (std::size_t run = 0; run < settings.runs; ++run) {
    History history{{.seed = run + 1, .groups = groups}};
    CountedRows rows;
    Position position = 0;
    decide_all(rows, history.beginning(), position);
    rows.forget_counts();
    decide_all(rows, history.next(commands), position);
    const double hundreds = static_cast<double>(commands) / 100;
    figure.values.push_back(rows.in_vain() / hundreds);
    figure.bases.push_back(rows.asked() / hundreds);
  }
  report.add(std::move(figure));
}

}  // namespace muster::bench
