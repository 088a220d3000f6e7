#include "services/indicators/api/record_proto.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/numeric/exact.h"
#include "common/time/clock.h"

namespace vg::indicators {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace survey = voortgang::survey::v1;
using expression::Value;

template <typename Options>
std::vector<std::string> Ids(const Options& options) {
  std::vector<std::string> ids;
  for (const survey::Option& option : options) ids.push_back(option.id());
  return ids;
}

Value Texts(const survey::OptionList& list) {
  return Value::Texts({list.options().begin(), list.options().end()});
}

// "consulted" for INVOLVEMENT_CONSULTED.
template <typename Enum>
std::string ShortName(Enum value, const char* prefix) {
  const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
  const auto* found = type->FindValueByNumber(value);
  if (found == nullptr) return "";
  return absl::AsciiStrToLower(found->name().substr(std::string(prefix).size()));
}

// The interventions of a programme by where they stand.
struct Choices {
  std::vector<std::string> all, planned, running, finished, stopped;
};

Choices ChoicesOf(const catalogue::Programme& programme) {
  Choices choices;
  for (const catalogue::Choice& choice : programme.choices()) {
    const std::string id = choice.intervention().substr(choice.intervention().find('/') + 1);
    choices.all.push_back(id);
    switch (choice.status()) {
      case catalogue::CHOICE_STATUS_PLANNED:
        choices.planned.push_back(id);
        break;
      case catalogue::CHOICE_STATUS_RUNNING:
        choices.running.push_back(id);
        break;
      case catalogue::CHOICE_STATUS_FINISHED:
        choices.finished.push_back(id);
        break;
      case catalogue::CHOICE_STATUS_STOPPED:
        choices.stopped.push_back(id);
        break;
      default:
        break;
    }
  }
  return choices;
}

// Whether consent was given to choices that have changed since, which the catalogue tells as a gap.
bool IsOutdated(const catalogue::Programme& programme, int consent) {
  const std::string field = absl::StrCat("consents[", consent, "]");
  return std::any_of(programme.gaps().begin(), programme.gaps().end(),
                     [&](const catalogue::ProgrammeFinding& gap) {
                       return gap.code() == "CONSENT_OUTDATED" && gap.field() == field;
                     });
}

// How the consent of a council stands; empty if nothing is recorded, or all that was is taken back.
std::string ConsentOf(const catalogue::Programme& programme, catalogue::CouncilBody body) {
  // Newest first: the first decision of a body is the one that stands.
  for (int i = 0; i < programme.consents_size(); ++i) {
    const catalogue::Consent& consent = programme.consents(i);
    if (consent.body() != body || consent.has_retract_time()) continue;
    if (IsOutdated(programme, i)) return "outdated";
    return ShortName(consent.state(), "CONSENT_STATE_");
  }
  return "";
}

// Euro, exact; absent if no choice says.
Value PlannedAmount(const catalogue::Programme& programme) {
  bool said = false;
  Exact total = 0;
  for (const catalogue::Choice& choice : programme.choices()) {
    if (!choice.has_planned_amount()) continue;
    said = true;
    total = total + Exact(choice.planned_amount().units()) +
            Exact(choice.planned_amount().nanos()) * *Exact::FromFraction(1, 1'000'000'000);
  }
  return said ? Value::Number(std::move(total)) : Value::Absent(expression::Absence::kMissing);
}

// What comes out of a calculation is an answer as any other.
void AddCalculation(const survey::Question& question, std::vector<RecordField>& fields) {
  const survey::Calculation& calculation = question.calculation();
  if (calculation.result() == survey::CALCULATION_RESULT_NUMBER) {
    fields.push_back({question.id(), RecordField::Kind::kNumber, {}, calculation.unit()});
  } else if (calculation.result() == survey::CALCULATION_RESULT_CHOICE) {
    fields.push_back({question.id(),
                      RecordField::Kind::kText,
                      {calculation.values().begin(), calculation.values().end()}});
  }
}

}  // namespace

std::shared_ptr<const RecordShape> ShapeOf(const survey::Questionnaire& questionnaire) {
  using enum RecordField::Kind;
  std::vector<RecordField> fields;
  for (const survey::Section& section : questionnaire.sections()) {
    for (const survey::Question& question : section.questions()) {
      switch (question.type_case()) {
        case survey::Question::kSingle:
          fields.push_back({question.id(), kText, Ids(question.single().options())});
          break;
        case survey::Question::kMultiple:
          fields.push_back({question.id(), kTexts, Ids(question.multiple().options())});
          break;
        case survey::Question::kRanking:
          fields.push_back({question.id(), kTexts, Ids(question.ranking().options())});
          break;
        case survey::Question::kNumber:
          fields.push_back({question.id(), kNumber, {}, question.number().unit()});
          break;
        case survey::Question::kDate:
          fields.push_back({question.id(), kDay, {}});
          break;
        case survey::Question::kMatrix:
          for (const survey::Option& row : question.matrix().rows()) {
            fields.push_back({absl::StrCat(question.id(), ".", row.id()), kText,
                              Ids(question.matrix().options())});
          }
          break;
        case survey::Question::kCalculation:
          AddCalculation(question, fields);
          break;
        // Free text never reaches this service.
        case survey::Question::kText:
        // A record has one value for a name.
        case survey::Question::kRepeat:
        case survey::Question::TYPE_NOT_SET:
          break;
      }
    }
  }
  return std::make_shared<const RecordShape>(fields);
}

void FillRecord(const RecordShape& shape, const survey::Response& response,
                expression::Frame& record) {
  record.Clear();
  for (const survey::Answer& answer : response.answers()) {
    switch (answer.value_case()) {
      case survey::Answer::kChoice:
        shape.Set(record, answer.question(), Value::Text(answer.choice()));
        break;
      case survey::Answer::kChoices:
        shape.Set(record, answer.question(), Texts(answer.choices()));
        break;
      case survey::Answer::kRanking:
        shape.Set(record, answer.question(), Texts(answer.ranking()));
        break;
      case survey::Answer::kNumber: {
        absl::StatusOr<Exact> number = Exact::FromDecimal(answer.number().value());
        if (number.ok()) {
          shape.Set(record, answer.question(), Value::Number(*std::move(number)));
        }
        break;
      }
      case survey::Answer::kDate:
        shape.Set(record, answer.question(),
                  Value::Text(FormatDay(absl::CivilDay(answer.date().year(), answer.date().month(),
                                                       answer.date().day()))));
        break;
      case survey::Answer::kMatrix:
        for (const auto& [row, option] : answer.matrix().rows()) {
          shape.Set(record, absl::StrCat(answer.question(), ".", row), Value::Text(option));
        }
        break;
      case survey::Answer::kText:
      case survey::Answer::kRepeat:
      case survey::Answer::kNotApplicable:
      case survey::Answer::VALUE_NOT_SET:
        break;
    }
  }
}

void FillRecord(const catalogue::Programme& programme, expression::Frame& record) {
  const RecordShape& shape = ProgrammeShape();
  record.Clear();
  shape.Set(record, "school_year",
            Value::Text(programme.name().substr(programme.name().rfind('/') + 1)));
  const Choices choices = ChoicesOf(programme);
  shape.Set(record, "choices", Value::Texts(choices.all));
  shape.Set(record, "planned", Value::Texts(choices.planned));
  shape.Set(record, "running", Value::Texts(choices.running));
  shape.Set(record, "finished", Value::Texts(choices.finished));
  shape.Set(record, "stopped", Value::Texts(choices.stopped));
  shape.Set(record, "considerations",
            Value::Texts({programme.considerations().begin(), programme.considerations().end()}));
  const auto involve = [&](const char* name, catalogue::Involvement involvement) {
    if (involvement == catalogue::INVOLVEMENT_UNSPECIFIED) return;
    shape.Set(record, name, Value::Text(ShortName(involvement, "INVOLVEMENT_")));
  };
  involve("team_involvement", programme.team_involvement());
  involve("parent_involvement", programme.parent_involvement());
  involve("pupil_involvement", programme.pupil_involvement());
  involve("council_involvement", programme.council_involvement());
  const std::string mr = ConsentOf(programme, catalogue::COUNCIL_BODY_MR);
  if (!mr.empty()) shape.Set(record, "mr_consent", Value::Text(mr));
  const std::string gmr = ConsentOf(programme, catalogue::COUNCIL_BODY_GMR);
  if (!gmr.empty()) shape.Set(record, "gmr_consent", Value::Text(gmr));
  shape.Set(record, "planned_amount", PlannedAmount(programme));
  shape.Set(record, "scan_made", Value::Bool(programme.has_scan_date()));
}

}  // namespace vg::indicators
