// An edition's files as open data, described by DCAT-AP.

#ifndef VG_SERVICES_REPORT_PAGES_CATALOGUE_H_
#define VG_SERVICES_REPORT_PAGES_CATALOGUE_H_

#include <string>
#include <vector>

#include "services/report/domain/edition.h"

namespace vg::report {

// The files of one study as a data set.
struct DataSet {
  std::string id;  // "study-staff"
  LocalizedText title;
  LocalizedText description;
  std::vector<const File*> files;
};

// The data sets in JSON-LD and in Turtle: the same statements. Addresses are relative to the file.
std::string JsonLdOf(const Content& content, const std::vector<DataSet>& sets);
std::string TurtleOf(const Content& content, const std::vector<DataSet>& sets);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_CATALOGUE_H_
