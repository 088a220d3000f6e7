#include "services/funding/files/payee_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

constexpr char kHeader[] =
    "payee,name,iban,account_number,bic,country,valid_from,valid_until,source\n";

absl::Status Read(PayeeFile& file, std::string_view text) {
  // In pieces, so that rows are cut.
  for (size_t at = 0; at < text.size(); at += 7) {
    absl::Status status = file.Feed(text.substr(at, 7));
    if (!status.ok()) return status;
  }
  return file.Finish();
}

TEST(PayeeFileTest, ReadsBoardsAndMunicipalities) {
  PayeeFile file;
  ASSERT_OK(
      Read(file, std::string(kHeader) +
                     "40740,Stichting A,NL91 ABNA 0417 1643 00,,,,2021-08-01,,opgave\n"
                     "gm0363,Amsterdam,NL69INGB0123456789,,INGBNL2A,NL,2021-08-01,"
                     "2022-07-31,opgave\n"
                     "30156,Scholengemeenschap Bonaire,,400 123 45,MCBKBQBN,BQ,20210801,,o\n"));
  EXPECT_THAT(file.refused().kept(), IsEmpty());
  ASSERT_EQ(file.payees().size(), 3u);
  EXPECT_EQ(file.payees()[0], (Payee{.code = "40740",
                                     .title = "Stichting A",
                                     .account = {.iban = "NL91ABNA0417164300"},
                                     .country = "NL",
                                     .valid_from = absl::CivilDay(2021, 8, 1),
                                     .source = "opgave"}));
  EXPECT_EQ(file.payees()[1].code, "GM0363");
  EXPECT_EQ(file.payees()[1].valid_until, absl::CivilDay(2022, 7, 31));
  EXPECT_EQ(file.payees()[2].account.number, "40012345");
}

TEST(PayeeFileTest, RefusesRowsByLineColumnAndReason) {
  PayeeFile file;
  ASSERT_OK(Read(file, std::string(kHeader) +
                           "4074,A,NL91ABNA0417164300,,,,2021-08-01,,s\n"
                           "40740,A,NL91ABNA0417164301,,,,2021-08-01,,s\n"
                           "40740,,NL91ABNA0417164300,,,,2021-08-01,,s\n"
                           "40740,A,NL91ABNA0417164300,,,,2021-02-30,,s\n"
                           "40740,A,NL91ABNA0417164300,,,,2021-08-01,2021-07-31,s\n"
                           "40740,A,NL91ABNA0417164300,,,,2021-08-01,,\n"
                           "40740,A,,400,,BQ,2021-08-01,,s\n"
                           "40740,A\n"));
  EXPECT_THAT(file.payees(), IsEmpty());
  const auto row = [](int64_t line, const char* column, const char* reason) {
    return testing::AllOf(Field(&RefusedRow::line, line), Field(&RefusedRow::column, column),
                          Field(&RefusedRow::reason, reason));
  };
  EXPECT_THAT(file.refused().kept(),
              ElementsAre(row(2, "payee", "BAD_PAYEE"), row(3, "iban", "BAD_IBAN"),
                          row(4, "name", "REQUIRED"), row(5, "valid_from", "IMPOSSIBLE_DATE"),
                          row(6, "valid_until", "BAD_PERIOD"), row(7, "source", "REQUIRED"),
                          row(8, "bic", "BIC_REQUIRED"), row(9, "", "WRONG_CELL_COUNT")));
}

TEST(PayeeFileTest, RefusesThePayeeThatComesTwiceForOneDay) {
  PayeeFile file;
  ASSERT_OK(Read(file, std::string(kHeader) + "40740,A,NL91ABNA0417164300,,,,2021-08-01,,s\n"
                                              "40740,A,NL69INGB0123456789,,,,2021-08-01,,s\n"
                                              "40740,A,NL69INGB0123456789,,,,2022-08-01,,s\n"));
  EXPECT_EQ(file.payees().size(), 2u);
  EXPECT_THAT(file.refused().kept(), ElementsAre(Field(&RefusedRow::reason, "DUPLICATE_PAYEE")));
}

TEST(PayeeFileTest, NeedsItsColumns) {
  PayeeFile file;
  EXPECT_THAT(Read(file, "payee,iban\n40740,NL91ABNA0417164300\n"), HasReason("MISSING_COLUMN"));
  PayeeFile empty;
  EXPECT_THAT(Read(empty, ""), HasReason("NO_HEADER"));
}

TEST(PayeeFileTest, EndsAtAFileThatIsTooLarge) {
  PayeeFile file;
  ASSERT_OK(file.Feed(kHeader));
  const std::string blank(1 << 20, '\n');
  absl::Status status;
  for (int i = 0; i < 65 && status.ok(); ++i) status = file.Feed(blank);
  EXPECT_THAT(status, HasReason("FILE_TOO_LARGE"));
}

TEST(PayeeTest, TheAccountOfADayIsThatWithTheLatestBeginning) {
  const auto payee = [](int month, const char* iban, std::optional<int> until = std::nullopt) {
    Payee made{.code = "40740", .valid_from = absl::CivilDay(2021, month, 1)};
    made.account.iban = iban;
    if (until) made.valid_until = absl::CivilDay(2021, *until, 1);
    return made;
  };
  const std::vector<Payee> approved = {payee(8, "old"), payee(3, "before", 6), payee(10, "new"),
                                       payee(10, "corrected")};
  EXPECT_EQ(PayeeOn(approved, absl::CivilDay(2021, 1, 1)), nullptr);
  EXPECT_EQ(PayeeOn(approved, absl::CivilDay(2021, 6, 1))->account.iban, "before");
  EXPECT_EQ(PayeeOn(approved, absl::CivilDay(2021, 7, 1)), nullptr);
  EXPECT_EQ(PayeeOn(approved, absl::CivilDay(2021, 9, 30))->account.iban, "old");
  EXPECT_EQ(PayeeOn(approved, absl::CivilDay(2021, 10, 1))->account.iban, "corrected");
}

}  // namespace
}  // namespace vg::funding
