#include "common/expression/lexer.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "common/text/encoding.h"

namespace vg::expression {
namespace {

constexpr std::string_view kSyntax = "SYNTAX";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool StartsName(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool ContinuesName(char c) { return StartsName(c) || IsDigit(c); }

void AppendUtf8(uint32_t code_point, std::string& out) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | code_point >> 6);
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | code_point >> 12);
    out += static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  }
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::variant<std::vector<Token>, Diagnostic> Run() {
    if (!IsUtf8(source_)) return Diagnostic{kSyntax, 0, "the expression is not in UTF-8", ""};
    while (true) {
      SkipBlanks();
      Token token;
      token.offset = static_cast<int>(at_);
      if (at_ == source_.size()) {
        token.end = token.offset;
        tokens_.push_back(std::move(token));
        return std::move(tokens_);
      }
      if (std::optional<Diagnostic> error = Next(token)) return *std::move(error);
      token.end = static_cast<int>(at_);
      tokens_.push_back(std::move(token));
    }
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  void SkipBlanks() {
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else if (c == '/' && Peek(1) == '/') {
        at_ = std::min(source_.find('\n', at_), source_.size());
      } else {
        return;
      }
    }
  }

  std::optional<Diagnostic> Next(Token& token) {
    const char c = Peek();
    if (StartsName(c)) {
      token.kind = Token::Kind::kName;
      while (ContinuesName(Peek())) token.text += source_[at_++];
      return std::nullopt;
    }
    if (IsDigit(c)) return Number(token);
    if (c == '\'' || c == '"') return Text(token);
    return Symbol(token);
  }

  std::optional<Diagnostic> Number(Token& token) {
    token.kind = Token::Kind::kNumber;
    const size_t begin = at_;
    while (IsDigit(Peek())) ++at_;
    if (Peek() == '.' && IsDigit(Peek(1))) {
      ++at_;
      while (IsDigit(Peek())) ++at_;
    }
    token.text = source_.substr(begin, at_ - begin);
    if (ContinuesName(Peek())) {
      return Diagnostic{kSyntax, static_cast<int>(begin),
                        "a number is digits, and a point and digits if it has decimals",
                        "write it out, as in 0.05 or 1000"};
    }
    token.percent = TakePercent();
    return std::nullopt;
  }

  // The % of "15 %", which nothing follows that could be divided by.
  bool TakePercent() {
    size_t at = at_;
    const auto skip_blanks = [&] {
      while (at < source_.size() && (source_[at] == ' ' || source_[at] == '\t')) ++at;
    };
    skip_blanks();
    if (at == source_.size() || source_[at] != '%') return false;
    const size_t end = ++at;
    skip_blanks();
    if (at < source_.size() && (ContinuesName(source_[at]) || source_[at] == '(')) return false;
    at_ = end;
    return true;
  }

  std::optional<Diagnostic> Text(Token& token) {
    token.kind = Token::Kind::kText;
    const char quote = source_[at_++];
    while (at_ < source_.size() && source_[at_] != quote && source_[at_] != '\n') {
      if (source_[at_] != '\\') {
        token.text += source_[at_++];
        continue;
      }
      if (!Escape(token.text)) {
        return Diagnostic{kSyntax, static_cast<int>(at_), "this escape does not exist",
                          "there are \\\\ \\' \\\" \\n \\r \\t and \\u00e9"};
      }
    }
    if (Peek() != quote) {
      return Diagnostic{kSyntax, token.offset, "the text that starts here is not closed",
                        std::string("it ends with ") + quote + " on the same line"};
    }
    ++at_;
    return std::nullopt;
  }

  bool Escape(std::string& out) {
    const char c = Peek(1);
    constexpr std::string_view kLetters = "\\'\"nrt";
    constexpr std::string_view kMeanings = "\\'\"\n\r\t";
    if (c == 'u') {
      uint32_t code_point = 0;
      for (size_t i = 2; i < 6; ++i) {
        const char digit = Peek(i);
        const int value = IsDigit(digit)                 ? digit - '0'
                          : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                          : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                                         : -1;
        if (value < 0) return false;
        code_point = code_point * 16 + static_cast<uint32_t>(value);
      }
      if (code_point == 0 || (code_point >= 0xD800 && code_point <= 0xDFFF)) return false;
      AppendUtf8(code_point, out);
      at_ += 6;
      return true;
    }
    const size_t letter = kLetters.find(c);
    if (c == '\0' || letter == std::string_view::npos) return false;
    out += kMeanings[letter];
    at_ += 2;
    return true;
  }

  std::optional<Diagnostic> Symbol(Token& token) {
    token.kind = Token::Kind::kSymbol;
    constexpr std::string_view kSymbols[] = {"==", "!=", "<=", ">=", "&&", "||", "<", ">",
                                             "+",  "-",  "*",  "/",  "%",  "!",  "?", ":",
                                             ".",  ",",  "(",  ")",  "[",  "]"};
    for (const std::string_view symbol : kSymbols) {
      if (!source_.substr(at_).starts_with(symbol)) continue;
      token.text = symbol;
      at_ += symbol.size();
      return std::nullopt;
    }
    const auto fail = [&](std::string sentence, std::string hint) {
      return Diagnostic{kSyntax, token.offset, std::move(sentence), std::move(hint)};
    };
    switch (Peek()) {
      case '=':
        return fail("a single = means nothing here", "write == to compare");
      case '&':
        return fail("a single & means nothing here", "write && for 'and'");
      case '|':
        return fail("a single | means nothing here", "write || for 'or'");
      default:
        break;
    }
    size_t end = at_ + 1;
    while (end < source_.size() && (static_cast<unsigned char>(source_[end]) & 0xC0) == 0x80) ++end;
    return fail("'" + std::string(source_.substr(at_, end - at_)) + "' means nothing here", "");
  }

  const std::string_view source_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::variant<std::vector<Token>, Diagnostic> Lex(std::string_view source) {
  return Lexer(source).Run();
}

}  // namespace vg::expression
