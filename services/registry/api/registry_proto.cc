#include "services/registry/api/registry_proto.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/text/encoding.h"
#include "services/registry/api/names.h"
#include "services/registry/domain/codes.h"
#include "services/registry/domain/errors.h"
#include "services/registry/domain/fact_sources.h"
#include "services/registry/domain/fold.h"

namespace vg::registry {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2200;

template <typename T>
using Repeated = google::protobuf::RepeatedPtrField<T>;

absl::StatusOr<RefusalCode> AllowedRefusal(const std::string& name, std::string_view field) {
  const std::optional<RefusalCode> code = RefusalCodeNamed(name);
  if (!code.has_value()) {
    std::vector<std::string_view> names;
    for (const RefusalRule& rule : RefusalRules()) names.push_back(rule.name);
    return UnknownRefusalCode(field, name, Nearest(name, names));
  }
  if (RuleOf(*code).kind == RefusalKind::kFile) return RefusalNotAllowable(field, name);
  return *code;
}

// The ids of `names`, each read by `parse`.
template <typename Parse>
absl::StatusOr<std::vector<std::string>> IdsOf(const Repeated<std::string>& names,
                                               std::string_view field, Parse parse) {
  std::vector<std::string> ids;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(ids.emplace_back(),
                     parse(name, absl::StrCat(Av(field), "[", ids.size(), "]")));
  }
  return ids;
}

// "pupils.vbo_upper"
std::string FactName(FactKey key) {
  switch (key) {
    case kRegisterFact:
      return "register";
    case kScoreFact:
      return "score";
    case kPopulationFact:
      return "population";
    default:
      return "pupils." + FoldCase(SchoolTypeName(static_cast<SchoolType>(key - '0')));
  }
}

