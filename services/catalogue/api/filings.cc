#include "services/catalogue/api/filings.h"

#include <utility>
#include <vector>

#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/catalogue/api/choice_proto.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/api/programme_proto.h"
#include "services/catalogue/domain/plan_check.h"

namespace vg::catalogue {

absl::Status Filings::Submit(const v1::SubmitProgrammeRequest& request, v1::Programme& response) {
  const absl::Time now = clock_.Now();
  absl::StatusOr<Filing> filing = CheckFiling(request.programme(), {}, now, menus_);
  if (!filing.ok()) {
    counters_.refused.Increment();
    return filing.status();
  }
  const std::string& etag = request.programme().etag();
  std::string content;
  if (request.validate_only()) {
    ASSIGN_OR_RETURN(const std::optional<std::string> stored, store_.Find(filing->key));
    ASSIGN_OR_RETURN(const std::optional<ProgrammeChange> change,
                     DecideFiling(stored ? &*stored : nullptr, etag, *filing, now));
    content = change ? change->content : stored.value_or("");
  } else {
    const std::string digest = DigestBuilder("voortgang.catalogue.submit-programme.v1")
                                   .Text(request.programme().name())
                                   .Text(etag)
                                   .Text(Digest(filing->plan))
                                   .Finish();
    bool changed = false;
    ASSIGN_OR_RETURN(
        content,
        store_.Change(
            filing->key,
            {.scope = "SubmitProgramme", .request_id = request.request_id(), .digest = digest}, now,
            [&](const std::string* stored) -> absl::StatusOr<std::optional<ProgrammeChange>> {
              ASSIGN_OR_RETURN(std::optional<ProgrammeChange> change,
                               DecideFiling(stored, etag, *filing, now));
              changed = change.has_value();
              return change;
            }));
    if (changed) signal_.Notify();
    (changed ? counters_.accepted : counters_.repeated).Increment();
  }
  ASSIGN_OR_RETURN(response, ProtoOfContent(content));
  return absl::OkStatus();
}

absl::Status Filings::RecordConsent(const v1::RecordConsentRequest& request,
                                    v1::Programme& response) {
  const absl::Time now = clock_.Now();
  ASSIGN_OR_RETURN(const ProgrammeKey key, ProgrammeKeyOf(request.name(), "name"));
  std::vector<FieldViolation> found;
  const Consent consent = FromProto(request.consent(), found);
  if (found.empty() && !request.retract()) found = CheckConsent(consent, Today(now));
  std::vector<FieldViolation> violations;
  AddAt("consent.", std::move(found), violations);
  if (!violations.empty()) return InvalidFields(std::move(violations));

  const std::string digest = DigestBuilder("voortgang.catalogue.record-consent.v2")
                                 .Text(request.name())
                                 .Text(request.etag())
                                 .Text(Digest(consent))
                                 .Integer(consent.revision)
                                 .Flag(request.retract())
                                 .Finish();
  bool changed = false;
  ASSIGN_OR_RETURN(
      const std::string content,
      store_.Change(
          key, {.scope = "RecordConsent", .request_id = request.request_id(), .digest = digest},
          now, [&](const std::string* stored) -> absl::StatusOr<std::optional<ProgrammeChange>> {
            if (stored == nullptr) return NotFound(request.name());
            ASSIGN_OR_RETURN(
                std::optional<ProgrammeChange> change,
                Decide(stored, request.etag(), key, "consented", [&](const Programme* programme) {
                  return request.retract() ? Retract(consent, *programme, now)
                                           : Record(consent, *programme, now);
                }));
            changed = change.has_value();
            return change;
          }));
  if (changed) {
    signal_.Notify();
    if (!request.retract()) counters_.consents.Increment();
  }
  ASSIGN_OR_RETURN(response, ProtoOfContent(content));
  return absl::OkStatus();
}

absl::Status Filings::RecordChoiceStatus(const v1::RecordChoiceStatusRequest& request,
                                         v1::Programme& response) {
  const absl::Time now = clock_.Now();
  ASSIGN_OR_RETURN(const ProgrammeKey key, ProgrammeKeyOf(request.name(), "name"));
  StatusReport report{.change = {.status = static_cast<ChoiceStatus>(request.status()),
                                 .stop_reason = request.stop_reason(),
                                 .evidence = request.evidence()}};
  ASSIGN_OR_RETURN(report.intervention, InterventionIdOf(request.intervention(), "intervention"));
  if (request.has_pupils_reached()) report.pupils_reached = request.pupils_reached();
  std::vector<FieldViolation> violations;
  report.change.date = DayOf(request.date(), "date", violations);
  if (violations.empty()) violations = CheckPast(report.change.date, Today(now), "date");
  AddAt("", CheckStopReason(report.change.status, report.change.stop_reason, "stop_reason"),
        violations);
  if (!violations.empty()) return InvalidFields(std::move(violations));

  DigestBuilder digest("voortgang.catalogue.record-choice-status.v1");
  digest.Text(request.name()).Text(request.etag()).Text(report.intervention);
  digest.Integer(request.status()).Text(FormatDay(report.change.date));
  digest.Text(report.change.stop_reason).Text(report.change.evidence);
  report.pupils_reached ? digest.Integer(*report.pupils_reached) : digest.Absent();
  const std::string said = digest.Finish();
  bool changed = false;
  ASSIGN_OR_RETURN(
      const std::string content,
      store_.Change(
          key, {.scope = "RecordChoiceStatus", .request_id = request.request_id(), .digest = said},
          now, [&](const std::string* stored) -> absl::StatusOr<std::optional<ProgrammeChange>> {
            if (stored == nullptr) return NotFound(request.name());
            ASSIGN_OR_RETURN(
                std::optional<ProgrammeChange> change,
                Decide(stored, request.etag(), key, "status", [&](const Programme* programme) {
                  return Record(report, *programme, now);
                }));
            changed = change.has_value();
            return change;
          }));
  if (changed) {
    signal_.Notify();
    counters_.statuses.Increment();
  }
  ASSIGN_OR_RETURN(response, ProtoOfContent(content));
  return absl::OkStatus();
}

}  // namespace vg::catalogue
