#include "services/funding/api/run_review.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/names.h"
#include "services/funding/api/run_conversions.h"
#include "services/funding/api/scheme_conversions.h"
#include "services/funding/domain/calculation/run.h"
#include "services/funding/domain/ledger/ledger.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

// Runs are looked through for the one of last year, the newest first.
constexpr size_t kRunPage = 200;
constexpr int kMostPages = 10;

absl::StatusOr<RunRow> FindRun(FundingStore& store, std::string_view id) {
  ASSIGN_OR_RETURN(std::optional<RunRow> row, store.FindRun(id));
  if (!row.has_value()) return NotFound(RunName(id));
  return *std::move(row);
}

absl::StatusOr<SchemeVersionRow> FindScheme(FundingStore& store, const RunRow& run) {
  ASSIGN_OR_RETURN(std::optional<SchemeVersionRow> row, store.FindScheme(run.scheme, run.version));
  if (!row.has_value()) return NotFound(SchemeVersionName(run.scheme, run.version));
  return *std::move(row);
}

// What a run gives each, by code, without titles and components: there may be many.
absl::StatusOr<std::vector<Allocation>> AllOf(FundingStore& store, std::string_view run,
                                              Currency currency) {
  constexpr size_t kPage = 2000;
  std::vector<Allocation> all;
  for (std::string after;;) {
    ASSIGN_OR_RETURN(std::vector<Allocation> page,
                     store.ListAllocations(run, after, false, kPage, currency));
    for (Allocation& allocation : page) {
      all.push_back({.code = std::move(allocation.code),
                     .title = {},
                     .amount = allocation.amount,
                     .components = {},
                     .undetermined_reason = std::move(allocation.undetermined_reason)});
    }
    if (page.size() < kPage) return all;
    after = all.back().code;
  }
}

// "2020-2021" for "2021-2022"; empty for something else.
std::string YearBefore(const std::string& school_year) {
  int year = 0;
  if (school_year.size() != 9 || !absl::SimpleAtoi(school_year.substr(0, 4), &year)) return "";
  return absl::StrCat(year - 1, "-", year);
}

// The newest run of the same grant in the school year before; empty if there is none.
absl::StatusOr<std::string> LastYearsRun(FundingStore& store, const Scheme& scheme) {
  const std::string year = YearBefore(scheme.school_year);
  std::map<std::pair<std::string, int64_t>, bool> fits;  // By scheme version.
  absl::Time before = absl::InfiniteFuture();
  std::string after;
  for (int page = 0; page < kMostPages; ++page) {
    ASSIGN_OR_RETURN(const std::vector<RunRow> runs, store.ListRuns(before, after, kRunPage));
    for (const RunRow& run : runs) {
      const auto [known, is_new] = fits.try_emplace({run.scheme, run.version}, false);
      if (is_new) {
        ASSIGN_OR_RETURN(const SchemeVersionRow row, FindScheme(store, run));
        ASSIGN_OR_RETURN(const Scheme other, SchemeOf(row));
        known->second = other.grant == scheme.grant && other.school_year == year &&
                        other.recipients == scheme.recipients && other.currency == scheme.currency;
      }
      if (known->second) return run.id;
    }
    if (runs.size() < kRunPage) break;
    before = runs.back().create_time;
    after = runs.back().id;
  }
  return "";
}

absl::StatusOr<std::optional<PreviousRun>> ReadPrevious(FundingStore& store, const Scheme& scheme,
                                                        std::string id) {
  if (id.empty()) {
    ASSIGN_OR_RETURN(id, LastYearsRun(store, scheme));
  } else {
    RETURN_IF_ERROR(FindRun(store, id).status());
  }
  if (id.empty()) return std::nullopt;
  PreviousRun previous{.name = RunName(id), .cents = {}};
  ASSIGN_OR_RETURN(const std::vector<Allocation> allocations, AllOf(store, id, scheme.currency));
  for (const Allocation& allocation : allocations) {
    if (allocation.amount.has_value()) previous.cents[allocation.code] = allocation.amount->cents;
  }
  return previous;
}

// The domain's sectors have the proto's numbers.
bool Matches(const v1::RecipientFilter& filter, const Recipient& recipient) {
  if (filter.sector() != voortgang::type::v1::SECTOR_UNSPECIFIED &&
      static_cast<int>(recipient.sector) != static_cast<int>(filter.sector())) {
    return false;
  }
  if (!filter.province().empty() && recipient.province != filter.province()) return false;
  return filter.board().empty() || filter.board() == absl::StrCat("boards/", recipient.board);
}
static_assert(static_cast<int>(Sector::kPrimary) == voortgang::type::v1::SECTOR_PRIMARY);
static_assert(static_cast<int>(Sector::kSpecial) == voortgang::type::v1::SECTOR_SPECIAL);

