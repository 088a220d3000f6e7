#include "services/report/domain/labels.h"

#include "absl/strings/str_cat.h"

namespace vg::report {
namespace {

const Words& SectorWords() {
  static const Words& words = *new Words{
      {"primary", {"Primair", "Primary"}},
      {"secondary", {"Voortgezet", "Secondary"}},
      {"special", {"Speciaal", "Special"}},
  };
  return words;
}

const Words& ScoreWords() {
  static const Words& words = *new Words{
      {"0", {"Geen score", "No score"}},        {"1", {"Laagste vijfde", "Lowest fifth"}},
      {"2", {"Tweede vijfde", "Second fifth"}}, {"3", {"Derde vijfde", "Third fifth"}},
      {"4", {"Vierde vijfde", "Fourth fifth"}}, {"5", {"Hoogste vijfde", "Highest fifth"}},
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

const Words& CategoryWords() {
  static const Words& words = *new Words{
      {"A", {"A. Meer onderwijs", "A. More education"}},
      {"B", {"B. Effectiever onderwijs", "B. More effective education"}},
      {"C",
       {"C. Sociaal-emotionele en fysieke ontwikkeling",
        "C. Social-emotional and physical development"}},
      {"D", {"D. Executieve functies", "D. Executive functions"}},
      {"E", {"E. Personeel en ondersteuning", "E. Staff and support"}},
      {"F", {"F. Faciliteiten en randvoorwaarden", "F. Facilities and preconditions"}},
      {"unclassified", {"Niet ingedeeld", "Unclassified"}},
  };
  return words;
}

const Words& StudyWords() {
  static const Words& words = *new Words{
      {"programme", {"Schoolprogramma's", "School programmes"}},
      {"school_leader", {"Vragenlijst aan schoolleiders", "Questionnaire to school leaders"}},
      {"staff", {"Vragenlijst aan onderwijspersoneel", "Questionnaire to school staff"}},
      {"board", {"Vragenlijst aan schoolbesturen", "Questionnaire to school boards"}},
      {"municipality", {"Vragenlijst aan gemeenten", "Questionnaire to municipalities"}},
      {"money", {"Bekostiging en verantwoording", "Funding and accountability"}},
      {"fieldwork", {"Veldwerk en respons", "Fieldwork and response"}},
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

const Words& AttributeWords() {
  static const Words& words = *new Words{
      {"", {"Wie", "Who"}},
      {"sector", {"Sector", "Sector"}},
      {"province", {"Provincie", "Province"}},
      {"municipality", {"Gemeente", "Municipality"}},
      {"board", {"Bestuur", "Board"}},
      {"denomination", {"Denominatie", "Denomination"}},
      {"size", {"Grootte", "Size"}},
      {"score", {"Achterstandsscore", "Disadvantage score"}},
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

LocalizedText AttributeLabel(const std::string& attribute) {
  return Look(AttributeWords(), attribute);
}

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

LocalizedText SpendingCategoryLabel(const std::string& letter) {
  return Look(CategoryWords(), letter);
}

LocalizedText StudyLabel(const std::string& study) { return Look(StudyWords(), study); }

LocalizedText RespondentsLabel(std::string_view role) {
  return Look(RespondentWords(), std::string(role));
}

LocalizedText UnitLabel(const std::string& unit) { return Look(UnitWords(), unit); }

}  // namespace vg::report
