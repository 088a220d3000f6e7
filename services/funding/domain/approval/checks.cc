#include "services/funding/domain/approval/checks.h"

#include <algorithm>

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

CheckResult UnknownRecipientsCheck(const CheckInput& input) {
  CheckResult result{.name = kUnknownRecipients,
                     .sentence = "every recipient is in the register, with somebody to pay to"};
  for (const Allocation& allocation : input.chosen) {
    const auto found =
        std::ranges::lower_bound(input.known, allocation.code, {}, &KnownRecipient::code);
    if (found == input.known.end() || found->code != allocation.code) {
      Add(result, allocation.code, absl::StrCat("is not in ", input.snapshot));
    } else if (input.scheme->recipients == RecipientKind::kSchool && !found->has_board) {
      Add(result, allocation.code, "has no board in the register, to which it would be paid");
    }
  }
  if (result.count > 0) {
    result.sentence = absl::StrCat(Say(result.count, "recipient", "recipients"),
                                   " cannot be paid by what the register says");
  }
  return result;
}

CheckResult UndeterminedAmountsCheck(const CheckInput& input) {
  CheckResult result{.name = kUndeterminedAmounts, .sentence = "every amount is determined"};
  for (const Allocation& allocation : input.chosen) {
    if (!allocation.amount.has_value()) {
      Add(result, allocation.code, allocation.undetermined_reason);
    }
  }
  if (result.count > 0) {
    result.sentence = absl::StrCat(Say(result.count, "amount is", "amounts are"),
                                   " not determined; they are left out of the approval");
  }
  return result;
}

CheckResult NegativeAmountsCheck(const CheckInput& input) {
  CheckResult result{.name = kNegativeAmounts, .sentence = "no amount is below zero"};
  for (const Allocation& allocation : input.chosen) {
    if (allocation.amount.has_value() && allocation.amount->cents < 0) {
      Add(result, allocation.code, ToText(*allocation.amount));
    }
  }
  if (result.count > 0) {
    result.sentence = absl::StrCat(Say(result.count, "amount is", "amounts are"), " below zero");
  }
  return result;
}

CheckResult BudgetExceededCheck(const CheckInput& input) {
  CheckResult result{.name = kBudgetExceeded};
  if (!input.scheme->budget.has_value()) {
    result.state = State::kNotApplicable;
    result.sentence = "the scheme names no budget";
    return result;
  }
  Exact total;
  for (const Allocation& allocation : input.chosen) {
    if (allocation.amount.has_value()) total += allocation.amount->cents;
  }
  for (const auto& [recipient, standing] : input.standing) {
    const auto chosen = std::ranges::lower_bound(input.chosen, recipient, {}, &Allocation::code);
    if (chosen == input.chosen.end() || chosen->code != recipient || !chosen->amount.has_value()) {
      total += standing.cents;
    }
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

CheckResult OutliersCheck(const CheckInput& input) {
  CheckResult result{.name = kOutliers};
  if (!input.previous.has_value()) {
    result.state = State::kNotApplicable;
    result.sentence = "there is no run of last year to compare with";
    return result;
  }
  for (const Allocation& allocation : input.chosen) {
    const auto before = input.previous->cents.find(allocation.code);
    if (!allocation.amount.has_value() || before == input.previous->cents.end()) continue;
    const Exact change = (Exact(allocation.amount->cents) - before->second).Abs();
    if (change * 100 > Exact(before->second).Abs() * input.outlier_percent) {
      Add(result, allocation.code,
          absl::StrCat(ToText(*allocation.amount), ", last year ",
                       ToText({before->second, allocation.amount->currency})));
    }
  }
  result.sentence =
      absl::StrCat(Say(result.count, "recipient gets", "recipients get"), " over ",
                   input.outlier_percent, " % more or less than in ", input.previous->name);
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

CheckResult OlderRunCheck(const CheckInput& input) {
  CheckResult result{.name = kOlderRun,
                     .sentence = "no later run is approved for these recipients"};
  for (const Allocation& allocation : input.chosen) {
    const auto standing = input.standing.find(allocation.code);
    if (standing != input.standing.end() && standing->second.run_time > input.run_time) {
      Add(result, allocation.code, absl::StrCat("has ", standing->second.approval));
    }
  }
  if (result.count > 0) {
    result.sentence = absl::StrCat("for ", Say(result.count, "recipient", "recipients"),
                                   " a later run of the scheme is approved already");
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

std::vector<CheckResult> RunChecks(const CheckInput& input) {
  return {SnapshotChangedCheck(input),   AmountsDifferCheck(input),
          UnknownRecipientsCheck(input), UndeterminedAmountsCheck(input),
          NegativeAmountsCheck(input),   BudgetExceededCheck(input),
          OutliersCheck(input),          ProvisionalParametersCheck(input),
          ProvisionalCountsCheck(input), OlderRunCheck(input),
          SupersededRunCheck(input)};
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
