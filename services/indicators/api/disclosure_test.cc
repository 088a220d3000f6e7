#include <functional>
#include <future>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <gmock/gmock.h>

#include "common/grpc/test_caller.h"
#include "common/grpc/test_registry.h"
#include "services/indicators/api/disclosure_service.h"
#include "services/indicators/api/test_service.h"

namespace vg::indicators {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using voortgang::api::v1::ROLE_ANALYST;
using voortgang::api::v1::ROLE_READER;

constexpr char kPublisher[] = "users/publisher";

// Leaders of 40 schools: 36 primary and 4 secondary; of the latter nothing may be told.
class DisclosureTest : public IndicatorsServiceTest {
 protected:
  DisclosureTest() {
    EXPECT_OK(server_.Define("execution", Example("execution-well")).status());
    SubmitLeaders(kSchools);
    server_.CatchUp();
  }

  static v1::QueryEstimatesRequest Asking(const std::vector<std::string>& breakdowns) {
    v1::QueryEstimatesRequest request;
    request.set_indicator("indicators/execution");
    request.set_wave(kWave);
    for (const std::string& each : breakdowns) request.add_breakdowns(each);
    return request;
  }
  absl::StatusOr<v1::EstimateTable> Query(const v1::QueryEstimatesRequest& request,
                                          const std::string& caller = "users/a",
                                          auth::Roles roles = {ROLE_READER}) {
    grpc::ClientContext context;
    rpc::CallAs(context, caller, roles);
    v1::EstimateTable table;
    RETURN_IF_ERROR(rpc::FromGrpcStatus(server_.stub->QueryEstimates(&context, request, &table)));
    return table;
  }
  static v1::QueryEstimatesRequest AskingFor(int first, int last) {
    v1::QueryEstimatesRequest request = Asking({});
    for (int i = first; i < last; ++i) request.mutable_filter()->add_schools(School(i));
    return request;
  }
  absl::StatusOr<v1::PolicyVersion> SetPolicy(std::string_view yaml, bool validate_only = false,
                                              const std::string& indicator = "execution") {
    v1::SetPolicyRequest request;
    request.set_indicator("indicators/" + indicator);
    *request.mutable_policy() = Yaml<v1::DisclosurePolicy>(yaml);
    request.set_validate_only(validate_only);
    grpc::ClientContext context;
    v1::PolicyVersion version;
    RETURN_IF_ERROR(
        rpc::FromGrpcStatus(server_.disclosures->SetPolicy(&context, request, &version)));
    return version;
  }
  absl::StatusOr<v1::ProtectedTables> Protect(const v1::ProtectTablesRequest& request,
                                              auth::Roles roles = auth::Roles::All()) {
    grpc::ClientContext context;
    rpc::CallAs(context, kPublisher, roles);
    v1::ProtectedTables tables;
    RETURN_IF_ERROR(
        rpc::FromGrpcStatus(server_.disclosures->ProtectTables(&context, request, &tables)));
    return tables;
  }
  // Streams, watches and exports by name: whether they show the total of a table.
  using ShowsTotal = std::function<absl::StatusOr<bool>(
      const v1::QueryEstimatesRequest& request, const std::string& caller, auth::Roles roles)>;
  std::map<std::string, ShowsTotal> OtherWays() {
    const auto first_of = [](auto& context, auto& reader) -> absl::StatusOr<bool> {
      v1::EstimateTable table;
      if (!reader->Read(&table)) return rpc::FromGrpcStatus(reader->Finish());
      context.TryCancel();
      return table.estimates(0).state() == v1::ESTIMATE_STATE_PUBLISHED;
    };
    std::map<std::string, ShowsTotal> ways;
    ways["stream"] = [=, this](const auto& query, const auto& caller, auth::Roles roles) {
      v1::StreamEstimatesRequest request;
      *request.mutable_query() = query;
      grpc::ClientContext context;
      rpc::CallAs(context, caller, roles);
      const auto reader = server_.stub->StreamEstimates(&context, request);
      return first_of(context, reader);
    };
    ways["watch"] = [=, this](const auto& query, const auto& caller, auth::Roles roles) {
      v1::WatchEstimatesRequest request;
      *request.mutable_query() = query;
      grpc::ClientContext context;
      rpc::CallAs(context, caller, roles);
      const auto reader = server_.stub->WatchEstimates(&context, request);
      return first_of(context, reader);
    };
    ways["export"] = [this](const auto& query, const auto& caller,
                            auth::Roles roles) -> absl::StatusOr<bool> {
      v1::ExportEstimatesRequest request;
      *request.add_queries() = query;
      request.set_format(v1::EXPORT_FORMAT_CSV);
      grpc::ClientContext context;
      rpc::CallAs(context, caller, roles);
      const auto reader = server_.stub->ExportEstimates(&context, request);
      v1::ExportEstimatesResponse piece;
      std::string file;
      while (reader->Read(&piece)) file += piece.data();
      RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));
      return absl::StrContains(file, "execution,w,all,,published,");
    };
    return ways;
  }
  static int AuditLines(const rpc::LogLines& log) {
    const std::string text = log.text();
    int count = 0;
    for (const auto line : absl::StrSplit(text, '\n')) {
      if (absl::StrContains(line, "unprotected_figures")) ++count;
    }
    return count;
  }
  static const v1::Estimate* Find(const v1::EstimateTable& table, const std::string& group) {
    for (const v1::Estimate& estimate : table.estimates()) {
      if (estimate.group_size() == 1 && estimate.group(0) == group) return &estimate;
    }
    return nullptr;
  }
};

