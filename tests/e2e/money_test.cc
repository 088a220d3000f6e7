// The money of a grant from release to recovery, on a real server: two people for whatever moves
// money, the bank's file and its statement, spending, carry-over and claims. The server is killed
// in the middle of each write, and nothing is lost or done twice.

#include <csignal>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/digest/digest.h"
#include "common/sql/database.h"
#include "common/testing/places.h"
#include "common/testing/postgres_server.h"
#include "common/testing/status_matchers.h"
#include "common/testing/wait_until.h"
#include "services/funding/files/test_camt.h"
#include "tests/e2e/suite_process.h"

namespace vg::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kOld[] = "npo-schools/2021-2022";
constexpr char kNew[] = "npo-schools/2022-2023";

// 700.00 a pupil, 5/12 in November and 7/12 in February.
constexpr char kScheme[] = R"(
title: {nl: "Test"}
grant: npo-schools
school_year: 2021-2022
count_date: 2020-10-01
recipients: school
currency: EUR
legal_reference: "Test 1"
parameters:
  - {id: rate, title: {nl: "Bedrag"}, unit: EUR/pupil, legal_reference: "article 1", values: [{from: 2021-08-01, value: 700}]}
instalment_patterns:
  - id: november_and_february
    instalments: [{month: 2021-11-01, share: 5, of: 12}, {month: 2022-02-01, share: 7, of: 12}]
components:
  - id: base
    title: {nl: "Basisbedrag"}
    formula: "rate * pupils.bo"
    rounding: {decimals: 2, rule: half_away_from_zero}
    legal_reference: "article 2"
    instalment_pattern: november_and_february
)";

constexpr char kRules[] = R"(
currency: EUR
recipients: school
spending_periods:
  - {decided_on: 2021-08-19, first_day: 2021-08-01, last_day: 2023-07-31, legal_reference: "article 5"}
carry_overs:
  - {school_year: 2021-2022, most_percentage: "10", last_day: 2099-07-31, legal_reference: "article 7"}
statement_code: NPO
statement_indicators:
  - {measure: spent_in_year, title: {nl: "Besteed in het jaar", en: "Spent in the year"}}
  - {measure: mr_consent, title: {nl: "Instemming MR", en: "Consent of the MR"}}
  - {measure: remaining, title: {nl: "Nog te besteden", en: "Remaining"}}
)";

// So much a pupil to municipalities.
std::string MunicipalScheme(const std::string& school_year, int rate,
                            const std::string& instalments) {
  return absl::StrCat("title: {nl: Test}\ngrant: npo-municipalities\nschool_year: ", school_year,
                      "\ncount_date: 2020-10-01\nrecipients: municipality\ncurrency: EUR\n"
                      "legal_reference: Test 2\nparameters:\n"
                      "  - {id: rate, title: {nl: Bedrag}, unit: EUR/pupil, legal_reference: "
                      "article 1, value: ",
                      rate, "}\ninstalment_patterns:\n  - {id: all, instalments: [", instalments,
                      "]}\ncomponents:\n"
                      "  - {id: base, title: {nl: Basisbedrag}, formula: rate * pupils.bo, "
                      "rounding: {decimals: 2, rule: half_away_from_zero}, "
                      "legal_reference: article 2, instalment_pattern: all}\n");
}

constexpr char kMunicipalRules[] = R"(
currency: EUR
recipients: municipality
spending_periods:
  - {decided_on: 2021-09-30, first_day: 2021-08-01, last_day: 2099-07-31, legal_reference: "article 5"}
carry_overs:
  - {school_year: 2021-2022, most_amount: "0", last_day: 2099-07-31, legal_reference: "article 7"}
statement_code: D14
statement_indicators:
  - {measure: spent_in_year, title: {nl: "Besteding in het jaar", en: "Spent in the year"}}
  - {measure: received, title: {nl: "Ontvangen tot en met het jaar", en: "Received until the end of the year"}}
  - {measure: remaining, title: {nl: "Nog te besteden", en: "Remaining"}}
)";

// Where the six services keep what they know: in files, or in a schema each of one database.
std::string StoreFlag(bool postgres) {
  if (!postgres) return "";
  const std::string url = PostgresServer::Shared().NewDatabase();
  const auto database = sql::Database::Open(url);
  EXPECT_OK(database);
  EXPECT_OK((*database)->Write([](sql::Transaction& transaction) {
    return transaction.ExecuteScript(
        "CREATE SCHEMA registry; CREATE SCHEMA survey; CREATE SCHEMA catalogue; "
        "CREATE SCHEMA funding; CREATE SCHEMA indicators; CREATE SCHEMA report;");
  }));
  return absl::StrCat("--database-url=", url, "&options=-csearch_path%3D{service}");
}

class MoneyTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    std::string principals = "principals:\n";
    for (const auto& [name, roles] :
         {std::pair("programme", "editor, approver, treasurer"),
          std::pair("controller", "approver, treasurer"), std::pair("clerk", "treasurer")}) {
      folder_.Write(absl::StrCat(name, ".token"), absl::StrCat("vgt_", name));
      absl::StrAppend(&principals, "  - {name: users/", name, ", roles: [", roles,
                      "], token_sha256: ", Sha256Hex(absl::StrCat("vgt_", name)), "}\n");
    }
    folder_.Write("principals.yaml", principals);
    std::vector<std::string> flags = {"--principals=" + folder_.File("principals.yaml")};
    if (const std::string store = StoreFlag(GetParam()); !store.empty()) flags.push_back(store);
    suite_ = std::make_unique<SuiteProcess>(folder_, std::move(flags));
    ASSERT_TRUE(suite_->Start());
  }

  std::vector<std::string> Arguments(const std::string& who, const std::string& command) const {
    std::vector<std::string> arguments = {"--token-file", folder_.File(who + ".token")};
    for (const std::string& word : std::vector<std::string>(absl::StrSplit(command, ' '))) {
      arguments.push_back(absl::StrReplaceAll(word, {{"@", folder_.File("")}}));
    }
    return arguments;
  }
  CommandResult As(const std::string& who, const std::string& command) {
    return RunCommand(suite_->address(), Arguments(who, command));
  }
  // `command` succeeds, and the books are right afterwards.
  std::string Do(const std::string& who, const std::string& command) {
    const CommandResult result = As(who, command);
    EXPECT_EQ(result.exit_code, 0) << command << "\n" << result.output;
    Look();
    return result.output;
  }
  void Refused(const std::string& who, const std::string& command, const std::string& reason) {
    const CommandResult result = As(who, command);
    EXPECT_NE(result.exit_code, 0) << command;
    EXPECT_THAT(result.output, HasSubstr("[" + reason + "]")) << command;
  }
  // Kills the server while it works at `command`, and gives the command again to the next one.
  std::string DoThroughAKill(const std::string& who, const std::string& command,
                             absl::Duration after) {
    const std::string output = folder_.Write("killed.txt", "");
    const auto process = StartCommand(suite_->address(), Arguments(who, command), output);
    EXPECT_NE(process, nullptr);
    LetPass(after);
    suite_->Kill();
    process->Wait(absl::Minutes(1));
    EXPECT_TRUE(suite_->Restart());
    return Do(who, command);
  }

  // The accounts of `book` as the command tells them; `at` asks for a moment.
  std::string Balances(const std::string& book, const std::string& at = "") {
    return As("clerk", absl::StrCat("--output json ledger balance ", book, " --limit 0", at))
        .output;
  }
  // Adds up to nothing, and keeps what there was for the end.
  void Look() {
    for (const char* book : {kOld, kNew}) {
      const std::string balances = Balances(book);
      if (absl::StrContains(balances, "NOT_FOUND")) continue;
      int64_t sum = 0;
      for (const auto& [account, cents] : CentsIn(balances)) sum += cents;
      EXPECT_EQ(sum, 0) << balances;
      seen_.push_back({book, absl::Now(), balances});
    }
  }
  static std::map<std::string, int64_t> CentsIn(const std::string& balances) {
    std::map<std::string, int64_t> cents;
    for (const std::string& line :
         std::vector<std::string>(absl::StrSplit(balances, '\n', absl::SkipEmpty()))) {
      const nlohmann::json balance = nlohmann::json::parse(line);
      const nlohmann::json& amount = balance["amount"];
      int64_t units = 0;
      EXPECT_TRUE(absl::SimpleAtoi(amount.value("units", "0"), &units));
      cents[absl::StrCat(balance.value("recipient", ""), " ",
                         balance["purpose"].get<std::string>().substr(16))] +=
          units * 100 + amount.value("nanos", 0) / 10'000'000;
    }
    std::erase_if(cents, [](const auto& account) { return account.second == 0; });
    return cents;
  }
  std::map<std::string, int64_t> CentsOn(const std::string& book, const std::string& day) {
    return CentsIn(Balances(book, " --effective " + day));
  }

  // The transfers of a payment file: end-to-end ids by recipient.
  std::map<std::string, std::string> Transfers(const std::string& file) {
    const std::string xml = ReadFile(folder_.File(file));
    EXPECT_THAT(xml, HasSubstr("urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"));
    std::map<std::string, std::string> ids;
    static const std::regex id("<EndToEndId>(([^-<]+)-[^<]+)</EndToEndId>");
    for (std::sregex_iterator next(xml.begin(), xml.end(), id), end; next != end; ++next) {
      ids[(*next)[2]] = (*next)[1];
    }
    return ids;
  }

  struct Seen {
    std::string book;
    absl::Time when;
    std::string balances;
  };
  const TempDir folder_;
  std::unique_ptr<SuiteProcess> suite_;
  std::vector<Seen> seen_;
};

