// Responses as they were at one moment, in an order that does not depend on when they came.

#ifndef VG_SERVICES_SURVEY_STORAGE_EXPORT_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_EXPORT_STORE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/survey/storage/response.h"

namespace vg::survey {

// After which response; empty: from the beginning.
struct ExportPosition {
  std::string unit;
  std::string response;
};

struct ExportScope {
  int64_t wave = 0;                // Its number.
  int place = 0;                   // Of the questionnaire in the wave.
  std::vector<std::string> units;  // That may have answered, ascending.
  absl::Time cut_off;
};

struct ExportPage {
  std::vector<StoredResponse> responses;  // By unit and id; withdrawn and partial ones too.
  ExportPosition end;                     // Where the next page begins.
  bool last = false;
};

// Thread-safe. Every method is one transaction, so an export holds none while its reader is slow.
// Memory is that of a page.
class ExportStore {
 public:
  explicit ExportStore(sql::Database& database) : database_(database) {}

  // Ends the page once it has `most_responses` or `most_bytes` of content, or has passed
  // `most_units`.
  struct PageLimits {
    size_t most_responses = 500;
    size_t most_bytes = 256 << 10;
    size_t most_units = 1'000;
  };
  absl::StatusOr<ExportPage> Read(const ExportScope& scope, const ExportPosition& after,
                                  const PageLimits& limits);

  // How many responses of the wave came or changed after `cut_off`.
  absl::StatusOr<int64_t> CountChanged(int64_t wave, absl::Time cut_off);

 private:
  sql::Database& database_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_EXPORT_STORE_H_
