// Makes up answers to the example questionnaires, with non-response as the implementation monitor
// met it.

#ifndef VG_SERVICES_CLI_SYNTHETIC_RESPONSES_H_
#define VG_SERVICES_CLI_SYNTHETIC_RESPONSES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "voortgang/survey/v1/questionnaire.pb.h"
#include "voortgang/survey/v1/response.pb.h"
#include "voortgang/type/v1/education.pb.h"

namespace vg::synthetic {

// When in the programme's year people are asked. In autumn plans have hardly begun, and fewer
// leaders answer.
enum class Season { kAutumn, kWinter };

// Draws who answers and what. Fits any questionnaire: where nothing is known of a question its
// options are equally likely. The same seed gives the same responses, whatever the order of units.
class Responses {
 public:
  // `wave` is "waves/{wave}"; `version` is a questionnaire of it.
  Responses(uint64_t seed, std::string wave, voortgang::survey::v1::QuestionnaireVersion version,
            Season season = Season::kWinter)
      : seed_(season == Season::kWinter ? seed : ~seed),
        wave_(std::move(wave)),
        version_(std::move(version)),
        season_(season) {}

  // The responses of `unit` ("schools/16SW03"): none, one, or for staff several. `sector` is
  // unspecified for boards and municipalities. About 46 % of school leaders answer (in autumn 15
  // %), staff at 17 % of schools, 40 % of boards and municipalities; three in a hundred leave it
  // unfinished.
  std::vector<voortgang::survey::v1::Response> Of(std::string_view unit,
                                                  voortgang::type::v1::Sector sector) const;

 private:
  voortgang::survey::v1::Response One(std::string_view unit, voortgang::type::v1::Sector sector,
                                      int number) const;

  const uint64_t seed_;
  const std::string wave_;
  const voortgang::survey::v1::QuestionnaireVersion version_;
  const Season season_;
};

}  // namespace vg::synthetic

#endif  // VG_SERVICES_CLI_SYNTHETIC_RESPONSES_H_
