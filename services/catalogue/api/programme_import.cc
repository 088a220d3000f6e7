#include "services/catalogue/api/programme_import.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/grpc/validation.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/domain/errors.h"
#include "services/catalogue/domain/plan_check.h"

namespace vg::catalogue {
namespace {

constexpr std::string_view kProgrammePrefix = "programme.";

// Faults of the caller's; anything else ends the stream.
bool Refuses(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) || absl::IsAborted(status);
}

void Refuse(const absl::Status& status, v1::FilingResult& result) {
  const ErrorDetails details = DetailsOf(status);
  FieldViolation fault{.reason = details.reason, .sentence = std::string(status.message())};
  if (!details.violations.empty()) fault = details.violations.front();
  if (absl::IsNotFound(status)) fault.field = "menu_edition";
  if (fault.field.starts_with(kProgrammePrefix)) fault.field.erase(0, kProgrammePrefix.size());
  result.set_outcome(v1::FILING_OUTCOME_REFUSED);
  result.set_reason(fault.reason);
  result.set_field(fault.field);
  result.set_message(fault.sentence);
}

void Accept(v1::FilingOutcome outcome, v1::FilingResult& result) {
  result.set_outcome(outcome);
  result.clear_reason();
  result.clear_field();
  result.clear_message();
}

}  // namespace

// One stream: what its first message said, and how far it is.
struct ProgrammeImport::Intake {
  std::string board;  // Empty: anybody files, for any school.
  std::string snapshot;
  std::string school_year;
  std::shared_ptr<const SchoolTable> schools;  // With a board.
  bool validate_only = false;
  int64_t next = 0;  // The place of the next filing.
  int64_t accepted = 0;
  int64_t repeated = 0;
  int64_t refused = 0;
  std::set<std::string> would_be_filed;  // Schools, with a board and validate_only.

  // BOARD_MISMATCH, YEAR_MISMATCH on the programme's name.
  absl::Status CheckIsOurs(const ProgrammeKey& key) const {
    if (board.empty()) return absl::OkStatus();
    const std::string field = std::string(kProgrammePrefix) + "name";
    if (schools->Get(key.school, "board") != board) {
      return InvalidFields({BoardMismatch(field, SchoolName(key.school), board, snapshot)});
    }
    if (key.school_year != school_year) {
      return InvalidFields({YearMismatch(field, key.school_year, school_year)});
    }
    return absl::OkStatus();
  }
};

// The filings of one message that can be filed, and what becomes of them.
class ProgrammeImport::Batch {
 public:
  Batch(const v1::ImportProgrammesRequest& message, absl::Time now,
        v1::ImportProgrammesResponse& answer)
      : message_(message), now_(now), answer_(answer) {}

  // Checks the filing at `place`, whose result says what is wrong.
  absl::Status Add(int place, const Intake& intake, Menus& menus) {
    const v1::ProgrammeFiling& given = message_.filings(place);
    absl::Status status = rpc::Validate(given);
    if (status.ok()) {
      absl::StatusOr<Filing> filing = CheckFiling(given.programme(), given.consents(), now_, menus);
      status = filing.status();
      if (status.ok()) status = intake.CheckIsOurs(filing->key);
      if (status.ok() && !seen_.insert(filing->key).second) {
        status = InvalidFields({DuplicateId("programme.name", given.programme().name())});
      }
      if (status.ok()) {
        filing->imported_digest = Digest(filing->plan);
        filing->insists = !given.programme().etag().empty();
        keys_.push_back(filing->key);
        filings_.push_back(*std::move(filing));
        places_.push_back(place);
        return absl::OkStatus();
      }
    }
    if (!Refuses(status)) return status;
    Refuse(status, *answer_.mutable_results(place));
    return absl::OkStatus();
  }

  const std::vector<ProgrammeKey>& keys() const { return keys_; }

  absl::StatusOr<std::optional<ProgrammeChange>> Decide(size_t index, const std::string* stored) {
    v1::FilingResult& result = *answer_.mutable_results(places_[index]);
    const std::string& etag = message_.filings(places_[index]).programme().etag();
    absl::StatusOr<std::optional<ProgrammeChange>> change =
        DecideFiling(stored, etag, filings_[index], now_);
    if (Refuses(change.status())) {
      Refuse(change.status(), result);
      return std::nullopt;
    }
    RETURN_IF_ERROR(change.status());
    const bool accepted = change->has_value() && !(*change)->quiet;
    Accept(accepted ? v1::FILING_OUTCOME_ACCEPTED : v1::FILING_OUTCOME_REPEATED, result);
    return change;
  }

 private:
  const v1::ImportProgrammesRequest& message_;
  const absl::Time now_;
  v1::ImportProgrammesResponse& answer_;
  std::set<ProgrammeKey> seen_;
  std::vector<ProgrammeKey> keys_;
  std::vector<Filing> filings_;
  std::vector<int> places_;  // In the message.
};

