// Every method of the survey and the catalogue against requests that no honest client sends: names
// that are none, numbers out of range, texts of any length, in every combination. Each is answered
// or refused with a code and a reason; no server breaks.

#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/dynamic_message.h"
#include "grpcpp/generic/generic_stub.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/grpc/client.h"
#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "tests/e2e/suite_process.h"
#include "voortgang/api/v1/field.pb.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"
#include "voortgang/survey/v1/export_service.pb.h"
#include "voortgang/survey/v1/fieldwork_service.pb.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::e2e {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr int kPerMethod = 60;
constexpr int kDeepest = 6;

// Makes requests by chance, from what is usual and what is not.
class Adversary {
 public:
  explicit Adversary(unsigned seed) : random_(seed) {}

  void Fill(Message& message, int depth = 0) {
    const auto* const descriptor = message.GetDescriptor();
    const auto* const reflection = message.GetReflection();
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const FieldDescriptor* const field = descriptor->field(i);
      // A stream that follows has no end.
      if (field->name() == "follow" || Draw(3) == 0) continue;
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && depth >= kDeepest) continue;
      if (!field->is_repeated()) {
        Set(message, *reflection, field, depth);
        continue;
      }
      for (int n = Draw(4); n > 0; --n) Add(message, *reflection, field, depth);
    }
  }

 private:
  int Draw(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  std::string Text(const FieldDescriptor* field) {
    // Where there is something: the field's own kind of name.
    const std::string resource =
        field->options().GetExtension(voortgang::api::v1::field).resource();
    if (!resource.empty() && Draw(3) > 0) {
      for (const auto& [collection, name] : kThere) {
        if (absl::StartsWith(resource, collection)) return name;
      }
    }
    switch (Draw(12)) {
      case 0:
        return "";
      case 1:
        return "../../etc/passwd";
      case 2:
        return "waves/w";
      case 3:
        return "waves/-/responses/-";
      case 4:
        return "questionnaires/q/versions/99999999999999999999";
      case 5:
        return std::string(100'000, 'a');
      case 6:
        return "' OR 1=1; DROP TABLE wave; --";
      case 7:
        return std::string("nul\0nul", 7);
      case 8:
        return "\xE2\x80\xAE\xF0\x9F\x92\xA9";
      case 9:
        return "schools/00AA00";
      case 10:
        return "-1e999";
      default:
        return "q";
    }
  }

  std::string Bytes() {
    switch (Draw(4)) {
      case 0:
        return "";
      case 1:
        return absl::StrCat(std::string("PK\x03\x04\x14\0\0\0\x08\0", 10),
                            std::string(200, '\xff'));
      case 2:
        return std::string(70'000, '\0');
      default:
        return "type,name,label";
    }
  }

  int64_t Number() {
    constexpr int64_t kNumbers[] = {0,
                                    1,
                                    -1,
                                    7,
                                    2'147'483'647,
                                    -2'147'483'648LL,
                                    std::numeric_limits<int64_t>::max(),
                                    std::numeric_limits<int64_t>::min()};
    return kNumbers[Draw(std::size(kNumbers))];
  }

  void Set(Message& message, const google::protobuf::Reflection& reflection,
           const FieldDescriptor* field, int depth) {
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.SetString(
            &message, field, field->type() == FieldDescriptor::TYPE_BYTES ? Bytes() : Text(field));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Fill(*reflection.MutableMessage(&message, field), depth + 1);
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.SetEnumValue(&message, field, Draw(8) == 0 ? 999 : Draw(6));
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(&message, field, Draw(2) == 0);
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(&message, field, static_cast<int32_t>(Number()));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(&message, field, Number());
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection.SetUInt32(&message, field, static_cast<uint32_t>(Number()));
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection.SetUInt64(&message, field, static_cast<uint64_t>(Number()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection.SetDouble(
            &message, field, Draw(2) == 0 ? std::numeric_limits<double>::quiet_NaN() : 1e308);
      case FieldDescriptor::CPPTYPE_FLOAT:
        return reflection.SetFloat(&message, field, std::numeric_limits<float>::infinity());
    }
  }

  void Add(Message& message, const google::protobuf::Reflection& reflection,
           const FieldDescriptor* field, int depth) {
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.AddString(
            &message, field, field->type() == FieldDescriptor::TYPE_BYTES ? Bytes() : Text(field));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Fill(*reflection.AddMessage(&message, field), depth + 1);
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.AddEnumValue(&message, field, Draw(8) == 0 ? 999 : Draw(6));
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.AddInt32(&message, field, static_cast<int32_t>(Number()));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.AddInt64(&message, field, Number());
      default:
        return;
    }
  }

  // By the beginning of a resource's pattern.
  const std::vector<std::pair<std::string, std::string>> kThere = {
      {"waves/{wave}/responses", "waves/w/responses/r"},
      {"waves/{wave}/invitations", "waves/w/invitations/i"},
      {"waves/{wave}", "waves/w"},
      {"questionnaires/{questionnaire}/versions", "questionnaires/q/versions/1"},
      {"questionnaires/{questionnaire}", "questionnaires/q"},
      {"snapshots/", "snapshots/s"},
      {"schools/", "schools/00AA00"},
      {"menus/", "menus/2021-autumn"},
      {"programmes/", "programmes/p"}};

  std::mt19937 random_;
};

class HostileRequestsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(suite_.Start());
    channel_ = rpc::MakeChannel(suite_.address());
    const std::string folder = folder_.path() + "/register";
    const std::string schools =
        "school;title;sector;municipality;province;board;bo\n"
        "00AA00;School;primary;363;Noord-Holland;40740;20\n";
    ASSERT_EQ(std::system(("mkdir -p " + folder).c_str()), 0);
    folder_.Write("register/schools.csv", schools);
    Run({"registry", "import", folder, "--id", "s", "--count-date", "2021-10-01"});
    Run({"catalogue", "publish", SourcePath("deploy/examples/menus/2021-autumn.yaml")});
    Run({"survey", "publish", "--id", "q",
         folder_.Write(
             "q.yaml",
             "title: {nl: V}\nrole: staff\nsections:\n  - title: {nl: D}\n    questions:\n"
             "      - {id: hours, label: {nl: Uren}, number: {unit: hours}}\n")});
    Run({"survey", "open",
         folder_.Write("w.yaml",
                       "title: {nl: Meting}\nsnapshot: snapshots/s\nquestionnaires:\n"
                       "  - {questionnaire_version: questionnaires/q/versions/1}\n"
                       "open_time: 2022-01-13T00:00:00Z\nclose_time: 2100-01-01T00:00:00Z\n")});
  }

  void Run(const std::vector<std::string>& arguments) {
    const CommandResult result = RunCommand(suite_.address(), arguments);
    EXPECT_EQ(result.exit_code, 0) << result.output;
  }

  absl::Status Call(const MethodDescriptor& method, const std::vector<std::string>& messages) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    grpc::GenericStub stub(channel_);
    grpc::CompletionQueue queue;
    const auto stream = stub.PrepareCall(
        &context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
    const auto done = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    stream->StartCall(nullptr);
    bool open = done();
    for (const std::string& message : messages) {
      if (!open) break;
      const grpc::Slice slice(message);
      stream->Write(grpc::ByteBuffer(&slice, 1), nullptr);
      open = done();
    }
    if (open) {
      stream->WritesDone(nullptr);
      done();
    }
    // A watch has no end: its first answer is enough.
    const bool endless = method.name().starts_with("Watch");
    grpc::ByteBuffer response;
    bool answered = false;
    do {
      stream->Read(&response, nullptr);
      answered = done();
    } while (answered && !endless);
    if (answered) context.TryCancel();
    grpc::Status status;
    stream->Finish(&status, nullptr);
    done();
    return answered ? absl::OkStatus() : rpc::FromGrpcStatus(status);
  }

  // How many requests were answered, by method.
  void Attack(const google::protobuf::ServiceDescriptor& service) {
    google::protobuf::DynamicMessageFactory factory;
    for (int m = 0; m < service.method_count(); ++m) {
      const MethodDescriptor& method = *service.method(m);
      Adversary adversary(static_cast<unsigned>(m) * 1000);
      const Message* const prototype = factory.GetPrototype(method.input_type());
      for (int i = 0; i <= kPerMethod; ++i) {
        std::vector<std::string> messages;
        for (int n = method.client_streaming() ? 3 : 1; n > 0; --n) {
          const std::unique_ptr<Message> request(prototype->New());
          if (i > 0) adversary.Fill(*request);  // The first one is empty.
          messages.push_back(request->SerializeAsString());
        }
        const absl::Status status = Call(method, messages);
        const std::string which = absl::StrCat(method.full_name(), " ", i);
        EXPECT_FALSE(absl::IsInternal(status) || absl::IsUnknown(status) ||
                     absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
                     absl::IsDataLoss(status))
            << which << ": " << status;
        if (!status.ok()) {
          EXPECT_NE(DetailsOf(status).reason, "") << which << ": " << status;
        }
      }
    }
    EXPECT_EQ(HttpGet(suite_.http_port(), "/healthz").status, 200);
  }

  const TempDir folder_;
  SuiteProcess suite_{folder_};
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(HostileRequestsTest, BreakNothingInTheSurvey) {
  Attack(*voortgang::survey::v1::GetWaveRequest::descriptor()->file()->service(0));
}

TEST_F(HostileRequestsTest, BreakNothingInFieldwork) {
  Attack(*voortgang::survey::v1::DrawSampleRequest::descriptor()->file()->service(0));
}

TEST_F(HostileRequestsTest, BreakNothingInExports) {
  Attack(*voortgang::survey::v1::ExportResponsesRequest::descriptor()->file()->service(0));
}

TEST_F(HostileRequestsTest, BreakNothingInTheCatalogue) {
  Attack(*voortgang::catalogue::v1::ImportProgrammesRequest::descriptor()->file()->service(0));
}

}  // namespace
}  // namespace vg::e2e
