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
  friend bool operator==(const SchoolFilter&, const SchoolFilter&) = default;
};

// How to estimate for a population: options of the indicators service, which are passed on as they
// are. None: figures are of those who answered.
using Estimation = std::optional<std::string>;

// Estimates of an indicator, in total and perhaps by one attribute of the register.
struct EstimateSource {
  std::string indicator;  // "indicators/mr-consent"
  std::string breakdown;  // "sector"; empty for none.
  SchoolFilter filter;
  bool sort_by_value = false;
  Estimation estimation;  // None: as the plan says.
};

// Amounts of a run, by component.
struct AllocationSource {
  std::string run;  // "runs/npo-2021-2022"
};

// Response of the plan's wave, by role.
struct ResponseSource {};

// Where the money of a grant is.
struct BooksSource {
  std::string grant;
};

// What was spent of a grant in a calendar year (0: all), by category.
struct SpendingSource {
  std::string grant;
  int year = 0;
};

// How an indicator changed between an earlier wave and the plan's.
struct ChangeSource {
  std::string indicator;
  std::string wave_before;
  std::string breakdown;
};

using FigureSource = std::variant<std::monostate, EstimateSource, AllocationSource, ResponseSource,
                                  BooksSource, SpendingSource, ChangeSource>;

struct FigurePlan {
  std::string id;
  LocalizedText title;
  FigureSource source;
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

// A document that lies elsewhere and is linked.
struct ExternalDocument {
  LocalizedText title;
  std::string url;
  bool link_only = true;  // It may not be copied.
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
  std::vector<int> sectors;                    // What it is about; empty: all.
  std::optional<absl::CivilDay> planned_date;  // Of publication.
  std::optional<absl::CivilDay> cut_off;       // The last day whose answers may count.
  std::string revises;                         // "editions/2022-04"; empty for none.
  LocalizedText revision_reason;
  Estimation estimation;
  std::vector<ExternalDocument> documents;
};

// What is wrong with the plan itself, before anything is asked of other services: ids that occur
// twice, months that are not the first of one, figures without a source or without the wave that
// they need, a revision of the edition `id` itself or without a reason. Places begin with "plan.".
std::vector<FieldViolation> Check(const std::string& id, const EditionPlan& plan);

// "plan.sections[2].figures[0]", for errors.
std::string PlaceOf(size_t section);
std::string PlaceOf(size_t section, size_t figure);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_PLAN_H_
