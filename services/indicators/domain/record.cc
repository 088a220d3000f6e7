#include "services/indicators/domain/record.h"

#include <utility>

namespace vg::indicators {
namespace {

using expression::Type;

Type TypeOf(const RecordField& field) {
  const Type text = field.vocabulary.empty() ? Type::Text() : Type::Text(field.vocabulary);
  switch (field.kind) {
    case RecordField::Kind::kDay:
      return Type::Day();
    case RecordField::Kind::kTexts:
      return Type::List(text);
    case RecordField::Kind::kNumber:
      return Type::Number(expression::Unit::Called(field.unit));
    case RecordField::Kind::kBool:
      return Type::Bool();
    case RecordField::Kind::kText:
      break;
  }
  return text;
}

}  // namespace

RecordShape::RecordShape(const std::vector<RecordField>& fields) {
  for (const RecordField& field : fields) {
    environment_.MustDeclare(field.name, TypeOf(field).Optional());
  }
}

void RecordShape::Set(expression::Frame& record, std::string_view name,
                      expression::Value value) const {
  const expression::Slot slot = environment_.Find(name);
  if (slot >= 0) record.Set(slot, std::move(value));
}

const RecordShape& ProgrammeShape() {
  using enum RecordField::Kind;
  const std::vector<std::string> involvement = {"none", "informed", "consulted", "decided"};
  const std::vector<std::string> consent = {"requested", "given", "partly", "refused", "outdated"};
  static const RecordShape& shape = *new RecordShape({
      {"school_year", kText, {}},
      {"choices", kTexts, {}},
      {"planned", kTexts, {}},
      {"running", kTexts, {}},
      {"finished", kTexts, {}},
      {"stopped", kTexts, {}},
      {"considerations", kTexts, {}},
      {"team_involvement", kText, involvement},
      {"parent_involvement", kText, involvement},
      {"pupil_involvement", kText, involvement},
      {"council_involvement", kText, involvement},
      {"mr_consent", kText, consent},
      {"gmr_consent", kText, consent},
      {"planned_amount", kNumber, {}, "euro"},
      {"scan_made", kBool, {}},
  });
  return shape;
}

}  // namespace vg::indicators
