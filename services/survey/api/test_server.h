// The survey behind a real server, with a registry that knows a handful of units.

#ifndef VG_SERVICES_SURVEY_API_TEST_SERVER_H_
#define VG_SERVICES_SURVEY_API_TEST_SERVER_H_

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/app/server.h"
#include "common/grpc/client.h"
#include "common/grpc/status.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "common/yaml/yaml.h"
#include "services/survey/wiring.h"
#include "voortgang/survey/v1/fieldwork_service.grpc.pb.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;
using Stub = v1::SurveyService::Stub;
using FieldworkStub = v1::FieldworkService::Stub;

// What the fake registry says; a test may change it between calls.
struct RegisterForTest {
  std::vector<Unit> units = {{"schools/16SW01", Sector::kPrimary, {{"sector", "primary"}}},
                             {"schools/16SW02", Sector::kPrimary, {{"sector", "primary"}}},
                             {"schools/16SW03", Sector::kSecondary, {{"sector", "secondary"}}},
                             {"boards/40740", Sector::kNone},
                             {"municipalities/GM0363", Sector::kNone}};
  absl::Status status;
  int asked = 0;
};

class FakeRegistry final : public Registry {
 public:
  explicit FakeRegistry(RegisterForTest& content) : content_(content) {}

  absl::StatusOr<std::string> Digest(const std::string& snapshot) override {
    ++content_.asked;
    RETURN_IF_ERROR(content_.status);
    if (snapshot != "snapshots/2021") return NotFound(snapshot);
    return std::string(64, 'a');
  }
  absl::StatusOr<std::vector<Unit>> Units(const std::string&,
                                          const std::set<UnitKind>& kinds) override {
    RETURN_IF_ERROR(content_.status);
    std::vector<Unit> units;
    for (const Unit& unit : content_.units) {
      if (kinds.contains(*KindOf(unit.name))) units.push_back(unit);
    }
    return units;
  }

 private:
  RegisterForTest& content_;
};

template <typename Message>
Message FromYaml(std::string_view text) {
  Message message;
  EXPECT_OK(ParseYaml(text, &message));
  return message;
}

// Asks every type of question; see `kAnswers`.
inline constexpr char kQuestions[] = R"(
title: {nl: "Vragenlijst", en: "Questionnaire"}
role: school_leader
sections:
  - title: {nl: "Keuze"}
    questions:
      - id: council
        label: {nl: "MR betrokken?"}
        required: true
        single: {options: [{id: early, label: {nl: "Ja"}}, {id: "no", label: {nl: "Nee"}}]}
      - id: consent
        label: {nl: "Instemming?"}
        required: true
        relevance: "council != 'no'"
        single: {options: [{id: given, label: {nl: "Ja"}}, {id: refused, label: {nl: "Nee"}}]}
      - id: considerations
        label: {nl: "Overwegingen"}
        ranking: {top: 2, options: [{id: fit, label: {nl: "Past"}}, {id: cost, label: {nl: "Kosten"}}]}
  - title: {nl: "Uitvoering"}
    questions:
      - id: barriers
        label: {nl: "Belemmeringen"}
        multiple: {options: [{id: time, label: {nl: "Tijd"}}, {id: space, label: {nl: "Ruimte"}}]}
      - id: pupils
        label: {nl: "Leerlingen"}
        constraint: "pupils <= 500"
        constraint_message: {nl: "Hooguit 500."}
        number: {unit: pupils, min: 0, decimals: 1}
      - id: started
        label: {nl: "Begin"}
        date: {}
      - id: effect
        label: {nl: "Effect"}
        matrix:
          rows: [{id: wellbeing, label: {nl: "Welbevinden"}}]
          options: [{id: up, label: {nl: "Beter"}}, {id: down, label: {nl: "Slechter"}}]
      - id: remarks
        label: {nl: "Opmerkingen"}
        text: {}
)";

inline v1::Questionnaire Questions(v1::Role role = v1::ROLE_SCHOOL_LEADER) {
  auto content = FromYaml<v1::Questionnaire>(kQuestions);
  content.set_role(role);
  return content;
}

inline constexpr char kAnswers[] = R"(
name: waves/w/responses/r
questionnaire_version: questionnaires/leaders/versions/1
unit: schools/16SW01
answers:
  - {question: remarks, text: "Vrije tekst van een persoon"}
  - {question: council, choice: early}
  - {question: consent, choice: given}
  - {question: considerations, ranking: {options: [fit, cost]}}
  - {question: barriers, choices: {options: [time, space]}}
  - {question: pupils, number: "12.50"}
  - {question: started, date: 2021-09-01}
  - {question: effect, matrix: {rows: {wellbeing: up}}}
)";

// A complete response of a school leader to wave "w".
inline v1::Response Answers(const std::string& id, const std::string& unit) {
  auto response = FromYaml<v1::Response>(kAnswers);
  response.set_name("waves/w/responses/" + id);
  response.set_unit(unit);
  return response;
}

inline v1::Response StaffAnswers(const std::string& id, const std::string& unit) {
  v1::Response response = Answers(id, unit);
  response.set_questionnaire_version("questionnaires/staff/versions/1");
  return response;
}

class SurveyTest : public ::testing::Test {
 protected:
  void SetUp() override { StartServer(); }