TEST_F(DisclosureTest, AHiddenFigureHasAReasonAndThePolicysVersion) {
  ASSERT_OK(SetPolicy("minimum_units: 12\n").status());
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, Query(Asking({"province"})));
  EXPECT_EQ(Find(table, "Zeeland")->state(), v1::ESTIMATE_STATE_SUPPRESSED);
  EXPECT_EQ(Find(table, "Zeeland")->hidden_reason(), v1::HIDDEN_REASON_FREQUENCY);
  // Hidden for the sake of the other, which readers are not told.
  EXPECT_EQ(Find(table, "Utrecht")->state(), v1::ESTIMATE_STATE_SUPPRESSED);
  EXPECT_EQ(Find(table, "Utrecht")->hidden_reason(), v1::HIDDEN_REASON_FREQUENCY);
  EXPECT_EQ(table.disclosure().policy_version(), 1);
  EXPECT_EQ(table.disclosure().policy_digest().size(), 64u);
  EXPECT_EQ(table.disclosure().hidden_group_count(), 2);
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable told,
                       Query(Asking({"province"}), "users/b", {ROLE_ANALYST}));
  EXPECT_EQ(Find(told, "Utrecht")->hidden_reason(), v1::HIDDEN_REASON_SECONDARY);
  EXPECT_EQ(told.disclosure().secondary_group_count(), 1);
}

TEST_F(DisclosureTest, AnAnalystSeesFiguresAsTheyAreAndLeavesALine) {
  rpc::LogLines log;
  v1::QueryEstimatesRequest request = Asking({"sector"});
  EXPECT_EQ(Find(*Query(request), "secondary")->n(), 0);
  request.set_unprotected(true);
  EXPECT_THAT(Query(request), HasReason("ROLE_MISSING"));
  EXPECT_THAT(log.text(), Not(HasSubstr("unprotected_figures")));
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, Query(request, "users/b", {ROLE_ANALYST}));
  EXPECT_EQ(Find(table, "secondary")->n(), 4);
  EXPECT_TRUE(table.disclosure().unprotected());
  EXPECT_THAT(log.text(), AllOf(HasSubstr(R"("audit":"unprotected_figures")"),
                                HasSubstr(R"("caller":"users/b")"),
                                HasSubstr(R"("indicator":"indicators/execution")")));
}

