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
#include <muster/domain/core/arguments.hpp>
#include <muster/json/requests.hpp>
#include <muster/json/rules.hpp>

namespace muster::cli {
namespace {

/// Lines that are read and not yet answered, at most. Well below what the engine's queue holds.
constexpr std::size_t window = 8192;
constexpr auto progress_period = std::chrono::milliseconds{500};

/// A file descriptor that is closed unless it is a standard one.
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
  /// Whether both are one file of the disk.
  [[nodiscard]] bool is_same_file(const File& other) const {
    struct ::stat own {};
    struct ::stat theirs {};
    return ::fstat(file_, &own) == 0 && ::fstat(other.file_, &theirs) == 0 && S_ISREG(own.st_mode) &&
           own.st_dev == theirs.st_dev && own.st_ino == theirs.st_ino;
  }
  /// Empties a file that was opened for writing.
  void truncate() const {
    if (owned_ && ::ftruncate(file_, 0) != 0 && errno != EINVAL)
      throw std::system_error{errno, std::generic_category(), "emptying the output"};
  }

 private:
  int file_;
  bool owned_ = false;
};

/// A line on standard error when somebody looks at it.
class Progress {
 public:
  void tell(std::size_t lines) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now - told_ < progress_period) return;
    told_ = now;
    cli::tell("\r{} lines", lines);
    any_ = true;
  }
  ~Progress() {
    if (any_) cli::tell("\n");
  }

 private:
  const bool shown_ = ::isatty(STDERR_FILENO) == 1;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
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

/// What one run of apply shares between the thread that reads and the one that is told results.
struct Run {
  Run(int file, const ApplyOptions& with) : output(file, window), options(with) {}
  [[nodiscard]] std::string told(const Result& result, const std::optional<std::string>& group,
                                 const std::string& asked) const {
    return options.text ? result_text(result, asked) : result_line(result, group, options.full_events);
  }
  OrderedOutput output;
  std::atomic<bool> store_failed{false};
  std::atomic<bool> some_not_judged{false};
  const ApplyOptions& options;
};

/// A wrong path or a disk that is not mounted must not pass unnoticed, nor a log that is shorter than it was.
void tell_opening(const Engine& engine, const std::filesystem::path& db) {
  const Opening& opening = engine.opening();
  if (opening.made)
    tell("muster: made a new store in `{}`\n", db.string());
  else
    tell("muster: opened `{}` at position {}\n", db.string(), opening.last);
  for (const std::string& note : engine.recovery_notes()) tell("muster: {}\n", note);
}

void apply_line(Engine& engine, Run& run, std::string_view line, bool overlong, std::size_t line_number) {
  const std::size_t slot = run.output.announce();
  ReadLine read;
  if (overlong) {
    read.refusal = bad_argument(arguments_json, {}, "the line is over 1 MiB");
    read.no_object = true;
  } else {
    read = read_request(line);
  }
  if (!read.request) return run.output.fill(slot, refusal_line(read, line_number));
  std::string asked = run.options.text ? asked_text(*read.request) : std::string{};
  const auto done = [&run, slot, group = read.group, asked = std::move(asked)](const Result& result) {
    if (const auto* failure = std::get_if<Failure>(&result)) {
      (failure->kind == FailureKind::not_judged ? run.some_not_judged : run.store_failed) = true;
    }
    run.output.fill(slot, run.told(result, group, asked));
  };
  // A queue that is full of very long lines is no reason to refuse one: execute() waits for room, in the same
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

  // The engine goes first: until it is closed it has results to tell.
  bool broken = false;
  bool failed = false;
  bool not_judged = false;
  {
    Run run{output.get(), options};
    const auto engine = Engine::open(options.db, std::move(with));
    tell_opening(*engine, options.db);
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
    not_judged = run.some_not_judged;
    broken = run.output.broken();
  }
  if (failed) tell("muster: the store failed; the last lines say which outcomes are unknown\n");
  if (broken) tell("muster: the output cannot be written; commands that were read have been applied\n");
  if (not_judged) tell("muster: some commands could not be judged; their lines say why\n");
  return failed || broken || not_judged ? 1 : 0;
}

}  // namespace muster::cli
