#include "tests/faults/cutting_proxy.h"

#include <csignal>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/wait_until.h"

namespace vg::faults {
namespace {

constexpr char kSeed[] = "20211001";

}  // namespace

CuttingProxy::CuttingProxy(const std::map<std::string, std::string>& routes) {
  std::vector<std::string> command = {"python3", SourcePath("tests/faults/cutting_proxy.py"), kSeed,
                                      folder_.File("late")};
  for (const auto& [from, to] : routes) command.push_back(from + "=" + to);
  auto process = ChildProcess::Start(command, {.output = folder_.File("said")});
  EXPECT_OK(process);
  process_ = *std::move(process);
  EXPECT_TRUE(WaitUntil([&] { return ReadFile(folder_.File("said")) == "ready\n"; }))
      << ReadFile(folder_.File("said"));
}

void CuttingProxy::Cut() { process_->Signal(SIGUSR1); }

std::string CuttingProxy::Stop() { return SaysAfter(SIGUSR2); }

void CuttingProxy::BeLate(absl::Duration late) {
  folder_.Write("late", absl::StrCat(absl::ToDoubleSeconds(late)));
  SaysAfter(SIGHUP);
}

std::string CuttingProxy::SaysAfter(int signal) {
  const std::string before = ReadFile(folder_.File("said"));
  process_->Signal(signal);
  std::string now = before;
  EXPECT_TRUE(WaitUntil([&] {
    now = ReadFile(folder_.File("said"));
    return now.size() > before.size() && now.back() == '\n';
  }));
  return now.substr(before.size(), now.size() - before.size() - 1);
}

}  // namespace vg::faults
