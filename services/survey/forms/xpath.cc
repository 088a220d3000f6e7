#include "services/survey/forms/xpath.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/status/absl_view.h"

namespace vg::survey {
namespace {

constexpr size_t kMostBytes = 4096;
constexpr int kMostDepth = 40;
constexpr size_t kShownBytes = 40;

bool StartsName(char c) { return absl::ascii_isalpha(c) || c == '_'; }
bool InName(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == ':'; }

// Recursive descent, a level of precedence each; after the first fault every function returns.
class Parser {
 public:
  explicit Parser(std::string source) : source_(std::move(source)) {}

  std::variant<XPathNode, ExpressionFault> Run() {
    if (source_.size() > kMostBytes) {
      return FaultAt(source_, 0, 0, absl::StrCat("it has more than ", kMostBytes, " bytes"));
    }
    XPathNode node = Operators(0);
    Skip();
    if (!fault_ && at_ < source_.size()) Fail(at_, "this is not expected here");
    if (fault_) return *std::move(fault_);
    return node;
  }

 private:
  using Kind = XPathNode::Kind;

  void Fail(size_t offset, std::string sentence) {
    if (!fault_) fault_ = FaultAt(source_, offset, source_.size(), std::move(sentence));
  }

  void Skip() {
    while (at_ < source_.size() && absl::ascii_isspace(source_[at_])) ++at_;
  }

  bool Sees(std::string_view text) const { return source_.compare(at_, text.size(), text) == 0; }

  bool Take(std::string_view text) {
    Skip();
    if (fault_ || !Sees(text)) return false;
    at_ += text.size();
    return true;
  }

  XPathNode Make(Kind kind, size_t offset, std::string text, std::vector<XPathNode> parts = {}) {
    return {kind, std::move(text), std::move(parts), offset, at_};
  }

  // The operator of `level` that comes next; empty if there is none.
  std::string_view TakeOperator(int level) {
    static constexpr std::string_view kLevels[][5] = {
        {"or"}, {"and"}, {"!=", "="}, {"<=", "<", ">=", ">"}, {"+", "-"}, {"*", "div", "mod"}};
    Skip();
    for (const std::string_view symbol : kLevels[level]) {
      if (symbol.empty() || !Sees(symbol)) continue;
      const size_t end = at_ + symbol.size();
      const bool word = absl::ascii_isalpha(symbol[0]);
      if (word && end < source_.size() && InName(source_[end])) continue;
      at_ = end;
      return symbol;
    }
    return {};
  }

  XPathNode Operators(int level) {
    if (level == 6) return Unary();
    XPathNode left = Operators(level + 1);
    while (!fault_) {
      const std::string_view symbol = TakeOperator(level);
      if (symbol.empty()) break;
      // A chain is a tree as deep as the chain is long.
      if (++operators_ > 500) {
        Fail(at_, "it has more than 500 operators");
        break;
      }
      std::vector<XPathNode> parts;
      const size_t offset = left.offset;
      parts.push_back(std::move(left));
      parts.push_back(Operators(level + 1));
      left = Make(Kind::kOperator, offset, std::string(symbol), std::move(parts));
    }
    return left;
  }

  XPathNode Unary() {
    Skip();
    const size_t offset = at_;
    if (++depth_ > kMostDepth) {
      Fail(offset, absl::StrCat("it is nested deeper than ", kMostDepth, " levels"));
    }
    XPathNode node;
    if (fault_) return node;
    if (Take("-")) {
      std::vector<XPathNode> parts;
      parts.push_back(Unary());
      node = Make(Kind::kNegative, offset, "-", std::move(parts));
    } else {
      node = Primary();
    }
    --depth_;
    return node;
  }

