// What an edition is to contain, as its authors wrote it.

#ifndef VG_SERVICES_REPORT_DOMAIN_PLAN_H_
#define VG_SERVICES_REPORT_DOMAIN_PLAN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"

#include "common/status/error.h"
#include "services/report/domain/text.h"

namespace vg::report {

// Which schools count. Sectors and school types are numbers of the API's enums.
struct SchoolFilter {
  std::vector<int> sectors;
  std::vector<std::string> municipalities;
  std::vector<std::string> boards;
  std::vector<std::string> provinces;
  std::vector<std::string> denominations;
  std::vector<int> school_types;
  std::vector<std::string> schools;
  std::string text;
};

// Estimates of an indicator, in total and perhaps by one attribute of the register.
struct EstimateSource {
  std::string indicator;  // "indicators/mr-consent"
  std::string breakdown;  // "sector"; empty for none.
  SchoolFilter filter;
  bool sort_by_value = false;
};

// Amounts of a run, by component.
struct AllocationSource {
  std::string run;  // "runs/npo-2021-2022"
};

// Response of the plan's wave, by role.
struct ResponseSource {};

struct FigurePlan {
  std::string id;
  LocalizedText title;
  std::variant<std::monostate, EstimateSource, AllocationSource, ResponseSource> source;
  std::map<std::string, LocalizedText> labels;  // By id of a category or group.
  int chart_size = 0;                           // The most bars; 0 for kChartSize.
};
inline constexpr int kChartSize = 12;

struct SectionPlan {
  std::string id;
  LocalizedText title;
  LocalizedText text;
  std::vector<FigurePlan> figures;
};

struct HeadlinePlan {
  LocalizedText title;
  std::string figure;
  std::string category;  // Empty, an id, or "#k".
};

struct EditionPlan {
  LocalizedText title;
  int number = 0;
  absl::CivilDay month;
  std::optional<absl::CivilDay> next_month;
  LocalizedText explanation;
  std::string snapshot;      // "snapshots/2021-10-01"
  std::string wave;          // "waves/2022-winter"; empty for none.
  std::string menu_edition;  // "menuEditions/2021-autumn"; empty for none.
  std::vector<HeadlinePlan> headline;
  std::vector<SectionPlan> sections;
  bool synthetic = false;
};

// What is wrong with the plan itself, before anything is asked of other services: ids that occur
// twice, months that are not the first of one, figures without a source or without the wave that
// they need. Places begin with "plan.".
std::vector<FieldViolation> Check(const EditionPlan& plan);

// SHA-256 over all that the plan says.
std::string Digest(const EditionPlan& plan);

// "plan.sections[2].figures[0]", for errors.
std::string PlaceOf(size_t section);
std::string PlaceOf(size_t section, size_t figure);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_PLAN_H_
