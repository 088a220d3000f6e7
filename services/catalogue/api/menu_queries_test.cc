#include "services/catalogue/api/menu_queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/catalogue/api/test_server.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MenuQueriesTest : public testing::Test {
 protected:
  void Publish(const std::string& id, const v1::MenuEdition& menu) {
    ASSERT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest(id, menu)));
  }
  void File(const v1::Programme& programme) {
    ASSERT_OK(server_.Call(&Stub::SubmitProgramme, SubmitRequest(programme)));
  }

  // The edition of November: feedback is rated anew, directe-instructie is replaced.
  static v1::MenuEdition Autumn() {
    v1::MenuEdition autumn = MenuProto();
    autumn.mutable_start_date()->set_month(11);
    autumn.mutable_interventions(0)->mutable_evidence(0)->set_effect_months(6);
    autumn.mutable_interventions(1)->set_id("expliciete-instructie");
    autumn.mutable_interventions(1)->add_replaces("directe-instructie");
    return autumn;
  }

  static v1::SearchInterventionsRequest SearchFor(const std::string& query) {
    v1::SearchInterventionsRequest request;
    request.set_parent("menuEditions/2021-spring");
    request.set_query(query);
    return request;
  }

  std::vector<std::string> Found(const v1::SearchInterventionsRequest& request) {
    const auto response = server_.Call(&Stub::SearchInterventions, request);
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> ids;
    if (!response.ok()) return ids;
    for (const v1::InterventionMatch& match : response->matches()) {
      ids.push_back(match.intervention().id());
    }
    return ids;
  }

  // "16SW03: feedback CHANGED".
  std::vector<std::string> Touched(const v1::ListTouchedProgrammesRequest& request) {
    const auto response = server_.Call(&Stub::ListTouchedProgrammes, request);
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> lines;
    if (!response.ok()) return lines;
    next_page_token_ = response->next_page_token();
    for (const v1::TouchedProgramme& programme : response->touched_programmes()) {
      std::string line = programme.programme();
      for (const v1::TouchedChoice& choice : programme.choices()) {
        absl::StrAppend(&line, " ", choice.intervention(), "=", choice.kind());
      }
      lines.push_back(line);
    }
    return lines;
  }

  TestServer server_;
  std::string next_page_token_;
};

TEST_F(MenuQueriesTest, SearchesAnEditionAndShowsWhere) {
  v1::MenuEdition menu = MenuProto();
  menu.mutable_interventions(1)->mutable_title()->set_nl("Dé directe instructie");
  Publish("2021-spring", menu);
  ASSERT_OK_AND_ASSIGN(const auto found,
                       server_.Call(&Stub::SearchInterventions, SearchFor("INSTRUCTIES")));
  EXPECT_EQ(found.total_size(), 1);
  EXPECT_TRUE(found.all_words());
  ASSERT_EQ(found.matches_size(), 1);
  EXPECT_EQ(found.matches(0).intervention().id(), "directe-instructie");
  EXPECT_GT(found.matches(0).score(), 0);
  ASSERT_EQ(found.matches(0).snippets_size(), 1);
  const v1::Snippet& snippet = found.matches(0).snippets(0);
  EXPECT_EQ(snippet.field(), "title");
  EXPECT_EQ(snippet.text(), "Dé directe instructie");
  ASSERT_EQ(snippet.highlights_size(), 1);
  EXPECT_EQ(snippet.highlights(0).start(), 11);
  EXPECT_EQ(snippet.highlights(0).end(), 21);
}

TEST_F(MenuQueriesTest, SearchesByCategorySectorAndLanguage) {
  v1::MenuEdition menu = MenuProto();
  menu.mutable_interventions(0)->add_sectors(voortgang::type::v1::SECTOR_SECONDARY);
  menu.mutable_interventions(0)->mutable_title()->set_en("Hearing back");
  Publish("2021-spring", menu);
  v1::SearchInterventionsRequest request = SearchFor("categorie");
  EXPECT_THAT(Found(request), ElementsAre("feedback", "leermiddelen", "directe-instructie"));
  request.set_category("B");
  EXPECT_THAT(Found(request), ElementsAre("feedback", "directe-instructie"));
  request.set_sector(voortgang::type::v1::SECTOR_PRIMARY);
  EXPECT_THAT(Found(request), ElementsAre("directe-instructie"));
  request = SearchFor("hear");
  EXPECT_THAT(Found(request), IsEmpty());
  request.set_language_code("en");
  EXPECT_THAT(Found(request), ElementsAre("feedback"));
  request.set_language_code("fr");
  EXPECT_THAT(server_.Call(&Stub::SearchInterventions, request), HasViolation("language_code"));
}

