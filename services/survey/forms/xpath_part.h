// Parts of an expression of XLSForm that is being written. For xpath_writer.cc and its kin.

#ifndef VG_SERVICES_SURVEY_FORMS_XPATH_PART_H_
#define VG_SERVICES_SURVEY_FORMS_XPATH_PART_H_

#include <optional>
#include <string>
#include <string_view>

namespace vg::survey {

// A condition, as an expression of XLSForm that is true or false.
class XCondition {
 public:
  enum Level { kOr, kAnd, kEquality, kRelation, kSum, kProduct, kUnary, kPrimary };

  XCondition(std::string text, Level level) : text_(std::move(text)), level_(level) {}
  static XCondition Always() { return {"true()", kPrimary}; }
  static XCondition Never() { return {"false()", kPrimary}; }

  const std::string& text() const { return text_; }
  std::string At(Level level) const { return level_ < level ? "(" + text_ + ")" : text_; }
  bool always() const { return text_ == "true()"; }
  bool never() const { return text_ == "false()"; }

  friend XCondition And(const XCondition& a, const XCondition& b);
  friend XCondition Or(const XCondition& a, const XCondition& b);
  friend XCondition Not(const XCondition& a);

 private:
  std::string text_;
  Level level_;
};

XCondition And(const XCondition& a, const XCondition& b);
XCondition Or(const XCondition& a, const XCondition& b);
XCondition Not(const XCondition& a);

// What a part of a rule is in XLSForm.
struct XPart {
  enum class Kind { kBool, kNumber, kText, kDate, kChoices, kList };
  // What its text comes to where the part is absent.
  enum class WhenAbsent { kNothing, kZero, kEmpty, kSomething };

  Kind kind = Kind::kNumber;
  // Of a value: its text, how tightly that binds, and when it is there.
  std::string text;
  XCondition::Level level = XCondition::kPrimary;
  XCondition present = XCondition::Always();
  WhenAbsent when_absent = WhenAbsent::kNothing;
  std::optional<std::string> literal = {};  // The text of a literal.
  // Of a condition: when it holds and when it fails; neither where it comes to nothing.
  XCondition holds = XCondition::Never();
  XCondition fails = XCondition::Never();

  std::string At(XCondition::Level at) const { return level < at ? "(" + text + ")" : text; }
  bool optional() const { return !present.always(); }
  bool IsTextual() const { return kind == Kind::kText || kind == Kind::kDate; }
};

// Of a condition that never comes to nothing.
XPart Total(XCondition holds);
// Of one that comes to something where `present`.
XPart Guarded(const XCondition& present, const XCondition& holds);

// As a literal; nothing where it holds both kinds of quotes.
std::optional<std::string> XQuoted(std::string_view text);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_XPATH_PART_H_
