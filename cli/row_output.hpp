#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

namespace muster::cli {

enum class Format : unsigned char { json = 1, table = 2 };

/// Prints objects on standard output: a JSON line each, or as tables, one for each run of objects that are
/// alike. Throws std::system_error when the output cannot be written.
class RowOutput {
 public:
  explicit RowOutput(Format format) : format_(format) {}
  /// Writes what is still held back.
  ~RowOutput();
  RowOutput(const RowOutput&) = delete;
  RowOutput& operator=(const RowOutput&) = delete;

  void print(boost::json::object row);
  /// Writes what is held back; the last call, for errors to be seen.
  void finish();

 private:
  void flush_table();
  void hold(std::string_view text);
  void write_held();

  Format format_;
  std::vector<boost::json::object> rows_;  // of the table at hand
  std::string held_;                       // not written yet
};

}  // namespace muster::cli
