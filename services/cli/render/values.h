// Values of the API as people read them. The command speaks English.

#ifndef VG_SERVICES_CLI_RENDER_VALUES_H_
#define VG_SERVICES_CLI_RENDER_VALUES_H_

#include <cstdint>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/type/date.pb.h"
#include "google/type/money.pb.h"

#include "voortgang/type/v1/count.pb.h"
#include "voortgang/type/v1/localized_text.pb.h"

namespace vg::cli {

std::string Number(int64_t value);                     // "8,711"
std::string Amount(const google::type::Money& money);  // "€ 1,402.31"
std::string Day(const google::type::Date& date);       // "2021-10-01"
std::string Text(const voortgang::type::v1::LocalizedText& text);
std::string CountText(const voortgang::type::v1::Count& count);  // "231", "suppressed"
// "0.6412" as "64.1%".
std::string Percent(const std::string& share);

// A question with its repeat instance: "pupils 2"; instance 0 is none.
std::string QuestionText(const std::string& question, int instance);

// The short lower-case name of an enum's value: "half even" for ROUNDING_RULE_HALF_EVEN.
std::string EnumText(const google::protobuf::EnumDescriptor* type, int value);
template <typename E>
std::string EnumText(E value) {
  return EnumText(google::protobuf::GetEnumDescriptor<E>(), value);
}

// An enum's value by its short or full name, or -1: for the command line.
int EnumValue(const google::protobuf::EnumDescriptor* type, std::string_view name);

// "2021-10-01" into a date; false if it is none.
bool ParseDate(const std::string& text, google::type::Date* date);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_VALUES_H_
