// What is exported and read back is what was kept, of every questionnaire and every response.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "common/text/csv.h"
#include "services/survey/api/export_file.h"
#include "services/survey/api/response_proto.h"
#include "services/survey/domain/kept_answers.h"
#include "services/survey/domain/random_questionnaire.h"

namespace vg::survey {
namespace {

using google::protobuf::RepeatedPtrField;
using google::protobuf::util::MessageDifferencer;
using Row = std::map<std::string, std::string>;  // By the name of the column.

constexpr unsigned kQuestionnaires = 40;
constexpr int kResponses = 20;
constexpr const char* kTexts[] = {"text",         "a,b;c|d",      "\"zei\" zij", "regel\r\nregel",
                                  "=1+1",         " Ænima\t",     "-98",         "n.v.t.",
                                  "'enkel' \"\"", "\xEF\xBB\xBFx"};

// What RandomQuestionnaire does not ask.
std::vector<Question> MoreQuestions() {
  return {MakeQuestion("begun", DateInput{}),
          MakeQuestion("ranked", RankingInput{Options({"a", "b", "c"}), 2}),
          MakeQuestion("grid", MatrixInput{Options({"r", "s"}), Options({"up", "down"})}),
          MakeQuestion("growth", NumberInput{"percent", Exact(-90), {}, 1, true}),
          MakeQuestion("delay", NumberInput{"weeks", {}, {}, 1, true}),
          MakeQuestion("words", TextInput{})};
}

// An answer that has no option, row or text is not told from none in a file, and is not made here.
std::vector<DraftAnswer> AnswerMore(RandomQuestionnaire& chance) {
  constexpr const char* kNumbers[] = {"0", "-0.5", "-98", "12"};
  const auto number = [&](int most) -> AnswerValue {
    if (chance.Draw(3) == 0) return NotApplicableAnswer{};
    return NumberAnswer{kNumbers[(chance.Draw(most) + 3) % 4]};
  };
  std::vector<DraftAnswer> answers = {
      {"begun", DateAnswer{2021, 1 + chance.Draw(12), 1 + chance.Draw(28)}},
      {"ranked", chance.Draw(2) == 0 ? RankingAnswer{{"c", "a"}} : RankingAnswer{{"b"}}},
      {"grid", chance.Draw(2) == 0 ? MatrixAnswer{{{"r", "down"}, {"s", "up"}}}
                                   : MatrixAnswer{{{"s", "down"}}}},
      {"growth", number(3)},
      {"delay", number(4)},
      {"words", TextAnswer{kTexts[chance.Draw(std::size(kTexts))]}}};
  std::erase_if(answers, [&](const DraftAnswer&) { return chance.Draw(4) == 0; });
  return answers;
}

// A questionnaire with responses to it, and its data files.
class Exported {
 public:
  explicit Exported(unsigned seed) : chance_(seed) {
    questionnaire_ = chance_.Make();
    const std::vector<Question> random = questionnaire_.sections[0].questions;
    questionnaire_.sections.push_back({{"Meer", "More"}, MoreQuestions()});
    compiled_ = *CompiledQuestionnaire::Compile(questionnaire_);
    ResponseChecker checker(compiled_);
    for (int i = 0; i < kResponses; ++i) {
      ResponseDraft draft;
      draft.answers = chance_.Answer(random);
      for (const DraftAnswer& answer : AnswerMore(chance_)) draft.answers.push_back(answer);
      draft.partial = true;
      const Verdict& verdict = checker.Check(draft);
      if (verdict.violations.empty()) Keep(draft, verdict);
    }
  }

  const std::vector<v1::Response>& responses() const { return responses_; }

  // By response id, in the order of the file of `group`; empty: that of responses.
  std::map<std::string, std::vector<Row>> Rows(const std::string& group, bool option_ids) const {
    v1::ExportResponsesRequest request;
    request.set_repeat_group(group);
    request.set_include_texts(true);
    request.set_coding(option_ids ? v1::EXPORT_CODING_OPTION_IDS : v1::EXPORT_CODING_CODES);
    auto file = *ExportFile::Make(request, questionnaire_, compiled_, frame_);
    std::string text;
    file.AppendHeader(text);
    for (const v1::Response& response : responses_) file.AppendRows(response, text);
    const auto table = ReadCsvTable(text, {.separator = ',', .trim = false});
    EXPECT_OK(table);
    std::map<std::string, std::vector<Row>> rows;
    for (const auto& read : table->rows) {
      Row row;
      for (size_t i = 0; i < read.cells.size(); ++i) row[table->header[i]] = read.cells[i];
      rows[row["response_id"]].push_back(std::move(row));
    }
    return rows;
  }

  const Questionnaire& questionnaire() const { return questionnaire_; }

 private:
  void Keep(const ResponseDraft& draft, const Verdict& verdict) {
    const StoredResponse stored{.id = absl::StrCat("r", responses_.size()),
                                .content = EncodeAnswers(*compiled_, draft, verdict)};
    EXPECT_OK(ToProto({.wave_name = "waves/w", .questionnaire = compiled_.get()}, stored,
                      responses_.emplace_back()));
  }

  RandomQuestionnaire chance_;
  Questionnaire questionnaire_;
  std::shared_ptr<const CompiledQuestionnaire> compiled_;
  const Frame frame_{Wave{}, {}};
  std::vector<v1::Response> responses_;
};

// Reads rows as the description of ExportService says they are written.
class Reader {
 public:
  Reader(const Exported& exported, bool option_ids)
      : exported_(exported), option_ids_(option_ids), rows_(exported.Rows("", option_ids)) {
    for (const Section& section : exported.questionnaire().sections) {
      for (const Question& question : section.questions) {
        if (!std::holds_alternative<RepeatGroup>(question.type)) continue;
        groups_[question.id] = exported.Rows(question.id, option_ids);
      }
    }
  }

