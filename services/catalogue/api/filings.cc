#include "services/catalogue/api/filings.h"

#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/etag.h"
#include "common/grpc/validation.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/api/programme_proto.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

constexpr char kFilingsName[] = "voortgang_catalogue_filings_total";
constexpr char kFilingsHelp[] = "Filings of school programmes by what became of them.";
constexpr std::string_view kProgrammePrefix = "programme.";

void AddAt(const std::string& path, std::vector<FieldViolation> found,
           std::vector<FieldViolation>& violations) {
  for (FieldViolation& violation : found) {
    violation.field.insert(0, path);
    violations.push_back(std::move(violation));
  }
}

// The same faults with their paths under `path`.
absl::Status Under(const std::string& path, const absl::Status& status) {
  ErrorDetails details = DetailsOf(status);
  if (!absl::IsInvalidArgument(status) || details.violations.empty()) return status;
  std::vector<FieldViolation> violations;
  AddAt(path, std::move(details.violations), violations);
  return InvalidFields(std::move(violations));
}

std::vector<std::pair<std::string, ChoiceStatus>> ChoicesOf(const Plan& plan) {
  std::vector<std::pair<std::string, ChoiceStatus>> choices;
  choices.reserve(plan.choices.size());
  for (const Choice& choice : plan.choices) {
    choices.emplace_back(choice.intervention, choice.status);
  }
  return choices;
}

// What decides about one programme, given what is kept (null: nothing).
using Deciding = absl::FunctionRef<absl::StatusOr<std::optional<Programme>>(const Programme*)>;

// The change to keep if `decide` changes anything and the caller has seen what it changes.
absl::StatusOr<std::optional<ProgrammeChange>> Decide(const std::string* content,
                                                      const std::string& etag,
                                                      const ProgrammeKey& key, const char* kind,
                                                      Deciding decide) {
  std::optional<Programme> stored;
  std::optional<v1::Programme> before;
  if (content != nullptr) {
    ASSIGN_OR_RETURN(stored, FromContent(*content));
    ASSIGN_OR_RETURN(before, ProtoOfContent(*content));
  }
  ASSIGN_OR_RETURN(const std::optional<Programme> changed, decide(stored ? &*stored : nullptr));
  if (!changed) return std::nullopt;
  RETURN_IF_ERROR(rpc::CheckEtag(etag, before ? before->etag() : "", ProgrammeName(key)));
  const v1::Programme after = ToProto(*changed);
  return ProgrammeChange{.key = key,
                         .menu_edition = changed->plan.menu_edition,
                         .revision = changed->revision,
                         .choices = ChoicesOf(changed->plan),
                         .content = ContentOf(after),
                         .kind = kind,
                         .payload = FeedPayload(before ? &*before : nullptr, after)};
}

absl::StatusOr<std::optional<ProgrammeChange>> DecideFiling(const std::string* content,
                                                            const std::string& etag,
                                                            const Filing& filing, absl::Time now) {
  return Decide(content, etag, filing.key, "filed",
                [&](const Programme* stored) { return Apply(filing, stored, now); });
}

// Faults of the caller's; anything else ends the stream.
bool Refuses(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) || absl::IsAborted(status);
}

void Refuse(const absl::Status& status, v1::FilingResult& result) {
  const ErrorDetails details = DetailsOf(status);
  FieldViolation fault{.reason = details.reason, .sentence = std::string(status.message())};
  if (!details.violations.empty()) fault = details.violations.front();
  if (absl::IsNotFound(status)) fault.field = "menu_edition";
  if (fault.field.starts_with(kProgrammePrefix)) fault.field.erase(0, kProgrammePrefix.size());
  result.set_outcome(v1::FILING_OUTCOME_REFUSED);
  result.set_reason(fault.reason);
  result.set_field(fault.field);
  result.set_message(fault.sentence);
}

void Accept(v1::FilingOutcome outcome, v1::FilingResult& result) {
  result.set_outcome(outcome);
  result.clear_reason();
  result.clear_field();
  result.clear_message();
}

}  // namespace

FilingCounters::FilingCounters(metrics::Registry& registry)
    : accepted(registry.Counter(kFilingsName, kFilingsHelp, {{"outcome", "accepted"}})),
      repeated(registry.Counter(kFilingsName, kFilingsHelp, {{"outcome", "repeated"}})),
      refused(registry.Counter(kFilingsName, kFilingsHelp, {{"outcome", "refused"}})),
      consents(registry.Counter("voortgang_catalogue_consents_total",
                                "Decisions of councils that were recorded one by one.")) {}

