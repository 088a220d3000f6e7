#include "services/funding/storage/funding_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/errors.h"
#include "services/funding/storage/component_text.h"
#include "services/funding/storage/run_attempt.h"

namespace vg::funding {
namespace {

constexpr char kSchemeColumns[] = "scheme, version, digest, publish_time, content";
constexpr char kRunColumns[] =
    "id, scheme, version, snapshot, create_time, facts, creator, supersedes, "
    "(SELECT later.id FROM run later WHERE later.supersedes = run.id) AS superseded_by";
constexpr char kAllocationColumns[] = "recipient, title, cents, undetermined_reason, components";

SchemeVersionRow ReadScheme(const sql::Row& row) {
  return {row.String(0), row.Int64(1), row.String(2), row.Time(3), row.OctetString(4)};
}

RunRow ReadRun(const sql::Row& row) {
  return {.id = row.String(0),
          .scheme = row.String(1),
          .version = row.Int64(2),
          .snapshot = row.String(3),
          .create_time = row.Time(4),
          .facts = row.OctetString(5),
          .creator = row.String(6),
          .supersedes = row.String(7),
          .superseded_by = row.IsNull(8) ? std::string() : row.String(8)};
}

absl::StatusOr<Allocation> ReadAllocation(const sql::Row& row, Currency currency) {
  Allocation allocation{.code = row.String(0), .title = row.String(1)};
  if (!row.IsNull(2)) allocation.amount = Money{row.Int64(2), currency};
  allocation.undetermined_reason = row.String(3);
  ASSIGN_OR_RETURN(allocation.components, ComponentsFromText(row.Text(4), currency));
  return allocation;
}

std::string SchemeQuery(const char* rest) {
  return absl::StrCat("SELECT ", kSchemeColumns, " FROM scheme_version ", rest);
}
std::string RunQuery(const char* rest) {
  return absl::StrCat("SELECT ", kRunColumns, " FROM run ", rest);
}
std::string AllocationQuery(const char* rest) {
  return absl::StrCat("SELECT ", kAllocationColumns, " FROM allocation ", rest);
}

absl::StatusOr<std::optional<SchemeVersionRow>> NewestScheme(sql::Transaction& transaction,
                                                             std::string_view scheme) {
  static const auto& sql =
      *new std::string(SchemeQuery("WHERE scheme = $1 ORDER BY version DESC LIMIT 1"));
  std::optional<SchemeVersionRow> found;
  RETURN_IF_ERROR(
      transaction
          .QueryOne(sql, {scheme}, [&found](const sql::Row& row) { found = ReadScheme(row); })
          .status());
  return found;
}

absl::StatusOr<std::optional<SchemeVersionRow>> OneScheme(sql::Transaction& transaction,
                                                          std::string_view scheme,
                                                          int64_t version) {
  static const auto& sql = *new std::string(SchemeQuery("WHERE scheme = $1 AND version = $2"));
  std::optional<SchemeVersionRow> found;
  RETURN_IF_ERROR(transaction
                      .QueryOne(sql, {scheme, version},
                                [&found](const sql::Row& row) { found = ReadScheme(row); })
                      .status());
  return found;
}

absl::StatusOr<std::optional<RunRow>> OneRun(sql::Transaction& transaction, std::string_view id) {
  static const auto& sql = *new std::string(RunQuery("WHERE id = $1"));
  std::optional<RunRow> found;
  RETURN_IF_ERROR(
      transaction.QueryOne(sql, {id}, [&found](const sql::Row& row) { found = ReadRun(row); })
          .status());
  return found;
}

// A run is superseded once.
absl::Status CheckSupersedable(sql::Transaction& transaction, const std::string& id) {
  if (id.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::optional<RunRow> run, OneRun(transaction, id));
  if (!run.has_value()) return NotFound(absl::StrCat("runs/", id));
  if (run->superseded_by.empty()) return absl::OkStatus();
  return NotSupersedable(absl::StrCat("runs/", id),
                         absl::StrCat("runs/", run->superseded_by, " did already"));
}

absl::Status InsertRun(sql::Transaction& transaction, const RunRow& run,
                       const std::string& attempt) {
  return transaction
      .Execute(
          "INSERT INTO run (id, scheme, version, snapshot, create_time, facts, creator, "
          "supersedes, attempt) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
          {run.id, run.scheme, run.version, run.snapshot, run.create_time, sql::Bytes{run.facts},
           run.creator, run.supersedes, attempt})
      .status();
}

}  // namespace

absl::StatusOr<std::vector<Allocation>> ReadAllocations(sql::Transaction& transaction,
                                                        std::string_view run,
                                                        std::string_view first,
                                                        std::string_view last, Currency currency) {
  static const auto& sql =
      *new std::string(AllocationQuery("WHERE run = (SELECT attempt FROM run WHERE id = $1) AND "
                                       "recipient >= $2 AND recipient <= $3 ORDER BY recipient"));
  std::vector<Allocation> allocations;
  RETURN_IF_ERROR(
      transaction.Query(sql, {run, first, last}, [&](const sql::Row& row) -> absl::Status {
        ASSIGN_OR_RETURN(allocations.emplace_back(), ReadAllocation(row, currency));
        return absl::OkStatus();
      }));
  return allocations;
}

absl::StatusOr<SchemeVersionRow> FundingStore::Publish(const requests::Request& request,
                                                       const SchemeVersionRow& draft) {
  SchemeVersionRow published;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    const auto publish = [&]() -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const std::optional<SchemeVersionRow> newest,
                       NewestScheme(transaction, draft.scheme));
      if (newest.has_value() && newest->digest == draft.digest) {
        return absl::StrCat(newest->version);
      }
      const int64_t version = newest.has_value() ? newest->version + 1 : 1;
      RETURN_IF_ERROR(
          transaction
              .Execute(
                  "INSERT INTO scheme_version (scheme, version, digest, publish_time, content) "
                  "VALUES ($1, $2, $3, $4, $5)",
                  {draft.scheme, version, draft.digest, draft.publish_time,
                   sql::Bytes{draft.content}})
              .status());
      return absl::StrCat(version);
    };
    ASSIGN_OR_RETURN(const std::string answer,
                     requests::Once(transaction, request, draft.publish_time, publish));
    int64_t version = 0;
    if (!absl::SimpleAtoi(answer, &version)) {
      return absl::DataLossError("the kept answer of PublishScheme is damaged");
    }
    ASSIGN_OR_RETURN(std::optional<SchemeVersionRow> row,
                     OneScheme(transaction, draft.scheme, version));
    if (!row.has_value()) return absl::DataLossError("a published scheme version is gone");
    published = *std::move(row);
    return absl::OkStatus();
  }));
  return published;
}

