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
#include "services/survey/storage/attributes_text.h"
#include "services/survey/storage/extension_store.h"
#include "services/survey/storage/sample_rows.h"

namespace vg::survey {
namespace {

constexpr char kSelectWave[] =
    "SELECT wave, number, title_nl, title_en, snapshot, snapshot_digest, open_time, close_time, "
    "opening_digest, quotas, samples, extensions, revoked_extensions FROM wave WHERE wave = $1";
constexpr char kSelectFirst[] =
    "SELECT wave, number, title_nl, title_en, snapshot, snapshot_digest, open_time, close_time, "
    "opening_digest, quotas, samples, extensions, revoked_extensions FROM wave "
    "ORDER BY open_time DESC, wave LIMIT $1";
constexpr char kSelectAfter[] =
    "SELECT wave, number, title_nl, title_en, snapshot, snapshot_digest, open_time, close_time, "
    "opening_digest, quotas, samples, extensions, revoked_extensions FROM wave "
    "WHERE open_time < $1 OR (open_time = $1 AND wave > $2) "
    "ORDER BY open_time DESC, wave LIMIT $3";
constexpr char kSelectId[] = "SELECT wave FROM wave WHERE number = $1";
constexpr char kSelectLastNumber[] = "SELECT MAX(number) FROM wave";
constexpr char kInsertWave[] =
    "INSERT INTO wave (wave, number, title_nl, title_en, snapshot, snapshot_digest, open_time, "
    "close_time, opening_digest, quotas, samples) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
constexpr char kUpdateWave[] =
    "UPDATE wave SET title_nl = $2, title_en = $3, open_time = $4, close_time = $5 "
    "WHERE wave = $1";
constexpr char kInsertQuestionnaire[] =
    "INSERT INTO wave_questionnaire (wave, place, questionnaire, version, role, sectors, access) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)";
constexpr char kSelectQuestionnaires[] =
    "SELECT questionnaire, version, role, sectors, access FROM wave_questionnaire WHERE wave = $1 "
    "ORDER BY place";
constexpr char kInsertQuota[] =
    "INSERT INTO wave_quota (wave, place, quota, role, attributes, most) "
    "VALUES ($1, $2, $3, $4, $5, $6)";
constexpr char kSelectQuotas[] =
    "SELECT quota, role, attributes, most FROM wave_quota WHERE wave = $1 ORDER BY place";
constexpr char kInsertRole[] =
    "INSERT INTO wave_role (wave, role, population_units) VALUES ($1, $2, $3)";
constexpr char kSelectRoles[] =
    "SELECT role, population_units FROM wave_role WHERE wave = $1 ORDER BY role";
constexpr char kSelectUnits[] =
    "SELECT unit, sector, attributes FROM wave_unit WHERE wave = $1 ORDER BY unit";
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

// A row of `wave`, and how much of the wave is in other tables.
struct WaveRow {
  StoredWave stored;
  int64_t quotas = 0;
  int64_t samples = 0;
};

WaveRow FromRow(const sql::Row& row) {
  WaveRow read;
  read.stored.wave.id = row.String(0);
  read.stored.number = row.Int64(1);
  read.stored.wave.title = {row.String(2), row.String(3)};
  read.stored.wave.snapshot = row.String(4);
  read.stored.wave.snapshot_digest = row.String(5);
  read.stored.wave.open_time = row.Time(6);
  read.stored.wave.close_time = row.Time(7);
  read.stored.opening_digest = row.String(8);
  read.quotas = row.Int64(9);
  read.samples = row.Int64(10);
  read.stored.extensions = row.Int64(11);
  read.stored.extension_changes = row.Int64(11) + row.Int64(12);
  return read;
}

absl::StatusOr<StoredWave> Complete(sql::Transaction& transaction, WaveRow read) {
  StoredWave& stored = read.stored;
  RETURN_IF_ERROR(
      transaction.Query(kSelectQuestionnaires, {stored.number}, [&stored](const sql::Row& row) {
        stored.wave.questionnaires.push_back({.questionnaire = row.String(0),
                                              .version = row.Int(1),
                                              .sectors = SectorsFromText(row.Text(3)),
                                              .role = static_cast<Role>(row.Int(2)),
                                              .access = static_cast<Access>(row.Int(4))});
      }));
  if (read.samples != 0) {
    ASSIGN_OR_RETURN(stored.wave.samples, ReadSummaries(transaction, stored.number));
  }
  if (read.quotas == 0) return std::move(stored);
  RETURN_IF_ERROR(transaction.Query(kSelectQuotas, {stored.number}, [&stored](const sql::Row& row) {
    stored.wave.quotas.push_back({.id = row.String(0),
                                  .role = static_cast<Role>(row.Int(1)),
                                  .where = AttributesFromText(row.Text(2)),
                                  .limit = row.Int64(3)});
  }));
  return std::move(stored);
}

absl::StatusOr<std::optional<StoredWave>> FindWave(sql::Transaction& transaction,
                                                   std::string_view id) {
  std::optional<WaveRow> read;
  RETURN_IF_ERROR(
      transaction.QueryOne(kSelectWave, {id}, [&read](const sql::Row& row) { read = FromRow(row); })
          .status());
  if (!read) return std::nullopt;
  return Complete(transaction, *std::move(read));
}

absl::StatusOr<StoredWave> GetWave(sql::Transaction& transaction, std::string_view id) {
  ASSIGN_OR_RETURN(std::optional<StoredWave> found, FindWave(transaction, id));
  if (!found) return NotFound(absl::StrCat("waves/", Av(id)));
  return *std::move(found);
}

absl::Status InsertWave(sql::Transaction& transaction, const Wave& wave,
                        const std::vector<Unit>& units, const std::vector<Sample>& samples) {
  ASSIGN_OR_RETURN(const auto last, transaction.QueryInt64(kSelectLastNumber));
  const int64_t number = last.value_or(0) + 1;
  RETURN_IF_ERROR(
      transaction
          .Execute(kInsertWave,
                   {wave.id, number, wave.title.nl, wave.title.en, wave.snapshot,
                    wave.snapshot_digest, wave.open_time, wave.close_time, OpeningDigest(wave),
                    static_cast<int64_t>(wave.quotas.size()), static_cast<int64_t>(samples.size())})
          .status());
  for (size_t i = 0; i < wave.questionnaires.size(); ++i) {
    const WaveQuestionnaire& asked = wave.questionnaires[i];
    RETURN_IF_ERROR(transaction
                        .Execute(kInsertQuestionnaire,
                                 {number, static_cast<int64_t>(i), asked.questionnaire,
                                  asked.version, static_cast<int>(asked.role),
                                  SectorsToText(asked.sectors), static_cast<int>(asked.access)})
                        .status());
  }
  for (size_t i = 0; i < wave.quotas.size(); ++i) {
    const Quota& quota = wave.quotas[i];
    RETURN_IF_ERROR(
        transaction
            .Execute(kInsertQuota, {number, static_cast<int64_t>(i), quota.id,
                                    static_cast<int>(quota.role), ToText(quota.where), quota.limit})
            .status());
  }
  for (const auto& [role, population] : CountPopulation(wave, units)) {
    RETURN_IF_ERROR(
        transaction.Execute(kInsertRole, {number, static_cast<int>(role), population}).status());
  }
  for (size_t i = 0; i < samples.size(); ++i) {
    RETURN_IF_ERROR(InsertSample(transaction, number, samples[i], wave.samples[i]));
  }
  size_t next = 0;
  return transaction
      .Append("wave_unit", {"wave", "unit", "sector", "attributes"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == units.size()) return false;
                const Unit& unit = units[next++];
                row = {number, unit.name, static_cast<int>(unit.sector), ToText(unit.attributes)};
                return true;
              })
      .status();
}

}  // namespace

