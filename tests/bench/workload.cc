#include "tests/bench/workload.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace vg::bench {
namespace {

using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

std::string School(int64_t number) {
  return absl::StrFormat("schools/%02dAB%02d", number / 100, number % 100);
}

class FakeRegistry final : public survey::Registry {
 public:
  absl::StatusOr<std::string> Digest(const std::string&) override { return std::string(64, 'a'); }
  absl::StatusOr<std::vector<survey::Unit>> Units(const std::string&,
                                                  const std::set<survey::UnitKind>&) override {
    std::vector<survey::Unit> units;
    for (int i = 0; i < kSchools; ++i) units.push_back({School(i), survey::Sector::kPrimary});
    return units;
  }
};

void WriteField(int number, const std::string& content, CodedOutputStream& out) {
  constexpr uint32_t kLengthDelimited = 2;
  out.WriteTag(static_cast<uint32_t>(number) << 3 | kLengthDelimited);
  out.WriteVarint32(static_cast<uint32_t>(content.size()));
  out.WriteString(content);
}

std::string Row(int64_t number, const std::string& tail) {
  std::string row;
  {
    StringOutputStream stream(&row);
    CodedOutputStream out(&stream);
    WriteField(v1::Response::kNameFieldNumber, ResponseName(number), out);
  }
  return row + tail;
}

}  // namespace

v1::PublishQuestionnaireRequest Questionnaire() {
  v1::PublishQuestionnaireRequest request;
  request.set_questionnaire_id("staff");
  v1::Questionnaire& content = *request.mutable_content();
  content.mutable_title()->set_nl("Dertig vragen");
  content.set_role(v1::ROLE_STAFF);
  v1::Section& section = *content.add_sections();
  section.mutable_title()->set_nl("Alles");
  for (int i = 0; i < kQuestions; ++i) {
    v1::Question& question = *section.add_questions();
    question.set_id(absl::StrCat("question_", i));
    question.mutable_label()->set_nl("Vraag");
    question.set_required(true);
    if (i > 0 && i % 5 == 0) {
      question.set_relevance(absl::StrCat("question_", i - 1, " != 'option_3'"));
    }
    for (int option = 0; option < 5; ++option) {
      v1::Option& added = *question.mutable_single()->add_options();
      added.set_id(absl::StrCat("option_", option));
      added.mutable_label()->set_nl("Keuze");
    }
  }
  return request;
}

v1::OpenWaveRequest Wave() {
  constexpr int64_t kLongAgo = 1'600'000'000;
  constexpr int64_t kFarAway = 4'102'444'800;
  v1::OpenWaveRequest request;
  request.set_wave_id("w");
  v1::Wave& wave = *request.mutable_wave();
  wave.mutable_title()->set_nl("Meting");
  wave.set_snapshot("snapshots/2021");
  wave.add_questionnaires()->set_questionnaire_version("questionnaires/staff/versions/1");
  wave.mutable_open_time()->set_seconds(kLongAgo);
  wave.mutable_close_time()->set_seconds(kFarAway);
  return request;
}

std::unique_ptr<survey::Registry> MakeRegistry() { return std::make_unique<FakeRegistry>(); }

std::string ResponseName(int64_t number) { return absl::StrCat("waves/w/responses/s", number); }

std::string ResponseUnit(int64_t number) { return School(number * 7 % kSchools); }

v1::Response Response(int64_t number) {
  v1::Response response;
  response.set_name(ResponseName(number));
  response.set_questionnaire_version("questionnaires/staff/versions/1");
  response.set_unit(ResponseUnit(number));
  for (int question = 0; question < kQuestions; ++question) {
    v1::Answer& answer = *response.add_answers();
    answer.set_question(absl::StrCat("question_", question));
    answer.set_choice(absl::StrCat("option_", (number + question) % 3));
  }
  return response;
}

Batches::Batches(int size) : size_(size) {
  for (int i = 0; i < kSchools; ++i) {
    v1::Response response = Response(i);
    response.clear_name();
    tails_.push_back(response.SerializeAsString());
  }
}

std::string Batches::Request(int64_t first) const {
  std::string request;
  StringOutputStream stream(&request);
  CodedOutputStream out(&stream);
  for (const std::string& row : Rows(first)) {
    WriteField(v1::ImportResponsesRequest::kResponsesFieldNumber, row, out);
  }
  out.Trim();
  return request;
}

std::vector<std::string> Batches::Rows(int64_t first) const {
  std::vector<std::string> rows;
  rows.reserve(size_);
  for (int64_t number = first; number < first + size_; ++number) {
    rows.push_back(Row(number, tails_[number % kSchools]));
  }
  return rows;
}

}  // namespace vg::bench
