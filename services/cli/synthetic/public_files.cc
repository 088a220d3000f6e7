#include "services/cli/synthetic/public_files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <initializer_list>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "services/cli/synthetic/random.h"

namespace vg::synthetic {
namespace {

// UTF-8 to Windows-1252, for the letters that the made-up names use.
std::string ToWindows1252(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80) {
      out += utf8[i++];
    } else if (lead == 0xc2 || lead == 0xc3) {  // U+0080 to U+00FF: Latin-1.
      out += static_cast<char>((lead & 0x03) << 6 | (utf8[i + 1] & 0x3f));
      i += 2;
    } else {  // The right single quotation mark, the one other character in use.
      out += static_cast<char>(0x92);
      i += 3;
    }
  }
  return out;
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

// A file of cells separated by semicolons, as DUO writes them.
class DuoFile {
 public:
  void Row(std::initializer_list<std::string_view> cells) {
    bool first = true;
    for (const std::string_view cell : cells) {
      if (!first) out_ += ';';
      first = false;
      if (cell.find_first_of(";\"") == std::string_view::npos) {
        out_.append(cell);
        continue;
      }
      out_ += '"';
      for (const char c : cell) {
        if (c == '"') out_ += '"';
        out_ += c;
      }
      out_ += '"';
    }
    out_.append("\r\n");
  }
  std::string Windows1252() const { return ToWindows1252(out_); }

