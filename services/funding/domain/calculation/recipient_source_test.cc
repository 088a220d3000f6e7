#include "services/funding/domain/calculation/recipient_source.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/calculation/population_pass.h"
#include "services/funding/domain/test_batches.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Recipient> Schools(const std::vector<std::string>& codes, int64_t pupils = 1) {
  std::vector<Recipient> schools;
  for (const std::string& code : codes) schools.push_back(School(code, pupils));
  return schools;
}

std::vector<std::string> CodesOf(const RecipientSource& source) {
  std::vector<std::string> codes;
  EXPECT_OK(ForEachBatch(source, [&](std::span<const Recipient> batch) {
    EXPECT_FALSE(batch.empty());
    for (const Recipient& recipient : batch) codes.push_back(recipient.code);
    return absl::OkStatus();
  }));
  return codes;
}

TEST(RecipientSourceTest, IsReadAgainFromTheStart) {
  const std::vector<Recipient> schools = Schools({"a", "b", "c"});
  const InBatches source(schools, 2);
  EXPECT_THAT(CodesOf(source), ElementsAre("a", "b", "c"));
  EXPECT_THAT(CodesOf(source), ElementsAre("a", "b", "c"));
  EXPECT_THAT(CodesOf(RecipientsAtHand({})), IsEmpty());
}

TEST(RecipientsWithTest, PutsOneInItsPlaceOrInThePlaceOfTheOneWithItsCode) {
  const std::vector<Recipient> schools = Schools({"b", "d", "f"});
  for (const size_t batch : {1, 2, 3}) {
    const InBatches source(schools, batch);
    for (const char* code : {"", "a", "b", "c", "d", "e", "f", "g"}) {
      const Recipient added = School(code, 9);
      std::vector<std::string> wanted = {"b", "d", "f"};
      if (std::ranges::find(wanted, code) == wanted.end()) wanted.push_back(code);
      std::ranges::sort(wanted);
      const RecipientsWith all(source, added);
      EXPECT_EQ(CodesOf(all), wanted) << batch << " " << code;
      ASSERT_OK_AND_ASSIGN(const std::vector<Recipient> read, ReadAll(all));
      const auto found = std::ranges::find(read, code, &Recipient::code);
      EXPECT_EQ(Total(found->pupils).value, 9);
    }
  }
}

TEST(ForEachPairTest, PairsByCodeWhateverTheBatches) {
  const std::vector<Recipient> before = Schools({"a", "b", "d", "e"});
  const std::vector<Recipient> after = Schools({"b", "c", "d", "f", "g"});
  for (const size_t batch : {1, 2, 3, 10}) {
    std::vector<std::string> pairs;
    ASSERT_OK(ForEachPair(InBatches(before, batch), InBatches(after, 2),
                          [&](const Recipient* was, const Recipient* is) {
                            pairs.push_back((was == nullptr ? "-" : was->code) + ":" +
                                            (is == nullptr ? "-" : is->code));
                            return absl::OkStatus();
                          }));
    EXPECT_THAT(pairs, ElementsAre("a:-", "b:b", "-:c", "d:d", "e:-", "-:f", "-:g")) << batch;
  }
}

TEST(ForEachCheckedTest, RefusesACodeThatIsThereTwiceOrOutOfOrderAcrossBatches) {
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(SchoolScheme()));
  const auto pass = [&](const std::vector<Recipient>& schools, size_t batch) {
    return ForEachChecked(calculator, InBatches(schools, batch),
                          [](std::span<const Recipient>) { return absl::OkStatus(); });
  };
  for (const size_t batch : {1, 2, 3}) {
    EXPECT_OK(pass(Schools({"", "a", "b"}), batch));
    EXPECT_THAT(pass(Schools({"a", "b", "b"}), batch), HasReason("DUPLICATE_RECIPIENT"));
    EXPECT_THAT(pass(Schools({"a", "c", "b"}), batch), HasReason("BAD_REGISTER"));
    EXPECT_THAT(pass(Schools({"a"}, -1), batch), HasReason("BAD_REGISTER"));
    EXPECT_THAT(pass(Schools({"a"}, 1'000'000'000'000), batch), HasReason("BAD_REGISTER"));
  }
}

// A scheme in which each amount depends on all others, in every way that there is.
Scheme Entangled() {
  Scheme scheme = SchoolScheme();
  scheme.parameters.push_back(Rate("pot", "1000", "EUR"));
  scheme.components.push_back(
      Part("top", "rate_bo * pupils.bo", "top_share(pupils.bo, 15 %, per municipality)"));
  scheme.components.push_back(Part("mean", "rate_bo * (pupils.bo - mean(pupils.bo))"));
  Component divided = Part("divided", "");
  divided.distribution = Distribution{.pot = "pot", .by = "pupils.bo"};
  scheme.components.push_back(divided);
  return scheme;
}

TEST(AllocateTest, GivesTheSameInBatchesOfAnySizeAndHandsThemOverInOrder) {
  std::vector<Recipient> schools;
  for (int i = 0; i < 100; ++i) {
    schools.push_back(School(absl::StrCat(1000 + i), (i * 37) % 101));
    if (i % 3 == 0) schools.back().municipality = "GM0114";
  }
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(Entangled()));
  ASSERT_OK_AND_ASSIGN(const RunResult whole, Allocate(calculator, CountedInTime(), schools));
  for (const size_t batch : {1, 7, 100}) {
    std::vector<Allocation> handed;
    ASSERT_OK_AND_ASSIGN(const RunResult run,
                         Allocate(calculator, CountedInTime(), InBatches(schools, batch), 1,
                                  [&](std::span<const Allocation> allocations) {
                                    handed.insert(handed.end(), allocations.begin(),
                                                  allocations.end());
                                    return absl::OkStatus();
                                  }));
    EXPECT_EQ(handed, whole.allocations);
    EXPECT_EQ(run.population, whole.population);
    EXPECT_EQ(run.digest, whole.digest);
    EXPECT_EQ(run.component_totals, whole.component_totals);
    EXPECT_THAT(run.allocations, IsEmpty());
  }
}

TEST(AllocateTest, EndsWithWhatTheSinkAnswers) {
  ASSERT_OK_AND_ASSIGN(const Calculator calculator, Calculator::Make(SchoolScheme()));
  const std::vector<Recipient> schools = Schools({"a", "b", "c"});
  int batches = 0;
  const absl::Status status = Allocate(calculator, CountedInTime(), InBatches(schools, 1), 1,
                                       [&](std::span<const Allocation>) {
                                         ++batches;
                                         return absl::UnavailableError("disk");
                                       })
                                  .status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(batches, 1);
}

}  // namespace
}  // namespace vg::funding
