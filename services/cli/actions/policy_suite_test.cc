#include "services/cli/actions/policy_suite.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/error.h"
#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "services/cli/session.h"

namespace vg::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kScheme[] = R"(title: Proef
grant: proof
school_year: "2021-2022"
count_date: 2020-10-01
recipients: school
currency: EUR
legal_reference: "art. 1"
parameters:
  - {id: rate, title: Tarief, value: 701.16, unit: EUR/pupil, legal_reference: "art. 2"}
  - {id: pot, title: Pot, value: 1, unit: EUR, legal_reference: "art. 3"}
components:
  - id: bo
    title: {nl: Basis, en: Base}
    formula: "rate * pupils.bo"
    rounding: {decimals: 2, rule: half_away_from_zero}
    legal_reference: "art. 2"
    instalments: [{month: 2021-11-01, share: 5, of: 12}, {month: 2022-02-01, share: 7, of: 12}]
  - id: share
    title: {nl: Deel, en: Share}
    condition: "pupils.bo > 1"
    distribution: {pot: pot, by: pupils.bo, remainder: largest_remainder}
    rounding: {decimals: 2, rule: half_away_from_zero}
    legal_reference: "art. 3"
)";

class PolicySuiteTest : public testing::Test {
 protected:
  PolicySuiteTest() { Write("scheme.yaml", kScheme); }

  void Write(const std::string& name, std::string_view text) {
    EXPECT_OK(WriteFile(directory_.path() + "/" + name, text));
  }

  absl::StatusOr<PolicyReport> Run(std::string_view tests) {
    Write("tests.yaml", "scheme: scheme.yaml\ntests:\n" + std::string(tests));
    return RunPolicySuite(directory_.path() + "/tests.yaml");
  }

  TempDir directory_;
};

TEST_F(PolicySuiteTest, PassesWhatIsAsExpected) {
  ASSERT_OK_AND_ASSIGN(const PolicyReport report, Run(R"(
  - name: Three schools
    total: 2805.64
    recipients:
      - code: a
        pupils: {bo: 2}
        expect:
          amount: 1402.82
          components: {bo: 1402.32, share: 0.50}
          payments: [{component: bo, month: 2021-11-01, amount: 584.30}, {component: bo, month: 2022-02-01, amount: 818.02}, {component: bo, month: 2022-03-01, amount: 0}]
      - {code: b, pupils: {bo: 2}, expect: {amount: 1402.82}}
      - {code: c, pupils: {vo: 2}, expect: {amount: 0, components: {share: 0}}}
      - {code: d, expect: {undetermined: "was not counted"}}
)"));
  EXPECT_FALSE(report.outcomes[0].passed()) << "d leaves the pot undivided: nothing is guessed";
  ASSERT_OK_AND_ASSIGN(const PolicyReport counted, Run(R"(
  - name: Two schools
    total: 2805.64
    recipients:
      - code: a
        pupils: {bo: 2}
        expect:
          amount: 1402.82
          components: {bo: 1402.32, share: 0.50}
          payments: [{component: bo, month: 2021-11-01, amount: 584.30}, {component: bo, month: 2022-03-01, amount: 0}]
      - {code: b, pupils: {bo: 2}}
      - {code: c, pupils: {vo: 2}, expect: {amount: 0, components: {share: 0}}}
)"));
  EXPECT_TRUE(counted.outcomes[0].passed()) << PolicyText(counted);
}

TEST_F(PolicySuiteTest, TellsWhatWasExpectedWhatWasFoundAndWhy) {
  ASSERT_OK_AND_ASSIGN(const PolicyReport report, Run(R"(
  - name: One school
    recipients:
      - {code: 16SW00, pupils: {bo: 1}, expect: {amount: 701.17, components: {bo: 701.16}}}
)"));
  ASSERT_EQ(report.outcomes[0].differences.size(), 1u);
  const std::string text = PolicyText(report);
  EXPECT_THAT(text, HasSubstr("FAILED  One school"));
  EXPECT_THAT(text, HasSubstr("16SW00 amount: expected €701.17, found €701.16"));
  EXPECT_THAT(text, HasSubstr("€701.16 per pupil × 1 pupil"));
  EXPECT_THAT(PolicyJson(report), HasSubstr(R"("expected":"€701.17","found":"€701.16")"));
}

TEST_F(PolicySuiteTest, RefusesTestsThatAreNotAboutTheScheme) {
  const absl::Status component =
      Run("  - {name: x, recipients: [{pupils: {bo: 1}, expect: {components: {shar: 1}}}]}\n")
          .status();
  EXPECT_THAT(component, HasViolation("tests[0].recipients[0].expect.components[shar]"));
  EXPECT_THAT(std::string(component.message()), HasSubstr("did you mean 'share'?"));
  EXPECT_THAT(std::string(component.message()), HasSubstr("line 3"));
  EXPECT_THAT(Run("  - {name: x, recipients: [{pupils: {basis: 1}}]}\n").status(),
              HasViolation("tests[0].recipients[0].pupils[basis]"));
  EXPECT_THAT(Run("  - {name: x, recipients: [{code: a, pupils: {bo: 1}}, {code: a}]}\n").status(),
              HasViolation("tests[0].recipients[1].code"));
  EXPECT_THAT(Run("  - {name: x, recipients: [{pupils: {bo: 1000000000000}}]}\n").status(),
              HasViolation("tests[0]"));
}

TEST_F(PolicySuiteTest, SaysWhereInItsFileAFormulaIsWrong) {
  std::string wrong = kScheme;
  wrong.replace(wrong.find("pupils.bo"), 9, "pupil.bo");
  Write("scheme.yaml", wrong);
  const absl::Status status = Run("  - {name: x, recipients: [{pupils: {bo: 1}}]}\n").status();
  const ErrorDetails details = DetailsOf(status);
  EXPECT_THAT(details.violations.at(0).sentence, HasSubstr("line 14, column 22: "));
  EXPECT_EQ(details.metadata.at("line"), "14");
  EXPECT_THAT(std::string(status.message()), HasSubstr("scheme.yaml"));
}

TEST_F(PolicySuiteTest, TheExamplesGiveWhatIsPublished) {
  int tests = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(SourcePath("deploy/examples/schemes/tests"))) {
    ASSERT_OK_AND_ASSIGN(const PolicyReport report, RunPolicySuite(file.path()));
    EXPECT_THAT(PolicyText(report), Not(HasSubstr("FAILED"))) << PolicyText(report);
    tests += static_cast<int>(report.outcomes.size());
  }
  EXPECT_GE(tests, 25);
}

}  // namespace
}  // namespace vg::cli
