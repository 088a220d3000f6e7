#include "services/registry/storage/registry_store.h"

#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"

#include "common/requests/request_log.h"
#include "common/sql/transaction.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/registry/domain/errors.h"
#include "services/registry/storage/row_codec.h"
#include "services/registry/storage/school_conditions.h"
#include "services/registry/storage/snapshot_writer.h"

namespace vg::registry {
namespace {

constexpr char kSnapshotColumns[] =
    "id, title, count_date, digest, import_time, synthetic, school_count, board_count, "
    "municipality_count, pupil_count, suppressed_count, uncounted_school_count";
constexpr char kSchoolColumns[] =
    "code, title, sector, board, municipality, province, denomination, structure, place, postcode, "
    "pupil_counts, disadvantage_score, attributes, fact_sources";
constexpr char kMunicipalityColumns[] =
    "code, title, province, population, school_count, pupil_count, disadvantage_score, "
    "attributes, fact_sources";
constexpr char kSelectSources[] =
    "SELECT file_name, kind, sha256, row_count, refused_count FROM source_file "
    "WHERE snapshot_id = $1 ORDER BY position";
constexpr char kSelectRefusals[] =
    "SELECT number, file_name, line, column_name, value, code, sentence FROM refused_row "
    "WHERE snapshot_id = $1 AND number > $2 ORDER BY number LIMIT $3";
constexpr char kSelectFacts[] =
    "SELECT code, title, sector, board, municipality, postcode, pupil_counts FROM school "
    "WHERE snapshot_id = $1 ORDER BY code";
constexpr char kSelectBoard[] =
    "SELECT number, school_count, pupil_count FROM board WHERE snapshot_id = $1 AND number = $2";
constexpr char kSelectBoards[] =
    "SELECT number, school_count, pupil_count FROM board "
    "WHERE snapshot_id = $1 AND number > $2 ORDER BY number LIMIT $3";

absl::StatusOr<std::optional<Exact>> ReadScore(const sql::Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  ASSIGN_OR_RETURN(Exact score, Exact::FromText(row.Text(column)));
  return score;
}

absl::Status ReadSnapshot(const sql::Row& row, Snapshot& snapshot) {
  snapshot.id = row.String(0);
  snapshot.title = row.String(1);
  ASSIGN_OR_RETURN(snapshot.count_date, ParseDay(row.Text(2)));
  snapshot.digest = row.String(3);
  snapshot.import_time = row.Time(4);
  snapshot.synthetic = row.Bool(5);
  snapshot.totals = {.schools = row.Int64(6),
                     .boards = row.Int64(7),
                     .municipalities = row.Int64(8),
                     .pupils = row.Int64(9),
                     .suppressed = row.Int64(10),
                     .uncounted_schools = row.Int64(11)};
  return absl::OkStatus();
}

absl::Status ReadSchool(const sql::Row& row, School& school) {
  school.code = row.String(0);
  school.title = row.String(1);
  school.sector = static_cast<Sector>(row.Int(2));
  school.board = row.String(3);
  school.municipality = row.String(4);
  school.province = row.String(5);
  school.denomination = row.String(6);
  school.structure = row.String(7);
  school.place = row.String(8);
  school.postcode = row.String(9);
  ASSIGN_OR_RETURN(school.pupil_counts, DecodeCounts(row.Text(10)));
  ASSIGN_OR_RETURN(school.disadvantage_score, ReadScore(row, 11));
  ASSIGN_OR_RETURN(school.attributes, DecodeAttributes(row.Text(12)));
  school.fact_sources = row.String(13);
  return absl::OkStatus();
}

absl::Status ReadMunicipality(const sql::Row& row, Municipality& municipality) {
  municipality.code = row.String(0);
  municipality.title = row.String(1);
  municipality.province = row.String(2);
  municipality.population = row.OptionalInt64(3);
  municipality.school_count = row.Int64(4);
  municipality.pupil_count = row.Int64(5);
  ASSIGN_OR_RETURN(municipality.disadvantage_score, ReadScore(row, 6));
  ASSIGN_OR_RETURN(municipality.attributes, DecodeAttributes(row.Text(7)));
  municipality.fact_sources = row.String(8);
  return absl::OkStatus();
}

void ReadBoard(const sql::Row& row, Board& board) {
  board = {.number = row.String(0), .school_count = row.Int64(1), .pupil_count = row.Int64(2)};
}

absl::Status ReadSources(sql::Transaction& transaction, Snapshot& snapshot) {
  snapshot.sources.clear();
  return transaction.Query(kSelectSources, {snapshot.id}, [&](const sql::Row& row) {
    snapshot.sources.push_back({.file_name = row.String(0),
                                .kind = static_cast<SourceKind>(row.Int(1)),
                                .sha256 = row.String(2),
                                .row_count = row.Int64(3),
                                .refused_count = row.Int64(4)});
  });
}

absl::StatusOr<Snapshot> SelectSnapshot(sql::Transaction& transaction, std::string_view id) {
  static const std::string& sql =
      *new std::string(absl::StrCat("SELECT ", kSnapshotColumns, " FROM snapshot WHERE id = $1"));
  Snapshot snapshot;
  ASSIGN_OR_RETURN(const bool found, transaction.QueryOne(sql, {id}, [&](const sql::Row& row) {
    return ReadSnapshot(row, snapshot);
  }));
  if (!found) return SnapshotNotFound(id);
  RETURN_IF_ERROR(ReadSources(transaction, snapshot));
  return snapshot;
}

absl::Status CheckSnapshot(sql::Transaction& transaction, std::string_view id) {
  ASSIGN_OR_RETURN(const auto found,
                   transaction.QueryInt64("SELECT 1 FROM snapshot WHERE id = $1", {id}));
  return found.has_value() ? absl::OkStatus() : SnapshotNotFound(id);
}

// Reads inside one transaction in which the snapshot is known to be there.
absl::Status ReadIn(sql::Database& database, std::string_view snapshot,
                    absl::FunctionRef<absl::Status(sql::Transaction&)> work) {
  return database.Read([&](sql::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(CheckSnapshot(transaction, snapshot));
    return work(transaction);
  });
}

}  // namespace

absl::StatusOr<RegistryStore::Saved> RegistryStore::Save(const ImportOutcome& outcome,
                                                         std::string_view request_id,
                                                         std::string_view request_digest,
                                                         absl::Time now) {
  Saved saved;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    saved.added = false;
    const auto import = [&]() -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(saved.added, AddSnapshot(transaction, outcome.snapshot, now));
      if (saved.added) {
        RETURN_IF_ERROR(AddContent(transaction, outcome));
      } else {
        ASSIGN_OR_RETURN(const Snapshot stored, SelectSnapshot(transaction, outcome.snapshot.id));
        if (stored.digest != outcome.snapshot.digest) {
          return SnapshotExists(stored.id, stored.digest, outcome.snapshot.digest);
        }
      }
      return outcome.snapshot.id;
    };
    ASSIGN_OR_RETURN(const std::string id, requests::Once(transaction,
                                                          {.scope = "ImportSnapshot",
                                                           .request_id = request_id,
                                                           .digest = std::string(request_digest)},
                                                          now, import));
    ASSIGN_OR_RETURN(saved.snapshot, SelectSnapshot(transaction, id));
    return absl::OkStatus();
  }));
  return saved;
}

