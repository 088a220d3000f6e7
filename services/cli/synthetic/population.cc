#include "services/cli/synthetic/population.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "services/cli/synthetic/random.h"

namespace vg::synthetic {
namespace {

constexpr int kMunicipalities = 348;  // A year later four of them are one: 345.
constexpr int kBoards = 1100;

const char* const kTownStarts[] = {"Ooster", "Wester", "Noorder", "Zuider", "Hoog",  "Laag",
                                   "Nieuw",  "Oud",    "Groot",   "Klein",  "Berg",  "Dijk",
                                   "Eike",   "Beuke",  "Heide",   "Water",  "Zand",  "Veen",
                                   "Molen",  "Brug",   "Kerk",    "Linde",  "Wilge", "Ever"};
const char* const kTownEnds[] = {"drecht", "dam",  "veld",  "broek", "hoven", "lo",
                                 "wijk",   "burg", "meer",  "loo",   "stede", "rode",
                                 "sloot",  "oord", "haven", "kerke", "donk",  "um"};
const char* const kSchoolNames[] = {
    "De Regenboog",    "Het Kompas",     "De Vlinder",        "De Brug",
    "Het Palet",       "De Springplank", "De Wegwijzer",      "De Ark",
    "De Klimboom",     "Sint Jozef",     "De Zonnebloem",     "Het Mozaïek",
    "De Fontein",      "De Horizon",     "De Vuurtoren",      "Willem van Oranje",
    "Prinses Beatrix", "De Bron",        "Het Baken",         "De Tweeëenheid",
    "’t Eenspan",      "Montessori",     "Daltonschool Rijn", "De Ontdekking"};
const char* const kSecondaryNames[] = {"Lyceum", "College",    "Scholengemeenschap", "Gymnasium",
                                       "Mavo",   "Vakcollege", "Praktijkschool"};
const char* const kStreets[] = {"Schoolstraat", "Kerkweg",   "Dorpsstraat",  "Lindelaan",
                                "Molenweg",     "Parklaan",  "Stationsweg",  "Julianastraat",
                                "Eikenlaan",    "Beukenhof", "Raadhuisplein"};
const char* const kDenominations[] = {
    "Openbaar",           "Rooms-Katholiek",          "Protestants-Christelijk",
    "Algemeen bijzonder", "Gereformeerd vrijgemaakt", "Islamitisch"};

std::string Brin(int index) {
  // The letters run fastest, so that neighbours in the list do not look like branches of one
  // school.
  return absl::StrFormat("%02d%c%c", index / 676, 'A' + index / 26 % 26, 'A' + index % 26);
}

std::vector<Municipality> MakeMunicipalities(uint64_t seed) {
  Random random(seed, "country", "municipalities");
  std::vector<int> weights;
  for (const Province& province : kProvinces) weights.push_back(province.weight);
  std::vector<Municipality> municipalities;
  std::set<std::string> titles;
  for (int i = 0; i < kMunicipalities; ++i) {
    Municipality municipality;
    municipality.code = absl::StrFormat("%04d", 3 + i * 5);
    do {
      municipality.title = absl::StrCat(random.Pick(kTownStarts), random.Pick(kTownEnds));
    } while (!titles.insert(municipality.title).second);
    // Every province has at least one municipality; the rest fall by weight.
    municipality.province = static_cast<size_t>(i) < std::size(kProvinces)
                                ? static_cast<size_t>(i)
                                : random.Weighted(weights);
    // Few are large: the size is the product of two draws.
    municipality.population = 900 + random.Below(300) * random.Below(300) + random.Below(20000);
    municipalities.push_back(std::move(municipality));
  }
  municipalities[40].population = 870000;
  municipalities[90].population = 650000;
  municipalities[140].population = 545000;
  municipalities[190].population = 360000;
  return municipalities;
}

class Builder {
 public:
  Builder(uint64_t seed, Population& population)
      : random_(seed, "country", "branches"), population_(population) {
    for (const Municipality& municipality : population.municipalities) {
      weights_.push_back(static_cast<int>(municipality.population / 100));
    }
    // Some boards govern one school, some dozens.
    for (int i = 0; i < kBoards; ++i) {
      boards_.push_back(absl::StrFormat("%05d", 10001 + i * 37));
      board_weights_.push_back(static_cast<int>(1 + random_.Below(12) * random_.Below(12)));
    }
  }

  void Add(Kind kind, int institution, int number, size_t municipality, size_t board) {
    Branch branch;
    branch.kind = kind;
    branch.institution = Brin(institution);
    branch.number = number;
    branch.municipality = municipality;
    branch.board = boards_[board];
    branch.denomination = kDenominations[random_.Weighted({30, 30, 28, 8, 2, 2})];
    const std::string& town = population_.municipalities[municipality].title;
    branch.title = kind == Kind::kSecondary ? absl::StrCat(town, " ", random_.Pick(kSecondaryNames))
                                            : absl::StrCat(random_.Pick(kSchoolNames), " ", town);
    branch.street = random_.Pick(kStreets);
    branch.house_number = static_cast<int>(random_.Between(1, 240));
    branch.postcode = absl::StrFormat("%04d %c%c", 1000 + random_.Below(8999),
                                      'A' + static_cast<int>(random_.Below(26)),
                                      'A' + static_cast<int>(random_.Below(26)));
    Count(branch);
    population_.branches.push_back(std::move(branch));
  }

  size_t DrawMunicipality() { return random_.Weighted(weights_); }
  size_t DrawBoard() { return random_.Weighted(board_weights_); }
  size_t board_count() const { return boards_.size(); }
  Random& random() { return random_; }

