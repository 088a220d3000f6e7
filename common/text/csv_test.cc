#include "common/text/csv.h"

#include <fstream>
#include <random>
#include <sstream>

#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/status/error.h"
#include "common/testing/places.h"
#include "common/testing/status_matchers.h"

namespace vg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Everything that reading `text` in pieces of `piece` bytes gives, one line each.
std::vector<std::string> Read(std::string_view text, CsvOptions options = {}, size_t piece = 1000) {
  std::vector<std::string> seen;
  CsvParser parser(
      options,
      {.on_header =
           [&](const CsvRow& header) {
             seen.push_back("header " + absl::StrJoin(std::vector<std::string>(header.cells.begin(),
                                                                               header.cells.end()),
                                                      "/"));
             return absl::OkStatus();
           },
       .on_row =
           [&](const CsvRow& row) {
             seen.push_back(
                 std::to_string(row.row) + "@" + std::to_string(row.line) + " " +
                 absl::StrJoin(std::vector<std::string>(row.cells.begin(), row.cells.end()), "/"));
             return absl::OkStatus();
           },
       .on_problem =
           [&](const CsvProblem& problem) {
             seen.push_back(std::to_string(problem.row) + "@" + std::to_string(problem.line) + " " +
                            std::string(CsvCodeName(problem.code)) + " column " +
                            std::to_string(problem.column));
             return absl::OkStatus();
           }});
  for (size_t at = 0; at < text.size(); at += piece) {
    if (!parser.Feed(text.substr(at, piece)).ok()) break;
  }
  const absl::Status status = parser.Finish();
  if (!status.ok())
    seen.push_back(DetailsOf(status).reason + " line " + DetailsOf(status).metadata["line"]);
  return seen;
}

TEST(CsvTest, FindsTheSeparatorByItself) {
  for (const char separator : {';', ',', '\t', '|'}) {
    const std::string s(1, separator);
    const std::string text = "a" + s + "b" + s + "c\n1" + s + "2" + s + "3\n";
    EXPECT_THAT(Read(text), ElementsAre("header a/b/c", "1@2 1/2/3")) << separator;
  }
  EXPECT_THAT(Read("code;score\n00AP;1,5\n00AR;,0\n"),
              ElementsAre("header code/score", "1@2 00AP/1,5", "2@3 00AR/,0"));
  EXPECT_THAT(Read("name\nA\n"), ElementsAre("header name", "1@2 A"));
}

TEST(CsvTest, TakesEveryLineEnd) {
  for (const std::string_view end : {"\n", "\r\n", "\r"}) {
    const std::string e(end);
    EXPECT_THAT(Read("a,b" + e + "1,2" + e + e + "3,4"),
                ElementsAre("header a/b", "1@2 1/2", "2@4 3/4"));
  }
}

TEST(CsvTest, KeepsQuotedSeparatorsLineEndsAndQuotes) {
  EXPECT_THAT(Read("a;b\n\"x;y\";\"say \"\"hi\"\"\"\n\"two\r\nlines\";2\n3;4\n"),
              ElementsAre("header a/b", "1@2 x;y/say \"hi\"", "2@3 two\r\nlines/2", "3@5 3/4"));
  EXPECT_THAT(Read("a;b\n5\" pipe;\"\"\n"), ElementsAre("header a/b", "1@2 5\" pipe/"));
}

TEST(CsvTest, TrimsPaddedCellsOnRequest) {
  EXPECT_THAT(Read("a;b \n\"BS \";  3\u00A0\n 7 ; \"x\" \n"),
              ElementsAre("header a/b", "1@2 BS/3", "2@3 7/x"));
  EXPECT_THAT(Read("a;b \n\"BS \";  3\n", {.trim = false}),
              ElementsAre("header a/b ", "1@2 BS /  3"));
}

TEST(CsvTest, ReadsUtf8AndWindows1252Alike) {
  const std::vector<std::string> wanted = {"header naam/n", "1@2 ’t Boëtje/1"};
  EXPECT_EQ(Read("naam;n\n’t Boëtje;1\n"), wanted);
  EXPECT_EQ(Read("\xEF\xBB\xBFnaam;n\n’t Boëtje;1\n"), wanted);
  EXPECT_EQ(Read("naam;n\n\x92t Bo\xEBtje;1\n"), wanted);
  EXPECT_EQ(Read("naam;n\n\"\x92t Bo\xEBtje\";1\n"), wanted);
}