TEST_F(DisclosureTest, StreamsWatchesAndExportsAreGuardedAndLoggedLikeQueries) {
  rpc::LogLines log;
  v1::QueryEstimatesRequest unprotected = Asking({"sector"});
  unprotected.set_unprotected(true);
  int lines = 0;
  for (const auto& [way, shows_total] : OtherWays()) {
    SCOPED_TRACE(way);
    EXPECT_THAT(shows_total(unprotected, "users/b", {ROLE_READER}), HasReason("ROLE_MISSING"));
    EXPECT_EQ(AuditLines(log), lines);
    EXPECT_THAT(shows_total(unprotected, "users/b", {ROLE_ANALYST}), IsOkAndHolds(true));
    EXPECT_EQ(AuditLines(log), ++lines);

    const std::string caller = absl::StrCat("users/", way);
    ASSERT_OK(Query(AskingFor(0, 30), caller).status());
    EXPECT_THAT(shows_total(AskingFor(0, 29), caller, {ROLE_READER}), IsOkAndHolds(false));
    EXPECT_THAT(shows_total(AskingFor(0, 15), caller, {ROLE_READER}), IsOkAndHolds(true));
    EXPECT_EQ(Query(AskingFor(0, 14), caller)->estimates(0).hidden_reason(),
              v1::HIDDEN_REASON_DIFFERENCING);
  }
}

TEST_F(DisclosureTest, AWatchOfUnprotectedFiguresLeavesALineForEachTableAndNoneForALook) {
  rpc::LogLines log;
  v1::WatchEstimatesRequest request;
  *request.mutable_query() = Asking({});
  request.mutable_query()->set_unprotected(true);
  request.set_interval_millis(1);
  grpc::ClientContext context;
  rpc::CallAs(context, "users/b", {ROLE_ANALYST});
  const auto reader = server_.stub->WatchEstimates(&context, request);
  v1::EstimateTable table;
  ASSERT_TRUE(reader->Read(&table));
  for (int i = 0; i < 5; ++i) {
    survey::Response partial = Leader(i, "badly");
    partial.set_partial(true);
    Submit(partial);
    server_.CatchUp();
  }
  EXPECT_EQ(AuditLines(log), 1);
  survey::Response more = Leader(1, "badly");
  more.set_name(absl::StrCat(kWave, "/responses/another"));
  Submit(more);
  ASSERT_TRUE(reader->Read(&table));
  EXPECT_EQ(table.estimates(0).n(), kSchools + 1);
  EXPECT_EQ(AuditLines(log), 2);
  context.TryCancel();
}

