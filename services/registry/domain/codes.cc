#include "services/registry/domain/codes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/text/encoding.h"
#include "services/registry/domain/fold.h"

namespace vg::registry {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// `digits` with leading zeros up to `width`; empty if it is not 1 to `width` digits.
std::optional<std::string> Padded(std::string_view digits, size_t width) {
  if (!AllDigits(digits) || digits.size() > width) return std::nullopt;
  return std::string(width - digits.size(), '0') + std::string(digits);
}

bool IsInstitution(std::string_view text) {
  return text.size() == 4 && IsDigit(text[0]) && IsDigit(text[1]) && IsLetter(text[2]) &&
         IsLetter(text[3]);
}

std::string Uppercase(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), Upper);
  return upper;
}

struct Province {
  std::string_view code;
  std::string_view name;
  std::string_view alias;
};
constexpr std::array<Province, 12> kProvinces = {{{"20", "Groningen", ""},
                                                  {"21", "Fryslân", "friesland"},
                                                  {"22", "Drenthe", ""},
                                                  {"23", "Overijssel", ""},
                                                  {"24", "Flevoland", ""},
                                                  {"25", "Gelderland", ""},
                                                  {"26", "Utrecht", ""},
                                                  {"27", "Noord-Holland", "noord holland"},
                                                  {"28", "Zuid-Holland", "zuid holland"},
                                                  {"29", "Zeeland", ""},
                                                  {"30", "Noord-Brabant", "noord brabant"},
                                                  {"31", "Limburg", ""}}};

}  // namespace

std::optional<std::string> ParseBranchCode(std::string_view institution, std::string_view branch) {
  if (!institution.empty() && !IsInstitution(institution)) return std::nullopt;
  if (branch.size() == 6 && IsInstitution(branch.substr(0, 4)) && AllDigits(branch.substr(4))) {
    std::string code = Uppercase(branch);
    if (!institution.empty() && !code.starts_with(Uppercase(institution))) return std::nullopt;
    return code;
  }
  const std::optional<std::string> suffix = Padded(branch, 2);
  if (!suffix.has_value() || institution.empty()) return std::nullopt;
  return Uppercase(institution) + *suffix;
}

std::optional<std::string> ParseMunicipalityCode(std::string_view text) {
  if (text.starts_with("GM") || text.starts_with("gm")) text.remove_prefix(2);
  const std::optional<std::string> digits = Padded(Trim(text), 4);
  if (!digits.has_value() || *digits == "0000") return std::nullopt;
  return "GM" + *digits;
}

std::optional<std::string> ParseBoardNumber(std::string_view text) {
  std::optional<std::string> number = Padded(text, 5);
  if (number == "00000") return std::nullopt;
  return number;
}

std::optional<std::string> ParsePostcode(std::string_view text) {
  if (text.size() != 6 && text.size() != 7) return std::nullopt;
  if (text.size() == 7 && text[4] != ' ') return std::nullopt;
  const std::string_view letters = text.substr(text.size() - 2);
  if (!AllDigits(text.substr(0, 4)) || text[0] == '0' || !IsLetter(letters[0]) ||
      !IsLetter(letters[1])) {
    return std::nullopt;
  }
  return std::string(text.substr(0, 4)) + Uppercase(letters);
}

std::optional<std::string> CanonicalProvince(std::string_view text) {
  const std::string folded = FoldCase(Trim(text));
  const std::string_view code =
      folded.starts_with("pv") ? std::string_view(folded).substr(2) : std::string_view(folded);
  for (const Province& province : kProvinces) {
    if (folded == FoldCase(province.name) || code == province.code ||
        (!province.alias.empty() && folded == province.alias)) {
      return std::string(province.name);
    }
  }
  return std::nullopt;
}

std::optional<Sector> ParseSector(std::string_view text) {
  static constexpr std::pair<std::string_view, Sector> kSectors[] = {
      {"primary", Sector::kPrimary},     {"po", Sector::kPrimary},
      {"secondary", Sector::kSecondary}, {"vo", Sector::kSecondary},
      {"special", Sector::kSpecial},     {"(v)so", Sector::kSpecial},
      {"so", Sector::kSpecial},
  };
  const std::string folded = FoldCase(text);
  for (const auto& [name, sector] : kSectors) {
    if (folded == name) return sector;
  }
  return std::nullopt;
}

std::optional<SchoolType> ParsePrimaryType(std::string_view text) {
  const std::string folded = FoldCase(text);
  if (folded == "bo") return SchoolType::kBo;
  if (folded == "sbo") return SchoolType::kSbo;
  if (folded == "so") return SchoolType::kSo;
  if (folded == "vso") return SchoolType::kVso;
  return std::nullopt;
}

std::optional<SchoolType> ParseSecondaryType(std::string_view text) {
  const std::string name = FoldCase(text);
  // Before the tracks: "HAVO uitbest. aan VAVO" is a track as well.
  if (name.find("vavo") != std::string::npos) return SchoolType::kVavo;
  static constexpr std::pair<std::string_view, SchoolType> kPrefixes[] = {
      {"praktijkonderwijs", SchoolType::kPro},
      {"vmbo bl", SchoolType::kVboUpper},
      {"vmbo kl", SchoolType::kVboUpper},
      {"vmbo bb", SchoolType::kVboUpper},
      {"vmbo kb", SchoolType::kVboUpper},
      {"brugjaar", SchoolType::kVo},
      {"vmbo gl", SchoolType::kVo},
      {"vmbo tl", SchoolType::kVo},
      {"vmbo gt", SchoolType::kVo},
      {"havo", SchoolType::kVo},
      {"vwo", SchoolType::kVo},
      {"int. bacc", SchoolType::kVo},  // DUO writes "Int. Baccelaureaat".
      {"internationaal bacc", SchoolType::kVo},
      {"engelse stroom", SchoolType::kVo},
      {"european", SchoolType::kVo},
  };
  for (const auto& [prefix, type] : kPrefixes) {
    if (name.starts_with(prefix)) return type;
  }
  return std::nullopt;
}

}  // namespace vg::registry
