#include "common/app/principals_watch.h"

#include "common/log/log.h"

namespace vg {

PrincipalsWatch::PrincipalsWatch(auth::Directory& directory, metrics::Registry& registry)
    : directory_(directory),
      principals_(registry.Gauge("voortgang_principals", "Principals that may call.")),
      current_(registry.Gauge("voortgang_principals_current",
                              "Whether the principals file is in force as it is now.")) {
  principals_.Set(static_cast<double>(directory_.size()));
  current_.Set(1);
}

void PrincipalsWatch::Tell(const absl::Status& outcome) {
  current_.Set(outcome.ok() ? 1 : 0);
  principals_.Set(static_cast<double>(directory_.size()));
  if (outcome.ok()) {
    LOG(INFO) << "the principals file was read again: " << directory_.size() << " principals";
  } else {
    LOG(ERROR) << "the principals file is wrong, the one before stays in force: "
               << outcome.message();
  }
}

absl::Status PrincipalsWatch::Reload() {
  const absl::Status outcome = directory_.Reload();
  Tell(outcome);
  return outcome;
}

void PrincipalsWatch::Start(absl::Duration interval) {
  repeater_.Start(interval, [this, interval] {
    const auto changed = directory_.ReloadIfChanged();
    if (!changed.ok() || *changed) Tell(changed.status());
    return interval;
  });
}

}  // namespace vg
