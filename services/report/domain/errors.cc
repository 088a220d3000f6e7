#include "services/report/domain/errors.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "common/status/absl_view.h"

namespace vg::report {
namespace {

constexpr size_t kNamed = 8;  // Categories that an error lists.

}  // namespace

FieldViolation DuplicateId(std::string field, std::string_view id) {
  return {std::move(field), "DUPLICATE_ID",
          absl::StrCat("the id \"", Av(id), "\" is taken; ids are unique in an edition")};
}

FieldViolation NotAMonth(std::string field) {
  return {std::move(field), "NOT_A_MONTH", "must be the first day of a month, such as 2022-04-01"};
}

FieldViolation NoSource(std::string field) {
  return {std::move(field), "NO_SOURCE", "needs one of estimates, allocations and response"};
}

FieldViolation NoWave(std::string_view figure) {
  return {"plan.wave", "NO_WAVE",
          absl::StrCat("the figure \"", Av(figure),
                       "\" is of responses, so the plan must name a wave")};
}

FieldViolation NoSections() {
  return {"plan.sections", "REQUIRED", "an edition has at least one section"};
}

FieldViolation MalformedReference(std::string field, std::string_view reference) {
  return {std::move(field), "MALFORMED_REFERENCE",
          absl::StrCat("\"", Av(reference),
                       "\" is no reference; write {figure}, {figure:category}, {figure:#1} or "
                       "{figure:#1:value}")};
}

FieldViolation UnknownFigure(std::string field, std::string_view figure) {
  return {std::move(field), "UNKNOWN_FIGURE",
          absl::StrCat("no figure of this plan has the id \"", Av(figure), "\"")};
}

FieldViolation UnknownCategory(std::string field, std::string_view figure,
                               std::string_view category, const std::vector<std::string>& known) {
  std::string sentence =
      category.empty()
          ? absl::StrCat("the figure \"", Av(figure), "\" has categories; name one")
          : absl::StrCat("the figure \"", Av(figure), "\" has no category \"", Av(category), "\"");
  if (!known.empty()) {
    const size_t named = std::min(known.size(), kNamed);
    absl::StrAppend(
        &sentence, ": ",
        absl::StrJoin(known.begin(), known.begin() + static_cast<ptrdiff_t>(named), ", "),
        named < known.size() ? ", …" : "");
  }
  return {std::move(field), "UNKNOWN_CATEGORY", std::move(sentence)};
}

FieldViolation NoValue(std::string field, std::string_view figure, std::string_view category,
                       std::string_view why) {
  return {std::move(field), "NO_VALUE",
          absl::StrCat("the figure \"", Av(figure), category.empty() ? "" : ":", Av(category),
                       "\" has no value that may be shown: ", Av(why))};
}

absl::Status Folding(int64_t behind, int backfilling) {
  return Error(
      absl::StatusCode::kFailedPrecondition,
      absl::StrCat("the indicators are still working: ", behind, " changes to fold, ", backfilling,
                   " indicators to fold from the beginning; compose again when they are done"),
      {.reason = "FOLDING",
       .metadata = {{"behind", absl::StrCat(behind)}, {"backfilling", absl::StrCat(backfilling)}},
       .retry_after = absl::Seconds(1)});
}

absl::Status EditionPublished(std::string_view edition, std::string_view published_digest,
                              std::string_view digest) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "EDITION_PUBLISHED",
      absl::StrCat(Av(edition), " is published and never changes; compose this under another id"),
      {{"resource", std::string(edition)},
       {"published_digest", std::string(published_digest)},
       {"digest", std::string(digest)}});
}

}  // namespace vg::report
