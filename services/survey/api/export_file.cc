#include "services/survey/api/export_file.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include "common/grpc/type_conversions.h"
#include "common/numeric/exact.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/text/csv.h"
#include "common/time/clock.h"
#include "services/survey/api/response_proto.h"
#include "services/survey/domain/today.h"

namespace vg::survey {
namespace {

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";
using Answers = google::protobuf::RepeatedPtrField<v1::Answer>;

const v1::Answer* Find(const Answers& answers, const std::string& question) {
  for (const v1::Answer& answer : answers) {
    if (answer.question() == question) return &answer;
  }
  return nullptr;
}

std::string JsonText(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string StateOf(const v1::Response& response) {
  if (response.has_withdraw_time()) return "withdrawn";
  return response.partial() ? "partial" : "complete";
}

}  // namespace

absl::StatusOr<ExportFile> ExportFile::Make(const v1::ExportResponsesRequest& request,
                                            const Questionnaire& questionnaire,
                                            std::shared_ptr<const CompiledQuestionnaire> compiled,
                                            const Frame& frame) {
  std::vector<DataFile> files = DataFilesOf(questionnaire, *compiled);
  const auto wanted = std::find_if(files.begin(), files.end(), [&](const DataFile& file) {
    return file.group == nullptr ? request.repeat_group().empty()
                                 : file.group->id == request.repeat_group();
  });
  if (wanted == files.end()) {
    return InvalidField(
        "repeat_group", "UNKNOWN_GROUP",
        absl::StrCat("must be the id of a repeat group; \"", request.repeat_group(), "\" is none"));
  }
  ExportFile file(request, std::move(compiled), frame);
  file.file_ = std::move(*wanted);
  if (!request.include_texts()) LeaveOutTexts(file.file_);
  if (request.include_unit_attributes()) AddUnitAttributes(file.file_);
  return file;
}

void ExportFile::AppendHeader(std::string& out) const {
  if (request_.format() == v1::EXPORT_FORMAT_NDJSON) return;
  if (request_.byte_order_mark()) out += kByteOrderMark;
  CsvWriter csv(&out);
  for (const Variable& variable : file_.variables) csv.Cell(variable.name);
  csv.EndRow();
}

int ExportFile::AppendRows(const v1::Response& response, std::string& out) {
  const NotPut not_put = NotPutOf(response);
  if (file_.group == nullptr) {
    AppendRow(RowOf(response, response.answers(), not_put, 0), out);
    return 1;
  }
  const v1::Answer* const group = Find(response.answers(), file_.group->id);
  if (group == nullptr) return 0;
  int instance = 0;
  for (const v1::RepeatInstance& each : group->repeat().instances()) {
    AppendRow(RowOf(response, each.answers(), not_put, ++instance), out);
  }
  return instance;
}

std::vector<Cell> ExportFile::RowOf(const v1::Response& response, const Answers& answers,
                                    const NotPut& not_put, int instance) const {
  const bool option_ids = request_.coding() == v1::EXPORT_CODING_OPTION_IDS;
  absl::flat_hash_map<std::string, const v1::Answer*> by_question;
  for (const v1::Answer& answer : answers) by_question.emplace(answer.question(), &answer);
  std::vector<Cell> cells;
  cells.reserve(file_.variables.size());
  for (const Variable& variable : file_.variables) {
    if (variable.question == nullptr) {
      cells.push_back(AboutResponse(variable, response, instance));
      continue;
    }
    const std::string& question = variable.question->id;
    const auto found = by_question.find(question);
    cells.push_back(CellOf(variable, found == by_question.end() ? nullptr : found->second,
                           !not_put.contains({question, instance}), option_ids));
  }
  return cells;
}

Cell ExportFile::AboutResponse(const Variable& variable, const v1::Response& response,
                               int instance) const {
  if (!variable.unit_attribute.empty()) return AboutUnit(variable, response);
  if (variable.name == "response_id") {
    return TextCell(response.name().substr(response.name().rfind('/') + 1));
  }
  if (variable.name == "unit") return TextCell(response.unit());
  if (variable.name == "state") return TextCell(StateOf(response));
  if (variable.name == "instance") return NumberCell(absl::StrCat(instance));
  const auto time = rpc::FromProto(response.accept_time(), "accept_time");
  return time.ok() ? TextCell(vg::FormatTime(*time)) : Cell();
}

Cell ExportFile::AboutUnit(const Variable& variable, const v1::Response& response) const {
  const Role role = checker_.questionnaire().role();
  if (variable.unit_attribute == kWeight) {
    const Exact& weight = frame_.Weight(response.unit(), role);
    return NumberCell(weight.Round(kWeightDecimals, Rounding::kHalfEven).ToText());
  }
  const Unit* const unit = frame_.Find(response.unit(), role);
  const std::string_view value =
      unit == nullptr ? std::string_view() : ValueOf(unit->attributes, variable.unit_attribute);
  return value.empty() ? Cell() : TextCell(std::string(value));
}

// Asks the questionnaire's rules again, about answers that say nothing: such an answer is dropped
// where its question was not put, and else is as no answer to every rule.
ExportFile::NotPut ExportFile::NotPutOf(const v1::Response& response) {
  NotPut not_put;
  absl::StatusOr<ResponseDraft> draft = DraftOf(response);
  if (!draft.ok()) return not_put;
  if (const auto time = rpc::FromProto(response.accept_time(), "accept_time"); time.ok()) {
    draft->today = TodayAt(*time);
  }
  if (file_.group == nullptr) {
    AddEmpty(-1, draft->answers);
  } else {
    const int group = checker_.questionnaire().ids().Find(file_.group->id);
    for (DraftAnswer& answer : draft->answers) {
      auto* const repeat = std::get_if<RepeatAnswer>(&answer.value);
      if (repeat == nullptr || answer.question != file_.group->id) continue;
      for (std::vector<DraftAnswer>& instance : repeat->instances) AddEmpty(group, instance);
    }
  }
  for (const Verdict::Dropped& dropped : checker_.CheckAgain(*draft).dropped) {
    if (dropped.reason != DropReason::kNotRelevant) continue;
    not_put.insert({std::string(dropped.question), dropped.instance});
  }
  return not_put;
}

// Adds an answer that says nothing to every question of `group` (-1: outside groups) that has none.
void ExportFile::AddEmpty(int group, std::vector<DraftAnswer>& answers) const {
  const CompiledQuestionnaire& compiled = checker_.questionnaire();
  std::vector<bool> answered(compiled.questions().size());
  for (const DraftAnswer& answer : answers) {
    if (const int at = compiled.ids().Find(answer.question); at >= 0) answered[at] = true;
  }
  for (int i = 0; i < compiled.ids().size(); ++i) {
    const CompiledQuestion& question = compiled.questions()[i];
    if (question.group != group || question.calculation || answered[i]) continue;
    answers.push_back({compiled.ids().id(i), std::monostate()});
  }
}

void ExportFile::AppendRow(const std::vector<Cell>& cells, std::string& out) const {
  if (request_.format() != v1::EXPORT_FORMAT_NDJSON) {
    CsvWriter csv(&out);
    for (const Cell& cell : cells) csv.Cell(cell.text);
    csv.EndRow();
    return;
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    const Cell& cell = cells[i];
    absl::StrAppend(&out, i == 0 ? "{" : ",", JsonText(file_.variables[i].name), ":",
                    cell.kind == Cell::Kind::kEmpty  ? "null"
                    : cell.kind == Cell::Kind::kText ? JsonText(cell.text)
                                                     : cell.text);
  }
  out += "}\n";
}

}  // namespace vg::survey
