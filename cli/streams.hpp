#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sys/types.h>

/// Reads and writes inherited descriptors, blocking or not.
namespace muster::cli {

/// Reads up to `size` bytes; waits for the first. Returns 0 at the end, or -1 with errno set.
ssize_t read_some(int file, char* buffer, std::size_t size);
/// Writes the whole text and waits for room where needed. Returns false with errno set if it cannot.
bool write_all(int file, std::string_view text);

/// Writes to standard error; ignores errors.
void tell_text(const std::string& text) noexcept;
template <class... Values>
void tell(fmt::format_string<Values...> form, Values&&... values) {
  tell_text(fmt::format(form, std::forward<Values>(values)...));
}

}  // namespace muster::cli
