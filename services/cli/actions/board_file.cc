#include "services/cli/actions/board_file.h"

#include <array>
#include <map>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "common/grpc/type_conversions.h"
#include "common/numeric/money.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/text/csv.h"
#include "common/text/header.h"
#include "services/cli/render/values.h"
#include "services/cli/session.h"

namespace vg::cli {

const char kBoardFileHelp[] =
    "A .yaml file holds `filings:`, each with `programme:` and `consents:`. A .csv file has a row\n"
    "per chosen intervention, with these columns, of which only `school` must be there:\n"
    "  school, intervention, status, status_date, stop_reason, planned_amount, pupils_reached,\n"
    "  above_school_level (yes or no); and, in a school's first row: scan_date, goals and\n"
    "  considerations (parted by |), team_involvement, parent_involvement, pupil_involvement,\n"
    "  council_involvement, mr_consent, mr_consent_date, mr_evidence, gmr_consent,\n"
    "  gmr_consent_date, gmr_evidence";

namespace {

namespace v1 = voortgang::catalogue::v1;

enum Place {
  kSchool,
  kIntervention,
  kStatus,
  kStatusDate,
  kStopReason,
  kPlannedAmount,
  kPupils,
  kAbove,
  kScanDate,
  kGoals,
  kConsiderations,
  kTeam,
  kParents,
  kPupilInvolvement,
  kCouncil,
  kMr,
  kMrDate,
  kMrEvidence,
  kGmr,
  kGmrDate,
  kGmrEvidence,
  kPlaces
};

const std::array<const char*, kPlaces> kNames = {"school",
                                                 "intervention",
                                                 "status",
                                                 "status_date",
                                                 "stop_reason",
                                                 "planned_amount",
                                                 "pupils_reached",
                                                 "above_school_level",
                                                 "scan_date",
                                                 "goals",
                                                 "considerations",
                                                 "team_involvement",
                                                 "parent_involvement",
                                                 "pupil_involvement",
                                                 "council_involvement",
                                                 "mr_consent",
                                                 "mr_consent_date",
                                                 "mr_evidence",
                                                 "gmr_consent",
                                                 "gmr_consent_date",
                                                 "gmr_evidence"};

// The cells of one row, by what they are.
class Cells {
 public:
  Cells(const ColumnIndex& index, const CsvTable::Row& row) : index_(index), row_(row) {}

  std::string Text(Place place) const {
    const int at = index_.position(place);
    return at == ColumnIndex::kNone ? std::string() : row_.cells[static_cast<size_t>(at)];
  }
  bool Has(Place place) const { return !Text(place).empty(); }

  absl::Status Wrong(Place place, const char* reason, std::string_view right) const {
    return InvalidField(absl::StrCat("line ", row_.line, " ", kNames[place]), reason,
                        absl::StrCat("'", Text(place), "' is not ", Av(right)));
  }

  template <typename Enum>
  absl::StatusOr<Enum> Choice(Place place, std::string_view right) const {
    const int value = EnumValue(google::protobuf::GetEnumDescriptor<Enum>(), Text(place));
    if (value < 1) return Wrong(place, "UNKNOWN_VALUE", right);
    return static_cast<Enum>(value);
  }

  absl::Status Date(Place place, google::type::Date& date) const {
    if (ParseDate(Text(place), &date)) return absl::OkStatus();
    return Wrong(place, "IMPOSSIBLE_DATE", "a day such as 2021-10-01");
  }

