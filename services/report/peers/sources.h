// The other services, as a report needs them.

#ifndef VG_SERVICES_REPORT_PEERS_SOURCES_H_
#define VG_SERVICES_REPORT_PEERS_SOURCES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "common/numeric/exact.h"
#include "services/report/domain/edition.h"
#include "services/report/domain/figure.h"
#include "services/report/domain/labels.h"
#include "services/report/domain/live.h"
#include "services/report/domain/plan.h"

namespace vg::report {

// How far the indicators are behind their feeds.
struct FoldProgress {
  int64_t folded = 0;
  int64_t behind = 0;
  int backfilling = 0;
  friend bool operator==(const FoldProgress&, const FoldProgress&) = default;
};

struct SnapshotFacts {
  std::string digest;
};

// How the fieldwork of one role went.
struct RoleFacts {
  std::string role;  // "school_leader"
  int64_t invited = 0;
  int64_t answered = 0;   // Units with a complete response.
  int64_t responses = 0;  // Complete ones.
  int64_t partial = 0;
  std::vector<LiveDay> by_day;  // Oldest first.
};

// A version of a questionnaire: the words of every question's options, by the question's id.
struct QuestionnaireFacts {
  std::string name;  // "questionnaires/staff/versions/1"
  std::string digest;
  std::map<std::string, std::vector<Label>, std::less<>> options;
  Words questions;  // As they are put, by id.
};

struct WaveFacts {
  LocalizedText title;
  std::string digest;                          // Of who was asked what, and how many answered.
  std::optional<absl::CivilDay> last_answers;  // The last day with a response; none without any.
  std::vector<QuestionnaireFacts> questionnaires;
  std::vector<RoleFacts> roles;
};

struct MenuFacts {
  std::string digest;
  Words interventions;
};

struct RunFacts {
  struct Component {
    std::string id;
    LocalizedText title;
    Exact total;
    int64_t recipients = 0;
  };
  std::string digest;
  std::string scheme_version;
  std::string scheme_digest;
  LocalizedText scheme_title;
  std::string currency;
  Exact total;
  int64_t determined = 0;
  int64_t undetermined = 0;
  bool municipalities = false;  // Else schools.
  std::vector<Component> components;
};

struct IndicatorFacts {
  int version = 0;
  std::string digest;
  LocalizedText title;
  LocalizedText description;
  std::string unit;
  bool on_programmes = false;
  bool mean = false;
  std::vector<std::string> questionnaires;  // "questionnaires/staff"
  std::string value;                     // The expression of a distribution or ranking: "support".
  std::vector<std::string> expressions;  // All of them: filter, condition, value.
};

struct EstimateRow {
  std::vector<std::string> group;  // Empty for the total.
  std::string category;
  Cell cell;
};

struct EstimateFacts {
  int version = 0;
  std::string respondents;  // A role as in RoleFacts; "programme".
  std::vector<EstimateRow> rows;
  LocalizedText method;       // How the values came about.
  std::string policy_digest;  // Of the disclosure policy; empty: not told.
  int64_t population = 0;     // What the total stands for; 0: not known.
  // Of tables that are protected together; groups of ranges by their attribute's value.
  std::optional<Protection> protection;
};

struct EstimateQuery {
  std::string indicator;
  std::string wave;  // Empty for indicators on programmes.
  std::string snapshot;
  std::string breakdown;
  SchoolFilter filter;
  Estimation estimation;
  friend bool operator==(const EstimateQuery&, const EstimateQuery&) = default;
};

struct ChangeQuery {
  std::string indicator;
  std::string wave_before;
  std::string wave;
  std::string breakdown;
  Estimation estimation;
};

// Where the money of a grant is, over all its books; all zero before the first.
struct BooksFacts {
  std::vector<Input> books;
  std::string currency;
  Exact granted;
  Exact paid;
  Exact spent;
};

struct SpendingFacts {
  struct Category {
    Exact amount;
    int64_t recipients = 0;
  };
  std::string digest;  // Of all reports that count.
  std::string currency;
  Exact total;
  int64_t recipients = 0;
  std::map<std::string, Category> categories;  // "A" … "F", "unclassified".
};

// Thread-safe; calls block. Errors are those of the other service (NOT_FOUND for what it has not),
// UNAVAILABLE without it.
class Sources {
 public:
  virtual ~Sources() = default;

  virtual absl::StatusOr<FoldProgress> GetFoldProgress() = 0;
  virtual absl::StatusOr<SnapshotFacts> GetSnapshot(const std::string& name) = 0;
  // Names of municipalities by "municipalities/GM0363".
  virtual absl::StatusOr<Words> GetMunicipalities(const std::string& snapshot) = 0;
  virtual absl::StatusOr<WaveFacts> GetWave(const std::string& name) = 0;
  virtual absl::StatusOr<MenuFacts> GetMenu(const std::string& name) = 0;
  virtual absl::StatusOr<RunFacts> GetRun(const std::string& name) = 0;
  virtual absl::StatusOr<BooksFacts> GetBooks(const std::string& grant) = 0;
  virtual absl::StatusOr<SpendingFacts> GetSpending(const std::string& grant, int year) = 0;
  // The newest version of every indicator, by name.
  virtual absl::StatusOr<std::map<std::string, IndicatorFacts>> ListIndicators() = 0;
  virtual absl::StatusOr<IndicatorFacts> GetIndicator(const std::string& name) = 0;
  // The tables of `queries` in that order, protected together; from now on what they show counts as
  // published under the name `publication`, or as seen by the caller if that is empty.
  virtual absl::StatusOr<std::vector<EstimateFacts>> ProtectTables(
      const std::vector<EstimateQuery>& queries, const std::string& publication) = 0;
  // The differences; cells have their p-value and interval.
  virtual absl::StatusOr<EstimateFacts> QueryChanges(const ChangeQuery& query) = 0;
  virtual absl::StatusOr<EstimateFacts> QueryEstimates(const EstimateQuery& query) = 0;
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PEERS_SOURCES_H_