TEST_P(MoneyTest, GoesFromReleaseToRecoveryThroughKillsAndEveryBalanceCanBeToldLater) {
  folder_.Write("npo.yaml", kScheme);
  folder_.Write("npo-schools.yaml", kRules);
  folder_.Write("files/schools.csv",
                "school;title;sector;municipality;province;board;bo\n"
                "16SW03;De Bron;primary;363;Noord-Holland;40740;120\n"
                "16SW04;De Kim;primary;363;Noord-Holland;40740;60\n"
                "21AB00;De Regenboog;primary;363;Noord-Holland;77494;30\n");
  folder_.Write("payees.csv",
                "payee,name,iban,valid_from,source\n"
                "40740,Stichting A,NL91ABNA0417164300,2021-08-01,opgave\n"
                "77494,Vereniging B,NL39RABO0300065264,2021-08-01,opgave\n");
  Do("programme", "registry import @files --id 2020-10-01 --count-date 2020-10-01");
  Do("programme", "funding publish @npo.yaml");
  Do("programme", "funding allocate r1 --scheme npo --snapshot 2020-10-01");
  Do("programme", "accountability rules @npo-schools.yaml");
  Do("controller", "funding approve r1");

  // Released through a kill: granted once.
  DoThroughAKill("clerk", "funding release r1 --effective 2021-09-01", absl::Milliseconds(30));
  EXPECT_EQ(CentsIn(Balances(kOld)),
            (std::map<std::string, int64_t>{{" APPROPRIATION", -14'700'000},
                                            {"16SW03 COMMITTED", 8'400'000},
                                            {"16SW04 COMMITTED", 4'200'000},
                                            {"21AB00 COMMITTED", 2'100'000}}));

  Do("clerk", "payments payees import @payees.csv");
  Refused("clerk", "payments payees approve payees", "FOUR_EYES");
  Do("controller", "payments payees approve payees");

  // A batch is prepared by one and authorised by another; only then there is a file.
  const std::string batch =
      "payments batch 2021-11 --execution 2021-11-25 --snapshot 2020-10-01 --payer OCW "
      "--iban NL86INGB0002445588";
  DoThroughAKill("clerk", batch, absl::Milliseconds(30));
  EXPECT_THAT(Do("clerk", batch), HasSubstr("paymentBatches/2021-11-eur-1 pays"));
  Refused("clerk", "payments export 2021-11-eur-1 @1.xml", "BATCH_NOT_AUTHORISED");
  Refused("clerk", "payments authorise 2021-11-eur-1", "FOUR_EYES");
  {
    const std::string output = folder_.Write("race.txt", "");
    const auto first = StartCommand(
        suite_->address(), Arguments("controller", "payments authorise 2021-11-eur-1"), output);
    Do("programme", "payments authorise 2021-11-eur-1");
    EXPECT_EQ(first->Wait(absl::Minutes(1)), 0) << ReadFile(output);
  }
  EXPECT_THAT(
      DoThroughAKill("clerk", "payments export 2021-11-eur-1 @1.xml", absl::Milliseconds(20)),
      HasSubstr("3 payments, control sum €61,250.00"));
  auto transfers = Transfers("1.xml");
  ASSERT_EQ(transfers.size(), 3u);
  EXPECT_THAT(ReadFile(folder_.File("1.xml")), HasSubstr("<CtrlSum>61250.00</CtrlSum>"));

  // The bank names the first, not the second, and gives back the third; and it charges something.
  folder_.Write(
      "s1.xml",
      funding::ToXml({.id = "s1",
                      .opening = "100000.00",
                      .closing = "47487.50",
                      .entries = {{.amount = "35000.00", .end_to_end_id = transfers["16SW03"]},
                                  {.amount = "17500.00"},
                                  {.amount = "8750.00", .end_to_end_id = transfers["21AB00"]},
                                  {.amount = "8750.00",
                                   .credit = true,
                                   .end_to_end_id = transfers["21AB00"],
                                   .return_reason = "AC04"},
                                  {.amount = "12.50"}}}));
  DoThroughAKill("clerk", "payments reconcile @s1.xml", absl::Milliseconds(30));
  const std::string open = Do("clerk", "payments differences");
  static const std::regex difference("([0-9a-f]{12}-[0-9]+) ");
  std::vector<std::string> found;
  for (std::sregex_iterator next(open.begin(), open.end(), difference), end; next != end; ++next) {
    found.push_back((*next)[1]);
  }
  ASSERT_EQ(found.size(), 2u) << open;
  const std::string paid = absl::StrCat(
      "payments resolve ", found[0], " --kind paid --note seen --transfer ", transfers["16SW04"]);
  Do("clerk", absl::StrCat("payments resolve ", found[1], " --kind fee --note costs"));
  Do("clerk", paid);
  Refused("clerk", "payments confirm " + found[0], "FOUR_EYES");
  DoThroughAKill("controller", "payments confirm " + found[0], absl::Milliseconds(20));
  EXPECT_THAT(Do("clerk", "payments differences"), HasSubstr("No difference is open"));
  EXPECT_THAT(Do("clerk", "payments differences --state resolved"),
              HasSubstr("confirmed by users/controller"));

  // What came back is in the next batch of the month, and paid by it.
  EXPECT_THAT(Do("clerk", batch), HasSubstr("paymentBatches/2021-11-eur-2 pays"));
  Do("controller", "payments authorise 2021-11-eur-2");
  Do("clerk", "payments export 2021-11-eur-2 @2.xml");
  transfers = Transfers("2.xml");
  ASSERT_EQ(transfers.size(), 1u);
  folder_.Write(
      "s2.xml",
      funding::ToXml({.id = "s2",
                      .opening = "47487.50",
                      .closing = "38737.50",
                      .entries = {{.amount = "8750.00", .end_to_end_id = transfers["21AB00"]}}}));
  Do("clerk", "payments reconcile @s2.xml");
  const std::map<std::string, int64_t> november = {
      {" APPROPRIATION", -14'700'000}, {"16SW03 COMMITTED", 4'900'000},
      {"16SW04 COMMITTED", 2'450'000}, {"21AB00 COMMITTED", 1'225'000},
      {"16SW03 PAID", 3'500'000},      {"16SW04 PAID", 1'750'000},
      {"21AB00 PAID", 875'000}};
  EXPECT_EQ(CentsIn(Balances(kOld)), november);

  // What schools spent.
  folder_.Write("spending.csv",
                "recipient,year,a,b,hired,mr_consent,mr_consent_date,scan,teachers,parents\n"
                "16SW03,2021,20000,5000,2500,given,2021-10-04,yes,t,p\n"
                "16SW04,2021,17500,0,0,given,2021-10-11,yes,t,p\n");
  DoThroughAKill("clerk",
                 "accountability import @spending.csv --grant npo-schools --snapshot 2020-10-01",
                 absl::Milliseconds(30));
  const std::string statement = Do("clerk",
                                   "accountability statement 40740 --grant npo-schools --year 2021 "
                                   "--snapshot 2020-10-01");
  EXPECT_THAT(statement, HasSubstr("€42,500.00"));
  EXPECT_THAT(statement, HasSubstr("given on 2021-10-04"));
  EXPECT_THAT(statement, HasSubstr("given at 2 of 2"));
  EXPECT_THAT(Do("clerk", "accountability status --grant npo-schools"), HasSubstr("€10,000.00"));

  // A tenth of what was received moves to the next school year, the rest is claimed; and back.
  const std::string before = Balances(kOld);
  const std::string carry = "accountability carry-over a --grant npo-schools --from 2021-2022";
  DoThroughAKill("clerk", carry, absl::Milliseconds(30));
  EXPECT_EQ(CentsIn(Balances(kNew)),
            (std::map<std::string, int64_t>{
                {" APPROPRIATION", -437'500}, {"16SW03 PAID", 350'000}, {"21AB00 PAID", 87'500}}));
  Do("controller", "accountability undo-carry-over a --reason mistake");
  EXPECT_EQ(CentsIn(Balances(kOld)), CentsIn(before));
  EXPECT_EQ(CentsIn(Balances(kNew)), (std::map<std::string, int64_t>()));
  Do("clerk", "accountability carry-over b --grant npo-schools --from 2021-2022");
  Do("clerk", "accountability settle b 16SW03 6500 --date 2024-01-15 --reference bank-1");
  // The spending period has ended: what is left is claimed too.
  DoThroughAKill("clerk", "accountability recover rest --grant npo-schools",
                 absl::Milliseconds(30));
  EXPECT_EQ(CentsIn(Balances(kNew)),
            (std::map<std::string, int64_t>{{" APPROPRIATION", -437'500},
                                            {"16SW03 RECOVERABLE", 350'000},
                                            {"21AB00 RECOVERABLE", 87'500}}));

  // Every balance that there ever was, by when it was known …
  for (const Seen& seen : seen_) {
    const std::string at = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", seen.when, absl::UTCTimeZone());
    EXPECT_EQ(CentsIn(Balances(seen.book, " --recorded " + at)), CentsIn(seen.balances)) << at;
  }
  // … and by the day on which it counts.
  EXPECT_EQ(CentsOn(kOld, "2021-08-31"), (std::map<std::string, int64_t>()));
  EXPECT_EQ(CentsOn(kOld, "2021-11-24"),
            (std::map<std::string, int64_t>{{" APPROPRIATION", -14'700'000},
                                            {"16SW03 COMMITTED", 8'400'000},
                                            {"16SW04 COMMITTED", 4'200'000},
                                            {"21AB00 COMMITTED", 2'100'000}}));
  EXPECT_EQ(CentsOn(kOld, "2021-11-25"), november);
  std::map<std::string, int64_t> december = november;
  december["16SW03 PAID"] = 1'000'000;
  december["16SW03 SPENT"] = 2'500'000;
  december.erase("16SW04 PAID");
  december["16SW04 SPENT"] = 1'750'000;
  EXPECT_EQ(CentsOn(kOld, "2021-12-31"), december);

  for (const char* book : {kOld, kNew}) {
    EXPECT_THAT(As("clerk", absl::StrCat("ledger verify ", book)).output, HasSubstr("is whole"));
  }
  EXPECT_THAT(HttpGet(suite_->http_port(), "/metrics").body,
              HasSubstr("\nvoortgang_funding_unbalanced_cents 0\n"));
  EXPECT_THAT(
      ReadFile(folder_.File("server.log")),
      HasSubstr(R"("audit":"call","method":"/voortgang.funding.v1.AccountabilityService/)"));
}

// A municipality accounts in the manner of SiSa; what it was paid too much lowers what it is paid
// in the next school year, or is claimed.
TEST_P(MoneyTest, OfAMunicipalityIsAccountedForAndWhatWasPaidTooMuchIsSettledTheNextYear) {
  constexpr char kFirstYear[] = "npo-municipalities/2021-2022";
  constexpr char kSecondYear[] = "npo-municipalities/2022-2023";
  const std::string at_once = "{month: 2021-11-01, share: 1, of: 1}";
  folder_.Write("m1.yaml", MunicipalScheme("2021-2022", 700, at_once));
  folder_.Write("m2.yaml", MunicipalScheme("2021-2022", 450, at_once));
  folder_.Write("n1.yaml", MunicipalScheme("2022-2023", 400,
                                           "{month: 2022-11-01, share: 1, of: 2}, "
                                           "{month: 2023-02-01, share: 1, of: 2}"));
  folder_.Write("npo-municipalities.yaml", kMunicipalRules);
  folder_.Write("files/schools.csv",
                "school;title;sector;municipality;province;board;bo\n"
                "16SW03;De Bron;primary;363;Noord-Holland;40740;100\n");
  folder_.Write("payees.csv",
                "payee,name,iban,valid_from,source\n"
                "GM0363,Gemeente Amsterdam,NL91ABNA0417164300,2021-08-01,opgave\n");
  const auto release = [&](const std::string& run, const std::string& file,
                           const std::string& scheme, const std::string& more = "") {
    Do("programme", absl::StrCat("funding publish @", file, " --id ", scheme));
    Do("programme", absl::StrCat("funding allocate ", run, " --scheme ", scheme,
                                 " --snapshot 2020-10-01", more));
    Do("controller", absl::StrCat("funding approve ", run));
    DoThroughAKill("clerk", absl::StrCat("funding release ", run, " --effective 2021-09-01"),
                   absl::Milliseconds(30));
  };
  Do("programme", "registry import @files --id 2020-10-01 --count-date 2020-10-01");
  Do("programme", "accountability rules @npo-municipalities.yaml");
  release("m1", "m1.yaml", "first");
  Do("clerk", "payments payees import @payees.csv");
  Do("controller", "payments payees approve payees");
  Do("clerk",
     "payments batch 2021-11 --execution 2021-11-25 --snapshot 2020-10-01 --payer OCW "
     "--iban NL86INGB0002445588");
  Do("controller", "payments authorise 2021-11-eur-1");
  Do("clerk", "payments export 2021-11-eur-1 @1.xml");
  folder_.Write("s1.xml",
                funding::ToXml({.id = "s1",
                                .opening = "100000.00",
                                .closing = "30000.00",
                                .entries = {{.amount = "70000.00",
                                             .end_to_end_id = Transfers("1.xml")["GM0363"]}}}));
  Do("clerk", "payments reconcile @s1.xml");
  folder_.Write("spending.csv", "gemeente,jaar,bedrag\nGM0363,2021,12500.50\n");
  Do("clerk",
     "accountability import @spending.csv --grant npo-municipalities --holder GM0363 "
     "--snapshot 2020-10-01");

  const std::string statement =
      "accountability statement GM0363 --grant npo-municipalities --year 2021";
  EXPECT_THAT(Do("clerk", statement), HasSubstr("D14/01"));
  Do("clerk", statement + " --csv @sisa.csv");
  EXPECT_THAT(ReadFile(folder_.File("sisa.csv")),
              testing::AllOf(HasSubstr("D14/01,Besteding in het jaar,EUR,12500.50"),
                             HasSubstr("D14/02,Ontvangen tot en met het jaar,EUR,70000.00"),
                             HasSubstr("D14/03,Nog te besteden,EUR,57499.50")));

  // The amount is lowered to 45,000.00 after 70,000.00 was paid.
  release("m2", "m2.yaml", "first");
  std::map<std::string, int64_t> lowered = {{" APPROPRIATION", -7'000'000},
                                            {"GM0363 PAID", 3'249'950},
                                            {"GM0363 SPENT", 1'250'050},
                                            {"GM0363 CARRIED_OVER", 2'500'000}};
  EXPECT_EQ(CentsIn(Balances(kFirstYear)), lowered);
  release("n1", "n1.yaml", "second");
  const std::map<std::string, int64_t> granted = {{" APPROPRIATION", -4'000'000},
                                                  {"GM0363 COMMITTED", 4'000'000}};
  EXPECT_EQ(CentsIn(Balances(kSecondYear)), granted);

  // Of what is unspent nothing may move; what was paid too much moves, and is not paid again.
  EXPECT_THAT(
      DoThroughAKill("clerk",
                     "accountability carry-over a --grant npo-municipalities --from 2021-2022",
                     absl::Milliseconds(30)),
      HasSubstr("€25,000.00 that was paid too much moved too"));
  EXPECT_EQ(CentsIn(Balances(kSecondYear)),
            (std::map<std::string, int64_t>{{" APPROPRIATION", -4'000'000},
                                            {"GM0363 COMMITTED", 1'500'000},
                                            {"GM0363 PAID", 2'500'000}}));
  EXPECT_THAT(Do("clerk", absl::StrCat("ledger statement ", kSecondYear, " GM0363")),
              HasSubstr("€15,000.00"));
  Do("controller", "accountability undo-carry-over a --reason mistake");
  EXPECT_EQ(CentsIn(Balances(kFirstYear)), lowered);
  EXPECT_EQ(CentsIn(Balances(kSecondYear)), granted);

  DoThroughAKill("clerk", "accountability recover o --grant npo-municipalities --overpaid-only",
                 absl::Milliseconds(20));
  Do("clerk", "accountability settle o GM0363 25000 --date 2022-09-15 --reference bank-9");
  Refused("clerk", "accountability settle o GM0363 0.01 --date 2022-09-16 --reference bank-10",
          "MORE_THAN_CLAIMED");
  lowered.erase("GM0363 CARRIED_OVER");
  lowered[" AVAILABLE"] = 2'500'000;
  EXPECT_EQ(CentsIn(Balances(kFirstYear)), lowered);
  for (const char* book : {kFirstYear, kSecondYear}) {
    EXPECT_THAT(As("clerk", absl::StrCat("ledger verify ", book)).output, HasSubstr("is whole"));
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, MoneyTest, testing::Bool(),
                         [](const testing::TestParamInfo<bool>& info) {
                           return info.param ? "Postgres" : "Sqlite";
                         });

}  // namespace
}  // namespace vg::e2e