absl::StatusOr<Snapshot> RegistryStore::GetSnapshot(std::string_view snapshot) {
  Snapshot found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, SelectSnapshot(transaction, snapshot));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<Snapshot>> RegistryStore::ListSnapshots(std::string_view after_date,
                                                                   std::string_view after_id,
                                                                   size_t limit) {
  static const std::string& sql = *new std::string(absl::StrCat(
      "SELECT ", kSnapshotColumns,
      " FROM snapshot WHERE $1 = '' OR count_date < $1 OR (count_date = $1 AND id > $2) "
      "ORDER BY count_date DESC, id LIMIT $3"));
  std::vector<Snapshot> snapshots;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    snapshots.clear();
    RETURN_IF_ERROR(transaction.Query(
        sql, {after_date, after_id, static_cast<int64_t>(limit)},
        [&](const sql::Row& row) { return ReadSnapshot(row, snapshots.emplace_back()); }));
    for (Snapshot& snapshot : snapshots) RETURN_IF_ERROR(ReadSources(transaction, snapshot));
    return absl::OkStatus();
  }));
  return snapshots;
}

absl::StatusOr<std::vector<StoredRefusal>> RegistryStore::ListRefusals(std::string_view snapshot,
                                                                       int64_t after,
                                                                       size_t limit) {
  std::vector<StoredRefusal> refusals;
  RETURN_IF_ERROR(ReadIn(database_, snapshot, [&](sql::Transaction& transaction) {
    refusals.clear();
    return transaction.Query(
        kSelectRefusals, {snapshot, after, static_cast<int64_t>(limit)},
        [&](const sql::Row& row) -> absl::Status {
          const std::optional<RefusalCode> code = RefusalCodeNamed(row.Text(5));
          if (!code.has_value()) {
            return absl::InternalError(absl::StrCat("unknown refusal ", Av(row.Text(5))));
          }
          refusals.push_back({.number = row.Int64(0),
                              .file_name = row.String(1),
                              .refusal = {.code = *code,
                                          .line = row.Int64(2),
                                          .column = row.String(3),
                                          .value = row.String(4),
                                          .sentence = row.String(6)}});
          return absl::OkStatus();
        });
  }));
  return refusals;
}

