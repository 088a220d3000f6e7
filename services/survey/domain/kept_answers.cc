#include "services/survey/domain/kept_answers.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "common/numeric/exact.h"

namespace vg::survey {
namespace {

constexpr uint64_t kVersion = 1;
constexpr uint64_t kNoText = 0;

class Encoder {
 public:
  Encoder(const CompiledQuestionnaire& questionnaire, const Verdict& verdict, std::string& out)
      : questionnaire_(questionnaire), verdict_(verdict), out_(out) {}

  void ClientTime(const std::optional<absl::Time>& time) {
    Number(time ? 1 : 0);
    if (!time) return;
    const int64_t micros = absl::ToUnixMicros(*time);
    Number(static_cast<uint64_t>(micros) << 1 ^ static_cast<uint64_t>(micros >> 63));
  }

  void Answers(const std::vector<DraftAnswer>& answers) {
    next_ = 0;
    while (next_ < verdict_.kept.size()) {
      const Verdict::Kept& kept = verdict_.kept[next_++];
      Answer(kept, answers);
    }
    Number(0);
  }

  void Dropped() {
    Number(verdict_.dropped.size());
    for (const Verdict::Dropped& dropped : verdict_.dropped) {
      Number(static_cast<uint64_t>(questionnaire_.ids().Find(dropped.question)));
      Number(static_cast<uint64_t>(dropped.reason));
      Number(static_cast<uint64_t>(dropped.instance));
    }
  }

  void Number(uint64_t number) {
    for (; number >= 0x80; number >>= 7) out_ += static_cast<char>(number | 0x80);
    out_ += static_cast<char>(number);
  }

 private:
  void Answer(const Verdict::Kept& kept, const std::vector<DraftAnswer>& answers) {
    const CompiledQuestion& question = questionnaire_.questions()[kept.question];
    Number(static_cast<uint64_t>(kept.question) + 1);
    if (kept.computed >= 0) return Computed(verdict_.computed[kept.computed], question);
    const AnswerValue& value = answers[kept.answer].value;
    switch (question.kind) {
      case AnswerKind::kChoice:
        return Option(question, std::get<ChoiceAnswer>(value).option);
      case AnswerKind::kChoices: {
        std::vector<std::string_view> options = std::get<ChoicesAnswer>(value).options;
        std::sort(options.begin(), options.end());
        return Options(question, options);
      }
      case AnswerKind::kNumber:
        if (const auto* const none = std::get_if<NotApplicableAnswer>(&value)) {
          Number(kNoText);
          return Text(none->reason);
        }
        return Text(Exact::FromDecimal(std::get<NumberAnswer>(value).decimal)->ToText());
      case AnswerKind::kDate: {
        const auto& date = std::get<DateAnswer>(value);
        return Number(static_cast<uint64_t>((date.year * 16 + date.month) * 32 + date.day));
      }
      case AnswerKind::kText:
        return Text(std::get<TextAnswer>(value).text);
      case AnswerKind::kMatrix:
        return Matrix(question, std::get<MatrixAnswer>(value));
      case AnswerKind::kRanking:
        return Options(question, std::get<RankingAnswer>(value).options);
      case AnswerKind::kRepeat:
        return Repeat(std::get<RepeatAnswer>(value));
    }
  }

  void Computed(const Verdict::Computed& computed, const CompiledQuestion& question) {
    if (computed.kind == AnswerKind::kChoice) return Option(question, computed.value);
    Text(computed.value);
  }

  // What is kept of the instances follows the group.
  void Repeat(const RepeatAnswer& repeat) {
    Number(repeat.instances.size());
    for (size_t i = 0; i < repeat.instances.size(); ++i) {
      while (next_ < verdict_.kept.size() &&
             verdict_.kept[next_].instance == static_cast<int>(i) + 1) {
        const Verdict::Kept& inside = verdict_.kept[next_++];
        Answer(inside, repeat.instances[i]);
      }
      Number(0);
    }
  }

  void Matrix(const CompiledQuestion& question, const MatrixAnswer& matrix) {
    std::vector<std::pair<int, int>> rows;
    rows.reserve(matrix.rows.size());
    for (const auto& [row, option] : matrix.rows) {
      rows.emplace_back(question.rows.Find(row), question.options.Find(option));
    }
    std::sort(rows.begin(), rows.end());
    Number(rows.size());
    for (const auto& [row, option] : rows) {
      Number(static_cast<uint64_t>(row));
      Number(static_cast<uint64_t>(option));
    }
  }

  void Options(const CompiledQuestion& question, std::span<const std::string_view> options) {
    Number(options.size());
    for (const std::string_view option : options) Option(question, option);
  }

  void Option(const CompiledQuestion& question, std::string_view option) {
    Number(static_cast<uint64_t>(question.options.Find(option)));
  }

  void Text(std::string_view text) {
    Number(text.size());
    out_ += text;
  }

  const CompiledQuestionnaire& questionnaire_;
  const Verdict& verdict_;
  std::string& out_;
  size_t next_ = 0;  // In verdict_.kept.
};

// Reads on after a fault, but nothing but zeros and empty texts: the fault is told in the end.
class Decoder {
 public:
  Decoder(const CompiledQuestionnaire& questionnaire, std::string_view content)
      : questionnaire_(questionnaire), rest_(content) {}

  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }

