// The zip container of a spreadsheet: its parts as XML.

#ifndef VG_SERVICES_SURVEY_FORMS_XLSX_CONTAINER_H_
#define VG_SERVICES_SURVEY_FORMS_XLSX_CONTAINER_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "pugixml.hpp"

namespace vg::survey {

absl::Status NotXlsx(std::string sentence);
absl::Status FormTooLarge(std::string sentence);

class XlsxContainer {
 public:
  // `bytes` outlives the container. INVALID_ARGUMENT: NOT_XLSX.
  static absl::StatusOr<XlsxContainer> Open(std::string_view bytes);

  bool Has(const std::string& part) const;
  // The root of the part ("xl/workbook.xml"). INVALID_ARGUMENT: NOT_XLSX, TOO_LARGE.
  absl::StatusOr<std::unique_ptr<pugi::xml_document>> Read(const std::string& part) const;

 private:
  struct Archive;
  explicit XlsxContainer(std::shared_ptr<Archive> archive) : archive_(std::move(archive)) {}

  std::shared_ptr<Archive> archive_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_XLSX_CONTAINER_H_
