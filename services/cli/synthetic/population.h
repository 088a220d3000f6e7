// A made-up country of schools, in two vintages, for trying the suite without real data.
//
// The sizes are those of the Netherlands: about 8,700 branches, 345 municipalities, 1,100 boards.
// No name, address or number in it belongs to anyone on purpose.

#ifndef VG_SERVICES_CLI_SYNTHETIC_POPULATION_H_
#define VG_SERVICES_CLI_SYNTHETIC_POPULATION_H_

#include <cstdint>
#include <string>
#include <vector>

namespace vg::synthetic {

struct Municipality {
  std::string code;  // Four digits: "0363".
  std::string title;
  size_t province = 0;  // Index into kProvinces.
  int64_t population = 0;
};

enum class Kind { kPrimary, kSpecialPrimary, kSpecial, kSecondary };

struct Branch {
  Kind kind = Kind::kPrimary;
  std::string institution;  // "16SW"
  int number = 0;           // 3 in "16SW03"
  std::string title;        // UTF-8
  std::string board;        // "40740"
  size_t municipality = 0;  // Index into Population::municipalities.
  std::string denomination;
  std::string structure;  // Secondary only: "VMBO/HAVO/VWO".
  std::string street;
  int house_number = 1;
  std::string postcode;  // "1234 AB"
  // Primary and special primary: the first; special: so and vso.
  int64_t pupils = 0;
  int64_t pupils_vso = 0;
  int64_t score_hundredths = 0;  // Disadvantage score × 100; 0 for most.

  std::string Code() const;  // "16SW03"
};

// The registers of one count date.
struct Population {
  int count_year = 0;  // Counted on 1 October.
  std::vector<Municipality> municipalities;
  std::vector<Branch> branches;  // By code.
};

// Names of the provinces, as CBS writes them, with CBS's codes.
struct Province {
  const char* code;  // "27"
  const char* title;
  int weight;  // Share of municipalities.
};
inline constexpr Province kProvinces[] = {
    {"20", "Groningen", 12},  {"21", "Fryslân", 18},       {"22", "Drenthe", 12},
    {"23", "Overijssel", 25}, {"24", "Flevoland", 6},      {"25", "Gelderland", 51},
    {"26", "Utrecht", 26},    {"27", "Noord-Holland", 47}, {"28", "Zuid-Holland", 52},
    {"29", "Zeeland", 13},    {"30", "Noord-Brabant", 62}, {"31", "Limburg", 31}};

// The country on 1 October 2020. The same seed gives the same country.
Population MakePopulation(uint64_t seed);

// The country a year later: schools opened, closed and merged, boards changed hands, four
// municipalities became one, and counts moved.
Population NextYear(const Population& before, uint64_t seed);

}  // namespace vg::synthetic

#endif  // VG_SERVICES_CLI_SYNTHETIC_POPULATION_H_
