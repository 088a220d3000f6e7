// Callers who try to learn of one school what no table tells, by subtracting what they are
// answered.

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <gmock/gmock.h>

#include "common/grpc/test_caller.h"
#include "services/indicators/api/test_service.h"
#include "services/indicators/domain/disclosure/linear_program.h"

namespace vg::indicators {
namespace {

using disclosure::LinearProgram;
using disclosure::Range;
using voortgang::api::v1::ROLE_ANALYST;
using voortgang::api::v1::ROLE_READER;

constexpr char kLater[] = "waves/later";
constexpr int kVictim = 29;
constexpr double kMinimum = 5;  // Of records, as the policy has it by default.

// By number, in order.
std::set<int> SchoolsUpTo(int end, const std::set<int>& left_out = {}) {
  std::set<int> schools;
  for (int i = 0; i < end; ++i) {
    if (!left_out.contains(i)) schools.insert(i);
  }
  return schools;
}
std::string ValueOf(int school, const std::string& attribute) {
  if (attribute == "province") return school < 30 ? "Utrecht" : "Zeeland";
  return school % 10 == 0 ? "secondary" : "primary";
}

// What somebody knows who has seen figures, knows the register, and can solve linear programs.
class Knowledge {
 public:
  void Add(const v1::QueryEstimatesRequest& request, const v1::EstimateTable& table) {
    for (const v1::Estimate& estimate : table.estimates()) {
      if (estimate.state() != v1::ESTIMATE_STATE_PUBLISHED) continue;
      Sum sum{{}, static_cast<double>(estimate.n())};
      for (int school = 0; school < kSchools; ++school) {
        if (IsIn(school, request, estimate)) sum.schools.insert(school);
      }
      sums_.push_back(std::move(sum));
    }
  }
  // How many leaders of `schools` there can be.
  Range Of(const std::set<int>& schools) const {
    LinearProgram program;
    for (int school = 0; school < kSchools; ++school) program.AddColumn({});
    for (const Sum& sum : sums_) {
      std::vector<LinearProgram::Term> terms;
      for (const int school : sum.schools) terms.push_back({school, 1});
      program.AddRow(std::move(terms), {sum.n, sum.n});
    }
    std::vector<double> costs(kSchools, 0);
    for (const int school : schools) costs[static_cast<size_t>(school)] = 1;
    const LinearProgram::Solution least = program.Minimize(costs);
    EXPECT_EQ(least.outcome, LinearProgram::Outcome::kOptimal);
    for (double& cost : costs) cost = -cost;
    const LinearProgram::Solution most = program.Minimize(costs);
    if (most.outcome == LinearProgram::Outcome::kUnbounded) return {least.value};
    EXPECT_EQ(most.outcome, LinearProgram::Outcome::kOptimal);
    return {least.value, -most.value};
  }
  size_t figures() const { return sums_.size(); }

 private:
  struct Sum {
    std::set<int> schools;
    double n = 0;
  };
  static bool IsIn(int school, const v1::QueryEstimatesRequest& request,
                   const v1::Estimate& estimate) {
    const auto& listed = request.filter().schools();
    if (!listed.empty() &&
        std::find(listed.begin(), listed.end(), School(school)) == listed.end()) {
      return false;
    }
    for (int i = 0; i < estimate.group_size(); ++i) {
      if (ValueOf(school, request.breakdowns(i)) != estimate.group(i)) return false;
    }
    return true;
  }

  std::vector<Sum> sums_;
};

// Leaders of 40 schools answer in two waves.
class AttackTest : public IndicatorsServiceTest {
 protected:
  AttackTest() {
    survey::Wave later = peers_.waves[kWave];
    later.set_name(kLater);
    peers_.waves[kLater] = later;
    EXPECT_OK(server_.Define("execution", Example("execution-well")).status());
    SubmitLeaders(kSchools);
    for (int i = 0; i < kSchools; ++i) {
      survey::Response response = Leader(i, "well");
      response.set_name(absl::StrCat(kLater, "/responses/leader-", i));
      Submit(response);
    }
    server_.CatchUp();
  }

