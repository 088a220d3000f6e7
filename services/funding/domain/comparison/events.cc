#include "services/funding/domain/comparison/events.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::funding {
namespace {

using ByCode = absl::flat_hash_map<std::string_view, const Recipient*>;

ByCode Index(std::span<const Recipient> recipients) {
  ByCode index;
  index.reserve(recipients.size());
  for (const Recipient& recipient : recipients) index.emplace(recipient.code, &recipient);
  return index;
}

const Recipient* Find(const ByCode& index, std::string_view code) {
  const auto found = index.find(code);
  return found == index.end() ? nullptr : found->second;
}

bool HasMore(const Recipient& a, const Recipient& b) {
  const Count more = Total(a.pupils);
  const Count less = Total(b.pupils);
  return more.state == Count::State::kKnown && less.state == Count::State::kKnown &&
         more.value > less.value;
}

void Move(std::string_view fact, const Exact& amount, Event& event) {
  if (!amount.IsZero()) event.moved[std::string(fact)] += amount;
}

// Adds `factor` times the pupils of `branch` to what `event` moved; nothing of what is not known.
void MovePupils(const Pupils& pupils, const Exact& factor, Event& event) {
  Exact total;
  for (size_t type = 0; type < kSchoolTypes; ++type) {
    if (pupils[type].state != Count::State::kKnown) continue;
    const Exact moved = factor * pupils[type].value;
    Move(absl::StrCat("pupils.", Av(NameOf(static_cast<SchoolType>(type)))), moved, event);
    total += moved;
  }
  Move("pupils.total", total, event);
}

class Chronicle {
 public:
  Chronicle(std::span<const Recipient> before, std::span<const Recipient> after)
      : before_(Index(before)), after_(Index(after)) {
    for (const Recipient& recipient : before) At(recipient.code).before = &recipient;
    for (const Recipient& recipient : after) At(recipient.code).after = &recipient;
  }

  void FollowSchools(const Lineage& lineage) {
    std::vector<std::string> codes;
    for (const auto& [code, passage] : passages_) codes.push_back(code);
    for (const std::string& code : codes) {
      const Passage& passage = At(code);
      if (passage.after == nullptr) {
        Follow(code, *passage.before, lineage.heirs, EventKind::kMerger, EventKind::kClosure, 1);
      } else if (passage.before == nullptr) {
        Follow(code, *passage.after, lineage.origins, EventKind::kSplit, EventKind::kOpening, -1);
      }
    }
  }

  void FollowMunicipalities(std::span<const Recipient> branches_before,
                            std::span<const Recipient> branches_after, const Lineage& lineage) {
    const ByCode was = Index(branches_before);
    const ByCode is = Index(branches_after);
    for (const Recipient& branch : branches_before) {
      const Recipient* now = Find(is, branch.code);
      if (now == nullptr) {
        Gone(branch, lineage.heirs, is, EventKind::kClosure, -1);
      } else if (now->municipality != branch.municipality) {
        Moved(branch, *now);
      }
    }
    for (const Recipient& branch : branches_after) {
      if (Find(was, branch.code) == nullptr) {
        Gone(branch, lineage.origins, was, EventKind::kOpening, 1);
      }
    }
    for (auto& [code, passage] : passages_) {
      if (passage.before == nullptr || passage.after == nullptr) SettleMunicipality(passage);
    }
  }

  std::vector<Passage> Finish() {
    std::vector<Passage> passages;
    passages.reserve(passages_.size());
    for (auto& [code, passage] : passages_) {
      std::ranges::sort(passage.events, [](const Event& a, const Event& b) {
        return std::tie(a.other, a.kind) < std::tie(b.other, b.kind);
      });
      passages.push_back(std::move(passage));
    }
    return passages;
  }

 private:
  Passage& At(const std::string& code) { return passages_[code]; }

  Event& EventOf(Passage& passage, EventKind kind, const std::string& other) {
    const auto found = std::ranges::find_if(passage.events, [&](const Event& event) {
      return event.kind == kind && event.other == other;
    });
    return found == passage.events.end() ? passage.events.emplace_back(Event{kind, other, {}})
                                         : *found;
  }