 private:
  std::string out_;
};

const Province& ProvinceOf(const Population& population, const Branch& branch) {
  return kProvinces[population.municipalities[branch.municipality].province];
}

std::string Count(int64_t count) { return count > 0 && count < 5 ? "<5" : absl::StrCat(count); }

// "33,02"; DUO and CBS leave the zero before a decimal comma out.
std::string Score(int64_t hundredths) {
  if (hundredths == 0) return "0";
  const std::string whole = hundredths < 100 ? "" : absl::StrCat(hundredths / 100);
  return absl::StrFormat("%s,%02d", whole, hundredths % 100);
}

std::string Register(const Population& population, bool secondary) {
  DuoFile file;
  if (secondary) {
    file.Row({"PROVINCIE", "BEVOEGD GEZAG NUMMER", "BRIN NUMMER", "VESTIGINGSNUMMER",
              "VESTIGINGSNAAM", "STRAATNAAM", "HUISNUMMER-TOEVOEGING", "POSTCODE", "PLAATSNAAM",
              "GEMEENTENUMMER", "GEMEENTENAAM", "DENOMINATIE", "TELEFOONNUMMER", "INTERNETADRES",
              "ONDERWIJSSTRUCTUUR"});
  } else {
    file.Row({"PROVINCIE", "BEVOEGD GEZAG NUMMER", "BRIN NUMMER", "VESTIGINGSNUMMER",
              "VESTIGINGSNAAM", "STRAATNAAM", "HUISNUMMER-TOEVOEGING", "POSTCODE", "PLAATSNAAM",
              "GEMEENTENUMMER", "GEMEENTENAAM", "DENOMINATIE", "TELEFOONNUMMER", "INTERNETADRES"});
  }
  for (const Branch& branch : population.branches) {
    if (branch.kind != (secondary ? Kind::kSecondary : Kind::kPrimary)) continue;
    const Municipality& municipality = population.municipalities[branch.municipality];
    const std::string town = Upper(municipality.title);
    const std::string house = absl::StrCat(branch.house_number);
    const std::string code = branch.Code();
    const char* province = ProvinceOf(population, branch).title;
    // The registers leave phone numbers and addresses blank, padded as DUO does.
    if (secondary) {
      file.Row({province, branch.board, branch.institution, code, branch.title, branch.street,
                house, branch.postcode, town, municipality.code, town, branch.denomination,
                "          ", "   ", branch.structure});
    } else {
      file.Row({province, branch.board, branch.institution, code, branch.title, branch.street,
                house, branch.postcode, town, municipality.code, town, branch.denomination,
                "          ", "   "});
    }
  }
  return file.Windows1252();
}

std::string PrimaryPupils(const Population& population) {
  DuoFile file;
  file.Row({"PEILDATUM", "BRIN_NUMMER", "VESTIGINGSNUMMER", "INSTELLINGSNAAM_VESTIGING",
            "POSTCODE_VESTIGING", "PLAATSNAAM", "GEMEENTENUMMER", "GEMEENTENAAM", "PROVINCIE",
            "SOORT_PO", "DENOMINATIE_VESTIGING", "BEVOEGD_GEZAG_NUMMER", "AFSTAND", "LEERLINGEN"});
  const std::string day = absl::StrCat(population.count_year, "1001");
  for (const Branch& branch : population.branches) {
    if (branch.kind == Kind::kSecondary) continue;
    const Municipality& municipality = population.municipalities[branch.municipality];
    int code = 0;
    const bool numeric = absl::SimpleAtoi(municipality.code, &code);
    const std::string town = Upper(municipality.title);
    std::string postcode = branch.postcode;
    postcode.erase(4, 1);
    const auto row = [&](std::string_view type, int64_t pupils) {
      if (pupils == 0) return;
      file.Row({day, branch.institution, absl::StrFormat("%02d", branch.number), branch.title,
                postcode, town, numeric ? absl::StrCat(code) : municipality.code,
                municipality.title, ProvinceOf(population, branch).title, type, branch.denomination,
                branch.board, absl::StrCat(pupils * 7, ",25"), Count(pupils)});
    };
    switch (branch.kind) {
      case Kind::kPrimary:
        row("Bo", branch.pupils);
        break;
      case Kind::kSpecialPrimary:
        row("Sbo", branch.pupils);
        break;
      default:
        row("So", branch.pupils);
        row("Vso", branch.pupils_vso);
    }
  }
  return file.Windows1252();
}

// The parts of a secondary branch by type of education, and the years that each covers.
struct Track {
  const char* title;
  const char* element;
  int first_year, last_year;
};
constexpr Track kBridge = {"Brugjaar 1-2", "0024", 1, 2};
constexpr Track kPractical = {"Praktijkonderwijs alle vj", "0090", 1, 5};
constexpr Track kBasic = {"VMBO BL lj 3-4", "4011", 3, 4};
constexpr Track kVocational = {"VMBO KL lj 3-4", "4021", 3, 4};
constexpr Track kTheoretical = {"VMBO TL lj 3-4", "4041", 3, 4};
constexpr Track kGeneral = {"HAVO lj 4-5", "0373", 4, 5};
constexpr Track kPreUniversity = {"VWO lj 4-6", "0473", 4, 6};

std::vector<Track> TracksOf(std::string_view structure) {
  if (structure == "PRO") return {kPractical};
  if (structure == "VBO") return {kBridge, kBasic, kVocational};
  if (structure == "MAVO/HAVO") return {kBridge, kTheoretical, kGeneral};
  if (structure == "HAVO/VWO") return {kBridge, kGeneral, kPreUniversity};
  if (structure == "VWO") return {kBridge, kPreUniversity};
  return {kBridge, kBasic, kVocational, kTheoretical, kGeneral, kPreUniversity};
}

std::string SecondaryPupils(const Population& population, uint64_t seed) {
  std::string out =
      "BRIN NUMMER;VESTIGINGSNUMMER;INSTELLINGSNAAM VESTIGING;PLAATSNAAM VESTIGING;PROVINCIE "
      "VESTIGING;ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR;VMBO "
      "SECTOR;AFDELING;ELEMENTCODE;OPLEIDINGSNAAM";
  for (int year = 1; year <= 6; ++year) {
    absl::StrAppend(&out, ";LEER- OF VERBLIJFSJAAR ", year, " - MAN;LEER- OF VERBLIJFSJAAR ", year,
                    " - VROUW");
  }
  out.append("\r\n");
  for (const Branch& branch : population.branches) {
    if (branch.kind != Kind::kSecondary) continue;
    Random random(seed, branch.Code(), "tracks");
    const std::vector<Track> tracks = TracksOf(branch.structure);
    int64_t left = branch.pupils;
    for (size_t i = 0; i < tracks.size(); ++i) {
      const Track& track = tracks[i];
      const int64_t share =
          i + 1 == tracks.size() ? left : left / static_cast<int64_t>(tracks.size() - i) * 9 / 10;
      left -= share;
      std::array<int64_t, 12> cells{};
      const int64_t years = track.last_year - track.first_year + 1;
      for (int64_t year = 0; year < years; ++year) {
        const int64_t pupils = year + 1 == years ? share - share / years * year : share / years;
        const int64_t boys = pupils / 2 + random.Between(-1, 1) * (pupils / 10);
        const size_t cell = static_cast<size_t>(track.first_year - 1 + year) * 2;
        cells[cell] = boys;
        cells[cell + 1] = pupils - boys;
      }
      absl::StrAppend(&out, branch.institution, ";", absl::StrFormat("%02d", branch.number), ";");
      absl::StrAppend(&out, branch.title, ";",
                      Upper(population.municipalities[branch.municipality].title), ";",
                      ProvinceOf(population, branch).title, ";", track.title, ";N.v.t.;N.v.t.;",
                      track.element, ";", track.title);
      for (const int64_t cell : cells) absl::StrAppend(&out, ";", cell);
      out.append("\r\n");
    }
  }
  return ToWindows1252(out);
}

std::string Scores(const Population& population) {
  std::string out = "vestiging;bekostigde_leerlingen;achterstandsscore\r\n";
  for (const Branch& branch : population.branches) {
    if (branch.kind != Kind::kPrimary && branch.kind != Kind::kSecondary) continue;
    absl::StrAppend(&out, branch.Code(), ";", branch.pupils, ";", Score(branch.score_hundredths),
                    "\r\n");
  }
  return out;
}

std::string Municipalities(const Population& population) {
  std::string out =
      "Gemeentecode,GemeentecodeGM,Gemeentenaam,Provinciecode,ProvinciecodePV,Provincienaam\n";
  for (const Municipality& municipality : population.municipalities) {
    const Province& province = kProvinces[municipality.province];
    absl::StrAppend(&out, municipality.code, ",GM", municipality.code, ",", municipality.title, ",",
                    province.code, ",PV", province.code, ",", province.title, "\n");
  }
  return out;
}

std::string KeyFigures(const Population& population) {
  std::string out = "GM_CODE,GM_NAAM,H2O,AANT_INW,JAAR\n";
  for (const Municipality& municipality : population.municipalities) {
    absl::StrAppend(&out, "GM", municipality.code, ",", municipality.title, ",NEE,\"",
                    municipality.population, "\",\"", population.count_year, "\"\n");
  }
  return out;
}

// The scores of municipalities, in the suite's own plain layout: CBS publishes them as a workbook.
// Small towns may be below zero, as in the statutory formula.
std::string MunicipalScores(const Population& population, uint64_t seed) {
  std::string out = "municipality;title;disadvantage_score\n";
  for (const Municipality& municipality : population.municipalities) {
    Random random(seed, municipality.code, "municipal score");
    const int64_t hundredths =
        municipality.population * random.Between(1, 6) - random.Between(0, 60'000);
    absl::StrAppend(
        &out, "GM", municipality.code, ";", municipality.title, ";", hundredths < 0 ? "-" : "",
        absl::StrFormat("%d,%02d", std::abs(hundredths) / 100, std::abs(hundredths) % 100), "\n");
  }
  return out;
}

}  // namespace

std::vector<PublicFile> PublicFiles(const Population& population, uint64_t seed) {
  const std::string year = absl::StrCat(population.count_year);
  return {
      {absl::StrCat("gemeenten-", year, ".csv"), Municipalities(population)},
      {absl::StrCat("gemeenten-kerncijfers-", year, ".csv"), KeyFigures(population)},
      {absl::StrCat("vestigingen-bo-", year, ".csv"), Register(population, false)},
      {absl::StrCat("vestigingen-vo-", year, ".csv"), Register(population, true)},
      {absl::StrCat("leerlingen-po-per-vestiging-", year, ".csv"), PrimaryPupils(population)},
      {absl::StrCat("leerlingen-vo-per-vestiging-naar-onderwijstype-", year, ".csv"),
       SecondaryPupils(population, seed)},
      {absl::StrCat("achterstandsscores-", year, ".csv"), Scores(population)},
      {absl::StrCat("scores-gemeenten-", year, ".csv"), MunicipalScores(population, seed)},
  };
}

}  // namespace vg::synthetic
