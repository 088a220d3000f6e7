#include <algorithm>
#include <initializer_list>
#include <optional>

#include "common/expression/checker.h"
#include "common/expression/expression.h"
#include "common/expression/lexer.h"
#include "common/expression/syntax.h"

namespace vg::expression {
namespace {

constexpr std::string_view kSyntax = "SYNTAX";

// Words that CEL keeps; few of them mean something here.
constexpr std::string_view kReserved[] = {
    "as",       "break",     "const",  "continue", "else", "false", "for",
    "function", "if",        "import", "in",       "let",  "loop",  "null",
    "package",  "namespace", "return", "true",     "var",  "void",  "while"};

// What may stand before an argument: sum(score, per sector, where has(score)).
bool IsArgumentWord(std::string_view name) { return name == "per" || name == "where"; }

struct Operator {
  std::string_view symbol;
  size_t level;  // 0 binds least.
};
constexpr size_t kLevels = 5;
constexpr Operator kOperators[] = {{"||", 0}, {"&&", 1}, {"==", 2}, {"!=", 2}, {"<=", 2},
                                   {">=", 2}, {"<", 2},  {">", 2},  {"in", 2}, {"+", 3},
                                   {"-", 3},  {"*", 4},  {"/", 4},  {"%", 4}};

// Recursive descent, one function per level of precedence. After the first error every function
// returns at once.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  std::variant<Syntax, Diagnostic> Run() {
    if (Now().kind == Token::Kind::kEnd) {
      return Diagnostic{kSyntax, 0, "the expression is empty", "write a value or a condition"};
    }
    Syntax tree = Condition();
    if (!error_ && Now().kind != Token::Kind::kEnd) Unexpected();
    if (error_) return *std::move(error_);
    return tree;
  }

 private:
  const Token& Now() const { return tokens_[at_]; }

  bool Sees(std::string_view symbol) const {
    return Now().kind == Token::Kind::kSymbol && Now().text == symbol;
  }

  bool Take(std::string_view symbol) {
    if (error_ || !Sees(symbol)) return false;
    ++at_;
    return true;
  }

  bool Expect(std::string_view symbol, std::string_view why) {
    if (Take(symbol)) return true;
    Fail(Now().offset, "'" + std::string(symbol) + "' is expected here " + std::string(why), "");
    return false;
  }

  void Fail(int offset, std::string sentence, std::string hint, std::string_view reason = kSyntax) {
    if (!error_) error_ = Diagnostic{reason, offset, std::move(sentence), std::move(hint)};
  }

  void Unexpected() {
    const Token& token = Now();
    if (token.kind == Token::Kind::kEnd) {
      Fail(token.offset, "the expression breaks off here", "");
      return;
    }
    std::string hint;
    if (token.text == "and" || token.text == "AND") hint = "write && for 'and'";
    if (token.text == "or" || token.text == "OR") hint = "write || for 'or'";
    if (token.text == ",") hint = "write decimals with a point";
    const std::string shown = token.kind == Token::Kind::kText ? "a text" : "'" + token.text + "'";
    Fail(token.offset, shown + " is not expected here", std::move(hint));
  }

  Syntax Make(Syntax::Kind kind, std::string name, int name_offset, int offset,
              std::vector<Syntax> parts) {
    Syntax node;
    node.kind = kind;
    node.name = std::move(name);
    node.name_offset = name_offset;
    node.offset = offset;
    node.end = at_ == 0 ? 0 : tokens_[at_ - 1].end;
    for (const Syntax& part : parts) node.depth = std::max(node.depth, part.depth + 1);
    node.parts = std::move(parts);
    if (node.depth > Limits::kDepth) TooDeep(name_offset);
    return node;
  }

  void TooDeep(int offset) {
    Fail(offset,
         "the expression is nested deeper than " + std::to_string(Limits::kDepth) + " levels",
         "split it", "TOO_DEEP");
  }

