#include "services/survey/api/field_rules.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;
using google::protobuf::RepeatedPtrField;

constexpr size_t kMaxIdLength = 63;
constexpr size_t kMaxTokenLength = 64;
constexpr size_t kMaxTextLength = 10'000;
constexpr size_t kMaxNumberLength = 40;
constexpr int kMaxOptions = 200;
constexpr size_t kMaxRows = 100;
constexpr int kMaxInstances = 50;
constexpr int kMaxAnswersOfInstance = 50;

// Octets are at least as many as characters.
bool IsText(std::string_view text, size_t most) {
  return text.size() <= most && text.find('\0') == std::string_view::npos;
}

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Optional minus, digits, optionally a point and digits.
bool IsDecimal(std::string_view text) {
  if (text.size() > kMaxNumberLength) return false;
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (whole.empty() || !std::all_of(whole.begin(), whole.end(), IsDigit)) return false;
  if (point == std::string_view::npos) return true;
  const std::string_view decimals = text.substr(point + 1);
  return !decimals.empty() && std::all_of(decimals.begin(), decimals.end(), IsDigit);
}

bool IsReason(std::string_view reason) {
  if (reason.empty()) return true;
  return reason.size() <= kMaxIdLength &&
         absl::ascii_islower(static_cast<unsigned char>(reason[0])) &&
         std::all_of(reason.begin(), reason.end(), [](char c) {
           return absl::ascii_islower(static_cast<unsigned char>(c)) || IsDigit(c) || c == '_';
         });
}

bool AreOptions(const v1::OptionList& list) {
  return list.options_size() <= kMaxOptions &&
         std::all_of(list.options().begin(), list.options().end(),
                     [](const std::string& option) { return IsText(option, kMaxIdLength); });
}

bool AreRows(const v1::MatrixAnswer& matrix) {
  return matrix.rows().size() <= kMaxRows &&
         std::all_of(matrix.rows().begin(), matrix.rows().end(), [](const auto& row) {
           return IsText(row.first, kMaxIdLength) && IsText(row.second, kMaxIdLength);
         });
}

bool AreAnswers(const RepeatedPtrField<v1::Answer>& answers);

bool AreInstances(const v1::RepeatAnswer& repeat) {
  return repeat.instances_size() <= kMaxInstances &&
         std::all_of(repeat.instances().begin(), repeat.instances().end(),
                     [](const v1::RepeatInstance& instance) {
                       return instance.answers_size() <= kMaxAnswersOfInstance &&
                              AreAnswers(instance.answers());
                     });
}

bool IsValue(const v1::Answer& answer) {
  switch (answer.value_case()) {
    case v1::Answer::kChoice:
      return IsText(answer.choice(), kMaxIdLength);
    case v1::Answer::kChoices:
      return AreOptions(answer.choices());
    case v1::Answer::kNumber:
      return IsDecimal(answer.number().value());
    case v1::Answer::kText:
      return IsText(answer.text(), kMaxTextLength);
    case v1::Answer::kMatrix:
      return AreRows(answer.matrix());
    case v1::Answer::kRanking:
      return AreOptions(answer.ranking());
    case v1::Answer::kRepeat:
      return AreInstances(answer.repeat());
    case v1::Answer::kNotApplicable:
      return IsReason(answer.not_applicable().reason());
    case v1::Answer::kDate:
    case v1::Answer::VALUE_NOT_SET:
      break;
  }
  return true;
}

bool AreAnswers(const RepeatedPtrField<v1::Answer>& answers) {
  return std::all_of(answers.begin(), answers.end(), [](const v1::Answer& answer) {
    return !answer.question().empty() && IsText(answer.question(), kMaxIdLength) && IsValue(answer);
  });
}

}  // namespace

bool MayBreakFieldRules(const v1::Response& response) {
  return !AreAnswers(response.answers()) || !IsText(response.invitation_token(), kMaxTokenLength) ||
         response.expected_revision() < 0;
}

}  // namespace vg::survey