absl::StatusOr<std::string> WaveStore::Open(const Wave& wave, const std::vector<Unit>& units,
                                            const std::vector<Sample>& samples,
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
      RETURN_IF_ERROR(InsertWave(transaction, wave, units, samples));
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

absl::StatusOr<std::string> WaveStore::IdOf(int64_t number) {
  std::string id;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    return transaction
        .QueryOne(kSelectId, {number}, [&id](const sql::Row& row) { id = row.String(0); })
        .status();
  }));
  if (id.empty()) return absl::DataLossError(absl::StrCat("wave number ", number, " is missing"));
  return id;
}

absl::StatusOr<std::vector<Wave>> WaveStore::List(std::optional<absl::Time> after_time,
                                                  std::string_view after_id, size_t limit) {
  std::vector<Wave> waves;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    waves.clear();
    std::vector<WaveRow> found;
    const auto visit = [&found](const sql::Row& row) { found.push_back(FromRow(row)); };
    const auto most = static_cast<int64_t>(limit);
    RETURN_IF_ERROR(after_time
                        ? transaction.Query(kSelectAfter, {*after_time, after_id, most}, visit)
                        : transaction.Query(kSelectFirst, {most}, visit));
    for (WaveRow& read : found) {
      ASSIGN_OR_RETURN(StoredWave stored, Complete(transaction, std::move(read)));
      waves.push_back(std::move(stored.wave));
    }
    return absl::OkStatus();
  }));
  return waves;
}

absl::StatusOr<std::vector<Unit>> WaveStore::Units(int64_t number) {
  std::vector<Unit> units;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    units.clear();
    return transaction.Query(kSelectUnits, {number}, [&units](const sql::Row& row) {
      units.push_back(
          {row.String(0), static_cast<Sector>(row.Int(1)), AttributesFromText(row.Text(2))});
    });
  }));
  return units;
}

absl::StatusOr<std::vector<Sample>> WaveStore::Samples(const StoredWave& stored) {
  std::vector<Sample> samples;
  if (stored.wave.samples.empty()) return samples;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(samples, ReadSamples(transaction, stored.number));
    return absl::OkStatus();
  }));
  return samples;
}

absl::StatusOr<std::vector<SampleUnit>> WaveStore::SampleUnits(int64_t number, Role role,
                                                               std::string_view after,
                                                               size_t limit) {
  std::vector<SampleUnit> units;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(units, ReadSampleUnits(transaction, number, role, after, limit));
    return absl::OkStatus();
  }));
  return units;
}

absl::StatusOr<std::vector<Extension>> WaveStore::Extensions(int64_t number) {
  return ExtensionStore(database_).List(number, "", ExtensionStore::kMaxExtensions);
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
