#include "services/survey/api/intake_desk.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/validation.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/field_rules.h"
#include "services/survey/api/refused_answers.h"
#include "services/survey/api/response_proto.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/domain/kept_answers.h"
#include "services/survey/domain/today.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

constexpr size_t kMaxIdLength = 64;
constexpr int kMaxAnswers = 500;

struct NameParts {
  std::string_view wave;
  std::string_view response;
};

bool IsId(std::string_view id) {
  return !id.empty() && id != "-" && id.size() <= kMaxIdLength &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' ||
                  c == '_';
         });
}

absl::StatusOr<NameParts> SplitName(std::string_view name) {
  constexpr std::string_view kWaves = "waves/";
  constexpr std::string_view kResponses = "/responses/";
  const size_t middle = name.find(kResponses);
  if (name.starts_with(kWaves) && middle != std::string_view::npos && middle >= kWaves.size()) {
    const NameParts parts{.wave = name.substr(kWaves.size(), middle - kWaves.size()),
                          .response = name.substr(middle + kResponses.size())};
    if (IsId(parts.wave) && IsId(parts.response)) return parts;
  }
  return InvalidField("name", name.empty() ? "REQUIRED" : "MALFORMED_NAME",
                      "must be waves/{wave}/responses/{response}, with at most 64 letters, digits, "
                      "dots, hyphens and underscores for {response}");
}

// What the fields' rules ask, for items that the call pipeline has not looked into.
absl::Status CheckFields(const v1::Response& sent) {
  if (sent.questionnaire_version().empty()) {
    return InvalidField("questionnaire_version", "REQUIRED", "must be set");
  }
  if (sent.unit().empty()) return InvalidField("unit", "REQUIRED", "must be set");
  if (!KindOf(sent.unit())) {
    return InvalidField(
        "unit", "MALFORMED_NAME",
        "must be schools/{school}, boards/{board} or municipalities/{municipality}");
  }
  if (sent.answers_size() > kMaxAnswers) {
    return InvalidField(
        "answers", "TOO_MANY",
        absl::StrCat("must have at most ", kMaxAnswers, " items, has ", sent.answers_size()));
  }
  return MayBreakFieldRules(sent) ? rpc::Validate(sent) : absl::OkStatus();
}

// Which of the wave's questionnaires was answered.
absl::StatusOr<int> PlaceOf(const v1::Response& sent, const Frame& frame) {
  absl::StatusOr<int> place = frame.Match(sent.questionnaire_version(), sent.unit());
  // What is no name at all is told as that.
  if (!place.ok()) RETURN_IF_ERROR(rpc::Validate(sent));
  return place;
}

// What the fields' rules ask, and each question once.
absl::Status CheckParadata(const v1::Paradata& paradata) {
  RETURN_IF_ERROR(rpc::Validate(paradata, "paradata"));
  absl::flat_hash_set<absl::string_view> timed;
  for (int i = 0; i < paradata.timings_size(); ++i) {
    if (timed.insert(paradata.timings(i).question()).second) continue;
    return InvalidField(absl::StrCat("paradata.timings[", i, "].question"), "DUPLICATE_ID",
                        "must be timed once");
  }
  return absl::OkStatus();
}

}  // namespace

void IntakeDesk::BeginBatch(absl::Time now) {
  now_ = now;
  ready_.clear();
}

absl::StatusOr<Submission> IntakeDesk::Prepare(const v1::Response& sent, Purpose purpose) {
  refusal_.Clear();
  ASSIGN_OR_RETURN(const NameParts name, SplitName(sent.name()));
  RETURN_IF_ERROR(CheckFields(sent));
  ASSIGN_OR_RETURN(const ReadyWave* const wave, Wave(name.wave));
  ASSIGN_OR_RETURN(const int place, PlaceOf(sent, wave->parts->frame));
  ASSIGN_OR_RETURN(ResponseDraft draft, DraftOf(sent));
  ResponseChecker& checker = Checker(*wave, place);
  ASSIGN_OR_RETURN(const Verdict* const checked,
                   Check(*wave, name.response, purpose, checker, draft));
  const Verdict& verdict = *checked;
  if (!verdict.violations.empty()) {
    refusal_ = RefusedAnswers(verdict);
    refused_.push_back({.wave = wave->stored.number,
                        .response = std::string(name.response),
                        .unit = sent.unit(),
                        .answers = refusal_.SerializeAsString()});
    return InvalidFields(verdict.violations);
  }

  Submission submission;
  if (sent.has_paradata()) {
    RETURN_IF_ERROR(CheckParadata(sent.paradata()));
    submission.paradata = sent.paradata().SerializeAsString();
  }
  submission.wave = wave->stored.number;
  submission.name = sent.name();
  submission.role = wave->stored.wave.questionnaires[place].role;
  submission.submitter = submitter_;
  if (sent.has_expected_revision()) submission.expected_revision = sent.expected_revision();
  submission.not_now = wave->CheckOpen(place, sent.unit(), now_);
  submission.quotas = ClaimsOf(*wave, submission.role, sent.unit());
  if (wave->stored.wave.questionnaires[place].access == Access::kInvited) {
    submission.invitation = TokenHash(sent.invitation_token());
  }
  StoredResponse& response = submission.response;
  response.id = std::string(name.response);
  response.unit = sent.unit();
  response.place = place;
  response.partial = sent.partial();
  response.accept_time = now_;
  response.digest = checker.Digest(draft);
  response.content = EncodeAnswers(checker.questionnaire(), draft, verdict);
  return submission;
}

