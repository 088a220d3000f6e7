// What the survey refuses, one function per failure.

#ifndef VG_SERVICES_SURVEY_DOMAIN_ERRORS_H_
#define VG_SERVICES_SURVEY_DOMAIN_ERRORS_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/survey/domain/unit.h"

namespace vg::survey {

// Of waves.
absl::Status WaveExists(std::string_view wave_name);
absl::Status TimesReversed(std::string_view field);
absl::Status RoleTakenTwice(std::string_view field, Role role, std::string_view other_version);
absl::Status QuestionnaireTwice(std::string_view field, std::string_view questionnaire);
absl::Status QuotaTwice(std::string_view field, std::string_view quota);
absl::Status SampleTwice(std::string_view field, Role role);
absl::Status RoleNotAsked(std::string_view field, Role role);
absl::Status WaveNotOpen(std::string_view wave_name, absl::Time open_time);
absl::Status WaveClosed(std::string_view wave_name, absl::Time close_time);

// Of responses.
absl::Status WrongQuestionnaire(std::string_view sentence);
absl::Status WrongUnit(std::string_view unit, Role role);
absl::Status NotInSample(std::string_view field, std::string_view unit, Role role);
absl::Status UnknownUnit(std::string_view unit, std::string_view snapshot);
absl::Status ResponseExists(std::string_view response_name);
absl::Status ResponseWithdrawn(std::string_view response_name);
absl::Status UnitAnswered(std::string_view response_name, std::string_view unit);
absl::Status QuotaFull(std::string_view response_name, std::string_view quota, int64_t limit);
absl::Status ResponsePartial(std::string_view response_name);
absl::Status NotComplete();
absl::Status Immutable(std::string_view field);
absl::Status RevisionMismatch(std::string_view response_name, int revision);
absl::Status NotTheSubmitter(std::string_view response_name);

// Of extensions.
absl::Status ExtensionExists(std::string_view extension_name);
absl::Status TooManyExtensions(std::string_view wave_name, int64_t most);

// Of invitations.
absl::Status InvitationRequired();
absl::Status InvitationUnknown();
absl::Status InvitationOfOtherUnit(std::string_view unit, Role role);
absl::Status InvitationUsed();
absl::Status InvitationRevoked();
absl::Status InvitationExists(std::string_view invitation_name);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_ERRORS_H_
