#include "services/report/domain/publication.h"

#include "services/report/domain/errors.h"

namespace vg::report {

EditionState StateAt(const Publication& publication, absl::Time now) {
  if (!publication.time.has_value()) return EditionState::kDraft;
  if (*publication.time > now) return EditionState::kEmbargoed;
  if (publication.successor_time.has_value() && *publication.successor_time <= now) {
    return EditionState::kSuperseded;
  }
  return EditionState::kPublished;
}

bool IsPublic(EditionState state) {
  return state == EditionState::kPublished || state == EditionState::kSuperseded;
}

absl::StatusOr<absl::Time> DecidePublication(const std::string& id, const Publication& publication,
                                             const Publication* revised,
                                             std::optional<absl::Time> wanted, absl::Time now) {
  if (IsPublic(StateAt(publication, now))) return *publication.time;
  if (wanted.has_value() && *wanted <= now) return EmbargoPassed(*wanted, now);
  const absl::Time time = wanted.value_or(now);
  if (publication.revises.empty()) return time;
  if (revised == nullptr || !revised->time.has_value() || *revised->time > time) {
    return RevisedNotPublished(id, publication.revises);
  }
  if (!revised->successor.empty() && revised->successor != id) {
    return RevisedAlready(publication.revises, revised->successor);
  }
  return time;
}

absl::Status CheckRecall(const std::string& id, const Publication& publication, absl::Time now) {
  if (!IsPublic(StateAt(publication, now))) return absl::OkStatus();
  return AlreadyPublic(id);
}

}  // namespace vg::report
