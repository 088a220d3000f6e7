#include "services/cli/demo/vintages.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"

namespace vg::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

void Touch(const std::string& path) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << "x\n";
}

TEST(VintagesTest, TakeAFolderPerCountDateAsItIs) {
  const TempDir folder;
  Touch(folder.File("2021-10-01/b.csv"));
  Touch(folder.File("2020-10-01/a.csv"));
  Touch(folder.File("notes/c.csv"));
  const auto vintages = FindVintages(folder.path());
  ASSERT_THAT(vintages, IsOk());
  ASSERT_EQ(vintages->size(), 2u);
  EXPECT_EQ((*vintages)[0].count_date, "2020-10-01");
  EXPECT_THAT((*vintages)[1].files, ElementsAre(EndsWith("b.csv")));
}

TEST(VintagesTest, GiveEachRegisterTheNewestOtherFilesThatAreNotNewer) {
  const TempDir folder;
  for (const char* name :
       {"duo/vestigingen-bo-2020-12.csv", "duo/vestigingen-bo-2021-10.csv",
        "duo/vestigingen-vo-2020-12.csv", "duo/leerlingen-po-per-vestiging-2019.csv",
        "cbs/gemeenten-2020.csv", "cbs/gemeenten-kerncijfers-2021.csv"}) {
    Touch(folder.File(name));
  }
  const auto vintages = FindVintages(folder.path());
  ASSERT_THAT(vintages, IsOk());
  ASSERT_EQ(vintages->size(), 2u);
  EXPECT_THAT((*vintages)[0].files,
              ElementsAre(EndsWith("vestigingen-bo-2020-12.csv"), EndsWith("gemeenten-2020.csv"),
                          EndsWith("leerlingen-po-per-vestiging-2019.csv"),
                          EndsWith("vestigingen-vo-2020-12.csv")));
  EXPECT_THAT((*vintages)[1].files, ElementsAre(EndsWith("vestigingen-bo-2021-10.csv"),
                                                EndsWith("gemeenten-kerncijfers-2021.csv"),
                                                EndsWith("leerlingen-po-per-vestiging-2019.csv"),
                                                EndsWith("vestigingen-vo-2020-12.csv")));
}

TEST(VintagesTest, SayWhatAFolderWithoutDataLacks) {
  const TempDir folder;
  EXPECT_THAT(FindVintages(folder.path()), HasReason("NO_DATA"));
}

}  // namespace
}  // namespace vg::cli