  XPathNode Primary() {
    Skip();
    const size_t offset = at_;
    if (at_ >= source_.size()) {
      Fail(offset, "it breaks off here");
      return {};
    }
    const char c = source_[at_];
    if (c == '(') {
      ++at_;
      XPathNode inner = Operators(0);
      if (!Take(")")) Fail(at_, "')' is expected here");
      inner.offset = offset;
      inner.end = at_;
      return inner;
    }
    if (c == '\'' || c == '"') {
      const size_t close = source_.find(c, at_ + 1);
      if (close == std::string::npos) {
        Fail(offset, "this text is not closed");
        return {};
      }
      std::string text = source_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
      return Make(Kind::kText, offset, std::move(text));
    }
    if (c == '$') return Braced();
    const bool digit_after = at_ + 1 < source_.size() && absl::ascii_isdigit(source_[at_ + 1]);
    if (absl::ascii_isdigit(c) || (c == '.' && digit_after)) return Number();
    if (Sees("current()/.") || Sees("./") || Sees("../") || c == '/') return Path();
    if (c == '.') {
      ++at_;
      if (Sees(".")) {
        ++at_;
        return Make(Kind::kName, offset, "..");
      }
      return Make(Kind::kSelf, offset, ".");
    }
    if (StartsName(c)) return NameOrCall();
    Fail(offset, "this is not expected here");
    return {};
  }

  XPathNode Braced() {
    const size_t offset = at_;
    const size_t close = source_.find('}', at_);
    if (!Sees("${") || close == std::string::npos) {
      Fail(offset, "a reference is written ${name}");
      return {};
    }
    const std::string name(Av(std::string_view(source_).substr(at_ + 2, close - at_ - 2)));
    at_ = close + 1;
    return Make(Kind::kReference, offset, std::string(absl::StripAsciiWhitespace(name)));
  }

  XPathNode Number() {
    const size_t offset = at_;
    bool point = false;
    while (at_ < source_.size() &&
           (absl::ascii_isdigit(source_[at_]) || (source_[at_] == '.' && !point))) {
      point = point || source_[at_] == '.';
      ++at_;
    }
    std::string text = source_.substr(offset, at_ - offset);
    if (text.front() == '.') text.insert(0, "0");
    if (text.back() == '.') text.pop_back();
    return Make(Kind::kNumber, offset, std::move(text));
  }

  // Of a path only the last step counts: names of questions are unique here.
  XPathNode Path() {
    const size_t offset = at_;
    if (Sees("current()")) at_ += 9;
    size_t start = at_;
    while (at_ < source_.size() &&
           (InName(source_[at_]) || source_[at_] == '/' || source_[at_] == '.')) {
      if (source_[at_] == '/') start = at_ + 1;
      ++at_;
    }
    std::string name = source_.substr(start, at_ - start);
    if (name.empty() || !StartsName(name[0])) {
      Fail(offset, "a path that does not end in a question has no counterpart");
      return {};
    }
    return Make(Kind::kReference, offset, std::move(name));
  }

  XPathNode NameOrCall() {
    const size_t offset = at_;
    while (at_ < source_.size() && InName(source_[at_])) ++at_;
    std::string name = source_.substr(offset, at_ - offset);
    if (!Take("(")) {
      XPathNode node = Make(Kind::kName, offset, std::move(name));
      node.end = offset + node.text.size();
      return node;
    }
    std::vector<XPathNode> parts;
    if (!Take(")")) {
      do {
        parts.push_back(Operators(0));
      } while (!fault_ && Take(","));
      if (!Take(")")) Fail(at_, "')' is expected here");
    }
    return Make(Kind::kCall, offset, std::move(name), std::move(parts));
  }

  const std::string source_;
  size_t at_ = 0;
  int depth_ = 0;
  int operators_ = 0;
  std::optional<ExpressionFault> fault_;
};

}  // namespace

std::string StraightQuotes(std::string_view source) {
  return absl::StrReplaceAll(Av(source), {{"‘", "'"}, {"’", "'"}, {"“", "\""}, {"”", "\""}});
}

std::variant<XPathNode, ExpressionFault> ParseXPath(std::string_view source) {
  return Parser(std::string(source)).Run();
}

ExpressionFault FaultAt(std::string_view source, size_t offset, size_t end, std::string sentence) {
  offset = std::min(offset, source.size());
  end = std::clamp(end, offset, source.size());
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  size_t cut = std::min(end, offset + kShownBytes);
  while (cut < end && !starts(source[cut])) ++cut;
  std::string part(source.substr(offset, cut - offset));
  if (cut < end) part += "…";
  const auto before = source.substr(0, offset);
  return {static_cast<int>(std::count_if(before.begin(), before.end(), starts)) + 1,
          std::move(part), std::move(sentence)};
}

}  // namespace vg::survey