  void StartServer(const ServerOptions& options = TestServerOptions()) {
    auto server = AppServer::Start(
        options,
        [this](Platform& platform) -> absl::StatusOr<Modules> {
          Modules modules;
          ASSIGN_OR_RETURN(modules.emplace_back(),
                           MakeSurveyWith(std::make_unique<FakeRegistry>(register_), platform));
          return modules;
        },
        clock_);
    ASSERT_OK(server);
    server_ = *std::move(server);
    client_ = std::make_unique<rpc::Client<v1::SurveyService>>(server_->Channel());
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request) {
    return client_->Call(method, request);
  }
  Stub& stub() { return client_->stub(); }

  absl::StatusOr<v1::QuestionnaireVersion> Publish(std::string id, v1::Questionnaire content,
                                                   std::string request_id = "") {
    v1::PublishQuestionnaireRequest request;
    request.set_questionnaire_id(std::move(id));
    *request.mutable_content() = std::move(content);
    request.set_request_id(std::move(request_id));
    return Call(&Stub::PublishQuestionnaire, request);
  }

  // Leaders of primary schools, staff everywhere, boards.
  static v1::OpenWaveRequest WaveRequest(std::string id = "w") {
    v1::OpenWaveRequest request;
    *request.mutable_wave() = FromYaml<v1::Wave>(R"(
title: {nl: "Tweede meting"}
snapshot: snapshots/2021
questionnaires:
  - {questionnaire_version: questionnaires/leaders/versions/1, sectors: [primary]}
  - {questionnaire_version: questionnaires/staff/versions/1}
  - {questionnaire_version: questionnaires/boards/versions/1}
open_time: 2022-01-13T00:00:00Z
close_time: 2022-07-01T00:00:00Z
)");
    request.set_wave_id(std::move(id));
    return request;
  }

  void OpenTheWave() {
    ASSERT_OK(Publish("leaders", Questions()));
    ASSERT_OK(Publish("staff", Questions(v1::ROLE_STAFF)));
    ASSERT_OK(Publish("boards", Questions(v1::ROLE_BOARD)));
    ASSERT_OK(Call(&Stub::OpenWave, WaveRequest()));
  }

  // Staff need an invitation.
  void OpenForInvited() {
    ASSERT_OK(Publish("leaders", Questions()));
    ASSERT_OK(Publish("staff", Questions(v1::ROLE_STAFF)));
    ASSERT_OK(Publish("boards", Questions(v1::ROLE_BOARD)));
    v1::OpenWaveRequest request = WaveRequest();
    request.mutable_wave()->mutable_questionnaires(1)->set_access(v1::ACCESS_INVITED);
    ASSERT_OK(Call(&Stub::OpenWave, request));
  }
  static v1::BatchCreateInvitationsRequest Invite(v1::InvitationKind kind,
                                                  std::vector<std::string> units = {
                                                      "schools/16SW01"}) {
    v1::BatchCreateInvitationsRequest request;
    request.mutable_plan()->set_role(v1::ROLE_STAFF);
    request.mutable_plan()->set_kind(kind);
    for (std::string& unit : units) request.add_units(std::move(unit));
    request.set_show_tokens(true);
    return request;
  }
  // Of fieldwork; about the wave "w" unless the request names another.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(grpc::Status (FieldworkStub::*method)(grpc::ClientContext*,
                                                                     const Request&, Response*),
                               Request request) {
    if constexpr (requires { request.set_parent(""); }) {
      if (request.parent().empty()) request.set_parent("waves/w");
    }
    return rpc::Client<v1::FieldworkService>(server_->Channel()).Call(method, request);
  }

  absl::StatusOr<v1::Response> Submit(const v1::Response& response, bool validate_only = false) {
    v1::SubmitResponseRequest request;
    *request.mutable_response() = response;
    request.set_validate_only(validate_only);
    return Call(&Stub::SubmitResponse, request);
  }
  absl::StatusOr<v1::Response> Get(const std::string& id) {
    v1::GetResponseRequest request;
    request.set_name("waves/w/responses/" + id);
    return Call(&Stub::GetResponse, request);
  }
  absl::StatusOr<v1::Response> Withdraw(const std::string& id, std::string request_id = "",
                                        std::string reason = "") {
    v1::WithdrawResponseRequest request;
    request.set_name("waves/w/responses/" + id);
    request.set_request_id(std::move(request_id));
    request.set_reason(std::move(reason));
    return Call(&Stub::WithdrawResponse, request);
  }
  v1::RoleProgress Progress(v1::Role role) {
    v1::GetWaveProgressRequest request;
    request.set_name("waves/w");
    const auto progress = Call(&Stub::GetWaveProgress, request);
    EXPECT_OK(progress);
    for (const v1::RoleProgress& counted : progress->roles()) {
      if (counted.role() == role) return counted;
    }
    return {};
  }

  // Everything in the feed after `positions`.
  std::vector<v1::ResponseChange> Changes(const v1::TailResponseChangesRequest& request = {}) {
    std::vector<v1::ResponseChange> changes;
    grpc::ClientContext context;
    const auto reader = stub().TailResponseChanges(&context, request);
    v1::TailResponseChangesResponse batch;
    while (reader->Read(&batch)) {
      changes.insert(changes.end(), batch.changes().begin(), batch.changes().end());
    }
    EXPECT_OK(rpc::FromGrpcStatus(reader->Finish()));
    return changes;
  }

  FakeClock clock_;
  RegisterForTest register_;
  std::unique_ptr<AppServer> server_;
  std::unique_ptr<rpc::Client<v1::SurveyService>> client_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_TEST_SERVER_H_
