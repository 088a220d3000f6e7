#include "tests/bench/funding_population.h"

#include <cstdlib>
#include <random>
#include <span>

#include "absl/strings/str_format.h"

namespace vg::bench {
namespace {

using funding::Count;
using funding::Recipient;
using funding::SchoolType;
using funding::Sector;

size_t Place(SchoolType type) { return static_cast<size_t>(type); }

// The places by code: "00AA0000000", "00AA0000001", …, "01AA0000000", …
constexpr size_t kPrefixes = 100;

Recipient SchoolAt(const Country& country, size_t i) {
  Recipient school{.code = absl::StrFormat("%02dAA%07d", i % kPrefixes, i / kPrefixes),
                   .title = "De Regenboog"};
  for (size_t type = 0; type < funding::kSchoolTypes; ++type) {
    school.pupils[type] = Count::Known(country.pupils[type][i]);
  }
  if (country.score_hundredths[i] >= 0) {
    school.score = Exact::FromScaled(country.score_hundredths[i], 2);
  }
  if (country.cumi[i] >= 0) {
    school.attributes.emplace_back("cumi_pupils", absl::StrFormat("%d", country.cumi[i]));
  }
  school.sector = country.kind[i] == 3   ? Sector::kSecondary
                  : country.kind[i] == 2 ? Sector::kSpecial
                                         : Sector::kPrimary;
  school.municipality = absl::StrFormat("GM%04d", country.municipality[i]);
  return school;
}

class Reader final : public funding::RecipientReader {
 public:
  explicit Reader(const Country& country) : country_(country) {}

  absl::StatusOr<std::span<const Recipient>> Next() override {
    batch_.clear();
    while (prefix_ < kPrefixes && batch_.size() < funding::kRecipientBatch) {
      const size_t place = row_ * kPrefixes + prefix_;
      if (place >= country_.schools()) {
        ++prefix_;
        row_ = 0;
        continue;
      }
      batch_.push_back(SchoolAt(country_, place));
      ++row_;
    }
    return std::span<const Recipient>(batch_);
  }

 private:
  const Country& country_;
  std::vector<Recipient> batch_;
  size_t prefix_ = 0;
  size_t row_ = 0;
};

}  // namespace

Country MakeCountry(size_t schools, size_t municipalities) {
  std::mt19937_64 random(20210801);
  const auto below = [&random](uint64_t limit) { return static_cast<int64_t>(random() % limit); };
  Country country;
  for (auto& column : country.pupils) column.assign(schools, 0);
  for (size_t i = 0; i < schools; ++i) {
    const int64_t draw = below(100);
    const int kind = draw < 74 ? 0 : draw < 77 ? 1 : draw < 84 ? 2 : 3;
    const auto set = [&](SchoolType type, int64_t pupils) {
      country.pupils[Place(type)][i] = pupils;
    };
    if (kind == 0) set(SchoolType::kBo, 20 + below(600));
    if (kind == 1) set(SchoolType::kSbo, 30 + below(200));
    if (kind == 2) {
      set(SchoolType::kSo, 10 + below(150));
      set(SchoolType::kVso, below(150));
    }
    if (kind == 3) {
      set(SchoolType::kVo, 100 + below(1500));
      set(SchoolType::kPro, below(4) == 0 ? below(200) : 0);
      set(SchoolType::kVboUpper, below(3) == 0 ? below(400) : 0);
    }
    country.kind.push_back(kind);
    country.score_hundredths.push_back(kind == 0 || kind == 3 ? below(60'000) : -1);
    country.cumi.push_back(kind == 1 || kind == 2 ? below(60) : -1);
    country.municipality.push_back(static_cast<int>(below(municipalities)));
  }
  for (size_t i = 0; i < municipalities; ++i) {
    country.municipal_score_hundredths.push_back(below(500'000) - 50'000);
  }
  return country;
}

absl::StatusOr<std::unique_ptr<funding::RecipientReader>> SchoolsOf::Read() const {
  return std::make_unique<Reader>(country_);
}

size_t PlaceOf(const std::string& code) {
  if (code.starts_with("GM")) return std::stoul(code.substr(2));
  return std::stoul(code.substr(4)) * 100 + std::stoul(code.substr(0, 2));
}

std::vector<Recipient> MunicipalitiesOf(const Country& country) {
  std::vector<Recipient> municipalities(country.municipalities());
  for (size_t i = 0; i < municipalities.size(); ++i) {
    municipalities[i].code = absl::StrFormat("GM%04d", i);
    municipalities[i].title = "Gemeente";
    municipalities[i].score = Exact::FromScaled(country.municipal_score_hundredths[i], 2);
  }
  const absl::Status counted =
      funding::ForEachBatch(SchoolsOf(country), [&](std::span<const Recipient> schools) {
        funding::AddPupils(schools, municipalities);
        return absl::OkStatus();
      });
  if (!counted.ok()) std::abort();  // Nothing in memory fails to be read.
  return municipalities;
}

}  // namespace vg::bench
