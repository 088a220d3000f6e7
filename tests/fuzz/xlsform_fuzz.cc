// Any bytes as a form: a questionnaire and notes, or a refusal; never a crash. What is read without
// faults can be published, and what is written of it without faults is read again without faults,
// unless it has grown beyond a limit. A first byte below 128 makes the
// rest a form of tab-separated cells, so that expressions and rows are reached without a valid
// container.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/forms/form_table.h"
#include "services/survey/forms/form_writer.h"
#include "services/survey/forms/xlsform.h"

namespace {

bool IsAboutLimits(const vg::survey::FormNote& fault) {
  if (fault.reason == "TOO_LONG" || fault.reason == "TOO_DEEP") return true;
  for (const char* const words : {"too long", "nested deeper", "more than"}) {
    if (fault.message.find(words) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  vg::survey::ConvertedForm form;
  if (data[0] >= 128) {
    auto read = vg::survey::ReadXlsForm(text, vg::survey::Role::kSchoolLeader);
    if (!read.ok()) return 0;
    form = *std::move(read);
  } else {
    std::vector<vg::survey::Sheet> sheets(1);
    sheets[0].name = "survey";
    std::vector<std::string> row;
    std::string cell;
    for (const char c : text) {
      if (c == '\x1d') {  // The next sheet.
        row.push_back(std::move(cell));
        sheets.back().rows.push_back(std::move(row));
        sheets.push_back({"choices", {}});
      } else if (c == '\n' || c == '\t') {
        row.push_back(std::move(cell));
        if (c == '\n') sheets.back().rows.push_back(std::move(row));
      } else {
        cell += c;
        continue;
      }
      cell.clear();
      if (c != '\t') row.clear();
    }
    sheets.back().rows.push_back({cell});
    form = vg::survey::ReadFormSheets(std::move(sheets), vg::survey::Role::kSchoolLeader);
  }
  if (!form.faults.empty()) return 0;
  const auto compiled = vg::survey::CompiledQuestionnaire::Compile(form.content);
  if (!compiled.ok()) std::abort();
  auto written = vg::survey::WriteForm(form.content, **compiled, "form", "1");
  if (!written.faults.empty()) return 0;
  const auto again =
      vg::survey::ReadFormSheets(std::move(written.sheets), vg::survey::Role::kSchoolLeader);
  for (const vg::survey::FormNote& fault : again.faults) {
    if (!IsAboutLimits(fault)) std::abort();
  }
  return 0;
}
