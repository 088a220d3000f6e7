#include "services/catalogue/domain/search_index.h"

#include <random>

#include "absl/strings/ascii.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/menu_search.h"

namespace vg::catalogue {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

MenuEdition Edition() {
  MenuEdition edition;
  edition.categories = {{"B", {"Effectievere inzet van onderwijs", "More effective education"}},
                        {"E", {"Inzet van personeel", "Staff"}}};
  edition.interventions = {
      {.id = "zomerscholen",
       .category = "B",
       .title = {"Zomer- of lentescholen", "Summer or spring schools"},
       .summary = {"Onderwijs in de vakantie om stof in te halen.", "Education during holidays."}},
      {.id = "klassenverkleining",
       .category = "E",
       .title = {"Klassenverkleining", "Smaller classes"},
       .summary = {"Minder leerlingen per groep.", "Fewer pupils in a class."}},
      {.id = "gesprokentaal",
       .category = "B",
       .title = {"Gesprokentaalinterventies", "Oral language interventions"},
       .summary = {"Gesprekken en voorlezen in totaal.", "Conversation."}},
      {.id = "een-op-een",
       .category = "B",
       .title = {"Een-op-een-begeleiding", "One-to-one tuition"},
       .summary = {"Eén begeleider werkt intensief met één leerling.", "One tutor, one pupil."}},
      {.id = "assistenten",
       .category = "E",
       .title = {"Onderwijsassistenten", "Teaching assistants"},
       .summary = {"Extra handen in de klas die de leraar ondersteunen.", "Extra hands."},
       .evidence = {{.scheme = "EEF",
                     .note = {"Beperkt bewijs.", ""},
                     .sources = {{.title = "Overzicht van toetsen"}}}},
       .grants = {{.grant = "npo-schools", .conditions = {"Met instemming van de raad.", ""}}}},
      {.id = "schoolontwikkeling",
       .category = "E",
       .title = {"Schoolontwikkeling", ""},
       .summary = {"De school ziet zelf wat beter kan.", ""}}};
  return edition;
}

class SearchIndexTest : public testing::Test {
 protected:
  std::vector<std::string> Search(std::string_view query, Language language = Language::kDutch) {
    const Found found = search_.In(language).Search(query, [](size_t) { return true; });
    all_words_ = found.all_words;
    std::vector<std::string> ids;
    for (const Match& match : found.matches) ids.push_back(edition_.interventions[match.place].id);
    return ids;
  }

  const MenuEdition edition_ = Edition();
  const MenuSearch search_{edition_};
  bool all_words_ = false;
};

TEST_F(SearchIndexTest, FindsWordsByTheirStem) {
  EXPECT_THAT(Search("begeleiders"), ElementsAre("een-op-een"));
  EXPECT_THAT(Search("klas"), UnorderedElementsAre("klassenverkleining", "assistenten"));
  EXPECT_THAT(Search("leraren"), ElementsAre("assistenten"));
}

TEST_F(SearchIndexTest, TellsReadingFromLessons) {
  EXPECT_THAT(Search("lees"), ElementsAre("gesprokentaal")) << "for 'voorlezen'";
  EXPECT_THAT(Search("lezen"), ElementsAre("gesprokentaal"));
  EXPECT_THAT(Search("lessen"), IsEmpty());
}

TEST_F(SearchIndexTest, FindsWordsInsideCompounds) {
  EXPECT_THAT(Search("klas verkleinen"), ElementsAre("klassenverkleining"));
  EXPECT_TRUE(all_words_);
  EXPECT_THAT(Search("taal"), ElementsAre("gesprokentaal")) << "and not in 'totaal'";
  EXPECT_THAT(Search("school"), UnorderedElementsAre("schoolontwikkeling", "zomerscholen"));
  EXPECT_THAT(Search("scholen"), UnorderedElementsAre("schoolontwikkeling", "zomerscholen"));
}

TEST_F(SearchIndexTest, TakesCompoundsApartThatNoTextHas) {
  EXPECT_THAT(Search("zomerschool"), ElementsAre("zomerscholen"));
  EXPECT_THAT(Search("leerlingengroepen"), ElementsAre("klassenverkleining"));
  EXPECT_THAT(Search("ruimtevaart"), IsEmpty());
}

TEST_F(SearchIndexTest, TakesTheLastWordForABeginning) {
  EXPECT_THAT(Search("intensief bege"), ElementsAre("een-op-een"));
  EXPECT_THAT(Search("ond"), Contains("assistenten"));
  EXPECT_THAT(Search("beg xyz"), IsEmpty());
}

TEST_F(SearchIndexTest, ShowsWhatHasAllWordsElseWhatHasMost) {
  EXPECT_THAT(Search("minder leerlingen"), ElementsAre("klassenverkleining"));
  EXPECT_TRUE(all_words_);
  EXPECT_THAT(Search("minder leerlingen kwantum"), ElementsAre("klassenverkleining"));
  EXPECT_FALSE(all_words_);
}

TEST_F(SearchIndexTest, MindsStopWordsOnlyWhenThereAreNoOthers) {
  EXPECT_EQ(Search("de handen van het personeel"), Search("handen personeel"));
  EXPECT_THAT(Search("een op een"), Contains("een-op-een"));
}

TEST_F(SearchIndexTest, PutsTitlesBeforeSummaries) {
  EXPECT_THAT(Search("onderwijs"), Contains("zomerscholen"));
  EXPECT_EQ(Search("schoolontwikkeling")[0], "schoolontwikkeling");
  EXPECT_EQ(Search("assistenten")[0], "assistenten");
}

TEST_F(SearchIndexTest, SearchesCategoriesNotesSourcesAndConditions) {
  EXPECT_THAT(Search("bewijs"), ElementsAre("assistenten"));
  EXPECT_THAT(Search("toets"), ElementsAre("assistenten"));
  EXPECT_THAT(Search("toets", Language::kEnglish), ElementsAre("assistenten"))
      << "a source has one title";
  EXPECT_THAT(Search("instemming"), ElementsAre("assistenten"));
  EXPECT_THAT(Search("personeel"),
              UnorderedElementsAre("klassenverkleining", "assistenten", "schoolontwikkeling"));
}

TEST_F(SearchIndexTest, SearchesEnglishWithDutchWhereThereIsNone) {
  EXPECT_THAT(Search("tutors", Language::kEnglish), ElementsAre("een-op-een"));
  EXPECT_THAT(Search("tutors", Language::kDutch), IsEmpty());
  EXPECT_THAT(Search("schoolontwikkeling", Language::kEnglish), ElementsAre("schoolontwikkeling"));
}

TEST_F(SearchIndexTest, LooksOnlyWhereItMay) {
  const Found found =
      search_.In(Language::kDutch).Search("klas", [](size_t place) { return place == 4; });
  ASSERT_EQ(found.matches.size(), 1u);
  EXPECT_EQ(found.matches[0].place, 4u);
}

TEST_F(SearchIndexTest, FindsNothingForNoWords) {
  for (const char* query : {"", " ", "-!?", "\xFF"}) EXPECT_THAT(Search(query), IsEmpty()) << query;
  EXPECT_FALSE(all_words_);
}

// BM25 by hand: 2 of 2 texts are of length 8 + 3; "aap" is in one title.
// log2((2 * 2 + 2) / (2 * 1 + 1)) = 1; 2.2 * 8 / (8 + 1.2) = 1.913.
TEST_F(SearchIndexTest, ScoresAsPublished) {
  MenuEdition edition;
  edition.interventions = {{.id = "a", .title = {"aap", ""}, .summary = {"mies", ""}},
                           {.id = "b", .title = {"noot", ""}, .summary = {"teun", ""}}};
  const SearchIndex index(edition, Language::kDutch);
  const Found found = index.Search("aap", [](size_t) { return true; });
  ASSERT_EQ(found.matches.size(), 1u);
  EXPECT_EQ(found.matches[0].score, 1913);
}

// Properties over made-up menus.

class MadeUpMenuTest : public testing::TestWithParam<unsigned> {
 protected:
  MadeUpMenuTest() : random_(GetParam()) {
    for (int i = 0; i < 60; ++i) {
      edition_.interventions.push_back({.id = "i" + std::to_string(i),
                                        .category = "A",
                                        .title = {Sentence(1 + Draw(5)), ""},
                                        .summary = {Sentence(Draw(30)), ""}});
    }
    edition_.categories = {{"A", {Sentence(3), ""}}};
  }

