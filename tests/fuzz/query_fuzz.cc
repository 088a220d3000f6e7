// Any questions that one caller asks one after the other: tables or refusals that say what is
// wrong, never a crash, and never two figures whose difference is that of few schools.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/cache/cache.h"
#include "common/feed/cursor_store.h"
#include "common/grpc/validation.h"
#include "common/requests/request_log.h"
#include "common/sql/migrations.h"
#include "common/status/error.h"
#include "common/time/clock.h"
#include "services/indicators/api/contributions.h"
#include "services/indicators/api/definition_proto.h"
#include "services/indicators/api/fake_peers.h"
#include "services/indicators/api/table_cache.h"
#include "services/indicators/storage/schema.h"
#include <fuzzer/FuzzedDataProvider.h>

namespace {

using namespace vg;              // NOLINT
using namespace vg::indicators;  // NOLINT
namespace v1 = voortgang::indicators::v1;
namespace survey = voortgang::survey::v1;

constexpr int kSchools = 60;
constexpr int kFewSchools = 5;  // Fewer are not told of.
constexpr char kVersion[] = "questionnaires/q/versions/1";

std::string School(int i) { return absl::StrCat("schools/", i); }

void Must(const absl::Status& status) {
  if (!status.ok()) std::abort();
}

// Schools of sizes and places that make some groups too small; all but every seventh answered.
class Country {
 public:
  Country()
      : database_(*sql::Database::Open("sqlite::memory:")),
        sums_(*database_),
        disclosures_(*database_) {
    Must(sql::Migrate(*database_, {kSchema, feed::kCursorSchema, requests::kSchema}));
    FillPeers();
    v1::IndicatorDefinition proportion, distribution;
    for (v1::IndicatorDefinition* each : {&proportion, &distribution}) {
      each->mutable_responses()->add_questionnaires("questionnaires/q");
    }
    proportion.mutable_proportion()->set_condition("going == 'well'");
    distribution.mutable_distribution()->set_value("going");
    Define("share", proportion);
    Define("options", distribution);
    Must(sums_.OpenPass(kResponseFeed).status());
    Must(sums_.ClosePass(kResponseFeed).status());
    Fold();
  }

  absl::StatusOr<v1::EstimateTable> Ask(const v1::QueryEstimatesRequest& request) {
    RETURN_IF_ERROR(rpc::Validate(request));
    const auto stored =
        indicators_.Newest(request.indicator().substr(std::string("indicators/").size()));
    RETURN_IF_ERROR(stored.status());
    v1::EstimateTable table;
    RETURN_IF_ERROR(cached_.Answer(*stored, request, viewer_, table));
    return table;
  }
  // Another caller, who has seen nothing.
  void NextCaller() {
    viewer_.audience = absl::StrCat("caller/", ++callers_);
    if (callers_ % 1000 != 0) return;
    Must(database_->Write([](sql::Transaction& transaction) {
      return transaction.Execute("DELETE FROM answered_table").status();
    }));
  }
  // The schools with answers that a figure is of.
  std::set<int> SchoolsOf(const v1::QueryEstimatesRequest& request, const v1::Estimate& estimate) {
    std::set<int> schools;
    const std::set<std::string> passing = *peers_.Schools("", request.filter());
    const UnitTable& units = peers_.units.at("snapshots/s")->units;
    for (int i = 0; i < kSchools; ++i) {
      bool in = i % 7 != 0 && (request.filter().ByteSizeLong() == 0 || passing.contains(School(i)));
      for (int at = 0; in && at < estimate.group_size(); ++at) {
        const auto attribute = units.FindAttribute(request.breakdowns(at));
        in = attribute.has_value() &&
             units.Get(units.Find(School(i)), *attribute) == estimate.group(at);
      }
      if (in) schools.insert(i);
    }
    return schools;
  }

 private:
  void FillPeers() {
    survey::QuestionnaireVersion version;
    version.set_name(kVersion);
    version.mutable_content()->set_role(survey::ROLE_SCHOOL_LEADER);
    survey::Question& question = *version.mutable_content()->add_sections()->add_questions();
    question.set_id("going");
    for (const char* option : {"well", "badly"}) {
      question.mutable_single()->add_options()->set_id(option);
    }
    peers_.questionnaires[kVersion] = version;
    peers_.questionnaires["questionnaires/q/versions/latest"] = version;
    survey::Wave& wave = peers_.waves["waves/w"];
    wave.set_name("waves/w");
    wave.set_snapshot("snapshots/s");
    wave.add_questionnaires()->set_questionnaire_version(kVersion);
    std::vector<Unit> units;
    for (int i = 0; i < kSchools; ++i) {
      Unit unit;
      unit.name = School(i);
      unit.sector = i % 10 == 0 ? "secondary" : "primary";
      unit.province = absl::StrCat("p", i % 3);
      unit.municipality = absl::StrCat("municipalities/", i % 3 + 3 * (i % 4));
      unit.board = absl::StrCat("boards/", i % 8);
      unit.pupils = 50 * (i % 13);
      unit.counted = true;
      units.push_back(unit);
      if (i >= 8) peers_.passing_schools.insert(unit.name);
    }
    peers_.units["snapshots/s"] = std::make_shared<const SnapshotUnits>(
        SnapshotUnits{"snapshots/s", "digest-of-s", UnitTable(std::move(units))});
  }
  void Define(const std::string& id, const v1::IndicatorDefinition& definition) {
    Must(indicators_
             .Define({id, kResponseFeed, definition.SerializeAsString(), DigestOf(definition)}, "",
                     absl::UnixEpoch())
             .status());
  }
  void Fold() {
    std::vector<feed::Entry> entries;
    feed::Cursors heads{};
    for (int i = 0; i < kSchools; ++i) {
      if (i % 7 == 0) continue;
      survey::ResponseChange change;
      survey::Response& response = *change.mutable_after();
      response.set_name(absl::StrCat("waves/w/responses/", i));
      response.set_questionnaire_version(kVersion);
      response.set_unit(School(i));
      survey::Answer& answer = *response.add_answers();
      answer.set_question("going");
      answer.set_choice(i % 4 == 0 ? "badly" : "well");
      feed::Entry entry;
      entry.partition = feed::PartitionOf(response.unit());
      entry.number = ++heads[static_cast<size_t>(entry.partition)];
      entry.payload = change.SerializeAsString();
      entries.push_back(std::move(entry));
    }
    const auto all = indicators_.OnFeed(kResponseFeed);
    Must(all.status());
    const auto read = Contributions::Of(kResponseFeed, entries, *all, measures_);
    Must(read.status());
    Must(sums_.Fold(kResponseFeed, entries, std::bind_front(&Contributions::Delta, &*read)));
  }

