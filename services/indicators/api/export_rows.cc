#include "services/indicators/api/export_rows.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include <nlohmann/json.hpp>

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;

// The structure that SDMX-CSV names; its definition is the proto's comment.
constexpr char kStructure[] = "VOORTGANG:INDICATORS(1.0)";

// A field of a row: text, or a number as it is written; empty: absent.
struct Field {
  const char* name;
  std::string text;
  bool number = false;
};

// Shortest text that reads back to the same double.
std::string Number(double value) {
  for (const int digits : {15, 16}) {
    std::string text = absl::StrFormat("%.*g", digits, value);
    if (std::stod(text) == value) return text;
  }
  return absl::StrFormat("%.17g", value);
}

std::string Id(const std::string& name) { return name.substr(name.find('/') + 1); }

const char* StateName(v1::EstimateState state) {
  switch (state) {
    case v1::ESTIMATE_STATE_PUBLISHED:
      return "published";
    case v1::ESTIMATE_STATE_SUPPRESSED:
      return "suppressed";
    default:
      return "empty";
  }
}

std::string PeriodOf(const v1::EstimateTable& table) {
  return Id(table.wave().empty() ? table.provenance().snapshot() : table.wave());
}

std::string GroupOf(const v1::Estimate& estimate) {
  return estimate.group().empty() ? "all" : absl::StrJoin(estimate.group(), "|");
}

std::vector<Field> FlatFields(const v1::EstimateTable& table, const v1::Estimate& estimate,
                              const std::string& unit) {
  const bool shown = estimate.state() == v1::ESTIMATE_STATE_PUBLISHED;
  const v1::WeightedEstimate& weighted = estimate.weighted();
  const auto number = [&](bool there, double value) { return there ? Number(value) : ""; };
  return {
      {"dataElement", Id(table.indicator())},
      {"period", PeriodOf(table)},
      {"orgUnit", GroupOf(estimate)},
      {"category", estimate.category()},
      {"state", StateName(estimate.state())},
      {"value", estimate.unweighted_value().value(), true},
      {"n", shown ? absl::StrCat(estimate.n()) : "", true},
      {"units", shown ? absl::StrCat(estimate.unit_count()) : "", true},
      {"estimate", number(estimate.has_weighted(), weighted.value()), true},
      {"standardError", number(weighted.has_standard_error(), weighted.standard_error()), true},
      {"lower", number(weighted.has_lower(), weighted.lower()), true},
      {"upper", number(weighted.has_upper(), weighted.upper()), true},
      {"unit", unit},
      {"version", absl::StrCat(table.version()), true},
      {"digest", table.digest()},
  };
}

std::vector<Field> SdmxFields(const v1::EstimateTable& table, const v1::Estimate& estimate,
                              const std::string& unit) {
  const bool hidden = estimate.state() == v1::ESTIMATE_STATE_SUPPRESSED;
  const bool shown = estimate.state() == v1::ESTIMATE_STATE_PUBLISHED;
  const v1::WeightedEstimate& weighted = estimate.weighted();
  const auto number = [&](bool there, double value) { return there ? Number(value) : ""; };
  return {
      {"STRUCTURE", "dataflow"},
      {"STRUCTURE_ID", kStructure},
      {"ACTION", "I"},
      {"INDICATOR", Id(table.indicator())},
      {"TIME_PERIOD", PeriodOf(table)},
      {"BREAKDOWN", table.breakdowns().empty() ? "_T" : absl::StrJoin(table.breakdowns(), "|")},
      {"GROUP", estimate.group().empty() ? "_T" : GroupOf(estimate)},
      {"CATEGORY", estimate.category().empty() ? "_T" : estimate.category()},
      {"OBS_VALUE",
       estimate.has_weighted() ? Number(weighted.value()) : estimate.unweighted_value().value()},
      {"OBS_STATUS", hidden  ? "Q"
                     : shown ? "A"
                             : "M"},
      {"CONF_STATUS", hidden ? "C" : "F"},
      {"STD_ERR", number(weighted.has_standard_error(), weighted.standard_error())},
      {"CI_LOWER", number(weighted.has_lower(), weighted.lower())},
      {"CI_UPPER", number(weighted.has_upper(), weighted.upper())},
      {"N_OBS", shown ? absl::StrCat(estimate.n()) : ""},
      {"UNIT_MEASURE", unit},
  };
}

// RFC 4180.
std::string Quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string CsvLine(const std::vector<Field>& fields, bool names) {
  return absl::StrCat(absl::StrJoin(fields, ",",
                                    [names](std::string* out, const Field& field) {
                                      out->append(names ? field.name : Quoted(field.text));
                                    }),
                      "\r\n");
}

std::string JsonLine(const std::vector<Field>& fields) {
  std::string line = "{";
  for (const Field& field : fields) {
    if (field.text.empty()) continue;
    // Numbers go as they are written: a double would not keep a decimal.
    absl::StrAppend(&line, line.size() > 1 ? "," : "", "\"", field.name, "\":",
                    field.number
                        ? field.text
                        : nlohmann::json(field.text)
                              .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  return line + "}\n";
}

}  // namespace

std::string ExportHeader(v1::ExportFormat format) {
  switch (format) {
    case v1::EXPORT_FORMAT_CSV:
      return CsvLine(FlatFields({}, {}, ""), true);
    case v1::EXPORT_FORMAT_SDMX_CSV:
      return CsvLine(SdmxFields({}, {}, ""), true);
    default:
      return "";
  }
}

std::string ExportRows(v1::ExportFormat format, const v1::EstimateTable& table,
                       const std::string& unit) {
  std::string rows;
  for (const v1::Estimate& estimate : table.estimates()) {
    switch (format) {
      case v1::EXPORT_FORMAT_SDMX_CSV:
        rows += CsvLine(SdmxFields(table, estimate, unit), false);
        break;
      case v1::EXPORT_FORMAT_NDJSON:
        rows += JsonLine(FlatFields(table, estimate, unit));
        break;
      default:
        rows += CsvLine(FlatFields(table, estimate, unit), false);
    }
  }
  return rows;
}

}  // namespace vg::indicators
