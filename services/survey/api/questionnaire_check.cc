#include "services/survey/api/questionnaire_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"

#include "common/grpc/validation.h"
#include "common/status/error.h"
#include "services/survey/api/questionnaire_proto.h"
#include "services/survey/domain/compiled_questionnaire.h"

namespace vg::survey {
namespace {

// The numbers of "content.sections[1].questions[3].label": where it stands.
std::vector<int> PlaceOf(const FieldViolation& fault) {
  std::vector<int> place;
  for (size_t i = 0; i < fault.field.size(); ++i) {
    if (fault.field[i] != '[') continue;
    int number = 0;
    while (++i < fault.field.size() && absl::ascii_isdigit(fault.field[i])) {
      number = number * 10 + (fault.field[i] - '0');
    }
    place.push_back(number);
  }
  return place;
}

}  // namespace

absl::StatusOr<Questionnaire> CheckQuestionnaire(
    const voortgang::survey::v1::Questionnaire& content) {
  std::vector<FieldViolation> faults = rpc::Violations(content, "content");
  absl::StatusOr<Questionnaire> questionnaire = FromProto(content, "content.");
  const absl::Status status =
      questionnaire.ok() ? CompiledQuestionnaire::Compile(*questionnaire, "content.").status()
                         : questionnaire.status();
  std::vector<FieldViolation> found = DetailsOf(status).violations;
  if (!status.ok() && found.empty()) return status;
  std::move(found.begin(), found.end(), std::back_inserter(faults));
  if (faults.empty()) return questionnaire;

  // Some faults are seen by both.
  std::set<std::pair<std::string, std::string>> told;
  std::erase_if(faults, [&told](const FieldViolation& fault) {
    return !told.emplace(fault.field, fault.reason).second;
  });
  std::stable_sort(faults.begin(), faults.end(),
                   [](const auto& a, const auto& b) { return PlaceOf(a) < PlaceOf(b); });
  return InvalidFields(std::move(faults));
}

}  // namespace vg::survey