absl::Status IntakeDesk::Renew(Submission& submission) {
  StoredResponse& response = submission.response;
  ASSIGN_OR_RETURN(const NameParts name, SplitName(submission.name));
  ASSIGN_OR_RETURN(const ReadyWave* const wave, Wave(name.wave));
  const bool day_matters = wave->parts->questionnaires[response.place]->today_slot() >= 0;
  if (day_matters && TodayAt(response.accept_time) != TodayAt(now_)) {
    return Error(absl::StatusCode::kUnavailable, "DAY_CHANGED",
                 absl::StrCat(submission.name,
                              " was checked on the day before, which its rules ask for; send it "
                              "again"));
  }
  response.accept_time = now_;
  submission.not_now = wave->CheckOpen(response.place, response.unit, now_);
  return absl::OkStatus();
}

absl::StatusOr<const Verdict*> IntakeDesk::Check(const ReadyWave& wave, std::string_view id,
                                                 Purpose purpose, ResponseChecker& checker,
                                                 ResponseDraft& draft) {
  const bool correcting = purpose == Purpose::kCorrection;
  const bool day_matters = checker.questionnaire().today_slot() >= 0;
  const auto check_at = [&](absl::Time time) {
    if (day_matters) draft.today = TodayAt(time);
    return &checker.Check(draft);
  };
  if (!day_matters || !correcting) {
    const Verdict* const verdict = check_at(now_);
    if (!day_matters || verdict->violations.empty()) return verdict;
  }
  const absl::StatusOr<StoredResponse> there = responses_.Get(wave.stored, id, {.may_all = true});
  if (absl::IsNotFound(there.status())) return check_at(now_);
  RETURN_IF_ERROR(there.status());
  const Verdict* const verdict = check_at(there->accept_time);
  // In the place of a partial response something else comes today.
  if (!correcting && there->partial && verdict->violations.empty() &&
      checker.Digest(draft) != there->digest) {
    return check_at(now_);
  }
  return verdict;
}

bool IntakeDesk::IsRefusal(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status);
}

std::vector<RefusedResponse> IntakeDesk::TakeRefused() { return std::exchange(refused_, {}); }

absl::Status IntakeDesk::ToProto(const Submission& submission, const SubmissionResult& result,
                                 v1::Response& out) const {
  if (result.there) return ToProto(submission, *result.there, out);
  StoredResponse stored = submission.response;
  stored.accept_time = result.accept_time;
  stored.revision = result.revision;
  return ToProto(submission, stored, out);
}

absl::Status IntakeDesk::ToProto(const Submission& submission, const StoredResponse& stored,
                                 v1::Response& out) const {
  return survey::ToProto(parts_.at(submission.wave)->AskedIn(stored.place), stored, out);
}

absl::StatusOr<const ReadyWave*> IntakeDesk::Wave(std::string_view id) {
  auto found = ready_.find(id);
  if (found == ready_.end()) {
    found = ready_.emplace(std::string(id), waves_.Get(id)).first;
    if (found->second.ok()) parts_[found->second->stored.number] = found->second->parts;
  }
  if (!found->second.ok()) return found->second.status();
  return &*found->second;
}

ResponseChecker& IntakeDesk::Checker(const ReadyWave& wave, int place) {
  return checkers_.try_emplace({wave.stored.number, place}, wave.parts->questionnaires[place])
      .first->second;
}

std::vector<QuotaClaim> ClaimsOf(const ReadyWave& wave, Role role, std::string_view unit) {
  std::vector<QuotaClaim> claims;
  if (wave.stored.wave.quotas.empty()) return claims;
  const Unit* const asked = wave.parts->frame.Find(unit, role);
  for (const Quota& quota : wave.stored.wave.quotas) {
    if (quota.role != role || asked == nullptr || !HasAll(asked->attributes, quota.where)) continue;
    claims.push_back({.quota = quota.id, .limit = quota.limit});
  }
  return claims;
}

absl::Status Prefixed(const absl::Status& status, std::string_view prefix) {
  ErrorDetails details = DetailsOf(status);
  if (details.violations.empty()) return status;
  for (FieldViolation& violation : details.violations) {
    violation.field.insert(0, prefix);
  }
  return InvalidFields(std::move(details.violations));
}

}  // namespace vg::survey
