#pragma once

#include <optional>
#include <vector>

#include <muster/domain/overlay.hpp>
#include <muster/domain/step.hpp>
#include <muster/engine/engine.hpp>

namespace muster::bench {

/// One group of a type in memory with an owner, an admin, a hundred members and an applicant.
class Scene {
 public:
  explicit Scene(BaseType base);

  [[nodiscard]] const MemoryRows& rows() const { return rows_; }
  [[nodiscard]] Env env() const;
  /// A command of each kind that the type accepts here, with who may give it.
  [[nodiscard]] std::vector<std::pair<Caller, Command>> accepted() const;
  [[nodiscard]] const GroupId& group() const { return group_; }

 private:
  bool does(const Caller& caller, const Command& command);

  BaseType base_;
  GroupId group_;
  MemoryRows rows_;
  Position position_ = 0;
};

}  // namespace muster::bench