absl::StatusOr<std::optional<SchemeVersionRow>> FundingStore::FindScheme(
    std::string_view scheme, std::optional<int64_t> version) {
  std::optional<SchemeVersionRow> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    if (version.has_value()) {
      ASSIGN_OR_RETURN(found, OneScheme(transaction, scheme, *version));
    } else {
      ASSIGN_OR_RETURN(found, NewestScheme(transaction, scheme));
    }
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<SchemeVersionRow>> FundingStore::ListSchemes(std::string_view only,
                                                                        std::string_view scheme,
                                                                        int64_t version,
                                                                        size_t limit) {
  static const auto& all =
      *new std::string(SchemeQuery("WHERE (scheme > $1 OR (scheme = $1 AND version > $2)) "
                                   "ORDER BY scheme, version LIMIT $3"));
  static const auto& one =
      *new std::string(SchemeQuery("WHERE scheme = $1 AND version > $2 ORDER BY version LIMIT $3"));
  std::vector<SchemeVersionRow> rows;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    rows.clear();
    return transaction.Query(only.empty() ? all : one,
                             {only.empty() ? scheme : only, version, static_cast<int64_t>(limit)},
                             [&rows](const sql::Row& row) { rows.push_back(ReadScheme(row)); });
  }));
  return rows;
}

absl::StatusOr<RunRow> FundingStore::Keep(const requests::Request& request, const RunRow& draft,
                                          const std::vector<Allocation>& allocations) {
  return Keep(request, draft,
              [&](RunRow&, AllocationSink sink) { return sink(std::span(allocations)); });
}

absl::StatusOr<RunRow> FundingStore::Keep(const requests::Request& request, const RunRow& draft,
                                          RunComputation compute) {
  // What is certain to be answered otherwise is not computed.
  bool present = false;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<RunRow> run, OneRun(transaction, draft.id));
    present = run.has_value();
    return present ? absl::OkStatus() : CheckSupersedable(transaction, draft.supersedes);
  }));
  RunAttempt attempt(database_, draft.id, draft.create_time);
  RunRow run = draft;
  if (!present) {
    RETURN_IF_ERROR(DropAbandoned(database_, draft.create_time));
    const absl::Status computed =
        compute(run, [&](std::span<const Allocation> batch) { return attempt.Add(batch); });
    if (!computed.ok()) {
      attempt.Drop().IgnoreError();  // If it cannot be dropped now, it is later.
      return computed;
    }
  }
  absl::StatusOr<RunRow> kept = KeepComputed(request, run, attempt);
  attempt.Drop().IgnoreError();
  return kept;
}

