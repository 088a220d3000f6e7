#include "services/survey/forms/xlsx_container.h"

#include <zip.h>

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "services/survey/forms/workbook.h"

namespace vg::survey {

absl::Status NotXlsx(std::string sentence) {
  return InvalidField("xlsx", "NOT_XLSX", absl::StrCat("must be a spreadsheet (xlsx): ", sentence));
}

absl::Status FormTooLarge(std::string sentence) {
  return InvalidField("xlsx", "TOO_LARGE", std::move(sentence));
}

struct XlsxContainer::Archive {
  zip_t* zip = nullptr;
  ~Archive() { zip_discard(zip); }
};

absl::StatusOr<XlsxContainer> XlsxContainer::Open(std::string_view bytes) {
  if (bytes.size() > WorkbookLimits::kBytes) {
    return FormTooLarge(absl::StrCat("must have at most ", WorkbookLimits::kBytes, " bytes"));
  }
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* const zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (zip == nullptr) {
    absl::Status status = NotXlsx(zip_error_strerror(&error));
    zip_error_fini(&error);
    zip_source_free(source);
    return status;
  }
  zip_error_fini(&error);
  auto archive = std::make_shared<Archive>();
  archive->zip = zip;
  return XlsxContainer(std::move(archive));
}

bool XlsxContainer::Has(const std::string& part) const {
  return zip_name_locate(archive_->zip, part.c_str(), ZIP_FL_NOCASE) >= 0;
}

absl::StatusOr<std::unique_ptr<pugi::xml_document>> XlsxContainer::Read(
    const std::string& part) const {
  const zip_int64_t index = zip_name_locate(archive_->zip, part.c_str(), ZIP_FL_NOCASE);
  if (index < 0) return NotXlsx(absl::StrCat("it has no ", part));
  zip_stat_t stat;
  if (zip_stat_index(archive_->zip, index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
    return NotXlsx(absl::StrCat(part, " cannot be read"));
  }
  if (stat.size > WorkbookLimits::kPartBytes) {
    return FormTooLarge(absl::StrCat(part, " must have at most ", WorkbookLimits::kPartBytes,
                                     " bytes unpacked, has ", stat.size));
  }
  zip_file_t* const file = zip_fopen_index(archive_->zip, index, 0);
  if (file == nullptr) return NotXlsx(absl::StrCat(part, " cannot be unpacked"));
  // What the directory of the container says of the size is a claim: never more than that is read.
  std::string text(stat.size, '\0');
  const zip_int64_t got = zip_fread(file, text.data(), text.size());
  zip_fclose(file);
  if (got < 0 || static_cast<size_t>(got) != text.size()) {
    return NotXlsx(absl::StrCat(part, " is damaged"));
  }
  auto document = std::make_unique<pugi::xml_document>();
  const pugi::xml_parse_result result =
      document->load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata);
  if (!result) {
    return NotXlsx(
        absl::StrCat(part, " is no XML: ", result.description(), " at byte ", result.offset));
  }
  return document;
}

}  // namespace vg::survey
