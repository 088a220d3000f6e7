#include "services/survey/api/questionnaires.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/etag.h"
#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/comparison_proto.h"
#include "services/survey/api/drafts.h"
#include "services/survey/api/questionnaire_check.h"
#include "services/survey/api/questionnaire_proto.h"
#include "services/survey/domain/comparison.h"

namespace vg::survey {
namespace {

const rpc::ResourcePattern& QuestionnairePattern() {
  static const rpc::ResourcePattern& pattern =
      *new rpc::ResourcePattern("questionnaires/{questionnaire}");
  return pattern;
}

std::string Encode(const PublishedQuestionnaire& published) {
  return ToProto(published).SerializeAsString();
}

absl::Status Decode(const std::string& bytes, google::protobuf::Message& out) {
  if (out.ParseFromString(bytes)) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("a kept ", out.GetTypeName(), " cannot be read"));
}

// A questionnaire that can be published.
struct Checked {
  Questionnaire questionnaire;
  std::string digest;
  std::string bytes;
};

absl::StatusOr<Checked> Check(const v1::Questionnaire& content, std::string bytes) {
  ASSIGN_OR_RETURN(Questionnaire questionnaire, CheckQuestionnaire(content));
  std::string digest = DigestOf(questionnaire);
  if (v1::Questionnaire told = content; TellResults(questionnaire, told)) {
    bytes = told.SerializeAsString();
  }
  return Checked{std::move(questionnaire), std::move(digest), std::move(bytes)};
}

// The questionnaire of a version as it is kept.
absl::StatusOr<Questionnaire> ReadContent(const PublishedQuestionnaire& published) {
  v1::Questionnaire content;
  RETURN_IF_ERROR(Decode(published.content, content));
  return FromProto(content, "content.");
}

absl::StatusOr<Publication> MakePublication(const std::string& id, const Checked& checked,
                                            const std::optional<PublishedQuestionnaire>& newest,
                                            Comparison statements) {
  Publication publication{.version = {.id = id,
                                      .role = checked.questionnaire.role,
                                      .digest = checked.digest,
                                      .content = checked.bytes,
                                      .publish_time = {}},
                          .comparisons = {},
                          .statements = {}};
  const bool repeated = newest && newest->digest == checked.digest;
  if (!repeated) {
    Questionnaire before;
    if (newest) {
      ASSIGN_OR_RETURN(before, ReadContent(*newest));
    }
    ASSIGN_OR_RETURN(const Comparison comparison,
                     Compare(before, checked.questionnaire, statements));
    publication.comparisons = Encode(comparison);
  }
  std::sort(statements.begin(), statements.end(),
            [](const auto& a, const auto& b) { return a.question < b.question; });
  publication.statements = Encode(statements);
  return publication;
}

}  // namespace

absl::Status Questionnaires::Publish(const v1::PublishQuestionnaireRequest& request,
                                     v1::QuestionnaireVersion& response) {
  const std::string& id = request.questionnaire_id();
  if (request.has_content() && !request.draft_etag().empty()) {
    return InvalidField("draft_etag", "NOT_APPLICABLE", "means nothing beside content");
  }
  // What is sent is checked before the transaction; a draft has to be read in it.
  std::optional<Checked> given;
  if (request.has_content()) {
    ASSIGN_OR_RETURN(given, Check(request.content(), request.content().SerializeAsString()));
  }
  Comparison statements = FromProto(request.comparisons());
  const auto prepare = [&](const std::optional<PublishedQuestionnaire>& newest,
                           const StoredDraft* draft) -> absl::StatusOr<Publication> {
    std::optional<Checked> drafted;
    if (draft != nullptr) {
      RETURN_IF_ERROR(rpc::CheckEtag(request.draft_etag(), EtagOf(*draft), draft->name()));
      v1::Questionnaire content;
      RETURN_IF_ERROR(Decode(draft->content, content));
      ASSIGN_OR_RETURN(drafted, Check(content, draft->content));
    }
    const Checked& checked = draft == nullptr ? *given : *drafted;
    return MakePublication(id, checked, newest, statements);
  };
  if (request.validate_only()) {
    ASSIGN_OR_RETURN(const Publication publication, Rehearse(request, prepare));
    response.set_digest(publication.version.digest);
    return Decode(publication.version.content, *response.mutable_content());
  }
  DigestBuilder request_digest("voortgang.survey.publish.v1");
  request_digest.Text(id).Text(given ? given->digest : "draft " + request.draft_etag());
  if (!statements.empty()) request_digest.Bytes(Encode(statements));
  const std::string digest = request_digest.Finish();
  ASSIGN_OR_RETURN(
      const std::string answer,
      store_.Publish(
          id, !given,
          {.scope = "PublishQuestionnaire", .request_id = request.request_id(), .digest = digest},
          clock_.Now(), prepare,
          [](const PublishedQuestionnaire& published) { return Encode(published); }));
  return Decode(answer, response);
}

