// Who receives money, and what the register says of them.

#ifndef VG_SERVICES_FUNDING_DOMAIN_RECIPIENT_H_
#define VG_SERVICES_FUNDING_DOMAIN_RECIPIENT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/numeric/exact.h"

namespace vg::funding {

// Types of education, in the order in which counts are kept.
enum class SchoolType { kBo, kSbo, kSo, kVso, kVo, kPro, kVboUpper, kVavo };
inline constexpr size_t kSchoolTypes = 8;
// "bo", "vbo_upper": as formulas write it.
std::string_view NameOf(SchoolType type);

enum class Sector { kUnknown, kPrimary, kSecondary, kSpecial };
// "primary"; empty for kUnknown.
std::string_view NameOf(Sector sector);

// A number of pupils, or why it is not known.
struct Count {
  // Ascending: a whole is as unknown as its least known part, in any order.
  enum class State { kKnown, kSuppressed, kMissing };
  State state = State::kKnown;
  int64_t value = 0;

  static Count Known(int64_t value) { return {State::kKnown, value}; }
  static Count Suppressed() { return {State::kSuppressed, 0}; }
  static Count Missing() { return {State::kMissing, 0}; }

  Count& operator+=(const Count& other);
  friend bool operator==(const Count&, const Count&) = default;
};

using Pupils = std::array<Count, kSchoolTypes>;

// One school branch or municipality, as one snapshot knows it. A value type.
struct Recipient {
  std::string code;  // "16SW03", "GM0363"
  std::string title;
  Pupils pupils;  // By SchoolType; a type that is not offered has a known 0.
  std::optional<Exact> score;
  std::optional<int64_t> population;  // Of municipalities.
  Sector sector = Sector::kUnknown;   // Of schools.
  std::string province;               // This and the next empty where the register says nothing.
  std::string denomination;
  std::string board;
  std::string municipality;
  // For a municipality with a count that is not known: the codes of the branches to blame.
  std::vector<std::string> uncounted;
  // Further facts of the register: name and value, each name once.
  std::vector<std::pair<std::string, std::string>> attributes = {};
};

// More pupils than this are a mistake: the country has fewer inhabitants.
inline constexpr int64_t kMostPupils = 20'000'000;

Count Total(const Pupils& pupils);
// No count at all.
Pupils UnknownPupils();

// Sets the pupils of each of `municipalities` to those of the branches that stand in it (whose
// `municipality` is its code), type by type. A municipality without branches has none.
void CountPupils(std::span<const Recipient> schools, std::span<Recipient> municipalities);
// Adds the pupils of further branches.
void AddPupils(std::span<const Recipient> schools, std::span<Recipient> municipalities);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_RECIPIENT_H_
