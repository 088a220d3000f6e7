#include "services/catalogue/api/filing_desk.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/etag.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/api/programme_proto.h"
#include "services/catalogue/domain/plan_check.h"
#include "services/catalogue/domain/plan_warnings.h"

namespace vg::catalogue {
namespace {

constexpr char kFilingsName[] = "voortgang_catalogue_filings_total";
constexpr char kFilingsHelp[] = "Filings of school programmes by what became of them.";
constexpr char kProgrammePath[] = "programme.";

// The same faults with their paths under `path`.
absl::Status Under(const std::string& path, const absl::Status& status) {
  ErrorDetails details = DetailsOf(status);
  if (!absl::IsInvalidArgument(status) || details.violations.empty()) return status;
  std::vector<FieldViolation> violations;
  AddAt(path, std::move(details.violations), violations);
  return InvalidFields(std::move(violations));
}

std::vector<CountedChoice> Counted(const Plan& plan) {
  std::vector<CountedChoice> counted;
  counted.reserve(plan.choices.size());
  for (const Choice& choice : plan.choices) {
    CountedChoice& out = counted.emplace_back();
    out.intervention = choice.intervention;
    out.status = choice.status;
    if (choice.pupils_reached) out.pupils = *choice.pupils_reached;
    if (choice.planned_amount) out.cents = choice.planned_amount->cents;
  }
  return counted;
}

}  // namespace

FilingCounters::FilingCounters(metrics::Registry& registry)
    : accepted(registry.Counter(kFilingsName, kFilingsHelp, {{"outcome", "accepted"}})),
      repeated(registry.Counter(kFilingsName, kFilingsHelp, {{"outcome", "repeated"}})),
      refused(registry.Counter(kFilingsName, kFilingsHelp, {{"outcome", "refused"}})),
      consents(registry.Counter("voortgang_catalogue_consents_total",
                                "Decisions of councils that were recorded one by one.")),
      statuses(registry.Counter("voortgang_catalogue_statuses_total",
                                "Statuses of choices that were recorded one by one.")) {}

void AddAt(const std::string& path, std::vector<FieldViolation> found,
           std::vector<FieldViolation>& violations) {
  for (FieldViolation& violation : found) {
    violation.field.insert(0, path);
    violations.push_back(std::move(violation));
  }
}

absl::StatusOr<Filing> CheckFiling(const v1::Programme& programme,
                                   const google::protobuf::RepeatedPtrField<v1::Consent>& consents,
                                   absl::Time now, Menus& menus) {
  Filing filing;
  std::vector<FieldViolation> violations;
  const std::string in_programme(kProgrammePath);
  ASSIGN_OR_RETURN(filing.key, ProgrammeKeyOf(programme.name(), "programme.name"));
  AddAt(in_programme, CheckKey(filing.key), violations);
  std::vector<FieldViolation> found;
  absl::StatusOr<Plan> plan = PlanOf(programme, found);
  if (!plan.ok()) return Under(in_programme, plan.status());
  filing.plan = *std::move(plan);
  const auto published = menus.Find(filing.plan.menu_edition);
  if (published.ok()) {
    for (FieldViolation& violation :
         CheckPlan(filing.key, filing.plan, (*published)->menu, Today(now))) {
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
  const Menu& menu = (*published)->menu;
  filing.warnings = WarningsOf(filing.key, filing.plan, menu);
  for (const Choice& choice : filing.plan.choices) {
    const Intervention& intervention =
        menu.edition().interventions[*menu.Find(choice.intervention)];
    if (!intervention.replaces.empty()) {
      filing.replaced.emplace(choice.intervention, intervention.replaces);
    }
  }
  return filing;
}

absl::StatusOr<std::optional<ProgrammeChange>> Decide(const std::string* content,
                                                      const std::string& etag,
                                                      const ProgrammeKey& key, const char* kind,
                                                      Deciding decide) {
  std::optional<Programme> stored;
  if (content != nullptr) {
    ASSIGN_OR_RETURN(stored, FromContent(*content));
  }
  const Programme* const before = stored ? &*stored : nullptr;
  ASSIGN_OR_RETURN(const std::optional<Programme> changed, decide(before));
  if (!changed) return std::nullopt;
  const bool quiet = before != nullptr && changed->revision == before->revision;
  if (!quiet) {
    RETURN_IF_ERROR(rpc::CheckEtag(etag, before ? EtagOf(*before) : "", ProgrammeName(key)));
  }
  return ProgrammeChange{.key = key,
                         .menu_edition = changed->plan.menu_edition,
                         .revision = changed->revision,
                         .choices = Counted(changed->plan),
                         .content = ContentOf(*changed),
                         .quiet = quiet,
                         .kind = kind,
                         .payload = FeedPayload(before, *changed)};
}

absl::StatusOr<std::optional<ProgrammeChange>> DecideFiling(const std::string* content,
                                                            const std::string& etag,
                                                            const Filing& filing, absl::Time now) {
  return Decide(content, etag, filing.key, "filed",
                [&](const Programme* stored) { return Apply(filing, stored, now); });
}

absl::StatusOr<std::vector<CountedChoice>> CountedChoicesOf(const std::string& content) {
  ASSIGN_OR_RETURN(const Programme programme, FromContent(content));
  return Counted(programme.plan);
}

}  // namespace vg::catalogue
