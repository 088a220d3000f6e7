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
    "AND ($7 = '' OR p.menu_edition = $7) "
    "ORDER BY p.school_year LIMIT $6";
constexpr char kListAll[] =
    "SELECT school, school_year, content FROM programme "
    "WHERE (school, school_year) > ($1, $2) AND ($3 = '' OR school_year = $3) "
    "AND ($5 = '' OR menu_edition = $5) "
    "ORDER BY school, school_year LIMIT $4";
constexpr char kListByIntervention[] =
    "SELECT c.school, c.school_year, p.content FROM programme_choice c "
    "JOIN programme p ON p.partition = c.partition AND p.school = c.school "
    "AND p.school_year = c.school_year "
    "WHERE c.intervention = $5 AND (c.school, c.school_year) > ($1, $2) "
    "AND ($3 = '' OR c.school_year = $3) AND ($6 = '' OR p.menu_edition = $6) "
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
    "SELECT intervention, status, COUNT(*), COUNT(pupils), CAST(COALESCE(SUM(pupils), 0) AS "
    "BIGINT), "
    "COUNT(planned_cents), CAST(COALESCE(SUM(planned_cents), 0) AS BIGINT), "
    "CAST(SUM(1 - counted) AS BIGINT) FROM programme_choice WHERE school_year = $1 "
    "GROUP BY intervention, status ORDER BY intervention, status";
constexpr char kIsFiled[] =
    "SELECT 1 FROM programme WHERE partition = $1 AND school = $2 AND school_year = $3";
constexpr char kSchoolsOfYear[] =
    "SELECT school FROM programme WHERE school_year = $1 ORDER BY school";
constexpr char kChoicesOfYear[] =
    "SELECT school, intervention, status, pupils, planned_cents FROM programme_choice "
    "WHERE school_year = $1";

absl::StatusOr<YearCounts> SelectCounts(sql::Transaction& transaction,
                                        const std::string& school_year) {
  YearCounts counts;
  ASSIGN_OR_RETURN(const std::optional<int64_t> programmes,
                   transaction.QueryInt64(kCountProgrammes, {school_year}));
  counts.programmes = programmes.value_or(0);
  RETURN_IF_ERROR(transaction.Query(kCountChoices, {school_year}, [&](const sql::Row& row) {
    counts.choices.push_back({.intervention = row.String(0),
                              .status = static_cast<ChoiceStatus>(row.Int(1)),
                              .programmes = row.Int64(2),
                              .pupils = row.Int64(4),
                              .pupils_said = row.Int64(3),
                              .cents = row.Int64(6),
                              .amount_said = row.Int64(5)});
    counts.uncounted += row.Int64(7);
  }));
  return counts;
}

absl::StatusOr<YearChoices> SelectChoices(sql::Transaction& transaction,
                                          const std::string& school_year) {
  YearChoices year;
  RETURN_IF_ERROR(transaction.Query(kSchoolsOfYear, {school_year}, [&](const sql::Row& row) {
    year.schools.push_back(row.String(0));
  }));
  RETURN_IF_ERROR(transaction.Query(kChoicesOfYear, {school_year}, [&](const sql::Row& row) {
    ChoiceCount count{.intervention = row.String(1),
                      .status = static_cast<ChoiceStatus>(row.Int(2)),
                      .programmes = 1};
    count.pupils = row.OptionalInt64(3).value_or(0);
    count.pupils_said = row.IsNull(3) ? 0 : 1;
    count.cents = row.OptionalInt64(4).value_or(0);
    count.amount_said = row.IsNull(4) ? 0 : 1;
    year.choices.push_back({.school = row.String(0), .count = std::move(count)});
  }));
  return year;
}

}  // namespace

