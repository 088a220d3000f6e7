// Data files of a questionnaire, row by row.

#ifndef VG_SERVICES_SURVEY_API_EXPORT_FILE_H_
#define VG_SERVICES_SURVEY_API_EXPORT_FILE_H_

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "services/survey/api/export_cells.h"
#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/frame.h"
#include "services/survey/domain/response_checker.h"
#include "services/survey/domain/variables.h"
#include "voortgang/survey/v1/export_service.pb.h"
#include "voortgang/survey/v1/response.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Writes one file. Borrows all that it is made from. Not thread-safe.
class ExportFile {
 public:
  // INVALID_ARGUMENT (UNKNOWN_GROUP) if there is no such repeat group.
  static absl::StatusOr<ExportFile> Make(const v1::ExportResponsesRequest& request,
                                         const Questionnaire& questionnaire,
                                         std::shared_ptr<const CompiledQuestionnaire> compiled,
                                         const Frame& frame);

  // Of CSV, with its byte order mark; nothing for NDJSON.
  void AppendHeader(std::string& out) const;
  // Appends the rows of `response` and returns how many: one, or one per instance.
  int AppendRows(const v1::Response& response, std::string& out);

 private:
  ExportFile(const v1::ExportResponsesRequest& request,
             std::shared_ptr<const CompiledQuestionnaire> compiled, const Frame& frame)
      : request_(request), frame_(frame), checker_(std::move(compiled)) {}

  // The questions that were not put, by id; of the group, of the instance from 1 (0 outside).
  using NotPut = std::set<std::pair<std::string, int>>;
  NotPut NotPutOf(const v1::Response& response);
  void AddEmpty(int group, std::vector<DraftAnswer>& answers) const;
  void AppendRow(const std::vector<Cell>& cells, std::string& out) const;
  std::vector<Cell> RowOf(const v1::Response& response,
                          const google::protobuf::RepeatedPtrField<v1::Answer>& answers,
                          const NotPut& not_put, int instance) const;
  Cell AboutResponse(const Variable& variable, const v1::Response& response, int instance) const;
  Cell AboutUnit(const Variable& variable, const v1::Response& response) const;

  const v1::ExportResponsesRequest& request_;
  const Frame& frame_;
  ResponseChecker checker_;
  DataFile file_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_EXPORT_FILE_H_