  Syntax Condition() {
    if (error_) return {};
    if (++nesting_ > Limits::kDepth) {
      TooDeep(Now().offset);
      return {};
    }
    Syntax condition = Operators(0);
    const int place = Now().offset;
    if (Take("?")) {
      const int offset = condition.offset;
      std::vector<Syntax> parts;
      parts.push_back(std::move(condition));
      parts.push_back(Operators(0));
      Expect(":", "between the two values of a condition");
      parts.push_back(Condition());
      condition = Make(Syntax::Kind::kCondition, "?", place, offset, std::move(parts));
    }
    --nesting_;
    return condition;
  }

  // The operator of `level` at the current token; empty if there is none.
  std::string_view OperatorAt(size_t level) const {
    const Token& token = Now();
    if (token.kind != Token::Kind::kSymbol && token.kind != Token::Kind::kName) return {};
    for (const Operator& candidate : kOperators) {
      if (candidate.level == level && token.text == candidate.symbol) return candidate.symbol;
    }
    return {};
  }

  Syntax Operators(size_t level) {
    if (error_) return {};
    if (level == kLevels) return Unary();
    Syntax left = Operators(level + 1);
    while (!error_) {
      const std::string_view symbol = OperatorAt(level);
      if (symbol.empty()) break;
      const int place = Now().offset;
      ++at_;
      Syntax right = Operators(level + 1);
      const int offset = left.offset;
      std::vector<Syntax> parts;
      const bool chains = symbol == "+" || symbol == "*" || symbol == "&&" || symbol == "||";
      if (chains && left.kind == Syntax::Kind::kOperator && left.name == symbol && !left.grouped) {
        parts = std::move(left.parts);
      } else {
        parts.push_back(std::move(left));
      }
      parts.push_back(std::move(right));
      left = Make(Syntax::Kind::kOperator, std::string(symbol), place, offset, std::move(parts));
    }
    return left;
  }

  Syntax Unary() {
    if (error_) return {};
    const int place = Now().offset;
    for (const std::string_view symbol : {"!", "-"}) {
      if (!Take(symbol)) continue;
      if (++nesting_ > Limits::kDepth) {
        TooDeep(place);
        return {};
      }
      std::vector<Syntax> parts;
      parts.push_back(Unary());
      --nesting_;
      return Make(Syntax::Kind::kUnary, std::string(symbol), place, place, std::move(parts));
    }
    return Member();
  }

  Syntax Member() {
    Syntax node = Primary();
    while (!error_) {
      const int offset = node.offset;
      if (Take(".")) {
        const Token name = Now();
        if (name.kind != Token::Kind::kName) {
          Fail(name.offset, "a name is expected after the point", "");
          break;
        }
        ++at_;
        std::vector<Syntax> parts;
        parts.push_back(std::move(node));
        if (Take("(")) {
          Arguments(")", parts);
          node = Make(Syntax::Kind::kMethod, name.text, name.offset, offset, std::move(parts));
        } else {
          node = Make(Syntax::Kind::kSelect, name.text, name.offset, offset, std::move(parts));
        }
      } else if (Sees("[")) {
        const int place = Now().offset;
        ++at_;
        std::vector<Syntax> parts;
        parts.push_back(std::move(node));
        parts.push_back(Condition());
        Expect("]", "to close the index");
        node = Make(Syntax::Kind::kIndex, "[", place, offset, std::move(parts));
      } else {
        break;
      }
    }
    return node;
  }

  // Up to and including `close`.
  void Arguments(std::string_view close, std::vector<Syntax>& parts) {
    if (Take(close)) return;
    do {
      parts.push_back(Argument());
    } while (!error_ && Take(","));
    Expect(close, "after the last one");
  }

