#include "services/funding/api/run_review.h"

#include <algorithm>
#include <map>
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

// Of a recipient of the run.
enum Mark : uint8_t { kMatches = 1, kKnown = 2, kHasBoard = 4 };

// The recipients that a filter lists, of which the run is to have each.
class Listed {
 public:
  absl::Status Read(const v1::RecipientFilter& filter, RecipientKind kind) {
    for (int i = 0; i < filter.recipients_size(); ++i) {
      ASSIGN_OR_RETURN(std::string code, ParseRecipient(filter.recipients(i), kind, FieldOf(i)));
      missing_.try_emplace(code, i);
      codes_.insert(std::move(code));
    }
    return absl::OkStatus();
  }

  // True also if none is listed.
  bool Allows(const std::string& code) {
    if (codes_.empty()) return true;
    missing_.erase(code);
    return codes_.contains(code);
  }
  // Once the run was walked over.
  absl::Status RequireAll() const {
    if (missing_.empty()) return absl::OkStatus();
    const auto& [code, place] =
        *std::ranges::min_element(missing_, {}, [](const auto& missing) { return missing.second; });
    return InvalidField(FieldOf(place), "UNKNOWN_RECIPIENT",
                        absl::StrCat("names ", code, ", which the run does not have"));
  }

 private:
  static std::string FieldOf(int i) { return absl::StrCat("filter.recipients[", i, "]"); }

  std::set<std::string> codes_;
  std::map<std::string, int> missing_;  // By code: the first place in the filter.
};

// Walks forward over the register, by code.
class RegisterWalk {
 public:
  explicit RegisterWalk(std::unique_ptr<RecipientReader> reader) : reader_(std::move(reader)) {}

  // Null if the register does not have it. Codes come in order.
  absl::StatusOr<const Recipient*> Find(std::string_view code) {
    for (;;) {
      while (!batch_.empty() && batch_.front().code < code) batch_ = batch_.subspan(1);
      if (!batch_.empty()) return batch_.front().code == code ? &batch_.front() : nullptr;
      if (ended_) return nullptr;
      ASSIGN_OR_RETURN(batch_, reader_->Next());
      ended_ = batch_.empty();
    }
  }

 private:
  const std::unique_ptr<RecipientReader> reader_;
  std::span<const Recipient> batch_;
  bool ended_ = false;
};

}  // namespace

// A recipient that the register does not know matches only if it is asked for by name, or nothing
// is asked for.
absl::Status RunReview::Mark(FundingStore& store, const RecipientSource& recipients,
                             const v1::RecipientFilter& filter) {
  constexpr size_t kPage = 2000;
  Listed listed;
  RETURN_IF_ERROR(listed.Read(filter, scheme_.recipients));
  const bool by_attribute = ByAttribute(filter);
  ASSIGN_OR_RETURN(std::unique_ptr<RecipientReader> reader, recipients.Read());
  RegisterWalk walk(std::move(reader));
  for (std::string after;;) {
    ASSIGN_OR_RETURN(const std::vector<std::string> codes,
                     store.ListRecipients(run_.id, after, kPage));
    for (const std::string& code : codes) {
      ASSIGN_OR_RETURN(const Recipient* known, walk.Find(code));
      const bool fits = !by_attribute || (known != nullptr && Matches(filter, *known));
      const bool allowed = listed.Allows(code);
      uint8_t mark = fits && allowed ? kMatches : 0;
      if (known != nullptr) mark |= known->board.empty() ? kKnown : kKnown | kHasBoard;
      marks_.push_back(mark);
    }
    if (codes.size() < kPage) return listed.RequireAll();
    after = codes.back();
  }
}

absl::StatusOr<RunReview> RunReview::Make(FundingStore& store, Register& registry,
                                          std::string_view run, const ReviewTerms& terms) {
  RunReview review;
  review.outlier_percent_ = terms.outlier_percent;
  ASSIGN_OR_RETURN(review.run_, FindRun(store, run));
  ASSIGN_OR_RETURN(review.facts_, ToProto(review.run_));
  ASSIGN_OR_RETURN(const SchemeVersionRow row, FindScheme(store, review.run_));
  ASSIGN_OR_RETURN(const Calculator calculator, CalculatorOf(row));
  review.scheme_ = calculator.scheme();
  review.query_ = {.run = review.run_.id,
                   .book = BookOf(review.scheme_.grant, review.scheme_.school_year),
                   .scheme = review.run_.scheme,
                   .previous_run = terms.previous_run};
  ASSIGN_OR_RETURN(review.snapshot_, registry.Identify(review.run_.snapshot));
  ASSIGN_OR_RETURN(const std::unique_ptr<RecipientSource> recipients,
                   registry.Open(review.run_.snapshot, review.scheme_.recipients));
  RETURN_IF_ERROR(review.Mark(store, *recipients, terms.filter));
  const absl::StatusOr<RunResult> again =
      Allocate(calculator, review.snapshot_, *recipients,
               static_cast<int>(std::thread::hardware_concurrency()),
               [](std::span<const Allocation>) { return absl::OkStatus(); });
  if (again.ok()) {
    review.again_digest_ = again->digest;
  } else {
    review.again_fault_ = std::string(again.status().message());
  }
  if (terms.previous_run.empty()) {
    ASSIGN_OR_RETURN(review.query_.previous_run, LastYearsRun(store, review.scheme_));
  } else {
    RETURN_IF_ERROR(FindRun(store, terms.previous_run).status());
  }
  return review;
}

std::string RunReview::previous_run() const {
  return query_.previous_run.empty() ? "" : RunName(query_.previous_run);
}

absl::StatusOr<RunFindings> RunReview::Look(const Candidates& candidates,
                                            ApprovedSink approve) const {
  CheckInput input{.scheme = &scheme_,
                   .snapshot = SnapshotName(run_.snapshot),
                   .pinned_snapshot_digest = facts_.snapshot_digest(),
                   .found_snapshot_digest = snapshot_.digest,
                   .count_date = snapshot_.count_date,
                   .kept_digest = facts_.digest(),
                   .again_digest = again_digest_,
                   .again_fault = again_fault_,
                   .run_time = run_.create_time,
                   .superseded_by = "",
                   .previous_run = previous_run(),
                   .outlier_percent = outlier_percent_,
                   .standing_cents = {}};
  ASSIGN_OR_RETURN(const std::string superseded_by, candidates.SupersededBy());
  if (!superseded_by.empty()) input.superseded_by = RunName(superseded_by);
  if (scheme_.budget.has_value()) {
    ASSIGN_OR_RETURN(input.standing_cents, candidates.StandingCents());
  }
  RunChecks checks(std::move(input));
  RunFindings findings{.checks = {}, .total = {0, scheme_.currency}};
  RETURN_IF_ERROR(candidates.ForEach([&](RunRecipient& one) -> absl::Status {
    const uint8_t mark = marks_.at(one.place);
    if ((mark & kMatches) == 0) return absl::OkStatus();
    if (!one.approved_by.empty()) {
      ++findings.approved_count;
      return absl::OkStatus();
    }
    one.candidate.known = (mark & kKnown) != 0;
    one.candidate.has_board = (mark & kHasBoard) != 0;
    checks.Add(one.candidate);
    if (!one.candidate.cents.has_value()) return absl::OkStatus();
    ++findings.recipients;
    ASSIGN_OR_RETURN(findings.total, Add(findings.total, {*one.candidate.cents, scheme_.currency}));
    return approve(one.candidate.code, *one.candidate.cents);
  }));
  findings.checks = std::move(checks).Finish();
  return findings;
}

}  // namespace vg::funding
