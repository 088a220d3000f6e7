#include "services/catalogue/domain/choice_status.h"

#include <optional>

#include "common/time/clock.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

using enum ChoiceStatus;

// What `choice` says of its status, as an entry of the history.
StatusChange Entry(const Choice& choice, absl::Time now) {
  return {.status = choice.status,
          .date = choice.status_date.value_or(Today(now)),
          .stop_reason = choice.stop_reason,
          .evidence = choice.status_evidence,
          .record_time = now};
}

bool SaysTheSame(const StatusChange& a, const StatusChange& b) {
  return a.status == b.status && a.date == b.date && a.stop_reason == b.stop_reason &&
         a.evidence == b.evidence;
}

std::vector<FieldViolation> Append(StatusChange entry, const std::string& path, Choice& choice) {
  if (!choice.history.empty() && entry.date < choice.history.back().date) {
    return {StatusOutOfOrder(path + "status_date", FormatDay(entry.date),
                             FormatDay(choice.history.back().date))};
  }
  if (choice.history.size() >= kMaxStatuses) {
    return {TooManyStatuses(path + "status", kMaxStatuses)};
  }
  choice.status_date = entry.date;
  choice.history.push_back(std::move(entry));
  return {};
}

// The status is the one that is kept; its date, reason or evidence may be put right.
std::vector<FieldViolation> Correct(const Choice& known, absl::Time now, const std::string& path,
                                    Choice& choice) {
  if (!choice.status_date) choice.status_date = known.status_date;
  if (choice.status_evidence.empty()) choice.status_evidence = known.status_evidence;
  // A choice that was filed before statuses had dates begins its history when it gets one.
  if (!choice.status_date) return {};
  StatusChange entry = Entry(choice, now);
  if (!choice.history.empty()) {
    if (SaysTheSame(choice.history.back(), entry)) return {};
    choice.history.pop_back();
  }
  return Append(std::move(entry), path, choice);
}

}  // namespace

std::string_view StatusName(ChoiceStatus status) {
  switch (status) {
    case kPlanned:
      return "PLANNED";
    case kRunning:
      return "RUNNING";
    case kFinished:
      return "FINISHED";
    case kStopped:
      return "STOPPED";
  }
  return "";
}

bool MayFollow(ChoiceStatus from, ChoiceStatus to) {
  switch (from) {
    case kPlanned:
      return to != kPlanned;
    case kRunning:
      return to == kFinished || to == kStopped;
    case kFinished:
      return to == kRunning;
    case kStopped:
      return to == kPlanned || to == kRunning;
  }
  return false;
}

void DropKeptDate(const Choice& known, Choice& choice) {
  std::optional<absl::CivilDay> date = known.status_date;
  std::string_view evidence = known.status_evidence;
  if (choice.status == known.status) {
    if (known.history.size() < 2) return;
    const StatusChange& before = known.history[known.history.size() - 2];
    date = before.date;
    evidence = before.evidence;
  }
  if (choice.status_date != date || choice.status_evidence != evidence) return;
  choice.status_date.reset();
  choice.status_evidence.clear();
}

std::vector<FieldViolation> Continue(const Choice* known, absl::Time now, const std::string& path,
                                     Choice& choice) {
  choice.history = known == nullptr ? std::vector<StatusChange>() : known->history;
  if (known != nullptr && known->status == choice.status) {
    return Correct(*known, now, path, choice);
  }
  if (known != nullptr && !MayFollow(known->status, choice.status)) {
    return {
        IllegalTransition(path + "status", StatusName(known->status), StatusName(choice.status))};
  }
  return Append(Entry(choice, now), path, choice);
}

}  // namespace vg::catalogue