  uint64_t Number() {
    uint64_t number = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto octet = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      number |= static_cast<uint64_t>(octet & 0x7F) << shift;
      if (octet < 0x80) return number;
    }
    return Fail(), 0;
  }

  std::optional<absl::Time> ClientTime() {
    if (Number() == 0) return std::nullopt;
    const uint64_t zigzag = Number();
    return absl::FromUnixMicros(static_cast<int64_t>(zigzag >> 1) ^
                                -static_cast<int64_t>(zigzag & 1));
  }

  // Those of `group`; -1: outside groups.
  std::vector<DraftAnswer> Answers(int group) {
    std::vector<DraftAnswer> answers;
    for (uint64_t place = Number(); place != 0; place = Number()) {
      const CompiledQuestion* const question = Question(place - 1);
      if (question == nullptr || question->group != group) return Fail(), answers;
      const int index = static_cast<int>(place - 1);
      answers.push_back({questionnaire_.ids().id(index), Value(*question, index)});
      if (!good_) return answers;
    }
    return answers;
  }

  std::vector<Verdict::Dropped> Dropped() {
    std::vector<Verdict::Dropped> all;
    for (uint64_t left = Number(); left > 0 && good_; --left) {
      const uint64_t place = Number();
      const CompiledQuestion* const question = Question(place);
      const auto reason = static_cast<DropReason>(Number());
      const int instance = static_cast<int>(Number());
      if (question == nullptr) return Fail(), all;
      const bool relevance = reason == DropReason::kNotRelevant;
      const auto& rule = relevance ? question->relevance : question->calculation;
      if (!rule || (!relevance && reason != DropReason::kCalculatedOtherwise)) return Fail(), all;
      all.push_back({.question = questionnaire_.ids().id(static_cast<int>(place)),
                     .rule = rule->source(),
                     .instance = instance,
                     .reason = reason});
    }
    return all;
  }

  void Fail() {
    good_ = false;
    rest_ = {};
  }

 private:
  const CompiledQuestion* Question(uint64_t place) const {
    const auto& questions = questionnaire_.questions();
    return place < questions.size() ? &questions[place] : nullptr;
  }

  AnswerValue Value(const CompiledQuestion& question, int index) {
    switch (question.kind) {
      case AnswerKind::kChoice:
        return ChoiceAnswer{Id(question.options)};
      case AnswerKind::kChoices:
        return ChoicesAnswer{Options(question)};
      case AnswerKind::kNumber: {
        const std::string_view text = Text();
        if (text.empty()) return NotApplicableAnswer{Text()};
        return NumberAnswer{text};
      }
      case AnswerKind::kDate: {
        const uint64_t date = Number();
        return DateAnswer{static_cast<int>(date / 512), static_cast<int>(date / 32 % 16),
                          static_cast<int>(date % 32)};
      }
      case AnswerKind::kText:
        return TextAnswer{Text()};
      case AnswerKind::kMatrix: {
        MatrixAnswer matrix;
        for (uint64_t left = Number(); left > 0 && good_; --left) {
          const std::string_view row = Id(question.rows);
          matrix.rows.emplace_back(row, Id(question.options));
        }
        return matrix;
      }
      case AnswerKind::kRanking:
        return RankingAnswer{Options(question)};
      case AnswerKind::kRepeat: {
        RepeatAnswer repeat;
        for (uint64_t left = Number(); left > 0 && good_; --left) {
          repeat.instances.push_back(Answers(index));
        }
        return repeat;
      }
    }
    return Fail(), std::monostate();
  }

  std::vector<std::string_view> Options(const CompiledQuestion& question) {
    std::vector<std::string_view> options;
    for (uint64_t left = Number(); left > 0 && good_; --left) {
      options.push_back(Id(question.options));
    }
    return options;
  }

  std::string_view Id(const IdIndex& ids) {
    const uint64_t place = Number();
    if (place < static_cast<uint64_t>(ids.size())) return ids.id(static_cast<int>(place));
    return Fail(), std::string_view();
  }

  std::string_view Text() {
    const uint64_t length = Number();
    if (length > rest_.size()) return Fail(), std::string_view();
    const std::string_view text = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return text;
  }

  const CompiledQuestionnaire& questionnaire_;
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::string EncodeAnswers(const CompiledQuestionnaire& questionnaire, const ResponseDraft& draft,
                          const Verdict& verdict) {
  std::string content;
  content.reserve(16 + 3 * verdict.kept.size());
  Encoder encoder(questionnaire, verdict, content);
  encoder.Number(kVersion);
  encoder.ClientTime(draft.client_time);
  encoder.Answers(draft.answers);
  encoder.Dropped();
  return content;
}

absl::StatusOr<KeptAnswers> DecodeAnswers(const CompiledQuestionnaire& questionnaire,
                                          std::string_view content) {
  Decoder decoder(questionnaire, content);
  if (decoder.Number() != kVersion) decoder.Fail();
  KeptAnswers kept;
  kept.client_time = decoder.ClientTime();
  kept.answers = decoder.Answers(-1);
  kept.dropped = decoder.Dropped();
  if (!decoder.good() || !decoder.at_end()) {
    return absl::DataLossError("the kept answers of a response cannot be read");
  }
  return kept;
}

}  // namespace vg::survey
