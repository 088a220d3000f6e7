#include "services/catalogue/api/menus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/catalogue/api/test_server.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class MenusTest : public testing::Test {
 protected:
  absl::StatusOr<v1::MenuEdition> Publish(const v1::PublishMenuEditionRequest& request) {
    return server_.Call(&Stub::PublishMenuEdition, request);
  }
  absl::StatusOr<v1::MenuEdition> Get(const std::string& id) {
    v1::GetMenuEditionRequest request;
    request.set_name("menuEditions/" + id);
    return server_.Call(&Stub::GetMenuEdition, request);
  }
  std::vector<std::string> Interventions(const v1::ListInterventionsRequest& request) {
    const auto response = server_.Call(&Stub::ListInterventions, request);
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> ids;
    for (const v1::Intervention& intervention : response->interventions()) {
      ids.push_back(intervention.id());
    }
    return ids;
  }

  TestServer server_;
};

TEST_F(MenusTest, PublishesAnEditionOnceAndForAll) {
  ASSERT_OK_AND_ASSIGN(const v1::MenuEdition first, Publish(PublishRequest("2021-spring")));
  EXPECT_EQ(first.name(), "menuEditions/2021-spring");
  EXPECT_EQ(first.digest().size(), 64u);
  EXPECT_EQ(first.publish_time().seconds(), absl::ToUnixSeconds(server_.clock().Now()));
  EXPECT_EQ(first.interventions_size(), 3);
  server_.clock().Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::MenuEdition again, Publish(PublishRequest("2021-spring", first)));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const v1::MenuEdition read, Get("2021-spring"));
  EXPECT_EQ(read.SerializeAsString(), first.SerializeAsString());
}

TEST_F(MenusTest, RefusesAnotherEditionUnderTheSameId) {
  ASSERT_OK(Publish(PublishRequest("2021-spring")));
  v1::MenuEdition other = MenuProto();
  other.mutable_interventions(0)->mutable_evidence(0)->set_effect_months(6);
  EXPECT_THAT(Publish(PublishRequest("2021-spring", other)), HasReason("MENU_EDITION_EXISTS"));
}