  static v1::QueryEstimatesRequest Asking(const std::set<int>& schools,
                                          const std::vector<std::string>& breakdowns = {}) {
    v1::QueryEstimatesRequest request;
    request.set_indicator("indicators/execution");
    request.set_wave(kWave);
    for (const std::string& each : breakdowns) request.add_breakdowns(each);
    if (schools.size() == static_cast<size_t>(kSchools)) return request;
    for (const int school : schools) request.mutable_filter()->add_schools(School(school));
    return request;
  }

  using Caller = std::string;
  using Answer = absl::StatusOr<v1::EstimateTable>;
  using Way =
      std::function<Answer(Server& server, const v1::QueryEstimatesRequest&, const Caller&)>;

  static Answer Query(Server& server, const v1::QueryEstimatesRequest& request,
                      const Caller& caller) {
    grpc::ClientContext context;
    rpc::CallAs(context, caller, {request.unprotected() ? ROLE_ANALYST : ROLE_READER});
    v1::EstimateTable table;
    RETURN_IF_ERROR(rpc::FromGrpcStatus(server.stub->QueryEstimates(&context, request, &table)));
    return table;
  }
  // Every way in which figures leave the service.
  static std::map<std::string, Way> Ways() {
    std::map<std::string, Way> ways = {{"query", Query}};
    ways["stream"] = [](Server& server, const auto& query, const Caller& caller) -> Answer {
      v1::StreamEstimatesRequest request;
      *request.mutable_query() = query;
      grpc::ClientContext context;
      rpc::CallAs(context, caller, {ROLE_READER});
      const auto reader = server.stub->StreamEstimates(&context, request);
      v1::EstimateTable whole, part;
      while (reader->Read(&part)) whole.MergeFrom(part);
      RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));
      return whole;
    };
    ways["watch"] = [](Server& server, const auto& query, const Caller& caller) -> Answer {
      v1::WatchEstimatesRequest request;
      *request.mutable_query() = query;
      grpc::ClientContext context;
      rpc::CallAs(context, caller, {ROLE_READER});
      const auto reader = server.stub->WatchEstimates(&context, request);
      v1::EstimateTable table;
      if (!reader->Read(&table)) return rpc::FromGrpcStatus(reader->Finish());
      context.TryCancel();
      return table;
    };
    // Of tables without groups.
    ways["export"] = [](Server& server, const auto& query, const Caller& caller) -> Answer {
      v1::ExportEstimatesRequest request;
      *request.add_queries() = query;
      request.set_format(v1::EXPORT_FORMAT_CSV);
      grpc::ClientContext context;
      rpc::CallAs(context, caller, {ROLE_READER});
      const auto reader = server.stub->ExportEstimates(&context, request);
      v1::ExportEstimatesResponse piece;
      std::string file;
      while (reader->Read(&piece)) file += piece.data();
      RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));
      v1::EstimateTable table;
      for (const std::string& line : std::vector<std::string>(absl::StrSplit(file, "\r\n"))) {
        const std::vector<std::string> fields = absl::StrSplit(line, ',');
        if (fields.size() < 7 || fields[2] != "all") continue;
        v1::Estimate& estimate = *table.add_estimates();
        int64_t n = 0;
        if (fields[4] == "published" && absl::SimpleAtoi(fields[6], &n)) {
          estimate.set_state(v1::ESTIMATE_STATE_PUBLISHED);
          estimate.set_n(n);
        }
      }
      EXPECT_EQ(table.estimates_size(), 1) << file;
      return table;
    };
    ways["compare"] = [](Server& server, const auto& query, const Caller& caller) -> Answer {
      v1::CompareWavesRequest request;
      request.set_indicator(query.indicator());
      request.add_waves(kWave);
      request.add_waves(kLater);
      *request.mutable_breakdowns() = query.breakdowns();
      *request.mutable_filter() = query.filter();
      grpc::ClientContext context;
      rpc::CallAs(context, caller, {ROLE_READER});
      v1::WaveComparison comparison;
      RETURN_IF_ERROR(
          rpc::FromGrpcStatus(server.stub->CompareWaves(&context, request, &comparison)));
      return comparison.tables(0);
    };
    return ways;
  }

  // What the answers would tell of `schools` without protection: else there is nothing to attack.
  Range Unprotected(const std::vector<v1::QueryEstimatesRequest>& requests,
                    const std::set<int>& schools) {
    Knowledge knowledge;
    for (v1::QueryEstimatesRequest request : requests) {
      request.set_unprotected(true);
      const Answer table = Query(server_, request, "users/analyst");
      EXPECT_THAT(table, IsOk());
      if (table.ok()) knowledge.Add(request, *table);
    }
    return knowledge.Of(schools);
  }
};

