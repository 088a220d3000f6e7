#include "services/survey/api/drafts.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/canonical.h"
#include "common/grpc/etag.h"
#include "common/grpc/page_token.h"
#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/questionnaire_check.h"

namespace vg::survey {
namespace {

constexpr size_t kMaxContentBytes = 2 << 20;
// A page of drafts ends here, however few it has.
constexpr size_t kMaxPageBytes = 3 << 20;

const rpc::ResourcePattern& DraftPattern() {
  static const rpc::ResourcePattern& pattern =
      *new rpc::ResourcePattern("questionnaires/{questionnaire}/draft");
  return pattern;
}

v1::QuestionnaireDraft ToProto(const StoredDraft& draft) {
  v1::QuestionnaireDraft proto;
  proto.set_name(draft.name());
  proto.mutable_content()->ParseFromString(draft.content);
  for (FieldViolation& fault : DetailsOf(CheckQuestionnaire(proto.content()).status()).violations) {
    v1::QuestionnaireFault& told = *proto.add_faults();
    told.set_field(std::move(fault.field));
    told.set_reason(std::move(fault.reason));
    told.set_message(std::move(fault.sentence));
  }
  *proto.mutable_update_time() = rpc::ToProto(draft.update_time);
  proto.set_etag(EtagOf(draft));
  return proto;
}

// Refuses what was decided on another draft than the current one.
absl::Status CheckEtag(const std::string& given, const std::optional<StoredDraft>& current,
                       const std::string& name) {
  return rpc::CheckEtag(given, current ? EtagOf(*current) : "", name);
}

}  // namespace

std::string EtagOf(const StoredDraft& draft) {
  const std::string state = absl::StrCat(absl::ToUnixMicros(draft.update_time), " ", draft.content);
  return absl::StrCat(draft.revision, "-", absl::Hex(rpc::Checksum(state)));
}

absl::Status Drafts::Save(const v1::SaveQuestionnaireDraftRequest& request,
                          v1::QuestionnaireDraft& response) {
  const std::string& name = request.draft().name();
  ASSIGN_OR_RETURN(const std::string id, DraftPattern().ParseId(name, "draft.name"));
  const std::string content = rpc::DeterministicBytes(request.draft().content());
  if (content.size() > kMaxContentBytes) {
    return InvalidField(
        "draft.content", "TOO_LARGE",
        absl::StrCat("must have at most ", kMaxContentBytes, " bytes, has ", content.size()));
  }
  const std::string digest = DigestBuilder("voortgang.survey.draft.v1")
                                 .Text(id)
                                 .Bytes(content)
                                 .Text(request.draft().etag())
                                 .Finish();
  ASSIGN_OR_RETURN(
      const std::string answer,
      store_.Save(
          id, content,
          {.scope = "SaveQuestionnaireDraft", .request_id = request.request_id(), .digest = digest},
          clock_.Now(),
          [&](const std::optional<StoredDraft>& current) {
            return CheckEtag(request.draft().etag(), current, name);
          },
          [](const StoredDraft& saved) { return ToProto(saved).SerializeAsString(); }));
  if (response.ParseFromString(answer)) return absl::OkStatus();
  return absl::DataLossError("a kept answer cannot be read");
}

absl::Status Drafts::Get(const v1::GetQuestionnaireDraftRequest& request,
                         v1::QuestionnaireDraft& response) {
  ASSIGN_OR_RETURN(const std::string id, DraftPattern().ParseId(request.name()));
  ASSIGN_OR_RETURN(const StoredDraft draft, store_.Get(id));
  response = ToProto(draft);
  return absl::OkStatus();
}

absl::Status Drafts::List(const v1::ListQuestionnaireDraftsRequest& request,
                          v1::ListQuestionnaireDraftsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page,
                   rpc::OpenPage(request, {.default_size = 50, .max_size = 200}));
  ASSIGN_OR_RETURN(const auto drafts, store_.List(page.position, page.size + 1));
  size_t bytes = 0;
  for (size_t i = 0; i < drafts.size(); ++i) {
    bytes += drafts[i].content.size();
    if (i == page.size || (i > 0 && bytes > kMaxPageBytes)) {
      response.set_next_page_token(rpc::NextPageToken(request, drafts[i - 1].id));
      break;
    }
    *response.add_questionnaire_drafts() = ToProto(drafts[i]);
  }
  return absl::OkStatus();
}

absl::Status Drafts::Delete(const v1::DeleteQuestionnaireDraftRequest& request,
                            google::protobuf::Empty&) {
  ASSIGN_OR_RETURN(const std::string id, DraftPattern().ParseId(request.name()));
  return store_.Delete(id, [&request](const std::optional<StoredDraft>& current) {
    return CheckEtag(request.etag(), current, request.name());
  });
}

}  // namespace vg::survey
