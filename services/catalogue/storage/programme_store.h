// Where the programmes of schools are kept, with what they were before and the feed of changes.

#ifndef VG_SERVICES_CATALOGUE_STORAGE_PROGRAMME_STORE_H_
#define VG_SERVICES_CATALOGUE_STORAGE_PROGRAMME_STORE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "common/sql/group_committer.h"
#include "services/catalogue/domain/programme.h"
#include "services/catalogue/domain/uptake.h"

namespace vg::catalogue {

// The feed that every change of a programme is appended to.
inline constexpr char kProgrammeFeed[] = "catalogue.programmes";

// What is counted of a choice.
struct CountedChoice {
  std::string intervention;
  ChoiceStatus status = ChoiceStatus::kPlanned;
  std::optional<int64_t> pupils;
  std::optional<int64_t> cents;
};

// A change to be kept. The messages are as the API writes them; the store does not look into those.
struct ProgrammeChange {
  ProgrammeKey key;
  std::string menu_edition;  // Its id.
  int revision = 0;
  std::vector<CountedChoice> choices;  // Each intervention once.
  std::string content;                 // The programme after the change.
  bool quiet = false;                  // Only the content is new: no revision, nothing to feed.
  std::string kind;                    // For the feed: "filed", "consented", "status".
  std::string payload;                 // For the feed.
};

struct StoredProgramme {
  ProgrammeKey key;
  std::string content;
};

struct ProgrammeRevision {
  int revision = 0;
  std::string content;
};

struct ProgrammeFilter {
  std::string school;        // Empty: any.
  std::string school_year;   // Empty: any.
  std::string intervention;  // One that was chosen; empty: any.
  std::string menu_edition;  // The id of the one chosen from; empty: any.
};

struct YearCounts {
  int64_t programmes = 0;
  std::vector<ChoiceCount> choices;
  int64_t uncounted = 0;  // Choices of which only the status is counted; see CountAnew.
};

// Thread-safe; every method is one transaction. UNAVAILABLE means that the call may be repeated.
// Changes of one programme happen one after the other, also between processes.
class ProgrammeStore {
 public:
  // Decides on the content that is kept (null: none yet): the change to keep, or nothing to leave
  // all as it is. Must be pure: it may run again on newer content.
  using Decision =
      absl::FunctionRef<absl::StatusOr<std::optional<ProgrammeChange>>(const std::string* content)>;
  // The same for one of several.
  using DecisionOf = absl::FunctionRef<absl::StatusOr<std::optional<ProgrammeChange>>(
      size_t index, const std::string* content)>;

  explicit ProgrammeStore(sql::Database& database) : database_(database), committer_(database) {}

  // Changes one programme and returns its content afterwards; with a request id, at most once.
  // Concurrent calls share a commit. Errors of the decision come back unchanged; ALREADY_EXISTS,
  // REQUEST_ID_REUSED.
  absl::StatusOr<std::string> Change(const ProgrammeKey& key, const requests::Request& request,
                                     absl::Time now, Decision decide);

  // Changes many programmes at once, all or nothing. `keys` are distinct; the decision sees their
  // indices in any order. An error of a decision undoes all.
  absl::Status ChangeMany(std::span<const ProgrammeKey> keys, absl::Time now, DecisionOf decide);

  // NOT_FOUND.
  absl::StatusOr<std::string> Get(const ProgrammeKey& key);

  // Nothing if there is none.
  absl::StatusOr<std::optional<std::string>> Find(const ProgrammeKey& key);

  // Programmes by school and school year, after `after`, at most `limit`.
  absl::StatusOr<std::vector<StoredProgramme>> List(const ProgrammeFilter& filter,
                                                    const ProgrammeKey& after, size_t limit);

  // What a programme is and was, newest first, with revisions below `below`, at most `limit`.
  absl::StatusOr<std::vector<ProgrammeRevision>> Revisions(const ProgrammeKey& key, int64_t below,
                                                           size_t limit);

  // How often each intervention was chosen in a school year, from one state of the database.
  absl::StatusOr<YearCounts> Count(const std::string& school_year);

  // The same, programme by programme, and in all.
  absl::StatusOr<std::pair<YearCounts, YearChoices>> Choices(const std::string& school_year);

  // Counts what earlier releases kept without counting it. `choices_of` reads a content.
  absl::Status CountAnew(
      absl::FunctionRef<absl::StatusOr<std::vector<CountedChoice>>(const std::string& content)>
          choices_of);

  // Those of `schools` that have a programme for the school year.
  absl::StatusOr<std::set<std::string>> Filed(const std::vector<std::string>& schools,
                                              const std::string& school_year);

 private:
  sql::Database& database_;
  sql::GroupCommitter committer_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_STORAGE_PROGRAMME_STORE_H_
