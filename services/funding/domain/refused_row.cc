#include "services/funding/domain/refused_row.h"

#include "common/status/error.h"

namespace vg::funding {

void RefusedRows::Add(int64_t line, const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  RefusedRow row{.line = line, .reason = details.reason, .sentence = std::string(status.message())};
  if (!details.violations.empty()) {
    row.column = details.violations[0].field;
    row.reason = details.violations[0].reason;
    row.sentence = details.violations[0].sentence;
  }
  Add(std::move(row));
}

}  // namespace vg::funding
