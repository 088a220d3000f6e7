#include "services/catalogue/api/uptakes.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/grpc/test_caller.h"
#include "common/testing/status_matchers.h"
#include "services/catalogue/api/test_server.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;

class UptakesTest : public testing::Test {
 protected:
  UptakesTest() {
    EXPECT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("2021-spring")));
    File(ProgrammeProto("16SW03", {"feedback", "directe-instructie"}));
    File(ProgrammeProto("16SW04", {"feedback"}));
    File(ProgrammeProto("31FR00", {"feedback"}));
    File(ProgrammeProto("99ZZ99", {}));  // Not in the snapshot.
  }

  void File(const v1::Programme& programme) {
    EXPECT_OK(server_.Call(&Stub::SubmitProgramme, SubmitRequest(programme)));
  }

  static v1::GetUptakeRequest By(std::vector<std::string> breakdowns) {
    v1::GetUptakeRequest request;
    request.set_school_year("2021-2022");
    request.set_menu_edition("menuEditions/2021-spring");
    request.set_snapshot("snapshots/2021");
    request.mutable_breakdowns()->Assign(breakdowns.begin(), breakdowns.end());
    return request;
  }
  absl::StatusOr<v1::GetUptakeResponse> Get(const v1::GetUptakeRequest& request) {
    return server_.Call(&Stub::GetUptake, request);
  }

  // "Utrecht 2 of 2: feedback 2": schools that filed of those there are, and what they chose.
  static std::vector<std::string> Words(const v1::GetUptakeResponse& response) {
    std::vector<std::string> words;
    for (const v1::UptakeGroup& group : response.groups()) {
      std::string& text = words.emplace_back(absl::StrCat(absl::StrJoin(group.group(), "/"), " ",
                                                          group.programme_count(), " of ",
                                                          group.school_count(), ":"));
      for (const v1::Uptake& uptake : group.uptake()) {
        absl::StrAppend(&text, " ", uptake.intervention().id(), " ", uptake.programme_count());
      }
    }
    return words;
  }

  TestServer server_;
};

TEST_F(UptakesTest, AddsUpPupilsAndAmountsOfTheWhole) {
  v1::Programme silent = ProgrammeProto("31FR00", {"feedback"});
  silent.mutable_choices(0)->clear_planned_amount();
  silent.mutable_choices(0)->clear_pupils_reached();
  File(silent);
  ASSERT_OK_AND_ASSIGN(const v1::GetUptakeResponse response, Get(By({})));
  const v1::Uptake& feedback = response.uptake(0);
  EXPECT_EQ(feedback.intervention().evidence(0).effect_months(), 8);
  EXPECT_EQ(feedback.programme_count(), 3);
  EXPECT_EQ(feedback.share().value(), "0.75");
  EXPECT_EQ(feedback.pupils_reached(), 160);
  EXPECT_EQ(feedback.pupils_said_count(), 2);
  EXPECT_EQ(feedback.planned_amount().units(), 25001);
  EXPECT_EQ(feedback.amount_said_count(), 2);
  EXPECT_EQ(response.groups_size(), 0);
  EXPECT_EQ(response.snapshot_digest(), "");
  EXPECT_EQ(response.menu_digest().size(), 64u);
}

TEST_F(UptakesTest, BreaksDownByAnAttributeOfTheRegister) {
  ASSERT_OK_AND_ASSIGN(const v1::GetUptakeResponse response, Get(By({"province"})));
  EXPECT_THAT(Words(response),
              ElementsAre(" 1 of 0:", "Utrecht 2 of 2: feedback 2 directe-instructie 1",
                          "Zeeland 1 of 1: feedback 1"));
  EXPECT_EQ(response.programme_count(), 4);
  EXPECT_EQ(response.school_count(), 3);
  EXPECT_EQ(response.snapshot_digest(), "digest-of-2021");
  EXPECT_EQ(response.groups(1).uptake(1).share().value(), "0.5");
  EXPECT_EQ(response.groups(1).uptake(0).planned_amount().units(), 25001);
}

TEST_F(UptakesTest, CrossesTwoAttributesPageByPage) {
  v1::GetUptakeRequest request = By({"province", "size"});
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const v1::GetUptakeResponse first, Get(request));
  EXPECT_THAT(Words(first),
              ElementsAre("/ 1 of 0:", "Utrecht/100-199 1 of 1: feedback 1 directe-instructie 1"));
  EXPECT_EQ(first.group_count(), 4);
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const v1::GetUptakeResponse second, Get(request));
  EXPECT_THAT(Words(second), ElementsAre("Utrecht/200-499 1 of 1: feedback 1",
                                         "Zeeland/100-199 1 of 1: feedback 1"));
  EXPECT_EQ(second.next_page_token(), "");
  request.mutable_breakdowns()->SwapElements(0, 1);
  EXPECT_THAT(Get(request), HasReason("PAGE_TOKEN_MISMATCH"));
}

TEST_F(UptakesTest, ShowsOnlyTheInterventionsAskedFor) {
  v1::GetUptakeRequest request = By({"province"});
  request.add_interventions("interventions/directe-instructie");
  ASSERT_OK_AND_ASSIGN(const v1::GetUptakeResponse response, Get(request));
  EXPECT_EQ(response.uptake_size(), 1);
  EXPECT_THAT(Words(response),
              ElementsAre(" 1 of 0:", "Utrecht 2 of 2: directe-instructie 1", "Zeeland 1 of 1:"));
}

TEST_F(UptakesTest, IsNotForThoseWhoOnlyRead) {
  const auto get_as = [&](auth::Roles roles) {
    grpc::ClientContext context;
    rpc::CallAs(context, "users/jansen", roles);
    v1::GetUptakeResponse response;
    return rpc::FromGrpcStatus(server_.stub().GetUptake(&context, By({"board"}), &response));
  };
  EXPECT_THAT(get_as({voortgang::api::v1::ROLE_RESPONDENT}), HasReason("ROLE_MISSING"));
  EXPECT_THAT(get_as({voortgang::api::v1::ROLE_READER}), HasReason("ROLE_MISSING"));
  EXPECT_OK(get_as({voortgang::api::v1::ROLE_ANALYST}));
}

TEST_F(UptakesTest, RefusesBreakdownsThatCannotBe) {
  EXPECT_THAT(Get(By({"urbanicity"})), HasReason("UNKNOWN_ATTRIBUTE"));
  EXPECT_THAT(Get(By({"urbanicity"})), HasViolation("breakdowns[0]"));
  EXPECT_THAT(Get(By({"size", "size"})), HasReason("ATTRIBUTE_TWICE"));
  EXPECT_THAT(Get(By({"size", "board", "sector"})), HasReason("TOO_MANY"));
  v1::GetUptakeRequest request = By({"size"});
  request.clear_snapshot();
  EXPECT_THAT(Get(request), HasReason("REQUIRED"));
  request.set_snapshot("snapshots/1999");
  EXPECT_THAT(Get(request), StatusIs(absl::StatusCode::kNotFound));
  server_.registry().status = absl::UnavailableError("away");
  EXPECT_THAT(Get(By({"size"})), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_OK(Get(By({})));
}

}  // namespace
}  // namespace vg::catalogue
