#include "services/report/api/report_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/digest/digest.h"
#include "common/grpc/type_conversions.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "services/report/api/test_server.h"

namespace vg::report {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class ReportServiceTest : public testing::Test {
 protected:
  absl::StatusOr<v1::Edition> Compose(const v1::ComposeEditionRequest& request) {
    return server_.Call(&Stub::ComposeEdition, request);
  }
  absl::StatusOr<v1::Edition> Publish(const v1::PublishEditionRequest& request) {
    return server_.Call(&Stub::PublishEdition, request);
  }
  absl::StatusOr<v1::Edition> Recall(const std::string& id) {
    v1::RecallEditionRequest request;
    request.set_name("editions/" + id);
    return server_.Call(&Stub::RecallEdition, request);
  }
  absl::StatusOr<v1::VerifyEditionResponse> Verify(const std::string& id) {
    v1::VerifyEditionRequest request;
    request.set_name("editions/" + id);
    return server_.Call(&Stub::VerifyEdition, request);
  }
  absl::StatusOr<v1::Edition> Get(const std::string& id) {
    v1::GetEditionRequest request;
    request.set_name("editions/" + id);
    return server_.Call(&Stub::GetEdition, request);
  }
  std::string ReasonOf(const absl::Status& status) { return DetailsOf(status).reason; }

