#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <boost/json/serialize.hpp>
#include <unistd.h>

#include <muster/cli/row_output.hpp>
#include <muster/cli/streams.hpp>
#include <muster/json/writer.hpp>

namespace muster::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t buffered_bytes_max = 65'536;

/// A value as a table shows it; empty if it is not set.
std::string cell_of(const json::value& value) {
  if (const auto* text = value.if_string()) return printable({text->data(), text->size()});
  const bool empty = value.is_null() || (value.is_object() && value.get_object().empty()) ||
                     (value.is_array() && value.get_array().empty()) ||
                     (value.is_bool() && !value.get_bool()) || (value.is_int64() && value.get_int64() == 0) ||
                     (value.is_uint64() && value.get_uint64() == 0);
  return empty ? std::string{} : json::serialize(value);
}

/// In characters, not bytes, so that columns line up in UTF-8 too.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

/// Whether both belong in the same table.
bool alike(const json::object& a, const json::object& b) {
  return std::ranges::equal(a, b, {}, &json::key_value_pair::key, &json::key_value_pair::key) &&
         (!a.contains("row") || a.at("row") == b.at("row"));
}

}  // namespace

RowOutput::~RowOutput() {
  try {
    finish();
  } catch (const std::system_error&) {
    // A destructor must not throw; finish() reports errors.
  }
}

void RowOutput::print(json::object row) {
  if (format_ == Format::json) return buffer(json::serialize(row) + '\n');
  if (!rows_.empty() && !alike(rows_.front(), row)) flush_table();
  rows_.push_back(std::move(row));
}

void RowOutput::finish() {
  flush_table();
  write_buffered();
}

void RowOutput::buffer(std::string_view text) {
  buffered_ += text;
  if (buffered_.size() >= buffered_bytes_max) write_buffered();
}

void RowOutput::write_buffered() {
  const std::string text = std::exchange(buffered_, {});
  if (!write_all(STDOUT_FILENO, text))
    throw std::system_error{errno, std::generic_category(), "cannot write the output"};
}

void RowOutput::flush_table() {
  if (rows_.empty()) return;
  std::vector<std::vector<std::string>> columns;
  for (const auto& entry : rows_.front()) {
    std::vector<std::string> column{std::string{std::string_view{entry.key()}}};
    for (const json::object& row : rows_) column.push_back(cell_of(row.at(entry.key())));
    // Columns in which nothing is set are left out.
    const bool any_set =
        std::ranges::any_of(column.begin() + 1, column.end(), [](const auto& cell) { return !cell.empty(); });
    if (any_set && entry.key() != "row") columns.push_back(std::move(column));
  }
  std::string text;
  if (const auto* kind = rows_.front().if_contains("row")) text += cell_of(*kind) + '\n';
  for (std::size_t line = 0; line <= rows_.size(); ++line) {
    std::string row = "  ";
    for (const auto& column : columns) {
      std::size_t width = 0;
      for (const std::string& cell : column) width = std::max(width, width_of(cell));
      row += column[line] + std::string(width - width_of(column[line]) + 2, ' ');
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + '\n';
  }
  buffer(text + '\n');
  rows_.clear();
}

}  // namespace muster::cli
