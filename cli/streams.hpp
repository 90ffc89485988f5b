#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sys/types.h>

/// Reading from and writing to descriptors that somebody else made, whatever mode they are in.
namespace muster::cli {

/// Reads up to `size` bytes, waiting for the first; 0 at the end, -1 with errno for an error.
ssize_t read_some(int file, char* buffer, std::size_t size);
/// Writes all of it, waiting where there is no room; false with errno for an error.
bool write_all(int file, std::string_view text);

/// Says something on standard error. Whether it can be said or not, the work goes on.
void tell_text(const std::string& text) noexcept;
template <class... Values>
void tell(fmt::format_string<Values...> form, Values&&... values) {
  tell_text(fmt::format(form, std::forward<Values>(values)...));
}

}  // namespace muster::cli