  v1::Response Read(const std::string& id) {
    v1::Response response;
    EXPECT_EQ(rows_[id].size(), 1u);
    for (const Section& section : exported_.questionnaire().sections) {
      ReadAll(section.questions, id, rows_[id].at(0), *response.mutable_answers());
    }
    return response;
  }

 private:
  void ReadAll(const std::vector<Question>& questions, const std::string& id, const Row& row,
               RepeatedPtrField<v1::Answer>& answers) {
    for (const Question& question : questions) {
      v1::Answer answer;
      answer.set_question(question.id);
      ReadOne(question, id, row, answer);
      if (answer.value_case() != v1::Answer::VALUE_NOT_SET) *answers.Add() = std::move(answer);
    }
  }

  void ReadOne(const Question& question, const std::string& id, const Row& row,
               v1::Answer& answer) {
    const auto cell = [&](const std::string& suffix = "") { return row.at(question.id + suffix); };
    if (const auto* single = std::get_if<SingleChoice>(&question.type)) {
      if (const auto option = OptionIn(cell(), single->options)) answer.set_choice(*option);
    } else if (const auto* multiple = std::get_if<MultipleChoice>(&question.type)) {
      for (const Option& option : multiple->options) {
        const std::string chosen = cell("__" + option.id);
        if (!IsMissing(chosen)) answer.mutable_choices();
        if (chosen == "1") answer.mutable_choices()->add_options(option.id);
      }
    } else if (const auto* ranking = std::get_if<RankingInput>(&question.type)) {
      for (int place = 1; place <= ranking->top; ++place) {
        const auto option = OptionIn(cell(absl::StrCat("__", place)), ranking->options);
        if (option) answer.mutable_ranking()->add_options(*option);
      }
    } else if (const auto* matrix = std::get_if<MatrixInput>(&question.type)) {
      for (const Option& line : matrix->rows) {
        const auto option = OptionIn(cell("__" + line.id), matrix->options);
        if (option) (*answer.mutable_matrix()->mutable_rows())[line.id] = *option;
      }
    } else if (std::holds_alternative<DateInput>(question.type)) {
      const std::string day = cell();
      if (day.empty()) return;
      answer.mutable_date()->set_year(Whole(day.substr(0, 4)));
      answer.mutable_date()->set_month(Whole(day.substr(5, 2)));
      answer.mutable_date()->set_day(Whole(day.substr(8, 2)));
    } else if (std::holds_alternative<TextInput>(question.type)) {
      if (!cell().empty()) answer.set_text(cell());
    } else if (const auto* group = std::get_if<RepeatGroup>(&question.type)) {
      if (IsMissing(cell("__count"))) return;
      const std::vector<Row>& instances = groups_[question.id][id];
      EXPECT_EQ(absl::StrCat(instances.size()), cell("__count"));
      answer.mutable_repeat();
      for (const Row& instance : instances) {
        ReadAll(group->questions, id, instance,
                *answer.mutable_repeat()->add_instances()->mutable_answers());
      }
    } else {
      ReadNumber(question.id, row, answer);
    }
  }

  // The codes of missing numbers are in their place, or in a column of their own.
  static void ReadNumber(const std::string& name, const Row& row, v1::Answer& answer) {
    const std::string& number = row.at(name);
    const auto why = row.find(name + "__missing");
    if (why != row.end() ? why->second == "99" : number == "-99") {
      answer.mutable_not_applicable();
    } else if (why != row.end() ? why->second == "0" : !IsMissing(number)) {
      answer.mutable_number()->set_value(number);
    }
  }

  static bool IsMissing(const std::string& cell) { return cell == "-97" || cell == "-98"; }

  std::optional<std::string> OptionIn(const std::string& cell,
                                      const std::vector<Option>& options) const {
    if (IsMissing(cell)) return std::nullopt;
    return option_ids_ ? cell : options.at(static_cast<size_t>(Whole(cell)) - 1).id;
  }

  static int Whole(const std::string& text) {
    int number = 0;
    EXPECT_TRUE(absl::SimpleAtoi(text, &number)) << text;
    return number;
  }

  const Exported& exported_;
  const bool option_ids_;
  std::map<std::string, std::vector<Row>> rows_;
  std::map<std::string, std::map<std::string, std::vector<Row>>> groups_;
};

TEST(ExportPropertyTest, WhatIsReadBackIsWhatWasKept) {
  size_t read = 0;
  for (unsigned seed = 0; seed < kQuestionnaires; ++seed) {
    const Exported exported(seed);
    for (const bool option_ids : {false, true}) {
      Reader reader(exported, option_ids);
      for (size_t i = 0; i < exported.responses().size(); ++i) {
        v1::Response kept;
        *kept.mutable_answers() = exported.responses()[i].answers();
        const v1::Response back = reader.Read(absl::StrCat("r", i));
        std::string difference;
        MessageDifferencer differencer;
        differencer.ReportDifferencesToString(&difference);
        ASSERT_TRUE(differencer.Compare(kept, back))
            << "seed " << seed << ", response " << i << ": " << difference;
        ++read;
      }
    }
  }
  // Otherwise nothing was shown.
  EXPECT_GT(read, 200u);
}

}  // namespace
}  // namespace vg::survey
