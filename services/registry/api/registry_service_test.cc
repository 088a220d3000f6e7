#include "services/registry/api/registry_service.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "services/registry/api/test_server.h"

namespace vg::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kHeader[] =
    "school,title,sector,municipality,board,province,postcode,bo,so,disadvantage_score\n";
constexpr char kBrug[] = "01AA00,De Brug,primary,114,10249,Drenthe,7822HG,231,,33.02\n";
constexpr char kIchthus[] = "01AB00,Ichthus,primary,1900,20137,Friesland,8601AB,12,,\n";
constexpr char kSintJan[] = "20AA00,Sint Jan,special,363,20137,Noord-Holland,,,<5,\n";

std::string Schools() { return absl::StrCat(kHeader, kBrug, kIchthus, kSintJan); }

class RegistryServiceTest : public testing::Test {
 protected:
  ImportAnswer Import(const std::string& id, const std::string& bytes, int year = 2020) {
    return server_.Send({PlanMessage(id, year), ChunkMessage("schools.csv", bytes)});
  }
  void Store(const std::string& id, const std::string& bytes, int year = 2020) {
    const ImportAnswer answer = Import(id, bytes, year);
    ASSERT_OK(answer.status);
    ASSERT_TRUE(answer.result.stored());
  }
  absl::StatusOr<v1::ListSchoolsResponse> List(const v1::ListSchoolsRequest& request) {
    return server_.Call(&Stub::ListSchools, request);
  }
  absl::StatusOr<v1::Snapshot> Get(const std::string& name) {
    v1::GetSnapshotRequest request;
    request.set_name(name);
    return server_.Call(&Stub::GetSnapshot, request);
  }

  TestServer server_;
};

v1::ListSchoolsRequest InS1() {
  v1::ListSchoolsRequest request;
  request.set_parent("snapshots/s1");
  return request;
}

TEST_F(RegistryServiceTest, ImportsASnapshotAndSaysWhatItIs) {
  const ImportAnswer answer = Import("s1", Schools());
  ASSERT_OK(answer.status);
  EXPECT_TRUE(answer.result.stored());
  const v1::Snapshot& snapshot = answer.result.snapshot();
  EXPECT_EQ(snapshot.name(), "snapshots/s1");
  EXPECT_EQ(snapshot.title(), "1 October 2020");
  EXPECT_THAT(snapshot.digest(), SizeIs(64));
  EXPECT_EQ(snapshot.import_time().seconds(), absl::ToUnixSeconds(server_.clock().Now()));
  EXPECT_EQ(snapshot.totals().school_count(), 3);
  EXPECT_EQ(snapshot.totals().pupil_count(), 243);
  EXPECT_EQ(snapshot.totals().suppressed_count(), 1);
  ASSERT_EQ(snapshot.sources_size(), 1);
  EXPECT_EQ(snapshot.sources(0).kind(), v1::SOURCE_KIND_PLAIN_SCHOOLS);
  ASSERT_OK_AND_ASSIGN(const v1::Snapshot read, Get("snapshots/s1"));
  EXPECT_EQ(read.SerializeAsString(), snapshot.SerializeAsString());
  EXPECT_EQ(answer.progress.front().stage(), v1::IMPORT_STAGE_CHECKING);
  EXPECT_EQ(answer.progress.back().stage(), v1::IMPORT_STAGE_STORING);
}

TEST_F(RegistryServiceTest, TellsHowFarALongImportIs) {
  std::vector<v1::ImportSnapshotRequest> messages = {PlanMessage("s1"),
                                                     ChunkMessage("schools.csv", Schools())};
  std::string rows = "municipality,title,province\n";
  for (int i = 0; i < 3; ++i) {
    rows += std::string(1 << 19, '\n');
    messages.push_back(ChunkMessage("municipalities.csv", rows));
    rows.clear();
    messages.push_back(ChunkMessage("municipalities.csv", std::string(1 << 19, '\n')));
  }
  messages.push_back(
      ChunkMessage("municipalities.csv",
                   "114,Emmen,Drenthe\n363,Amsterdam,PV27\n1900,Súdwest-Fryslân,Friesland\n"));
  const ImportAnswer answer = server_.Send(messages);
  ASSERT_OK(answer.status);
  EXPECT_TRUE(answer.result.stored());
  EXPECT_EQ(answer.progress.front().stage(), v1::IMPORT_STAGE_READING);
  EXPECT_GT(answer.progress[2].done(), 3 << 19);
}