absl::StatusOr<std::string> ProgrammeStore::Change(const ProgrammeKey& key,
                                                   const requests::Request& request, absl::Time now,
                                                   Decision decide) {
  std::string answer;
  const int partition = PartitionOf(database_.engine(), key);
  const auto change = [&](sql::Transaction& transaction) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(LockPartition(transaction, partition));
    ASSIGN_OR_RETURN(std::optional<std::string> content, SelectContent(transaction, key));
    ASSIGN_OR_RETURN(const std::optional<ProgrammeChange> decided,
                     decide(content ? &*content : nullptr));
    if (!decided) return content ? *std::move(content) : std::string();
    RETURN_IF_ERROR(Keep(transaction, {&*decided, 1}, now));
    return decided->content;
  };
  RETURN_IF_ERROR(committer_.Commit(partition, [&](sql::Transaction& transaction) -> absl::Status {
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
  const auto home = [this](const ProgrammeKey& key) {
    return PartitionOf(database_.engine(), key);
  };
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(home(keys[a]), keys[a]) < std::pair(home(keys[b]), keys[b]);
  });
  return database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        int locked = -1;
        for (const size_t index : order) {
          const int partition = home(keys[index]);
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
      return transaction.Query(
          kListOfSchool,
          {feed::PartitionOf(database_.engine(), filter.school), filter.school, after.school_year,
           filter.school_year, filter.intervention, most, filter.menu_edition},
          visit);
    }
    if (!filter.intervention.empty()) {
      return transaction.Query(kListByIntervention,
                               {after.school, after.school_year, filter.school_year, most,
                                filter.intervention, filter.menu_edition},
                               visit);
    }
    return transaction.Query(
        kListAll, {after.school, after.school_year, filter.school_year, most, filter.menu_edition},
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
        {PartitionOf(database_.engine(), key), key.school, key.school_year, below,
         static_cast<int64_t>(limit)},
        [&](const sql::Row& row) {
          revisions.push_back({.revision = row.Int(0), .content = row.OctetString(1)});
        });
  }));
  return revisions;
}

absl::StatusOr<YearCounts> ProgrammeStore::Count(const std::string& school_year) {
  YearCounts counts;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(counts, SelectCounts(transaction, school_year));
    return absl::OkStatus();
  }));
  return counts;
}

absl::StatusOr<std::pair<YearCounts, YearChoices>> ProgrammeStore::Choices(
    const std::string& school_year) {
  std::pair<YearCounts, YearChoices> year;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(year.first, SelectCounts(transaction, school_year));
    ASSIGN_OR_RETURN(year.second, SelectChoices(transaction, school_year));
    return absl::OkStatus();
  }));
  return year;
}

absl::Status ProgrammeStore::CountAnew(
    absl::FunctionRef<absl::StatusOr<std::vector<CountedChoice>>(const std::string& content)>
        choices_of) {
  for (int partition = 0; partition < feed::PartitionsIn(database_.engine()); ++partition) {
    RETURN_IF_ERROR(database_.Write(
        [&](sql::Transaction& transaction) -> absl::Status {
          RETURN_IF_ERROR(LockPartition(transaction, partition));
          ASSIGN_OR_RETURN(const std::vector<StoredProgramme> uncounted,
                           SelectUncounted(transaction, partition));
          for (const StoredProgramme& programme : uncounted) {
            ASSIGN_OR_RETURN(const std::vector<CountedChoice> choices,
                             choices_of(programme.content));
            RETURN_IF_ERROR(ReplaceChoices(transaction, programme.key, choices));
          }
          return absl::OkStatus();
        },
        sql::Isolation::kReadCommitted));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::set<std::string>> ProgrammeStore::Filed(const std::vector<std::string>& schools,
                                                            const std::string& school_year) {
  std::set<std::string> filed;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    filed.clear();
    for (const std::string& school : schools) {
      ASSIGN_OR_RETURN(
          const bool there,
          transaction.QueryOne(
              kIsFiled, {feed::PartitionOf(transaction.engine(), school), school, school_year},
              [](const sql::Row&) {}));
      if (there) filed.insert(school);
    }
    return absl::OkStatus();
  }));
  return filed;
}

}  // namespace vg::catalogue
