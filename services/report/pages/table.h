// The table beneath a figure.

#ifndef VG_SERVICES_REPORT_PAGES_TABLE_H_
#define VG_SERVICES_REPORT_PAGES_TABLE_H_

#include <string>
#include <vector>

#include "services/report/domain/figure.h"

namespace vg::report {

struct TableCell {
  std::string text;
  bool suppressed = false;
};

struct Table {
  struct Row {
    std::string head;
    std::vector<TableCell> cells;
    bool total = false;
  };
  std::vector<std::string> columns;  // The first is of the rows' heads.
  std::vector<Row> rows;
  bool has_suppressed = false;
  bool has_empty = false;
};

// Everything that `figure` has, in `language`.
Table TableOf(const Figure& figure, Language language);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_TABLE_H_
