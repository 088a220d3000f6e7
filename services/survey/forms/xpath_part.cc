#include "services/survey/forms/xpath_part.h"

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::survey {

XCondition And(const XCondition& a, const XCondition& b) {
  if (a.always() || b.never() || a.text_ == b.text_) return b;
  if (b.always() || a.never()) return a;
  return {absl::StrCat(a.At(XCondition::kAnd), " and ", b.At(XCondition::kEquality)),
          XCondition::kAnd};
}

XCondition Or(const XCondition& a, const XCondition& b) {
  if (a.never() || b.always() || a.text_ == b.text_) return b;
  if (b.never() || a.always()) return a;
  return {absl::StrCat(a.At(XCondition::kOr), " or ", b.At(XCondition::kAnd)), XCondition::kOr};
}

XCondition Not(const XCondition& a) {
  if (a.always()) return XCondition::Never();
  if (a.never()) return XCondition::Always();
  return {absl::StrCat("not(", a.text_, ")"), XCondition::kPrimary};
}

XPart Total(XCondition holds) {
  XPart part{XPart::Kind::kBool};
  part.fails = Not(holds);
  part.holds = std::move(holds);
  return part;
}

XPart Guarded(const XCondition& present, const XCondition& holds) {
  XPart part{XPart::Kind::kBool};
  part.holds = And(present, holds);
  part.fails = And(present, Not(holds));
  part.present = present;
  return part;
}

std::optional<std::string> XQuoted(std::string_view text) {
  const char quote = text.find('\'') == std::string_view::npos ? '\'' : '"';
  if (text.find(quote) != std::string_view::npos) return std::nullopt;
  return absl::StrCat(std::string(1, quote), Av(text), std::string(1, quote));
}

}  // namespace vg::survey