absl::StatusOr<Filing> Filings::Decode(
    const v1::Programme& programme, const google::protobuf::RepeatedPtrField<v1::Consent>& consents,
    absl::Time now) {
  Filing filing;
  std::vector<FieldViolation> violations;
  const std::string in_programme(kProgrammePrefix);
  ASSIGN_OR_RETURN(filing.key, ProgrammeKeyOf(programme.name(), "programme.name"));
  AddAt(in_programme, CheckKey(filing.key), violations);
  std::vector<FieldViolation> found;
  absl::StatusOr<Plan> plan = PlanOf(programme, found);
  if (!plan.ok()) return Under(in_programme, plan.status());
  filing.plan = *std::move(plan);
  const auto published = menus_.Find(filing.plan.menu_edition);
  if (published.ok()) {
    for (FieldViolation& violation : CheckPlan(filing.plan, (*published)->menu)) {
      found.push_back(std::move(violation));
    }
  }
  AddAt(in_programme, std::move(found), violations);
  for (int i = 0; i < consents.size(); ++i) {
    std::vector<FieldViolation> of_consent;
    filing.consents.push_back(FromProto(consents[i], of_consent));
    if (of_consent.empty()) of_consent = CheckConsent(filing.consents.back(), Today(now));
    AddAt(absl::StrCat("consents[", i, "]."), std::move(of_consent), violations);
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  if (!published.ok()) return published.status();
  return filing;
}

absl::Status Filings::Submit(const v1::SubmitProgrammeRequest& request, v1::Programme& response) {
  const absl::Time now = clock_.Now();
  absl::StatusOr<Filing> filing = Decode(request.programme(), {}, now);
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
  if (found.empty()) found = CheckConsent(consent, Today(now));
  std::vector<FieldViolation> violations;
  AddAt("consent.", std::move(found), violations);
  if (!violations.empty()) return InvalidFields(std::move(violations));

  const std::string digest = DigestBuilder("voortgang.catalogue.record-consent.v1")
                                 .Text(request.name())
                                 .Text(request.etag())
                                 .Text(Digest(consent))
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
                  return Record(consent, *programme, now);
                }));
            changed = change.has_value();
            return change;
          }));
  if (changed) {
    signal_.Notify();
    counters_.consents.Increment();
  }
  ASSIGN_OR_RETURN(response, ProtoOfContent(content));
  return absl::OkStatus();
}

absl::Status Filings::Import(
    rpc::Call& call,
    rpc::Stream<v1::ImportProgrammesRequest, v1::ImportProgrammesResponse>& stream) {
  int64_t filings = 0;
  v1::ImportProgrammesRequest message;
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, stream.Read(message));
    if (!more) return absl::OkStatus();
    RETURN_IF_ERROR(call.Alive());
    v1::ImportProgrammesResponse answer;
    RETURN_IF_ERROR(FileBatch(message, filings, answer));
    filings += message.filings_size();
    answer.set_acknowledged_count(filings);
    RETURN_IF_ERROR(stream.Write(std::move(answer)));
  }
}

absl::Status Filings::FileBatch(const v1::ImportProgrammesRequest& message, int64_t first,
                                v1::ImportProgrammesResponse& answer) {
  const absl::Time now = clock_.Now();
  std::vector<ProgrammeKey> keys;
  std::vector<Filing> filings;
  std::vector<int> places;  // In the message.
  std::set<ProgrammeKey> seen;
  for (int i = 0; i < message.filings_size(); ++i) {
    const v1::ProgrammeFiling& given = message.filings(i);
    v1::FilingResult& result = *answer.add_results();
    result.set_index(first + i);
    result.set_programme(given.programme().name());
    absl::Status status = rpc::Validate(given);
    if (status.ok()) {
      absl::StatusOr<Filing> filing = Decode(given.programme(), given.consents(), now);
      status = filing.status();
      if (filing.ok() && !seen.insert(filing->key).second) {
        status = InvalidFields({DuplicateId("programme.name", given.programme().name())});
      }
      if (status.ok()) {
        keys.push_back(filing->key);
        filings.push_back(*std::move(filing));
        places.push_back(i);
        continue;
      }
    }
    if (!Refuses(status)) return status;
    Refuse(status, result);
  }
  const auto decide =
      [&](size_t index,
          const std::string* stored) -> absl::StatusOr<std::optional<ProgrammeChange>> {
    v1::FilingResult& result = *answer.mutable_results(places[index]);
    const std::string& etag = message.filings(places[index]).programme().etag();
    absl::StatusOr<std::optional<ProgrammeChange>> change =
        DecideFiling(stored, etag, filings[index], now);
    if (Refuses(change.status())) {
      Refuse(change.status(), result);
      return std::nullopt;
    }
    RETURN_IF_ERROR(change.status());
    Accept(change->has_value() ? v1::FILING_OUTCOME_ACCEPTED : v1::FILING_OUTCOME_REPEATED, result);
    return change;
  };
  RETURN_IF_ERROR(store_.ChangeMany(keys, now, decide));
  Count(answer);
  return absl::OkStatus();
}

void Filings::Count(const v1::ImportProgrammesResponse& answer) {
  bool changed = false;
  for (const v1::FilingResult& result : answer.results()) {
    switch (result.outcome()) {
      case v1::FILING_OUTCOME_ACCEPTED:
        changed = true;
        counters_.accepted.Increment();
        break;
      case v1::FILING_OUTCOME_REPEATED:
        counters_.repeated.Increment();
        break;
      default:
        counters_.refused.Increment();
    }
  }
  if (changed) signal_.Notify();
}

}  // namespace vg::catalogue
