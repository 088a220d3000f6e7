#include "services/funding/domain/payments/bank_account.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::funding {
namespace {

using testing::HasSubstr;

// The examples that the IBAN registry gives of each country, in print form.
constexpr const char* kRegistryExamples[] = {"AD12 0001 2030 2003 5910 0100",
                                             "AT61 1904 3002 3457 3201",
                                             "BE68 5390 0754 7034",
                                             "BG80 BNBG 9661 1020 3456 78",
                                             "CH93 0076 2011 6238 5295 7",
                                             "CY17 0020 0128 0000 0012 0052 7600",
                                             "CZ65 0800 0000 1920 0014 5399",
                                             "DE89 3704 0044 0532 0130 00",
                                             "DK50 0040 0440 1162 43",
                                             "EE38 2200 2210 2014 5685",
                                             "ES91 2100 0418 4502 0005 1332",
                                             "FI21 1234 5600 0007 85",
                                             "FR14 2004 1010 0505 0001 3M02 606",
                                             "GB29 NWBK 6016 1331 9268 19",
                                             "GI75 NWBK 0000 0000 7099 453",
                                             "GR16 0110 1250 0000 0001 2300 695",
                                             "HR12 1001 0051 8630 0016 0",
                                             "HU42 1177 3016 1111 1018 0000 0000",
                                             "IE29 AIBK 9311 5212 3456 78",
                                             "IS14 0159 2600 7654 5510 7303 39",
                                             "IT60 X054 2811 1010 0000 0123 456",
                                             "LI21 0881 0000 2324 013A A",
                                             "LT12 1000 0111 0100 1000",
                                             "LU28 0019 4006 4475 0000",
                                             "LV80 BANK 0000 4351 9500 1",
                                             "MC58 1122 2000 0101 2345 6789 030",
                                             "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
                                             "NL91 ABNA 0417 1643 00",
                                             "NO93 8601 1117 947",
                                             "PL61 1090 1014 0000 0712 1981 2874",
                                             "PT50 0002 0123 1234 5678 9015 4",
                                             "RO49 AAAA 1B31 0075 9384 0000",
                                             "SE45 5000 0000 0583 9825 7466",
                                             "SI56 2633 0001 2039 086",
                                             "SK31 1200 0000 1987 4263 7541",
                                             "SM86 U032 2509 8000 0000 0270 100",
                                             "VA59 0011 2300 0012 3456 78"};

TEST(IbanTest, TakesTheExamplesOfTheRegistry) {
  for (const char* example : kRegistryExamples) EXPECT_OK(ParseIban(example, "iban")) << example;
}

TEST(IbanTest, RefusesEveryExampleWithOneDigitChanged) {
  for (const std::string example : kRegistryExamples) {
    for (size_t i = 5; i < example.size(); ++i) {
      if (example[i] < '0' || example[i] > '9') continue;
      std::string changed = example;
      changed[i] = changed[i] == '9' ? '0' : static_cast<char>(changed[i] + 1);
      EXPECT_THAT(ParseIban(changed, "iban"), HasReason("BAD_IBAN")) << changed;
    }
  }
}

TEST(IbanTest, RefusesTwoDigitsThatChangedPlaces) {
  EXPECT_THAT(ParseIban("NL91ABNA0471164300", "iban"), HasReason("BAD_IBAN"));
}

TEST(IbanTest, IsWrittenInCapitalsWithoutBlanks) {
  EXPECT_THAT(ParseIban(" nl91 abna 0417 1643 00", "iban"), IsOkAndHolds("NL91ABNA0417164300"));
}

TEST(IbanTest, SaysWhatIsWrong) {
  EXPECT_THAT(ParseIban("", "iban").status().message(), HasSubstr("two check digits"));
  EXPECT_THAT(ParseIban("NL91ABNA041716430", "iban").status().message(),
              HasSubstr("it has 18 characters, not 17"));
  EXPECT_THAT(ParseIban("US64SVBKUS6S3300958879", "iban").status().message(),
              HasSubstr("US is not a country of SEPA"));
  EXPECT_THAT(ParseIban("NL91ABN10417164300", "iban").status().message(),
              HasSubstr("four letters of the bank"));
  EXPECT_THAT(ParseIban("=cmd|' /C calc'!A0", "iban"), HasReason("BAD_IBAN"));
}

TEST(BicTest, HasEightOrElevenCharacters) {
  EXPECT_THAT(ParseBic("abnanl2a", "bic"), IsOkAndHolds("ABNANL2A"));
  EXPECT_THAT(ParseBic("MCBKBQBN", "bic"), IsOkAndHolds("MCBKBQBN"));
  EXPECT_THAT(ParseBic("DEUTDEFF500", "bic"), IsOkAndHolds("DEUTDEFF500"));
  for (const char* wrong : {"", "ABNANL2", "ABNANL2AXX", "ABNA1L2A", "ABNANL2A-XX"}) {
    EXPECT_THAT(ParseBic(wrong, "bic"), HasReason("BAD_BIC")) << wrong;
  }
}

TEST(BankAccountTest, NeedsNoBicBesideAnIban) {
  ASSERT_OK_AND_ASSIGN(const BankAccount account, MakeBankAccount("NL91ABNA0417164300", "", ""));
  EXPECT_EQ(account.id(), "NL91ABNA0417164300");
}

TEST(BankAccountTest, IsANumberWithABicWhereBanksHaveNoIban) {
  ASSERT_OK_AND_ASSIGN(const BankAccount account, MakeBankAccount("", "400 123 45", "MCBKBQBN"));
  EXPECT_EQ(account.id(), "40012345");
  EXPECT_THAT(MakeBankAccount("", "40012345", ""), HasReason("BIC_REQUIRED"));
}

TEST(BankAccountTest, IsOneAccount) {
  EXPECT_THAT(MakeBankAccount("", "", "ABNANL2A"), HasReason("NO_ACCOUNT"));
  EXPECT_THAT(MakeBankAccount("NL91ABNA0417164300", "417164300", ""), HasReason("TWO_ACCOUNTS"));
  EXPECT_THAT(MakeBankAccount("", "40012345<", "MCBKBQBN"), HasReason("BAD_ACCOUNT_NUMBER"));
}

}  // namespace
}  // namespace vg::funding
