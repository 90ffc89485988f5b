#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

namespace muster::cli {

enum class Format : unsigned char { json = 1, table = 2 };

/// Prints objects on standard output: as JSON Lines, or as tables, one for each run of objects with the same
/// keys. Throws std::system_error if the output cannot be written.
class RowOutput {
 public:
  explicit RowOutput(Format format) : format_(format) {}
  /// Writes what is still buffered and ignores errors.
  ~RowOutput();
  RowOutput(const RowOutput&) = delete;
  RowOutput& operator=(const RowOutput&) = delete;

  void print(boost::json::object row);
  /// Writes what is still buffered. Call it last: the destructor cannot report errors.
  void finish();

 private:
  void flush_table();
  void buffer(std::string_view text);
  void write_buffered();

  Format format_;
  std::vector<boost::json::object> rows_;  // of the current table
  std::string buffered_;                   // output that is not written yet
};

}  // namespace muster::cli
