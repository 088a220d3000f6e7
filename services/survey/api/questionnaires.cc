#include "services/survey/api/questionnaires.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/questionnaire_proto.h"
#include "services/survey/domain/compiled_questionnaire.h"

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

}  // namespace

absl::Status Questionnaires::Publish(const v1::PublishQuestionnaireRequest& request,
                                     v1::QuestionnaireVersion& response) {
  ASSIGN_OR_RETURN(const Questionnaire questionnaire, FromProto(request.content(), "content."));
  RETURN_IF_ERROR(CompiledQuestionnaire::Compile(questionnaire, "content.").status());
  const PublishedQuestionnaire wanted{.id = request.questionnaire_id(),
                                      .role = questionnaire.role,
                                      .digest = DigestOf(questionnaire),
                                      .content = request.content().SerializeAsString()};
  if (request.validate_only()) {
    *response.mutable_content() = request.content();
    response.set_digest(wanted.digest);
    return absl::OkStatus();
  }
  const std::string request_digest =
      DigestBuilder("voortgang.survey.publish.v1").Text(wanted.id).Text(wanted.digest).Finish();
  ASSIGN_OR_RETURN(const std::string answer,
                   store_.Publish(wanted,
                                  {.scope = "PublishQuestionnaire",
                                   .request_id = request.request_id(),
                                   .digest = request_digest},
                                  clock_.Now(), [](const PublishedQuestionnaire& published) {
                                    return Encode(published);
                                  }));
  return Decode(answer, response);
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

}  // namespace vg::survey
