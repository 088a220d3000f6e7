#include "services/survey/storage/wave_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"

namespace vg::survey {
namespace {

constexpr char kSelectWave[] =
    "SELECT wave, number, title_nl, title_en, snapshot, snapshot_digest, open_time, close_time, "
    "opening_digest FROM wave WHERE wave = $1";
constexpr char kSelectFirst[] =
    "SELECT wave, number, title_nl, title_en, snapshot, snapshot_digest, open_time, close_time, "
    "opening_digest FROM wave ORDER BY open_time DESC, wave LIMIT $1";
constexpr char kSelectAfter[] =
    "SELECT wave, number, title_nl, title_en, snapshot, snapshot_digest, open_time, close_time, "
    "opening_digest FROM wave WHERE open_time < $1 OR (open_time = $1 AND wave > $2) "
    "ORDER BY open_time DESC, wave LIMIT $3";
constexpr char kSelectLastNumber[] = "SELECT MAX(number) FROM wave";
constexpr char kInsertWave[] =
    "INSERT INTO wave (wave, number, title_nl, title_en, snapshot, snapshot_digest, open_time, "
    "close_time, opening_digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
constexpr char kUpdateWave[] =
    "UPDATE wave SET title_nl = $2, title_en = $3, open_time = $4, close_time = $5 "
    "WHERE wave = $1";
constexpr char kInsertQuestionnaire[] =
    "INSERT INTO wave_questionnaire (wave, place, questionnaire, version, role, sectors) "
    "VALUES ($1, $2, $3, $4, $5, $6)";
constexpr char kSelectQuestionnaires[] =
    "SELECT questionnaire, version, role, sectors FROM wave_questionnaire WHERE wave = $1 "
    "ORDER BY place";
constexpr char kInsertRole[] =
    "INSERT INTO wave_role (wave, role, population_units) VALUES ($1, $2, $3)";
constexpr char kSelectRoles[] =
    "SELECT role, population_units FROM wave_role WHERE wave = $1 ORDER BY role";
constexpr char kSelectUnits[] = "SELECT unit, sector FROM wave_unit WHERE wave = $1 ORDER BY unit";
constexpr char kSelectCounters[] =
    "SELECT role, day, CAST(SUM(complete_units) AS BIGINT), CAST(SUM(started_units) AS BIGINT), "
    "CAST(SUM(complete_responses) AS BIGINT), CAST(SUM(partial_responses) AS BIGINT), "
    "CAST(SUM(withdrawn_responses) AS BIGINT) "
    "FROM wave_counter WHERE wave = $1 GROUP BY role, day ORDER BY role, day";

// One digit per sector.
std::string SectorsToText(const std::vector<Sector>& sectors) {
  std::string text;
  for (const Sector sector : sectors) text += static_cast<char>('0' + static_cast<int>(sector));
  return text;
}

std::vector<Sector> SectorsFromText(std::string_view text) {
  std::vector<Sector> sectors;
  for (const char digit : text) sectors.push_back(static_cast<Sector>(digit - '0'));
  return sectors;
}

StoredWave FromRow(const sql::Row& row) {
  StoredWave stored;
  stored.wave.id = row.String(0);
  stored.number = row.Int64(1);
  stored.wave.title = {row.String(2), row.String(3)};
  stored.wave.snapshot = row.String(4);
  stored.wave.snapshot_digest = row.String(5);
  stored.wave.open_time = row.Time(6);
  stored.wave.close_time = row.Time(7);
  stored.opening_digest = row.String(8);
  return stored;
}

absl::Status AddQuestionnaires(sql::Transaction& transaction, StoredWave& stored) {
  return transaction.Query(kSelectQuestionnaires, {stored.number}, [&stored](const sql::Row& row) {
    stored.wave.questionnaires.push_back({.questionnaire = row.String(0),
                                          .version = row.Int(1),
                                          .sectors = SectorsFromText(row.Text(3)),
                                          .role = static_cast<Role>(row.Int(2))});
  });
}

absl::StatusOr<std::optional<StoredWave>> FindWave(sql::Transaction& transaction,
                                                   std::string_view id) {
  std::optional<StoredWave> found;
  RETURN_IF_ERROR(
      transaction
          .QueryOne(kSelectWave, {id}, [&found](const sql::Row& row) { found = FromRow(row); })
          .status());
  if (found) RETURN_IF_ERROR(AddQuestionnaires(transaction, *found));
  return found;
}

absl::StatusOr<StoredWave> GetWave(sql::Transaction& transaction, std::string_view id) {
  ASSIGN_OR_RETURN(std::optional<StoredWave> found, FindWave(transaction, id));
  if (!found) return NotFound(absl::StrCat("waves/", Av(id)));
  return *std::move(found);
}

absl::Status InsertWave(sql::Transaction& transaction, const Wave& wave,
                        const std::vector<Unit>& units) {
  ASSIGN_OR_RETURN(const auto last, transaction.QueryInt64(kSelectLastNumber));
  const int64_t number = last.value_or(0) + 1;
  RETURN_IF_ERROR(transaction
                      .Execute(kInsertWave, {wave.id, number, wave.title.nl, wave.title.en,
                                             wave.snapshot, wave.snapshot_digest, wave.open_time,
                                             wave.close_time, OpeningDigest(wave)})
                      .status());
  for (size_t i = 0; i < wave.questionnaires.size(); ++i) {
    const WaveQuestionnaire& asked = wave.questionnaires[i];
    RETURN_IF_ERROR(
        transaction
            .Execute(kInsertQuestionnaire,
                     {number, static_cast<int64_t>(i), asked.questionnaire, asked.version,
                      static_cast<int>(asked.role), SectorsToText(asked.sectors)})
            .status());
  }
  for (const auto& [role, population] : CountPopulation(wave, units)) {
    RETURN_IF_ERROR(
        transaction.Execute(kInsertRole, {number, static_cast<int>(role), population}).status());
  }
  size_t next = 0;
  return transaction
      .Append("wave_unit", {"wave", "unit", "sector"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == units.size()) return false;
                const Unit& unit = units[next++];
                row = {number, unit.name, static_cast<int>(unit.sector)};
                return true;
              })
      .status();
}

}  // namespace

