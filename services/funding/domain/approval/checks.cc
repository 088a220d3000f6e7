#include "services/funding/domain/approval/checks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/numeric/exact.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::funding {
namespace {

using State = CheckResult::State;

void Add(CheckResult& result, std::string_view recipient, std::string sentence) {
  result.state = State::kFailed;
  ++result.count;
  if (result.findings.size() < kMostFindings) {
    result.findings.push_back({std::string(recipient), std::move(sentence)});
  }
}

std::string Say(int64_t count, std::string_view one, std::string_view many) {
  return count == 1 ? absl::StrCat("1 ", Av(one)) : absl::StrCat(count, " ", Av(many));
}

CheckResult SnapshotChangedCheck(const CheckInput& input) {
  CheckResult result{.name = kSnapshotChanged,
                     .sentence = "the registry holds the content that was allocated on"};
  if (input.found_snapshot_digest != input.pinned_snapshot_digest) {
    result.sentence =
        absl::StrCat("the registry's ", input.snapshot, " has digest ",
                     input.found_snapshot_digest.substr(0, 12), " and was allocated on with ",
                     input.pinned_snapshot_digest.substr(0, 12));
    result.state = State::kFailed;
  }
  return result;
}

CheckResult AmountsDifferCheck(const CheckInput& input) {
  CheckResult result{.name = kAmountsDiffer, .sentence = "computing again gives the same amounts"};
  if (input.again_digest == input.kept_digest) return result;
  result.state = State::kFailed;
  result.sentence = input.again_digest.empty()
                        ? absl::StrCat("the run cannot be computed again: ", input.again_fault)
                        : "computing again gives other amounts than were kept";
  return result;
}

CheckResult BudgetExceededCheck(const CheckInput& input, const Exact& total) {
  CheckResult result{.name = kBudgetExceeded};
  if (!input.scheme->budget.has_value()) {
    result.state = State::kNotApplicable;
    result.sentence = "the scheme names no budget";
    return result;
  }
  const auto text = [&](const Exact& cents) {
    return absl::StrCat(Av(input.scheme->currency.code()), " ",
                        (cents / 100).ToDecimal(2, Rounding::kDown));
  };
  const Exact budget(input.scheme->budget->cents);
  if (total > budget) {
    result.state = State::kFailed;
    result.sentence = absl::StrCat("with what is approved already the total is ", text(total), ", ",
                                   text(total - budget), " above the budget of ", text(budget));
  } else {
    result.sentence =
        absl::StrCat(text(budget - total), " of the budget of ", text(budget), " is left");
  }
  return result;
}

CheckResult ProvisionalParametersCheck(const CheckInput& input) {
  CheckResult result{.name = kProvisionalParameters,
                     .sentence = "every parameter was verified at its source"};
  const auto look = [&](bool provisional, const std::string& what, const Exact& value) {
    if (provisional) Add(result, "", absl::StrCat(what, " = ", value.ToText()));
  };
  const auto look_up = [&](const std::string& what, const std::vector<TableEntry>& table) {
    for (const TableEntry& entry : table) {
      look(entry.provisional, absl::StrCat(what, "[", entry.key, "]"), entry.value);
    }
  };
  for (const Parameter& parameter : input.scheme->parameters) {
    look(parameter.provisional, parameter.id, parameter.value);
    look_up(parameter.id, parameter.table);
    for (const DatedValue& dated : parameter.values) {
      const std::string what = absl::StrCat(parameter.id, " from ", FormatDay(dated.from));
      look(dated.provisional, what, dated.value);
      look_up(what, dated.table);
    }
  }
  if (result.count > 0) {
    result.sentence = absl::StrCat(Say(result.count, "parameter was", "parameters were"),
                                   " not verified at the source");
  }
  return result;
}

CheckResult ProvisionalCountsCheck(const CheckInput& input) {
  CheckResult result{.name = kProvisionalCounts,
                     .sentence = "the counts are of the day that the scheme names"};
  if (input.count_date != input.scheme->count_date) {
    result.state = State::kFailed;
    result.sentence = absl::StrCat("the counts are of ", FormatDay(input.count_date),
                                   "; the scheme names ", FormatDay(input.scheme->count_date));
  }
  return result;
}

CheckResult SupersededRunCheck(const CheckInput& input) {
  CheckResult result{.name = kSupersededRun, .sentence = "no other run took the place of this one"};
  if (!input.superseded_by.empty()) {
    result.state = State::kFailed;
    result.sentence =
        absl::StrCat(input.superseded_by, " took the place of this run; approve that");
  }
  return result;
}

}  // namespace