  // A school that only one snapshot has: `relatives` may tell who shared its fate.
  void Follow(const std::string& code, const Recipient& school,
              const std::map<std::string, std::string>& relatives, EventKind shared,
              EventKind alone, int sign) {
    const auto relative = relatives.find(code);
    if (relative != relatives.end() && relative->second != code) {
      const Recipient* was = Find(before_, relative->second);
      const Recipient* is = Find(after_, relative->second);
      // Without pupils that came or went there is nothing to prove it by.
      if (was != nullptr && is != nullptr && (sign > 0 ? HasMore(*is, *was) : HasMore(*was, *is))) {
        At(code).events.push_back({shared, relative->second, {}});
        Event& event = EventOf(At(relative->second), shared, code);
        MovePupils(school.pupils, sign, event);
        if (school.score.has_value() && was->score.has_value() && is->score.has_value()) {
          Move("score", *school.score * sign, event);
        }
        return;
      }
    }
    At(code).events.push_back({alone, "", {}});
  }

  // A branch that only one snapshot has: its municipality has its pupils less or more, unless they
  // went to or came from a branch of the same municipality.
  void Gone(const Recipient& branch, const std::map<std::string, std::string>& relatives,
            const ByCode& others, EventKind kind, int sign) {
    const auto relative = relatives.find(branch.code);
    if (relative != relatives.end()) {
      const Recipient* other = Find(others, relative->second);
      if (other != nullptr && other->municipality == branch.municipality) return;
    }
    const auto found = passages_.find(branch.municipality);
    if (found == passages_.end()) return;
    MovePupils(branch.pupils, sign, EventOf(found->second, kind, ""));
  }

  void Moved(const Recipient& was, const Recipient& is) {
    const auto from = passages_.find(was.municipality);
    const auto to = passages_.find(is.municipality);
    const Exact half = Exact(1) / 2;
    for (const Recipient* count : {&was, &is}) {
      if (from != passages_.end()) {
        MovePupils(count->pupils, -half,
                   EventOf(from->second, EventKind::kBoundaryChange, is.municipality));
      }
      if (to != passages_.end()) {
        MovePupils(count->pupils, half,
                   EventOf(to->second, EventKind::kBoundaryChange, was.municipality));
      }
    }
  }

  // One event for a municipality that only one snapshot has: the boundary, where there is one.
  static void SettleMunicipality(Passage& passage) {
    const auto size = [](const Event& event) {
      const auto total = event.moved.find("pupils.total");
      return total == event.moved.end() ? Exact() : total->second.Abs();
    };
    const Event* largest = nullptr;
    for (const Event& event : passage.events) {
      if (event.kind != EventKind::kBoundaryChange) continue;
      if (largest == nullptr || size(event) > size(*largest)) largest = &event;
    }
    Event settled{passage.before == nullptr ? EventKind::kOpening : EventKind::kClosure, "", {}};
    if (largest != nullptr) settled = {EventKind::kBoundaryChange, largest->other, {}};
    passage.events.assign(1, std::move(settled));
  }

  const ByCode before_;
  const ByCode after_;
  std::map<std::string, Passage> passages_;
};

}  // namespace

std::string_view NameOf(EventKind kind) {
  switch (kind) {
    case EventKind::kOpening:
      return "opening";
    case EventKind::kClosure:
      return "closure";
    case EventKind::kMerger:
      return "merger";
    case EventKind::kSplit:
      return "split";
    case EventKind::kBoundaryChange:
      return "boundary_change";
  }
  return "";
}

std::vector<Passage> PassagesOf(RecipientKind kind, std::span<const Recipient> before,
                                std::span<const Recipient> after,
                                std::span<const Recipient> branches_before,
                                std::span<const Recipient> branches_after, const Lineage& lineage) {
  Chronicle chronicle(before, after);
  if (kind == RecipientKind::kSchool) {
    chronicle.FollowSchools(lineage);
  } else {
    chronicle.FollowMunicipalities(branches_before, branches_after, lineage);
  }
  return chronicle.Finish();
}

}  // namespace vg::funding
