#include "services/survey/domain/question_face.h"

#include <variant>

#include "absl/strings/str_cat.h"

namespace vg::survey {

using expression::Token;

std::vector<Token> TokensOf(const std::string& rule) {
  auto tokens = expression::Lex(rule);
  auto* found = std::get_if<std::vector<Token>>(&tokens);
  return found == nullptr ? std::vector<Token>() : std::move(*found);
}

bool IsCalled(const std::vector<Token>& tokens, size_t at) {
  return at + 1 < tokens.size() && tokens[at + 1].kind == Token::Kind::kSymbol &&
         tokens[at + 1].text == "(";
}

namespace {

std::string Renamed(const Renames& renames, const std::string& id) {
  const auto found = renames.find(id);
  return found == renames.end() ? id : found->second;
}

}  // namespace

QuestionFace::QuestionFace(const PlacedQuestion& placed, const Renames& renames)
    : renames_(renames) {
  const Question& question = *placed.question;
  Words("label", question.label);
  Words("hint", question.hint);
  Words("constraint_message", question.constraint_message);
  Add(Aspect::kRequired, "", question.required ? "required" : "");
  Rule(Aspect::kRequired, "if", question.required_if);
  Add(Aspect::kType, "", absl::StrCat(question.type.index()));
  Rule(Aspect::kRelevance, "", question.relevance);
  Rule(Aspect::kConstraint, "", question.constraint);
  Rule(Aspect::kOffer, "", question.choice_filter);
  if (placed.group != nullptr) {
    Add(Aspect::kGroup, "", Renamed(renames, placed.group->id));
    Rule(Aspect::kRelevance, "group", placed.group->relevance);
  }
  std::visit(*this, question.type);
}

void QuestionFace::operator()(const std::monostate&) {}

void QuestionFace::operator()(const DateInput&) {}

void QuestionFace::operator()(const SingleChoice& type) { List(Aspect::kOptions, type.options); }

void QuestionFace::operator()(const MultipleChoice& type) {
  List(Aspect::kOptions, type.options);
  Add(Aspect::kAmount, "max", absl::StrCat(type.max_choices));
}

void QuestionFace::operator()(const NumberInput& type) {
  Add(Aspect::kNumber, "unit", type.unit);
  Add(Aspect::kNumber, "min", type.min ? type.min->ToText() : "");
  Add(Aspect::kNumber, "max", type.max ? type.max->ToText() : "");
  Add(Aspect::kNumber, "decimals", absl::StrCat(type.decimals));
  Add(Aspect::kNumber, "not_applicable", type.allow_not_applicable ? "allowed" : "");
}

void QuestionFace::operator()(const TextInput& type) {
  Add(Aspect::kAmount, "max", absl::StrCat(type.max_length));
}

void QuestionFace::operator()(const MatrixInput& type) {
  List(Aspect::kRows, type.rows);
  List(Aspect::kOptions, type.options);
}

void QuestionFace::operator()(const RankingInput& type) {
  List(Aspect::kOptions, type.options);
  Add(Aspect::kAmount, "max", absl::StrCat(type.top));
}

void QuestionFace::operator()(const RepeatGroup& type) {
  Add(Aspect::kAmount, "min", absl::StrCat(type.min_instances));
  Add(Aspect::kAmount, "max", absl::StrCat(type.max_instances));
}

void QuestionFace::operator()(const Calculation& type) {
  Rule(Aspect::kValue, "", type.expression);
  Add(Aspect::kNumber, "decimals", absl::StrCat(type.decimals));
}

std::set<Aspect> QuestionFace::Differences(const QuestionFace& other) const {
  std::set<Aspect> differences;
  AddDifferences(other, differences);
  other.AddDifferences(*this, differences);
  if (differences.contains(Aspect::kType)) return {Aspect::kType};
  if (differences.contains(Aspect::kOptions) || differences.contains(Aspect::kRows)) {
    differences.erase(Aspect::kOptionOrder);
  }
  return differences;
}

void QuestionFace::AddDifferences(const QuestionFace& other, std::set<Aspect>& differences) const {
  for (const auto& [key, fact] : facts_) {
    const auto found = other.facts_.find(key);
    // The words of an option that the other lacks are no other words.
    if (found == other.facts_.end() ? key.first != Aspect::kWording : found->second != fact) {
      differences.insert(key.first);
    }
  }
}

void QuestionFace::Add(Aspect aspect, std::string key, std::string_view fact) {
  std::string& facts = facts_[{aspect, std::move(key)}];
  facts.append(fact);
  facts.push_back('\0');
}

void QuestionFace::Words(const std::string& key, const LocalizedText& text) {
  Add(Aspect::kWording, key, text.nl);
  Add(Aspect::kWording, key, text.en);
}

void QuestionFace::Rule(Aspect aspect, const std::string& key, const std::string& rule) {
  Add(aspect, key, "");
  const std::vector<Token> tokens = TokensOf(rule);
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const bool is_name = token.kind == Token::Kind::kName && !IsCalled(tokens, i);
    Add(aspect, key, absl::StrCat(static_cast<int>(token.kind)));
    Add(aspect, key, is_name ? Renamed(renames_, token.text) : token.text);
  }
}

void QuestionFace::List(Aspect aspect, const std::vector<Option>& options) {
  for (const Option& option : options) {
    Add(Aspect::kOptionOrder, "", option.id);
    Add(aspect, option.id, option.missing ? "missing" : "");
    Words(absl::StrCat(static_cast<int>(aspect), ".", option.id), option.label);
    for (const auto& [name, value] : option.attributes) {
      Add(Aspect::kOffer, absl::StrCat(option.id, ".", name), value);
    }
  }
}

}  // namespace vg::survey