TEST_F(MenusTest, ChecksWithoutPublishing) {
  v1::PublishMenuEditionRequest request = PublishRequest("2021-spring");
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const v1::MenuEdition checked, Publish(request));
  EXPECT_EQ(checked.digest().size(), 64u);
  EXPECT_FALSE(checked.has_publish_time());
  EXPECT_THAT(Get("2021-spring"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(MenusTest, NamesEveryFaultOfAnEdition) {
  v1::MenuEdition menu = MenuProto();
  menu.mutable_start_date()->set_month(2);
  menu.mutable_start_date()->set_day(30);
  menu.mutable_interventions(1)->set_id("feedback");
  menu.mutable_interventions(2)->set_category("Z");
  const auto refused = Publish(PublishRequest("2021-spring", menu));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  std::vector<std::string> faults;
  for (const FieldViolation& violation : DetailsOf(refused.status()).violations) {
    faults.push_back(violation.field + " " + violation.reason);
  }
  EXPECT_THAT(faults, ElementsAre("menu_edition.start_date IMPOSSIBLE_DATE",
                                  "menu_edition.interventions[1].id DUPLICATE_ID",
                                  "menu_edition.interventions[2].category UNKNOWN_CATEGORY"));
}

TEST_F(MenusTest, RefusesIdsAndNumbersOutOfForm) {
  EXPECT_THAT(Publish(PublishRequest("Spring 2021")), HasViolation("menu_edition_id"));
  v1::MenuEdition menu = MenuProto();
  menu.mutable_interventions(0)->mutable_evidence(0)->set_strength(6);
  EXPECT_THAT(Publish(PublishRequest("2021-spring", menu)), HasReason("OUT_OF_RANGE"));
  menu.clear_interventions();
  EXPECT_THAT(Publish(PublishRequest("2021-spring", menu)), HasReason("REQUIRED"));
}

TEST_F(MenusTest, AnswersARetriedRequestAndRefusesItsIdForAnotherOne) {
  v1::PublishMenuEditionRequest request = PublishRequest("2021-spring");
  request.set_request_id("r1");
  ASSERT_OK(Publish(request));
  ASSERT_OK(Publish(request));
  request.set_menu_edition_id("2021-autumn");
  EXPECT_THAT(Publish(request), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(MenusTest, ListsEditionsNewestFirstWithoutTheirInterventions) {
  for (const int month : {5, 11, 8}) {
    v1::MenuEdition menu = MenuProto();
    menu.mutable_start_date()->set_month(month);
    ASSERT_OK(Publish(PublishRequest(absl::StrCat("m", month), menu)));
  }
  v1::ListMenuEditionsRequest request;
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first, server_.Call(&Stub::ListMenuEditions, request));
  ASSERT_EQ(first.menu_editions_size(), 2);
  EXPECT_EQ(first.menu_editions(0).name(), "menuEditions/m11");
  EXPECT_EQ(first.menu_editions(1).name(), "menuEditions/m8");
  EXPECT_EQ(first.menu_editions(0).interventions_size(), 0);
  EXPECT_EQ(first.menu_editions(0).categories_size(), 2);
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto second, server_.Call(&Stub::ListMenuEditions, request));
  ASSERT_EQ(second.menu_editions_size(), 1);
  EXPECT_EQ(second.menu_editions(0).name(), "menuEditions/m5");
  EXPECT_THAT(second.next_page_token(), IsEmpty());
  request.set_page_token("no token");
  EXPECT_THAT(server_.Call(&Stub::ListMenuEditions, request), HasReason("PAGE_TOKEN_MISMATCH"));
}

TEST_F(MenusTest, ListsInterventionsByCategorySectorAndText) {
  v1::MenuEdition menu = MenuProto();
  menu.mutable_interventions(0)->add_sectors(voortgang::type::v1::SECTOR_SECONDARY);
  ASSERT_OK(Publish(PublishRequest("2021-spring", menu)));
  v1::ListInterventionsRequest request;
  request.set_parent("menuEditions/2021-spring");
  EXPECT_THAT(Interventions(request),
              ElementsAre("feedback", "directe-instructie", "leermiddelen"));
  request.set_category("B");
  EXPECT_THAT(Interventions(request), ElementsAre("feedback", "directe-instructie"));
  request.set_sector(voortgang::type::v1::SECTOR_PRIMARY);
  EXPECT_THAT(Interventions(request), ElementsAre("directe-instructie"));
  request.set_text("LEERMIDDELEN");
  EXPECT_THAT(Interventions(request), IsEmpty());
  request.clear_category();
  EXPECT_THAT(Interventions(request), ElementsAre("leermiddelen"));
}

TEST_F(MenusTest, PagesInterventionsInTheOrderOfTheMenu) {
  ASSERT_OK(Publish(PublishRequest("2021-spring")));
  v1::ListInterventionsRequest request;
  request.set_parent("menuEditions/2021-spring");
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first, server_.Call(&Stub::ListInterventions, request));
  EXPECT_EQ(first.interventions_size(), 2);
  request.set_page_token(first.next_page_token());
  EXPECT_THAT(Interventions(request), ElementsAre("leermiddelen"));
  request.set_parent("menuEditions/2099");
  request.clear_page_token();
  EXPECT_THAT(server_.Call(&Stub::ListInterventions, request),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(MenusTest, ListsInterventionsByWhatASchemeSaysOfThem) {
  v1::MenuEdition menu = MenuProto();
  v1::Evidence& evidence = *menu.mutable_interventions(2)->add_evidence();
  evidence.set_scheme("EEF");
  evidence.set_effect_months(9);
  evidence.set_cost(2);
  ASSERT_OK(Publish(PublishRequest("2021-spring", menu)));
  v1::ListInterventionsRequest request;
  request.set_parent("menuEditions/2021-spring");
  request.set_scheme("EEF");
  request.set_order_by(v1::INTERVENTION_ORDER_EFFECT);
  EXPECT_THAT(Interventions(request),
              ElementsAre("leermiddelen", "feedback", "directe-instructie"));
  request.set_min_effect_months(0);
  EXPECT_THAT(Interventions(request), ElementsAre("leermiddelen", "feedback"));
  request.set_max_cost(2);
  EXPECT_THAT(Interventions(request), ElementsAre("leermiddelen"));
  request.clear_max_cost();
  request.set_min_strength(3);
  EXPECT_THAT(Interventions(request), ElementsAre("feedback"));
  request.set_min_strength(0);
  EXPECT_THAT(server_.Call(&Stub::ListInterventions, request), HasViolation("min_strength"));
}

TEST_F(MenusTest, KeepsEvidenceForAScopeWithItsStudiesAndReview) {
  v1::MenuEdition menu = MenuProto();
  v1::Evidence& evidence = *menu.mutable_interventions(1)->add_evidence();
  evidence.set_scheme("EEF");
  evidence.set_scope("primary, reading");
  evidence.set_effect_months(4);
  evidence.set_study_count(12);
  SetDate(*evidence.mutable_review_date(), 2021, 2, 30);
  const auto refused = Publish(PublishRequest("2021-spring", menu));
  EXPECT_THAT(refused, HasReason("IMPOSSIBLE_DATE"));
  EXPECT_THAT(refused, HasViolation("menu_edition.interventions[1].evidence[0].review_date"));
  SetDate(*evidence.mutable_review_date(), 2021, 2, 28);
  ASSERT_OK(Publish(PublishRequest("2021-spring", menu)));
  v1::ListInterventionsRequest request;
  request.set_parent("menuEditions/2021-spring");
  request.set_scheme("EEF");
  request.set_scope("primary, reading");
  request.set_min_effect_months(0);
  ASSERT_OK_AND_ASSIGN(const auto listed, server_.Call(&Stub::ListInterventions, request));
  ASSERT_EQ(listed.interventions_size(), 1);
  EXPECT_EQ(listed.interventions(0).evidence(0).SerializeAsString(), evidence.SerializeAsString());
  request.set_scope("secondary");
  EXPECT_THAT(server_.Call(&Stub::ListInterventions, request), HasReason("UNKNOWN_SCOPE"));
}

TEST_F(MenusTest, PagesInTheOrderThatIsAskedForAndTiesTokensToIt) {
  v1::MenuEdition menu = MenuProto();
  v1::Evidence& evidence = *menu.mutable_interventions(2)->add_evidence();
  evidence.set_scheme("EEF");
  evidence.set_effect_months(9);
  ASSERT_OK(Publish(PublishRequest("2021-spring", menu)));
  v1::ListInterventionsRequest request;
  request.set_parent("menuEditions/2021-spring");
  request.set_scheme("EEF");
  request.set_order_by(v1::INTERVENTION_ORDER_EFFECT);
  request.set_page_size(1);
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto page, server_.Call(&Stub::ListInterventions, request));
    ASSERT_EQ(page.interventions_size(), 1);
    ids.push_back(page.interventions(0).id());
    EXPECT_EQ(page.next_page_token().empty(), i == 2);
    if (i < 2) request.set_page_token(page.next_page_token());
  }
  EXPECT_THAT(ids, ElementsAre("leermiddelen", "feedback", "directe-instructie"));
  request.set_order_by(v1::INTERVENTION_ORDER_COST);
  EXPECT_THAT(server_.Call(&Stub::ListInterventions, request), HasReason("PAGE_TOKEN_MISMATCH"));
}

TEST_F(MenusTest, RefusesToOrderWithoutASchemeOfTheEdition) {
  ASSERT_OK(Publish(PublishRequest("2021-spring")));
  v1::ListInterventionsRequest request;
  request.set_parent("menuEditions/2021-spring");
  request.set_order_by(v1::INTERVENTION_ORDER_STRENGTH);
  EXPECT_THAT(server_.Call(&Stub::ListInterventions, request), HasReason("REQUIRED"));
  EXPECT_THAT(server_.Call(&Stub::ListInterventions, request), HasViolation("scheme"));
  request.set_scheme("WWC");
  EXPECT_THAT(server_.Call(&Stub::ListInterventions, request), HasReason("UNKNOWN_SCHEME"));
}

TEST_F(MenusTest, ListsWhatMayBePaidFromAGrantOnADay) {
  v1::MenuEdition menu = MenuProto();
  v1::GrantEligibility& grant = *menu.mutable_interventions(1)->add_grants();
  grant.set_grant("npo-schools");
  SetDate(*grant.mutable_start_date(), 2021, 8, 1);
  SetDate(*grant.mutable_end_date(), 2023, 7, 31);
  grant.set_legal_reference("Stcrt. 2021, 39244");
  ASSERT_OK(Publish(PublishRequest("2021-spring", menu)));
  v1::ListInterventionsRequest request;
  request.set_parent("menuEditions/2021-spring");
  request.set_payable_from("npo-schools");
  EXPECT_THAT(Interventions(request), ElementsAre("directe-instructie"));
  SetDate(*request.mutable_payable_on(), 2023, 7, 31);
  EXPECT_THAT(Interventions(request), ElementsAre("directe-instructie"));
  SetDate(*request.mutable_payable_on(), 2023, 8, 1);
  EXPECT_THAT(Interventions(request), IsEmpty());
  request.clear_payable_from();
  SetDate(*request.mutable_payable_on(), 2021, 8, 1);
  EXPECT_THAT(Interventions(request), ElementsAre("directe-instructie"));
  SetDate(*request.mutable_payable_on(), 2021, 2, 29);
  EXPECT_THAT(server_.Call(&Stub::ListInterventions, request), HasReason("IMPOSSIBLE_DATE"));
}

TEST_F(MenusTest, RefusesAGrantWithoutItsRuleOrWithADayThatIsNone) {
  v1::MenuEdition menu = MenuProto();
  v1::GrantEligibility& grant = *menu.mutable_interventions(1)->add_grants();
  grant.set_grant("npo-schools");
  SetDate(*grant.mutable_start_date(), 2021, 8, 1);
  SetDate(*grant.mutable_end_date(), 2023, 2, 30);
  EXPECT_THAT(Publish(PublishRequest("2021-spring", menu)),
              HasViolation("menu_edition.interventions[1].grants[0].legal_reference"));
  grant.set_legal_reference("Stcrt. 2021, 39244");
  const auto refused = Publish(PublishRequest("2021-spring", menu));
  EXPECT_THAT(refused, HasViolation("menu_edition.interventions[1].grants[0].end_date"));
  EXPECT_THAT(refused, HasReason("IMPOSSIBLE_DATE"));
}

TEST_F(MenusTest, KnowsWhichEditionSchoolsChooseFromOnADay) {
  v1::MenuEdition autumn = MenuProto();
  autumn.mutable_start_date()->set_month(11);
  ASSERT_OK(Publish(PublishRequest("2021-autumn", autumn)));
  ASSERT_OK(Publish(PublishRequest("2021-spring")));
  v1::ListMenuEditionsRequest request;
  SetDate(*request.mutable_valid_on(), 2021, 10, 31);
  ASSERT_OK_AND_ASSIGN(const auto valid, server_.Call(&Stub::ListMenuEditions, request));
  ASSERT_EQ(valid.menu_editions_size(), 1);
  EXPECT_EQ(valid.menu_editions(0).name(), "menuEditions/2021-spring");
  SetDate(*request.mutable_valid_on(), 2021, 5, 9);
  ASSERT_OK_AND_ASSIGN(const auto none, server_.Call(&Stub::ListMenuEditions, request));
  EXPECT_EQ(none.menu_editions_size(), 0);
}

TEST_F(MenusTest, RefusesAnEditionThatBeginsBeforeAnotherIsOver) {
  v1::MenuEdition spring = MenuProto();
  SetDate(*spring.mutable_end_date(), 2021, 10, 31);
  ASSERT_OK(Publish(PublishRequest("2021-spring", spring)));
  v1::MenuEdition summer = MenuProto();
  summer.mutable_start_date()->set_month(7);
  const auto refused = Publish(PublishRequest("2021-summer", summer));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused, HasReason("MENU_EDITIONS_OVERLAP"));
  EXPECT_EQ(DetailsOf(refused.status()).metadata.at("resource"), "menuEditions/2021-spring");
}

