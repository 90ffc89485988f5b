#include <thread>

// A race on purpose: when ThreadSanitizer does not report it, its silence about the tests means nothing.
namespace {
int shared = 0;
}  // namespace

int main() {
  std::thread other{[] { ++shared; }};
  ++shared;
  other.join();
  return shared == 3 ? 1 : 0;
}
