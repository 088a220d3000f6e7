#include "services/indicators/api/definition_check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/definition_proto.h"
#include "services/indicators/api/record_proto.h"
#include "services/indicators/api/used_questions.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;
namespace survey = voortgang::survey::v1;

v1::DefinitionFit FitOf(const std::vector<survey::QuestionComparison>& used) {
  v1::DefinitionFit fit = v1::DEFINITION_FIT_SAME;
  for (const survey::QuestionComparison& each : used) {
    fit = std::max(fit, each.comparability() == survey::COMPARABILITY_REWORDED
                            ? v1::DEFINITION_FIT_REWORDED
                            : v1::DEFINITION_FIT_BROKEN);
  }
  return fit;
}

std::string ReasonOf(const std::vector<survey::QuestionComparison>& used) {
  return absl::StrJoin(used, "; ", [](std::string* out, const survey::QuestionComparison& each) {
    absl::StrAppend(out, each.question().empty() ? each.former_question() : each.question(), ": ",
                    WhyOf(each));
  });
}

// The versions of one questionnaire, from the newest to the first.
class VersionsCheck {
 public:
  VersionsCheck(const Rules& rules, Measures& measures, Peers& peers)
      : rules_(rules), measures_(measures), peers_(peers) {}

  absl::StatusOr<std::vector<v1::VersionFit>> Check(const std::string& questionnaire,
                                                    const std::string& newest) {
    std::vector<v1::VersionFit> fits;
    absl::Status fault;  // Of the newest version.
    for (int number = VersionNumber(newest); number > 0; --number) {
      const std::string version = absl::StrCat(questionnaire, "/versions/", number);
      ASSIGN_OR_RETURN(const Asked asked, measures_.Questionnaire(version));
      v1::VersionFit& fit = fits.emplace_back();
      fit.set_questionnaire_version(version);
      absl::StatusOr<Measure> measure = Measure::Compile(rules_, asked.shape->environment());
      if (!measure.ok()) {
        if (fits.size() == 1) fault = measure.status();
        fit.set_fit(v1::DEFINITION_FIT_ABSENT);
        fit.set_reason(std::string(measure.status().message()));
        continue;
      }
      RETURN_IF_ERROR(Compare(version, *std::move(measure), fit));
    }
    if (!reference_.has_value()) return Annotate(fault, questionnaire);
    return fits;
  }

 private:
  absl::Status Compare(const std::string& version, Measure measure, v1::VersionFit& fit) {
    fit.set_fit(v1::DEFINITION_FIT_SAME);
    if (!reference_.has_value()) {
      reference_name_ = version;
      reference_ = std::move(measure);
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const std::vector<survey::QuestionComparison> used,
                     CompareUsed(peers_, {version, &measure}, {reference_name_, &*reference_}));
    fit.set_fit(FitOf(used));
    fit.set_reason(ReasonOf(used));
    fit.set_compared_with(reference_name_);
    for (const survey::QuestionComparison& each : used) *fit.add_questions() = each;
    return absl::OkStatus();
  }

  const Rules& rules_;
  Measures& measures_;
  Peers& peers_;
  std::string reference_name_;
  std::optional<Measure> reference_;  // On the newest version that fits.
};

}  // namespace

absl::StatusOr<std::vector<v1::VersionFit>> CheckDefinition(
    const v1::IndicatorDefinition& definition, Measures& measures, Peers& peers) {
  ASSIGN_OR_RETURN(const Rules rules, RulesFromProto(definition));
  std::vector<v1::VersionFit> fits;
  if (definition.has_programmes()) {
    RETURN_IF_ERROR(Measure::Compile(rules, ProgrammeShape().environment()).status());
    return fits;
  }
  survey::Role role = survey::ROLE_UNSPECIFIED;
  for (const std::string& name : definition.responses().questionnaires()) {
    ASSIGN_OR_RETURN(const survey::QuestionnaireVersion newest,
                     peers.Questionnaire(absl::StrCat(name, "/versions/latest")));
    ASSIGN_OR_RETURN(std::vector<v1::VersionFit> versions,
                     VersionsCheck(rules, measures, peers).Check(name, newest.name()));
    std::move(versions.begin(), versions.end(), std::back_inserter(fits));
    if (role != survey::ROLE_UNSPECIFIED && newest.content().role() != role) {
      return InvalidField("definition.responses.questionnaires", "ROLES_DIFFER",
                          "must all be put to the same role");
    }
    role = newest.content().role();
  }
  return fits;
}

}  // namespace vg::indicators
