#include <gmock/gmock.h>

#include "common/grpc/test_caller.h"
#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

namespace api = voortgang::api::v1;

constexpr char kAsked[] = "schools/16SW01";
constexpr char kOurs[] = "systems/ours";
constexpr char kTheirs[] = "systems/theirs";

class ClaimantsTest : public SurveyTest {
 protected:
  void SetUp() override {
    SurveyTest::SetUp();
    OpenForInvited();
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> As(const std::string& name,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request, auth::Roles roles = {api::ROLE_RESPONDENT}) {
    grpc::ClientContext context;
    rpc::CallAs(context, name, roles);
    Response response;
    RETURN_IF_ERROR(rpc::FromGrpcStatus((stub().*method)(&context, request, &response)));
    return response;
  }

  absl::StatusOr<v1::Response> SubmitAs(const std::string& name, const v1::Response& response) {
    v1::SubmitResponseRequest request;
    *request.mutable_response() = response;
    return As(name, &Stub::SubmitResponse, request);
  }
  absl::StatusOr<v1::Response> CorrectAs(const std::string& name, const v1::Response& response,
                                         auth::Roles roles = {api::ROLE_RESPONDENT}) {
    v1::CorrectResponseRequest request;
    *request.mutable_response() = response;
    request.set_reason("verkeerd overgenomen");
    return As(name, &Stub::CorrectResponse, request, roles);
  }
  absl::StatusOr<v1::Response> WithdrawAs(const std::string& name, const std::string& id,
                                          const std::string& token = "",
                                          auth::Roles roles = {api::ROLE_RESPONDENT}) {
    v1::WithdrawResponseRequest request;
    request.set_name("waves/w/responses/" + id);
    request.set_invitation_token(token);
    return As(name, &Stub::WithdrawResponse, request, roles);
  }
  absl::StatusOr<v1::Response> GetAs(const std::string& name, const std::string& id,
                                     const std::string& token = "",
                                     auth::Roles roles = {api::ROLE_RESPONDENT}) {
    v1::GetResponseRequest request;
    request.set_name("waves/w/responses/" + id);
    request.set_invitation_token(token);
    return As(name, &Stub::GetResponse, request, roles);
  }

  std::string TokenOf(v1::InvitationKind kind) {
    const auto made = Ask(&FieldworkStub::BatchCreateInvitations, Invite(kind));
    EXPECT_OK(made);
    return made.ok() ? made->invitations(0).token() : "";
  }
  static v1::Response Invited(const std::string& id, const std::string& token) {
    v1::Response response = StaffAnswers(id, kAsked);
    response.set_invitation_token(token);
    return response;
  }
};

TEST_F(ClaimantsTest, AreOfWhatTheyHandedInThemselves) {
  ASSERT_OK(SubmitAs(kOurs, Answers("r", kAsked)));
  v1::Response other = Answers("r", kAsked);
  other.mutable_answers(5)->mutable_number()->set_value("13");
  EXPECT_THAT(GetAs(kTheirs, "r"), HasReason("NOT_THE_SUBMITTER"));
  EXPECT_THAT(CorrectAs(kTheirs, other), HasReason("NOT_THE_SUBMITTER"));
  EXPECT_THAT(WithdrawAs(kTheirs, "r"), HasReason("NOT_THE_SUBMITTER"));
  EXPECT_THAT(GetAs(kTheirs, "unknown"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const v1::Response untouched, GetAs(kOurs, "r"));
  EXPECT_EQ(untouched.revision(), 1);
  EXPECT_OK(CorrectAs(kOurs, other));
  EXPECT_OK(WithdrawAs(kOurs, "r"));
}

TEST_F(ClaimantsTest, MayBeStaffOfTheProgrammeOfEveryResponse) {
  ASSERT_OK(SubmitAs(kOurs, Answers("r", kAsked)));
  v1::Response other = Answers("r", kAsked);
  other.mutable_answers(5)->mutable_number()->set_value("13");
  EXPECT_OK(GetAs("users/analyst", "r", "", {api::ROLE_ANALYST}));
  EXPECT_OK(CorrectAs("users/editor", other, {api::ROLE_EDITOR}));
  EXPECT_OK(WithdrawAs("users/editor", "r", "", {api::ROLE_EDITOR}));
}

TEST_F(ClaimantsTest, GoOnWithAPartialResponseThatTheyBegan) {
  v1::Response part = Answers("r", kAsked);
  part.set_partial(true);
  ASSERT_OK(SubmitAs(kOurs, part));
  EXPECT_THAT(SubmitAs(kTheirs, Answers("r", kAsked)), HasReason("RESPONSE_EXISTS"));
  EXPECT_OK(SubmitAs(kOurs, Answers("r", kAsked)));
}

TEST_F(ClaimantsTest, AreThoseWithTheTokenOfASingleUse) {
  const std::string token = TokenOf(v1::INVITATION_KIND_SINGLE_USE);
  v1::Response part = Invited("r", token);
  part.set_partial(true);
  ASSERT_OK(SubmitAs(kOurs, part));
  EXPECT_THAT(GetAs(kTheirs, "r"), HasReason("NOT_THE_SUBMITTER"));
  EXPECT_THAT(GetAs(kTheirs, "r", "abcd"), HasReason("NOT_THE_SUBMITTER"));
  ASSERT_OK_AND_ASSIGN(const v1::Response begun, GetAs(kTheirs, "r", token));
  EXPECT_TRUE(begun.partial());
  EXPECT_EQ(begun.invitation_token(), "");
  ASSERT_OK(SubmitAs(kTheirs, Invited("r", token)));
  v1::Response other = Invited("r", token);
  other.mutable_answers(5)->mutable_number()->set_value("13");
  EXPECT_OK(CorrectAs(kTheirs, other));
  EXPECT_OK(WithdrawAs(kTheirs, "r", token));
}

TEST_F(ClaimantsTest, FindTheirResponseByTheTokenAlone) {
  const std::string single = TokenOf(v1::INVITATION_KIND_SINGLE_USE);
  EXPECT_THAT(GetAs(kOurs, "-", single), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(SubmitAs(kOurs, Invited("r", single)));
  ASSERT_OK_AND_ASSIGN(const v1::Response found, GetAs(kTheirs, "-", single));
  EXPECT_EQ(found.name(), "waves/w/responses/r");
  EXPECT_THAT(GetAs(kOurs, "-"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ClaimantsTest, AreNotThoseWhoShareATokenWithASubmitter) {
  const std::string group = TokenOf(v1::INVITATION_KIND_GROUP);
  ASSERT_OK(SubmitAs(kOurs, Invited("r", group)));
  EXPECT_THAT(GetAs(kTheirs, "-", group), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(GetAs(kTheirs, "r", group), HasReason("NOT_THE_SUBMITTER"));
  EXPECT_THAT(WithdrawAs(kTheirs, "r", group), HasReason("NOT_THE_SUBMITTER"));
  EXPECT_OK(GetAs(kOurs, "r"));
  v1::Response part = Invited("s", group);
  part.set_partial(true);
  ASSERT_OK(SubmitAs(kOurs, part));
  EXPECT_THAT(SubmitAs(kTheirs, Invited("s", group)), HasReason("RESPONSE_EXISTS"));
  EXPECT_OK(SubmitAs(kOurs, Invited("s", group)));
}

TEST_F(ClaimantsTest, AreNotThoseWithATokenThatWasTakenBack) {
  const std::string token = TokenOf(v1::INVITATION_KIND_SINGLE_USE);
  ASSERT_OK(SubmitAs(kOurs, Invited("r", token)));
  v1::RevokeInvitationRequest revoke;
  revoke.set_name("waves/w/invitations/staff-16SW01-1");
  revoke.set_reason("rondgestuurd");
  ASSERT_OK(Ask(&FieldworkStub::RevokeInvitation, revoke));
  EXPECT_THAT(GetAs(kTheirs, "r", token), HasReason("NOT_THE_SUBMITTER"));
  EXPECT_THAT(GetAs(kTheirs, "-", token), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace vg::survey
