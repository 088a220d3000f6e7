#include "services/catalogue/storage/programme_store.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "common/feed/partition.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/catalogue/storage/programme_writes.h"

namespace vg::catalogue {
namespace {

constexpr char kListOfSchool[] =
    "SELECT p.school, p.school_year, p.content FROM programme p "
    "WHERE p.partition = $1 AND p.school = $2 AND p.school_year > $3 "
    "AND ($4 = '' OR p.school_year = $4) "
    "AND ($5 = '' OR EXISTS (SELECT 1 FROM programme_choice c WHERE c.partition = p.partition "
    "AND c.school = p.school AND c.school_year = p.school_year AND c.intervention = $5)) "
    "ORDER BY p.school_year LIMIT $6";
constexpr char kListAll[] =
    "SELECT school, school_year, content FROM programme "
    "WHERE (school, school_year) > ($1, $2) AND ($3 = '' OR school_year = $3) "
    "ORDER BY school, school_year LIMIT $4";
constexpr char kListByIntervention[] =
    "SELECT c.school, c.school_year, p.content FROM programme_choice c "
    "JOIN programme p ON p.partition = c.partition AND p.school = c.school "
    "AND p.school_year = c.school_year "
    "WHERE c.intervention = $5 AND (c.school, c.school_year) > ($1, $2) "
    "AND ($3 = '' OR c.school_year = $3) "
    "ORDER BY c.school, c.school_year LIMIT $4";
constexpr char kRevisions[] =
    "SELECT revision, content FROM ("
    "SELECT revision, content FROM programme "
    "WHERE partition = $1 AND school = $2 AND school_year = $3 "
    "UNION ALL SELECT revision, content FROM programme_revision "
    "WHERE partition = $1 AND school = $2 AND school_year = $3) AS history "
    "WHERE revision < $4 ORDER BY revision DESC LIMIT $5";
constexpr char kCountProgrammes[] = "SELECT COUNT(*) FROM programme WHERE school_year = $1";
constexpr char kCountChoices[] =
    "SELECT intervention, status, COUNT(*) FROM programme_choice WHERE school_year = $1 "
    "GROUP BY intervention, status ORDER BY intervention, status";
constexpr char kChoicesFromEdition[] =
    "SELECT c.partition, c.school, c.school_year, c.intervention FROM programme p "
    "JOIN programme_choice c ON c.partition = p.partition AND c.school = p.school "
    "AND c.school_year = p.school_year WHERE p.menu_edition = $1 "
    "ORDER BY c.partition, c.school, c.school_year";

int PartitionOf(const ProgrammeKey& key) { return feed::PartitionOf(key.school); }

}  // namespace

absl::StatusOr<std::string> ProgrammeStore::Change(const ProgrammeKey& key,
                                                   const requests::Request& request, absl::Time now,
                                                   Decision decide) {
  std::string answer;
  const auto change = [&](sql::Transaction& transaction) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(LockPartition(transaction, PartitionOf(key)));
    ASSIGN_OR_RETURN(std::optional<std::string> content, SelectContent(transaction, key));
    ASSIGN_OR_RETURN(const std::optional<ProgrammeChange> decided,
                     decide(content ? &*content : nullptr));
    if (!decided) return content ? *std::move(content) : std::string();
    RETURN_IF_ERROR(Keep(transaction, {&*decided, 1}, now));
    return decided->content;
  };
  RETURN_IF_ERROR(
      committer_.Commit(PartitionOf(key), [&](sql::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(
            answer, requests::Once(transaction, request, now, [&] { return change(transaction); }));
        return absl::OkStatus();
      }));
  return answer;
}

