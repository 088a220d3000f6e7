// The menu editions of deploy/examples, read as people write them and published.

#include <map>
#include <optional>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/yaml/yaml.h"
#include "services/catalogue/api/test_server.h"

namespace vg::catalogue {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::Pair;

// Effect in months, strength and cost by the EEF; nothing where the menu does not say.
using Marks = std::tuple<std::optional<int>, std::optional<int>, std::optional<int>>;
constexpr std::nullopt_t kBlank = std::nullopt;

class ExamplesTest : public testing::Test {
 protected:
  v1::MenuEdition Publish(const std::string& id) {
    const std::string text = ReadFile(SourcePath("deploy/examples/menus/" + id + ".yaml"));
    v1::MenuEdition menu;
    EXPECT_OK(ParseYaml(text, &menu));
    const auto published = server_.Call(&Stub::PublishMenuEdition, PublishRequest(id, menu));
    EXPECT_THAT(published, IsOk());
    return published.value_or(v1::MenuEdition());
  }

  std::vector<std::string> Found(const std::string& edition, const std::string& query,
                                 const std::string& language = "nl") {
    v1::SearchInterventionsRequest request;
    request.set_parent("menuEditions/" + edition);
    request.set_query(query);
    request.set_language_code(language);
    const auto found = server_.Call(&Stub::SearchInterventions, request);
    EXPECT_THAT(found, IsOk());
    std::vector<std::string> ids;
    for (const v1::InterventionMatch& match : found->matches()) {
      ids.push_back(match.intervention().id());
    }
    return ids;
  }

  static std::map<std::string, Marks> MarksOf(const v1::MenuEdition& menu) {
    std::map<std::string, Marks> marks;
    for (const v1::Intervention& intervention : menu.interventions()) {
      Marks& mark = marks[intervention.id()];
      EXPECT_NE(intervention.title().en(), "") << intervention.id();
      EXPECT_NE(intervention.summary().en(), "") << intervention.id();
      for (const v1::Evidence& evidence : intervention.evidence()) {
        EXPECT_NE(evidence.source(), "") << intervention.id();
        if (evidence.scheme() != "EEF") continue;
        if (evidence.has_effect_months()) std::get<0>(mark) = evidence.effect_months();
        if (evidence.has_strength()) std::get<1>(mark) = evidence.strength();
        if (evidence.has_cost()) std::get<2>(mark) = evidence.cost();
      }
    }
    return marks;
  }