absl::StatusOr<Publication> Questionnaires::Rehearse(const v1::PublishQuestionnaireRequest& request,
                                                     QuestionnaireStore::Prepare prepare) {
  std::optional<PublishedQuestionnaire> newest;
  absl::StatusOr<PublishedQuestionnaire> found = store_.Get(request.questionnaire_id(), 0);
  if (found.ok()) {
    newest = *std::move(found);
  } else if (found.status().code() != absl::StatusCode::kNotFound) {
    return found.status();
  }
  if (request.has_content()) return prepare(newest, nullptr);
  ASSIGN_OR_RETURN(const StoredDraft draft, drafts_.Get(request.questionnaire_id()));
  return prepare(newest, &draft);
}

absl::Status Questionnaires::Get(const v1::GetQuestionnaireVersionRequest& request,
                                 v1::QuestionnaireVersion& response) {
  ASSIGN_OR_RETURN(const VersionRef ref, ParseVersionName(request.name(), "name", true));
  ASSIGN_OR_RETURN(const PublishedQuestionnaire found, store_.Get(ref.questionnaire, ref.version));
  response = ToProto(found);
  return absl::OkStatus();
}

absl::Status Questionnaires::List(const v1::ListQuestionnaireVersionsRequest& request,
                                  v1::ListQuestionnaireVersionsResponse& response) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   QuestionnairePattern().Parse(request.parent(), "parent", true));
  const std::string id = ids[0] == "-" ? "" : ids[0];
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 50, .max_size = 200}));
  ASSIGN_OR_RETURN(const std::vector<std::string> after, rpc::UnpackPosition(page.position, 2));
  int after_version = 0;
  (void)absl::SimpleAtoi(after[1], &after_version);
  ASSIGN_OR_RETURN(auto found, store_.List(id, after[0], after_version, page.size + 1));
  if (found.size() > page.size) {
    found.pop_back();
    response.set_next_page_token(rpc::NextPageToken(
        request, rpc::PackPosition({found.back().id, absl::StrCat(found.back().version)})));
  }
  for (const PublishedQuestionnaire& published : found) {
    *response.add_questionnaire_versions() = ToProto(published);
  }
  return absl::OkStatus();
}

absl::StatusOr<Questionnaire> Questionnaires::Read(std::string_view id, int version) {
  ASSIGN_OR_RETURN(const PublishedQuestionnaire published, store_.Get(id, version));
  return ReadContent(published);
}

absl::Status Questionnaires::Compare(const v1::CompareQuestionnaireVersionsRequest& request,
                                     v1::CompareQuestionnaireVersionsResponse& response) {
  ASSIGN_OR_RETURN(const VersionRef before, ParseVersionName(request.before(), "before", false));
  ASSIGN_OR_RETURN(const VersionRef after, ParseVersionName(request.after(), "after", false));
  if (before.questionnaire != after.questionnaire) {
    return InvalidField("after", "QUESTIONNAIRES_DIFFER",
                        "must be a version of the same questionnaire");
  }
  if (before.version > after.version) {
    return InvalidField("after", "VERSIONS_REVERSED", "must not be earlier than before");
  }
  const std::string& id = before.questionnaire;
  ASSIGN_OR_RETURN(const Questionnaire earliest, Read(id, before.version));
  RETURN_IF_ERROR(store_.Get(id, after.version).status());
  ASSIGN_OR_RETURN(const auto kept, store_.Comparisons(id, before.version, after.version));
  ASSIGN_OR_RETURN(Comparison comparison, survey::Compare(earliest, earliest));
  for (int version = before.version + 1; version <= after.version; ++version) {
    Comparison step;
    if (const auto found = kept.find(version); found != kept.end()) {
      ASSIGN_OR_RETURN(step, DecodeComparison(found->second));
    } else {
      ASSIGN_OR_RETURN(const Questionnaire former, Read(id, version - 1));
      ASSIGN_OR_RETURN(const Questionnaire later, Read(id, version));
      ASSIGN_OR_RETURN(step, survey::Compare(former, later));
    }
    comparison = Compose(comparison, step);
  }
  OrderGone(earliest, comparison);
  ToProto(comparison, *response.mutable_comparisons());
  return absl::OkStatus();
}

}  // namespace vg::survey
