#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <muster/cli/apply.hpp>
#include <muster/cli/line_reader.hpp>
#include <muster/cli/ordered_output.hpp>
#include <muster/cli/result_output.hpp>
#include <muster/cli/streams.hpp>
#include <muster/cli/usage_error.hpp>
#include <muster/json/requests.hpp>
#include <muster/json/rules.hpp>

namespace muster::cli {
namespace {

/// How many lines may be read but not answered yet. Well below the capacity of the engine's queue.
constexpr std::size_t window = 8192;
constexpr auto progress_period = std::chrono::milliseconds{500};

/// A file that is closed on destruction, or a standard stream, which is not.
class File {
 public:
  File(const std::filesystem::path& path, int standard, int flags) : file_(standard) {
    if (path.empty()) return;
    file_ = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
    if (file_ < 0)
      throw std::system_error{errno, std::generic_category(), fmt::format("cannot open `{}`", path.string())};
    owned_ = true;
  }
  ~File() {
    if (owned_) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return file_; }
  /// Whether both are the same regular file.
  [[nodiscard]] bool is_same_file(const File& other) const {
    struct ::stat own {};
    struct ::stat theirs {};
    return ::fstat(file_, &own) == 0 && ::fstat(other.file_, &theirs) == 0 && S_ISREG(own.st_mode) &&
           own.st_dev == theirs.st_dev && own.st_ino == theirs.st_ino;
  }
  /// Empties a file that was opened for writing.
  void truncate() const {
    if (owned_ && ::ftruncate(file_, 0) != 0 && errno != EINVAL)
      throw std::system_error{errno, std::generic_category(), "cannot truncate the output"};
  }

 private:
  int file_;
  bool owned_ = false;
};

/// Counts lines on standard error if that is a terminal.
class Progress {
 public:
  void tell(std::size_t lines) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now - updated_ < progress_period) return;
    updated_ = now;
    cli::tell("\r{} lines", lines);
    any_ = true;
  }
  ~Progress() {
    if (any_) cli::tell("\n");
  }

 private:
  const bool shown_ = ::isatty(STDERR_FILENO) == 1;
  std::chrono::steady_clock::time_point updated_ = std::chrono::steady_clock::now();
  bool any_ = false;
};

EngineOptions engine_options(const ApplyOptions& options) {
  EngineOptions with;
  with.store.durability = options.durability;
  with.store.create = !options.existing;
  with.allow_future = options.allow_future;
  if (!options.rules.empty()) with.rules = read_rules_file(options.rules);
  return with;
}

/// What one run of apply shares between the thread that reads and the one that gets results.
struct Run {
  Run(int file, const ApplyOptions& with) : output(file, window), options(with) {}
  [[nodiscard]] std::string rendered(const Result& result, const std::optional<std::string>& group,
                                     const std::string& asked) const {
    return options.text ? result_text(result, asked) : result_line(result, group, options.full_events);
  }
  OrderedOutput output;
  std::atomic<bool> store_failed{false};
  std::atomic<bool> some_not_evaluated{false};
  const ApplyOptions& options;
};

/// So that you notice a wrong path, a disk that is not mounted, or a log that is shorter than it was.
void report_opening(const Engine& engine, const std::filesystem::path& db) {
  const Opening& opening = engine.opening();
  if (opening.made)
    tell("muster: made a new store in `{}`\n", db.string());
  else
    tell("muster: opened `{}` at position {}\n", db.string(), opening.last);
  for (const std::string& note : engine.recovery_notes()) tell("muster: {}\n", note);
}

void apply_line(Engine& engine, Run& run, std::string_view line, bool overlong, std::size_t line_number) {
  const std::size_t slot = run.output.announce();
  ReadLine read = overlong ? overlong_line() : read_request(line);
  if (!read.request) return run.output.fill(slot, refusal_line(read, line_number));
  std::string asked = run.options.text ? asked_text(*read.request) : std::string{};
  const auto done = [&run, slot, group = read.group, asked = std::move(asked)](const Result& result) {
    if (const auto* failure = std::get_if<Failure>(&result)) {
      (failure->kind == FailureKind::not_judged ? run.some_not_evaluated : run.store_failed) = true;
    }
    run.output.fill(slot, run.rendered(result, group, asked));
  };
  // Very long lines can fill the queue. Do not refuse the command: execute() waits for room, in the same
  // lane.
  if (engine.submit(std::move(*read.request), done))
    done(engine.execute(std::move(*read.request), {.lane = Lane::bulk}));
}

}  // namespace

int apply(const ApplyOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const File input{options.input, STDIN_FILENO, O_RDONLY};
  const File output{options.output, STDOUT_FILENO, O_WRONLY | O_CREAT};
  if (output.is_same_file(input)) throw UsageError{"--input and --output are the same file"};
  EngineOptions with = engine_options(options);
  output.truncate();

  // `run` outlives the engine, which calls back with results until it is closed.
  bool broken = false;
  bool failed = false;
  bool not_evaluated = false;
  {
    Run run{output.get(), options};
    const auto engine = Engine::open(options.db, std::move(with));
    report_opening(*engine, options.db);
    Progress progress;
    LineReader lines{input.get(), line_bytes_max};
    std::size_t number = 0;
    while (!run.store_failed && !run.output.broken()) {
      const auto line = lines.next();
      if (!line) break;
      apply_line(*engine, run, *line, lines.overlong(), ++number);
      progress.tell(number);
    }
    engine->close();
    run.output.drain();
    failed = run.store_failed;
    not_evaluated = run.some_not_evaluated;
    broken = run.output.broken();
  }
  if (failed) tell("muster: the store failed; the last result lines say which outcomes are unknown\n");
  if (broken) tell("muster: cannot write the output; all commands read so far have been applied\n");
  if (not_evaluated) tell("muster: some commands could not be evaluated; their result lines say why\n");
  return failed || broken || not_evaluated ? 1 : 0;
}

}  // namespace muster::cli
