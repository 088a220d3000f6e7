#include "services/report/domain/labels.h"

#include "absl/strings/str_cat.h"

namespace vg::report {
namespace {

const Words& SectorWords() {
  static const Words& words = *new Words{
      {"primary", {"Primair onderwijs", "Primary"}},
      {"secondary", {"Voortgezet onderwijs", "Secondary"}},
      {"special", {"Speciaal onderwijs", "Special"}},
  };
  return words;
}

const Words& ScoreWords() {
  static const Words& words = *new Words{
      {"0", {"Geen score", "No score"}}, {"1", {"Vijfde 1 (laagst)", "Fifth 1 (lowest)"}},
      {"2", {"Vijfde 2", "Fifth 2"}},    {"3", {"Vijfde 3", "Fifth 3"}},
      {"4", {"Vijfde 4", "Fifth 4"}},    {"5", {"Vijfde 5 (hoogst)", "Fifth 5 (highest)"}},
  };
  return words;
}

const Words& RespondentWords() {
  static const Words& words = *new Words{
      {"school_leader", {"Schoolleiders", "School leaders"}},
      {"staff", {"Onderwijspersoneel", "School staff"}},
      {"board", {"Schoolbesturen", "School boards"}},
      {"municipality", {"Gemeenten", "Municipalities"}},
      {"programme", {"Schoolprogramma's", "School programmes"}},
  };
  return words;
}

const Words& UnitWords() {
  static const Words& words = *new Words{
      {"hours", {"uur", "hours"}},          {"weeks", {"weken", "weeks"}},
      {"months", {"maanden", "months"}},    {"years", {"jaar", "years"}},
      {"pupils", {"leerlingen", "pupils"}}, {"euro", {"euro", "euros"}},
  };
  return words;
}

LocalizedText Look(const Words& words, const std::string& id) {
  const auto found = words.find(id);
  return found == words.end() ? LocalizedText{id, ""} : found->second;
}

// "boards/40740" -> "40740".
std::string LastPart(const std::string& name) { return name.substr(name.rfind('/') + 1); }

}  // namespace

LocalizedText TotalLabel() { return {"Totaal", "Total"}; }

LocalizedText GroupLabel(std::string_view attribute, const std::string& value,
                         const Words& municipalities) {
  if (value.empty()) return {"Onbekend", "Unknown"};
  if (attribute == "sector") return Look(SectorWords(), value);
  if (attribute == "score") return Look(ScoreWords(), value);
  if (attribute == "size") {
    return {absl::StrCat(value, " leerlingen"), absl::StrCat(value, " pupils")};
  }
  if (attribute == "board") {
    return {absl::StrCat("Bestuur ", LastPart(value)), absl::StrCat("Board ", LastPart(value))};
  }
  if (attribute == "municipality") {
    const auto found = municipalities.find(value);
    return found == municipalities.end() ? LocalizedText{LastPart(value), ""} : found->second;
  }
  return {value, ""};
}

LocalizedText RespondentsLabel(std::string_view role) {
  return Look(RespondentWords(), std::string(role));
}

LocalizedText UnitLabel(const std::string& unit) { return Look(UnitWords(), unit); }

}  // namespace vg::report
