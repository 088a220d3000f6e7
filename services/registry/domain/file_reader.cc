#include "services/registry/domain/file_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/text/cells.h"
#include "common/text/encoding.h"
#include "common/time/clock.h"
#include "services/registry/domain/codes.h"
#include "services/registry/domain/fact_sources.h"
#include "services/registry/domain/fold.h"

namespace vg::registry {
namespace {

constexpr size_t kMaxTextBytes = 500;
constexpr size_t kMaxScoreCharacters = 40;  // What a Decimal of the API can carry.
constexpr int64_t kMaxPupils = 100000;  // Of one branch in one type; the largest has some 3,000.
constexpr int64_t kMaxPopulation = 100000000;
constexpr int64_t kMinRowsToJudge = 20;
constexpr size_t kMaxOtherDates = 20;  // Notices of one file.

// Codes that say that a cell does not look like its column's name.
bool IsMisfit(RefusalCode code) {
  switch (code) {
    case RefusalCode::kBadBranchCode:
    case RefusalCode::kBadBoardNumber:
    case RefusalCode::kBadMunicipalityCode:
    case RefusalCode::kBadPostcode:
    case RefusalCode::kUnknownProvince:
    case RefusalCode::kUnknownSector:
    case RefusalCode::kBadCount:
    case RefusalCode::kBadScore:
    case RefusalCode::kBadPopulation:
    case RefusalCode::kImpossibleDate:
      return true;
    default:
      return false;
  }
}

RefusalCode CodeOf(CsvCode code) {
  switch (code) {
    case CsvCode::kUnterminatedQuote:
      return RefusalCode::kUnterminatedQuote;
    case CsvCode::kStrayQuote:
      return RefusalCode::kStrayQuote;
    case CsvCode::kRowTooLong:
      return RefusalCode::kRowTooLong;
    case CsvCode::kTooManyCells:
      return RefusalCode::kTooManyCells;
    case CsvCode::kWrongCellCount:
      return RefusalCode::kWrongCellCount;
    case CsvCode::kInvalidEncoding:
      return RefusalCode::kInvalidEncoding;
    case CsvCode::kUnsupportedEncoding:
      return RefusalCode::kUnsupportedEncoding;
    case CsvCode::kNoHeader:
      return RefusalCode::kEmptyFile;
  }
  return RefusalCode::kUnknownLayout;
}

CountState StateOf(CellState state) {
  switch (state) {
    case CellState::kValue:
      return CountState::kKnown;
    case CellState::kSuppressed:
      return CountState::kSuppressed;
    case CellState::kNotApplicable:
      return CountState::kNotApplicable;
    default:
      return CountState::kMissing;
  }
}

bool IsNegativeNumber(std::string_view cell) {
  return cell.size() > 1 && cell[0] == '-' &&
         std::all_of(cell.begin() + 1, cell.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// FNV-1a, the same in every process: which of two rows is called a duplicate never depends on luck.
void Mix(std::string_view text, uint64_t& hash) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  hash = (hash ^ 0xFF) * 0x100000001B3u;
}

}  // namespace

FileReader::FileReader(int file, std::string name, SourceKind stated, absl::CivilDay count_date,
                       Drafts& drafts)
    : file_(file),
      name_(std::move(name)),
      stated_(stated),
      count_date_(count_date),
      drafts_(drafts),
      parser_({},
              {.on_header = [this](const CsvRow& header) { return OnHeader(header); },
               .on_row = [this](const CsvRow& row) { return OnRow(row); },
               .on_problem = [this](const CsvProblem& problem) { return OnProblem(problem); }}) {}

void FileReader::Feed(std::string_view bytes) {
  hash_.Update(bytes);
  if (!broken_) OnEnd(parser_.Feed(bytes));
}

FileReader::Result FileReader::Finish() {
  if (!broken_) OnEnd(parser_.Finish());
  if (!broken_ && rows_ == 0) {
    RefuseFile(RefusalCode::kEmptyFile, 0, "", "the file has a header and no rows");
  }
  if (!broken_) JudgeColumns();
  return {.source = {.file_name = name_,
                     .kind = kind_ == SourceKind::kUnknown ? stated_ : kind_,
                     .sha256 = hash_.Finish(),
                     .row_count = rows_},
          .refusals = std::move(refusals_)};
}

void FileReader::OnEnd(const absl::Status& status) {
  if (status.ok() || broken_) return;
  // A fault that the parser cannot read past.
  const ErrorDetails details = DetailsOf(status);
  RefusalCode code = RefusalCode::kUnknownLayout;
  for (const CsvCode csv : {CsvCode::kUnterminatedQuote, CsvCode::kRowTooLong,
                            CsvCode::kUnsupportedEncoding, CsvCode::kNoHeader}) {
    if (details.reason == CsvCodeName(csv)) code = CodeOf(csv);
  }
  const auto line = details.metadata.find("line");
  int64_t number = 0;
  if (line != details.metadata.end()) {
    for (const char c : line->second) {
      if (c >= '0' && c <= '9') number = number * 10 + (c - '0');
    }
  }
  if (code == RefusalCode::kEmptyFile || code == RefusalCode::kUnsupportedEncoding) number = 0;
  RefuseFile(code, number, "", std::string(status.message()));
}

absl::Status FileReader::OnHeader(const CsvRow& header) {
  for (const std::string_view cell : header.cells) header_.push_back(CutValue(cell));
  const std::optional<SourceKind> sniffed = SniffKind(header_);
  if (!sniffed.has_value() && header_.size() == 1) {
    RefuseFile(RefusalCode::kWrongSeparator, header.line, "",
               absl::StrCat("the header is one cell, '", header_[0],
                            "'; the separator is none of ; , | and tab"));
    return absl::CancelledError();
  }
  if (stated_ == SourceKind::kUnknown && !sniffed.has_value()) {
    RefuseFile(RefusalCode::kUnknownLayout, header.line, "",
               "the columns are those of no layout that can be imported");
    return absl::CancelledError();
  }
  if (stated_ != SourceKind::kUnknown && sniffed.has_value() && *sniffed != stated_) {
    RefuseFile(RefusalCode::kKindDiffers, header.line, "",
               absl::StrCat("the columns are those of ", std::string(LayoutOf(*sniffed).title),
                            ", and the file is sent as ", std::string(LayoutOf(stated_).title)));
    return absl::CancelledError();
  }
  kind_ = sniffed.value_or(stated_);
  absl::StatusOr<ColumnIndex> index = ColumnIndex::Match(header.cells, LayoutOf(kind_).columns);
  if (!index.ok()) {
    for (const FieldViolation& violation : DetailsOf(index.status()).violations) {
      RefuseFile(violation.reason == "DUPLICATE_COLUMN" ? RefusalCode::kDuplicateColumn
                                                        : RefusalCode::kMissingColumn,
                 header.line, violation.field, violation.sentence);
    }
    return absl::CancelledError();
  }
  index_ = *std::move(index);
  misfits_.assign(LayoutOf(kind_).columns.size(), 0);
  if (kind_ == SourceKind::kPlainSchools || kind_ == SourceKind::kPlainMunicipalities) {
    attributes_ = AttributeColumns(header_);
  }
  drafts_.has_primary_register |= kind_ == SourceKind::kDuoPrimaryBranches;
  drafts_.has_plain_register |= kind_ == SourceKind::kPlainSchools;
  drafts_.has_municipalities |=
      kind_ == SourceKind::kCbsMunicipalities || kind_ == SourceKind::kPlainMunicipalities;
  return absl::OkStatus();
}

absl::Status FileReader::OnRow(const CsvRow& row) {
  ++rows_;
  if (drafts_.WideRows() >= Drafts::kMaxWideRows ||
      drafts_.NarrowRows() >= Drafts::kMaxNarrowRows) {
    RefuseFile(RefusalCode::kTooManyRows, row.line, "", "the import has too many rows");
    return absl::CancelledError();
  }
  const RowView view{row.cells, row.line};
  switch (kind_) {
    case SourceKind::kDuoPrimaryBranches:
    case SourceKind::kDuoSecondaryBranches:
      ReadBranch(view);
      break;
    case SourceKind::kDuoPrimaryPupils:
      ReadPrimaryPupils(view);
      break;
    case SourceKind::kDuoSecondaryPupils:
      ReadSecondaryPupils(view);
      break;
    case SourceKind::kCbsSchoolScores:
      ReadScore(view);
      break;
    case SourceKind::kCbsMunicipalities:
    case SourceKind::kPlainMunicipalities:
      ReadMunicipality(view);
      break;
    case SourceKind::kPlainSchools:
      ReadPlainSchool(view);
      break;
    case SourceKind::kUnknown:
      break;
  }
  return absl::OkStatus();
}

absl::Status FileReader::OnProblem(const CsvProblem& problem) {
  const RefusalCode code = CodeOf(problem.code);
  if (RuleOf(code).kind == RefusalKind::kFile) return problem.ToStatus();
  ++rows_;
  if (problem.code == CsvCode::kWrongCellCount || problem.code == CsvCode::kTooManyCells) {
    ++wrong_widths_;
  }
  const auto column = static_cast<size_t>(problem.column);
  refusals_.Add({.code = code,
                 .file = file_,
                 .line = problem.line,
                 .column = column >= 1 && column <= header_.size() ? header_[column - 1] : "",
                 .sentence = problem.sentence});
  return absl::OkStatus();
}

void FileReader::ReadBranch(const RowView& row) {
  School school;
  school.sector =
      kind_ == SourceKind::kDuoSecondaryBranches ? Sector::kSecondary : Sector::kPrimary;
  const bool read = Branch(row, branches::kInstitution, branches::kBranch, school.code) &&
                    MunicipalityCode(row, branches::kMunicipality, school.municipality) &&
                    BoardNumber(row, branches::kBoard, /*required=*/true, school.board) &&
                    Province(row, branches::kProvince, school.province) &&
                    Postcode(row, branches::kPostcode, school.postcode) &&
                    Text(row, branches::kTitle, school.title, /*required=*/true) &&
                    Text(row, branches::kPlace, school.place) &&
                    Text(row, branches::kDenomination, school.denomination);
  if (!read) return;
  if (school.sector == Sector::kSecondary && !Text(row, branches::kStructure, school.structure)) {
    return;
  }
  static constexpr std::pair<std::string_view, size_t> kAttributes[] = {
      {"corop_region", branches::kCoropRegion},
      {"education_region", branches::kEducationRegion},
      {"rmc_region", branches::kRmcRegion}};
  for (const auto& [name, column] : kAttributes) {
    std::string value;
    if (!Text(row, column, value)) return;
    if (!value.empty()) school.attributes.push_back({std::string(name), std::move(value)});
  }
  AddRegisterRow(row, std::move(school));
}

void FileReader::ReadPrimaryPupils(const RowView& row) {
  using namespace primary_pupils;
  IdentityRow entry{.place = {file_, static_cast<int32_t>(row.line)}};
  School& school = entry.school;
  const bool read =
      Branch(row, kInstitution, kBranch, school.code) &&
      MunicipalityCode(row, kMunicipality, school.municipality) &&
      BoardNumber(row, kBoard, /*required=*/true, school.board) &&
      Province(row, kProvince, school.province) && Postcode(row, kPostcode, school.postcode) &&
      CountDate(row, kDate) && PupilNumber(row, kCount, entry.pupils.count) &&
      Text(row, kTitle, school.title, /*required=*/true) && Text(row, kPlace, school.place) &&
      Text(row, kDenomination, school.denomination);
  if (!read) return;
  const std::optional<SchoolType> type = ParsePrimaryType(Cell(row, kType));
  if (!type.has_value()) {
    Refuse(RefusalCode::kUnknownSchoolType, row, kType, "the type is none of Bo, Sbo, So and Vso");
    return;
  }
  entry.pupils.type = *type;
  drafts_.identity_rows.push_back(std::move(entry));
}

void FileReader::ReadSecondaryPupils(const RowView& row) {
  using namespace secondary_pupils;
  CountRow entry{.place = {file_, static_cast<int32_t>(row.line)}};
  if (!Branch(row, kInstitution, kBranch, entry.code) || !CountDate(row, kDate)) return;
  entry.pupils.count = {CountState::kNotApplicable, 0};
  for (size_t year = 0; year < kYearCells; ++year) {
    Count part;
    if (!PupilNumber(row, kYears + year, part)) return;
    entry.pupils.count = Add(entry.pupils.count, part);
  }
  const std::optional<SchoolType> type = ParseSecondaryType(Cell(row, kType));
  if (!type.has_value()) {
    Refuse(RefusalCode::kUnknownSchoolType, row, kType,
           "the type of secondary education is not known");
    return;
  }
  entry.pupils.type = *type;
  uint64_t key = 0xCBF29CE484222325u;
  Mix(entry.code, key);
  for (const size_t column : {kType, kTrack, kSubject, kElement, kProgramme}) {
    Mix(Cell(row, column), key);
  }
  if (!drafts_.count_keys.insert(key).second) {
    RefuseRow(RefusalCode::kDuplicateKey, row,
              "an earlier row has the same branch, type of education and programme");
    return;
  }
  drafts_.count_rows.push_back(std::move(entry));
}

void FileReader::ReadScore(const RowView& row) {
  using namespace school_scores;
  ScoreRow entry{.place = {file_, static_cast<int32_t>(row.line)}};
  std::optional<Exact> score;
  const std::string_view cell = Cell(row, kSchool);
  const std::optional<std::string> code = ParseBranchCode("", cell);
  if (!code.has_value()) {
    Refuse(RefusalCode::kBadBranchCode, row, kSchool, "this is not the code of a branch");
    return;
  }
  if (!Score(row, kScore, /*may_be_negative=*/false, score) || !score.has_value()) return;
  entry.code = *code;
  entry.score = *std::move(score);
  drafts_.score_rows.push_back(std::move(entry));
}

void FileReader::ReadMunicipality(const RowView& row) {
  namespace column = municipalities;
  // Key figures have a second row for the water of some municipalities.
  if (kind_ == SourceKind::kCbsMunicipalities && FoldCase(Cell(row, column::kWater)) == "ja")
    return;
  Municipality read;
  if (!MunicipalityCode(row, column::kCode, read.code) ||
      !Text(row, column::kTitle, read.title, /*required=*/true) ||
      !Province(row, column::kProvince, read.province) ||
      !Score(row, column::kScore, /*may_be_negative=*/true, read.disadvantage_score) ||
      !MunicipalityAttributes(row, read.attributes)) {
    return;
  }
  const std::string_view cell = Cell(row, column::kPopulation);
  const CountCell population = ParseCountCell(cell);
  if (population.state == CellState::kValue && population.value <= kMaxPopulation) {
    read.population = population.value;
  } else if (population.state == CellState::kValue ||
             (population.state == CellState::kMalformed && !cell.starts_with("-9999"))) {
    // CBS writes -99997 or -99999999 for a figure that it does not give.
    Refuse(RefusalCode::kBadPopulation, row, column::kPopulation,
           "this is not a number of inhabitants");
    return;
  }

  const Place place{file_, static_cast<int32_t>(row.line)};
  AddFactSource(kRegisterFact, {&place, 1}, read.fact_sources);
  const auto [found, added] = drafts_.municipalities.try_emplace(read.code, read);
  if (added) {
    drafts_.municipality_places[read.code] = place;
    return;
  }
  Municipality& known = found->second;
  const Place first = drafts_.municipality_places[read.code];
  if (first.file == file_ && known.title == read.title) {
    Refuse(RefusalCode::kDuplicateKey, row, column::kCode,
           absl::StrCat("the municipality has a row already, ", PlaceName(first)));
    return;
  }
  if (!known.province.empty() && !read.province.empty() && known.province != read.province) {
    Refuse(RefusalCode::kConflictingRow, row, column::kProvince,
           absl::StrCat("the municipality is in ", known.province, ", ", PlaceName(first)));
    return;
  }
  // Another name of a municipality that is known, or another file about it: the first name stays
  // unless it was damaged, and what was missing is filled in.
  if (known.title.find("\xEF\xBF\xBD") != std::string::npos) known.title = read.title;
  if (known.province.empty()) known.province = read.province;
  if (!known.population.has_value() && read.population.has_value()) {
    known.population = read.population;
    AddFactSource(kPopulationFact, {&place, 1}, known.fact_sources);
  }
  if (!known.disadvantage_score.has_value() && read.disadvantage_score.has_value()) {
    known.disadvantage_score = read.disadvantage_score;
    AddFactSource(kScoreFact, {&place, 1}, known.fact_sources);
  }
  for (Attribute& attribute : read.attributes) {
    const auto next =
        std::ranges::lower_bound(known.attributes, attribute.name, {}, &Attribute::name);
    if (next != known.attributes.end() && next->name == attribute.name) continue;
    known.attributes.insert(next, std::move(attribute));
  }
}

void FileReader::ReadPlainSchool(const RowView& row) {
  using namespace plain_schools;
  School school;
  const std::optional<std::string> code = ParseBranchCode("", Cell(row, kSchool));
  if (!code.has_value()) {
    Refuse(RefusalCode::kBadBranchCode, row, kSchool, "this is not the code of a branch");
    return;
  }
  school.code = *code;
  const std::optional<registry::Sector> sector = ParseSector(Cell(row, kSector));
  if (!sector.has_value()) {
    Refuse(RefusalCode::kUnknownSector, row, kSector, "this is not a sector");
    return;
  }
  school.sector = *sector;
  const bool read =
      MunicipalityCode(row, kMunicipality, school.municipality) &&
      BoardNumber(row, kBoard, /*required=*/false, school.board) &&
      Province(row, kProvince, school.province) && Postcode(row, kPostcode, school.postcode) &&
      Score(row, kScore, /*may_be_negative=*/false, school.disadvantage_score) &&
      Text(row, kTitle, school.title, /*required=*/true) && Text(row, kPlace, school.place) &&
      Text(row, kDenomination, school.denomination) && Text(row, kStructure, school.structure);
  if (!read) return;
  for (size_t i = 0; i < kSchoolTypes; ++i) {
    if (Cell(row, kCounts + i).empty()) continue;
    PupilCount pupils{.type = static_cast<SchoolType>(i + 1)};
    if (!PupilNumber(row, kCounts + i, pupils.count)) return;
    school.pupil_counts.push_back(pupils);
  }
  if (!PlainAttributes(row, school.attributes)) return;
  AddRegisterRow(row, std::move(school));
}

bool FileReader::PlainAttributes(const RowView& row, std::vector<Attribute>& out) {
  for (const AttributeColumn& attribute : attributes_) {
    const std::string_view cell = row.cells[attribute.position];
    if (cell.empty()) continue;
    if (cell.size() > kMaxTextBytes) {
      return RefuseRow(RefusalCode::kValueTooLong, row,
                       absl::StrCat("the attribute ", attribute.name, " is too long"));
    }
    out.push_back({attribute.name, WithoutControls(cell)});
  }
  return true;
}

bool FileReader::MunicipalityAttributes(const RowView& row, std::vector<Attribute>& out) {
  if (kind_ == SourceKind::kPlainMunicipalities) return PlainAttributes(row, out);
  static constexpr std::pair<std::string_view, size_t> kAttributes[] = {
      {"address_density", municipalities::kAddressDensity},
      {"households", municipalities::kHouseholds},
      {"urbanity", municipalities::kUrbanity}};
  for (const auto& [name, column] : kAttributes) {
    std::string value;
    if (!Text(row, column, value)) return false;
    // CBS writes -99997 or -99999999 for a figure that it does not give.
    if (value.empty() || value.starts_with("-9999")) continue;
    out.push_back({std::string(name), std::move(value)});
  }
  return true;
}

void FileReader::AddRegisterRow(const RowView& row, School school) {
  const Place place{file_, static_cast<int32_t>(row.line)};
  const auto [found, added] = drafts_.registered.try_emplace(school.code, place);
  if (!added) {
    RefuseRow(
        RefusalCode::kDuplicateKey, row,
        absl::StrCat("branch ", school.code, " has a row already, ", PlaceName(found->second)));
    return;
  }
  drafts_.register_rows.push_back({.place = place, .school = std::move(school)});
}

bool FileReader::Text(const RowView& row, size_t column, std::string& out, bool required) {
  const std::string_view cell = Cell(row, column);
  if (cell.empty() && required) {
    return Refuse(RefusalCode::kMissingValue, row, column, "the cell is empty");
  }
  if (cell.size() > kMaxTextBytes) {
    return Refuse(
        RefusalCode::kValueTooLong, row, column,
        absl::StrCat("the cell has ", cell.size(), " bytes; at most ", kMaxTextBytes, " fit"));
  }
  out = WithoutControls(cell);
  return true;
}

bool FileReader::Branch(const RowView& row, size_t institution, size_t branch, std::string& out) {
  const std::optional<std::string> code =
      ParseBranchCode(Cell(row, institution), Cell(row, branch));
  if (!code.has_value()) {
    return Refuse(RefusalCode::kBadBranchCode, row, branch,
                  absl::StrCat("institution '", CutValue(Cell(row, institution)), "' and branch '",
                               CutValue(Cell(row, branch)), "' make no branch code"));
  }
  out = *code;
  return true;
}

bool FileReader::BoardNumber(const RowView& row, size_t column, bool required, std::string& out) {
  const std::string_view cell = Cell(row, column);
  if (cell.empty() && !required) return true;
  const std::optional<std::string> number = ParseBoardNumber(cell);
  if (!number.has_value()) {
    return Refuse(RefusalCode::kBadBoardNumber, row, column, "this is not the number of a board");
  }
  out = *number;
  return true;
}

bool FileReader::MunicipalityCode(const RowView& row, size_t column, std::string& out) {
  const std::optional<std::string> code = ParseMunicipalityCode(Cell(row, column));
  if (!code.has_value()) {
    return Refuse(RefusalCode::kBadMunicipalityCode, row, column,
                  "this is not the number of a municipality");
  }
  out = *code;
  return true;
}

bool FileReader::Postcode(const RowView& row, size_t column, std::string& out) {
  const std::string_view cell = Cell(row, column);
  if (cell.empty()) return true;
  const std::optional<std::string> postcode = ParsePostcode(cell);
  if (!postcode.has_value()) {
    return Refuse(RefusalCode::kBadPostcode, row, column, "this is not a postcode");
  }
  out = *postcode;
  return true;
}

bool FileReader::Province(const RowView& row, size_t column, std::string& out) {
  const std::string_view cell = Cell(row, column);
  if (cell.empty()) return true;
  const std::optional<std::string> province = CanonicalProvince(cell);
  if (!province.has_value()) {
    return Refuse(RefusalCode::kUnknownProvince, row, column, "there is no such province");
  }
  out = *province;
  return true;
}

bool FileReader::PupilNumber(const RowView& row, size_t column, Count& out) {
  const std::string_view text = Cell(row, column);
  if (IsNegativeNumber(text)) {
    return Refuse(RefusalCode::kNegativeCount, row, column, "a number of pupils is not negative");
  }
  const CountCell cell = ParseCountCell(text);
  if (cell.state == CellState::kMalformed) {
    return Refuse(RefusalCode::kBadCount, row, column, "this is not a number of pupils");
  }
  if (cell.value > kMaxPupils) {
    return Refuse(RefusalCode::kBadCount, row, column,
                  "no branch has more than 100,000 pupils of one type");
  }
  out = {StateOf(cell.state), cell.value};
  return true;
}

bool FileReader::Score(const RowView& row, size_t column, bool may_be_negative,
                       std::optional<Exact>& out) {
  const std::string_view text = Cell(row, column);
  NumberCell cell = ParseNumberCell(text);
  const bool number = cell.state == CellState::kValue;
  if (cell.state == CellState::kMalformed || text.size() > kMaxScoreCharacters) {
    return Refuse(RefusalCode::kBadScore, row, column, "this is not a score");
  }
  if (number && cell.value.Sign() < 0 && !may_be_negative) {
    return Refuse(RefusalCode::kBadScore, row, column, "the score of a school is 0 or more");
  }
  if (number) out = std::move(cell.value);
  return true;
}

bool FileReader::CountDate(const RowView& row, size_t column) {
  const std::string_view cell = Cell(row, column);
  if (cell.empty()) return true;
  const absl::StatusOr<absl::CivilDay> day = ParseDay(cell);
  if (!day.ok()) {
    return Refuse(RefusalCode::kImpossibleDate, row, column, "there is no such day");
  }
  if (*day != count_date_ && other_dates_.size() < kMaxOtherDates &&
      other_dates_.insert(*day).second) {
    refusals_.Add({.code = RefusalCode::kCountDateDiffers,
                   .file = file_,
                   .line = row.line,
                   .column = ColumnName(column),
                   .value = CutValue(cell),
                   .sentence = absl::StrCat("the pupils were counted on ", FormatDay(*day),
                                            "; the snapshot is of ", FormatDay(count_date_))});
  }
  return true;
}

std::string FileReader::ColumnName(size_t column) const {
  const int position = index_.position(column);
  return position == ColumnIndex::kNone ? std::string(LayoutOf(kind_).columns[column].name)
                                        : header_[static_cast<size_t>(position)];
}

std::string FileReader::PlaceName(Place place) const {
  return place.file == file_ ? absl::StrCat("on line ", place.line)
                             : absl::StrCat("on line ", place.line, " of file ", place.file + 1);
}

bool FileReader::Refuse(RefusalCode code, const RowView& row, size_t column, std::string sentence) {
  if (IsMisfit(code)) ++misfits_[column];
  refusals_.Add({.code = code,
                 .file = file_,
                 .line = row.line,
                 .column = ColumnName(column),
                 .value = CutValue(Cell(row, column)),
                 .sentence = std::move(sentence)});
  return false;
}

bool FileReader::RefuseRow(RefusalCode code, const RowView& row, std::string sentence) {
  refusals_.Add({.code = code, .file = file_, .line = row.line, .sentence = std::move(sentence)});
  return false;
}

void FileReader::RefuseFile(RefusalCode code, int64_t line, std::string column,
                            std::string sentence) {
  broken_ = true;
  refusals_.Add({.code = code,
                 .file = file_,
                 .line = line,
                 .column = std::move(column),
                 .sentence = WithoutControls(sentence)});
}

void FileReader::JudgeColumns() {
  if (rows_ < kMinRowsToJudge) return;
  if (wrong_widths_ * 5 > rows_) {
    refusals_ = {};
    RefuseFile(
        RefusalCode::kWrongSeparator, 0, "",
        absl::StrCat(wrong_widths_, " of ", rows_, " rows have more or fewer cells than the ",
                     header_.size(), " of the header"));
    return;
  }
  const auto worst = std::max_element(misfits_.begin(), misfits_.end());
  if (worst == misfits_.end() || *worst * 5 <= rows_) return;
  const std::string column = ColumnName(static_cast<size_t>(worst - misfits_.begin()));
  refusals_ = {};
  RefuseFile(RefusalCode::kColumnsShifted, 0, column,
             absl::StrCat("in ", *worst, " of ", rows_, " rows the cell under ", column,
                          " is nothing that belongs there"));
}

}  // namespace vg::registry