absl::Status ProgrammeStore::ChangeMany(std::span<const ProgrammeKey> keys, absl::Time now,
                                        DecisionOf decide) {
  if (keys.empty()) return absl::OkStatus();
  std::vector<size_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(PartitionOf(keys[a]), keys[a]) < std::pair(PartitionOf(keys[b]), keys[b]);
  });
  return database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        int locked = -1;
        for (const size_t index : order) {
          const int partition = PartitionOf(keys[index]);
          if (partition == locked) continue;
          RETURN_IF_ERROR(LockPartition(transaction, partition));
          locked = partition;
        }
        std::vector<ProgrammeChange> changes;
        for (const size_t index : order) {
          ASSIGN_OR_RETURN(const std::optional<std::string> content,
                           SelectContent(transaction, keys[index]));
          ASSIGN_OR_RETURN(std::optional<ProgrammeChange> decided,
                           decide(index, content ? &*content : nullptr));
          if (decided) changes.push_back(*std::move(decided));
        }
        return Keep(transaction, changes, now);
      },
      sql::Isolation::kReadCommitted);
}

absl::StatusOr<std::string> ProgrammeStore::Get(const ProgrammeKey& key) {
  ASSIGN_OR_RETURN(std::optional<std::string> content, Find(key));
  if (!content) return NotFound("schools/" + key.school + "/programmes/" + key.school_year);
  return *std::move(content);
}

absl::StatusOr<std::optional<std::string>> ProgrammeStore::Find(const ProgrammeKey& key) {
  std::optional<std::string> content;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(content, SelectContent(transaction, key));
    return absl::OkStatus();
  }));
  return content;
}

absl::StatusOr<std::vector<StoredProgramme>> ProgrammeStore::List(const ProgrammeFilter& filter,
                                                                  const ProgrammeKey& after,
                                                                  size_t limit) {
  std::vector<StoredProgramme> programmes;
  const auto visit = [&](const sql::Row& row) {
    programmes.push_back({.key = {.school = row.String(0), .school_year = row.String(1)},
                          .content = row.OctetString(2)});
  };
  const auto most = static_cast<int64_t>(limit);
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    programmes.clear();
    if (!filter.school.empty()) {
      return transaction.Query(kListOfSchool,
                               {feed::PartitionOf(filter.school), filter.school, after.school_year,
                                filter.school_year, filter.intervention, most},
                               visit);
    }
    if (!filter.intervention.empty()) {
      return transaction.Query(
          kListByIntervention,
          {after.school, after.school_year, filter.school_year, most, filter.intervention}, visit);
    }
    return transaction.Query(kListAll, {after.school, after.school_year, filter.school_year, most},
                             visit);
  }));
  return programmes;
}

absl::StatusOr<std::vector<ProgrammeRevision>> ProgrammeStore::Revisions(const ProgrammeKey& key,
                                                                         int64_t below,
                                                                         size_t limit) {
  std::vector<ProgrammeRevision> revisions;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    revisions.clear();
    return transaction.Query(
        kRevisions,
        {PartitionOf(key), key.school, key.school_year, below, static_cast<int64_t>(limit)},
        [&](const sql::Row& row) {
          revisions.push_back({.revision = row.Int(0), .content = row.OctetString(1)});
        });
  }));
  return revisions;
}

absl::StatusOr<YearCounts> ProgrammeStore::Count(const std::string& school_year) {
  YearCounts counts;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    counts = {};
    ASSIGN_OR_RETURN(const std::optional<int64_t> programmes,
                     transaction.QueryInt64(kCountProgrammes, {school_year}));
    counts.programmes = programmes.value_or(0);
    return transaction.Query(kCountChoices, {school_year}, [&](const sql::Row& row) {
      counts.choices.push_back({.intervention = row.String(0),
                                .status = static_cast<ChoiceStatus>(row.Int(1)),
                                .programmes = row.Int64(2)});
    });
  }));
  return counts;
}

absl::StatusOr<int64_t> ProgrammeStore::CountTouched(const std::string& menu_edition,
                                                     const std::set<std::string>& interventions) {
  int64_t touched = 0;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    touched = 0;
    ProgrammeKey last;  // The last programme that was counted.
    return transaction.Query(kChoicesFromEdition, {menu_edition}, [&](const sql::Row& row) {
      if (row.Text(1) == last.school && row.Text(2) == last.school_year) return;
      if (!interventions.contains(row.String(3))) return;
      last = {.school = row.String(1), .school_year = row.String(2)};
      ++touched;
    });
  }));
  return touched;
}

}  // namespace vg::catalogue