template <typename Holder, typename Proto>
absl::Status AddSources(const Holder& holder, const std::vector<SourceFile>& files, Proto& proto) {
  ASSIGN_OR_RETURN(const std::vector<FactSource> sources, FactSourcesOf(holder));
  for (const FactSource& source : sources) {
    if (static_cast<size_t>(source.file) >= files.size()) {
      return absl::InternalError("a fact was read from a file that the snapshot does not have");
    }
    v1::FactSource& shown = *proto.add_fact_sources();
    shown.set_fact(FactName(source.key));
    shown.set_file_name(files[static_cast<size_t>(source.file)].file_name);
    shown.mutable_lines()->Add(source.lines.begin(), source.lines.end());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AddFactSources(const School& school, const std::vector<SourceFile>& sources,
                            v1::School& proto) {
  return AddSources(school, sources, proto);
}

absl::Status AddFactSources(const Municipality& municipality,
                            const std::vector<SourceFile>& sources, v1::Municipality& proto) {
  return AddSources(municipality, sources, proto);
}

absl::StatusOr<ImportPlan> FromProto(const v1::ImportPlan& proto) {
  ImportPlan plan{.snapshot_id = proto.snapshot_id(),
                  .title = proto.title(),
                  .validate_only = proto.validate_only(),
                  .synthetic = proto.synthetic()};
  ASSIGN_OR_RETURN(plan.count_date, rpc::FromProto(proto.count_date(), "plan.count_date"));
  if (plan.count_date.year() < kFirstYear || plan.count_date.year() > kLastYear) {
    return InvalidField("plan.count_date", "OUT_OF_RANGE",
                        absl::StrCat("the year is from ", kFirstYear, " to ", kLastYear));
  }
  for (int i = 0; i < proto.allowed_refusals_size(); ++i) {
    ASSIGN_OR_RETURN(
        const RefusalCode code,
        AllowedRefusal(proto.allowed_refusals(i), absl::StrCat("plan.allowed_refusals[", i, "]")));
    plan.allowed_refusals.push_back(code);
  }
  return plan;
}

absl::StatusOr<SchoolFilter> FromProto(const v1::SchoolFilter& proto) {
  SchoolFilter filter{.denominations = {proto.denominations().begin(), proto.denominations().end()},
                      .text = proto.text()};
  for (const int sector : proto.sectors()) filter.sectors.push_back(static_cast<Sector>(sector));
  for (const int type : proto.school_types()) {
    filter.school_types.push_back(static_cast<SchoolType>(type));
  }
  ASSIGN_OR_RETURN(filter.municipalities,
                   IdsOf(proto.municipalities(), "filter.municipalities", MunicipalityCodeOf));
  ASSIGN_OR_RETURN(filter.boards, IdsOf(proto.boards(), "filter.boards", BoardNumberOf));
  ASSIGN_OR_RETURN(filter.schools, IdsOf(proto.schools(), "filter.schools", SchoolCodeOf));
  ASSIGN_OR_RETURN(filter.provinces, ProvincesOf(proto.provinces(), "filter.provinces"));
  return filter;
}

absl::StatusOr<std::vector<std::string>> ProvincesOf(const Repeated<std::string>& provinces,
                                                     std::string_view field) {
  return IdsOf(provinces, field,
               [](const std::string& name, const std::string& item) -> absl::StatusOr<std::string> {
                 std::optional<std::string> province = CanonicalProvince(name);
                 if (!province.has_value()) return UnknownProvince(item, name);
                 return *std::move(province);
               });
}

void ToProto(const Snapshot& snapshot, v1::Snapshot& proto) {
  proto.set_name(SnapshotName(snapshot.id));
  proto.set_title(snapshot.title);
  *proto.mutable_count_date() = rpc::ToProto(snapshot.count_date);
  proto.set_digest(snapshot.digest);
  if (snapshot.import_time != absl::UnixEpoch()) {
    *proto.mutable_import_time() = rpc::ToProto(snapshot.import_time);
  }
  for (const SourceFile& source : snapshot.sources) {
    v1::SourceFile& file = *proto.add_sources();
    file.set_file_name(source.file_name);
    file.set_kind(static_cast<v1::SourceKind>(source.kind));
    file.set_sha256(source.sha256);
    file.set_row_count(source.row_count);
    file.set_refused_count(source.refused_count);
  }
  v1::SnapshotTotals& totals = *proto.mutable_totals();
  totals.set_school_count(snapshot.totals.schools);
  totals.set_board_count(snapshot.totals.boards);
  totals.set_municipality_count(snapshot.totals.municipalities);
  totals.set_pupil_count(snapshot.totals.pupils);
  totals.set_suppressed_count(snapshot.totals.suppressed);
  totals.set_uncounted_school_count(snapshot.totals.uncounted_schools);
  proto.set_synthetic(snapshot.synthetic);
}

void ToProto(const School& school, std::string_view snapshot, v1::School& proto) {
  proto.set_school(SchoolName(school.code));
  proto.set_name(absl::StrCat(SnapshotName(snapshot), "/", proto.school()));
  proto.set_institution(school.code.substr(0, 4));
  proto.set_title(school.title);
  proto.set_sector(static_cast<voortgang::type::v1::Sector>(school.sector));
  if (!school.board.empty()) proto.set_board(BoardName(school.board));
  proto.set_municipality(MunicipalityName(school.municipality));
  proto.set_province(school.province);
  proto.set_denomination(school.denomination);
  proto.set_structure(school.structure);
  proto.set_place(school.place);
  proto.set_postcode(school.postcode);
  for (const PupilCount& entry : school.pupil_counts) {
    v1::PupilCount& count = *proto.add_pupil_counts();
    count.set_school_type(static_cast<voortgang::type::v1::SchoolType>(entry.type));
    count.mutable_count()->set_state(
        static_cast<voortgang::type::v1::CountState>(entry.count.state));
    count.mutable_count()->set_value(entry.count.value);
  }
  if (school.disadvantage_score.has_value()) {
    *proto.mutable_disadvantage_score() = rpc::ToProto(*school.disadvantage_score);
  }
  for (const Attribute& attribute : school.attributes) {
    (*proto.mutable_attributes())[attribute.name] = attribute.value;
  }
}

void ToProto(const Board& board, std::string_view snapshot, v1::Board& proto) {
  proto.set_board(BoardName(board.number));
  proto.set_name(absl::StrCat(SnapshotName(snapshot), "/", proto.board()));
  proto.set_school_count(static_cast<int32_t>(board.school_count));
  proto.set_pupil_count(board.pupil_count);
}

void ToProto(const Municipality& municipality, std::string_view snapshot, v1::Municipality& proto) {
  proto.set_municipality(MunicipalityName(municipality.code));
  proto.set_name(absl::StrCat(SnapshotName(snapshot), "/", proto.municipality()));
  proto.set_title(municipality.title);
  proto.set_province(municipality.province);
  if (municipality.population.has_value()) proto.set_population(*municipality.population);
  proto.set_school_count(static_cast<int32_t>(municipality.school_count));
  proto.set_pupil_count(municipality.pupil_count);
  if (municipality.disadvantage_score.has_value()) {
    *proto.mutable_disadvantage_score() = rpc::ToProto(*municipality.disadvantage_score);
  }
  for (const Attribute& attribute : municipality.attributes) {
    (*proto.mutable_attributes())[attribute.name] = attribute.value;
  }
}

void ToProto(const Refusal& refusal, std::string_view file_name, v1::RefusedRow& proto) {
  const RefusalRule& rule = RuleOf(refusal.code);
  proto.set_file_name(std::string(file_name));
  proto.set_line(refusal.line);
  proto.set_column(refusal.column);
  proto.set_value(refusal.value);
  proto.set_code(std::string(rule.name));
  proto.set_message(refusal.sentence);
  proto.set_hint(std::string(rule.hint));
}

void ToProto(const SchoolChange& change, v1::SchoolChange& proto) {
  const auto name = [&](const std::string& id) -> std::string {
    if (id.empty()) return "";
    switch (change.kind) {
      case ChangeKind::kMerged:
        return SchoolName(id);
      case ChangeKind::kMovedMunicipality:
        return MunicipalityName(id);
      case ChangeKind::kChangedBoard:
        return BoardName(id);
      default:
        return id;
    }
  };
  proto.set_school(SchoolName(change.code));
  proto.set_title(change.title);
  proto.set_kind(static_cast<v1::SchoolChangeKind>(change.kind));
  proto.set_before(name(change.before));
  proto.set_after(name(change.after));
}

}  // namespace vg::registry
