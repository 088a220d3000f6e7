#include "services/funding/domain/comparison/passages.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/domain/test_batches.h"
#include "services/funding/domain/test_schemes.h"

namespace vg::funding {
namespace {

// A country before and after: schools that open, close, merge, split and move, at random.
struct History {
  explicit History(unsigned seed) : random(seed) {
    for (int i = 0; i < 40; ++i) {
      const std::string code = absl::StrCat("S", 10 + i);
      const std::string other = absl::StrCat("S", 10 + Below(40));
      if (Below(4) != 0) Add(code, before);
      if (Below(4) != 0) Add(code, after);
      if (Below(3) == 0) lineage.heirs[code] = other;
      if (Below(3) == 0) lineage.origins[code] = other;
    }
    for (int i = 0; i < 6; ++i) {
      const Recipient municipality{.code = absl::StrCat("GM", i), .title = "Municipality"};
      if (Below(5) != 0) municipalities_before.push_back(municipality);
      if (Below(5) != 0) municipalities_after.push_back(municipality);
    }
    CountPupils(before, municipalities_before);
    CountPupils(after, municipalities_after);
  }

  int Below(int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); }
  void Add(const std::string& code, std::vector<Recipient>& schools) {
    Recipient& school = schools.emplace_back(School(code, Below(300)));
    school.municipality = absl::StrCat("GM", Below(6));
    if (Below(2) == 0) school.score = Below(50);
  }

  std::mt19937 random;
  std::vector<Recipient> before, after;
  std::vector<Recipient> municipalities_before, municipalities_after;
  Lineage lineage;
};

struct Told {
  std::string code;
  bool was, is;
  std::vector<Event> events;
  friend bool operator==(const Told&, const Told&) = default;
};

Told Tell(const Passage& passage) {
  return {passage.code(), passage.before != nullptr, passage.after != nullptr, passage.events};
}

TEST(ForEachPassageTest, TellsWhatIsToldOfAWholeCountryAtHand) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const History history(seed);
    for (const RecipientKind kind : {RecipientKind::kSchool, RecipientKind::kMunicipality}) {
      const bool schools = kind == RecipientKind::kSchool;
      const auto& before = schools ? history.before : history.municipalities_before;
      const auto& after = schools ? history.after : history.municipalities_after;
      std::vector<Told> whole, streamed;
      for (const Passage& passage :
           PassagesOf(kind, before, after, history.before, history.after, history.lineage)) {
        whole.push_back(Tell(passage));
      }
      const InBatches was(before, 7), is(after, 5);
      const InBatches branches_before(history.before, 3), branches_after(history.after, 100);
      ASSERT_OK(ForEachPassage(kind, {was, branches_before}, {is, branches_after}, history.lineage,
                               [&](const Passage& passage) {
                                 streamed.push_back(Tell(passage));
                                 return absl::OkStatus();
                               }));
      EXPECT_EQ(streamed, whole) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace vg::funding