  // A value, or "per x" and "where c", which are read as calls of these names.
  Syntax Argument() {
    if (error_) return {};
    const Token word = Now();
    if (word.kind == Token::Kind::kName && IsArgumentWord(word.text)) {
      const Token& next = tokens_[at_ + 1];
      const bool operand =
          next.kind == Token::Kind::kNumber || next.kind == Token::Kind::kText ||
          (next.kind == Token::Kind::kName && next.text != "in") ||
          (next.kind == Token::Kind::kSymbol && (next.text == "(" || next.text == "!"));
      if (operand) {
        ++at_;
        std::vector<Syntax> parts;
        parts.push_back(Condition());
        return Make(Syntax::Kind::kCall, word.text, word.offset, word.offset, std::move(parts));
      }
    }
    return Condition();
  }

  Syntax Primary() {
    if (error_) return {};
    const Token token = Now();
    if (Take("(")) {
      Syntax node = Condition();
      Expect(")", "to close the parenthesis");
      node.offset = token.offset;
      node.end = tokens_[at_ - 1].end;
      node.grouped = true;
      return node;
    }
    if (Take("[")) {
      std::vector<Syntax> parts;
      Arguments("]", parts);
      return Make(Syntax::Kind::kList, "", token.offset, token.offset, std::move(parts));
    }
    if (token.kind == Token::Kind::kNumber) {
      const absl::StatusOr<Exact> number = Exact::FromDecimal(token.text);
      if (!number.ok()) {
        Fail(token.offset, "the number has too many digits", "");
        return {};
      }
      return Literal(token, Value::Number(token.percent ? *number / 100 : *number));
    }
    if (token.kind == Token::Kind::kText) return Literal(token, Value::Text(token.text));
    if (token.kind == Token::Kind::kName) return Name(token);
    Unexpected();
    return {};
  }

  Syntax Literal(const Token& token, Value value) {
    ++at_;
    Syntax node = Make(Syntax::Kind::kLiteral, token.text, token.offset, token.offset, {});
    node.literal = std::move(value);
    return node;
  }

  Syntax Name(const Token& token) {
    if (token.text == "true") return Literal(token, Value::Bool(true));
    if (token.text == "false") return Literal(token, Value::Bool(false));
    if (token.text == "null") {
      Fail(token.offset, "there is no null", "ask has(x), or give a value with x.orValue(y)");
      return {};
    }
    if (token.text == "not" || token.text == "NOT") {
      const Token& next = tokens_[at_ + 1];
      if (next.kind == Token::Kind::kName) {
        Fail(token.offset, "'not' is not an operator", "write ! for 'not'");
        return {};
      }
    }
    if (IsReserved(token.text)) {
      Unexpected();
      return {};
    }
    ++at_;
    if (!Take("(")) {
      return Make(Syntax::Kind::kName, token.text, token.offset, token.offset, {});
    }
    std::vector<Syntax> parts;
    Arguments(")", parts);
    return Make(Syntax::Kind::kCall, token.text, token.offset, token.offset, std::move(parts));
  }

  const std::vector<Token> tokens_;
  size_t at_ = 0;
  int nesting_ = 0;
  std::optional<Diagnostic> error_;
};

// How tightly a node binds: what is looser than its place needs parentheses.
int Precedence(const Syntax& node) {
  switch (node.kind) {
    case Syntax::Kind::kCondition:
      return 0;
    case Syntax::Kind::kOperator:
      if (node.name == "||") return 1;
      if (node.name == "&&") return 2;
      if (node.name == "+" || node.name == "-") return 4;
      if (node.name == "*" || node.name == "/" || node.name == "%") return 5;
      return 3;
    case Syntax::Kind::kUnary:
      return 6;
    default:
      return 7;
  }
}

std::string PrintAt(const Syntax& node, int precedence) {
  const std::string text = Print(node);
  return Precedence(node) < precedence ? "(" + text + ")" : text;
}

std::string PrintArguments(const Syntax& node, size_t first) {
  std::string text;
  for (size_t i = first; i < node.parts.size(); ++i) {
    const Syntax& part = node.parts[i];
    text += i == first ? "" : ", ";
    text += part.kind == Syntax::Kind::kCall && IsArgumentWord(part.name) && part.parts.size() == 1
                ? part.name + " " + Print(part.parts[0])
                : Print(part);
  }
  return text;
}