TEST_F(AttackTest, WhicheverWayFiguresAreAskedForOneSchoolIsNotTheirDifference) {
  const v1::QueryEstimatesRequest all = Asking(SchoolsUpTo(30));
  const v1::QueryEstimatesRequest others = Asking(SchoolsUpTo(30, {kVictim}));
  ASSERT_EQ(Unprotected({all, others}, {kVictim}), (Range{1, 1}));
  for (const auto& [first_way, ask_first] : Ways()) {
    for (const auto& [second_way, ask_second] : Ways()) {
      for (const bool all_first : {true, false}) {
        SCOPED_TRACE(absl::StrCat(first_way, ", ", second_way, all_first ? ", all first" : ""));
        const Caller caller = absl::StrCat("users/", first_way, "-", second_way, "-", all_first);
        const auto& former = all_first ? all : others;
        const auto& latter = all_first ? others : all;
        Knowledge knowledge;
        ASSERT_OK_AND_ASSIGN(const v1::EstimateTable first, ask_first(server_, former, caller));
        knowledge.Add(former, first);
        ASSERT_EQ(knowledge.figures(), 1u);
        ASSERT_OK_AND_ASSIGN(const v1::EstimateTable second, ask_second(server_, latter, caller));
        knowledge.Add(latter, second);
        EXPECT_EQ(knowledge.figures(), 1u);
        EXPECT_GE(knowledge.Of({kVictim}).width(), kMinimum);
      }
    }
  }
}

TEST_F(AttackTest, TablesWithinTablesAndFiltersDoNotTellOfFewSchools) {
  std::set<int> secondary, primary, utrecht;
  for (int i = 0; i < kSchools; ++i) {
    (i % 10 == 0 ? secondary : primary).insert(i);
    if (i < 30) utrecht.insert(i);
  }
  std::set<int> utrecht_others = utrecht;
  utrecht_others.erase(kVictim);
  struct Attack {
    std::vector<v1::QueryEstimatesRequest> requests;
    std::set<int> victims;
  };
  const std::vector<Attack> attacks = {
      // All but one of all.
      {{Asking(SchoolsUpTo(kSchools)), Asking(SchoolsUpTo(kSchools, {kVictim}))}, {kVictim}},
      // The hidden sector is the total less the sector that is not hidden by itself.
      {{Asking(SchoolsUpTo(kSchools), {"sector"}), Asking(primary)}, secondary},
      {{Asking(primary), Asking(SchoolsUpTo(kSchools), {"sector"}), Asking(SchoolsUpTo(kSchools))},
       secondary},
      // One school of a province.
      {{Asking(SchoolsUpTo(kSchools), {"province"}),
        Asking(SchoolsUpTo(kSchools, {kVictim}), {"province"})},
       {kVictim}},
      {{Asking(SchoolsUpTo(kSchools), {"province"}), Asking(utrecht_others)}, {kVictim}},
      {{Asking(SchoolsUpTo(30)), Asking(utrecht_others, {"sector"})}, {kVictim}},
      {{Asking(utrecht_others), Asking(SchoolsUpTo(kSchools), {"province", "sector"}),
        Asking(SchoolsUpTo(kSchools), {"province"})},
       {kVictim}},
      // Crossings, their margins and a filter.
      {{Asking(SchoolsUpTo(kSchools), {"province", "sector"}),
        Asking(SchoolsUpTo(kSchools), {"sector"}), Asking(SchoolsUpTo(kSchools), {"province"}),
        Asking(primary, {"province"}), Asking(primary)},
       secondary},
  };
  for (size_t i = 0; i < attacks.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_LT(Unprotected(attacks[i].requests, attacks[i].victims).width(), kMinimum);
    Knowledge knowledge;
    for (const v1::QueryEstimatesRequest& request : attacks[i].requests) {
      ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table,
                           Query(server_, request, absl::StrCat("users/", i)));
      knowledge.Add(request, table);
    }
    EXPECT_GT(knowledge.figures(), 0u);
    EXPECT_GE(knowledge.Of(attacks[i].victims).width(), kMinimum);
  }
}

