// Takes responses in, inside one transaction. Internal to the storage of the survey.

#ifndef VG_SERVICES_SURVEY_STORAGE_INTAKE_H_
#define VG_SERVICES_SURVEY_STORAGE_INTAKE_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/feed/feed.h"
#include "common/sql/transaction.h"
#include "services/survey/storage/quota_room.h"
#include "services/survey/storage/response.h"
#include "services/survey/storage/revision.h"
#include "services/survey/storage/tally.h"

namespace vg::survey {

inline constexpr std::string_view kResponseFeed = "survey.responses";

// Reads what is there, decides in memory, and writes everything at the end: the changes, which
// response holds which id, the states of units, the quotas, the counters and the heads of the feed.
//
// Good under READ COMMITTED. Whoever writes about a unit first locks the head of the feed in its
// partition, and before that the quotas of the wave, if it has any; so nothing that was read about
// a unit changes until the transaction ends. Only an id that comes for units of two partitions at
// once escapes that; its key lets one in, and the other transaction is run again.
//
// Borrows what it is given until Finish.
class Intake {
 public:
  explicit Intake(sql::Transaction& transaction, absl::Time now)
      : transaction_(transaction),
        now_(now),
        numbers_(transaction, kResponseFeed),
        tally_(transaction, now),
        quotas_(transaction) {}

  // Locks and reads all that `submissions` are about. Once, for everything that is to be taken.
  absl::Status Open(std::span<const Submission* const> submissions);

  // Handles `submissions` as if one after the other. One result for each, in their order; a refused
  // one leaves no trace but a note if a quota turned it away.
  absl::Status Take(std::span<const Submission> submissions,
                    std::vector<SubmissionResult>& results);

  // Instead of Open, for a change of a response of `unit`. Once: what was read about the unit
  // before is to be read again.
  absl::Status OpenFor(const Tally::UnitRole& unit);

  // Puts `after` in the place of `before`, which is what is there, complete, and about the same
  // unit and questionnaire. `after` keeps the time at which `before` was accepted.
  void Correct(const Revision& before, const StoredResponse& after, std::string_view reason);

  // Takes `before`, which is what is there and counts, out of every count, and out of the quotas of
  // `claims`, whose waves were locked before OpenFor.
  absl::Status Withdraw(const Revision& before, Role role, std::span<const QuotaClaim> claims,
                        std::string_view reason);

  absl::Status Finish();

  bool changed_anything() const { return !changes_.empty(); }
  QuotaRoom& quotas() { return quotas_; }

 private:
  using Key = std::pair<int64_t, absl::string_view>;  // A response: wave and id.

  // A row of response_change to be.
  struct Change {
    int64_t wave;
    const StoredResponse* response;
    RevisionKind kind;
    int revision;
    int64_t number;
    int64_t follows;
    int64_t earlier;
    absl::Time accept_time;
    absl::Time change_time;
    std::string reason;
    int home = 0;  // The partition that Add puts it in, its holder's.
  };
  // A row of response, as it is and as it will be.
  struct Holder {
    int home = 0;
    int64_t number = 0;  // 0: there is none.
    bool withdrawn = false;
    bool stored = false;
    bool changed = false;
    std::string submitter = {};
  };
  struct HolderRow {
    int partition;
    int64_t wave;
    std::string_view response;
    Holder* holder;
  };
  // Whether a submission may come in; if not, why it is refused.
  struct Admission {
    bool admitted = true;
    absl::Status refusal;
  };

  absl::Status LockQuotas(std::span<const Submission* const> submissions);
  // In the order of the table's key: rows that are near each other are read and locked one after
  // the other.
  std::vector<HolderRow> HoldersByKey();
  absl::Status LoadHolders(std::span<const Submission* const> submissions);
  absl::StatusOr<SubmissionResult> TakeOne(const Submission& submission);
  absl::StatusOr<SubmissionResult> TakeNew(const Submission& submission, Holder& holder);
  absl::StatusOr<SubmissionResult> TakeAgain(const Submission& submission, Holder& holder);
  // Whether it is by whom the partial response is that it would replace, or comes with its token.
  absl::StatusOr<bool> MayGoOn(const Submission& submission, const Holder& holder);
  // Counts the submission, unless the unit has answered or a quota is full.
  absl::StatusOr<Admission> Admit(const Submission& submission, Tally::UnitChange change);
  // What a change of the feed made of its response, whether it is in the table yet or not.
  absl::StatusOr<Revision> Read(int home, int64_t number);
  absl::StatusOr<bool> WasOnce(Revision newest, std::string_view digest);
  // The partition of the rows about a unit.
  int HomeOf(std::string_view unit) const;
  void Add(Holder& holder, Change change);
  absl::Status AppendChanges();
  absl::Status WriteHolders();
  absl::Status WriteParadata();

  sql::Transaction& transaction_;
  const absl::Time now_;
  feed::Numbers numbers_;
  Tally tally_;
  QuotaRoom quotas_;
  absl::flat_hash_map<Key, Holder> holders_;
  std::vector<Change> changes_;
  std::map<Key, const Submission*> paradata_;  // The last submission that brought some.
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_INTAKE_H_
