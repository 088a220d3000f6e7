#include "common/testing/temp_dir.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace vg {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPrefix = "vgtest-";

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

std::string Base() {
  const char* base = std::getenv("TMPDIR");
  return base != nullptr && *base != '\0' ? base : "/tmp";
}

// A folder carries the id of its process: "vgtest-1234-Ab3dEf".
bool OwnerIsGone(std::string_view name) {
  if (!name.starts_with(kPrefix)) return false;
  name.remove_prefix(kPrefix.size());
  pid_t owner = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), owner);
  if (error != std::errc() || end == name.data() + name.size() || *end != '-') return false;
  return kill(owner, 0) != 0 && errno == ESRCH;
}

void RemoveLeftovers(const std::string& base) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(base, ignored)) {
    if (OwnerIsGone(entry.path().filename().string())) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace

TempDir::TempDir() {
  const std::string base = Base();
  [[maybe_unused]] static const bool swept = (RemoveLeftovers(base), true);
  path_ = base + "/" + std::string(kPrefix) + std::to_string(getpid()) + "-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) Die("cannot make the folder " + path_);
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TempDir::File(std::string_view name) const { return path_ + "/" + std::string(name); }

std::string TempDir::Write(std::string_view name, std::string_view content) const {
  const std::string path = File(name);
  std::error_code ignored;
  fs::create_directories(fs::path(path).parent_path(), ignored);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  if (!file) Die("cannot write " + path);
  return path;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Die("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace vg
