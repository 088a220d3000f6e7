#include "services/report/peers/gather.h"

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/report/peers/examples.h"

namespace vg::report {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class GatherTest : public testing::Test {
 protected:
  const Figure& Find(const Gathered& gathered, std::string_view id) {
    for (const Figure& figure : gathered.figures) {
      if (figure.id == id) return figure;
    }
    ADD_FAILURE() << "no figure " << id;
    return gathered.figures.front();
  }
  absl::StatusOr<Gathered> Read(const std::string& publication = "editions/a") {
    return Gather(plan_, publication, sources_, ForEachInTurn);
  }
  std::string ReasonNow() { return DetailsOf(Read().status()).reason; }

  FakeSources sources_ = ExampleSources();
  EditionPlan plan_ = ExamplePlan();
};

TEST_F(GatherTest, NamesInterventionsByTheMenuAndOptionsByTheQuestionnaire) {
  const auto gathered = Read();
  ASSERT_THAT(gathered, IsOk());
  EXPECT_EQ(Find(*gathered, "choices").categories[0].text.nl, "Instructie in kleine groepen");
  EXPECT_EQ(Find(*gathered, "support").categories[0].text.en, "Knowledge");
  EXPECT_EQ(Find(*gathered, "money").categories[0].text.nl, "Basisbedrag");
  EXPECT_EQ(Find(*gathered, "response").categories[1].text.nl, "Schoolbesturen");
}

TEST_F(GatherTest, ReadsWhereTheMoneyIsAndWhatItWasSpentOn) {
  sources_.books["npo"] = {.books = {{"grants/npo/books/2021-2022", "b00c"}},
                           .currency = "EUR",
                           .granted = Exact(900),
                           .paid = Exact(600),
                           .spent = Exact(200)};
  sources_.spending["npo"] = {.digest = "59e",
                              .currency = "EUR",
                              .total = Exact(25),
                              .recipients = 2,
                              .categories = {{"A", {Exact(25), 2}}}};
  plan_.sections[1].figures.push_back({.id = "books", .source = BooksSource{"npo"}});
  plan_.sections[1].figures.push_back({.id = "spending", .source = SpendingSource{"npo", 2021}});
  plan_.sections[1].figures.push_back({.id = "all", .source = SpendingSource{"npo", 0}});
  const auto gathered = Read();
  ASSERT_THAT(gathered, IsOk());
  const Figure& books = Find(*gathered, "books");
  EXPECT_EQ(books.categories[3].id, "remaining");
  EXPECT_EQ(books.cells[0][3].value, Exact(400));
  EXPECT_FALSE(books.overall.has_value());
  EXPECT_THAT(gathered->inputs, Contains(Input{"grants/npo/books/2021-2022", "b00c", {}}));
  EXPECT_EQ(Find(*gathered, "spending").categories[0].text.en, "A. More education");
  EXPECT_EQ(Find(*gathered, "spending").overall->value, Exact(25));
  EXPECT_THAT(gathered->inputs, Contains(Input{"grants/npo/spending/2021", "59e", {}}));
  EXPECT_THAT(gathered->inputs, Contains(Input{"grants/npo/spending", "59e", {}}));
}

TEST_F(GatherTest, ReadsChangesSinceAnEarlierWave) {
  sources_.waves["waves/autumn"] = {.digest = "a0", .last_answers = absl::CivilDay(2021, 9, 17)};
  Cell fell = Share(-40, 10);
  fell.p_value = Exact::FromScaled(3, 2);
  sources_.changes["indicators/support"] = {
      .version = 1, .respondents = "board", .rows = {{{}, "staff", fell}}, .policy_digest = "d15"};
  plan_.sections[1].figures.push_back(
      {.id = "change", .source = ChangeSource{"indicators/support", "waves/autumn", ""}});
  const auto gathered = Read();
  ASSERT_THAT(gathered, IsOk());
  const Figure& change = Find(*gathered, "change");
  EXPECT_EQ(change.kind, ValueKind::kChange);
  EXPECT_EQ(change.categories[0].text.nl, "Personeel");
  EXPECT_EQ(change.cells[0][0].p_value, Exact::FromScaled(3, 2));
  EXPECT_THAT(gathered->inputs, Contains(Input{"waves/autumn", "a0", absl::CivilDay(2021, 9, 17)}));
  EXPECT_THAT(gathered->inputs, Contains(Input{"indicators/support/disclosurePolicy", "d15", {}}));
}

TEST_F(GatherTest, EstimatesForThePopulationAsThePlanSaysButCountsProgrammes) {
  plan_.estimation = "options";
  std::map<std::string, Estimation> asked;
  sources_.on_query = [&](const EstimateQuery& query) {
    asked[query.indicator] = query.estimation;
  };
  ASSERT_THAT(Read(), IsOk());
  EXPECT_EQ(asked["indicators/support"], "options");
  EXPECT_EQ(asked["indicators/consent"], std::nullopt);
  std::get<EstimateSource>(plan_.sections[1].figures[0].source).estimation = "own";
  ASSERT_THAT(Read(), IsOk());
  EXPECT_EQ(asked["indicators/support"], "own");
}

TEST_F(GatherTest, TellsTheQuestionsThatAnIndicatorIsAbout) {
  WaveFacts& wave = sources_.waves["waves/winter"];
  wave.questionnaires[0].questions = {{"support", {"Waarmee steunt u?", "How do you support?"}},
                                      {"supporters", {"Wie?", "Who?"}}};
  sources_.indicators["indicators/support"].expressions = {"", "size(support) > 1"};
  const auto gathered = Read();
  ASSERT_THAT(gathered, IsOk());
  const Provenance& source = Find(*gathered, "support").provenance;
  EXPECT_THAT(source.questions,
              testing::ElementsAre(LocalizedText{"Waarmee steunt u?", "How do you support?"}));
  EXPECT_EQ(source.study, "board");
}

TEST_F(GatherTest, NamesGroupsByTheirAttribute) {
  const auto gathered = Read();
  ASSERT_THAT(gathered, IsOk());
  const Figure& consent = Find(*gathered, "consent");
  ASSERT_THAT(consent.groups, SizeIs(5));
  EXPECT_EQ(consent.groups[0].text.nl, "Totaal");
  EXPECT_EQ(consent.groups[1].text.nl, "Primair");
  EXPECT_EQ(consent.groups[4].text.en, "Unknown");
  EXPECT_EQ(consent.cells[3][0].state, CellState::kSuppressed);
}

TEST_F(GatherTest, NamesMunicipalitiesByTheRegister) {
  sources_.municipalities["municipalities/GM0363"] = {"Amsterdam", ""};
  auto& source = std::get<EstimateSource>(plan_.sections[0].figures[1].source);
  source.breakdown = "municipality";
  sources_.estimates["indicators/consent by municipality"] = {
      .version = 1,
      .rows = {{{}, "", Share(612)},
               {{"municipalities/GM0363"}, "", Share(1)},
               {{"municipalities/GM9999"}, "", Share(2)}}};
  const auto gathered = Read();
  ASSERT_THAT(gathered, IsOk());
  EXPECT_EQ(Find(*gathered, "consent").groups[1].text.nl, "Amsterdam");
  EXPECT_EQ(Find(*gathered, "consent").groups[2].text.nl, "GM9999");
}

TEST_F(GatherTest, LetsThePlansWordsComeFirst) {
  plan_.sections[0].figures[0].labels["tutoring"] = {"Huiswerkhulp", "Homework"};
  plan_.sections[0].figures[1].labels["primary"] = {"po", ""};
  const auto gathered = Read();
  ASSERT_THAT(gathered, IsOk());
  EXPECT_EQ(Find(*gathered, "choices").categories[1].text.nl, "Huiswerkhulp");
  EXPECT_EQ(Find(*gathered, "consent").groups[1].text.nl, "po");
}

TEST_F(GatherTest, HasTablesOfOneIndicatorProtectedTogetherEachOnce) {
  EstimateSource by_sector{.indicator = "indicators/consent", .breakdown = "sector"};
  EstimateSource in_all{.indicator = "indicators/consent"};
  plan_.sections[1].figures.push_back({.id = "consent-in-all", .source = in_all});
  plan_.sections[1].figures.push_back({.id = "consent-again", .source = by_sector});
  const auto gathered = Read("editions/2022-04");
  ASSERT_THAT(gathered, IsOk());
  EXPECT_EQ(Find(*gathered, "consent").protection->tables, 2);
  EXPECT_EQ(Find(*gathered, "consent-in-all").protection->tables, 2);
  EXPECT_EQ(Find(*gathered, "choices").protection->tables, 1);
  EXPECT_FALSE(Find(*gathered, "money").protection.has_value());
  EXPECT_THAT(sources_.publications,
              testing::ElementsAre("editions/2022-04", "editions/2022-04", "editions/2022-04"));
  EXPECT_EQ(Find(*gathered, "consent-again").cells, Find(*gathered, "consent").cells);
}

TEST_F(GatherTest, ShowsAChangeOnlyIfBothTablesDo) {
  sources_.waves["waves/autumn"] = {.digest = "a0"};
  sources_.changes["indicators/support"] = {
      .version = 1, .rows = {{{}, "staff", Share(-40, 10)}, {{}, "knowledge", Share(10, 10)}}};
  sources_.estimates["indicators/support"].rows[1].cell = Suppressed();
  plan_.sections[1].figures.push_back(
      {.id = "change", .source = ChangeSource{"indicators/support", "waves/autumn", ""}});
  const auto gathered = Read();
  ASSERT_THAT(gathered, IsOk());
  EXPECT_EQ(Find(*gathered, "change").cells[0][0].state, CellState::kShown);
  EXPECT_EQ(Find(*gathered, "change").cells[0][1].state, CellState::kSuppressed);
  EXPECT_EQ(Find(*gathered, "change").cells[0][1].value, Exact());
}

TEST_F(GatherTest, GivesTheSameOnManyThreads) {
  const auto in_turn = Read();
  ASSERT_THAT(in_turn, IsOk());
  for (int round = 0; round < 20; ++round) {
    const auto at_once = Gather(plan_, "editions/a", sources_,
                                [](size_t count, absl::FunctionRef<void(size_t)> work) {
                                  std::vector<std::thread> threads;
                                  for (size_t i = count; i-- > 0;) {
                                    threads.emplace_back([&work, i] { work(i); });
                                  }
                                  for (std::thread& thread : threads) thread.join();
                                });
    ASSERT_THAT(at_once, IsOk());
    EXPECT_EQ(at_once->figures, in_turn->figures);
    EXPECT_EQ(at_once->inputs, in_turn->inputs);
  }
}

TEST_F(GatherTest, PinsEverythingItUsed) {
  const auto gathered = Read();
  ASSERT_THAT(gathered, IsOk());
  for (const Input& input : std::vector<Input>{{"snapshots/2021", "5na9"},
                                               {"waves/winter", "a4e"},
                                               {"questionnaires/boards/versions/3", "b0a"},
                                               {"menuEditions/2021", "3e4u"},
                                               {"runs/money", "4a1"},
                                               {"schemes/npo/versions/1", "5c4"},
                                               {"indicators/choices", "c40"}}) {
    EXPECT_THAT(gathered->inputs, Contains(input));
  }
}

TEST_F(GatherTest, GivesOtherNumbersAnotherDigest) {
  const auto before = Read();
  sources_.estimates["indicators/consent by sector"].rows[1].cell = Share(701, 120);
  const auto after = Read();
  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(after, IsOk());
  EXPECT_NE(Find(*before, "consent").provenance.data_digest,
            Find(*after, "consent").provenance.data_digest);
  EXPECT_EQ(Find(*before, "choices").provenance.data_digest,
            Find(*after, "choices").provenance.data_digest);
}

TEST_F(GatherTest, WaitsForIndicatorsThatAreBehind) {
  sources_.progress.behind = 3;
  EXPECT_EQ(ReasonNow(), "FOLDING");
  sources_.progress = {.backfilling = 1};
  EXPECT_EQ(ReasonNow(), "FOLDING");
}

TEST_F(GatherTest, ReadsAgainWhenFiguresMovedWhileItRead) {
  int queries = 0;
  sources_.on_query = [&](const EstimateQuery&) {
    if (++queries == 2) ++sources_.progress.folded;
  };
  const auto gathered = Read();
  ASSERT_THAT(gathered, IsOk());
  EXPECT_EQ(queries, 6);
  EXPECT_THAT(gathered->figures, SizeIs(5));

  sources_.on_query = [&](const EstimateQuery&) { ++sources_.progress.folded; };
  EXPECT_EQ(ReasonNow(), "FOLDING");
}

TEST_F(GatherTest, NamesThePlaceOfWhatIsNotThere) {
  plan_.sections[1].figures[1].source = AllocationSource{"runs/none"};
  const auto gathered = Read();
  EXPECT_THAT(gathered, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(std::string(gathered.status().message()), HasSubstr("plan.sections[1].figures[1]"));
}

TEST_F(GatherTest, NamesThePlaceOfTheTableThatIsRefusedAmongThoseAskedForTogether) {
  plan_.sections[1].figures.push_back(
      {.id = "by-moon",
       .source = EstimateSource{.indicator = "indicators/consent", .breakdown = "moon"}});
  EXPECT_THAT(std::string(Read().status().message()), HasSubstr("plan.sections[1].figures[3]"));
}

TEST_F(GatherTest, NeedsAWaveForIndicatorsOnResponses) {
  plan_.sections[1].figures.pop_back();
  plan_.wave.clear();
  EXPECT_EQ(ReasonNow(), "NO_WAVE");
}

}  // namespace
}  // namespace vg::report
