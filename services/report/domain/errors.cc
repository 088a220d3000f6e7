#include "services/report/domain/errors.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "common/status/absl_view.h"
#include "common/time/clock.h"

namespace vg::report {
namespace {

constexpr size_t kNamed = 8;  // Categories or groups that an error lists.

std::string Listed(const std::vector<std::string>& known) {
  if (known.empty()) return "";
  const size_t named = std::min(known.size(), kNamed);
  return absl::StrCat(
      ": ", absl::StrJoin(known.begin(), known.begin() + static_cast<ptrdiff_t>(named), ", "),
      named < known.size() ? ", …" : "");
}

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

FieldViolation NoReason() {
  return {"plan.revision_reason", "NO_REASON",
          "a revision says why, in Dutch at least, and only a revision does"};
}

FieldViolation RevisesItself() {
  return {"plan.revises", "REVISES_ITSELF", "an edition cannot revise itself; give it another id"};
}

FieldViolation MalformedReference(std::string field, std::string_view reference) {
  return {std::move(field), "MALFORMED_REFERENCE",
          absl::StrCat("\"", Av(reference),
                       "\" is no reference; write {figure}, {figure@group}, {figure:category}, "
                       "{figure:#1} or {figure:#1:value}")};
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
  absl::StrAppend(&sentence, Listed(known));
  return {std::move(field), "UNKNOWN_CATEGORY", std::move(sentence)};
}

FieldViolation UnknownGroup(std::string field, std::string_view figure, std::string_view group,
                            const std::vector<std::string>& known) {
  return {std::move(field), "UNKNOWN_GROUP",
          absl::StrCat("the figure \"", Av(figure), "\" has no group \"", Av(group), "\"",
                       Listed(known))};
}

FieldViolation NoValue(std::string field, std::string_view figure, std::string_view category,
                       std::string_view why) {
  return {std::move(field), "NO_VALUE",
          absl::StrCat("the figure \"", Av(figure), category.empty() ? "" : ":", Av(category),
                       "\" has no value that may be shown: ", Av(why))};
}

FieldViolation MalformedClaim(std::string field, std::string_view condition) {
  return {std::move(field), "MALFORMED_CLAIM",
          absl::StrCat("\"", Av(condition),
                       "\" is no claim; write {figure >= 90%}, {figure@group > other@group}, or "
                       "{figure majority}, minority, rose, fell, unchanged")};
}

FieldViolation ClaimFails(std::string field, std::string_view words, std::string_view claimed,
                          std::string_view found) {
  return {std::move(field), "CLAIM_FAILS",
          absl::StrCat("\"", Av(words), "\" needs ", Av(claimed), ", but ", Av(found))};
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

absl::Status AfterCutOff(std::string_view wave, absl::CivilDay last_answers,
                         absl::CivilDay cut_off) {
  return Error(absl::StatusCode::kFailedPrecondition, "AFTER_CUT_OFF",
               absl::StrCat(Av(wave), " has answers of ", FormatDay(last_answers),
                            ", after the plan's cut-off ", FormatDay(cut_off),
                            "; put the cut-off later or leave it out"),
               {{"last_answers", FormatDay(last_answers)}, {"cut_off_date", FormatDay(cut_off)}});
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

absl::Status EditionEmbargoed(std::string_view edition, std::string_view embargoed_digest,
                              std::string_view digest) {
  return Error(absl::StatusCode::kFailedPrecondition, "EDITION_EMBARGOED",
               absl::StrCat(Av(edition), " is under embargo; recall it before it is composed anew"),
               {{"resource", std::string(edition)},
                {"embargoed_digest", std::string(embargoed_digest)},
                {"digest", std::string(digest)}});
}

absl::Status AlreadyPublic(std::string_view id) {
  return Error(
      absl::StatusCode::kFailedPrecondition, "EDITION_PUBLISHED",
      absl::StrCat("editions/", Av(id), " is published and stays so; publish a revision instead"),
      {{"resource", absl::StrCat("editions/", Av(id))}});
}

absl::Status EmbargoPassed(absl::Time wanted, absl::Time now) {
  return InvalidField("embargo_time", "EMBARGO_PASSED",
                      absl::StrCat("must be in the future, is ", vg::FormatTime(wanted), " at ",
                                   vg::FormatTime(now), "; leave it out to publish at once"));
}

absl::Status RevisedNotPublished(std::string_view id, std::string_view revised) {
  return Error(absl::StatusCode::kFailedPrecondition, "REVISED_NOT_PUBLISHED",
               absl::StrCat("editions/", Av(id), " revises editions/", Av(revised),
                            ", which is not published by then"),
               {{"revised", absl::StrCat("editions/", Av(revised))}});
}

absl::Status RevisedAlready(std::string_view revised, std::string_view successor) {
  return Error(absl::StatusCode::kFailedPrecondition, "REVISED_ALREADY",
               absl::StrCat("editions/", Av(revised), " is revised by editions/", Av(successor),
                            " already; revise that one"),
               {{"revised", absl::StrCat("editions/", Av(revised))},
                {"successor", absl::StrCat("editions/", Av(successor))}});
}

}  // namespace vg::report
