// Choices of the API <-> choices of the domain, and the days that all parts of a programme have.

#ifndef VG_SERVICES_CATALOGUE_API_CHOICE_PROTO_H_
#define VG_SERVICES_CATALOGUE_API_CHOICE_PROTO_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "common/status/error.h"
#include "services/catalogue/domain/programme.h"
#include "voortgang/catalogue/v1/programme.pb.h"

namespace vg::catalogue {

namespace v1 = voortgang::catalogue::v1;

// The day that `date` is; IMPOSSIBLE_DATE on `field` is added to `violations` if it is none.
absl::CivilDay DayOf(const google::type::Date& date, const std::string& field,
                     std::vector<FieldViolation>& violations);

// A choice as the school says it, without its history. What cannot be read (IMPOSSIBLE_DATE,
// BAD_AMOUNT) is added to `violations`, with paths under `path` ("choices[3]").
absl::StatusOr<Choice> ChoiceOf(const v1::Choice& choice, const std::string& path,
                                std::vector<FieldViolation>& violations);

// The history that the service keeps of it.
absl::StatusOr<std::vector<StatusChange>> HistoryOf(const v1::Choice& choice,
                                                    std::vector<FieldViolation>& violations);

void ToProto(const Choice& choice, v1::Choice& out);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_CHOICE_PROTO_H_