  FakePeers peers_;
  std::unique_ptr<sql::Database> database_;
  IndicatorStore indicators_{*database_};
  SumsStore sums_;
  Measures measures_{peers_};
  DisclosureStore disclosures_;
  SystemClock clock_;
  Tables tables_{sums_, disclosures_, measures_, peers_, clock_};
  cache::NoCache no_cache_;
  TableCache cached_{tables_, no_cache_};
  Viewer viewer_;
  int callers_ = 0;
};

// Mostly sensible, so that much of it is answered; now and then anything.
std::string NameFrom(FuzzedDataProvider& data, const std::vector<std::string>& names) {
  const size_t pick = data.ConsumeIntegralInRange<size_t>(0, names.size());
  return pick < names.size() ? names[pick] : data.ConsumeRandomLengthString(12);
}

v1::QueryEstimatesRequest RequestFrom(FuzzedDataProvider& data) {
  v1::QueryEstimatesRequest request;
  request.set_indicator(NameFrom(data, {"indicators/share", "indicators/options"}));
  request.set_wave(NameFrom(data, {"waves/w", "waves/w", "waves/w"}));
  if (data.ConsumeIntegral<uint8_t>() > 250) request.set_snapshot(NameFrom(data, {"snapshots/s"}));
  const int breakdowns = data.ConsumeIntegralInRange(0, 4);
  for (int i = 0; i < breakdowns; ++i) {
    request.add_breakdowns(NameFrom(data, {"sector", "province", "municipality", "board", "size",
                                           "denomination", "score", "stratum"}));
  }
  switch (data.ConsumeIntegralInRange(0, 3)) {
    case 0:  // A run of schools but for a few.
    case 1: {
      const int first = data.ConsumeIntegralInRange(0, kSchools - 1);
      const int last = data.ConsumeIntegralInRange(first, kSchools - 1);
      const int gap = data.ConsumeIntegralInRange(first, last);
      for (int i = first; i <= last; ++i) {
        if (i != gap) request.mutable_filter()->add_schools(School(i));
      }
      break;
    }
    case 2:
      (void)request.mutable_filter()->ParseFromString(data.ConsumeRandomLengthString(40));
      break;
    default:
      break;
  }
  switch (data.ConsumeIntegralInRange(0, 2)) {
    case 0:
      (void)request.mutable_estimation()->ParseFromString(data.ConsumeRandomLengthString(60));
      break;
    case 1: {
      v1::EstimationOptions& options = *request.mutable_estimation();
      if (data.ConsumeBool()) options.add_strata(NameFrom(data, {"province", "sector", "size"}));
      options.set_lonely_stratum(static_cast<v1::LonelyStratum>(data.ConsumeIntegralInRange(0, 5)));
      options.set_variance_method(
          static_cast<v1::VarianceMethod>(data.ConsumeIntegralInRange(0, 3)));
      options.set_confidence_level(data.ConsumeFloatingPoint<double>());
      if (data.ConsumeBool()) {
        (void)options.mutable_calibration()->ParseFromString(data.ConsumeRandomLengthString(40));
      }
      break;
    }
    default:
      break;
  }
  return request;
}

// Whether one set of schools less the other is of few, none of which the other has beyond it.
bool DiffersByFew(const std::set<int>& whole, const std::set<int>& part) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end()) &&
         whole.size() > part.size() && whole.size() - part.size() < kFewSchools;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static auto& country = *new Country();
  FuzzedDataProvider data(bytes, size);
  country.NextCaller();
  std::map<std::string, std::set<std::set<int>>> seen;  // By indicator.
  for (int i = 0; i < 3 && data.remaining_bytes() > 0; ++i) {
    const v1::QueryEstimatesRequest request = RequestFrom(data);
    const auto table = country.Ask(request);
    if (!table.ok()) {
      // Nothing but what the caller did wrong, and it is told what.
      if (vg::DetailsOf(table.status()).reason.empty()) std::abort();
      continue;
    }
    for (const v1::Estimate& estimate : table->estimates()) {
      if (estimate.state() != v1::ESTIMATE_STATE_PUBLISHED) {
        if (estimate.n() != 0 || estimate.has_weighted()) std::abort();
        continue;
      }
      const std::set<int> schools = country.SchoolsOf(request, estimate);
      if (estimate.unit_count() != static_cast<int64_t>(schools.size())) std::abort();
      if (estimate.n() < kFewSchools) std::abort();
      seen[request.indicator()].insert(schools);
    }
  }
  for (const auto& [indicator, sets] : seen) {
    for (const std::set<int>& whole : sets) {
      for (const std::set<int>& part : sets) {
        if (DiffersByFew(whole, part)) std::abort();
      }
    }
  }
  return 0;
}