std::string PrintOperator(const Syntax& node) {
  const int precedence = Precedence(node);
  // Comparisons are written with parentheses on both sides: a chain of them reads badly.
  const int left = precedence == 3 ? 4 : precedence;
  std::string text = PrintAt(node.parts[0], left);
  for (size_t i = 1; i < node.parts.size(); ++i) {
    // Without the parentheses 15 % -x is 0.15 - x.
    const bool sign = node.name == "%" && node.parts[i].kind == Syntax::Kind::kUnary;
    text += " " + node.name + " " + PrintAt(node.parts[i], sign ? 7 : precedence + 1);
  }
  return text;
}

}  // namespace

bool IsReserved(std::string_view name) {
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

std::variant<Syntax, Diagnostic> Parse(std::string_view source) {
  if (source.size() > Limits::kSourceBytes) {
    return Diagnostic{
        "TOO_LONG", 0,
        "the expression has more than " + std::to_string(Limits::kSourceBytes) + " bytes",
        "split it"};
  }
  std::variant<std::vector<Token>, Diagnostic> tokens = Lex(source);
  if (auto* error = std::get_if<Diagnostic>(&tokens)) return std::move(*error);
  return Parser(std::get<0>(std::move(tokens))).Run();
}

namespace {

// `elements`: what macros around `node` call their elements.
void CollectNames(const Syntax& node, std::vector<std::string_view>& elements,
                  std::vector<std::string>& names) {
  std::string suffix;
  const Syntax* base = &node;
  while (base->kind == Syntax::Kind::kSelect) {
    suffix.insert(0, "." + base->name);
    base = &base->parts[0];
  }
  if (base->kind == Syntax::Kind::kName) {
    if (std::find(elements.begin(), elements.end(), base->name) != elements.end()) return;
    std::string name = base->name + suffix;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
    return;
  }
  const bool calls = base->kind == Syntax::Kind::kCall || base->kind == Syntax::Kind::kMethod;
  if (calls && base->parts.size() == 3 && base->parts[1].kind == Syntax::Kind::kName &&
      IsMacro(base->name)) {
    CollectNames(base->parts[0], elements, names);
    elements.push_back(base->parts[1].name);
    CollectNames(base->parts[2], elements, names);
    elements.pop_back();
    return;
  }
  for (const Syntax& part : base->parts) CollectNames(part, elements, names);
}

}  // namespace

std::vector<std::string> NamesIn(std::string_view source) {
  std::vector<std::string> names;
  std::vector<std::string_view> elements;
  const std::variant<Syntax, Diagnostic> syntax = Parse(source);
  if (const auto* tree = std::get_if<Syntax>(&syntax)) CollectNames(*tree, elements, names);
  return names;
}

std::string Print(const Syntax& node) {
  switch (node.kind) {
    case Syntax::Kind::kLiteral:
      return node.literal.ToText();
    case Syntax::Kind::kName:
      return node.name;
    case Syntax::Kind::kSelect:
      return PrintAt(node.parts[0], 7) + "." + node.name;
    case Syntax::Kind::kIndex:
      return PrintAt(node.parts[0], 7) + "[" + Print(node.parts[1]) + "]";
    case Syntax::Kind::kCall:
      return node.name + "(" + PrintArguments(node, 0) + ")";
    case Syntax::Kind::kMethod:
      return PrintAt(node.parts[0], 7) + "." + node.name + "(" + PrintArguments(node, 1) + ")";
    case Syntax::Kind::kList:
      return "[" + PrintArguments(node, 0) + "]";
    case Syntax::Kind::kUnary:
      return node.name + PrintAt(node.parts[0], 6);
    case Syntax::Kind::kOperator:
      return PrintOperator(node);
    case Syntax::Kind::kCondition:
      return PrintAt(node.parts[0], 1) + " ? " + PrintAt(node.parts[1], 1) + " : " +
             Print(node.parts[2]);
  }
  return {};
}

}  // namespace vg::expression
