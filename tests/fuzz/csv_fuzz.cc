// Any bytes, in any pieces: never a crash, and the same rows whatever the pieces.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "common/text/csv.h"

namespace {

std::vector<std::string> Read(std::string_view text, const vg::CsvOptions& options, size_t piece) {
  std::vector<std::string> seen;
  vg::CsvParser parser(options, {.on_header = {},
                                 .on_row =
                                     [&](const vg::CsvRow& row) {
                                       std::string line = std::to_string(row.line);
                                       for (const std::string_view cell : row.cells) {
                                         if (!vg::IsUtf8(cell)) std::abort();
                                         line.append("|").append(cell);
                                       }
                                       seen.push_back(std::move(line));
                                       return absl::OkStatus();
                                     },
                                 .on_problem =
                                     [&](const vg::CsvProblem& problem) {
                                       seen.push_back(problem.sentence);
                                       return absl::OkStatus();
                                     }});
  for (size_t at = 0; at < text.size(); at += piece) {
    if (!parser.Feed(text.substr(at, piece)).ok()) break;
  }
  seen.emplace_back(parser.Finish().message());
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  vg::CsvOptions options;
  options.header = (data[0] & 1) != 0;
  options.trim = (data[0] & 2) != 0;
  options.skip_empty_rows = (data[0] & 4) != 0;
  options.max_row_bytes = (data[0] & 8) != 0 ? 64 : 1 << 20;
  options.max_cells = (data[0] & 16) != 0 ? 3 : 4096;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const size_t piece = data[1] + size_t{1};
  if (Read(text, options, size) != Read(text, options, piece)) std::abort();
  return 0;
}
