// Measured results from a CSV file, as the records of a wave.

#ifndef VG_SERVICES_CLI_ACTIONS_RECORD_FILE_H_
#define VG_SERVICES_CLI_ACTIONS_RECORD_FILE_H_

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "common/text/csv.h"
#include "services/cli/actions/intake.h"
#include "voortgang/survey/v1/questionnaire.pb.h"
#include "voortgang/survey/v1/response.pb.h"

namespace vg::cli {

// What such a file looks like, for --help.
extern const char kRecordFileHelp[];

// Turns rows into responses as they come, holding no more than the piece of the file it was given.
// What a value means (bounds, options, rules) is for the service to judge. Not thread-safe.
class RecordFile {
 public:
  // Records of `wave` ("waves/2022-winter") in the layout of `version`. Without a column "id" a
  // record is known by its unit and the columns of `key`.
  RecordFile(std::string wave, voortgang::survey::v1::QuestionnaireVersion version,
             std::vector<std::string> key);

  // Takes the next piece of the file. INVALID_ARGUMENT for a header that does not fit the layout
  // (MISSING_COLUMN, UNKNOWN_COLUMN, DUPLICATE_COLUMN) and for a file that is no CSV.
  absl::Status Feed(std::string_view piece);
  absl::Status Finish();

  // The records read so far; the caller takes them out.
  std::deque<voortgang::survey::v1::Response>& records() { return records_; }
  // Rows that cannot be read, by line.
  const std::vector<Refusal>& refused() const { return refused_; }

 private:
  using Question = voortgang::survey::v1::Question;

  absl::Status ReadHeader(const CsvRow& header);
  void ReadRow(const CsvRow& row);
  // Empty if the cell says nothing.
  absl::Status ReadCell(const Question& question, std::string_view cell,
                        voortgang::survey::v1::Response& record) const;

  const std::string wave_;
  const voortgang::survey::v1::QuestionnaireVersion version_;
  const std::vector<std::string> key_;
  std::map<std::string, const Question*, std::less<>> questions_;  // By the name of the column.
  int id_column_ = -1;
  int unit_column_ = -1;
  std::vector<size_t> key_columns_;
  std::vector<const Question*> columns_;  // Null: the id or the unit.
  std::deque<voortgang::survey::v1::Response> records_;
  std::vector<Refusal> refused_;
  CsvParser parser_;
};

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_RECORD_FILE_H_