absl::Status ProgrammeImport::Import(
    rpc::Call& call,
    rpc::Stream<v1::ImportProgrammesRequest, v1::ImportProgrammesResponse>& stream) {
  std::optional<Intake> intake;
  for (;;) {
    ASSIGN_OR_RETURN(const auto* const message, stream.Read());
    if (message == nullptr) break;
    RETURN_IF_ERROR(call.Alive());
    if (!intake) RETURN_IF_ERROR(Open(*message, intake.emplace()));
    v1::ImportProgrammesResponse answer;
    RETURN_IF_ERROR(File(*message, *intake, answer));
    RETURN_IF_ERROR(stream.Write(std::move(answer)));
  }
  if (!intake || intake->board.empty()) return absl::OkStatus();
  v1::ImportProgrammesResponse last;
  last.set_acknowledged_count(intake->next);
  RETURN_IF_ERROR(Summarise(*intake, *last.mutable_summary()));
  return stream.Write(std::move(last));
}

absl::Status ProgrammeImport::Open(const v1::ImportProgrammesRequest& first, Intake& intake) {
  intake.validate_only = first.validate_only();
  intake.next = first.first_index();
  if (first.board().empty()) return absl::OkStatus();
  std::vector<FieldViolation> violations;
  if (first.snapshot().empty()) violations.push_back(NeededWith("snapshot", "board"));
  if (first.school_year().empty()) {
    violations.push_back(NeededWith("school_year", "board"));
  } else if (!IsSchoolYear(first.school_year())) {
    violations.push_back(BadYear("school_year", first.school_year()));
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  ASSIGN_OR_RETURN(intake.schools, registry_.Schools(first.snapshot()));
  if (intake.schools->OfBoard(first.board()).empty()) return NotFound(first.board());
  intake.board = first.board();
  intake.snapshot = first.snapshot();
  intake.school_year = first.school_year();
  return absl::OkStatus();
}

absl::Status ProgrammeImport::File(const v1::ImportProgrammesRequest& message, Intake& intake,
                                   v1::ImportProgrammesResponse& answer) {
  const absl::Time now = clock_.Now();
  Batch batch(message, now, answer);
  for (int i = 0; i < message.filings_size(); ++i) {
    v1::FilingResult& result = *answer.add_results();
    result.set_index(intake.next++);
    result.set_programme(message.filings(i).programme().name());
    RETURN_IF_ERROR(batch.Add(i, intake, menus_));
  }
  if (intake.validate_only) {
    for (size_t i = 0; i < batch.keys().size(); ++i) {
      ASSIGN_OR_RETURN(const std::optional<std::string> stored, store_.Find(batch.keys()[i]));
      RETURN_IF_ERROR(batch.Decide(i, stored ? &*stored : nullptr).status());
    }
  } else {
    RETURN_IF_ERROR(store_.ChangeMany(
        batch.keys(), now,
        [&](size_t index, const std::string* stored) { return batch.Decide(index, stored); }));
  }
  answer.set_acknowledged_count(intake.next);
  Count(answer, intake);
  return absl::OkStatus();
}

void ProgrammeImport::Count(const v1::ImportProgrammesResponse& answer, Intake& intake) {
  const int64_t accepted_before = intake.accepted;
  for (const v1::FilingResult& result : answer.results()) {
    const bool accepted = result.outcome() == v1::FILING_OUTCOME_ACCEPTED;
    const bool repeated = result.outcome() == v1::FILING_OUTCOME_REPEATED;
    ++(accepted ? intake.accepted : repeated ? intake.repeated : intake.refused);
    if (intake.validate_only) {
      const auto key = ProgrammeKeyOf(result.programme(), "name");
      if (accepted && key.ok()) intake.would_be_filed.insert(key->school);
      continue;
    }
    (accepted ? counters_.accepted : repeated ? counters_.repeated : counters_.refused).Increment();
  }
  if (!intake.validate_only && intake.accepted > accepted_before) signal_.Notify();
}

absl::Status ProgrammeImport::Summarise(const Intake& intake, v1::BoardSummary& summary) {
  const std::vector<std::string> schools = intake.schools->OfBoard(intake.board);
  ASSIGN_OR_RETURN(std::set<std::string> filed, store_.Filed(schools, intake.school_year));
  filed.insert(intake.would_be_filed.begin(), intake.would_be_filed.end());
  summary.set_board(intake.board);
  summary.set_school_year(intake.school_year);
  summary.set_snapshot_digest(intake.schools->digest());
  summary.set_school_count(static_cast<int64_t>(schools.size()));
  summary.set_filed_count(static_cast<int64_t>(filed.size()));
  for (const std::string& school : schools) {
    if (!filed.contains(school)) summary.add_unfiled_schools(SchoolName(school));
  }
  summary.set_accepted_count(intake.accepted);
  summary.set_repeated_count(intake.repeated);
  summary.set_refused_count(intake.refused);
  return absl::OkStatus();
}

}  // namespace vg::catalogue
