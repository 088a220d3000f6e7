#include "services/cli/render/values.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/numeric/exact.h"
#include "common/numeric/format.h"
#include "common/numeric/money.h"
#include "common/status/absl_view.h"
#include "common/time/clock.h"

namespace vg::cli {
namespace {

// "ROUNDING_RULE_" of enum RoundingRule: what all its values begin with.
std::string Prefix(const google::protobuf::EnumDescriptor* type) {
  const std::string& zero = type->value(0)->name();
  return zero.substr(0, zero.size() - std::string_view("UNSPECIFIED").size());
}

}  // namespace

std::string Number(int64_t value) { return FormatCount(value, Language::kEnglish); }

std::string QuestionText(const std::string& question, int instance) {
  return instance == 0 ? question : absl::StrCat(question, " ", instance);
}

std::string Amount(const google::type::Money& money) {
  if (money.currency_code().empty()) return "–";
  const absl::StatusOr<Money> amount =
      FromUnitsAndNanos(money.currency_code(), money.units(), money.nanos());
  return amount.ok() ? Format(*amount, Language::kEnglish) : money.ShortDebugString();
}

std::string Day(const google::type::Date& date) {
  return FormatDay(absl::CivilDay(date.year(), date.month(), date.day()));
}

std::string Text(const voortgang::type::v1::LocalizedText& text) {
  return text.en().empty() ? text.nl() : text.en();
}

std::string CountText(const voortgang::type::v1::Count& count) {
  if (count.state() == voortgang::type::v1::COUNT_STATE_KNOWN) return Number(count.value());
  return EnumText(count.state());
}

std::string Percent(const std::string& share) {
  const absl::StatusOr<Exact> value = Exact::FromDecimal(share);
  return value.ok() ? FormatPercentage(*value, 1, Language::kEnglish) : "–";
}

std::string EnumText(const google::protobuf::EnumDescriptor* type, int value) {
  const google::protobuf::EnumValueDescriptor* found = type->FindValueByNumber(value);
  if (found == nullptr) return absl::StrCat(value);
  return absl::StrReplaceAll(absl::AsciiStrToLower(found->name().substr(Prefix(type).size())),
                             {{"_", " "}});
}

int EnumValue(const google::protobuf::EnumDescriptor* type, std::string_view name) {
  std::string upper = absl::AsciiStrToUpper(Av(name));
  std::replace(upper.begin(), upper.end(), '-', '_');
  std::replace(upper.begin(), upper.end(), ' ', '_');
  for (const std::string& candidate : {upper, Prefix(type) + upper}) {
    if (const auto* found = type->FindValueByName(candidate)) return found->number();
  }
  return -1;
}

bool ParseDate(const std::string& text, google::type::Date* date) {
  const absl::StatusOr<absl::CivilDay> day = ParseDay(text);
  if (!day.ok()) return false;
  date->set_year(static_cast<int>(day->year()));
  date->set_month(day->month());
  date->set_day(day->day());
  return true;
}

}  // namespace vg::cli
