#include "services/indicators/domain/disclosure/protection.h"

#include <random>

#include <gtest/gtest.h>

namespace vg::indicators::disclosure {
namespace {

// Records, each of a unit of its own, and what of them may be shown.
class Records {
 public:
  explicit Records(std::vector<Areas> areas) : areas_(std::move(areas)) {}

  // Half of them positive.
  void Add(const Group& group, int n, bool filtered_out = false) {
    for (int i = 0; i < n; ++i) {
      atoms_[{group, {!filtered_out}}].AddUnit({1, i % 2, 0}, next_unit_++, false);
    }
  }

  Protection Protect() const {
    std::vector<AtomKey> keys;
    std::vector<AtomTotals> totals;
    for (const auto& [key, atom] : atoms_) {
      keys.push_back(key);
      totals.push_back(atom);
    }
    return {Policy(),
            MeasureKind::kProportion,
            Protection::ShapeOf(areas_, keys),
            {},
            std::move(totals)};
  }

 private:
  const std::vector<Areas> areas_;
  std::map<AtomKey, AtomTotals> atoms_;
  int next_unit_ = 0;
};

TEST(ProtectionTest, ATwoWayTableKeepsWhatTheTablesOfItsAttributesHide) {
  // In the table of provinces Z is hidden, and Y because it is the smallest of the others.
  Records records(std::vector<Areas>(2));
  for (const char* sector : {"po", "vo"}) {
    records.Add({"X", sector}, 40);
    records.Add({"Y", sector}, 20);
  }
  records.Add({"Z", "po"}, 3);
  Protection protection = records.Protect();
  EXPECT_TRUE(protection.Hides({"Z", "po"}));
  // If all of Y were shown here, Y would be known, and with it Z.
  EXPECT_TRUE(protection.Hides({"Y", "po"}) || protection.Hides({"Y", "vo"}));
  EXPECT_FALSE(protection.Hides({}));
}

TEST(ProtectionTest, NoLineOfATwoWayTableHidesOneGroupOnly) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    Records records(std::vector<Areas>(2));
    std::vector<Group> groups;
    std::map<Group, int> sizes;
    std::map<std::string, int> row_sizes;
    for (const char* row : {"a", "b", "c", "d"}) {
      for (const char* column : {"1", "2", "3"}) {
        const int n = 1 + static_cast<int>(random() % 30);
        records.Add({row, column}, n);
        sizes[{row, column}] = n;
        row_sizes[row] += n;
      }
    }
    Records margins(std::vector<Areas>(1));
    for (const auto& [row, n] : row_sizes) margins.Add({row}, n);
    Protection protection = records.Protect(), of_margins = margins.Protect();
    if (protection.HidesAllGroups()) continue;
    for (const auto& [row, n] : row_sizes) {
      int hidden = 0;
      for (const char* column : {"1", "2", "3"}) {
        const bool hides = protection.Hides({row, column});
        if (!hides) {
          EXPECT_GE((sizes[{row, column}]), Policy().minimum_records) << "seed " << seed;
        }
        hidden += hides ? 1 : 0;
      }
      if (of_margins.Hides({row})) {
        EXPECT_GE(hidden, 1) << "seed " << seed;
      } else {
        EXPECT_NE(hidden, 1) << "seed " << seed;
      }
    }
  }
}

TEST(ProtectionTest, MunicipalitiesAreSafeBesideTheTableOfProvinces) {
  const Areas provinces = {{"m1", "P"}, {"m2", "P"}, {"m3", "Q"}, {"m4", "Q"}};
  Records records({provinces});
  records.Add({"m1"}, 3);
  records.Add({"m2"}, 30);
  records.Add({"m3"}, 4);
  records.Add({"m4"}, 50);
  // m1 and m3 hide each other in the country, but not in their provinces.
  EXPECT_TRUE(records.Protect().Hides({"m2"}));
  EXPECT_TRUE(records.Protect().Hides({"m4"}));
}

TEST(ProtectionTest, AFilterThatLeavesOutAFewShowsNothing) {
  Records records(std::vector<Areas>{});
  records.Add({}, 50);
  records.Add({}, 2, /*filtered_out=*/true);
  EXPECT_TRUE(records.Protect().Hides({}));
}

TEST(ProtectionTest, AFilterThatLeavesOutManyShowsWhatIsLeft) {
  Records records(std::vector<Areas>{});
  records.Add({}, 50);
  records.Add({}, 20, /*filtered_out=*/true);
  EXPECT_FALSE(records.Protect().Hides({}));
}

TEST(ProtectionTest, AFilterDoesNotUncoverWhatIsHiddenWithoutIt) {
  Records records(std::vector<Areas>(1));
  records.Add({"small"}, 3, /*filtered_out=*/true);
  records.Add({"medium"}, 12);
  records.Add({"large"}, 80);
  // Without the filter "medium" is hidden beside "small".
  EXPECT_TRUE(records.Protect().Hides({"medium"}));
}

TEST(ProtectionTest, ATableOfLinesThatCannotBeProtectedHidesItsGroups) {
  // (b, 1) is alone in its row, so it cannot stand beside (a, 1) in hiding.
  Records records(std::vector<Areas>(2));
  records.Add({"a", "1"}, 3);
  records.Add({"a", "2"}, 30);
  records.Add({"b", "1"}, 30);
  EXPECT_TRUE(records.Protect().HidesAllGroups());
}

TEST(ProtectionTest, AMeanWithoutSpreadIsHiddenWhereFewGaveIt) {
  AtomTotals all;
  for (int unit = 0; unit < 7; ++unit) all.AddUnit({1, 25, 625}, unit, false);
  Protection protection(Policy(), MeasureKind::kMean, Protection::ShapeOf({}, {{{}, {true}}}), {},
                        {all});
  EXPECT_TRUE(protection.Hides({}));
}

}  // namespace
}  // namespace vg::indicators::disclosure
