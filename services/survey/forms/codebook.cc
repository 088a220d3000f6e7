#include "services/survey/forms/codebook.h"

#include "absl/strings/str_cat.h"

namespace vg::survey {

std::string CsvNameOf(const CodebookSubject& subject, const DataFile& file) {
  if (file.group == nullptr) return absl::StrCat(subject.base, ".csv");
  return absl::StrCat(subject.base, "-", file.group->id, ".csv");
}

const std::string& LabelIn(const CodebookSubject& subject, const LocalizedText& text) {
  return subject.english && !text.en.empty() ? text.en : text.nl;
}

std::string LabelOf(const CodebookSubject& subject, const Variable& variable, size_t bytes) {
  const std::string& label = LabelIn(subject, variable.label);
  if (variable.unit.empty()) return OneLine(label, bytes);
  const std::string unit = OneLine(absl::StrCat(" (", variable.unit, ")"), bytes / 2);
  return absl::StrCat(OneLine(label, bytes - unit.size()), unit);
}

std::string OneLine(std::string_view text, size_t bytes) {
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  if (line.size() <= bytes) return line;
  size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  line.resize(end);
  return line;
}

}  // namespace vg::survey
