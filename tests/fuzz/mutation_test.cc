// Every fuzz target on examples that were damaged at random, in the build at hand: what a decoder
// must stand before libFuzzer looks for more (`make fuzz`, which needs clang).
//
// Each target gets VOORTGANG_FUZZ_SECONDS (2). What breaks one is left in the working folder.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "common/testing/temp_dir.h"
#include "common/time/stopwatch.h"

// Each target's LLVMFuzzerTestOneInput, which has a name of its own here; see CMakeLists.txt.
#define VG_FUZZ_TARGET(name, folders) extern "C" int Fuzz_##name(const uint8_t* data, size_t size);
#include "fuzz_targets.inc"
#undef VG_FUZZ_TARGET

namespace vg {
namespace {

struct Target {
  const char* name;
  const char* folders;  // Of examples, separated by spaces; may be empty.
  int (*run)(const uint8_t* data, size_t size);
};

constexpr Target kTargets[] = {
#define VG_FUZZ_TARGET(name, folders) {#name, folders, &Fuzz_##name},
#include "fuzz_targets.inc"
#undef VG_FUZZ_TARGET
};

constexpr size_t kMostBytes = 20'000;

// What is tried now, for when it ends the process.
const std::string* trying = nullptr;
const char* broken_file = nullptr;

void KeepWhatBroke(int signal) {
  const int file = open(broken_file, O_CREAT | O_TRUNC | O_WRONLY, 0644);
  (void)!write(file, trying->data(), trying->size());
  close(file);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::vector<std::string> ExamplesFor(const Target& target) {
  std::vector<std::string> examples = {"", "a", "{}", "a: [1, 'x']\nb: {c: d}\n",
                                       "a;b;c\n1;2,5;\"x\"\n"};
  for (const absl::string_view folder : absl::StrSplit(target.folders, ' ', absl::SkipEmpty())) {
    const std::string path = SourcePath(std::string(folder));
    for (const auto& file : std::filesystem::recursive_directory_iterator(path)) {
      if (file.is_regular_file() && file.file_size() <= kMostBytes) {
        examples.push_back(ReadFile(file.path()));
      }
    }
  }
  // The order of a folder is the disk's.
  std::sort(examples.begin(), examples.end());
  return examples;
}

class Damage {
 public:
  explicit Damage(std::vector<std::string> examples) : examples_(std::move(examples)) {}

  std::string Next() {
    std::string text = Any();
    for (size_t i = Below(6); i > 0; --i) Hurt(text);
    // Many targets take options from the first bytes.
    if (Below(2) == 0) text.insert(0, 1, Byte());
    if (text.size() > kMostBytes) text.resize(kMostBytes);
    return text;
  }

 private:
  size_t Below(size_t bound) { return bound == 0 ? 0 : dice_() % bound; }
  char Byte() { return static_cast<char>(Below(256)); }
  const std::string& Any() { return examples_[Below(examples_.size())]; }

  void Hurt(std::string& text) {
    static constexpr const char* kWords[] = {"\n",          "\"",
                                             "'",           "{",
                                             "}",           "[",
                                             "]",           ":",
                                             ";",           ",",
                                             "\0",          "\xff\xfe",
                                             "\xc3\x28",    "-1",
                                             "1e999",       "99999999999999999999",
                                             "0.1",         "null",
                                             "true",        "&a",
                                             "*a",          "<!DOCTYPE x>",
                                             "]]>",         "&lt;",
                                             "((((((((",    "!!binary",
                                             "\t",          "\r",
                                             "|",           "\x1e",
                                             "\x1d",        "-9223372036854775808",
                                             "\xe2\x80\xae"};
    const size_t at = Below(text.size() + 1);
    const size_t length = std::min(Below(size_t{1} << Below(8)), text.size() - at);
    switch (Below(7)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << Below(8)));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(Below(text.size() + 1), text.substr(at, length));
        break;
      case 3: {
        const std::string& other = Any();
        const size_t from = Below(other.size() + 1);
        text.insert(at, other.substr(from, Below(200)));
        break;
      }
      case 4:
        text.insert(at, kWords[Below(std::size(kWords))]);
        break;
      case 5:
        for (size_t i = at; i < at + length; ++i) text[i] = Byte();
        break;
      default:
        text.resize(at);
    }
  }

  const std::vector<std::string> examples_;
  std::minstd_rand dice_{20211001};
};

class MutationTest : public testing::TestWithParam<Target> {};

TEST_P(MutationTest, NeitherBreaksNorHangs) {
  const char* const wanted = std::getenv("VOORTGANG_FUZZ_SECONDS");
  const absl::Duration time = absl::Seconds(wanted == nullptr ? 2 : std::atoi(wanted));
  const std::string file = std::string("fuzz-broke-") + GetParam().name;
  broken_file = file.c_str();
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL}) {
    std::signal(signal, KeepWhatBroke);
  }
  Damage damage(ExamplesFor(GetParam()));
  const Stopwatch stopwatch;
  int64_t tried = 0;
  for (; stopwatch.Elapsed() < time || tried < 100; ++tried) {
    const std::string text = damage.Next();
    trying = &text;
    EXPECT_EQ(GetParam().run(reinterpret_cast<const uint8_t*>(text.data()), text.size()), 0);
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL}) {
    std::signal(signal, SIG_DFL);
  }
  std::printf("%-20s %10lld inputs, nothing found\n", GetParam().name,
              static_cast<long long>(tried));
}

INSTANTIATE_TEST_SUITE_P(All, MutationTest, testing::ValuesIn(kTargets),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace vg
