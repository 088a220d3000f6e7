#include "services/funding/domain/comparison/passages.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

std::set<std::string_view> NamedIn(const Lineage& lineage) {
  std::set<std::string_view> named;
  for (const auto* relatives : {&lineage.heirs, &lineage.origins}) {
    for (const auto& [code, relative] : *relatives) named.insert({code, relative});
  }
  return named;
}

// Recipients of both sides that are held.
struct Kept {
  std::vector<Recipient> before;
  std::vector<Recipient> after;

  void Add(const Recipient* was, const Recipient* is) {
    if (was != nullptr) before.push_back(*was);
    if (is != nullptr) after.push_back(*is);
  }
};

absl::Status SchoolPassages(const Nation& before, const Nation& after, const Lineage& lineage,
                            absl::FunctionRef<absl::Status(const Passage&)> visit) {
  const std::set<std::string_view> named = NamedIn(lineage);
  Kept kept;
  if (!named.empty()) {
    RETURN_IF_ERROR(ForEachPair(before.recipients, after.recipients,
                                [&](const Recipient* was, const Recipient* is) {
                                  const Recipient& either = was != nullptr ? *was : *is;
                                  if (named.contains(either.code)) kept.Add(was, is);
                                  return absl::OkStatus();
                                }));
  }
  const std::vector<Passage> told =
      PassagesOf(RecipientKind::kSchool, kept.before, kept.after, kept.before, kept.after, lineage);
  auto next = told.begin();
  return ForEachPair(
      before.recipients, after.recipients, [&](const Recipient* was, const Recipient* is) {
        Passage passage{.before = was, .after = is, .events = {}};
        while (next != told.end() && next->code() < passage.code()) ++next;
        if (next != told.end() && next->code() == passage.code()) {
          passage.events = next->events;
        } else if (was == nullptr || is == nullptr) {
          passage.events = {{is == nullptr ? EventKind::kClosure : EventKind::kOpening, "", {}}};
        }
        return visit(passage);
      });
}

absl::Status MunicipalityPassages(const Nation& before, const Nation& after, const Lineage& lineage,
                                  absl::FunctionRef<absl::Status(const Passage&)> visit) {
  const std::set<std::string_view> named = NamedIn(lineage);
  Kept branches;
  RETURN_IF_ERROR(
      ForEachPair(before.branches, after.branches, [&](const Recipient* was, const Recipient* is) {
        const bool stayed =
            was != nullptr && is != nullptr && was->municipality == is->municipality;
        const Recipient& either = was != nullptr ? *was : *is;
        if (!stayed || named.contains(either.code)) branches.Add(was, is);
        return absl::OkStatus();
      }));
  ASSIGN_OR_RETURN(const std::vector<Recipient> was, ReadAll(before.recipients));
  ASSIGN_OR_RETURN(const std::vector<Recipient> is, ReadAll(after.recipients));
  for (const Passage& passage : PassagesOf(RecipientKind::kMunicipality, was, is, branches.before,
                                           branches.after, lineage)) {
    RETURN_IF_ERROR(visit(passage));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ForEachPassage(RecipientKind kind, const Nation& before, const Nation& after,
                            const Lineage& lineage,
                            absl::FunctionRef<absl::Status(const Passage&)> visit) {
  return kind == RecipientKind::kSchool ? SchoolPassages(before, after, lineage, visit)
                                        : MunicipalityPassages(before, after, lineage, visit);
}

}  // namespace vg::funding
