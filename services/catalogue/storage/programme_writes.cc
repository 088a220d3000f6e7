#include "services/catalogue/storage/programme_writes.h"

#include <utility>
#include <vector>

#include "common/feed/feed.h"
#include "common/feed/partition.h"
#include "common/status/status_macros.h"

namespace vg::catalogue {
namespace {

constexpr char kLock[] =
    "INSERT INTO programme_lock (partition, writes) VALUES ($1, 1) "
    "ON CONFLICT (partition) DO UPDATE SET writes = programme_lock.writes + 1";
constexpr char kSelectContent[] =
    "SELECT content FROM programme WHERE partition = $1 AND school = $2 AND school_year = $3";
constexpr char kKeepRevision[] =
    "INSERT INTO programme_revision (partition, school, school_year, revision, content) "
    "SELECT partition, school, school_year, revision, content FROM programme "
    "WHERE partition = $1 AND school = $2 AND school_year = $3";
constexpr char kUpdate[] =
    "UPDATE programme SET menu_edition = $4, revision = $5, content = $6 "
    "WHERE partition = $1 AND school = $2 AND school_year = $3";
constexpr char kUpdateContent[] =
    "UPDATE programme SET content = $4 "
    "WHERE partition = $1 AND school = $2 AND school_year = $3";
constexpr char kSelectUncounted[] =
    "SELECT school, school_year, content FROM programme p WHERE partition = $1 "
    "AND EXISTS (SELECT 1 FROM programme_choice c WHERE c.partition = p.partition "
    "AND c.school = p.school AND c.school_year = p.school_year AND c.counted = 0)";
constexpr char kDeleteChoices[] =
    "DELETE FROM programme_choice WHERE partition = $1 AND school = $2 AND school_year = $3";

// Makes room for a new revision of a programme that is there.
absl::Status Replace(sql::Transaction& transaction, const ProgrammeChange& change) {
  const ProgrammeKey& key = change.key;
  const int partition = PartitionOf(transaction.engine(), key);
  RETURN_IF_ERROR(
      transaction.Execute(kKeepRevision, {partition, key.school, key.school_year}).status());
  RETURN_IF_ERROR(
      transaction
          .Execute(kUpdate, {partition, key.school, key.school_year, change.menu_edition,
                             change.revision, sql::Bytes{change.content}})
          .status());
  return transaction.Execute(kDeleteChoices, {partition, key.school, key.school_year}).status();
}

absl::Status ReplaceContent(sql::Transaction& transaction, const ProgrammeChange& change) {
  const ProgrammeKey& key = change.key;
  return transaction
      .Execute(kUpdateContent, {PartitionOf(transaction.engine(), key), key.school, key.school_year,
                                sql::Bytes{change.content}})
      .status();
}

absl::Status AddNew(sql::Transaction& transaction,
                    const std::vector<const ProgrammeChange*>& changes) {
  size_t at = 0;
  return transaction
      .Append("programme",
              {"partition", "school", "school_year", "menu_edition", "revision", "content"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (at == changes.size()) return false;
                const ProgrammeChange& change = *changes[at++];
                row = {PartitionOf(transaction.engine(), change.key),
                       change.key.school,
                       change.key.school_year,
                       change.menu_edition,
                       change.revision,
                       sql::Bytes{change.content}};
                return true;
              })
      .status();
}

// The choices of one programme after those of another.
struct ChoicesOf {
  const ProgrammeKey& key;
  const std::vector<CountedChoice>& choices;
};

absl::Status AddChoices(sql::Transaction& transaction, const std::vector<ChoicesOf>& programmes) {
  size_t at = 0;
  size_t choice = 0;
  return transaction
      .Append("programme_choice",
              {"partition", "school", "school_year", "intervention", "status", "pupils",
               "planned_cents", "counted"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                while (at < programmes.size() && choice == programmes[at].choices.size()) {
                  ++at;
                  choice = 0;
                }
                if (at == programmes.size()) return false;
                const ProgrammeKey& key = programmes[at].key;
                const CountedChoice& counted = programmes[at].choices[choice++];
                row = {PartitionOf(transaction.engine(), key),
                       key.school,
                       key.school_year,
                       counted.intervention,
                       static_cast<int>(counted.status),
                       counted.pupils,
                       counted.cents,
                       1};
                return true;
              })
      .status();
}

}  // namespace

int PartitionOf(sql::Engine engine, const ProgrammeKey& key) {
  return feed::PartitionOf(engine, key.school);
}

absl::Status LockPartition(sql::Transaction& transaction, int partition) {
  return transaction.Execute(kLock, {partition}).status();
}

absl::StatusOr<std::optional<std::string>> SelectContent(sql::Transaction& transaction,
                                                         const ProgrammeKey& key) {
  std::optional<std::string> content;
  RETURN_IF_ERROR(
      transaction
          .QueryOne(kSelectContent,
                    {PartitionOf(transaction.engine(), key), key.school, key.school_year},
                    [&](const sql::Row& row) { content = row.OctetString(0); })
          .status());
  return content;
}

absl::StatusOr<std::vector<StoredProgramme>> SelectUncounted(sql::Transaction& transaction,
                                                             int partition) {
  std::vector<StoredProgramme> programmes;
  RETURN_IF_ERROR(transaction.Query(kSelectUncounted, {partition}, [&](const sql::Row& row) {
    programmes.push_back({.key = {.school = row.String(0), .school_year = row.String(1)},
                          .content = row.OctetString(2)});
  }));
  return programmes;
}

absl::Status ReplaceChoices(sql::Transaction& transaction, const ProgrammeKey& key,
                            const std::vector<CountedChoice>& choices) {
  RETURN_IF_ERROR(transaction
                      .Execute(kDeleteChoices, {PartitionOf(transaction.engine(), key), key.school,
                                                key.school_year})
                      .status());
  return AddChoices(transaction, {{key, choices}});
}

absl::Status Keep(sql::Transaction& transaction, std::span<const ProgrammeChange> changes,
                  absl::Time now) {
  std::vector<const ProgrammeChange*> added;
  std::vector<ChoicesOf> choices;
  std::vector<feed::NewEntry> entries;
  entries.reserve(changes.size());
  choices.reserve(changes.size());
  for (const ProgrammeChange& change : changes) {
    if (change.quiet) {
      RETURN_IF_ERROR(ReplaceContent(transaction, change));
      continue;
    }
    if (change.revision == 1) {
      added.push_back(&change);
    } else {
      RETURN_IF_ERROR(Replace(transaction, change));
    }
    choices.push_back({change.key, change.choices});
    entries.push_back({.kind = change.kind, .key = change.key.school, .payload = change.payload});
  }
  if (entries.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(AddNew(transaction, added));
  RETURN_IF_ERROR(AddChoices(transaction, choices));
  return feed::Append(transaction, kProgrammeFeed, entries, now);
}

}  // namespace vg::catalogue
