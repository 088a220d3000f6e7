#include "services/catalogue/domain/menu_diff.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

namespace vg::catalogue {
namespace {

// The fields of an intervention that have a value, by path.
using Fields = std::vector<std::pair<std::string, std::string>>;

void Add(const std::string& path, const std::string& value, Fields& fields) {
  if (!value.empty()) fields.emplace_back(path, value);
}

void Add(const std::string& path, const LocalizedText& text, Fields& fields) {
  Add(path + ".nl", text.nl, fields);
  Add(path + ".en", text.en, fields);
}

void Add(const std::string& path, const std::optional<int>& number, Fields& fields) {
  if (number) fields.emplace_back(path, absl::StrCat(*number));
}

std::string Words(std::vector<Sector> sectors) {
  std::sort(sectors.begin(), sectors.end());
  std::string words;
  for (const Sector sector : sectors) {
    const char* word = sector == Sector::kPrimary     ? "PRIMARY"
                       : sector == Sector::kSecondary ? "SECONDARY"
                                                      : "SPECIAL";
    absl::StrAppend(&words, words.empty() ? "" : ", ", word);
  }
  return words;
}

Fields FieldsOf(const Intervention& intervention) {
  Fields fields;
  Add("category", intervention.category, fields);
  Add("title", intervention.title, fields);
  Add("summary", intervention.summary, fields);
  Add("sectors", Words(intervention.sectors), fields);
  for (const Evidence& evidence : intervention.evidence) {
    const std::string path = absl::StrCat("evidence[", evidence.scheme, "]");
    Add(path + ".effect_months", evidence.effect_months, fields);
    Add(path + ".strength", evidence.strength, fields);
    Add(path + ".cost", evidence.cost, fields);
    Add(path + ".rating", evidence.rating, fields);
    Add(path + ".source", evidence.source, fields);
    Add(path + ".note", evidence.note, fields);
  }
  return fields;
}

// Fields of the newer one in its order, then those that only the older one has.
void Compare(const Intervention& before, const Intervention& after,
             std::vector<InterventionChange>& changes) {
  const Fields old_fields = FieldsOf(before);
  std::map<std::string, std::string> old_values(old_fields.begin(), old_fields.end());
  for (auto& [path, value] : FieldsOf(after)) {
    const auto found = old_values.find(path);
    const std::string old = found == old_values.end() ? std::string() : found->second;
    if (old != value) changes.push_back({after.id, ChangeKind::kChanged, path, old, value});
    if (found != old_values.end()) old_values.erase(found);
  }
  for (const auto& [path, value] : old_fields) {
    if (old_values.contains(path)) {
      changes.push_back({after.id, ChangeKind::kChanged, path, value, ""});
    }
  }
}

}  // namespace

std::vector<InterventionChange> Diff(const Menu& before, const Menu& after) {
  std::vector<InterventionChange> changes;
  for (const Intervention& intervention : after.edition().interventions) {
    const std::optional<size_t> place = before.Find(intervention.id);
    if (place) {
      Compare(before.edition().interventions[*place], intervention, changes);
    } else {
      changes.push_back({intervention.id, ChangeKind::kAdded, "", "", ""});
    }
  }
  for (const Intervention& intervention : before.edition().interventions) {
    if (!after.Find(intervention.id)) {
      changes.push_back({intervention.id, ChangeKind::kRemoved, "", "", ""});
    }
  }
  return changes;
}

std::set<std::string> Touched(const std::vector<InterventionChange>& changes) {
  std::set<std::string> touched;
  for (const InterventionChange& change : changes) {
    if (change.kind != ChangeKind::kAdded) touched.insert(change.intervention);
  }
  return touched;
}

}  // namespace vg::catalogue