bool IsCheck(std::string_view name) {
  return std::ranges::find(kChecks, name) != std::end(kChecks);
}

RunChecks::RunChecks(CheckInput input)
    : input_(std::move(input)),
      unknown_{.name = kUnknownRecipients,
               .sentence = "every recipient is in the register, with somebody to pay to"},
      undetermined_{.name = kUndeterminedAmounts, .sentence = "every amount is determined"},
      negative_{.name = kNegativeAmounts, .sentence = "no amount is below zero"},
      outliers_{.name = kOutliers},
      older_{.name = kOlderRun, .sentence = "no later run is approved for these recipients"},
      total_cents_(input_.standing_cents) {}

void RunChecks::Add(const Candidate& candidate) {
  const auto fail = [&](CheckResult& result, std::string sentence) {
    funding::Add(result, candidate.code, std::move(sentence));
  };
  if (!candidate.known) {
    fail(unknown_, absl::StrCat("is not in ", input_.snapshot));
  } else if (input_.scheme->recipients == RecipientKind::kSchool && !candidate.has_board) {
    fail(unknown_, "has no board in the register, to which it would be paid");
  }
  if (candidate.standing.has_value() && candidate.standing->run_time > input_.run_time) {
    fail(older_, absl::StrCat("has ", candidate.standing->approval));
  }
  if (!candidate.cents.has_value()) {
    fail(undetermined_, candidate.undetermined_reason);
    return;
  }
  const int64_t cents = *candidate.cents;
  const Currency currency = input_.scheme->currency;
  if (cents < 0) fail(negative_, ToText({cents, currency}));
  // It takes the place of what stands.
  total_cents_ += cents;
  if (candidate.standing.has_value()) total_cents_ -= candidate.standing->cents;
  if (!candidate.previous_cents.has_value()) return;
  const Exact before(*candidate.previous_cents);
  if ((Exact(cents) - before).Abs() * 100 > before.Abs() * input_.outlier_percent) {
    fail(outliers_, absl::StrCat(ToText({cents, currency}), ", last year ",
                                 ToText({*candidate.previous_cents, currency})));
  }
}

std::vector<CheckResult> RunChecks::Finish() && {
  if (unknown_.count > 0) {
    unknown_.sentence = absl::StrCat(Say(unknown_.count, "recipient", "recipients"),
                                     " cannot be paid by what the register says");
  }
  if (undetermined_.count > 0) {
    undetermined_.sentence = absl::StrCat(Say(undetermined_.count, "amount is", "amounts are"),
                                          " not determined; they are left out of the approval");
  }
  if (negative_.count > 0) {
    negative_.sentence =
        absl::StrCat(Say(negative_.count, "amount is", "amounts are"), " below zero");
  }
  if (input_.previous_run.empty()) {
    outliers_.state = State::kNotApplicable;
    outliers_.sentence = "there is no run of last year to compare with";
  } else {
    outliers_.sentence =
        absl::StrCat(Say(outliers_.count, "recipient gets", "recipients get"), " over ",
                     input_.outlier_percent, " % more or less than in ", input_.previous_run);
  }
  if (older_.count > 0) {
    older_.sentence = absl::StrCat("for ", Say(older_.count, "recipient", "recipients"),
                                   " a later run of the scheme is approved already");
  }
  return {SnapshotChangedCheck(input_),
          AmountsDifferCheck(input_),
          std::move(unknown_),
          std::move(undetermined_),
          std::move(negative_),
          BudgetExceededCheck(input_, total_cents_),
          std::move(outliers_),
          ProvisionalParametersCheck(input_),
          ProvisionalCountsCheck(input_),
          std::move(older_),
          SupersededRunCheck(input_)};
}

absl::Status RequireChecks(std::span<const CheckResult> results,
                           const std::map<std::string, std::string>& waived) {
  std::string names, sentences;
  for (const CheckResult& result : results) {
    if (result.state != State::kFailed) continue;
    if (result.name != kSupersededRun && waived.contains(result.name)) continue;
    absl::StrAppend(&names, names.empty() ? "" : ",", result.name);
    absl::StrAppend(&sentences, "\n", result.name, ": ", result.sentence);
  }
  if (names.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "CHECKS_FAILED",
               absl::StrCat("these checks failed; put right what they found, or waive them by name "
                            "with a reason:",
                            sentences),
               {{"checks", names}});
}

}  // namespace vg::funding
