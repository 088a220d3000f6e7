#include "services/registry/domain/layout.h"

#include <algorithm>
#include <array>
#include <set>

#include "services/registry/domain/fold.h"
#include "services/registry/domain/school.h"

namespace vg::registry {
namespace {

constexpr bool kOptional = false;

std::vector<Column> BranchColumns(bool secondary) {
  return {
      {"PROVINCIE", {"PROVINCIE VESTIGING"}},
      {"BEVOEGD GEZAG NUMMER", {"BEVOEGDGEZAGNUMMER"}},
      {"BRIN NUMMER", {"INSTELLINGSCODE", "BRIN"}, kOptional},
      {"VESTIGINGSNUMMER", {"VESTIGINGSCODE"}},
      {"VESTIGINGSNAAM", {"INSTELLINGSNAAM VESTIGING"}},
      {"POSTCODE", {"POSTCODE VESTIGING"}},
      {"PLAATSNAAM", {"PLAATSNAAM VESTIGING"}},
      {"GEMEENTENUMMER", {"GEMEENTENUMMER VESTIGING"}},
      {"DENOMINATIE", {"DENOMINATIE VESTIGING"}, kOptional},
      {"ONDERWIJSSTRUCTUUR", {}, secondary},
      {"ONDERWIJSGEBIED NAAM", {}, kOptional},
      {"COROPGEBIED NAAM", {"COROP-GEBIED NAAM"}, kOptional},
      {"RMC-REGIO NAAM", {}, kOptional},
  };
}

std::vector<Column> SecondaryPupilColumns() {
  std::vector<Column> columns = {
      {"PEILDATUM", {"PEILDATUM LEERLINGEN"}, kOptional},
      {"BRIN NUMMER", {"INSTELLINGSCODE", "BRIN"}},
      {"VESTIGINGSNUMMER", {"VESTIGINGSCODE"}},
      {"ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR", {"ONDERWIJSTYPE VO"}},
      {"VMBO SECTOR", {}, kOptional},
      {"AFDELING", {}, kOptional},
      {"ELEMENTCODE", {}, kOptional},
      {"OPLEIDINGSNAAM", {}, kOptional},
  };
  static constexpr std::array<std::string_view, secondary_pupils::kYearCells> kYears = {
      "LEER- OF VERBLIJFSJAAR 1 - MAN", "LEER- OF VERBLIJFSJAAR 1 - VROUW",
      "LEER- OF VERBLIJFSJAAR 2 - MAN", "LEER- OF VERBLIJFSJAAR 2 - VROUW",
      "LEER- OF VERBLIJFSJAAR 3 - MAN", "LEER- OF VERBLIJFSJAAR 3 - VROUW",
      "LEER- OF VERBLIJFSJAAR 4 - MAN", "LEER- OF VERBLIJFSJAAR 4 - VROUW",
      "LEER- OF VERBLIJFSJAAR 5 - MAN", "LEER- OF VERBLIJFSJAAR 5 - VROUW",
      "LEER- OF VERBLIJFSJAAR 6 - MAN", "LEER- OF VERBLIJFSJAAR 6 - VROUW"};
  for (const std::string_view year : kYears) columns.push_back({year, {}});
  return columns;
}

std::vector<Column> PlainSchoolColumns() {
  std::vector<Column> columns = {
      {"school", {}},
      {"title", {}},
      {"sector", {}},
      {"municipality", {}},
      {"board", {}, kOptional},
      {"province", {}, kOptional},
      {"denomination", {}, kOptional},
      {"structure", {}, kOptional},
      {"place", {}, kOptional},
      {"postcode", {}, kOptional},
      {"disadvantage_score", {}, kOptional},
  };
  for (const std::string_view type : {"bo", "sbo", "so", "vso", "vo", "pro", "vbo_upper", "vavo"}) {
    columns.push_back({type, {}, kOptional});
  }
  return columns;
}

std::vector<Layout> MakeLayouts() {
  return {
      {SourceKind::kUnknown, "unknown", {}, {}, {}},
      {SourceKind::kDuoPrimaryBranches,
       "DUO register of primary branches",
       BranchColumns(/*secondary=*/false),
       {{"VESTIGINGSNAAM"}, {"VESTIGINGSNUMMER", "VESTIGINGSCODE"}, {"GEMEENTENUMMER"}},
       {"ONDERWIJSSTRUCTUUR", "SOORT PO", "ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR"}},
      {SourceKind::kDuoSecondaryBranches,
       "DUO register of secondary branches",
       BranchColumns(/*secondary=*/true),
       {{"VESTIGINGSNAAM"}, {"VESTIGINGSNUMMER", "VESTIGINGSCODE"}, {"ONDERWIJSSTRUCTUUR"}},
       {}},
      {SourceKind::kDuoPrimaryPupils,
       "DUO pupils per primary and special branch",
       {
           {"PEILDATUM", {"PEILDATUM LEERLINGEN"}, kOptional},
           {"BRIN NUMMER", {"INSTELLINGSCODE", "BRIN"}, kOptional},
           {"VESTIGINGSNUMMER", {"VESTIGINGSCODE"}},
           {"INSTELLINGSNAAM VESTIGING", {"VESTIGINGSNAAM"}},
           {"POSTCODE VESTIGING", {"POSTCODE"}, kOptional},
           {"PLAATSNAAM", {"PLAATSNAAM VESTIGING"}, kOptional},
           {"GEMEENTENUMMER", {"GEMEENTENUMMER VESTIGING"}},
           {"PROVINCIE", {"PROVINCIE VESTIGING"}, kOptional},
           {"SOORT PO", {}},
           {"DENOMINATIE VESTIGING", {"DENOMINATIE"}, kOptional},
           {"BEVOEGD GEZAG NUMMER", {"BEVOEGDGEZAGNUMMER"}},
           {"LEERLINGEN", {"AANTAL LEERLINGEN", "TOTAAL"}},
       },
       {{"SOORT PO"}, {"LEERLINGEN", "AANTAL LEERLINGEN", "TOTAAL"}},
       {"POSTCODE LEERLING", "TOTAAL ADVIES", "TOTAAL ADVIEZEN"}},
      {SourceKind::kDuoSecondaryPupils,
       "DUO pupils per secondary branch by type and year",
       SecondaryPupilColumns(),
       {{"ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR", "ONDERWIJSTYPE VO"},
        {"LEER- OF VERBLIJFSJAAR 1 - MAN"}},
       {}},
      {SourceKind::kCbsSchoolScores,
       "CBS disadvantage scores per branch",
       {{"vestiging", {"vestigingsnummer", "vestigingscode"}},
        {"achterstandsscore", {"score", "achterstandsscore vestiging"}}},
       {{"vestiging", "vestigingsnummer", "vestigingscode"},
        {"achterstandsscore", "achterstandsscore vestiging"}},
       {}},
      {SourceKind::kCbsMunicipalities,
       "CBS municipalities",
       {
           {"GemeentecodeGM", {"GM_CODE", "Gemeentecode"}},
           {"Gemeentenaam", {"GM_NAAM"}},
           {"Provincienaam", {}, kOptional},
           {"AANT_INW", {"Aantal inwoners", "Inwoners"}, kOptional},
           {"achterstandsscore", {}, kOptional},
           {"H2O", {"WATER"}, kOptional},
           {"STED", {"Stedelijkheid"}, kOptional},
           {"OAD", {"Omgevingsadressendichtheid"}, kOptional},
           {"AANTAL_HH", {"Aantal huishoudens"}, kOptional},
       },
       {{"GemeentecodeGM", "GM_CODE", "Gemeentecode"}, {"Gemeentenaam", "GM_NAAM"}},
       {"VESTIGINGSNUMMER", "VESTIGINGSCODE"}},
      {SourceKind::kPlainSchools,
       "plain schools",
       PlainSchoolColumns(),
       {{"school"}, {"sector"}, {"municipality"}},
       {}},
      {SourceKind::kPlainMunicipalities,
       "plain municipalities",
       {
           {"municipality", {}},
           {"title", {}},
           {"province", {}, kOptional},
           {"population", {}, kOptional},
           {"disadvantage_score", {}, kOptional},
       },
       {{"municipality"}, {"title"}},
       {"school"}},
  };
}

const std::vector<Layout>& Layouts() {
  static const auto& layouts = *new std::vector<Layout>(MakeLayouts());
  return layouts;
}

}  // namespace

const Layout& LayoutOf(SourceKind kind) { return Layouts()[static_cast<size_t>(kind)]; }

std::optional<SourceKind> SniffKind(std::span<const std::string> header) {
  std::set<std::string> names;
  for (const std::string& name : header) names.insert(NormalizeHeader(name));
  const auto has = [&](std::string_view name) { return names.contains(NormalizeHeader(name)); };
  for (const Layout& layout : Layouts()) {
    if (layout.marks.empty()) continue;
    const bool marked = std::all_of(
        layout.marks.begin(), layout.marks.end(),
        [&](const auto& group) { return std::any_of(group.begin(), group.end(), has); });
    if (marked && std::none_of(layout.foreign.begin(), layout.foreign.end(), has)) {
      return layout.kind;
    }
  }
  return std::nullopt;
}

std::vector<AttributeColumn> AttributeColumns(std::span<const std::string> header) {
  static constexpr std::string_view kPrefix = "attribute_";
  std::vector<AttributeColumn> found;
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string name = FoldCase(header[i]);
    if (name.starts_with(kPrefix) && name.size() > kPrefix.size()) {
      found.push_back({name.substr(kPrefix.size()), i});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const AttributeColumn& a, const AttributeColumn& b) { return a.name < b.name; });
  return found;
}

}  // namespace vg::registry