  TestServer server_;
};

TEST_F(ReportServiceTest, ComposesADraftWithAllItsFiles) {
  const auto edition = Compose(ComposeRequest());
  ASSERT_THAT(edition, IsOk());
  EXPECT_EQ(edition->name(), "editions/2022-04");
  EXPECT_EQ(edition->state(), v1::EDITION_STATE_DRAFT);
  EXPECT_THAT(edition->assets(), SizeIs(2 * (4 + 5) + 1 + 2 * 5 + 4 * 3 + 2 * 2 + 2 + 1 + 1));
  EXPECT_FALSE(edition->has_publish_time());
  for (const v1::Asset& asset : edition->assets()) {
    const auto bytes = server_.Download(edition->name(), asset.path());
    ASSERT_THAT(bytes, IsOk());
    EXPECT_EQ(Sha256Hex(*bytes), asset.sha256()) << asset.path();
    EXPECT_EQ(static_cast<int64_t>(bytes->size()), asset.size_bytes());
  }
  const auto page = server_.Download(edition->name(), "nl/report.html");
  EXPECT_THAT(*page, HasSubstr(">Instructie in kleine groepen</a> (<a "));
}

TEST_F(ReportServiceTest, GivesTheSameBytesWheneverItComposes) {
  const auto once = Compose(ComposeRequest());
  server_.clock().Advance(absl::Hours(1000));
  const auto again = Compose(ComposeRequest());
  ASSERT_THAT(once, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(once->digest(), again->digest());
  for (int i = 0; i < once->assets_size(); ++i) {
    EXPECT_EQ(once->assets(i).sha256(), again->assets(i).sha256());
  }
  EXPECT_NE(once->etag(), again->etag());
  const auto elsewhere = Compose(ComposeRequest("other-id"));
  ASSERT_THAT(elsewhere, IsOk());
}

TEST_F(ReportServiceTest, NamesThePlaceOfEveryReferenceThatCannotBeResolved) {
  v1::ComposeEditionRequest request = ComposeRequest();
  request.mutable_plan()->mutable_sections(1)->mutable_text()->set_nl("{nothing} and {choices:z}");
  request.mutable_plan()->mutable_headline(2)->set_figure("nowhere");
  const auto refused = Compose(request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  const auto violations = DetailsOf(refused.status()).violations;
  ASSERT_THAT(violations, SizeIs(3));
  EXPECT_EQ(violations[0].field, "plan.headline[2]");
  EXPECT_EQ(violations[0].reason, "UNKNOWN_FIGURE");
  EXPECT_EQ(violations[1].field, "plan.sections[1].text.nl");
  EXPECT_EQ(violations[2].reason, "UNKNOWN_CATEGORY");
  EXPECT_THAT(Get("2022-04"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ReportServiceTest, RefusesATextAboutASuppressedFigure) {
  for (const char* table : {"indicators/consent", "indicators/consent by sector"}) {
    server_.sources().estimates[table].rows[0].cell = Suppressed();
  }
  const auto refused = Compose(ComposeRequest());
  EXPECT_EQ(ReasonOf(refused.status()), "NO_VALUE");
  EXPECT_EQ(DetailsOf(refused.status()).violations[0].field, "plan.headline[1]");
}

TEST_F(ReportServiceTest, RefusesBadPlansOfEveryKind) {
  const auto reason = [this](const std::function<void(v1::ComposeEditionRequest&)>& spoil) {
    v1::ComposeEditionRequest request = ComposeRequest();
    spoil(request);
    const auto refused = Compose(request);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
    return ReasonOf(refused.status());
  };
  using Request = v1::ComposeEditionRequest;
  EXPECT_EQ(reason([](Request& r) { r.mutable_plan()->mutable_sections(1)->set_id("schools"); }),
            "DUPLICATE_ID");
  EXPECT_EQ(reason([](Request& r) { r.mutable_plan()->mutable_edition_month()->set_day(14); }),
            "NOT_A_MONTH");
  EXPECT_EQ(reason([](Request& r) { r.mutable_plan()->clear_wave(); }), "NO_WAVE");
  EXPECT_EQ(reason([](Request& r) {
              r.mutable_plan()->mutable_sections(0)->mutable_figures(0)->clear_source();
            }),
            "NO_SOURCE");
  EXPECT_NE(reason([](Request& r) { r.set_edition_id("Not An Id"); }), "");
  EXPECT_NE(reason([](Request& r) { r.clear_plan(); }), "");
  EXPECT_NE(reason([](Request& r) { r.mutable_plan()->clear_sections(); }), "");
  EXPECT_NE(reason([](Request& r) { r.mutable_plan()->set_snapshot("2021"); }), "");
}

TEST_F(ReportServiceTest, SaysWhichInputIsNotThere) {
  v1::ComposeEditionRequest request = ComposeRequest();
  request.mutable_plan()->set_snapshot("snapshots/none");
  EXPECT_THAT(Compose(request), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ReportServiceTest, WaitsForIndicatorsThatAreBehind) {
  server_.sources().progress.behind = 5;
  const auto refused = Compose(ComposeRequest());
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(refused.status()), "FOLDING");
}

TEST_F(ReportServiceTest, PublishesOnceAndNeverChangesAfter) {
  const auto draft = Compose(ComposeRequest());
  ASSERT_THAT(draft, IsOk());
  const auto published = Publish(PublishRequest());
  ASSERT_THAT(published, IsOk());
  EXPECT_EQ(published->state(), v1::EDITION_STATE_PUBLISHED);
  EXPECT_TRUE(published->has_publish_time());
  EXPECT_NE(published->etag(), draft->etag());
  EXPECT_EQ(published->digest(), draft->digest());
  server_.clock().Advance(absl::Hours(1));
  EXPECT_EQ(Publish(PublishRequest())->SerializeAsString(), published->SerializeAsString());
  EXPECT_EQ(Compose(ComposeRequest())->SerializeAsString(), published->SerializeAsString());

  v1::ComposeEditionRequest other = ComposeRequest();
  other.mutable_plan()->set_synthetic(true);
  EXPECT_EQ(ReasonOf(Compose(other).status()), "EDITION_PUBLISHED");
  other.set_validate_only(true);
  EXPECT_EQ(ReasonOf(Compose(other).status()), "EDITION_PUBLISHED");
}

TEST_F(ReportServiceTest, PinsWhatItWasComputedFromAndTheDayUpToWhichAnswersCount) {
  server_.sources().waves["waves/winter"].last_answers = absl::CivilDay(2022, 3, 4);
  const auto edition = Compose(ComposeRequest());
  ASSERT_THAT(edition, IsOk());
  std::map<std::string, v1::PinnedInput> inputs;
  for (const v1::PinnedInput& input : edition->inputs()) inputs[input.resource()] = input;
  for (const char* resource :
       {"snapshots/2021", "menuEditions/2021", "waves/winter", "questionnaires/boards/versions/3",
        "runs/money", "schemes/npo/versions/1", "indicators/choices", "figures/choices",
        "templates"}) {
    EXPECT_NE(inputs[resource].digest(), "") << resource;
  }
  EXPECT_EQ(inputs["waves/winter"].cut_off_date().day(), 4);
  v1::ComposeEditionRequest earlier = ComposeRequest();
  *earlier.mutable_plan()->mutable_cut_off_date() = rpc::ToProto(absl::CivilDay(2022, 3, 3));
  EXPECT_THAT(Compose(earlier).status(), HasReason("AFTER_CUT_OFF"));
}

TEST_F(ReportServiceTest, PublishesWhenItsEmbargoEndsWithoutAnybodysDoing) {
  ASSERT_THAT(Compose(ComposeRequest()), IsOk());
  v1::PublishEditionRequest request = PublishRequest();
  *request.mutable_embargo_time() = rpc::ToProto(server_.clock().Now() + absl::Hours(2));
  const auto embargoed = Publish(request);
  ASSERT_THAT(embargoed, IsOk());
  EXPECT_EQ(embargoed->state(), v1::EDITION_STATE_EMBARGOED);
  v1::ComposeEditionRequest other = ComposeRequest();
  other.mutable_plan()->set_number(3);
  EXPECT_THAT(Compose(other).status(), HasReason("EDITION_EMBARGOED"));
  server_.clock().Advance(absl::Hours(2));
  const auto published = Get("2022-04");
  EXPECT_EQ(published->state(), v1::EDITION_STATE_PUBLISHED);
  EXPECT_NE(published->etag(), embargoed->etag());
  EXPECT_THAT(Compose(other).status(), HasReason("EDITION_PUBLISHED"));
  EXPECT_THAT(Recall("2022-04").status(), HasReason("EDITION_PUBLISHED"));
}

TEST_F(ReportServiceTest, ComposesAnewWhatWasRecalledFromAnEmbargo) {
  ASSERT_THAT(Compose(ComposeRequest()), IsOk());
  v1::PublishEditionRequest request = PublishRequest();
  *request.mutable_embargo_time() = rpc::ToProto(server_.clock().Now() + absl::Hours(2));
  ASSERT_THAT(Publish(request), IsOk());
  EXPECT_EQ(Recall("2022-04")->state(), v1::EDITION_STATE_DRAFT);
  EXPECT_EQ(Recall("2022-04")->state(), v1::EDITION_STATE_DRAFT);
  v1::ComposeEditionRequest other = ComposeRequest();
  other.mutable_plan()->set_number(3);
  EXPECT_THAT(Compose(other), IsOk());
}

TEST_F(ReportServiceTest, SupersedesAnEditionByARevisionWithItsReason) {
  v1::ComposeEditionRequest revision = ComposeRequest("2022-04-r1");
  revision.mutable_plan()->set_revises("editions/2022-04");
  EXPECT_THAT(Compose(revision).status(), HasReason("NO_REASON"));
  revision.mutable_plan()->mutable_revision_reason()->set_nl("Een fout in de respons.");
  EXPECT_THAT(Compose(revision), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_THAT(Compose(ComposeRequest()), IsOk());
  ASSERT_THAT(Compose(revision), IsOk());
  EXPECT_THAT(Publish(PublishRequest("2022-04-r1")).status(), HasReason("REVISED_NOT_PUBLISHED"));
  ASSERT_THAT(Publish(PublishRequest()), IsOk());
  ASSERT_THAT(Publish(PublishRequest("2022-04-r1")), IsOk());
  const auto revised = Get("2022-04");
  EXPECT_EQ(revised->state(), v1::EDITION_STATE_SUPERSEDED);
  EXPECT_EQ(revised->superseded_by(), "editions/2022-04-r1");
}

TEST_F(ReportServiceTest, VerifiesEveryByteFromThePinnedInputs) {
  ASSERT_THAT(Compose(ComposeRequest()), IsOk());
  server_.clock().Advance(absl::Hours(1000));
  const auto verified = Verify("2022-04");
  ASSERT_THAT(verified, IsOk());
  EXPECT_TRUE(verified->identical());
  EXPECT_TRUE(verified->inputs_unmoved());
  EXPECT_EQ(verified->file_count(), Get("2022-04")->assets_size());
  EXPECT_EQ(verified->input_count(), Get("2022-04")->inputs_size());
  EXPECT_THAT(Verify("none"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ReportServiceTest, TellsWhichInputsMovedAndComputesTheFilesFromTheNumbersItKeeps) {
  ASSERT_THAT(Compose(ComposeRequest()), IsOk());
  server_.sources().estimates["indicators/support"].rows[0].cell = Share(500, 8);
  const auto verified = Verify("2022-04");
  ASSERT_THAT(verified, IsOk());
  EXPECT_TRUE(verified->identical());
  EXPECT_FALSE(verified->inputs_unmoved());
  ASSERT_THAT(verified->inputs(), SizeIs(1));
  EXPECT_EQ(verified->inputs(0).resource(), "figures/support");
  EXPECT_NE(verified->inputs(0).digest(), verified->inputs(0).pinned_digest());
}

TEST_F(ReportServiceTest, FindsAFileThatSomebodyChangedInTheDatabase) {
  ASSERT_THAT(Compose(ComposeRequest()), IsOk());
  ASSERT_THAT(server_.Execute("UPDATE edition_file SET sha256 = 'f0' WHERE path = 'nl/index.html'"),
              IsOk());
  const auto verified = Verify("2022-04");
  ASSERT_THAT(verified, IsOk());
  EXPECT_FALSE(verified->identical());
  ASSERT_THAT(verified->files(), SizeIs(1));
  EXPECT_EQ(verified->files(0).path(), "nl/index.html");
  EXPECT_EQ(verified->files(0).kept_sha256(), "f0");
}

TEST(ReportOnEveryDatabaseTest, GivesTheSameBytesOnEach) {
  const auto compose = [](sql::TestBackend backend) {
    const sql::TestDatabase place(backend);
    TestServer server(place.url());
    const auto edition = server.Call(&Stub::ComposeEdition, ComposeRequest());
    EXPECT_THAT(edition, IsOk());
    v1::VerifyEditionRequest verify;
    verify.set_name(edition->name());
    EXPECT_TRUE(server.Call(&Stub::VerifyEdition, verify)->identical());
    return edition->digest();
  };
  EXPECT_EQ(compose(sql::TestBackend::kSqliteFile), compose(sql::TestBackend::kPostgres));
}

TEST_F(ReportServiceTest, PublishesOnlyWhatTheCallerHasSeen) {
  const auto draft = Compose(ComposeRequest());
  v1::PublishEditionRequest request = PublishRequest();
  request.set_etag("\"stale\"");
  const auto refused = Publish(request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(refused.status()), "ETAG_MISMATCH");
  request.set_etag(draft->etag());
  EXPECT_THAT(Publish(request), IsOk());
  EXPECT_THAT(Publish(PublishRequest("none")), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ReportServiceTest, KeepsNothingWhenItOnlyValidates) {
  v1::ComposeEditionRequest request = ComposeRequest();
  request.set_validate_only(true);
  const auto edition = Compose(request);
  ASSERT_THAT(edition, IsOk());
  EXPECT_FALSE(edition->has_compose_time());
  EXPECT_THAT(Get("2022-04"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Compose(ComposeRequest())->digest(), edition->digest());
}

TEST_F(ReportServiceTest, GivesARepeatedRequestItsFirstAnswer) {
  v1::ComposeEditionRequest request = ComposeRequest();
  request.set_request_id("r-1");
  const auto first = Compose(request);
  ASSERT_THAT(first, IsOk());
  server_.clock().Advance(absl::Minutes(5));
  server_.sources().progress.behind = 5;  // By now it could not be composed.
  EXPECT_EQ(Compose(request)->SerializeAsString(), first->SerializeAsString());
  request.mutable_plan()->set_number(3);
  const auto reused = Compose(request);
  EXPECT_THAT(reused, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(ReasonOf(reused.status()), "REQUEST_ID_REUSED");
}

TEST_F(ReportServiceTest, ListsEditionsByMonthNewestFirst) {
  for (const char* id : {"b", "a", "c"}) ASSERT_THAT(Compose(ComposeRequest(id)), IsOk());
  v1::ComposeEditionRequest newer = ComposeRequest("newer");
  newer.mutable_plan()->mutable_edition_month()->set_month(11);
  ASSERT_THAT(Compose(newer), IsOk());
  v1::ListEditionsRequest request;
  request.set_page_size(3);
  const auto page = server_.Call(&Stub::ListEditions, request);
  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->editions(), SizeIs(3));
  EXPECT_EQ(page->editions(0).name(), "editions/newer");
  EXPECT_EQ(page->editions(1).name(), "editions/a");
  request.set_page_token(page->next_page_token());
  const auto last = server_.Call(&Stub::ListEditions, request);
  ASSERT_THAT(last, IsOk());
  ASSERT_THAT(last->editions(), SizeIs(1));
  EXPECT_EQ(last->editions(0).name(), "editions/c");
  EXPECT_EQ(last->next_page_token(), "");
}

TEST_F(ReportServiceTest, KnowsNoOtherFiles) {
  ASSERT_THAT(Compose(ComposeRequest()), IsOk());
  EXPECT_THAT(server_.Download("editions/2022-04", "../secret"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(server_.Download("editions/none", "nl/index.html"),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace vg::report
