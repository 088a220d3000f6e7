#include "services/registry/domain/assembly.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

#include "services/registry/domain/fact_sources.h"

namespace vg::registry {
namespace {

class Assembler {
 public:
  Assembler(Drafts& drafts, RefusalReport& report) : drafts_(drafts), report_(report) {}

  Content Run() {
    content_.schools.reserve(drafts_.register_rows.size() + drafts_.identity_rows.size() / 8);
    AddRegister();
    AddPrimaryPupils();
    AddSecondaryPupils();
    AddScores();
    SettleProvinces();
    SortSchools();
    CountBoards();
    CountMunicipalities();
    return std::move(content_);
  }

 private:
  void Refuse(RefusalCode code, Place place, std::string_view column, std::string_view value,
              std::string sentence) {
    report_.Add({.code = code,
                 .file = place.file,
                 .line = place.line,
                 .column = std::string(column),
                 .value = CutValue(value),
                 .sentence = std::move(sentence)});
  }

  bool MunicipalityIsKnown(const School& school, Place place) {
    if (!drafts_.has_municipalities || drafts_.municipalities.contains(school.municipality)) {
      return true;
    }
    Refuse(RefusalCode::kUnknownMunicipality, place, "", school.municipality,
           absl::StrCat("branch ", school.code, " stands in municipality ", school.municipality,
                        ", which is in no file of municipalities"));
    return false;
  }

  void Add(School school, Place place) {
    Note(school, kRegisterFact, place);
    positions_.emplace(school.code, content_.schools.size());
    content_.schools.push_back(std::move(school));
    places_.push_back(place);
  }

  static void Note(School& school, FactKey key, Place place) {
    AddFactSource(key, {&place, 1}, school.fact_sources);
  }

  School* Find(const std::string& code) {
    const auto found = positions_.find(code);
    return found == positions_.end() ? nullptr : &content_.schools[found->second];
  }

  void RefuseUnknownSchool(const std::string& code, Place place) {
    const bool dropped = drafts_.registered.contains(code);
    Refuse(RefusalCode::kSchoolNotInRegister, place, "", code,
           dropped ? absl::StrCat("the register's row of branch ", code, " was refused")
                   : absl::StrCat("branch ", code, " is in no register of this import"));
  }

  // Whether the school has no count of the type yet; else the row is refused.
  bool TypeIsFree(const School& school, SchoolType type, Place place) {
    for (const PupilCount& entry : school.pupil_counts) {
      if (entry.type != type) continue;
      Refuse(RefusalCode::kDuplicateKey, place, "", school.code,
             absl::StrCat("branch ", school.code, " has a count of type ",
                          std::string(SchoolTypeName(type)), " already"));
      return false;
    }
    return true;
  }

  void AddRegister() {
    for (RegisterRow& row : drafts_.register_rows) {
      if (!row.school.province.empty()) {
        ++province_votes_[row.school.municipality][row.school.province];
      }
      if (MunicipalityIsKnown(row.school, row.place)) Add(std::move(row.school), row.place);
    }
    Release(drafts_.register_rows);
  }

  // Whether a register of schools of this type takes part, so that a count file cannot introduce
  // any.
  bool IsRegistered(SchoolType type) const {
    return drafts_.has_plain_register || (type == SchoolType::kBo && drafts_.has_primary_register);
  }

  void AddPrimaryPupils() {
    absl::flat_hash_map<std::string, Place> introduced;
    for (IdentityRow& row : drafts_.identity_rows) {
      const std::string code = row.school.code;
      const PupilCount pupils = row.pupils;
      School* school = Find(code);
      if (school == nullptr) {
        if (IsRegistered(pupils.type)) {
          RefuseUnknownSchool(code, row.place);
          continue;
        }
        if (!row.school.province.empty()) {
          ++province_votes_[row.school.municipality][row.school.province];
        }
        if (!MunicipalityIsKnown(row.school, row.place)) continue;
        introduced.emplace(code, row.place);
        row.school.sector = Sector::kSpecial;
        Add(std::move(row.school), row.place);
        school = Find(code);
      } else if (const auto first = introduced.find(code);
                 first != introduced.end() && (school->board != row.school.board ||
                                               school->municipality != row.school.municipality)) {
        Refuse(RefusalCode::kConflictingRow, row.place, "", code,
               absl::StrCat("branch ", code, " is under board ", school->board, " in ",
                            school->municipality, " on line ", first->second.line));
        continue;
      }
      if (!TypeIsFree(*school, pupils.type, row.place)) continue;
      school->pupil_counts.push_back(pupils);
      Note(*school, PupilsFact(pupils.type), row.place);
      const bool primary = pupils.type == SchoolType::kBo || pupils.type == SchoolType::kSbo;
      if (primary && introduced.contains(code)) school->sector = Sector::kPrimary;
    }
    Release(drafts_.identity_rows);
  }

