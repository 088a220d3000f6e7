#include "services/survey/domain/question_types.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace vg::survey {
namespace {

using expression::Value;

constexpr int kMaxDecimals = 6;
constexpr size_t kMaxAttributes = 10;

// As the id of a question.
bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 63 && absl::ascii_islower(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
}

class Reader {
 public:
  Reader(const std::string& place, TellFault fault, CompiledQuestion& out)
      : place_(place), fault_(fault), out_(out) {}

  void operator()(const std::monostate&) {
    fault_(place_, "NO_TYPE",
           "must have a type: single, multiple, number, date, text, matrix, ranking, repeat or "
           "calculation");
  }
  void operator()(const SingleChoice& type) {
    out_.kind = AnswerKind::kChoice;
    Options(type.options, 2, 200, ".single.options", out_.options);
  }
  void operator()(const MultipleChoice& type) {
    out_.kind = AnswerKind::kChoices;
    out_.most = type.max_choices;
    Options(type.options, 2, 200, ".multiple.options", out_.options);
    Most(type.max_choices, type.options.size(), ".multiple.max_choices");
  }
  void operator()(const NumberInput& type) {
    out_.kind = AnswerKind::kNumber;
    out_.min = type.min;
    out_.max = type.max;
    out_.decimals = type.decimals;
    out_.allow_not_applicable = type.allow_not_applicable;
    if (type.min && type.max && *type.max < *type.min) {
      fault_(place_ + ".number.max", "BOUNDS_REVERSED",
             absl::StrCat("must be at least min, ", type.min->ToText()));
    }
    if (Decimals(type.decimals, ".number.decimals")) LeavesANumber(type);
  }
  void operator()(const DateInput&) { out_.kind = AnswerKind::kDate; }
  void operator()(const TextInput& type) {
    out_.kind = AnswerKind::kText;
    out_.most = type.max_length == 0 ? TextInput::kDefaultLength : type.max_length;
  }
  void operator()(const MatrixInput& type) {
    out_.kind = AnswerKind::kMatrix;
    Options(type.rows, 1, 100, ".matrix.rows", out_.rows);
    Options(type.options, 2, 20, ".matrix.options", out_.options);
  }
  void operator()(const RankingInput& type) {
    out_.kind = AnswerKind::kRanking;
    out_.most = type.top;
    Options(type.options, 2, 100, ".ranking.options", out_.options);
    if (type.top < 1) fault_(place_ + ".ranking.top", "OUT_OF_BOUNDS", "must be 1 or more");
    Most(type.top, type.options.size(), ".ranking.top");
  }
  void operator()(const RepeatGroup& type) {
    out_.kind = AnswerKind::kRepeat;
    out_.least = type.min_instances;
    out_.most = type.max_instances == 0 ? RepeatGroup::kMostInstances : type.max_instances;
    if (type.questions.empty()) {
      fault_(place_ + ".repeat.questions", "REQUIRED", "must have at least one");
    }
    if (out_.most < 1 || out_.most > RepeatGroup::kMostInstances) {
      fault_(place_ + ".repeat.max_instances", "OUT_OF_BOUNDS",
             absl::StrCat("must be 1 to ", RepeatGroup::kMostInstances, "; is ", out_.most));
    } else if (type.min_instances < 0 || type.min_instances > out_.most) {
      fault_(place_ + ".repeat.min_instances", "OUT_OF_BOUNDS",
             absl::StrCat("must be 0 to max_instances, ", out_.most, "; is ", type.min_instances));
    }
  }
  void operator()(const Calculation& type) {
    out_.decimals = type.decimals;
    Decimals(type.decimals, ".calculation.decimals");
    if (type.expression.empty()) {
      fault_(place_ + ".calculation.expression", "REQUIRED", "must be set");
    }
  }

 private:
  void Options(const std::vector<Option>& options, size_t least, size_t most,
               std::string_view field, IdIndex& out) {
    const std::string place = absl::StrCat(place_, std::string(field));
    if (options.size() < least) {
      fault_(place, "TOO_FEW",
             absl::StrCat("must have at least ", least, ", has ", options.size()));
    }
    if (options.size() > most) {
      fault_(place, "TOO_MANY", absl::StrCat("must have at most ", most, ", has ", options.size()));
    }
    for (size_t i = 0; i < options.size(); ++i) {
      const std::string at = absl::StrCat(place, "[", i, "]");
      if (!out.Add(options[i].id)) {
        fault_(at + ".id", "DUPLICATE_ID",
               absl::StrCat("must be unique in the question; \"", options[i].id,
                            "\" is there already"));
      }
      if (options[i].attributes.size() > kMaxAttributes) {
        fault_(at + ".attributes", "TOO_MANY",
               absl::StrCat("must have at most ", kMaxAttributes, ", has ",
                            options[i].attributes.size()));
      }
      for (const auto& [name, value] : options[i].attributes) {
        if (IsName(name)) continue;
        fault_(absl::StrCat(at, ".attributes[\"", name.substr(0, 63), "\"]"), "INVALID_NAME",
               "must be a name: a lower-case letter, then letters, digits and underscores");
      }
    }
  }

  void Most(int most, size_t options, std::string_view field) {
    if (most >= 0 && static_cast<size_t>(most) <= options) return;
    fault_(place_ + std::string(field), "OUT_OF_BOUNDS",
           absl::StrCat("must be at most the number of options, ", options, "; is ", most));
  }

  // Whether it is right.
  bool Decimals(int decimals, std::string_view field) {
    if (decimals >= 0 && decimals <= kMaxDecimals) return true;
    fault_(place_ + std::string(field), "OUT_OF_BOUNDS",
           absl::StrCat("must be 0 to ", kMaxDecimals, "; is ", decimals));
    return false;
  }

  // The bounds leave a number that has no more decimals than it may have.
  void LeavesANumber(const NumberInput& type) {
    if (!type.min || !type.max || *type.max < *type.min) return;
    const int decimals = type.decimals;
    if (type.min->Round(decimals, Rounding::kCeiling) <= *type.max) return;
    fault_(place_ + ".number.decimals", "NO_NUMBER_POSSIBLE",
           absl::StrCat("must leave a number between min and max, ", type.min->ToText(), " and ",
                        type.max->ToText(), "; none has at most ", decimals, " decimals"));
  }

  const std::string& place_;
  const TellFault fault_;
  CompiledQuestion& out_;
};

}  // namespace

void ReadType(const Question& question, const std::string& place, TellFault fault,
              CompiledQuestion& out) {
  Reader reader(place, fault, out);
  std::visit(reader, question.type);
  for (const std::string& id : out.options.ids()) out.option_values.push_back(Value::Text(id));
}

const std::vector<Option>* OptionsOf(const Question& question) {
  if (const auto* single = std::get_if<SingleChoice>(&question.type)) return &single->options;
  if (const auto* multiple = std::get_if<MultipleChoice>(&question.type)) return &multiple->options;
  if (const auto* ranking = std::get_if<RankingInput>(&question.type)) return &ranking->options;
  return nullptr;
}

}  // namespace vg::survey