TEST_F(DisclosureTest, PoliciesHaveVersionsAndASensibleDefault) {
  v1::GetPolicyRequest get;
  get.set_indicator("indicators/execution");
  const auto read = [&]() -> absl::StatusOr<v1::PolicyVersion> {
    grpc::ClientContext context;
    v1::PolicyVersion version;
    RETURN_IF_ERROR(rpc::FromGrpcStatus(server_.disclosures->GetPolicy(&context, get, &version)));
    return version;
  };
  EXPECT_EQ(read()->version(), 0);
  EXPECT_EQ(read()->policy().minimum_records(), 5);
  EXPECT_EQ(SetPolicy("minimum_records: 10\n")->version(), 1);
  EXPECT_EQ(SetPolicy("minimum_records: 10\n")->version(), 1);
  EXPECT_EQ(SetPolicy("minimum_records: 8\n", /*validate_only=*/true)->version(), 0);
  EXPECT_EQ(SetPolicy("minimum_records: 7\n")->version(), 2);
  EXPECT_EQ(read()->policy().minimum_records(), 7);
  EXPECT_EQ(read()->policy().minimum_units(), 5);
  get.set_version(1);
  EXPECT_EQ(read()->policy().minimum_records(), 10);
  get.set_version(3);
  EXPECT_THAT(read(), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DisclosureTest, RefusesPoliciesThatMakeNoSense) {
  EXPECT_THAT(SetPolicy("minimum_records: 2\n"), HasReason("OUT_OF_RANGE"));
  EXPECT_THAT(SetPolicy("p_percent: {percent: 10}\n"), HasReason("NOT_APPLICABLE"));
  EXPECT_THAT(SetPolicy("rounding: {base: 1}\n"), HasReason("OUT_OF_RANGE"));
  EXPECT_THAT(SetPolicy("cell_key: {largest: 2, variance: 9}\n"), HasReason("NOISE_INFEASIBLE"));
  EXPECT_THAT(SetPolicy("", false, "none"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DisclosureTest, AnAuditTellsWhatIsKnownOfHiddenGroups) {
  v1::AuditTableRequest request;
  *request.mutable_query() = Asking({"sector"});
  grpc::ClientContext context;
  v1::TableAudit audit;
  ASSERT_OK(rpc::FromGrpcStatus(server_.disclosures->AuditTable(&context, request, &audit)));
  EXPECT_TRUE(audit.protected_());
  EXPECT_EQ(audit.folded_change_count(), kSchools);
  EXPECT_EQ(audit.primary_group_count(), 1);
  EXPECT_EQ(audit.secondary_group_count(), 1);
  bool seen = false;
  for (const v1::FeasibleInterval& each : audit.intervals()) {
    if (each.group(0) != "secondary" || each.quantity() != v1::QUANTITY_RECORDS) continue;
    seen = true;
    EXPECT_EQ(each.lower(), 0);
    EXPECT_EQ(each.upper(), 40);
    EXPECT_EQ(each.required_width(), 5);
  }
  EXPECT_TRUE(seen);
}

TEST_F(DisclosureTest, AQueryThatDiffersByOneSchoolFromAnEarlierOneIsHidden) {
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable first, Query(AskingFor(0, 30)));
  EXPECT_EQ(first.estimates(0).state(), v1::ESTIMATE_STATE_PUBLISHED);
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable second, Query(AskingFor(0, 29)));
  EXPECT_EQ(second.estimates(0).state(), v1::ESTIMATE_STATE_SUPPRESSED);
  EXPECT_EQ(second.estimates(0).hidden_reason(), v1::HIDDEN_REASON_DIFFERENCING);
  // Somebody else has not seen the first.
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable other, Query(AskingFor(0, 29), "users/b"));
  EXPECT_EQ(other.estimates(0).state(), v1::ESTIMATE_STATE_PUBLISHED);
  // Half of them is far enough, and the first stays what it was.
  EXPECT_EQ(Query(AskingFor(0, 15))->estimates(0).state(), v1::ESTIMATE_STATE_PUBLISHED);
  EXPECT_EQ(Query(AskingFor(0, 30))->estimates(0).state(), v1::ESTIMATE_STATE_PUBLISHED);
}

TEST_F(DisclosureTest, WhatWasPublishedGuardsEverybodysQueries) {
  v1::ProtectTablesRequest request;
  *request.add_queries() = AskingFor(0, 30);
  request.set_publication("editions/2022-1");
  EXPECT_THAT(Protect(request, {ROLE_READER}), HasReason("ROLE_MISSING"));
  ASSERT_OK(Protect(request).status());
  EXPECT_EQ(Query(AskingFor(0, 29))->estimates(0).hidden_reason(), v1::HIDDEN_REASON_DIFFERENCING);
  EXPECT_EQ(Query(AskingFor(0, 29), "users/b")->estimates(0).hidden_reason(),
            v1::HIDDEN_REASON_DIFFERENCING);
}

TEST_F(DisclosureTest, WhatWasPublishedMayBeCheckedByAnybodyWhateverTheyHaveSeen) {
  v1::ProtectTablesRequest request;
  *request.add_queries() = AskingFor(0, 30);
  request.set_publication("editions/2022-1");
  ASSERT_OK_AND_ASSIGN(const v1::ProtectedTables published, Protect(request));
  ASSERT_OK(Query(AskingFor(0, 20), kPublisher).status());
  ASSERT_OK_AND_ASSIGN(const v1::ProtectedTables checked, Protect(request, {ROLE_READER}));
  EXPECT_EQ(checked.SerializeAsString(), published.SerializeAsString());
  *request.add_queries() = Asking({"province"});
  EXPECT_THAT(Protect(request, {ROLE_READER}), HasReason("ROLE_MISSING"));
}

TEST_F(DisclosureTest, APublicationTellsNobodyWhichGroupsAreHiddenForTheSakeOfOthers) {
  v1::ProtectTablesRequest request;
  *request.add_queries() = Asking({"sector"});
  ASSERT_OK_AND_ASSIGN(const v1::ProtectedTables looked_at, Protect(request));
  EXPECT_EQ(Find(looked_at.tables(0), "primary")->hidden_reason(), v1::HIDDEN_REASON_SECONDARY);
  request.set_publication("editions/2022-1");
  ASSERT_OK_AND_ASSIGN(const v1::ProtectedTables published, Protect(request));
  EXPECT_EQ(Find(published.tables(0), "primary")->hidden_reason(), v1::HIDDEN_REASON_FREQUENCY);
  EXPECT_EQ(published.audits(0).secondary_group_count(), 0);
}