 private:
  void Count(Branch& branch) {
    switch (branch.kind) {
      case Kind::kPrimary:
        branch.pupils = 20 + random_.Below(210) + random_.Below(200);
        // Three in ten schools have a score; large cities have more of them and higher ones.
        if (random_.Chance(400)) {
          branch.score_hundredths = branch.pupils * random_.Between(1, 90);
        }
        break;
      case Kind::kSpecialPrimary:
        branch.pupils = 40 + random_.Below(180);
        break;
      case Kind::kSpecial:
        branch.pupils = random_.Chance(650) ? random_.Between(5, 160) : 0;
        branch.pupils_vso = branch.pupils == 0 || random_.Chance(400) ? random_.Between(5, 190) : 0;
        break;
      case Kind::kSecondary:
        branch.structure = kStructures[random_.Weighted({14, 16, 30, 12, 18, 10})];
        branch.pupils = branch.structure == std::string_view("PRO")
                            ? 60 + random_.Below(200)
                            : 120 + random_.Below(600) + random_.Below(600);
        if (random_.Chance(350)) branch.score_hundredths = branch.pupils * random_.Between(1, 25);
        break;
    }
  }

  static constexpr const char* kStructures[] = {"PRO",       "VBO",      "VBO/MAVO/HAVO/VWO",
                                                "MAVO/HAVO", "HAVO/VWO", "VWO"};

  Random random_;
  Population& population_;
  std::vector<int> weights_;
  std::vector<std::string> boards_;
  std::vector<int> board_weights_;
};

void SortByCode(Population& population) {
  std::sort(population.branches.begin(), population.branches.end(),
            [](const Branch& a, const Branch& b) { return a.Code() < b.Code(); });
}

}  // namespace

std::string Branch::Code() const { return absl::StrFormat("%s%02d", institution, number); }

Population MakePopulation(uint64_t seed) {
  Population population;
  population.count_year = 2020;
  population.municipalities = MakeMunicipalities(seed);
  Builder builder(seed, population);
  int institution = 0;
  for (int i = 0; i < 6300; ++i, ++institution) {
    // The first boards get a school each, so that none is empty.
    const size_t board = static_cast<size_t>(i) < builder.board_count() ? static_cast<size_t>(i)
                                                                        : builder.DrawBoard();
    const size_t municipality = builder.DrawMunicipality();
    builder.Add(Kind::kPrimary, institution, 0, municipality, board);
    if (builder.random().Chance(18)) {
      builder.Add(Kind::kPrimary, institution, 1, municipality, board);
    }
  }
  for (int i = 0; i < 275; ++i, ++institution) {
    builder.Add(Kind::kSpecialPrimary, institution, 0, builder.DrawMunicipality(),
                builder.DrawBoard());
  }
  for (int i = 0; i < 300; ++i, ++institution) {
    const size_t board = builder.DrawBoard();
    const int64_t branches = builder.random().Between(1, 3);
    for (int number = 0; number < branches; ++number) {
      builder.Add(Kind::kSpecial, institution, number, builder.DrawMunicipality(), board);
    }
  }
  for (int i = 0; i < 730; ++i, ++institution) {
    const size_t board = builder.DrawBoard();
    const int64_t branches = builder.random().Between(1, 3);
    const size_t municipality = builder.DrawMunicipality();
    for (int number = 0; number < branches; ++number) {
      builder.Add(Kind::kSecondary, institution, number, municipality, board);
    }
  }
  SortByCode(population);
  return population;
}

Population NextYear(const Population& before, uint64_t seed) {
  Population after = before;
  after.count_year = before.count_year + 1;

  // Municipalities 10 to 13 become one: the first takes the others in.
  constexpr size_t kTaker = 10, kTaken = 3;
  for (size_t i = 1; i <= kTaken; ++i) {
    after.municipalities[kTaker].population += after.municipalities[kTaker + i].population;
  }
  after.municipalities.erase(after.municipalities.begin() + kTaker + 1,
                             after.municipalities.begin() + kTaker + 1 + kTaken);
  std::vector<Branch> branches;
  for (Branch branch : before.branches) {
    if (branch.municipality > kTaker + kTaken) {
      branch.municipality -= kTaken;
    } else if (branch.municipality > kTaker) {
      branch.municipality = kTaker;
    }
    Random random(seed, branch.Code(), "next year");
    if (random.Chance(8)) continue;  // Closed, or merged where another branch goes on.
    if (random.Chance(5)) branch.board = random.Pick(before.branches).board;
    const auto drift = [&random](int64_t pupils) {
      return pupils == 0 ? 0 : std::max<int64_t>(1, pupils + random.Between(-6, 5) * pupils / 100);
    };
    branch.pupils = drift(branch.pupils);
    branch.pupils_vso = drift(branch.pupils_vso);
    branches.push_back(std::move(branch));
  }
  after.branches = std::move(branches);
  // Opened: new branches of schools that there are, with numbers that were never used.
  Random random(seed, "country", "opened");
  for (int i = 0; i < 25; ++i) {
    Branch branch = random.Pick(before.branches);
    if (branch.kind != Kind::kPrimary) continue;
    branch.number = 10 + i;
    branch.title = absl::StrCat(branch.title, " II");
    branch.pupils = random.Between(15, 90);
    branch.score_hundredths = 0;
    if (branch.municipality > kTaker + kTaken) {
      branch.municipality -= kTaken;
    } else if (branch.municipality > kTaker) {
      branch.municipality = kTaker;
    }
    after.branches.push_back(std::move(branch));
  }
  SortByCode(after);
  return after;
}

}  // namespace vg::synthetic