  void AddSecondaryPupils() {
    // Sums first: a branch has many rows of one type.
    struct Sum {
      Count count;
      std::vector<Place> places;
    };
    std::map<std::pair<size_t, SchoolType>, Sum> sums;
    for (const CountRow& row : drafts_.count_rows) {
      const auto found = positions_.find(row.code);
      if (found == positions_.end()) {
        RefuseUnknownSchool(row.code, row.place);
        continue;
      }
      const auto [sum, added] =
          sums.try_emplace(std::pair(found->second, row.pupils.type), Sum{row.pupils.count, {}});
      if (!added) sum->second.count = vg::registry::Add(sum->second.count, row.pupils.count);
      sum->second.places.push_back(row.place);
    }
    for (const auto& [key, sum] : sums) {
      School& school = content_.schools[key.first];
      if (TypeIsFree(school, key.second, sum.places.front())) {
        school.pupil_counts.push_back({key.second, sum.count});
        AddFactSource(PupilsFact(key.second), sum.places, school.fact_sources);
      }
    }
    Release(drafts_.count_rows);
  }

  void AddScores() {
    for (ScoreRow& row : drafts_.score_rows) {
      School* school = Find(row.code);
      if (school == nullptr) {
        RefuseUnknownSchool(row.code, row.place);
      } else if (school->disadvantage_score.has_value()) {
        Refuse(RefusalCode::kDuplicateKey, row.place, "", row.code,
               absl::StrCat("branch ", row.code, " has a score already"));
      } else {
        school->disadvantage_score = std::move(row.score);
        Note(*school, kScoreFact, row.place);
      }
    }
    Release(drafts_.score_rows);
  }

  // A municipality's province is what its file says, else what most of its schools say.
  void SettleProvinces() {
    for (auto& [code, votes] : province_votes_) {
      const auto most =
          std::max_element(votes.begin(), votes.end(),
                           [](const auto& a, const auto& b) { return a.second < b.second; });
      const auto found = drafts_.municipalities.find(code);
      if (found != drafts_.municipalities.end()) {
        if (found->second.province.empty()) found->second.province = most->first;
      } else if (!drafts_.has_municipalities) {
        drafts_.municipalities[code] = {.code = code, .title = code, .province = most->first};
      }
    }
    std::vector<School> kept;
    kept.reserve(content_.schools.size());
    for (size_t i = 0; i < content_.schools.size(); ++i) {
      School& school = content_.schools[i];
      // Two files may stand on either side of a change of boundaries: one province for both.
      const auto found = drafts_.municipalities.find(school.municipality);
      if (found != drafts_.municipalities.end() && !found->second.province.empty()) {
        school.province = found->second.province;
      }
      if (!school.province.empty()) {
        kept.push_back(std::move(school));
        continue;
      }
      Refuse(RefusalCode::kUnknownProvince, places_[i], "", school.municipality,
             absl::StrCat("no file tells the province of branch ", school.code,
                          " or of its municipality ", school.municipality));
    }
    content_.schools = std::move(kept);
  }

  void SortSchools() {
    std::sort(content_.schools.begin(), content_.schools.end(),
              [](const School& a, const School& b) { return a.code < b.code; });
    for (School& school : content_.schools) {
      std::sort(school.pupil_counts.begin(), school.pupil_counts.end(),
                [](const PupilCount& a, const PupilCount& b) { return a.type < b.type; });
      school.pupil_counts.shrink_to_fit();
    }
  }

  void CountBoards() {
    std::map<std::string, Board> boards;
    for (const School& school : content_.schools) {
      if (school.board.empty()) continue;
      Board& board = boards[school.board];
      board.number = school.board;
      ++board.school_count;
      board.pupil_count += school.KnownPupils();
    }
    for (auto& [number, board] : boards) content_.boards.push_back(std::move(board));
  }

  void CountMunicipalities() {
    for (const School& school : content_.schools) {
      Municipality& municipality = drafts_.municipalities[school.municipality];
      if (municipality.code.empty()) {
        municipality.code = municipality.title = school.municipality;
        municipality.province = school.province;
      }
      ++municipality.school_count;
      municipality.pupil_count += school.KnownPupils();
    }
    for (auto& [code, municipality] : drafts_.municipalities) {
      content_.municipalities.push_back(std::move(municipality));
    }
  }

  // Gives the memory back at once.
  template <typename Rows>
  static void Release(Rows& rows) {
    Rows().swap(rows);
  }

  Drafts& drafts_;
  RefusalReport& report_;
  Content content_;
  std::vector<Place> places_;  // Of content_.schools, until they are sorted.
  absl::flat_hash_map<std::string, size_t> positions_;
  std::map<std::string, std::map<std::string, int>> province_votes_;
};

}  // namespace

Content Assemble(Drafts drafts, RefusalReport& report) { return Assembler(drafts, report).Run(); }

}  // namespace vg::registry