bool ByAttribute(const v1::RecipientFilter& filter) {
  return filter.sector() != voortgang::type::v1::SECTOR_UNSPECIFIED || !filter.province().empty() ||
         !filter.board().empty();
}

// Keeps those of `allocations`, by code, that match. A recipient that the register does not know is
// among them only if it is asked for by name, or no attribute is asked for. `matching`: those of
// the register that have the attributes.
absl::Status Filter(const v1::RecipientFilter& filter, RecipientKind kind,
                    const std::set<std::string, std::less<>>& matching,
                    std::vector<Allocation>& allocations) {
  const bool by_attribute = ByAttribute(filter);
  std::set<std::string> listed;
  for (int i = 0; i < filter.recipients_size(); ++i) {
    const std::string field = absl::StrCat("filter.recipients[", i, "]");
    ASSIGN_OR_RETURN(const std::string code, ParseRecipient(filter.recipients(i), kind, field));
    const auto found = std::ranges::lower_bound(allocations, code, {}, &Allocation::code);
    if (found == allocations.end() || found->code != code) {
      return InvalidField(field, "UNKNOWN_RECIPIENT",
                          absl::StrCat("names ", code, ", which the run does not have"));
    }
    listed.insert(code);
  }
  std::erase_if(allocations, [&](const Allocation& allocation) {
    return (by_attribute && !matching.contains(allocation.code)) ||
           (!listed.empty() && !listed.contains(allocation.code));
  });
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RunReview> RunReview::Make(FundingStore& store, Register& registry,
                                          std::string_view run, const ReviewTerms& terms) {
  RunReview review;
  review.outlier_percent_ = terms.outlier_percent;
  ASSIGN_OR_RETURN(review.run_, FindRun(store, run));
  ASSIGN_OR_RETURN(review.facts_, ToProto(review.run_));
  ASSIGN_OR_RETURN(const SchemeVersionRow row, FindScheme(store, review.run_));
  ASSIGN_OR_RETURN(const Calculator calculator, CalculatorOf(row));
  review.scheme_ = calculator.scheme();
  review.book_ = BookOf(review.scheme_.grant, review.scheme_.school_year);
  ASSIGN_OR_RETURN(review.snapshot_, registry.Identify(review.run_.snapshot));
  ASSIGN_OR_RETURN(const std::unique_ptr<RecipientSource> recipients,
                   registry.Open(review.run_.snapshot, review.scheme_.recipients));
  std::set<std::string, std::less<>> matching;
  const bool by_attribute = ByAttribute(terms.filter);
  RETURN_IF_ERROR(ForEachBatch(*recipients, [&](std::span<const Recipient> batch) {
    for (const Recipient& recipient : batch) {
      review.known_.push_back({recipient.code, !recipient.board.empty()});
      if (by_attribute && Matches(terms.filter, recipient)) matching.insert(recipient.code);
    }
    return absl::OkStatus();
  }));
  const absl::StatusOr<RunResult> again =
      Allocate(calculator, review.snapshot_, *recipients,
               static_cast<int>(std::thread::hardware_concurrency()),
               [](std::span<const Allocation>) { return absl::OkStatus(); });
  if (again.ok()) {
    review.again_digest_ = again->digest;
  } else {
    review.again_fault_ = std::string(again.status().message());
  }
  ASSIGN_OR_RETURN(review.matching_, AllOf(store, run, review.scheme_.currency));
  RETURN_IF_ERROR(Filter(terms.filter, review.scheme_.recipients, matching, review.matching_));
  ASSIGN_OR_RETURN(review.previous_, ReadPrevious(store, review.scheme_, terms.previous_run));
  return review;
}

std::vector<Allocation> RunReview::Chosen(const Approved& approved) const {
  std::vector<Allocation> chosen;
  for (const Allocation& allocation : matching_) {
    if (!approved.of_run.contains(allocation.code)) chosen.push_back(allocation);
  }
  return chosen;
}

int64_t RunReview::ApprovedCount(const Approved& approved) const {
  return std::ranges::count_if(matching_, [&](const Allocation& allocation) {
    return approved.of_run.contains(allocation.code);
  });
}

std::vector<CheckResult> RunReview::Check(const std::vector<Allocation>& chosen,
                                          const Approved& approved) const {
  CheckInput input{
      .scheme = &scheme_,
      .snapshot = SnapshotName(run_.snapshot),
      .pinned_snapshot_digest = facts_.snapshot_digest(),
      .found_snapshot_digest = snapshot_.digest,
      .count_date = snapshot_.count_date,
      .kept_digest = facts_.digest(),
      .again_digest = again_digest_,
      .again_fault = again_fault_,
      .run_time = run_.create_time,
      .superseded_by = approved.superseded_by.empty() ? "" : RunName(approved.superseded_by),
      .chosen = chosen,
      .known = known_,
      .standing = approved.standing,
      .previous = previous_,
      .outlier_percent = outlier_percent_};
  return RunChecks(input);
}

}  // namespace vg::funding
