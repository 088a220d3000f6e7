#include "services/registry/domain/errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::registry {
namespace {

std::string SnapshotName(std::string_view snapshot) {
  return absl::StrCat("snapshots/", Av(snapshot));
}

}  // namespace

absl::Status SnapshotNotFound(std::string_view snapshot) {
  return NotFound(SnapshotName(snapshot));
}

absl::Status SchoolNotFound(std::string_view snapshot, std::string_view school) {
  return NotFound(absl::StrCat(SnapshotName(snapshot), "/schools/", Av(school)));
}

absl::Status BoardNotFound(std::string_view snapshot, std::string_view board) {
  return NotFound(absl::StrCat(SnapshotName(snapshot), "/boards/", Av(board)));
}

absl::Status MunicipalityNotFound(std::string_view snapshot, std::string_view municipality) {
  return NotFound(absl::StrCat(SnapshotName(snapshot), "/municipalities/", Av(municipality)));
}

absl::Status SnapshotExists(std::string_view snapshot, std::string_view stored_digest,
                            std::string_view sent_digest) {
  return Error(absl::StatusCode::kAlreadyExists, "SNAPSHOT_EXISTS",
               absl::StrCat(SnapshotName(snapshot),
                            " holds other content and never changes; import under another id"),
               {{"resource", SnapshotName(snapshot)},
                {"stored_digest", std::string(stored_digest)},
                {"sent_digest", std::string(sent_digest)}});
}

absl::Status OutOfOrder(std::string_view field, std::string_view sentence) {
  return InvalidField(field, "OUT_OF_ORDER", std::string(sentence));
}

absl::Status BadFileName(std::string_view file_name) {
  return InvalidField("chunk.file_name", "BAD_FILE_NAME",
                      absl::StrCat("'", Av(file_name),
                                   "' has a folder or a control character; send the bare name"));
}

absl::Status NoFiles() {
  return InvalidField("chunk", "NO_FILES", "the import has no file; send at least one");
}

absl::Status UnknownRefusalCode(std::string_view field, std::string_view code,
                                std::string_view nearest) {
  return InvalidField(
      field, "UNKNOWN_REFUSAL_CODE",
      absl::StrCat("there is no refusal '", Av(code), "'",
                   nearest.empty() ? "" : absl::StrCat("; did you mean ", Av(nearest), "?")));
}

absl::Status RefusalNotAllowable(std::string_view field, std::string_view code) {
  return InvalidField(
      field, "REFUSAL_NOT_ALLOWABLE",
      absl::StrCat(Av(code), " means that a file cannot be read as what it is; mend the file"));
}

absl::Status UnknownProvince(std::string_view field, std::string_view province) {
  return InvalidField(field, "UNKNOWN_PROVINCE",
                      absl::StrCat("there is no province '", Av(province),
                                   "'; write it in Dutch, such as Noord-Holland"));
}

absl::Status ImportTooLarge(int64_t limit_bytes) {
  return Error(
      absl::StatusCode::kResourceExhausted, "IMPORT_TOO_LARGE",
      absl::StrCat("the files of one import have at most ", limit_bytes >> 20, " MiB together"),
      {{"limit_bytes", absl::StrCat(limit_bytes)}});
}

absl::Status TooManyFiles(int64_t limit) {
  return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_FILES",
               absl::StrCat("one import has at most ", limit, " files"),
               {{"limit", absl::StrCat(limit)}});
}

absl::Status TooManyImports(int64_t limit) {
  return Error(absl::StatusCode::kResourceExhausted,
               absl::StrCat(limit, " imports are under way; try again in a few seconds"),
               ErrorDetails{.reason = "TOO_MANY_IMPORTS", .retry_after = absl::Seconds(5)});
}

}  // namespace vg::registry