 private:
  const ColumnIndex& index_;
  const CsvTable::Row& row_;
};

constexpr char kInvolvements[] = "none, informed, consulted or decided";

absl::Status ReadChoice(const Cells& cells, v1::Choice& choice) {
  choice.set_intervention(Named("interventions/", cells.Text(kIntervention)));
  ASSIGN_OR_RETURN(const auto status, cells.Choice<v1::ChoiceStatus>(
                                          kStatus, "planned, running, finished or stopped"));
  choice.set_status(status);
  if (cells.Has(kStatusDate)) {
    RETURN_IF_ERROR(cells.Date(kStatusDate, *choice.mutable_status_date()));
  }
  choice.set_stop_reason(cells.Text(kStopReason));
  if (cells.Has(kPlannedAmount)) {
    const absl::StatusOr<Money> amount = MoneyFromText(cells.Text(kPlannedAmount));
    if (!amount.ok()) return cells.Wrong(kPlannedAmount, "BAD_AMOUNT", "euros such as 12500.50");
    *choice.mutable_planned_amount() = rpc::ToProto(*amount);
  }
  if (cells.Has(kPupils)) {
    int32_t pupils = 0;
    if (!absl::SimpleAtoi(cells.Text(kPupils), &pupils)) {
      return cells.Wrong(kPupils, "BAD_NUMBER", "a number of pupils");
    }
    choice.set_pupils_reached(pupils);
  }
  const std::string above = cells.Text(kAbove);
  if (!above.empty() && above != "yes" && above != "no") {
    return cells.Wrong(kAbove, "UNKNOWN_VALUE", "yes or no");
  }
  choice.set_above_school_level(above == "yes");
  return absl::OkStatus();
}

absl::Status ReadInvolvement(const Cells& cells, Place place,
                             void (v1::Programme::*set)(v1::Involvement),
                             v1::Programme& programme) {
  if (!cells.Has(place)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto involvement, cells.Choice<v1::Involvement>(place, kInvolvements));
  (programme.*set)(involvement);
  return absl::OkStatus();
}

absl::Status ReadConsent(const Cells& cells, Place state, v1::CouncilBody body,
                         v1::ProgrammeFiling& filing) {
  if (!cells.Has(state)) return absl::OkStatus();
  v1::Consent& consent = *filing.add_consents();
  consent.set_body(body);
  ASSIGN_OR_RETURN(const auto decided,
                   cells.Choice<v1::ConsentState>(state, "requested, given, partly or refused"));
  consent.set_state(decided);
  RETURN_IF_ERROR(cells.Date(static_cast<Place>(state + 1), *consent.mutable_date()));
  consent.set_evidence(cells.Text(static_cast<Place>(state + 2)));
  return absl::OkStatus();
}

// What is said of the school as a whole.
absl::Status ReadSchool(const Cells& cells, v1::ProgrammeFiling& filing) {
  v1::Programme& programme = *filing.mutable_programme();
  if (cells.Has(kScanDate)) {
    RETURN_IF_ERROR(cells.Date(kScanDate, *programme.mutable_scan_date()));
  }
  for (const std::string& goal :
       std::vector<std::string>(absl::StrSplit(cells.Text(kGoals), '|', absl::SkipWhitespace()))) {
    programme.add_goals(std::string(absl::StripAsciiWhitespace(goal)));
  }
  for (const std::string& consideration : std::vector<std::string>(
           absl::StrSplit(cells.Text(kConsiderations), '|', absl::SkipWhitespace()))) {
    programme.add_considerations(std::string(absl::StripAsciiWhitespace(consideration)));
  }
  RETURN_IF_ERROR(ReadInvolvement(cells, kTeam, &v1::Programme::set_team_involvement, programme));
  RETURN_IF_ERROR(
      ReadInvolvement(cells, kParents, &v1::Programme::set_parent_involvement, programme));
  RETURN_IF_ERROR(
      ReadInvolvement(cells, kPupilInvolvement, &v1::Programme::set_pupil_involvement, programme));
  RETURN_IF_ERROR(
      ReadInvolvement(cells, kCouncil, &v1::Programme::set_council_involvement, programme));
  RETURN_IF_ERROR(ReadConsent(cells, kMr, v1::COUNCIL_BODY_MR, filing));
  return ReadConsent(cells, kGmr, v1::COUNCIL_BODY_GMR, filing);
}

}  // namespace

absl::StatusOr<v1::ImportProgrammesRequest> ReadBoardCsv(std::string_view text,
                                                         const std::string& school_year,
                                                         const std::string& menu_edition) {
  ASSIGN_OR_RETURN(const CsvTable table, ReadCsvTable(text));
  std::vector<vg::Column> columns;
  for (const char* name : kNames) columns.push_back({.name = name, .required = columns.empty()});
  ASSIGN_OR_RETURN(const ColumnIndex index, ColumnIndex::Match(table.header, columns));
  v1::ImportProgrammesRequest read;
  std::map<std::string, int> places;  // Of schools among the filings.
  for (const CsvTable::Row& row : table.rows) {
    const Cells cells(index, row);
    const std::string school = cells.Text(kSchool);
    if (school.empty()) return cells.Wrong(kSchool, "REQUIRED", "the code of a school");
    const auto [place, first] = places.emplace(school, read.filings_size());
    v1::ProgrammeFiling& filing =
        first ? *read.add_filings() : *read.mutable_filings(place->second);
    if (first) {
      filing.mutable_programme()->set_name(
          absl::StrCat(Named("schools/", school), "/programmes/", school_year));
      filing.mutable_programme()->set_menu_edition(menu_edition);
      RETURN_IF_ERROR(ReadSchool(cells, filing));
    }
    if (cells.Has(kIntervention)) {
      RETURN_IF_ERROR(ReadChoice(cells, *filing.mutable_programme()->add_choices()));
    }
  }
  return read;
}

}  // namespace vg::cli
