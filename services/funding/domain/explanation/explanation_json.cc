#include "services/funding/domain/explanation/explanation_json.h"

#include <span>
#include <string>
#include <utility>

#include "common/status/status_macros.h"
#include "services/funding/domain/explanation/words.h"

namespace vg::funding {
namespace {

using expression::Trace;
using expression::Value;
using Json = nlohmann::json;

// A value in a row: a number as text, a text, true, false, or null for what is absent.
Json CellOf(const Value& value) {
  if (value.absent()) return nullptr;
  if (value.kind() == expression::Kind::kBool) return value.bool_value();
  return value.kind() == expression::Kind::kNumber ? value.number().ToText() : value.text();
}

}  // namespace

Json ToJson(const Text& text) { return {{"en", text.In(Language::kEnglish)}, {"nl", text.nl}}; }

Json ToJson(const RoundingRule& rounding) {
  return {{"decimals", rounding.decimals}, {"rule", std::string(RoundingName(rounding.rule))}};
}

Json ToJson(const Value& value) {
  if (value.absent()) return {{"absent", std::string(expression::AbsenceName(value.absence()))}};
  switch (value.kind()) {
    case expression::Kind::kBool:
      return {{"truth", value.bool_value()}};
    case expression::Kind::kNumber:
      return {{"number", value.number().ToText()}};
    case expression::Kind::kText:
      return {{"text", value.text()}};
    case expression::Kind::kList: {
      Json items = Json::array();
      for (const Value& item : value.list()) items.push_back(ToJson(item));
      return {{"list", std::move(items)}};
    }
    case expression::Kind::kMap:
      break;
  }
  Json entries = Json::object();
  for (const auto& [key, item] : value.map()) entries[key] = ToJson(item);
  return {{"map", std::move(entries)}};
}

Json ToJson(const Trace& trace) {
  Json node = {{"op", OperationOf(trace)}, {"formula", trace.text}, {"value", ToJson(trace.value)}};
  if (trace.what == "variable" || trace.what == "population") node["name"] = trace.name;
  if (!trace.unit.plain()) node["unit"] = trace.unit.ToText();
  if (!trace.parts.empty()) {
    Json& parts = node["parts"] = Json::array();
    for (const Trace& part : trace.parts) parts.push_back(ToJson(part));
  }
  return node;
}

Json ToJson(const std::vector<TableEntry>& table) {
  expression::ValueMap entries;
  for (const TableEntry& entry : table) entries.emplace_back(entry.key, Value::Number(entry.value));
  return ToJson(Value::Map(std::move(entries)));
}

absl::StatusOr<Json> PopulationJson(const Calculator& calculator, const RecipientSource& all) {
  Json facts = Json::array();
  for (const Fact* fact : calculator.facts()) facts.push_back(fact->name);
  Json rows = Json::array();
  RETURN_IF_ERROR(ForEachBatch(all, [&](std::span<const Recipient> batch) {
    for (const Recipient& recipient : batch) {
      Json& row = rows.emplace_back(Json::array({recipient.code}));
      for (const Fact* fact : calculator.facts()) row.push_back(CellOf(fact->read(recipient)));
    }
    return absl::OkStatus();
  }));
  return Json{{"facts", std::move(facts)}, {"rows", std::move(rows)}};
}

}  // namespace vg::funding
