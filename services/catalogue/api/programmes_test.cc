#include "services/catalogue/api/programmes.h"

#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/catalogue/api/test_server.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ProgrammesTest : public testing::Test {
 protected:
  ProgrammesTest() {
    EXPECT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("2021-spring")));
  }

  void File(const v1::Programme& programme) {
    ASSERT_OK(server_.Call(&Stub::SubmitProgramme, SubmitRequest(programme)));
  }

  // The names of all pages of `request`.
  std::vector<std::string> Names(v1::ListProgrammesRequest request) {
    std::vector<std::string> names;
    do {
      const auto page = server_.Call(&Stub::ListProgrammes, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const v1::Programme& programme : page->programmes()) names.push_back(programme.name());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return names;
  }

  TestServer server_;
};

TEST_F(ProgrammesTest, ListsBySchoolAndYearPageByPage) {
  File(ProgrammeProto("31FR00"));
  File(ProgrammeProto("16SW03", {"directe-instructie"}, "2022-2023"));
  File(ProgrammeProto("16SW03"));
  v1::ListProgrammesRequest request;
  request.set_parent("schools/-");
  request.set_page_size(1);
  EXPECT_THAT(Names(request),
              ElementsAre(NameOf("16SW03"), NameOf("16SW03", "2022-2023"), NameOf("31FR00")));
  request.set_school_year("2021-2022");
  EXPECT_THAT(Names(request), ElementsAre(NameOf("16SW03"), NameOf("31FR00")));
  request.set_intervention("interventions/feedback");
  EXPECT_THAT(Names(request), ElementsAre(NameOf("16SW03"), NameOf("31FR00")));
  request.set_parent("schools/16SW03");
  EXPECT_THAT(Names(request), ElementsAre(NameOf("16SW03")));
  request.clear_school_year();
  request.set_intervention("interventions/directe-instructie");
  EXPECT_THAT(Names(request), ElementsAre(NameOf("16SW03", "2022-2023")));
  request.set_parent("schools/99ZZ99");
  EXPECT_THAT(Names(request), IsEmpty());
}

TEST_F(ProgrammesTest, ListsThoseThatLackSomething) {
  for (const char* school : {"16SW03", "16SW04", "31FR00"}) File(ProgrammeProto(school));
  File(ProgrammeProto("99ZZ99", {}));
  v1::RecordConsentRequest consent;
  consent.set_name(NameOf("16SW04"));
  *consent.mutable_consent() = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);
  ASSERT_OK(server_.Call(&Stub::RecordConsent, consent));
  v1::ListProgrammesRequest request;
  request.set_parent("schools/-");
  request.set_page_size(1);
  request.set_gap("MR_CONSENT_MISSING");
  EXPECT_THAT(Names(request), ElementsAre(NameOf("16SW03"), NameOf("31FR00"), NameOf("99ZZ99")));
  request.set_stage(v1::PROGRAMME_STAGE_RUNNING);
  EXPECT_THAT(Names(request), ElementsAre(NameOf("16SW03"), NameOf("31FR00")));
  request.clear_gap();
  EXPECT_THAT(Names(request), ElementsAre(NameOf("16SW03"), NameOf("16SW04"), NameOf("31FR00")));
  request.set_gap("NO_CHOICES");
  EXPECT_THAT(Names(request), IsEmpty());
  request.set_gap("no choices");
  EXPECT_THAT(server_.Call(&Stub::ListProgrammes, request), HasReason("MALFORMED"));
}

TEST_F(ProgrammesTest, LooksAtSoManyProgrammesForAPageAndGoesOnFromThere) {
  constexpr int kSchools = 2100;
  std::vector<v1::ImportProgrammesRequest> messages;
  for (int school = 0; school < kSchools; ++school) {
    if (school % 700 == 0) messages.emplace_back();
    *messages.back().add_filings()->mutable_programme() =
        ProgrammeProto(absl::StrFormat("%02dAB%02d", school / 100, school % 100));
  }
  ASSERT_OK(server_.Import(messages));
  File(ProgrammeProto("99ZZ99", {}));
  v1::ListProgrammesRequest request;
  request.set_parent("schools/-");
  request.set_gap("NO_CHOICES");
  ASSERT_OK_AND_ASSIGN(const auto page, server_.Call(&Stub::ListProgrammes, request));
  EXPECT_EQ(page.programmes_size(), 0);
  EXPECT_NE(page.next_page_token(), "");
  EXPECT_THAT(Names(request), ElementsAre(NameOf("99ZZ99")));
}

TEST_F(ProgrammesTest, ListsThoseThatChoseFromAnEdition) {
  v1::MenuEdition autumn = MenuProto();
  autumn.mutable_start_date()->set_month(11);
  ASSERT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("2021-autumn", autumn)));
  File(ProgrammeProto("16SW03"));
  v1::Programme later = ProgrammeProto("16SW04");
  later.set_menu_edition("menuEditions/2021-autumn");
  File(later);
  v1::ListProgrammesRequest request;
  request.set_menu_edition("menuEditions/2021-autumn");
  for (const char* parent : {"schools/-", "schools/16SW04"}) {
    request.set_parent(parent);
    request.clear_intervention();
    EXPECT_THAT(Names(request), ElementsAre(NameOf("16SW04")));
    request.set_intervention("interventions/feedback");
    EXPECT_THAT(Names(request), ElementsAre(NameOf("16SW04")));
  }
  request.set_parent("schools/16SW03");
  EXPECT_THAT(Names(request), IsEmpty());
}