TEST_F(DisclosureTest, TablesThatAreProtectedTogetherAreHeldAgainstWhatTheCallerHasSeen) {
  v1::ProtectTablesRequest first, second;
  *first.add_queries() = AskingFor(0, 30);
  *second.add_queries() = AskingFor(0, 29);
  EXPECT_EQ(Protect(first)->tables(0).estimates(0).state(), v1::ESTIMATE_STATE_PUBLISHED);
  ASSERT_OK_AND_ASSIGN(const v1::ProtectedTables tables, Protect(second));
  EXPECT_EQ(tables.tables(0).estimates(0).hidden_reason(), v1::HIDDEN_REASON_DIFFERENCING);
  EXPECT_EQ(Query(AskingFor(0, 29), kPublisher)->estimates(0).hidden_reason(),
            v1::HIDDEN_REASON_DIFFERENCING);
  // What was seen is still seen, and shown as before.
  EXPECT_EQ(Protect(first)->tables(0).estimates(0).state(), v1::ESTIMATE_STATE_PUBLISHED);
}

TEST_F(DisclosureTest, TablesThatAreProtectedTogetherAreHeldAgainstEachOther) {
  v1::ProtectTablesRequest request;
  *request.add_queries() = AskingFor(0, 30);
  *request.add_queries() = AskingFor(0, 29);
  ASSERT_OK_AND_ASSIGN(const v1::ProtectedTables tables, Protect(request));
  EXPECT_EQ(tables.tables(0).estimates(0).state(), v1::ESTIMATE_STATE_PUBLISHED);
  EXPECT_EQ(tables.tables(1).estimates(0).hidden_reason(), v1::HIDDEN_REASON_DIFFERENCING);
  // And the same again.
  ASSERT_OK_AND_ASSIGN(const v1::ProtectedTables again, Protect(request));
  EXPECT_EQ(again.SerializeAsString(), tables.SerializeAsString());
}

TEST_F(DisclosureTest, WhatWasShownUnderAnEarlierPolicyIsNotForgotten) {
  ASSERT_EQ(Query(AskingFor(0, 30))->estimates(0).state(), v1::ESTIMATE_STATE_PUBLISHED);
  ASSERT_OK(SetPolicy("minimum_units: 31\n").status());
  ASSERT_EQ(Query(AskingFor(0, 30))->estimates(0).state(), v1::ESTIMATE_STATE_SUPPRESSED);
  ASSERT_OK(SetPolicy("minimum_units: 6\n").status());
  EXPECT_EQ(Query(AskingFor(0, 29))->estimates(0).hidden_reason(), v1::HIDDEN_REASON_DIFFERENCING);
}

TEST_F(DisclosureTest, OfTwoQueriesAtOnceThatDifferByOneSchoolOneIsHidden) {
  for (int round = 0; round < 5; ++round) {
    const std::string caller = absl::StrCat("users/", round);
    std::vector<std::future<absl::StatusOr<v1::EstimateTable>>> answers;
    for (const int last : {30, 29}) {
      answers.push_back(std::async(
          std::launch::async, [this, last, caller] { return Query(AskingFor(0, last), caller); }));
    }
    int shown = 0;
    for (auto& answer : answers) {
      ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, answer.get());
      if (table.estimates(0).state() == v1::ESTIMATE_STATE_PUBLISHED) ++shown;
    }
    EXPECT_EQ(shown, 1);
  }
}

TEST_F(DisclosureTest, ATableTellsTheVersionOfThePolicyInForce) {
  for (const std::vector<std::string>& breakdowns :
       {std::vector<std::string>{"province"}, {"province", "sector"}}) {
    EXPECT_EQ(Query(Asking(breakdowns))->disclosure().policy_version(), 0);
  }
  ASSERT_OK(SetPolicy("minimum_units: 5\n").status());
  // The same policy as the default, but somebody has set it.
  for (const std::vector<std::string>& breakdowns :
       {std::vector<std::string>{"province"}, {"province", "sector"}}) {
    EXPECT_EQ(Query(Asking(breakdowns))->disclosure().policy_version(), 1);
  }
}

