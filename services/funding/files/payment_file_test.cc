#include "services/funding/files/payment_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "common/text/csv.h"
#include "pugixml.hpp"
#include "services/funding/domain/payments/test_payments.h"
#include "services/funding/files/test_iso20022.h"

namespace vg::funding {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

PaymentFileHead HeadOf(const PaymentBatch& batch) {
  return {.message_id = batch.message_id,
          .batch = batch.id,
          .execution_date = batch.plan.execution_date,
          .payer = batch.plan.payer,
          .create_time = absl::FromUnixMicros(1'637'000'000'123'456),
          .line_count = static_cast<int64_t>(batch.lines.size()),
          .total = batch.total};
}

template <typename Writer>
std::string FileOf(const PaymentBatch& batch) {
  const Writer writer(HeadOf(batch));
  std::string file = writer.Begin();
  for (const PaymentLine& line : batch.lines) file += writer.Line(line);
  return file + writer.End();
}

PaymentBatch Euros(int lines = 3) {
  std::vector<DuePayment> due;
  for (int i = 0; i < lines; ++i) {
    due.push_back(Due("16SW0" + std::to_string(i), 20'040'600 + i, i == 1 ? "GM0363" : "40740"));
  }
  return MakeBatch(TestPlan(), due, TestAccountOf).value();
}

PaymentBatch Dollars() {
  DuePayment due = Due("28PW00", 48'151'731, "30156");
  due.amount.currency = Currency::Usd();
  return MakeBatch(TestPlan(Currency::Usd()), {due}, TestAccountOf).value();
}

constexpr char kHostile[] = "</Nm></Cdtr><Evil x=\"1\"/>&lol;]]>\x01";

TEST(PaymentXmlTest, IsWhatTheSchemaAsks) {
  EXPECT_EQ(FaultsBySchema("pain.001.001.09", FileOf<PaymentXml>(Euros())), "");
  EXPECT_EQ(FaultsBySchema("pain.001.001.09", FileOf<PaymentXml>(Dollars())), "");
  PaymentBatch hostile = Euros(1);
  hostile.lines[0].payee_title = kHostile;
  EXPECT_EQ(FaultsBySchema("pain.001.001.09", FileOf<PaymentXml>(hostile)), "");
}

TEST(PaymentXmlTest, TellsTheTransfersAndTheirControlSum) {
  const PaymentBatch batch = Euros();
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(FileOf<PaymentXml>(batch).c_str()));
  const pugi::xml_node root = document.document_element().child("CstmrCdtTrfInitn");
  const auto text = [&](const char* path) {
    return std::string(root.first_element_by_path(path).text().get());
  };
  EXPECT_EQ(text("GrpHdr/MsgId"), batch.message_id);
  EXPECT_EQ(text("GrpHdr/CreDtTm"), "2021-11-15T18:13:20Z");
  EXPECT_EQ(text("GrpHdr/NbOfTxs"), "3");
  EXPECT_EQ(text("GrpHdr/CtrlSum"), "601218.03");
  EXPECT_EQ(text("PmtInf/PmtInfId"), "2021-11-eur-1");
  EXPECT_EQ(text("PmtInf/CtrlSum"), "601218.03");
  EXPECT_EQ(text("PmtInf/PmtTpInf/SvcLvl/Cd"), "SEPA");
  EXPECT_EQ(text("PmtInf/ReqdExctnDt/Dt"), "2021-11-25");
  EXPECT_EQ(text("PmtInf/DbtrAcct/Id/IBAN"), "NL86INGB0002445588");
  EXPECT_EQ(text("PmtInf/DbtrAgt/FinInstnId/BICFI"), "INGBNL2A");
  EXPECT_EQ(text("PmtInf/CdtTrfTxInf/PmtId/EndToEndId"), batch.lines[0].end_to_end_id);
  EXPECT_EQ(text("PmtInf/CdtTrfTxInf/Amt/InstdAmt"), "200406.00");
  EXPECT_EQ(text("PmtInf/CdtTrfTxInf/Cdtr/Nm"), "Stichting 't Veld + Zn.");
  EXPECT_EQ(text("PmtInf/CdtTrfTxInf/CdtrAcct/Id/IBAN"), "NL91ABNA0417164300");
  EXPECT_EQ(text("PmtInf/CdtTrfTxInf/RmtInf/Ustrd"), "npo-schools/2021-2022 16SW00 2021-11");
  int transfers = 0;
  for (const auto& node : root.child("PmtInf").children("CdtTrfTxInf")) {
    ++transfers;
    EXPECT_STREQ(node.child("Amt").child("InstdAmt").attribute("Ccy").value(), "EUR");
  }
  EXPECT_EQ(transfers, 3);
}

TEST(PaymentXmlTest, NamesAccountsWithoutIbanByNumberAndBank) {
  const std::string file = FileOf<PaymentXml>(Dollars());
  EXPECT_THAT(file, HasSubstr("<CdtrAcct><Id><Othr><Id>40012345</Id></Othr></Id></CdtrAcct>"));
  EXPECT_THAT(file,
              HasSubstr("<CdtrAgt><FinInstnId><BICFI>MCBKBQBN</BICFI></FinInstnId></CdtrAgt>"));
  EXPECT_THAT(file, HasSubstr("<InstdAmt Ccy=\"USD\">481517.31</InstdAmt>"));
  EXPECT_THAT(file, HasSubstr("<ChrgBr>SHAR</ChrgBr>"));
}

TEST(PaymentXmlTest, IsTheSameBytesEveryTime) {
  EXPECT_EQ(FileOf<PaymentXml>(Euros()), FileOf<PaymentXml>(Euros()));
}

TEST(PaymentXmlTest, NoNameBreaksOut) {
  PaymentBatch batch = Euros(1);
  batch.lines[0].payee_title = kHostile;
  const std::string file = FileOf<PaymentXml>(batch);
  EXPECT_THAT(file, Not(HasSubstr("Evil x=")));
  EXPECT_THAT(file, HasSubstr("<Nm>(/Nm)(/Cdtr)(Evil x.'1'/)+lol,))).</Nm>"));
}

TEST(PaymentCsvTest, HasARowPerTransfer) {
  ASSERT_OK_AND_ASSIGN(const CsvTable table, ReadCsvTable(FileOf<PaymentCsv>(Euros(1))));
  ASSERT_EQ(table.rows.size(), 1u);
  const PaymentBatch batch = Euros(1);
  EXPECT_THAT(table.rows[0].cells,
              ElementsAre("2021-11-eur-1", "1", batch.lines[0].end_to_end_id, "2021-11-25", "40740",
                          "Stichting 't Veld & Zn.", "NL91ABNA0417164300", "", "", "EUR",
                          "200406.00", "npo-schools/2021-2022 16SW00 2021-11",
                          "npo-schools/2021-2022", "16SW00", "2021-11"));
}

TEST(PaymentCsvTest, NoNameIsAFormula) {
  PaymentBatch batch = Euros(1);
  batch.lines[0].payee_title = "=cmd|' /C calc'!A0";
  EXPECT_THAT(FileOf<PaymentCsv>(batch), HasSubstr(",'=cmd|' /C calc'!A0,"));
}

}  // namespace
}  // namespace vg::funding