absl::StatusOr<std::string> WaveStore::Open(const Wave& wave, const std::vector<Unit>& units,
                                            const requests::Request& request, absl::Time now,
                                            Encode encode) {
  std::string answer;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    const auto open = [&]() -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const auto existing, FindWave(transaction, wave.id));
      if (existing && existing->opening_digest != OpeningDigest(wave)) {
        return WaveExists(wave.name());
      }
      if (existing) return encode(existing->wave);
      RETURN_IF_ERROR(InsertWave(transaction, wave, units));
      return encode(wave);
    };
    ASSIGN_OR_RETURN(answer, requests::Once(transaction, request, now, open));
    return absl::OkStatus();
  }));
  return answer;
}

absl::StatusOr<std::string> WaveStore::Update(std::string_view id, const requests::Request& request,
                                              absl::Time now, Change change, Encode encode) {
  std::string answer;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    const auto update = [&]() -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const StoredWave stored, GetWave(transaction, id));
      ASSIGN_OR_RETURN(const Wave changed, change(stored.wave));
      RETURN_IF_ERROR(transaction
                          .Execute(kUpdateWave, {id, changed.title.nl, changed.title.en,
                                                 changed.open_time, changed.close_time})
                          .status());
      return encode(changed);
    };
    ASSIGN_OR_RETURN(answer, requests::Once(transaction, request, now, update));
    return absl::OkStatus();
  }));
  return answer;
}

absl::StatusOr<std::optional<StoredWave>> WaveStore::Find(std::string_view id) {
  std::optional<StoredWave> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindWave(transaction, id));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<StoredWave> WaveStore::Get(std::string_view id) {
  ASSIGN_OR_RETURN(std::optional<StoredWave> found, Find(id));
  if (!found) return NotFound(absl::StrCat("waves/", Av(id)));
  return *std::move(found);
}

absl::StatusOr<std::vector<Wave>> WaveStore::List(std::optional<absl::Time> after_time,
                                                  std::string_view after_id, size_t limit) {
  std::vector<StoredWave> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    found.clear();
    const auto visit = [&found](const sql::Row& row) { found.push_back(FromRow(row)); };
    const auto most = static_cast<int64_t>(limit);
    RETURN_IF_ERROR(after_time
                        ? transaction.Query(kSelectAfter, {*after_time, after_id, most}, visit)
                        : transaction.Query(kSelectFirst, {most}, visit));
    for (StoredWave& stored : found) RETURN_IF_ERROR(AddQuestionnaires(transaction, stored));
    return absl::OkStatus();
  }));
  std::vector<Wave> waves;
  for (StoredWave& stored : found) waves.push_back(std::move(stored.wave));
  return waves;
}

absl::StatusOr<std::vector<Unit>> WaveStore::Units(int64_t number) {
  std::vector<Unit> units;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    units.clear();
    return transaction.Query(kSelectUnits, {number}, [&units](const sql::Row& row) {
      units.push_back({row.String(0), static_cast<Sector>(row.Int(1))});
    });
  }));
  return units;
}

absl::StatusOr<std::vector<RoleProgress>> WaveStore::Progress(std::string_view id) {
  std::map<Role, RoleProgress> roles;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    roles.clear();
    ASSIGN_OR_RETURN(const StoredWave stored, GetWave(transaction, id));
    RETURN_IF_ERROR(transaction.Query(kSelectRoles, {stored.number}, [&roles](const sql::Row& row) {
      const Role role = static_cast<Role>(row.Int(0));
      roles[role] = {.role = role, .population_units = row.Int64(1)};
    }));
    return transaction.Query(kSelectCounters, {stored.number}, [&roles](const sql::Row& row) {
      RoleProgress& progress = roles[static_cast<Role>(row.Int(0))];
      progress.complete_units += row.Int64(2);
      progress.started_units += row.Int64(3);
      progress.complete_responses += row.Int64(4);
      progress.partial_responses += row.Int64(5);
      progress.withdrawn_responses += row.Int64(6);
      const int64_t accepted = row.Int64(4) + row.Int64(5);
      if (accepted != 0) progress.by_day[absl::CivilDay(1970, 1, 1) + row.Int64(1)] = accepted;
    });
  }));
  std::vector<RoleProgress> progress;
  for (auto& [role, counted] : roles) progress.push_back(std::move(counted));
  return progress;
}

}  // namespace vg::survey
