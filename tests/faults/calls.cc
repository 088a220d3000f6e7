#include "tests/faults/calls.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/status/error.h"
#include "common/time/stopwatch.h"

namespace vg::faults {
namespace {

// What a person or a program would wait before it tries again, at the least.
constexpr absl::Duration kMoment = absl::Milliseconds(20);
constexpr size_t kMostFaults = 20;

// What the suite itself answers has a reason, and says when to call again; gRPC, which has lost a
// connection, cannot.
bool CallersMaySee(const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  if (absl::IsDeadlineExceeded(status)) return true;
  return (absl::IsUnavailable(status) || absl::IsResourceExhausted(status)) &&
         (details.reason.empty() || details.retry_after.has_value());
}

std::string Name(const absl::Status& status) {
  const std::string reason = DetailsOf(status).reason;
  return absl::StrCat(absl::StatusCodeToString(status.code()), reason.empty() ? "" : " ", reason);
}

}  // namespace

int64_t Seen::failures() const {
  int64_t all = 0;
  for (const auto& [name, count] : failed) all += count;
  return all;
}

std::string Seen::Text() const {
  std::string text =
      absl::StrCat(answered, " answered, ", failures(), " failed, longest silence ",
                   absl::FormatDuration(absl::Trunc(longest_silence, absl::Milliseconds(1))));
  for (const auto& [name, count] : failed) absl::StrAppend(&text, "; ", name, " ", count);
  return text;
}

void Callers::Add(const std::string& kind, int threads, MakeCall make_call, absl::Duration pause) {
  {
    absl::MutexLock lock(&mutex_);
    kinds_[kind].last_answer = kinds_[kind].last_began = absl::Now();
  }
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this, kind, make_call, pause] { Run(kind, make_call, pause); });
  }
}

void Callers::Run(const std::string& kind, const MakeCall& make_call, absl::Duration pause) {
  while (!stop_) {
    const Stopwatch stopwatch;
    const absl::Time began = absl::Now();
    const absl::Status status = make_call();
    {
      absl::MutexLock lock(&mutex_);
      Kind& one = kinds_.at(kind);
      if (status.ok()) {
        ++one.seen.answered;
        const absl::Time now = absl::Now();
        one.seen.longest_silence = std::max(one.seen.longest_silence, now - one.last_answer);
        one.last_answer = now;
        one.last_began = std::max(one.last_began, began);
      } else {
        ++one.seen.failed[Name(status)];
        one.seen.slowest_failure = std::max(one.seen.slowest_failure, stopwatch.Elapsed());
        if (!CallersMaySee(status) && one.seen.faults.size() < kMostFaults) {
          one.seen.faults.push_back(status.ToString());
        }
      }
    }
    absl::SleepFor(status.ok() ? pause : std::max(pause, kMoment));
  }
}

absl::Duration Callers::AwaitAnswers() {
  const absl::Time since = absl::Now();
  const auto all_answered = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return std::all_of(kinds_.begin(), kinds_.end(),
                       [&](const auto& kind) { return kind.second.last_began > since; });
  };
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&all_answered), absl::Minutes(1));
  return absl::Now() - since;
}

std::map<std::string, Seen> Callers::Stop() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  stop_ = false;
  absl::MutexLock lock(&mutex_);
  std::map<std::string, Seen> seen;
  for (auto& [kind, one] : kinds_) {
    one.seen.longest_silence = std::max(one.seen.longest_silence, absl::Now() - one.last_answer);
    seen[kind] = std::move(one.seen);
  }
  kinds_.clear();
  return seen;
}

}  // namespace vg::faults
