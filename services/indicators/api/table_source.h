// What a table is made from, besides sums.

#ifndef VG_SERVICES_INDICATORS_API_TABLE_SOURCE_H_
#define VG_SERVICES_INDICATORS_API_TABLE_SOURCE_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/api/measures.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/storage/indicator_store.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::indicators {

struct TableSource {
  std::shared_ptr<const Definition> definition;
  voortgang::survey::v1::Role role = voortgang::survey::v1::ROLE_UNSPECIFIED;
  std::vector<std::string> categories;         // In the order of the questionnaires.
  std::shared_ptr<const SnapshotUnits> units;  // Whose attributes break figures down.
  std::string frame;                           // The snapshot of those who were asked.
  std::set<std::string> sectors;               // Of the schools that were asked; empty: all.
  // What responses of the indicator are counted under among respondents.
  std::set<std::string> counted_as;
  std::shared_ptr<const WaveSample> sample;  // Null: a census, or nothing needs it.
};

// Refuses as the API says of QueryEstimates.
absl::StatusOr<TableSource> SourceOf(
    const StoredIndicator& stored, const voortgang::indicators::v1::QueryEstimatesRequest& request,
    Measures& measures, Peers& peers);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_TABLE_SOURCE_H_
