#include "services/registry/domain/diff.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

namespace vg::registry {
namespace {

std::string AddressKey(const SchoolFacts& school) {
  return absl::StrCat(school.postcode, "/", school.board, "/", static_cast<int>(school.sector));
}

std::string CountText(SchoolType type, const Count& count) {
  const std::string name(SchoolTypeName(type));
  switch (count.state) {
    case CountState::kKnown:
      return absl::StrCat(name, " ", count.value);
    case CountState::kSuppressed:
      return name + " suppressed";
    case CountState::kNotApplicable:
      return name + " not applicable";
    default:
      return name + " missing";
  }
}

const Count* CountOf(const SchoolFacts& school, SchoolType type) {
  for (const PupilCount& entry : school.pupil_counts) {
    if (entry.type == type) return &entry.count;
  }
  return nullptr;
}

class Comparison {
 public:
  Comparison(std::span<const SchoolFacts> before, std::span<const SchoolFacts> after)
      : before_(before), after_(after) {
    for (const SchoolFacts& school : after_) {
      if (!school.postcode.empty() && !school.board.empty()) {
        by_address_.try_emplace(AddressKey(school), &school);
      }
    }
  }

  std::vector<SchoolChange> Run() {
    size_t i = 0;
    size_t j = 0;
    while (i < before_.size() || j < after_.size()) {
      if (j == after_.size() || (i < before_.size() && before_[i].code < after_[j].code)) {
        Gone(before_[i++]);
      } else if (i == before_.size() || after_[j].code < before_[i].code) {
        Report(after_[j++], ChangeKind::kOpened, "", "");
      } else {
        Compare(before_[i++], after_[j++]);
      }
    }
    return std::move(changes_);
  }

 private:
  void Report(const SchoolFacts& school, ChangeKind kind, std::string before, std::string after,
              SchoolType type = SchoolType::kNone) {
    changes_.push_back(
        {school.code, school.title, kind, type, std::move(before), std::move(after)});
  }

  void Gone(const SchoolFacts& school) {
    const SchoolFacts* heir = Heir(school);
    if (heir == nullptr) {
      Report(school, ChangeKind::kClosed, "", "");
    } else {
      Report(school, ChangeKind::kMerged, "", heir->code);
    }
  }

  const SchoolFacts* Heir(const SchoolFacts& school) const {
    if (!school.postcode.empty() && !school.board.empty()) {
      const auto found = by_address_.find(AddressKey(school));
      if (found != by_address_.end()) return found->second;
    }
    const std::string_view institution = std::string_view(school.code).substr(0, 4);
    auto sibling =
        std::lower_bound(after_.begin(), after_.end(), institution,
                         [](const SchoolFacts& a, std::string_view code) { return a.code < code; });
    const SchoolFacts* heir = nullptr;
    for (; sibling != after_.end() && std::string_view(sibling->code).starts_with(institution);
         ++sibling) {
      if (sibling->municipality == school.municipality) return &*sibling;
      if (heir == nullptr) heir = &*sibling;
    }
    return heir;
  }

  void Compare(const SchoolFacts& before, const SchoolFacts& after) {
    if (before.municipality != after.municipality) {
      Report(after, ChangeKind::kMovedMunicipality, before.municipality, after.municipality);
    }
    if (before.board != after.board) {
      Report(after, ChangeKind::kChangedBoard, before.board, after.board);
    }
    for (int number = 1; number <= kSchoolTypes; ++number) {
      const auto type = static_cast<SchoolType>(number);
      const Count* was = CountOf(before, type);
      const Count* is = CountOf(after, type);
      if (was == is || (was != nullptr && is != nullptr && *was == *is)) continue;
      Report(after, ChangeKind::kChangedCount, was == nullptr ? "" : CountText(type, *was),
             is == nullptr ? "" : CountText(type, *is), type);
    }
  }

  const std::span<const SchoolFacts> before_;
  const std::span<const SchoolFacts> after_;
  absl::flat_hash_map<std::string, const SchoolFacts*> by_address_;
  std::vector<SchoolChange> changes_;
};

}  // namespace

std::string_view ChangeKindName(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kNone:
      break;
    case ChangeKind::kOpened:
      return "opened";
    case ChangeKind::kClosed:
      return "closed";
    case ChangeKind::kMerged:
      return "merged";
    case ChangeKind::kMovedMunicipality:
      return "moved_municipality";
    case ChangeKind::kChangedBoard:
      return "changed_board";
    case ChangeKind::kChangedCount:
      return "changed_count";
  }
  return "";
}

std::vector<SchoolChange> Diff(std::span<const SchoolFacts> before,
                               std::span<const SchoolFacts> after) {
  return Comparison(before, after).Run();
}

}  // namespace vg::registry