TEST_F(AttackTest, WhatIsPublishedGuardsEveryCallerAndWhatOneSawThatOne) {
  const v1::QueryEstimatesRequest all = Asking(SchoolsUpTo(30));
  const v1::QueryEstimatesRequest others = Asking(SchoolsUpTo(30, {kVictim}));
  Knowledge one, other;
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable whole, Query(server_, all, "users/one"));
  one.Add(all, whole);
  ASSERT_OK_AND_ASSIGN(const v1::EstimateTable part, Query(server_, others, "users/other"));
  other.Add(others, part);
  EXPECT_GE(one.Of({kVictim}).width(), kMinimum);
  EXPECT_GE(other.Of({kVictim}).width(), kMinimum);

  v1::ProtectTablesRequest publication;
  *publication.add_queries() = all;
  publication.set_publication("editions/2022-1");
  grpc::ClientContext context;
  v1::ProtectedTables published;
  ASSERT_OK(
      rpc::FromGrpcStatus(server_.disclosures->ProtectTables(&context, publication, &published)));
  Knowledge reader;
  reader.Add(all, published.tables(0));
  ASSERT_EQ(reader.figures(), 1u);
  for (const auto& [way, ask] : Ways()) {
    ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, ask(server_, others, "users/reader"));
    reader.Add(others, table);
    EXPECT_GE(reader.Of({kVictim}).width(), kMinimum) << way;
  }
}

TEST_F(AttackTest, AServerThatStartsAgainRemembersWhatWasSeen) {
  const TempDir folder;
  const v1::QueryEstimatesRequest all = Asking(SchoolsUpTo(30));
  const v1::QueryEstimatesRequest others = Asking(SchoolsUpTo(30, {kVictim}));
  ServerOptions options = TestServerOptions();
  options.data_dir = folder.path();
  Knowledge knowledge;
  {
    Server server(peers_, options);
    ASSERT_OK(server.Define("execution", Example("execution-well")).status());
    server.CatchUp();
    ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, Query(server, all, "users/a"));
    knowledge.Add(all, table);
    ASSERT_EQ(knowledge.figures(), 1u);
  }
  Server again(peers_, options);
  again.CatchUp();
  for (const auto& [way, ask] : Ways()) {
    ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, ask(again, others, "users/a"));
    knowledge.Add(others, table);
    EXPECT_GE(knowledge.Of({kVictim}).width(), kMinimum) << way;
  }
}

TEST_F(AttackTest, ManyQueriesAtOnceTellNoMoreThanOneAfterTheOther) {
  const std::map<std::string, Way> ways = Ways();
  for (int round = 0; round < 5; ++round) {
    SCOPED_TRACE(round);
    const Caller caller = absl::StrCat("users/", round);
    std::vector<v1::QueryEstimatesRequest> requests = {Asking(SchoolsUpTo(30))};
    for (int i = 0; i < 5; ++i) requests.push_back(Asking(SchoolsUpTo(30, {6 * i + 1})));
    std::vector<std::future<Answer>> answers;
    auto way = ways.begin();
    for (const v1::QueryEstimatesRequest& request : requests) {
      answers.push_back(std::async(
          std::launch::async, [&, ask = way->second] { return ask(server_, request, caller); }));
      if (++way == ways.end()) way = ways.begin();
    }
    Knowledge knowledge;
    for (size_t i = 0; i < requests.size(); ++i) {
      ASSERT_OK_AND_ASSIGN(const v1::EstimateTable table, answers[i].get());
      knowledge.Add(requests[i], table);
    }
    EXPECT_GT(knowledge.figures(), 0u);
    for (int school = 0; school < kSchools; ++school) {
      EXPECT_GE(knowledge.Of({school}).width(), kMinimum) << school;
    }
  }
}

}  // namespace
}  // namespace vg::indicators
