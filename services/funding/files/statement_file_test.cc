#include "services/funding/files/statement_file.h"

#include "absl/strings/str_replace.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/funding/files/test_camt.h"
#include "services/funding/files/test_iso20022.h"

namespace vg::funding {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

absl::StatusOr<std::vector<BankStatement>> Read(std::string xml) { return ReadCamt053(xml); }
absl::StatusOr<std::vector<BankStatement>> Read(const CamtFile& file) { return Read(ToXml(file)); }

CamtFile PaidAndReturned(std::string version) {
  return {.version = std::move(version),
          .closing = "-1004.50",
          .entries = {
              {.amount = "2004.50", .end_to_end_id = "16SW03-1", .account = "NL91ABNA0417164300"},
              {.amount = "10.25", .end_to_end_id = "16SW04-1"},
              {.amount = "10.25",
               .credit = true,
               .end_to_end_id = "16SW04-1",
               .return_reason = "AC04"}}};
}

class CamtVersionTest : public testing::TestWithParam<const char*> {};

TEST_P(CamtVersionTest, IsRead) {
  const CamtFile file = PaidAndReturned(GetParam());
  ASSERT_OK_AND_ASSIGN(const auto statements, Read(file));
  ASSERT_THAT(statements, SizeIs(1));
  const BankStatement& statement = statements[0];
  EXPECT_EQ(statement.id, "2021-11-25");
  EXPECT_EQ(statement.account, "NL86INGB0002445588");
  EXPECT_EQ(statement.last_day, absl::CivilDay(2021, 11, 25));
  EXPECT_EQ(statement.opening, Money{100'000});
  EXPECT_EQ(statement.closing, Money{-100'450});
  ASSERT_THAT(statement.transactions, SizeIs(3));
  EXPECT_EQ(statement.transactions[0], (BankTransaction{.number = 1,
                                                        .booking_day = absl::CivilDay(2021, 11, 25),
                                                        .amount = Money{200'450},
                                                        .end_to_end_id = "16SW03-1",
                                                        .counter_account = "NL91ABNA0417164300",
                                                        .counter_name = "Stichting A",
                                                        .reference = "REF",
                                                        .remittance = "npo"}));
  EXPECT_TRUE(statement.transactions[2].credit);
  EXPECT_EQ(statement.transactions[2].return_reason, "AC04");
}

// What the tests here read is what banks write.
TEST_P(CamtVersionTest, IsWhatTheSchemaAsks) {
  EXPECT_EQ(
      FaultsBySchema(absl::StrCat("camt.053.001.", GetParam()), ToXml(PaidAndReturned(GetParam()))),
      "");
}

INSTANTIATE_TEST_SUITE_P(Versions, CamtVersionTest, testing::Values("02", "08"));

TEST(CamtTest, TakesPrefixedElementsAndOtherEncodings) {
  std::string xml = ToXml(PaidAndReturned("08"));
  xml = absl::StrReplaceAll(xml, {{"</", "</b:"}, {"<", "<b:"}, {"xmlns=", "xmlns:b="}});
  xml = absl::StrReplaceAll(xml, {{"<b:/b:", "</b:"}, {"<b:?", "<?"}, {"b:b:", "b:"}});
  ASSERT_OK_AND_ASSIGN(const auto statements, Read(xml));
  EXPECT_THAT(statements[0].transactions, SizeIs(3));
  xml = absl::StrReplaceAll(ToXml(PaidAndReturned("02")),
                            {{"UTF-8", "ISO-8859-1"}, {"Stichting A", "Frysl\xE2n"}});
  ASSERT_OK_AND_ASSIGN(const auto latin, Read(xml));
  EXPECT_EQ(latin[0].transactions[0].counter_name, "Fryslân");
}

TEST(CamtTest, LeavesOutWhatIsNotBooked) {
  CamtFile file = PaidAndReturned("08");
  file.entries.push_back({.amount = "99.00", .status = "PDNG"});
  ASSERT_OK_AND_ASSIGN(const auto statements, Read(file));
  EXPECT_THAT(statements[0].transactions, SizeIs(3));
}

constexpr char kTwo[] =
    "<TxDtls><Refs><EndToEndId>A</EndToEndId></Refs><Amt Ccy=\"EUR\">4.00</Amt>"
    "<CdtDbtInd>DBIT</CdtDbtInd></TxDtls>"
    "<TxDtls><Refs><EndToEndId>B</EndToEndId></Refs><Amt Ccy=\"EUR\">6.00</Amt>"
    "<CdtDbtInd>DBIT</CdtDbtInd></TxDtls>";

TEST(CamtTest, TellsTheTransactionsOfAnEntry) {
  CamtFile file{.closing = "990.00", .entries = {{.amount = "10.00", .details = kTwo}}};
  ASSERT_OK_AND_ASSIGN(const auto statements, Read(file));
  ASSERT_THAT(statements[0].transactions, SizeIs(2));
  EXPECT_EQ(statements[0].transactions[0].amount, Money{400});
  EXPECT_EQ(statements[0].transactions[1].end_to_end_id, "B");
  file.entries[0].amount = "11.00";
  file.closing = "989.00";
  EXPECT_THAT(Read(file), HasReason("ENTRY_SUM_DIFFERS"));
}

TEST(CamtTest, AnEntryOfABatchIsOneTransactionThatNamesIt) {
  CamtFile file{.closing = "990.00",
                .entries = {{.amount = "10.00",
                             .details = "<Btch><PmtInfId>2021-11-eur-1</PmtInfId>"
                                        "<NbOfTxs>2</NbOfTxs></Btch>"}}};
  ASSERT_OK_AND_ASSIGN(const auto statements, Read(file));
  ASSERT_THAT(statements[0].transactions, SizeIs(1));
  EXPECT_EQ(statements[0].transactions[0].instruction_id, "2021-11-eur-1");
  EXPECT_EQ(statements[0].transactions[0].end_to_end_id, "");
}

TEST(CamtTest, RefusesAStatementThatDoesNotAddUp) {
  CamtFile file = PaidAndReturned("08");
  file.closing = "-1004.49";
  EXPECT_THAT(Read(file), HasReason("BALANCE_DIFFERS"));
  EXPECT_THAT(Read(file).status().message(), HasSubstr("closes with EUR -1004.49"));
  file = PaidAndReturned("08");
  for (const char* told :
       {"<TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries>",
        "<TtlNtries><NbOfNtries>3</NbOfNtries><Sum>2025.01</Sum></TtlNtries>",
        "<TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>10.26</Sum></TtlCdtNtries>",
        "<TtlDbtNtries><NbOfNtries>1</NbOfNtries></TtlDbtNtries>"}) {
    file.summary = absl::StrCat("<TxsSummry>", told, "</TxsSummry>");
    EXPECT_THAT(Read(file), HasReason("SUMMARY_DIFFERS")) << told;
  }
  file.summary =
      "<TxsSummry><TtlNtries><NbOfNtries>3</NbOfNtries><Sum>2025</Sum></TtlNtries>"
      "</TxsSummry>";
  EXPECT_OK(Read(file));
}

TEST(CamtTest, ReadsNothingOfAFileWithADoctype) {
  const std::string xml = ToXml(PaidAndReturned("08"));
  const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
  for (const char* doctype :
       {"<!DOCTYPE Document [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>",
        "<!DOCTYPE Document SYSTEM \"http://example.org/x.dtd\">"}) {
    EXPECT_THAT(Read(absl::StrReplaceAll(xml, {{head, absl::StrCat(head, doctype)}})),
                HasReason("DOCTYPE_NOT_ALLOWED"));
  }
}

TEST(CamtTest, AnEntityThatNobodyDeclaredStaysText) {
  CamtFile file = PaidAndReturned("08");
  file.entries[0].end_to_end_id = "&x;";
  ASSERT_OK_AND_ASSIGN(const auto statements, Read(file));
  EXPECT_EQ(statements[0].transactions[0].end_to_end_id, "&x;");
}

TEST(CamtTest, NamesWhatIsNoStatement) {
  EXPECT_THAT(Read(""), HasReason("NOT_XML"));
  EXPECT_THAT(Read("<Document"), HasReason("NOT_XML"));
  EXPECT_THAT(Read("booking_date,amount\n"), HasReason("NOT_XML"));
  EXPECT_THAT(Read("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"/>"),
              HasReason("NOT_A_STATEMENT"));
  EXPECT_THAT(Read("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.13\"/>"),
              HasReason("UNSUPPORTED_VERSION"));
  EXPECT_THAT(Read("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"/>"),
              HasReason("NO_STATEMENT"));
}

TEST(CamtTest, NamesTheElementThatIsWrong) {
  const auto with = [](const char* from, const char* to) {
    return Read(absl::StrReplaceAll(ToXml(PaidAndReturned("08")), {{from, to}}));
  };
  EXPECT_THAT(with("2004.50", "2004,50"), HasReason("BAD_STATEMENT"));
  EXPECT_THAT(with("2004.50", "-2004.50"), HasReason("BAD_STATEMENT"));
  EXPECT_THAT(with("2004.50", "2004.505"), HasReason("BAD_STATEMENT"));
  EXPECT_THAT(with("2004.50", "99999999999999999999"), HasReason("BAD_STATEMENT"));
  EXPECT_THAT(with("Ccy=\"EUR\">2004.50", "Ccy=\"XXX\">2004.50"), HasReason("UNKNOWN_CURRENCY"));
  EXPECT_THAT(with("Ccy=\"EUR\">2004.50", "Ccy=\"USD\">2004.50"), HasReason("CURRENCY_MISMATCH"));
  EXPECT_THAT(with("<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<Sts>"), HasReason("BAD_STATEMENT"));
  EXPECT_THAT(with("<BookgDt><Dt>2021-11-25</Dt></BookgDt>", ""), HasReason("BAD_STATEMENT"));
  EXPECT_THAT(with("<Id>2021-11-25</Id>", ""), HasReason("BAD_STATEMENT"));
  EXPECT_THAT(with("Stichting A", "Stichting \xFF"), HasReason("BAD_STATEMENT"));
  EXPECT_THAT(Read("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">"
                   "<BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>NL86INGB0002445588</IBAN></Id>"
                   "</Acct></Stmt></BkToCstmrStmt></Document>"),
              HasReason("BAD_STATEMENT"));
}

TEST(CamtTest, RefusesAFileThatIsTooLarge) {
  std::string large(static_cast<size_t>(kMaxStatementBytes) + 1, ' ');
  EXPECT_THAT(ReadCamt053(large), HasReason("FILE_TOO_LARGE"));
}

TEST(CamtTest, SurvivesElementsWithinElements) {
  std::string deep = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">";
  for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
  EXPECT_THAT(Read(deep), HasReason("NOT_XML"));
}

StatementCsvTerms Terms() {
  return {.id = "s1",
          .account = "NL86INGB0002445588",
          .opening = Money{100'000},
          .closing = Money{80'950}};
}

TEST(StatementCsvTest, ReadsSignedAmounts) {
  ASSERT_OK_AND_ASSIGN(
      const BankStatement statement,
      ReadStatementCsv("booking_date;amount;end_to_end_id;counter_account;return_reason\r\n"
                       "2021-11-25;-200,50;16SW03-1;NL91ABNA0417164300;\r\n"
                       "2021-11-26;10.00;NOTPROVIDED;;AC04\r\n",
                       Terms()));
  ASSERT_THAT(statement.transactions, SizeIs(2));
  EXPECT_EQ(statement.transactions[0].amount, Money{20'050});
  EXPECT_FALSE(statement.transactions[0].credit);
  EXPECT_EQ(statement.transactions[0].counter_account, "NL91ABNA0417164300");
  EXPECT_TRUE(statement.transactions[1].credit);
  EXPECT_EQ(statement.transactions[1].end_to_end_id, "");
  EXPECT_EQ(statement.last_day, absl::CivilDay(2021, 11, 26));
}

TEST(StatementCsvTest, ReadsAllRowsOrNone) {
  const auto status = ReadStatementCsv(
                          "booking_date,amount\n2021-11-25,-200.50\n"
                          "2021-02-30,10.00\n2021-11-25,1.250.00\n",
                          Terms())
                          .status();
  EXPECT_THAT(status, HasReason("BAD_ROWS"));
  EXPECT_THAT(status, HasViolation("line 3 booking_date"));
  EXPECT_THAT(status, HasViolation("line 4 amount"));
}

TEST(StatementCsvTest, HasRows) {
  EXPECT_THAT(ReadStatementCsv("booking_date,amount\n", Terms()), HasReason("NO_STATEMENT"));
}

TEST(StatementCsvTest, IsHeldAgainstItsBalances) {
  EXPECT_THAT(ReadStatementCsv("booking_date,amount\n2021-11-25,-200.50\n", Terms()),
              HasReason("BALANCE_DIFFERS"));
}

TEST(StatementTest, HasAnotherDigestIfAnythingDiffers) {
  ASSERT_OK_AND_ASSIGN(const auto statements, Read(PaidAndReturned("08")));
  ASSERT_OK_AND_ASSIGN(const auto same, Read(PaidAndReturned("02")));
  EXPECT_EQ(DigestOf(statements[0]), DigestOf(same[0]));
  BankStatement changed = statements[0];
  changed.transactions[0].amount.cents += 1;
  EXPECT_NE(DigestOf(changed), DigestOf(statements[0]));
  changed = statements[0];
  changed.transactions[2].return_reason = "";
  EXPECT_NE(DigestOf(changed), DigestOf(statements[0]));
}

}  // namespace
}  // namespace vg::funding
