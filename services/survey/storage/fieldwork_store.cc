#include "services/survey/storage/fieldwork_store.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"

#include "common/feed/partition.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

constexpr char kInsertFinding[] =
    "INSERT INTO disposition_event (wave, role, unit, event_time, disposition, record_time, note) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) "
    "ON CONFLICT (wave, role, unit, event_time, disposition) DO NOTHING";
// The last one counts, in whatever order they come.
constexpr char kPutDisposition[] =
    "INSERT INTO disposition (wave, role, unit, event_time, disposition) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (wave, role, unit) DO UPDATE "
    "SET event_time = $4, disposition = $5 WHERE disposition.event_time < $4 "
    "OR (disposition.event_time = $4 AND disposition.disposition < $5)";
constexpr char kSelectFindings[] =
    "SELECT role, unit, event_time, disposition, note FROM disposition_event "
    "WHERE wave = $1 AND role BETWEEN 1 AND 4 AND unit = $2 "
    "ORDER BY event_time DESC, disposition DESC, role LIMIT $3";
constexpr char kInsertReminder[] =
    "INSERT INTO reminder (wave, role, unit, remind_time) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (wave, role, unit, remind_time) DO NOTHING";
constexpr char kSelectDispositions[] =
    "SELECT unit, event_time, disposition FROM disposition WHERE wave = $1 AND role = $2";
constexpr char kSelectReminders[] =
    "SELECT unit, COUNT(*), MAX(remind_time) FROM reminder WHERE wave = $1 AND role = $2 "
    "GROUP BY unit";

// Names every partition, so that the key of the table leads to the rows of the wave.
std::string SelectResponses(sql::Engine engine) {
  std::string text = "SELECT unit, complete, partial FROM unit_state WHERE partition IN (";
  for (int partition = 0; partition < feed::PartitionsIn(engine); ++partition) {
    absl::StrAppend(&text, partition == 0 ? "" : ", ", partition);
  }
  return text + ") AND wave = $1 AND role = $2";
}

}  // namespace

absl::StatusOr<int64_t> FieldworkStore::Record(int64_t wave, std::span<const Finding> findings,
                                               absl::Time now) {
  // Writers that meet on PostgreSQL lock rows in the same order.
  std::vector<const Finding*> ordered;
  for (const Finding& finding : findings) ordered.push_back(&finding);
  std::sort(ordered.begin(), ordered.end(), [](const Finding* a, const Finding* b) {
    return std::tie(a->role, a->unit, a->find_time, a->disposition) <
           std::tie(b->role, b->unit, b->find_time, b->disposition);
  });
  int64_t recorded = 0;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    recorded = 0;
    for (const Finding* const finding : ordered) {
      const int role = static_cast<int>(finding->role);
      const int disposition = static_cast<int>(finding->disposition);
      ASSIGN_OR_RETURN(
          const int64_t added,
          transaction.Execute(kInsertFinding, {wave, role, finding->unit, finding->find_time,
                                               disposition, now, finding->note}));
      if (added == 0) continue;
      ++recorded;
      RETURN_IF_ERROR(transaction
                          .Execute(kPutDisposition,
                                   {wave, role, finding->unit, finding->find_time, disposition})
                          .status());
    }
    return absl::OkStatus();
  }));
  return recorded;
}

absl::StatusOr<std::vector<Finding>> FieldworkStore::Findings(int64_t wave, std::string_view unit,
                                                              size_t limit) {
  std::vector<Finding> findings;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    findings.clear();
    return transaction.Query(
        kSelectFindings, {wave, unit, static_cast<int64_t>(limit)}, [&](const sql::Row& row) {
          findings.push_back({.unit = row.String(1),
                              .role = static_cast<Role>(row.Int(0)),
                              .disposition = static_cast<Disposition>(row.Int(3)),
                              .find_time = row.Time(2),
                              .note = row.String(4)});
        });
  }));
  std::reverse(findings.begin(), findings.end());
  return findings;
}

absl::StatusOr<int64_t> FieldworkStore::Remind(int64_t wave, Role role,
                                               std::span<const std::string> units,
                                               absl::Time time) {
  std::vector<std::string_view> ordered(units.begin(), units.end());
  std::sort(ordered.begin(), ordered.end());
  int64_t recorded = 0;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    recorded = 0;
    for (const std::string_view unit : ordered) {
      ASSIGN_OR_RETURN(
          const int64_t added,
          transaction.Execute(kInsertReminder, {wave, static_cast<int>(role), unit, time}));
      recorded += added;
    }
    return absl::OkStatus();
  }));
  return recorded;
}

absl::StatusOr<Fieldwork> FieldworkStore::Read(int64_t wave, Role role, bool with_reminders) {
  Fieldwork fieldwork;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    fieldwork.clear();
    const int number = static_cast<int>(role);
    const std::string select_responses = SelectResponses(transaction.engine());
    RETURN_IF_ERROR(transaction.Query(select_responses, {wave, number}, [&](const sql::Row& row) {
      UnitFieldwork& unit = fieldwork[row.String(0)];
      unit.complete_responses = row.Int64(1);
      unit.partial_responses = row.Int64(2);
    }));
    RETURN_IF_ERROR(
        transaction.Query(kSelectDispositions, {wave, number}, [&](const sql::Row& row) {
          UnitFieldwork& unit = fieldwork[row.String(0)];
          unit.find_time = row.Time(1);
          unit.found = static_cast<Disposition>(row.Int(2));
        }));
    if (!with_reminders) return absl::OkStatus();
    return transaction.Query(kSelectReminders, {wave, number}, [&](const sql::Row& row) {
      UnitFieldwork& unit = fieldwork[row.String(0)];
      unit.reminders = row.Int64(1);
      unit.last_reminder = row.Time(2);
    });
  }));
  return fieldwork;
}

}  // namespace vg::survey