TEST_F(MenuQueriesTest, PagesThroughMatches) {
  Publish("2021-spring", MenuProto());
  v1::SearchInterventionsRequest request = SearchFor("categorie");
  const std::vector<std::string> all = Found(request);
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first, server_.Call(&Stub::SearchInterventions, request));
  EXPECT_EQ(first.matches_size(), 2);
  EXPECT_EQ(first.total_size(), 3);
  request.set_page_token(first.next_page_token());
  EXPECT_THAT(Found(request), ElementsAre(all[2]));
}

TEST_F(MenuQueriesTest, RefusesAnEmptyQueryAndAnUnknownEdition) {
  EXPECT_THAT(server_.Call(&Stub::SearchInterventions, SearchFor("")), HasReason("REQUIRED"));
  EXPECT_THAT(server_.Call(&Stub::SearchInterventions, SearchFor("klas")),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(MenuQueriesTest, FollowsAnInterventionThroughTheEditions) {
  v1::MenuEdition autumn = Autumn();
  autumn.mutable_interventions(1)->clear_replaces();
  SetDate(*autumn.mutable_end_date(), 2022, 3, 31);
  Publish("2021-autumn", autumn);
  Publish("2021-spring", MenuProto());
  v1::ListInterventionEditionsRequest request;
  request.set_name("interventions/feedback");
  request.set_page_size(1);
  ASSERT_OK_AND_ASSIGN(const auto first, server_.Call(&Stub::ListInterventionEditions, request));
  ASSERT_EQ(first.intervention_editions_size(), 1);
  EXPECT_EQ(first.intervention_editions(0).menu_edition(), "menuEditions/2021-spring");
  EXPECT_EQ(first.intervention_editions(0).end_date().day(), 9) << "of November";
  EXPECT_EQ(first.intervention_editions(0).changes_size(), 0);
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto second, server_.Call(&Stub::ListInterventionEditions, request));
  ASSERT_EQ(second.intervention_editions_size(), 1);
  const v1::InterventionEdition& line = second.intervention_editions(0);
  EXPECT_EQ(line.menu_edition(), "menuEditions/2021-autumn");
  EXPECT_EQ(line.end_date().year(), 2022);
  EXPECT_EQ(line.intervention().evidence(0).effect_months(), 6);
  ASSERT_EQ(line.changes_size(), 1);
  EXPECT_EQ(line.changes(0).before(), "8");
  EXPECT_THAT(second.next_page_token(), IsEmpty());
  request.clear_page_token();
  request.set_name("interventions/zomerschool");
  EXPECT_THAT(server_.Call(&Stub::ListInterventionEditions, request),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(MenuQueriesTest, FollowsAReplacementOverAnEditionInBetween) {
  Publish("2021-spring", MenuProto());
  v1::MenuEdition summer = MenuProto();
  summer.mutable_start_date()->set_month(7);
  summer.mutable_interventions()->DeleteSubrange(1, 1);
  Publish("2021-summer", summer);
  Publish("2021-autumn", Autumn());
  v1::ListInterventionEditionsRequest request;
  request.set_name("interventions/directe-instructie");
  ASSERT_OK_AND_ASSIGN(const auto old, server_.Call(&Stub::ListInterventionEditions, request));
  ASSERT_EQ(old.intervention_editions_size(), 3);
  EXPECT_EQ(old.intervention_editions(1).changes(0).kind(), v1::INTERVENTION_CHANGE_KIND_REMOVED);
  EXPECT_EQ(old.intervention_editions(2).menu_edition(), "menuEditions/2021-autumn");
  EXPECT_FALSE(old.intervention_editions(2).has_intervention());
  EXPECT_THAT(old.intervention_editions(2).changes(0).replaced_by(),
              ElementsAre("interventions/expliciete-instructie"));
  request.set_name("interventions/expliciete-instructie");
  ASSERT_OK_AND_ASSIGN(const auto current, server_.Call(&Stub::ListInterventionEditions, request));
  ASSERT_EQ(current.intervention_editions_size(), 1);
  EXPECT_THAT(current.intervention_editions(0).changes(0).replaces(),
              ElementsAre("interventions/directe-instructie"));
}

TEST_F(MenuQueriesTest, TellsWhatChangedAndHowManyProgrammesEachChangeTouches) {
  Publish("2021-spring", MenuProto());
  Publish("2021-autumn", Autumn());
  File(ProgrammeProto("16SW03", {"feedback", "directe-instructie"}));
  File(ProgrammeProto("16SW04", {"directe-instructie"}));
  File(ProgrammeProto("16SW05", {"feedback", "leermiddelen"}));
  File(ProgrammeProto("16SW06", {}));
  v1::DiffMenuEditionsRequest request;
  request.set_before("menuEditions/2021-spring");
  request.set_after("menuEditions/2021-autumn");
  ASSERT_OK_AND_ASSIGN(const auto diff, server_.Call(&Stub::DiffMenuEditions, request));
  ASSERT_EQ(diff.changes_size(), 3);
  EXPECT_EQ(diff.changes(0).intervention(), "interventions/feedback");
  EXPECT_EQ(diff.changes(0).kind(), v1::INTERVENTION_CHANGE_KIND_CHANGED);
  EXPECT_EQ(diff.changes(0).field(), "evidence[EEF].effect_months");
  EXPECT_EQ(diff.changes(0).before(), "8");
  EXPECT_EQ(diff.changes(0).after(), "6");
  EXPECT_EQ(diff.changes(0).touched_programme_count(), 2);
  EXPECT_EQ(diff.changes(1).kind(), v1::INTERVENTION_CHANGE_KIND_ADDED);
  EXPECT_THAT(diff.changes(1).replaces(), ElementsAre("interventions/directe-instructie"));
  EXPECT_EQ(diff.changes(1).touched_programme_count(), 0);
  EXPECT_EQ(diff.changes(2).intervention(), "interventions/directe-instructie");
  EXPECT_EQ(diff.changes(2).kind(), v1::INTERVENTION_CHANGE_KIND_REPLACED);
  EXPECT_THAT(diff.changes(2).replaced_by(), ElementsAre("interventions/expliciete-instructie"));
  EXPECT_EQ(diff.changes(2).touched_programme_count(), 2);
  EXPECT_EQ(diff.touched_programme_count(), 3);
  ASSERT_EQ(diff.edition_changes_size(), 1);
  EXPECT_EQ(diff.edition_changes(0).field(), "start_date");
  EXPECT_EQ(diff.edition_changes(0).before(), "2021-05-10");
  EXPECT_EQ(diff.edition_changes(0).after(), "2021-11-10");
  request.set_after("menuEditions/2099");
  EXPECT_THAT(server_.Call(&Stub::DiffMenuEditions, request),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(MenuQueriesTest, ListsTheProgrammesThatAreTouched) {
  Publish("2021-spring", MenuProto());
  Publish("2021-autumn", Autumn());
  File(ProgrammeProto("16SW03", {"feedback", "directe-instructie"}));
  File(ProgrammeProto("16SW04", {"directe-instructie"}, "2022-2023"));
  File(ProgrammeProto("16SW05", {"leermiddelen", "feedback"}));
  v1::ListTouchedProgrammesRequest request;
  request.set_before("menuEditions/2021-spring");
  request.set_after("menuEditions/2021-autumn");
  const std::string third =
      "schools/16SW03/programmes/2021-2022 "
      "interventions/directe-instructie=4 interventions/feedback=3";
  const std::string fourth =
      "schools/16SW04/programmes/2022-2023 interventions/directe-instructie=4";
  const std::string fifth = "schools/16SW05/programmes/2021-2022 interventions/feedback=3";
  EXPECT_THAT(Touched(request), ElementsAre(third, fourth, fifth));
  request.set_page_size(2);
  EXPECT_THAT(Touched(request), ElementsAre(third, fourth));
  request.set_page_token(next_page_token_);
  EXPECT_THAT(Touched(request), ElementsAre(fifth));
  EXPECT_THAT(next_page_token_, IsEmpty());
  request.clear_page_token();
  request.set_school_year("2022-2023");
  EXPECT_THAT(Touched(request), ElementsAre(fourth));
  request.clear_school_year();
  request.set_intervention("interventions/feedback");
  EXPECT_THAT(Touched(request),
              ElementsAre("schools/16SW03/programmes/2021-2022 interventions/feedback=3", fifth));
  request.set_kind(v1::INTERVENTION_CHANGE_KIND_REPLACED);
  EXPECT_THAT(Touched(request), IsEmpty());
}

}  // namespace
}  // namespace vg::catalogue
