#include "services/survey/forms/form_types.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

#include "common/status/absl_view.h"

namespace vg::survey {
namespace {

constexpr std::string_view kMetadata[] = {
    "start",        "end",         "today",        "deviceid",       "subscriberid",
    "simserial",    "phonenumber", "username",     "email",          "audit",
    "hidden",       "device_id",   "phone_number", "start-geopoint", "note",
    "xml-external", "csv-external"};

}  // namespace

FormType ReadFormType(std::string_view text) {
  std::vector<std::string> words =
      absl::StrSplit(absl::AsciiStrToLower(Av(text)), ' ', absl::SkipEmpty());
  // Names of lists keep their case.
  const std::vector<std::string> written = absl::StrSplit(Av(text), ' ', absl::SkipEmpty());
  FormType type;
  if (words.empty()) return type;
  size_t next = 1;
  type.word = words[0];
  if (words.size() > 1 && (type.word == "begin" || type.word == "end" || type.word == "select")) {
    type.word += "_" + words[1];
    next = 2;
  }
  if (type.word == "int") type.word = "integer";
  if (type.word == "string") type.word = "text";
  if (type.word == "select1") type.word = "select_one";
  if (type.word == "select_multiple" || type.word == "select_one" || type.word == "rank") {
    if (next < words.size()) type.list = written[next++];
    type.or_other = next < words.size() && words[next] == "or_other";
  }
  return type;
}

bool SaysYes(std::string_view text) {
  const std::string lower = absl::AsciiStrToLower(Av(text));
  return lower == "yes" || lower == "true" || lower == "true()" || lower == "1" || lower == "ja";
}

bool SaysNo(std::string_view text) {
  const std::string lower = absl::AsciiStrToLower(Av(text));
  return lower.empty() || lower == "no" || lower == "false" || lower == "false()" || lower == "0" ||
         lower == "nee";
}

bool IsMetadata(std::string_view word) {
  return std::find(std::begin(kMetadata), std::end(kMetadata), word) != std::end(kMetadata);
}

}  // namespace vg::survey
