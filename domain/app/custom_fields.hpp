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

inline constexpr Rule field_defined{"field.defined", Error::custom_field_defined, "10",
                                    "the custom field has been defined already; it cannot be changed"};
inline constexpr Rule field_limit{"field.limit", Error::custom_field_defined, "10",
                                  "no more custom fields can be defined"};

/// How many fields groups can have, and the members of each type's groups.
inline constexpr std::size_t group_fields_max = 10;
inline constexpr std::size_t member_fields_max = 5;

/// Null for a key that is not defined.
const GroupField* find_group_field(const AppRow& app, const CustomKey& key);
const MemberField* find_member_field(const AppRow& app, const TypeName& type, const CustomKey& key);

/// The values that a command sets; empty when it sets none.
const CustomValues& values_of(const std::optional<CustomValues>& custom);
/// Step 6 of defining a field: refuses a key that is `defined`, and one more than `most` fields.
bool check_new_field(Decider& d, const CustomKey& key, bool defined, std::size_t there, std::size_t most);

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
