#include "services/funding/domain/calculation/fact_values.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "services/funding/domain/schemes/facts.h"

namespace vg::funding {
namespace {

absl::Status BadFact(std::string_view field, std::string sentence) {
  return InvalidField(field, "BAD_FACT", std::move(sentence));
}

// The text of a fact that is one; null for others.
std::string* TextOf(std::string_view name, Recipient& recipient) {
  if (name == "province") return &recipient.province;
  if (name == "denomination") return &recipient.denomination;
  if (name == "board") return &recipient.board;
  if (name == "municipality") return &recipient.municipality;
  return nullptr;
}

absl::Status SetPupils(Count& count, std::string_view value, std::string_view field) {
  int64_t number = 0;
  if (value.empty()) {
    count = Count::Missing();
    return absl::OkStatus();
  }
  if (!absl::SimpleAtoi(Av(value), &number) || number < 0 || number > kMostPupils) {
    return BadFact(field,
                   absl::StrCat("a number of pupils is a whole number from 0 to ", kMostPupils));
  }
  count = Count::Known(number);
  return absl::OkStatus();
}

absl::Status SetSector(std::string_view value, std::string_view field, Recipient& recipient) {
  for (const Sector sector :
       {Sector::kUnknown, Sector::kPrimary, Sector::kSecondary, Sector::kSpecial}) {
    if (NameOf(sector) != value) continue;
    recipient.sector = sector;
    return absl::OkStatus();
  }
  return BadFact(field, "a sector is primary, secondary or special");
}

absl::Status SetNumber(std::string_view name, std::string_view value, std::string_view field,
                       Recipient& recipient) {
  const bool score = name == "score";
  if (value.empty()) {
    if (score) recipient.score.reset();
    if (!score) recipient.population.reset();
    return absl::OkStatus();
  }
  absl::StatusOr<Exact> number = Exact::FromDecimal(value);
  if (!number.ok()) return BadFact(field, "must be a number such as 12 or 12.5");
  if (score) {
    recipient.score = *std::move(number);
    return absl::OkStatus();
  }
  recipient.population = number->ToInt64();
  if (!recipient.population.has_value() || *recipient.population < 0) {
    return BadFact(field, "a population is a whole number of 0 or more");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SetFact(const Calculator& calculator, std::string_view name, std::string_view value,
                     std::string_view field, Recipient& recipient) {
  const Scheme& scheme = calculator.scheme();
  const auto declared = std::ranges::find(scheme.facts, name, &FactDeclaration::id);
  if (declared != scheme.facts.end()) {
    const std::string& attribute = declared->attribute.empty() ? declared->id : declared->attribute;
    std::erase_if(recipient.attributes,
                  [&](const auto& entry) { return entry.first == attribute; });
    if (value.empty()) return absl::OkStatus();
    recipient.attributes.emplace_back(attribute, std::string(value));
    const Fact* fact = calculator.FindFact(name);
    const std::string fault =
        fact == nullptr || !fact->fault ? std::string() : fact->fault(recipient);
    return fault.empty() ? absl::OkStatus() : BadFact(field, fault);
  }
  if (name == "pupils.total") {
    return InvalidField(field, "UNKNOWN_FACT",
                        "follows from the pupils of each type; say those, such as pupils.bo");
  }
  if (FindFact(scheme.recipients, name) != nullptr) {
    for (size_t type = 0; type < kSchoolTypes; ++type) {
      if (name == absl::StrCat("pupils.", Av(NameOf(static_cast<SchoolType>(type))))) {
        return SetPupils(recipient.pupils[type], value, field);
      }
    }
    if (name == "score" || name == "population") return SetNumber(name, value, field, recipient);
    if (name == "sector") return SetSector(value, field, recipient);
    if (std::string* text = TextOf(name, recipient)) {
      *text = value;
      return absl::OkStatus();
    }
  }
  std::string known;
  for (const Fact& fact : FactsOf(scheme.recipients)) {
    absl::StrAppend(&known, known.empty() ? "" : ", ", fact.name);
  }
  return InvalidField(
      field, "UNKNOWN_FACT",
      absl::StrCat("'", Av(name), "' cannot be said of a recipient; there are ", known));
}

}  // namespace vg::funding
