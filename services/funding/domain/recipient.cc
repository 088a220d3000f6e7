#include "services/funding/domain/recipient.h"

#include <algorithm>
#include <unordered_map>

namespace vg::funding {

std::string_view NameOf(SchoolType type) {
  static constexpr std::array<std::string_view, kSchoolTypes> kNames = {
      "bo", "sbo", "so", "vso", "vo", "pro", "vbo_upper", "vavo"};
  return kNames[static_cast<size_t>(type)];
}

std::string_view NameOf(Sector sector) {
  switch (sector) {
    case Sector::kUnknown:
      return "";
    case Sector::kPrimary:
      return "primary";
    case Sector::kSecondary:
      return "secondary";
    case Sector::kSpecial:
      return "special";
  }
  return "";
}

Count& Count::operator+=(const Count& other) {
  state = std::max(state, other.state);
  value = state == State::kKnown ? value + other.value : 0;
  return *this;
}

Count Total(const Pupils& pupils) {
  Count total;
  for (const Count& count : pupils) total += count;
  return total;
}

Pupils UnknownPupils() {
  Pupils pupils;
  pupils.fill(Count::Missing());
  return pupils;
}

void CountPupils(std::span<const Recipient> schools, std::span<Recipient> municipalities) {
  for (Recipient& municipality : municipalities) {
    municipality.pupils = {};
    municipality.uncounted.clear();
  }
  AddPupils(schools, municipalities);
}

void AddPupils(std::span<const Recipient> schools, std::span<Recipient> municipalities) {
  std::unordered_map<std::string_view, Recipient*> by_code;
  for (Recipient& municipality : municipalities) {
    by_code.emplace(municipality.code, &municipality);
  }
  for (const Recipient& school : schools) {
    const auto found = by_code.find(school.municipality);
    if (found == by_code.end()) continue;
    Recipient& municipality = *found->second;
    for (size_t type = 0; type < kSchoolTypes; ++type) {
      municipality.pupils[type] += school.pupils[type];
    }
    if (Total(school.pupils).state != Count::State::kKnown) {
      municipality.uncounted.push_back(school.code);
    }
  }
  for (Recipient& municipality : municipalities) std::ranges::sort(municipality.uncounted);
}

}  // namespace vg::funding