absl::StatusOr<RunRow> FundingStore::KeepComputed(const requests::Request& request,
                                                  const RunRow& run, RunAttempt& attempt) {
  RunRow kept;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    const auto keep = [&]() -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const std::optional<RunRow> present, OneRun(transaction, run.id));
      if (!present.has_value()) {
        RETURN_IF_ERROR(CheckSupersedable(transaction, run.supersedes));
        RETURN_IF_ERROR(attempt.Conclude(transaction));
        RETURN_IF_ERROR(InsertRun(transaction, run, attempt.name()));
      } else if (present->scheme != run.scheme || present->version != run.version ||
                 present->snapshot != run.snapshot || present->supersedes != run.supersedes) {
        return RunExists(absl::StrCat("runs/", present->id),
                         absl::StrCat("schemes/", present->scheme, "/versions/", present->version),
                         absl::StrCat("snapshots/", present->snapshot));
      }
      return run.id;
    };
    ASSIGN_OR_RETURN(const std::string id,
                     requests::Once(transaction, request, run.create_time, keep));
    ASSIGN_OR_RETURN(std::optional<RunRow> row, OneRun(transaction, id));
    if (!row.has_value()) return absl::DataLossError("a kept run is gone");
    kept = *std::move(row);
    return absl::OkStatus();
  }));
  return kept;
}

absl::StatusOr<std::optional<RunRow>> FundingStore::FindRun(std::string_view id) {
  std::optional<RunRow> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, OneRun(transaction, id));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<RunRow>> FundingStore::ListRuns(absl::Time before, std::string_view id,
                                                           size_t limit) {
  static const auto& sql =
      *new std::string(RunQuery("WHERE create_time < $1 OR (create_time = $1 AND id < $2) "
                                "ORDER BY create_time DESC, id DESC LIMIT $3"));
  std::vector<RunRow> rows;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    rows.clear();
    return transaction.Query(sql, {before, id, static_cast<int64_t>(limit)},
                             [&rows](const sql::Row& row) { rows.push_back(ReadRun(row)); });
  }));
  return rows;
}

absl::StatusOr<std::optional<Allocation>> FundingStore::FindAllocation(std::string_view run,
                                                                       std::string_view recipient,
                                                                       Currency currency) {
  static const auto& sql = *new std::string(
      AllocationQuery("WHERE run = (SELECT attempt FROM run WHERE id = $1) AND recipient = $2"));
  std::optional<Allocation> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    found.reset();
    return transaction
        .QueryOne(sql, {run, recipient},
                  [&](const sql::Row& row) -> absl::Status {
                    ASSIGN_OR_RETURN(found, ReadAllocation(row, currency));
                    return absl::OkStatus();
                  })
        .status();
  }));
  return found;
}

absl::StatusOr<std::vector<Allocation>> FundingStore::ListAllocations(std::string_view run,
                                                                      std::string_view recipient,
                                                                      bool undetermined_only,
                                                                      size_t limit,
                                                                      Currency currency) {
  static const auto& all =
      *new std::string(AllocationQuery("WHERE run = (SELECT attempt FROM run WHERE id = $1) AND "
                                       "recipient > $2 ORDER BY recipient LIMIT $3"));
  static const auto& undetermined = *new std::string(
      AllocationQuery("WHERE run = (SELECT attempt FROM run WHERE id = $1) AND recipient > $2 AND "
                      "cents IS NULL ORDER BY recipient LIMIT $3"));
  std::vector<Allocation> rows;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    rows.clear();
    return transaction.Query(undetermined_only ? undetermined : all,
                             {run, recipient, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) -> absl::Status {
                               ASSIGN_OR_RETURN(rows.emplace_back(), ReadAllocation(row, currency));
                               return absl::OkStatus();
                             });
  }));
  return rows;
}

absl::StatusOr<std::vector<std::string>> FundingStore::ListRecipients(std::string_view run,
                                                                      std::string_view recipient,
                                                                      size_t limit) {
  std::vector<std::string> recipients;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    recipients.clear();
    return transaction.Query(
        "SELECT recipient FROM allocation WHERE run = (SELECT attempt FROM run WHERE id = $1) "
        "AND recipient > $2 ORDER BY recipient LIMIT $3",
        {run, recipient, static_cast<int64_t>(limit)},
        [&](const sql::Row& row) { recipients.push_back(row.String(0)); });
  }));
  return recipients;
}

}  // namespace vg::funding
