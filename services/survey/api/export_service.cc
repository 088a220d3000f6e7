#include "services/survey/api/export_service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/api/export_file.h"
#include "services/survey/api/questionnaire_proto.h"
#include "services/survey/api/response_proto.h"
#include "services/survey/api/resume_token.h"

namespace vg::survey {
namespace {

absl::StatusOr<ExportProgress> Begin(const v1::ExportResponsesRequest& request, absl::Time now) {
  if (!request.resume_token().empty()) return ReadResumeToken(request);
  ExportProgress progress;
  progress.cut_off = now;
  if (request.has_cut_off_time()) {
    ASSIGN_OR_RETURN(progress.cut_off, rpc::FromProto(request.cut_off_time(), "cut_off_time"));
    if (progress.cut_off > now) {
      return InvalidField("cut_off_time", "CUT_OFF_AHEAD", "must not be later than now");
    }
  }
  return progress;
}

bool IsWanted(const StoredResponse& response, const v1::ExportResponsesRequest& request) {
  if (response.withdraw_time.has_value()) return request.include_withdrawn();
  return !response.partial || request.include_partial();
}

}  // namespace

absl::Status ExportService::Stream(rpc::Call& call, const v1::ExportResponsesRequest& request,
                                   rpc::Writer<v1::ExportResponsesResponse>& writer) {
  static const rpc::ResourcePattern& pattern = *new rpc::ResourcePattern("waves/{wave}");
  ASSIGN_OR_RETURN(const std::string wave_id, pattern.ParseId(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const VersionRef ref, ParseVersionName(request.questionnaire_version(),
                                                          "questionnaire_version", false));
  ASSIGN_OR_RETURN(const ReadyWave wave, wave_cache_.Get(wave_id));
  const auto& versions = wave.parts->version_names;
  const auto version = std::find(versions.begin(), versions.end(), request.questionnaire_version());
  if (version == versions.end()) {
    return InvalidField("questionnaire_version", "WRONG_QUESTIONNAIRE",
                        absl::StrCat("must be one of ", request.parent()));
  }
  const auto place = static_cast<size_t>(version - versions.begin());
  ASSIGN_OR_RETURN(ExportProgress progress, Begin(request, clock_.Now()));

  ASSIGN_OR_RETURN(const PublishedQuestionnaire published,
                   questionnaires_.Get(ref.questionnaire, ref.version));
  v1::Questionnaire content;
  if (!content.ParseFromString(published.content)) {
    return absl::DataLossError(absl::StrCat(*version, " cannot be read"));
  }
  ASSIGN_OR_RETURN(const Questionnaire questionnaire, FromProto(content, "content."));
  ASSIGN_OR_RETURN(ExportFile file,
                   ExportFile::Make(request, questionnaire, wave.parts->questionnaires[place],
                                    wave.parts->frame));
  ExportScope scope{.wave = wave.stored.number,
                    .place = static_cast<int>(place),
                    .units = {},
                    .cut_off = progress.cut_off};
  for (const Unit* const unit : wave.parts->frame.UnitsOf(questionnaire.role)) {
    scope.units.push_back(unit->name);
  }

  v1::ExportResponsesResponse piece;
  if (request.resume_token().empty()) file.AppendHeader(*piece.mutable_rows());
  for (bool last = false; !last;) {
    RETURN_IF_ERROR(call.Alive());
    ASSIGN_OR_RETURN(const ExportPage page, store_.Read(scope, progress.position, {}));
    for (const StoredResponse& response : page.responses) {
      if (!IsWanted(response, request)) continue;
      v1::Response told;
      RETURN_IF_ERROR(ToProto(wave.parts->AskedIn(static_cast<int>(place)), response, told));
      progress.rows += file.AppendRows(told, *piece.mutable_rows());
    }
    progress.position = page.end;
    last = page.last;
    // Units without a response make no piece of their own.
    if (piece.rows().empty() && !last) continue;
    piece.set_row_count(progress.rows);
    *piece.mutable_cut_off_time() = rpc::ToProto(progress.cut_off);
    if (last) {
      ASSIGN_OR_RETURN(const int64_t changed, store_.CountChanged(scope.wave, scope.cut_off));
      piece.set_changed_count(changed);
    } else {
      piece.set_resume_token(ResumeToken(request, progress));
    }
    RETURN_IF_ERROR(writer.Write(std::exchange(piece, v1::ExportResponsesResponse())));
  }
  return absl::OkStatus();
}

}  // namespace vg::survey
