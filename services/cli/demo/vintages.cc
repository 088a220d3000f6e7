#include "services/cli/demo/vintages.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/time/clock.h"

namespace vg::cli {
namespace {

constexpr const char* kRegister = "vestigingen-bo-";
constexpr const char* kOthers[] = {"vestigingen-vo-", "leerlingen-po-", "leerlingen-vo-",
                                   "achterstandsscores-", "gemeenten-"};

// The year in "leerlingen-po-per-vestiging-2019.csv"; 0 if there is none.
int YearOf(const std::string& name) {
  for (size_t i = 0; i + 4 <= name.size(); ++i) {
    int year = 0;
    if (absl::StartsWith(name.substr(i), "20") && absl::SimpleAtoi(name.substr(i, 4), &year)) {
      return year;
    }
  }
  return 0;
}

std::vector<std::filesystem::path> CsvFiles(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file() && entry.path().extension() == ".csv") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

absl::StatusOr<std::vector<Vintage>> FindVintages(const std::string& folder) {
  std::vector<Vintage> vintages;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_directory() || !ParseDay(name).ok()) continue;
    Vintage vintage{name, {}};
    for (const auto& file : CsvFiles(entry.path())) vintage.files.push_back(file.string());
    if (!vintage.files.empty()) vintages.push_back(std::move(vintage));
  }
  const auto by_date = [](const Vintage& a, const Vintage& b) {
    return a.count_date < b.count_date;
  };
  if (!vintages.empty()) {
    std::sort(vintages.begin(), vintages.end(), by_date);
    return vintages;
  }

  std::map<std::string, std::map<int, std::string>> by_kind;
  for (const auto& file : CsvFiles(folder)) {
    const std::string name = file.filename().string();
    for (const char* kind : kOthers) {
      if (absl::StartsWith(name, kind)) by_kind[kind][YearOf(name)] = file.string();
    }
    if (absl::StartsWith(name, kRegister)) {
      vintages.push_back({absl::StrCat(YearOf(name), "-10-01"), {file.string()}});
    }
  }
  if (vintages.empty()) {
    return Error(absl::StatusCode::kNotFound, "NO_DATA",
                 absl::StrCat(folder, " holds neither folders named by count date nor DUO's ",
                              kRegister, "*.csv"));
  }
  for (Vintage& vintage : vintages) {
    const int year = YearOf(vintage.count_date);
    for (const auto& [kind, files] : by_kind) {
      auto newest = files.upper_bound(year);
      if (newest != files.begin()) --newest;
      vintage.files.push_back(newest->second);
    }
  }
  std::sort(vintages.begin(), vintages.end(), by_date);
  return vintages;
}

}  // namespace vg::cli
