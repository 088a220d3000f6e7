#include "services/report/pages/data.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include <nlohmann/json.hpp>

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::report {
namespace {

using Json = nlohmann::ordered_json;

// In the order of their enums.
constexpr std::array<const char*, 5> kKinds = {"share", "mean", "amount", "response", "change"};
constexpr std::array<const char*, 4> kReasons = {"not-told", "frequency", "dominance",
                                                 "differencing"};

template <typename Enum, size_t kSize>
const char* NameOf(const std::array<const char*, kSize>& names, Enum value) {
  return names.at(static_cast<size_t>(value));
}

absl::Status Malformed(std::string_view what) {
  return Error(absl::StatusCode::kInvalidArgument, "DATA_MALFORMED",
               absl::StrCat("the data of a figure is malformed: ", std::string(what)));
}

template <typename Enum, size_t kSize>
absl::StatusOr<Enum> EnumOf(const std::array<const char*, kSize>& names, const Json& name) {
  for (size_t i = 0; i < kSize; ++i) {
    if (name == names[i]) return static_cast<Enum>(i);
  }
  return Malformed(name.dump());
}

Json ToJson(const LocalizedText& text) { return {{"nl", text.nl}, {"en", text.en}}; }

LocalizedText TextOf(const Json& json) { return {.nl = json.at("nl"), .en = json.at("en")}; }

Json ToJson(const Label& label) {
  return {{"id", label.id}, {"nl", label.text.nl}, {"en", label.text.en}};
}

Json ToJson(const std::vector<Label>& labels) {
  Json json = Json::array();
  for (const Label& label : labels) json.push_back(ToJson(label));
  return json;
}

std::vector<Label> LabelsOf(const Json& json) {
  std::vector<Label> labels;
  for (const Json& label : json) labels.push_back({.id = label.at("id"), .text = TextOf(label)});
  return labels;
}

Json ToJson(const Cell& cell) {
  Json json = {{"state", NameOf(cell.state)}};
  if (cell.state == CellState::kShown) json["value"] = cell.value.ToText();
  if (cell.hidden != HiddenReason::kNotTold) json["reason"] = NameOf(kReasons, cell.hidden);
  if (cell.standard_error.has_value()) json["standard_error"] = cell.standard_error->ToText();
  if (cell.interval.has_value()) {
    json["lower"] = cell.interval->lower.ToText();
    json["upper"] = cell.interval->upper.ToText();
  }
  if (cell.p_value.has_value()) json["p_value"] = cell.p_value->ToText();
  for (const auto& [name, number] :
       {std::pair("n", cell.n), std::pair("units", cell.units),
        std::pair("positive", cell.positive), std::pair("answers", cell.answers)}) {
    if (number != 0) json[name] = number;
  }
  return json;
}

absl::StatusOr<Exact> NumberOf(const Json& json) {
  return Exact::FromText(json.get_ref<const std::string&>());
}

absl::StatusOr<Cell> CellOf(const Json& json) {
  Cell cell{.n = json.value("n", int64_t{0}),
            .units = json.value("units", int64_t{0}),
            .positive = json.value("positive", int64_t{0}),
            .answers = json.value("answers", int64_t{0})};
  ASSIGN_OR_RETURN(cell.state, EnumOf<CellState>(kCellStateNames, json.at("state")));
  if (json.contains("value")) {
    ASSIGN_OR_RETURN(cell.value, NumberOf(json.at("value")));
  }
  if (json.contains("reason")) {
    ASSIGN_OR_RETURN(cell.hidden, EnumOf<HiddenReason>(kReasons, json.at("reason")));
  }
  if (json.contains("standard_error")) {
    ASSIGN_OR_RETURN(cell.standard_error, NumberOf(json.at("standard_error")));
  }
  if (json.contains("p_value")) {
    ASSIGN_OR_RETURN(cell.p_value, NumberOf(json.at("p_value")));
  }
  if (json.contains("lower")) {
    Interval interval;
    ASSIGN_OR_RETURN(interval.lower, NumberOf(json.at("lower")));
    ASSIGN_OR_RETURN(interval.upper, NumberOf(json.at("upper")));
    cell.interval = interval;
  }
  return cell;
}

Json ToJson(const Provenance& provenance) {
  Json questions = Json::array();
  for (const LocalizedText& question : provenance.questions) questions.push_back(ToJson(question));
  return {{"resource", provenance.resource},
          {"study", provenance.study},
          {"questions", std::move(questions)},
          {"method", ToJson(provenance.method)},
          {"version", provenance.version},
          {"digest", provenance.digest},
          {"data_digest", provenance.data_digest},
          {"description", ToJson(provenance.description)},
          {"respondents", ToJson(provenance.respondents)}};
}

Json ToJson(const Protection& protection) {
  Json ranges = Json::array();
  for (const KnownRange& range : protection.ranges) {
    Json known = {{"group", range.group},
                  {"category", range.category},
                  {"quantity", NameOf(kQuantityNames, range.quantity)},
                  {"protected", range.is_protected}};
    if (range.least.has_value()) known["least"] = range.least->ToText();
    if (range.most.has_value()) known["most"] = range.most->ToText();
    ranges.push_back(std::move(known));
  }
  return {{"policy_version", protection.policy_version},
          {"policy_digest", protection.policy_digest},
          {"tables", protection.tables},
          {"shown_groups", protection.shown_groups},
          {"hidden_groups", protection.hidden_groups},
          {"protected", protection.is_protected},
          {"known", std::move(ranges)}};
}

absl::StatusOr<Protection> ProtectionOf(const Json& json) {
  Protection protection{.policy_version = json.at("policy_version"),
                        .policy_digest = json.at("policy_digest"),
                        .tables = json.at("tables"),
                        .shown_groups = json.at("shown_groups"),
                        .hidden_groups = json.at("hidden_groups"),
                        .is_protected = json.at("protected")};
  for (const Json& known : json.at("known")) {
    KnownRange& range = protection.ranges.emplace_back();
    range = {.group = known.at("group"),
             .category = known.at("category"),
             .is_protected = known.at("protected")};
    ASSIGN_OR_RETURN(range.quantity, EnumOf<Quantity>(kQuantityNames, known.at("quantity")));
    if (known.contains("least")) {
      ASSIGN_OR_RETURN(range.least, NumberOf(known.at("least")));
    }
    if (known.contains("most")) {
      ASSIGN_OR_RETURN(range.most, NumberOf(known.at("most")));
    }
  }
  return protection;
}

absl::StatusOr<Figure> Read(const Json& json) {
  Figure figure{.id = json.at("figure"),
                .title = TextOf(json.at("title")),
                .unit = json.at("unit"),
                .breakdown = json.at("breakdown"),
                .groups = LabelsOf(json.at("groups")),
                .categories = LabelsOf(json.at("categories")),
                .chart_size = json.at("chart_size"),
                .undetermined = json.at("undetermined"),
                .population = json.at("population")};
  ASSIGN_OR_RETURN(figure.kind, EnumOf<ValueKind>(kKinds, json.at("kind")));
  for (const Json& row : json.at("cells")) {
    std::vector<Cell>& cells = figure.cells.emplace_back();
    for (const Json& cell : row) {
      ASSIGN_OR_RETURN(cells.emplace_back(), CellOf(cell));
    }
  }
  if (json.contains("overall")) {
    ASSIGN_OR_RETURN(figure.overall, CellOf(json.at("overall")));
  }
  if (json.contains("protection")) {
    ASSIGN_OR_RETURN(figure.protection, ProtectionOf(json.at("protection")));
  }
  const Json& source = json.at("source");
  figure.provenance = {.resource = source.at("resource"),
                       .version = source.at("version"),
                       .digest = source.at("digest"),
                       .data_digest = source.at("data_digest"),
                       .description = TextOf(source.at("description")),
                       .respondents = TextOf(source.at("respondents")),
                       .study = source.at("study"),
                       .method = TextOf(source.at("method"))};
  for (const Json& question : source.at("questions")) {
    figure.provenance.questions.push_back(TextOf(question));
  }
  return figure;
}

}  // namespace

std::string DataOf(const Figure& figure) {
  Json json = {{"figure", figure.id},
               {"title", ToJson(figure.title)},
               {"kind", NameOf(kKinds, figure.kind)},
               {"unit", figure.unit},
               {"breakdown", figure.breakdown},
               {"groups", ToJson(figure.groups)},
               {"categories", ToJson(figure.categories)},
               {"cells", Json::array()},
               {"chart_size", figure.chart_size},
               {"undetermined", figure.undetermined},
               {"population", figure.population},
               {"source", ToJson(figure.provenance)}};
  for (const std::vector<Cell>& row : figure.cells) {
    Json cells = Json::array();
    for (const Cell& cell : row) cells.push_back(ToJson(cell));
    json["cells"].push_back(std::move(cells));
  }
  if (figure.overall.has_value()) json["overall"] = ToJson(*figure.overall);
  if (figure.protection.has_value()) json["protection"] = ToJson(*figure.protection);
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<Figure> FigureFrom(std::string_view data) {
  const Json json = Json::parse(data, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return Malformed("it is no JSON");
  try {
    return Read(json);
  } catch (const Json::exception& error) {
    return Malformed(error.what());
  }
}

}  // namespace vg::report