  TestServer server_;
};

TEST_F(ExamplesTest, HoldTheMenuOfSpring) {
  const v1::MenuEdition menu = Publish("2021-spring");
  EXPECT_EQ(menu.categories_size(), 6);
  EXPECT_TRUE(menu.categories(5).supporting_only());
  const std::map<std::string, Marks> marks = MarksOf(menu);
  EXPECT_EQ(marks.size(), 25u);
  EXPECT_THAT(marks, Contains(Pair("voor-en-vroegschoolse-interventies", Marks(5, 4, 5))));
  EXPECT_THAT(marks, Contains(Pair("instructie-in-kleine-groepen", Marks(4, 2, 3))));
  EXPECT_THAT(marks, Contains(Pair("feedback", Marks(8, 3, kBlank))));
  EXPECT_THAT(marks, Contains(Pair("directe-instructie", Marks(kBlank, kBlank, kBlank))));
  EXPECT_THAT(marks, Contains(Pair("onderwijsassistenten", Marks(1, 2, 4))));
  EXPECT_THAT(marks, Contains(Pair("digitale-technologie", Marks(4, 4, 3))));
  EXPECT_THAT(marks,
              Contains(Pair("interventies-gericht-op-welbevinden", Marks(kBlank, kBlank, kBlank))));
}

TEST_F(ExamplesTest, HoldTheMenuOfAutumn) {
  const std::map<std::string, Marks> marks = MarksOf(Publish("2021-autumn"));
  EXPECT_EQ(marks.size(), 28u);
  EXPECT_THAT(marks,
              Contains(Pair("voor-en-vroegschoolse-interventies", Marks(kBlank, kBlank, kBlank))));
  EXPECT_THAT(marks, Contains(Pair("feedback", Marks(6, 4, kBlank))));
  EXPECT_THAT(marks, Contains(Pair("fonemisch-bewustzijn", Marks(5, 5, kBlank))));
  EXPECT_THAT(marks, Contains(Pair("klassenverkleining", Marks(2, kBlank, 5))));
  EXPECT_THAT(marks, Contains(Pair("onderwijsassistenten", Marks(kBlank, kBlank, kBlank))));
}

TEST_F(ExamplesTest, AreFoundByTheirTitlesAndByWhatPeopleAsk) {
  for (const char* edition : {"2021-spring", "2021-autumn"}) {
    const v1::MenuEdition menu = Publish(edition);
    for (const char* language : {"nl", "en"}) {
      for (const v1::Intervention& intervention : menu.interventions()) {
        const bool english = std::string_view(language) == "en";
        const auto& title = english ? intervention.title().en() : intervention.title().nl();
        EXPECT_THAT(Found(edition, title, language), Contains(intervention.id())) << title;
      }
    }
  }
  EXPECT_THAT(Found("2021-spring", "klas verkleinen"), ElementsAre("klassenverkleining"));
  EXPECT_THAT(Found("2021-spring", "zomerschool")[0], "zomer-of-lentescholen");
  EXPECT_THAT(Found("2021-spring", "onderwijsassistent")[0], "onderwijsassistenten");
  EXPECT_THAT(Found("2021-autumn", "loopbaanorientatie")[0], "loopbaanorientatie-en-begeleiding");
  EXPECT_THAT(Found("2021-spring", "ouders")[0], "ouderbetrokkenheid");
}

TEST_F(ExamplesTest, AreFoundByAnyFormOfAWord) {
  const std::string reading = "technieken-voor-begrijpend-lezen";
  for (const char* edition : {"2021-spring", "2021-autumn"}) {
    Publish(edition);
    for (const char* query : {"lezen", "lees", "leesonderwijs", "leesvaardigheid", "begrijpend"}) {
      EXPECT_THAT(Found(edition, query), Contains(reading)) << query;
    }
    EXPECT_EQ(Found(edition, "lezen")[0], reading);
    EXPECT_EQ(Found(edition, "lees")[0], reading);
    EXPECT_THAT(Found(edition, "les"), Not(Contains(reading)));
    EXPECT_THAT(Found(edition, "groep"), Contains("instructie-in-kleine-groepen"));
    EXPECT_THAT(Found(edition, "leraren"), Contains("onderwijsassistenten"));
    EXPECT_THAT(Found(edition, "sociale"), Contains("interventies-gericht-op-welbevinden"));
    EXPECT_EQ(Found(edition, "talen")[0], "gesprokentaalinterventies");
    EXPECT_THAT(Found(edition, "medezeggenschapsraad"), Contains("feedback"));
    EXPECT_THAT(Found(edition, "achtergrond van de menukaart"),
                ElementsAre("interventies-gericht-op-welbevinden"));
  }
  EXPECT_EQ(Found("2021-autumn", "schrijven")[0], "schrijfonderwijs");
}

TEST_F(ExamplesTest, MayBePaidFromTheGrantToSchools) {
  for (const char* edition : {"2021-spring", "2021-autumn"}) {
    const v1::MenuEdition menu = Publish(edition);
    for (const v1::Intervention& intervention : menu.interventions()) {
      ASSERT_EQ(intervention.grants_size(), 1) << intervention.id();
      EXPECT_EQ(intervention.grants(0).grant(), "npo-schools");
      const bool supports = intervention.category() == "F";
      EXPECT_EQ(intervention.grants(0).conditions().nl().starts_with("Alleen"), supports);
    }
  }
}

TEST_F(ExamplesTest, TellWhatChangedInTheAutumn) {
  Publish("2021-spring");
  Publish("2021-autumn");
  v1::DiffMenuEditionsRequest request;
  request.set_before("menuEditions/2021-spring");
  request.set_after("menuEditions/2021-autumn");
  ASSERT_OK_AND_ASSIGN(const auto diff, server_.Call(&Stub::DiffMenuEditions, request));
  std::map<v1::InterventionChangeKind, int> kinds;
  std::map<std::string, int> fields;
  std::map<std::string, std::string> effects;
  for (const v1::InterventionChange& change : diff.changes()) {
    ++kinds[change.kind()];
    ++fields[change.field()];
    if (change.field() == "evidence[EEF].effect_months") {
      effects[change.intervention()] = change.before() + " to " + change.after();
    }
  }
  EXPECT_THAT(fields, Contains(Pair("grants[npo-schools from 2021-08-01].end_date", 25)));
  EXPECT_EQ(kinds[v1::INTERVENTION_CHANGE_KIND_ADDED], 3);
  EXPECT_EQ(kinds[v1::INTERVENTION_CHANGE_KIND_REMOVED], 0);
  EXPECT_THAT(effects, Contains(Pair("interventions/feedback", "8 to 6")));
  EXPECT_THAT(effects, Contains(Pair("interventions/sportieve-activiteiten", "2 to 1")));
}

}  // namespace
}  // namespace vg::catalogue
