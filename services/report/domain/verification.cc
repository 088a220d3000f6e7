#include "services/report/domain/verification.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/time/clock.h"

namespace vg::report {
namespace {

using Digests = std::map<std::string, std::string>;

std::vector<Difference> Compare(const Digests& kept, const Digests& now) {
  std::map<std::string, Difference> differences;
  for (const auto& [name, digest] : kept) {
    differences[name] = {.name = name, .kept = digest, .now = ""};
  }
  for (const auto& [name, digest] : now) {
    Difference& difference = differences[name];
    difference.name = name;
    difference.now = digest;
  }
  std::vector<Difference> found;
  for (auto& [name, difference] : differences) {
    if (difference.kept != difference.now) found.push_back(std::move(difference));
  }
  return found;
}

// A wave whose answers count up to another day is another input.
Digests DigestsOf(const std::vector<Input>& inputs) {
  Digests digests;
  for (const Input& input : inputs) {
    digests[input.resource] = input.cut_off.has_value()
                                  ? absl::StrCat(input.digest, " until ", FormatDay(*input.cut_off))
                                  : input.digest;
  }
  return digests;
}

}  // namespace

std::vector<Difference> CompareInputs(const std::vector<Input>& kept,
                                      const std::vector<Input>& now) {
  return Compare(DigestsOf(kept), DigestsOf(now));
}

std::vector<Difference> CompareFiles(const std::map<std::string, std::string>& kept,
                                     const std::vector<File>& now) {
  Digests computed;
  for (const File& file : now) computed[file.path] = file.sha256;
  return Compare(kept, computed);
}

}  // namespace vg::report