absl::StatusOr<School> RegistryStore::GetSchool(std::string_view snapshot, std::string_view code) {
  static const std::string& sql = *new std::string(
      absl::StrCat("SELECT ", kSchoolColumns, " FROM school WHERE snapshot_id = $1 AND code = $2"));
  School school;
  RETURN_IF_ERROR(ReadIn(database_, snapshot, [&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const bool found,
                     transaction.QueryOne(sql, {snapshot, code}, [&](const sql::Row& row) {
                       return ReadSchool(row, school);
                     }));
    return found ? absl::OkStatus() : SchoolNotFound(snapshot, code);
  }));
  return school;
}

absl::StatusOr<std::vector<School>> RegistryStore::ListSchools(std::string_view snapshot,
                                                               const SchoolFilter& filter,
                                                               std::string_view after,
                                                               size_t limit) {
  Conditions conditions;
  conditions.Add(absl::StrCat("snapshot_id = ", conditions.Parameter(snapshot)));
  conditions.Add(absl::StrCat("code > ", conditions.Parameter(after)));
  conditions.AddSchools(filter);
  const std::string rows = conditions.Parameter(static_cast<int64_t>(limit));
  const std::string sql = absl::StrCat("SELECT ", kSchoolColumns, " FROM school WHERE ",
                                       conditions.where(), " ORDER BY code LIMIT ", rows);
  std::vector<School> schools;
  RETURN_IF_ERROR(ReadIn(database_, snapshot, [&](sql::Transaction& transaction) {
    schools.clear();
    return transaction.Query(sql, conditions.parameters(), [&](const sql::Row& row) {
      return ReadSchool(row, schools.emplace_back());
    });
  }));
  return schools;
}

absl::StatusOr<int64_t> RegistryStore::CountSchools(std::string_view snapshot,
                                                    const SchoolFilter& filter) {
  Conditions conditions;
  conditions.Add(absl::StrCat("snapshot_id = ", conditions.Parameter(snapshot)));
  conditions.AddSchools(filter);
  const std::string sql = absl::StrCat("SELECT COUNT(*) FROM school WHERE ", conditions.where());
  int64_t count = 0;
  RETURN_IF_ERROR(ReadIn(database_, snapshot, [&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const auto found, transaction.QueryInt64(sql, conditions.parameters()));
    count = found.value_or(0);
    return absl::OkStatus();
  }));
  return count;
}

