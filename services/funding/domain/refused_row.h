// Rows of a file that were not taken, and why.

#ifndef VG_SERVICES_FUNDING_DOMAIN_REFUSED_ROW_H_
#define VG_SERVICES_FUNDING_DOMAIN_REFUSED_ROW_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace vg::funding {

struct RefusedRow {
  int64_t line = 0;      // 1 is the first line of the file.
  std::string column;    // As the file's help names it; empty: the row as a whole.
  std::string reason;    // UPPER_SNAKE, stable.
  std::string sentence;  // What is wrong and what would be right.

  friend bool operator==(const RefusedRow&, const RefusedRow&) = default;
};

// All are counted, the first ones kept: a file of which every row is wrong tells enough by them.
class RefusedRows {
 public:
  static constexpr size_t kKept = 1000;

  void Add(RefusedRow row) {
    ++total_;
    if (kept_.size() < kKept) kept_.push_back(std::move(row));
  }
  // What `status` says of one field, which is the column.
  void Add(int64_t line, const absl::Status& status);

  bool empty() const { return total_ == 0; }
  int64_t total() const { return total_; }
  const std::vector<RefusedRow>& kept() const { return kept_; }

 private:
  int64_t total_ = 0;
  std::vector<RefusedRow> kept_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_REFUSED_ROW_H_
