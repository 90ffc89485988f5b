#pragma once

#include <array>
#include <functional>
#include <optional>

#include <muster/domain/core/decider.hpp>

/// Custom fields of groups and members, as the app defines them.
namespace muster {

inline constexpr Rule custom_known{"custom.known", Error::unknown_custom_field, "10",
                                   "the custom field has not been defined"};
inline constexpr Rule custom_write{"custom.write", Error::not_permitted, "10",
                                   "your level is too low to write this custom field"};

/// Null for a key that is not defined.
const GroupField* find_group_field(const AppRow& app, const CustomKey& key);
const MemberField* find_member_field(const AppRow& app, const TypeName& type, const CustomKey& key);

/// The values that a command sets; empty when it sets none.
const CustomValues& values_of(const std::optional<CustomValues>& custom);
/// Step 3: refuses a key that `known` does not know.
bool check_known(Decider& d, const std::optional<CustomValues>& custom,
                 const std::function<bool(const CustomKey&)>& known);
/// Step 4: refuses, for the field, a caller below the level that writes it.
bool refuse_custom_write(Decider& d, const CustomKey& key, Level needed);

/// What becomes of custom values that a command sets, on top of the present ones: the entries that differ.
/// announced  whether members may read the field of a key
CustomChanges custom_changes(const CustomValues& present, const std::optional<CustomValues>& set,
                             const std::function<bool(const CustomKey&)>& announced);

}  // namespace muster