TEST_F(MenusTest, RefusesToReplaceWhatNoEarlierEditionHas) {
  v1::MenuEdition autumn = MenuProto();
  autumn.mutable_start_date()->set_month(11);
  autumn.mutable_interventions(1)->set_id("expliciete-instructie");
  autumn.mutable_interventions(1)->add_replaces("directe-instructie");
  v1::PublishMenuEditionRequest request = PublishRequest("2021-autumn", autumn);
  const auto first = Publish(request);
  EXPECT_THAT(first, HasReason("UNKNOWN_PREDECESSOR")) << "for there is no earlier edition";
  EXPECT_THAT(first, HasViolation("menu_edition.interventions[1].replaces[0]"));
  v1::MenuEdition winter = MenuProto();
  winter.mutable_start_date()->set_month(12);
  ASSERT_OK(Publish(PublishRequest("2021-winter", winter)));
  EXPECT_THAT(Publish(request), HasReason("UNKNOWN_PREDECESSOR")) << "for that one is later";

  ASSERT_OK(Publish(PublishRequest("2021-spring")));
  request.mutable_menu_edition()->mutable_interventions(1)->set_replaces(0, "direct-instructie");
  request.set_validate_only(true);
  EXPECT_THAT(Publish(request), HasReason("UNKNOWN_PREDECESSOR")) << "misspelt";
  request.mutable_menu_edition()->mutable_interventions(1)->set_replaces(0, "directe-instructie");
  request.set_validate_only(false);
  EXPECT_OK(Publish(request));
  EXPECT_OK(Publish(request));
}

TEST_F(MenusTest, HidesNothingBehindUnknownFields) {
  v1::MenuEdition menu = MenuProto();
  menu.GetReflection()->MutableUnknownFields(&menu)->AddVarint(4242, 1);
  ASSERT_OK_AND_ASSIGN(const v1::MenuEdition published,
                       Publish(PublishRequest("2021-spring", menu)));
  EXPECT_TRUE(published.GetReflection()->GetUnknownFields(published).empty());
}

}  // namespace
}  // namespace vg::catalogue