// However the table is asked for, and whether or not it is kept.
TEST_F(DisclosureTest, AnAnswerIsByThePolicyThatHoldsWhenItIsGiven) {
  for (const std::vector<std::string>& breakdowns :
       {std::vector<std::string>{"province"}, {"province", "sector"}}) {
    ASSERT_OK(SetPolicy("minimum_units: 5\n").status());
    EXPECT_EQ(Query(Asking(breakdowns))->estimates(0).state(), v1::ESTIMATE_STATE_PUBLISHED);
    ASSERT_OK(SetPolicy("minimum_units: 41\n").status());
    ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, Query(Asking(breakdowns)));
    EXPECT_EQ(table.estimates(0).state(), v1::ESTIMATE_STATE_SUPPRESSED);
  }
}

TEST_F(DisclosureTest, TablesOfAPublicationAreProtectedTogether) {
  v1::ProtectTablesRequest request;
  *request.add_queries() = Asking({"province"});
  *request.add_queries() = Asking({"sector"});
  *request.add_queries() = Asking({"province", "sector"});
  ASSERT_OK_AND_ASSIGN(const v1::ProtectedTables tables, Protect(request));
  ASSERT_EQ(tables.tables_size(), 3);
  ASSERT_EQ(tables.audits_size(), 3);
  for (const v1::TableAudit& audit : tables.audits()) {
    EXPECT_TRUE(audit.protected_());
    EXPECT_EQ(audit.table_count(), 4);
  }
  EXPECT_EQ(Find(tables.tables(0), "Utrecht")->state(), v1::ESTIMATE_STATE_PUBLISHED);
  EXPECT_EQ(Find(tables.tables(1), "secondary")->state(), v1::ESTIMATE_STATE_SUPPRESSED);
  // And they count among the figures that were asked for.
  EXPECT_THAT(server_.app->platform().metrics().Text(),
              Not(HasSubstr("voortgang_indicators_cells_total{outcome=\"suppressed\"} 0")));
}

TEST_F(DisclosureTest, RoundedTablesHideNothingAndAddUp) {
  ASSERT_OK(SetPolicy("rounding: {kind: controlled, base: 5}\n").status());
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, Query(Asking({"sector"})));
  EXPECT_EQ(table.estimates(0).n(), 40);
  EXPECT_EQ(Find(table, "primary")->n() + Find(table, "secondary")->n(), 40);
  EXPECT_EQ(Find(table, "secondary")->n() % 5, 0);
}

TEST_F(DisclosureTest, NoiseIsTheSameInEveryTable) {
  ASSERT_OK(SetPolicy("cell_key: {largest: 3, variance: 1.5}\n").status());
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable one, Query(Asking({"province"})));
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable other, Query(Asking({"province"}), "users/b"));
  EXPECT_EQ(Find(one, "Zeeland")->n(), Find(other, "Zeeland")->n());
  EXPECT_LE(std::abs(Find(one, "Zeeland")->n() - 10), 3);
  EXPECT_EQ(one.estimates(0).n(), Query(Asking({}))->estimates(0).n());
}

TEST_F(DisclosureTest, SilenceIsHiddenWhereThePolicySaysSo) {
  ASSERT_OK(SetPolicy("zeros: hide\n").status());
  v1::QueryEstimatesRequest request = Asking({"province"});
  for (int i = 30; i < kSchools; ++i) Withdraw(Leader(i, i % 4 == 0 ? "badly" : "well"));
  server_.CatchUp();
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, Query(request));
  ASSERT_NE(Find(table, "Zeeland"), nullptr);
  EXPECT_EQ(Find(table, "Zeeland")->state(), v1::ESTIMATE_STATE_SUPPRESSED);
  EXPECT_EQ(Find(table, "Zeeland")->hidden_reason(), v1::HIDDEN_REASON_FREQUENCY);
}

}  // namespace
}  // namespace vg::indicators