TEST_F(ProgrammesTest, KeepsPagesStableWhileSchoolsFile) {
  for (const char* school : {"16SW03", "16SW05", "16SW07"}) File(ProgrammeProto(school));
  v1::ListProgrammesRequest request;
  request.set_parent("schools/-");
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first, server_.Call(&Stub::ListProgrammes, request));
  File(ProgrammeProto("16SW04"));
  File(ProgrammeProto("16SW06"));
  request.set_page_token(first.next_page_token());
  EXPECT_THAT(Names(request), ElementsAre(NameOf("16SW06"), NameOf("16SW07")));
  request.set_school_year("2021-2022");
  EXPECT_THAT(server_.Call(&Stub::ListProgrammes, request), HasReason("PAGE_TOKEN_MISMATCH"));
}

TEST_F(ProgrammesTest, RefusesWhatCannotBeListed) {
  v1::ListProgrammesRequest request;
  request.set_parent("boards/40740");
  EXPECT_THAT(server_.Call(&Stub::ListProgrammes, request), HasReason("MALFORMED_NAME"));
  request.set_parent("schools/-");
  request.set_page_size(-1);
  EXPECT_THAT(server_.Call(&Stub::ListProgrammes, request), HasReason("PAGE_SIZE_NEGATIVE"));
}

TEST_F(ProgrammesTest, ShowsWhatAProgrammeWas) {
  v1::Programme programme = ProgrammeProto("16SW03");
  for (int goal = 0; goal < 3; ++goal) {
    programme.add_goals(absl::StrCat("Doel ", goal));
    File(programme);
  }
  v1::ListProgrammeRevisionsRequest request;
  request.set_name(NameOf("16SW03"));
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first, server_.Call(&Stub::ListProgrammeRevisions, request));
  ASSERT_EQ(first.programmes_size(), 2);
  EXPECT_EQ(first.programmes(0).revision(), 3);
  EXPECT_EQ(first.programmes(0).goals_size(), 4);
  EXPECT_EQ(first.programmes(1).revision(), 2);
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto second, server_.Call(&Stub::ListProgrammeRevisions, request));
  ASSERT_EQ(second.programmes_size(), 1);
  EXPECT_EQ(second.programmes(0).goals_size(), 2);
  EXPECT_THAT(second.next_page_token(), IsEmpty());
  request.clear_page_token();
  request.set_name(NameOf("16SW04"));
  EXPECT_THAT(server_.Call(&Stub::ListProgrammeRevisions, request),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ProgrammesTest, CountsUptakeBesideTheEvidence) {
  v1::MenuEdition autumn = MenuProto();
  autumn.mutable_start_date()->set_month(11);
  autumn.mutable_interventions()->DeleteSubrange(1, 1);  // directe-instructie.
  ASSERT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("2021-autumn", autumn)));
  File(ProgrammeProto("16SW03", {"directe-instructie", "feedback"}));
  File(ProgrammeProto("16SW04", {"directe-instructie"}));
  v1::Programme stopped = ProgrammeProto("16SW05");
  stopped.mutable_choices(0)->set_status(v1::CHOICE_STATUS_STOPPED);
  stopped.mutable_choices(0)->set_stop_reason("Geen personeel");
  File(stopped);
  File(ProgrammeProto("16SW06", {}));
  File(ProgrammeProto("16SW06", {"leermiddelen", "feedback"}, "2022-2023"));
  File(ProgrammeProto("16SW04", {"directe-instructie", "leermiddelen"}));  // Changes its mind.

  v1::GetUptakeRequest request;
  request.set_school_year("2021-2022");
  request.set_menu_edition("menuEditions/2021-autumn");
  ASSERT_OK_AND_ASSIGN(const auto uptake, server_.Call(&Stub::GetUptake, request));
  EXPECT_EQ(uptake.programme_count(), 4);
  ASSERT_EQ(uptake.uptake_size(), 3);
  EXPECT_EQ(uptake.uptake(0).intervention().id(), "feedback");
  EXPECT_EQ(uptake.uptake(0).intervention().evidence(0).effect_months(), 8);
  EXPECT_EQ(uptake.uptake(0).programme_count(), 2);
  EXPECT_EQ(uptake.uptake(0).running_count(), 1);
  EXPECT_EQ(uptake.uptake(0).stopped_count(), 1);
  EXPECT_EQ(uptake.uptake(0).menu_edition(), "menuEditions/2021-autumn");
  EXPECT_EQ(uptake.uptake(1).intervention().id(), "directe-instructie");
  EXPECT_EQ(uptake.uptake(1).intervention().title().nl(), "De directe-instructie");
  EXPECT_EQ(uptake.uptake(1).menu_edition(), "menuEditions/2021-spring");
  EXPECT_EQ(uptake.uptake(1).programme_count(), 2);
  EXPECT_EQ(uptake.uptake(2).intervention().id(), "leermiddelen");
  EXPECT_EQ(uptake.uptake(2).programme_count(), 1);

  request.set_school_year("2021-2023");
  EXPECT_THAT(server_.Call(&Stub::GetUptake, request), HasReason("BAD_YEAR"));
  request.set_school_year("2021-2022");
  request.set_menu_edition("menuEditions/2099");
  EXPECT_THAT(server_.Call(&Stub::GetUptake, request), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace vg::catalogue
