#include <muster/domain/core/folder.hpp>
#include <muster/domain/core/visibility.hpp>

namespace muster {

bool Folder::group_is_alive() const { return in_group() && is_alive(rows_.find<GroupRow>(group_id_)); }

void change_custom_values(CustomValues& values, const CustomChanges& changes) {
  for (const auto& [key, changed] : changes) {
    if (changed.after.empty())
      values.erase(key);
    else
      values[key] = changed.after;
  }
}

}  // namespace muster