  size_t Draw(size_t below) { return random_() % below; }

  std::string Sentence(size_t words) {
    static constexpr const char* kParts[] = {"school",   "klas", "één",   "de",    "lees",
                                             "begeleid", "ing",  "en",    "zomer", "taal",
                                             "reünie",   "op",   "groep", "NT2",   "x"};
    std::string sentence;
    for (size_t i = 0; i < words; ++i) {
      if (i > 0) sentence += Draw(4) == 0 ? "-" : " ";
      for (size_t parts = 1 + Draw(3); parts > 0; --parts) sentence += kParts[Draw(15)];
    }
    return sentence;
  }

  static std::vector<std::pair<size_t, int64_t>> Results(const SearchIndex& index,
                                                         const std::string& query) {
    std::vector<std::pair<size_t, int64_t>> results;
    for (const Match& match : index.Search(query, [](size_t) { return true; }).matches) {
      results.emplace_back(match.place, match.score);
    }
    return results;
  }

  std::mt19937 random_;
  MenuEdition edition_;
};

INSTANTIATE_TEST_SUITE_P(Seeds, MadeUpMenuTest, testing::Range(1u, 21u));

TEST_P(MadeUpMenuTest, FindsEveryInterventionByItsOwnTitle) {
  for (const Language language : {Language::kDutch, Language::kEnglish}) {
    const SearchIndex index(edition_, language);
    for (size_t place = 0; place < edition_.interventions.size(); ++place) {
      const std::string& title = edition_.interventions[place].title.nl;
      const Found found = index.Search(title, [](size_t) { return true; });
      EXPECT_TRUE(found.all_words) << title;
      EXPECT_THAT(found.matches, Contains(testing::Field(&Match::place, place))) << title;
    }
  }
}

TEST_P(MadeUpMenuTest, DoesNotMindCaseAndDiacritics) {
  const SearchIndex index(edition_, Language::kDutch);
  for (int i = 0; i < 20; ++i) {
    const std::string query = Sentence(1 + Draw(3));
    const auto results = Results(index, query);
    EXPECT_EQ(Results(index, Fold(query)), results) << query;
    EXPECT_EQ(Results(index, absl::AsciiStrToUpper(query)), results) << query;
  }
}

TEST_P(MadeUpMenuTest, AnswersTheSameAgainTheBestFirst) {
  const SearchIndex index(edition_, Language::kDutch);
  const SearchIndex again(edition_, Language::kDutch);
  for (int i = 0; i < 20; ++i) {
    const std::string query = Sentence(1 + Draw(3));
    const auto results = Results(index, query);
    EXPECT_EQ(Results(again, query), results) << query;
    for (size_t j = 1; j < results.size(); ++j) {
      const auto& [before, score_before] = results[j - 1];
      const auto& [after, score_after] = results[j];
      EXPECT_TRUE(score_before > score_after || (score_before == score_after && before < after));
    }
  }
}

}  // namespace
}  // namespace vg::catalogue