TEST_F(RegistryServiceTest, ReportsEveryRefusedRowAndStoresNothing) {
  const ImportAnswer answer =
      Import("s1", absl::StrCat(kHeader, kBrug, "01AC00,X,primary,114,1,Drenthe,,-5,,\n",
                                "01AD00,X,primary,114,1,Mordor,,5,,\n"));
  ASSERT_OK(answer.status);
  EXPECT_FALSE(answer.result.stored());
  EXPECT_FALSE(answer.result.has_snapshot());
  ASSERT_THAT(answer.refused, SizeIs(2));
  EXPECT_EQ(answer.refused[0].file_name(), "schools.csv");
  EXPECT_EQ(answer.refused[0].line(), 3);
  EXPECT_EQ(answer.refused[0].column(), "bo");
  EXPECT_EQ(answer.refused[0].value(), "-5");
  EXPECT_EQ(answer.refused[0].code(), "NEGATIVE_COUNT");
  EXPECT_THAT(answer.refused[0].hint(), HasSubstr("0 or more"));
  EXPECT_FALSE(answer.refused[0].message().empty());
  EXPECT_EQ(answer.refused[1].code(), "UNKNOWN_PROVINCE");
  EXPECT_THAT(answer.result.refused_by_code(),
              UnorderedElementsAre(Pair("NEGATIVE_COUNT", 1), Pair("UNKNOWN_PROVINCE", 1)));
  EXPECT_THAT(Get("snapshots/s1"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RegistryServiceTest, LeavesRowsOutWhoseCodeIsAllowedAndKeepsTheReport) {
  v1::ImportSnapshotRequest plan = PlanMessage("s1");
  plan.mutable_plan()->add_allowed_refusals("NEGATIVE_COUNT");
  const ImportAnswer answer = server_.Send(
      {plan, ChunkMessage("schools.csv",
                          absl::StrCat(kHeader, kBrug, "01AC00,X,primary,114,1,Drenthe,,-5,,\n"))});
  ASSERT_OK(answer.status);
  EXPECT_TRUE(answer.result.stored());
  EXPECT_EQ(answer.result.snapshot().sources(0).refused_count(), 1);
  v1::ListRefusedRowsRequest request;
  request.set_parent("snapshots/s1");
  ASSERT_OK_AND_ASSIGN(const auto refused, server_.Call(&Stub::ListRefusedRows, request));
  ASSERT_EQ(refused.refused_rows_size(), 1);
  EXPECT_EQ(refused.refused_rows(0).SerializeAsString(), answer.refused[0].SerializeAsString());
  EXPECT_THAT(refused.next_page_token(), IsEmpty());
}

TEST_F(RegistryServiceTest, TriesAnImportWithoutStoringIt) {
  v1::ImportSnapshotRequest plan = PlanMessage("s1");
  plan.mutable_plan()->set_validate_only(true);
  const std::vector<v1::ImportSnapshotRequest> messages = {plan,
                                                           ChunkMessage("schools.csv", Schools())};
  const ImportAnswer tried = server_.Send(messages);
  ASSERT_OK(tried.status);
  EXPECT_FALSE(tried.result.stored());
  EXPECT_EQ(tried.result.snapshot().totals().school_count(), 3);
  EXPECT_FALSE(tried.result.snapshot().has_import_time());
  EXPECT_THAT(Get("snapshots/s1"), StatusIs(absl::StatusCode::kNotFound));

  Store("s1", Schools());
  const ImportAnswer again = server_.Send(messages);
  EXPECT_TRUE(again.result.stored()) << "an earlier import of the same content stored it";
  const ImportAnswer other =
      server_.Send({plan, ChunkMessage("schools.csv", absl::StrCat(kHeader, kBrug))});
  EXPECT_THAT(other.status, HasReason("SNAPSHOT_EXISTS"));
}

TEST_F(RegistryServiceTest, AnswersTheSameImportAgainAndRefusesOtherContentUnderItsId) {
  const ImportAnswer first = Import("s1", Schools());
  server_.clock().Advance(absl::Hours(1));
  const ImportAnswer again = Import("s1", Schools());
  ASSERT_OK(again.status);
  EXPECT_EQ(again.result.SerializeAsString(), first.result.SerializeAsString());
  const ImportAnswer other = Import("s1", absl::StrCat(kHeader, kBrug));
  EXPECT_THAT(other.status, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(other.status, HasReason("SNAPSHOT_EXISTS"));
  EXPECT_EQ(DetailsOf(other.status).metadata.at("resource"), "snapshots/s1");
}

TEST_F(RegistryServiceTest, HonoursRequestIds) {
  v1::ImportSnapshotRequest plan = PlanMessage("s1");
  plan.mutable_plan()->set_request_id("import-1");
  const v1::ImportSnapshotRequest file = ChunkMessage("schools.csv", Schools());
  const ImportAnswer first = server_.Send({plan, file});
  ASSERT_OK(first.status);
  const ImportAnswer again = server_.Send({plan, file});
  ASSERT_OK(again.status);
  EXPECT_EQ(again.result.SerializeAsString(), first.result.SerializeAsString());
  plan.mutable_plan()->set_snapshot_id("s2");
  const ImportAnswer other = server_.Send({plan, file});
  EXPECT_THAT(other.status, HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(Get("snapshots/s2"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RegistryServiceTest, RefusesMessagesInAWrongOrder) {
  const v1::ImportSnapshotRequest chunk = ChunkMessage("a.csv", Schools());
  EXPECT_THAT(server_.Send({}).status, HasReason("OUT_OF_ORDER"));
  EXPECT_THAT(server_.Send({chunk}).status, HasReason("OUT_OF_ORDER"));
  EXPECT_THAT(server_.Send({PlanMessage("s1"), PlanMessage("s1")}).status,
              HasReason("OUT_OF_ORDER"));
  EXPECT_THAT(server_.Send({PlanMessage("s1"), {}}).status, HasReason("OUT_OF_ORDER"));
  EXPECT_THAT(server_.Send({PlanMessage("s1"), chunk, ChunkMessage("b.csv", "x"), chunk}).status,
              HasReason("OUT_OF_ORDER"));
  EXPECT_THAT(server_.Send({PlanMessage("s1")}).status, HasReason("NO_FILES"));
}

TEST_F(RegistryServiceTest, RefusesABadPlanByField) {
  const auto send = [&](auto change) {
    v1::ImportSnapshotRequest plan = PlanMessage("s1");
    change(*plan.mutable_plan());
    return server_.Send({plan, ChunkMessage("a.csv", Schools())}).status;
  };
  EXPECT_THAT(send([](v1::ImportPlan& plan) { plan.set_snapshot_id("Not An Id"); }),
              HasViolation("messages[0].plan.snapshot_id"));
  EXPECT_THAT(send([](v1::ImportPlan& plan) { plan.clear_count_date(); }),
              HasViolation("messages[0].plan.count_date"));
  EXPECT_THAT(send([](v1::ImportPlan& plan) { plan.mutable_count_date()->set_day(32); }),
              HasViolation("plan.count_date"));
  EXPECT_THAT(send([](v1::ImportPlan& plan) { plan.mutable_count_date()->set_year(1); }),
              HasReason("OUT_OF_RANGE"));
  const absl::Status unknown =
      send([](v1::ImportPlan& plan) { plan.add_allowed_refusals("NEGATIVE_COUNTS"); });
  EXPECT_THAT(unknown, HasReason("UNKNOWN_REFUSAL_CODE"));
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("did you mean NEGATIVE_COUNT?"));
  EXPECT_THAT(send([](v1::ImportPlan& plan) { plan.add_allowed_refusals("COLUMNS_SHIFTED"); }),
              HasReason("REFUSAL_NOT_ALLOWABLE"));
}

TEST_F(RegistryServiceTest, RefusesBadPiecesOfFiles) {
  EXPECT_THAT(server_.Send({PlanMessage("s1"), ChunkMessage("folder/a.csv", "x")}).status,
              HasReason("BAD_FILE_NAME"));
  EXPECT_THAT(server_.Send({PlanMessage("s1"), ChunkMessage("", "x")}).status,
              HasViolation("messages[1].chunk.file_name"));
  EXPECT_THAT(
      server_.Send({PlanMessage("s1"), ChunkMessage("a.csv", std::string((1 << 20) + 1, 'x'))})
          .status,
      HasViolation("messages[1].chunk.data"));
  std::vector<v1::ImportSnapshotRequest> many = {PlanMessage("s1")};
  for (int i = 0; i < 65; ++i) many.push_back(ChunkMessage(absl::StrCat(i, ".csv"), "x"));
  EXPECT_THAT(server_.Send(many).status, HasReason("TOO_MANY_FILES"));
}

TEST_F(RegistryServiceTest, LetsTwoImportsRunAtOnceAndTellsTheThirdWhenToComeBack) {
  grpc::ClientContext contexts[2];
  std::unique_ptr<grpc::ClientReaderWriter<v1::ImportSnapshotRequest, v1::ImportSnapshotResponse>>
      open[2];
  for (int i = 0; i < 2; ++i) {
    open[i] = server_.stub().ImportSnapshot(&contexts[i]);
    ASSERT_TRUE(open[i]->Write(PlanMessage(absl::StrCat("open-", i))));
    // A progress message shows that the import has its place.
    ASSERT_TRUE(open[i]->Write(ChunkMessage("a.csv", std::string(1 << 20, '\n'))));
    v1::ImportSnapshotResponse response;
    ASSERT_TRUE(open[i]->Read(&response));
  }
  const ImportAnswer third = Import("s1", Schools());
  EXPECT_THAT(third.status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(third.status, HasReason("TOO_MANY_IMPORTS"));
  EXPECT_TRUE(DetailsOf(third.status).retry_after.has_value());
  for (int i = 0; i < 2; ++i) {
    contexts[i].TryCancel();
    EXPECT_FALSE(open[i]->Finish().ok());
  }
}

TEST_F(RegistryServiceTest, StoresNothingWhenTheCallerVanishes) {
  grpc::ClientContext context;
  const auto stream = server_.stub().ImportSnapshot(&context);
  ASSERT_TRUE(stream->Write(PlanMessage("s1")));
  ASSERT_TRUE(stream->Write(ChunkMessage("schools.csv", Schools())));
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_THAT(Get("snapshots/s1"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RegistryServiceTest, CountsImportsByOutcome) {
  Store("s1", Schools());
  Import("s1", Schools());
  Import("s2", "nonsense");
  Import("s1", absl::StrCat(kHeader, kBrug));
  const std::string text = server_.metrics().Text();
  for (const char* outcome : {"stored", "repeated", "refused", "failed"}) {
    EXPECT_THAT(text, HasSubstr(absl::StrCat("voortgang_registry_imports_total{outcome=\"", outcome,
                                             "\"} 1")));
  }
}

TEST_F(RegistryServiceTest, ReadsOneSchoolWithAllItsFacts) {
  Store("s1", Schools());
  v1::GetSchoolRequest request;
  request.set_name("snapshots/s1/schools/01AA00");
  ASSERT_OK_AND_ASSIGN(const v1::School school, server_.Call(&Stub::GetSchool, request));
  EXPECT_EQ(school.name(), "snapshots/s1/schools/01AA00");
  EXPECT_EQ(school.school(), "schools/01AA00");
  EXPECT_EQ(school.institution(), "01AA");
  EXPECT_EQ(school.title(), "De Brug");
  EXPECT_EQ(school.sector(), voortgang::type::v1::SECTOR_PRIMARY);
  EXPECT_EQ(school.board(), "boards/10249");
  EXPECT_EQ(school.municipality(), "municipalities/GM0114");
  EXPECT_EQ(school.province(), "Drenthe");
  EXPECT_EQ(school.disadvantage_score().value(), "33.02");
  ASSERT_EQ(school.pupil_counts_size(), 1);
  EXPECT_EQ(school.pupil_counts(0).school_type(), voortgang::type::v1::SCHOOL_TYPE_BO);
  EXPECT_EQ(school.pupil_counts(0).count().state(), voortgang::type::v1::COUNT_STATE_KNOWN);
  EXPECT_EQ(school.pupil_counts(0).count().value(), 231);
  ASSERT_EQ(school.fact_sources_size(), 3);
  EXPECT_EQ(school.fact_sources(0).fact(), "register");
  EXPECT_EQ(school.fact_sources(1).fact(), "pupils.bo");
  EXPECT_EQ(school.fact_sources(1).file_name(), "schools.csv");
  EXPECT_THAT(school.fact_sources(1).lines(), ElementsAre(2));
  EXPECT_EQ(school.fact_sources(2).fact(), "score");

  request.set_name("snapshots/s1/schools/20AA00");
  ASSERT_OK_AND_ASSIGN(const v1::School hidden, server_.Call(&Stub::GetSchool, request));
  EXPECT_EQ(hidden.pupil_counts(0).count().state(), voortgang::type::v1::COUNT_STATE_SUPPRESSED);
  EXPECT_FALSE(hidden.has_disadvantage_score());

  request.set_name("snapshots/s1/schools/99ZZ00");
  const auto missing = server_.Call(&Stub::GetSchool, request);
  EXPECT_THAT(missing, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(DetailsOf(missing.status()).metadata.at("resource"), "snapshots/s1/schools/99ZZ00");
  request.set_name("schools/99ZZ00");
  EXPECT_THAT(server_.Call(&Stub::GetSchool, request), HasReason("MALFORMED_NAME"));
}

TEST_F(RegistryServiceTest, ListsSchoolsByFilterInPagesWhileImportsGoOn) {
  Store("s1", Schools());
  v1::ListSchoolsRequest request = InS1();
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first, List(request));
  EXPECT_EQ(first.total_size(), 3);
  ASSERT_EQ(first.schools_size(), 2);
  EXPECT_EQ(first.schools(1).school(), "schools/01AB00");
  Store("s2", absl::StrCat(Schools(), "01AA01,New,primary,114,10249,Drenthe,,5,,\n"));
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto second, List(request));
  ASSERT_EQ(second.schools_size(), 1);
  EXPECT_EQ(second.schools(0).school(), "schools/20AA00");
  EXPECT_THAT(second.next_page_token(), IsEmpty());

  request.set_parent("snapshots/s2");
  EXPECT_THAT(List(request), HasReason("PAGE_TOKEN_MISMATCH"));
}

TEST_F(RegistryServiceTest, FiltersSchools) {
  Store("s1", Schools());
  const auto codes = [&](auto change) {
    v1::ListSchoolsRequest request = InS1();
    change(*request.mutable_filter());
    const auto response = List(request);
    EXPECT_OK(response);
    std::vector<std::string> found;
    for (const v1::School& school : response->schools()) found.push_back(school.school());
    EXPECT_EQ(response->total_size(), static_cast<int64_t>(found.size()));
    return found;
  };
  EXPECT_THAT(codes([](v1::SchoolFilter& filter) {
                filter.add_sectors(voortgang::type::v1::SECTOR_SPECIAL);
              }),
              ElementsAre("schools/20AA00"));
  EXPECT_THAT(codes([](v1::SchoolFilter& filter) { filter.add_boards("boards/20137"); }),
              ElementsAre("schools/01AB00", "schools/20AA00"));
  EXPECT_THAT(
      codes([](v1::SchoolFilter& filter) { filter.add_municipalities("municipalities/GM0114"); }),
      ElementsAre("schools/01AA00"));
  EXPECT_THAT(codes([](v1::SchoolFilter& filter) { filter.add_provinces("Friesland"); }),
              ElementsAre("schools/01AB00"));
  EXPECT_THAT(codes([](v1::SchoolFilter& filter) { filter.add_schools("schools/20AA00"); }),
              ElementsAre("schools/20AA00"));
  EXPECT_THAT(codes([](v1::SchoolFilter& filter) {
                filter.add_school_types(voortgang::type::v1::SCHOOL_TYPE_SO);
              }),
              ElementsAre("schools/20AA00"));
  EXPECT_THAT(codes([](v1::SchoolFilter& filter) { filter.set_text("BRUG"); }),
              ElementsAre("schools/01AA00"));
  v1::ListSchoolsRequest request = InS1();
  request.mutable_filter()->add_provinces("Mordor");
  EXPECT_THAT(List(request), HasViolation("filter.provinces[0]"));
}

TEST_F(RegistryServiceTest, StreamsAWholeSnapshot) {
  std::string rows = kHeader;
  for (int i = 0; i < 1201; ++i) {
    absl::StrAppend(&rows, absl::StrFormat("%02dAA%02d,School,primary,114,10249,Drenthe,,%d,,\n",
                                           i / 100, i % 100, i));
  }
  Store("s1", rows);
  const auto export_in = [&](const std::string& parent) {
    v1::ExportSchoolsRequest request;
    request.set_parent(parent);
    grpc::ClientContext context;
    const auto reader = server_.stub().ExportSchools(&context, request);
    v1::ExportSchoolsResponse response;
    std::vector<int> sizes;
    while (reader->Read(&response)) sizes.push_back(response.schools_size());
    const absl::Status status = rpc::FromGrpcStatus(reader->Finish());
    return std::pair(status, sizes);
  };
  const auto [status, sizes] = export_in("snapshots/s1");
  EXPECT_OK(status);
  EXPECT_THAT(sizes, ElementsAre(500, 500, 201));
  EXPECT_THAT(export_in("snapshots/none").first, StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RegistryServiceTest, ListsBoardsAndMunicipalitiesWithTheirTotals) {
  Store("s1", Schools());
  v1::ListBoardsRequest boards;
  boards.set_parent("snapshots/s1");
  ASSERT_OK_AND_ASSIGN(const auto listed, server_.Call(&Stub::ListBoards, boards));
  ASSERT_EQ(listed.boards_size(), 2);
  EXPECT_EQ(listed.boards(1).name(), "snapshots/s1/boards/20137");
  EXPECT_EQ(listed.boards(1).school_count(), 2);
  EXPECT_EQ(listed.boards(1).pupil_count(), 12);
  v1::GetBoardRequest board;
  board.set_name("snapshots/s1/boards/20137");
  ASSERT_OK_AND_ASSIGN(const v1::Board read, server_.Call(&Stub::GetBoard, board));
  EXPECT_EQ(read.SerializeAsString(), listed.boards(1).SerializeAsString());

  v1::ListMunicipalitiesRequest municipalities;
  municipalities.set_parent("snapshots/s1");
  municipalities.add_provinces("Noord-Holland");
  municipalities.add_provinces("Drenthe");
  municipalities.set_page_size(1);
  ASSERT_OK_AND_ASSIGN(const auto page, server_.Call(&Stub::ListMunicipalities, municipalities));
  ASSERT_EQ(page.municipalities_size(), 1);
  EXPECT_EQ(page.municipalities(0).municipality(), "municipalities/GM0114");
  EXPECT_EQ(page.municipalities(0).school_count(), 1);
  EXPECT_FALSE(page.municipalities(0).has_population());
  EXPECT_FALSE(page.next_page_token().empty());
  v1::GetMunicipalityRequest municipality;
  municipality.set_name("snapshots/s1/municipalities/GM1900");
  ASSERT_OK_AND_ASSIGN(const auto frisian, server_.Call(&Stub::GetMunicipality, municipality));
  EXPECT_EQ(frisian.province(), "Fryslân");
  municipality.set_name("snapshots/s1/municipalities/GM9999");
  EXPECT_THAT(server_.Call(&Stub::GetMunicipality, municipality),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RegistryServiceTest, ListsSnapshotsNewestFirstInPages) {
  Store("old", Schools(), 2019);
  Store("new", Schools(), 2021);
  Store("middle", Schools(), 2020);
  v1::ListSnapshotsRequest request;
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first, server_.Call(&Stub::ListSnapshots, request));
  ASSERT_EQ(first.snapshots_size(), 2);
  EXPECT_EQ(first.snapshots(0).name(), "snapshots/new");
  EXPECT_EQ(first.snapshots(1).name(), "snapshots/middle");
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto second, server_.Call(&Stub::ListSnapshots, request));
  ASSERT_EQ(second.snapshots_size(), 1);
  EXPECT_EQ(second.snapshots(0).name(), "snapshots/old");
  EXPECT_THAT(second.next_page_token(), IsEmpty());
}

TEST_F(RegistryServiceTest, TellsWhatHappenedBetweenTwoSnapshotsInPages) {
  Store("s1", absl::StrCat(Schools(), "01AA01,Gone,primary,114,10249,Drenthe,,5,,\n"));
  Store("s2",
        absl::StrCat(kHeader, "01AA00,De Brug,primary,1979,10250,Groningen,7822HG,240,7,33.02\n",
                     kIchthus, "30AA00,New,primary,363,20137,Noord-Holland,,9,,\n"),
        2021);
  v1::DiffSnapshotsRequest request;
  request.set_before("snapshots/s1");
  request.set_after("snapshots/s2");
  request.set_page_size(2);
  std::vector<std::string> changes;
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const auto page, server_.Call(&Stub::DiffSnapshots, request));
    EXPECT_THAT(page.totals(),
                UnorderedElementsAre(Pair("opened", 1), Pair("closed", 1), Pair("merged", 1),
                                     Pair("moved_municipality", 1), Pair("changed_board", 1),
                                     Pair("changed_count", 2)));
    for (const v1::SchoolChange& change : page.changes()) {
      changes.push_back(absl::StrCat(change.school(), " ", change.kind(), " ", change.before(),
                                     " > ", change.after()));
    }
    if (page.next_page_token().empty()) break;
    request.set_page_token(page.next_page_token());
  }
  EXPECT_THAT(changes, ElementsAre("schools/01AA00 4 municipalities/GM0114 > municipalities/GM1979",
                                   "schools/01AA00 5 boards/10249 > boards/10250",
                                   "schools/01AA00 6 BO 231 > BO 240", "schools/01AA00 6  > SO 7",
                                   "schools/01AA01 3  > schools/01AA00", "schools/20AA00 2  > ",
                                   "schools/30AA00 1  > "));
  request.clear_page_token();
  request.add_kinds(v1::SCHOOL_CHANGE_KIND_OPENED);
  ASSERT_OK_AND_ASSIGN(const auto opened, server_.Call(&Stub::DiffSnapshots, request));
  ASSERT_EQ(opened.changes_size(), 1);
  EXPECT_EQ(opened.changes(0).title(), "New");
  EXPECT_EQ(opened.totals().at("closed"), 1);
  request.set_after("snapshots/none");
  EXPECT_THAT(server_.Call(&Stub::DiffSnapshots, request), StatusIs(absl::StatusCode::kNotFound));
}

// The real files through the real server, as a user sends them.
TEST(RealImportTest, StoresTheRegistersWithCountsOnSqlite) {
  SHARED_DATA_OR_SKIP(data);
  const TempDir folder;
  TestServer server(absl::StrCat("sqlite:", folder.File("registry.db")));
  v1::ImportSnapshotRequest plan = PlanMessage("real", 2019);
  plan.mutable_plan()->add_allowed_refusals("SCHOOL_NOT_IN_REGISTER");
  std::vector<v1::ImportSnapshotRequest> messages = {plan};
  for (const char* path :
       {"cbs/gemeenten-2020.csv", "duo/vestigingen-bo-2020-12.csv",
        "duo/vestigingen-vo-2020-12.csv", "duo/leerlingen-po-per-vestiging-2019.csv",
        "duo/leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv",
        "cbs/achterstandsscores-2019.csv"}) {
    const std::string bytes = ReadFile(absl::StrCat(data, "/", path));
    for (size_t at = 0; at < bytes.size(); at += 1 << 18) {
      messages.push_back(ChunkMessage(std::string(path).substr(4), bytes.substr(at, 1 << 18)));
    }
  }
  const ImportAnswer answer = server.Send(messages);
  ASSERT_OK(answer.status);
  EXPECT_TRUE(answer.result.stored());
  EXPECT_EQ(answer.result.snapshot().totals().school_count(), 8729);
  EXPECT_THAT(answer.refused, SizeIs(209));
}

}  // namespace
}  // namespace vg::registry
