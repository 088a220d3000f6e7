// Figures for spreadsheets and programs: rows of ids, words of both languages and plain numbers.

#ifndef VG_SERVICES_REPORT_PAGES_ANNEX_H_
#define VG_SERVICES_REPORT_PAGES_ANNEX_H_

#include <string>
#include <vector>

#include "services/report/domain/edition.h"
#include "services/report/domain/figure.h"

namespace vg::report {

struct DataCell {
  std::string text;
  bool number = false;  // A decimal with a point.
};

struct DataSheet {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::vector<DataCell>> rows;
};

// All numbers of a figure: one row per group and category.
DataSheet SheetOf(const Figure& figure);

// The headline table: title_nl, title_en, value_nl, value_en, n.
DataSheet HeadlineSheet(const std::vector<HeadlineLine>& headline);

// What the figures measure, of whom, by which question and how: one row per figure.
DataSheet CodebookOf(const std::vector<const Figure*>& figures);

// Every cell that is not shown, and why.
DataSheet SuppressedOf(const std::vector<const Figure*>& figures);

// The certificate that hidden cells stay hidden beside all tables of the edition: by which policy,
// with how many tables, one row per figure; and what anybody can work out about each number of a
// hidden group.
DataSheet ProtectionsOf(const std::vector<const Figure*>& figures);
DataSheet KnownRangesOf(const std::vector<const Figure*>& figures);

// RFC 4180, UTF-8. Words that a spreadsheet would take for a formula get an apostrophe before them.
std::string CsvOf(const DataSheet& sheet);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_ANNEX_H_