absl::StatusOr<std::vector<SchoolFacts>> RegistryStore::ReadFacts(std::string_view snapshot) {
  std::vector<SchoolFacts> facts;
  RETURN_IF_ERROR(ReadIn(database_, snapshot, [&](sql::Transaction& transaction) {
    facts.clear();
    return transaction.Query(kSelectFacts, {snapshot}, [&](const sql::Row& row) -> absl::Status {
      SchoolFacts& school = facts.emplace_back();
      school.code = row.String(0);
      school.title = row.String(1);
      school.sector = static_cast<Sector>(row.Int(2));
      school.board = row.String(3);
      school.municipality = row.String(4);
      school.postcode = row.String(5);
      ASSIGN_OR_RETURN(school.pupil_counts, DecodeCounts(row.Text(6)));
      return absl::OkStatus();
    });
  }));
  return facts;
}

absl::StatusOr<Board> RegistryStore::GetBoard(std::string_view snapshot, std::string_view number) {
  Board board;
  RETURN_IF_ERROR(ReadIn(database_, snapshot, [&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const bool found,
                     transaction.QueryOne(kSelectBoard, {snapshot, number},
                                          [&](const sql::Row& row) { ReadBoard(row, board); }));
    return found ? absl::OkStatus() : BoardNotFound(snapshot, number);
  }));
  return board;
}

absl::StatusOr<std::vector<Board>> RegistryStore::ListBoards(std::string_view snapshot,
                                                             std::string_view after, size_t limit) {
  std::vector<Board> boards;
  RETURN_IF_ERROR(ReadIn(database_, snapshot, [&](sql::Transaction& transaction) {
    boards.clear();
    return transaction.Query(kSelectBoards, {snapshot, after, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) { ReadBoard(row, boards.emplace_back()); });
  }));
  return boards;
}

absl::StatusOr<Municipality> RegistryStore::GetMunicipality(std::string_view snapshot,
                                                            std::string_view code) {
  static const std::string& sql = *new std::string(absl::StrCat(
      "SELECT ", kMunicipalityColumns, " FROM municipality WHERE snapshot_id = $1 AND code = $2"));
  Municipality municipality;
  RETURN_IF_ERROR(ReadIn(database_, snapshot, [&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const bool found,
                     transaction.QueryOne(sql, {snapshot, code}, [&](const sql::Row& row) {
                       return ReadMunicipality(row, municipality);
                     }));
    return found ? absl::OkStatus() : MunicipalityNotFound(snapshot, code);
  }));
  return municipality;
}

absl::StatusOr<std::vector<Municipality>> RegistryStore::ListMunicipalities(
    std::string_view snapshot, const std::vector<std::string>& provinces, std::string_view after,
    size_t limit) {
  Conditions conditions;
  conditions.Add(absl::StrCat("snapshot_id = ", conditions.Parameter(snapshot)));
  conditions.Add(absl::StrCat("code > ", conditions.Parameter(after)));
  conditions.AddIn("province", provinces);
  const std::string rows = conditions.Parameter(static_cast<int64_t>(limit));
  const std::string sql = absl::StrCat("SELECT ", kMunicipalityColumns, " FROM municipality WHERE ",
                                       conditions.where(), " ORDER BY code LIMIT ", rows);
  std::vector<Municipality> municipalities;
  RETURN_IF_ERROR(ReadIn(database_, snapshot, [&](sql::Transaction& transaction) {
    municipalities.clear();
    return transaction.Query(sql, conditions.parameters(), [&](const sql::Row& row) {
      return ReadMunicipality(row, municipalities.emplace_back());
    });
  }));
  return municipalities;
}

}  // namespace vg::registry