TEST(CsvTest, DecidesTheEncodingWhenItFirstMatters) {
  // One apostrophe far beyond the sample.
  std::string text = "naam;n\n";
  while (text.size() < 100'000) text += "De Bron;1\n";
  text += "\x92t Anker;2\n";
  EXPECT_THAT(Read(text).back(), HasSubstr("’t Anker/2"));
}

TEST(CsvTest, RefusesTheRowWhoseBytesTheEncodingDoesNotHave) {
  EXPECT_THAT(Read("naam;n\nFryslân;1\nCoöp;2\nSkarsterl\xE2n;2\nx;3\n"),
              ElementsAre("header naam/n", "1@2 Fryslân/1", "2@3 Coöp/2",
                          "3@4 INVALID_ENCODING column 1", "4@5 x/3"));
  EXPECT_THAT(Read("naam;n\nx;\x81\x92\n"),
              ElementsAre("header naam/n", "1@2 INVALID_ENCODING column 2"));
  EXPECT_THAT(Read("\xFF\xFEn\0a\0", {}), ElementsAre("UNSUPPORTED_ENCODING line 1"));
  EXPECT_THAT(Read(std::string_view("a;b\n\0;1\n", 8)), ElementsAre("UNSUPPORTED_ENCODING line 1"));
}

TEST(CsvTest, ReportsEveryRowThatDoesNotFitTheHeader) {
  EXPECT_THAT(
      Read("a;b;c\n1;2\n1;2;3\n1;2;3;4\n1;2;3;;\n\"x\"y;2;3\n"),
      ElementsAre("header a/b/c", "1@2 WRONG_CELL_COUNT column 0", "2@3 1/2/3",
                  "3@4 WRONG_CELL_COUNT column 0", "4@5 1/2/3", "5@6 STRAY_QUOTE column 1"));
}

TEST(CsvTest, StopsAtAQuoteThatIsNeverClosed) {
  EXPECT_THAT(Read("a;b\n1;2\n3;\"4\n5;6\n"),
              ElementsAre("header a/b", "1@2 1/2", "UNTERMINATED_QUOTE line 3"));
  EXPECT_THAT(Read("a;b\n1;2\n3;\"" + std::string(200, 'x'), {.max_row_bytes = 100}),
              ElementsAre("header a/b", "1@2 1/2", "ROW_TOO_LONG line 3"));
}

TEST(CsvTest, BoundsTheCellsOfARow) {
  EXPECT_THAT(Read("a;b\n1;2;3;4;5\n1;2\n", {.max_cells = 3}),
              ElementsAre("header a/b", "1@2 TOO_MANY_CELLS column 0", "2@3 1/2"));
}

TEST(CsvTest, WantsAHeader) {
  EXPECT_THAT(Read(""), ElementsAre("NO_HEADER line 1"));
  EXPECT_THAT(Read("\n \n"), ElementsAre("NO_HEADER line 3"));
  EXPECT_THAT(Read("1;2\n3;4\n", {.header = false}), ElementsAre("1@1 1/2", "2@2 3/4"));
}

TEST(CsvTest, GivesTheProblemAsStatusWhereNobodyTakesIt) {
  const auto table = ReadCsvTable("a;b\n1\n");
  EXPECT_THAT(table, HasReason("WRONG_CELL_COUNT"));
  EXPECT_THAT(std::string(table.status().message()), HasSubstr("line 2"));
}

TEST(CsvTest, StopsWithTheStatusOfTheHandler) {
  int rows = 0;
  const absl::Status status =
      ReadCsv("a\n1\n2\n3\n", {}, {.on_row = [&](const CsvRow&) {
                return ++rows == 2 ? absl::CancelledError("enough") : absl::OkStatus();
              }});
  EXPECT_EQ(status, absl::CancelledError("enough"));
  EXPECT_EQ(rows, 2);
}

TEST(CsvTest, GivesTheSameWhateverThePieces) {
  std::string text = "id;naam;aantal\r\n";
  for (int i = 0; i < 3000; ++i) {
    text += std::to_string(i) + ";\"Basisschool \"\"De\r\nBron\"\"; \x92t Anker\";<5\r\n";
    if (i % 100 == 0) text += "kort;\r\n\r\n";
  }
  const std::vector<std::string> whole = Read(text, {}, text.size());
  EXPECT_EQ(whole.size(), 3031u);
  for (const size_t piece : {1, 2, 7, 100, 65'536}) {
    EXPECT_EQ(Read(text, {}, piece), whole) << piece;
  }
}

TEST(CsvTest, ReadsBackWhatItWrote) {
  const uint64_t seed = 11;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const std::string_view kPieces[] = {"a", ";", ",", "\"", "\n", "\r\n", " ", "é", "€", "0", "|"};
  for (int i = 0; i < 300; ++i) {
    const char separator = random() % 2 == 0 ? ',' : ';';
    std::vector<std::vector<std::string>> rows(1 + random() % 5, std::vector<std::string>(3));
    std::string text;
    CsvWriter writer(&text, separator);
    for (auto& row : rows) {
      for (std::string& cell : row) {
        for (uint64_t n = random() % 6; n > 0; --n) cell += kPieces[random() % 11];
        writer.Cell(cell);
      }
      writer.EndRow();
    }
    const auto table = ReadCsvTable(
        text, {.separator = separator, .header = false, .trim = false, .skip_empty_rows = false});
    ASSERT_THAT(table, IsOk());
    ASSERT_EQ(table->rows.size(), rows.size());
    for (size_t r = 0; r < rows.size(); ++r) ASSERT_EQ(table->rows[r].cells, rows[r]) << text;
  }
}

TEST(CsvWriterTest, QuotesOnlyWhereNeeded) {
  std::string text;
  CsvWriter writer(&text);
  writer.Row({"code", "naam, plaats", "say \"hi\"", ""});
  writer.Cell("x").Cell(int64_t{-5}).EndRow();
  EXPECT_EQ(text, "code,\"naam, plaats\",\"say \"\"hi\"\"\",\r\nx,-5\r\n");
}

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream contents;
  contents << file.rdbuf();
  return contents.str();
}

TEST(CsvRealFilesTest, ReadsEveryRowOfTheRegisters) {
  SHARED_DATA_OR_SKIP(data);
  const struct {
    std::string_view file;
    char separator;
    size_t columns;
    int64_t rows;
  } kFiles[] = {{"duo/vestigingen-bo-2021-10.csv", ';', 30, 6215},
                {"duo/vestigingen-bo-2020-12.csv", ';', 30, 6268},
                {"duo/vestigingen-vo-2020-12.csv", ';', 31, 1619},
                {"duo/leerlingen-po-per-vestiging-2019.csv", ';', 14, 7301},
                {"duo/leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv", ';', 22, 24243},
                {"cbs/achterstandsscores-2019.csv", ';', 8, 6295},
                {"cbs/gemeenten-2020.csv", ',', 6, 357},
                {"cbs/gemeenten-kerncijfers-2021.csv", ',', 37, 352},
                {"api/apipop.csv", ',', 37, 6194}};
  for (const auto& file : kFiles) {
    SCOPED_TRACE(file.file);
    CsvParser parser({}, {.on_row = [](const CsvRow& row) {
                       for (const std::string_view cell : row.cells) EXPECT_TRUE(IsUtf8(cell));
                       return absl::OkStatus();
                     }});
    ASSERT_THAT(parser.Feed(Contents(data + "/" + std::string(file.file))), IsOk());
    ASSERT_THAT(parser.Finish(), IsOk());
    EXPECT_EQ(parser.dialect().separator, file.separator);
    EXPECT_EQ(parser.header().size(), file.columns);
    EXPECT_EQ(parser.rows(), file.rows);
  }
}

TEST(CsvWriterTest, LetsNoWordsBecomeAFormula) {
  std::string out;
  CsvWriter writer(&out);
  for (const char* words : {"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "De Brug", ""}) {
    writer.WordsCell(words);
  }
  writer.EndRow();
  EXPECT_EQ(out, "'=cmd|' /C calc'!A0,'+1,'-1,'@SUM(A1),'\tx,De Brug,\r\n");
}

}  // namespace
}  // namespace vg
