#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace muster::test {

/// A child process with pipes to its standard input and from its standard output; killed with its owner.
class Process {
 public:
  /// `arguments[0]` is the program. Standard error goes to `error_file` when one is named, else nowhere.
  explicit Process(const std::vector<std::string>& arguments, const std::string& error_file = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Writes to the child's input; false when it no longer reads.
  bool write(const std::string& text);
  void close_input();
  /// The next line of the child's output; none at its end.
  std::optional<std::string> read_line();
  void kill();
  /// Waits for the end; the exit status, or minus the signal that ended it.
  int wait();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string buffer_;
};

struct Ran {
  int status = 0;
  std::string output;
  std::string error;
};
/// Runs a program to its end with the text on its standard input.
Ran run_program(const std::vector<std::string>& arguments, const std::string& input = {});
/// Runs the `muster` that was built with the tests.
Ran run_muster(std::vector<std::string> arguments, const std::string& input = {});

std::vector<std::string> lines_of(const std::string& text);
std::string read_file(const std::string& path);

}  // namespace muster::test
