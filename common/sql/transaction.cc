#include "common/sql/transaction.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/sql/connection.h"
#include "common/sql/utf8.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"

namespace vg::sql {
namespace {

absl::Status CheckTexts(std::span<const Value> values) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].type() == Value::Type::kText && !IsStorableText(values[i].octets())) {
      return absl::InvalidArgumentError(
          absl::StrCat("value $", i + 1, " is not UTF-8 text without zero bytes"));
    }
  }
  return absl::OkStatus();
}

// Whether the transaction as a whole is lost, so that a savepoint cannot help.
bool EndsAll(const absl::Status& failure) {
  return absl::IsAborted(failure) || absl::IsUnavailable(failure) ||
         absl::IsResourceExhausted(failure) || absl::IsDataLoss(failure);
}

}  // namespace

Engine Transaction::engine() const { return connection_.engine(); }

absl::Status Transaction::Ready() const {
  if (!failure_.ok()) return failure_;
  if (querying_) {
    return absl::InternalError(
        "a statement was run while the rows of a query were being visited; collect them first");
  }
  return absl::OkStatus();
}

absl::Status Transaction::Note(absl::Status status) {
  if (failure_.ok() && !status.ok()) failure_ = status;
  return status;
}

absl::StatusOr<int64_t> Transaction::Execute(std::string_view sql, Params params) {
  RETURN_IF_ERROR(Note(Ready()));
  RETURN_IF_ERROR(Note(CheckTexts(params.values())));
  absl::StatusOr<int64_t> changed = connection_.Execute(sql, params.values());
  RETURN_IF_ERROR(Note(changed.status()));
  return changed;
}

absl::Status Transaction::Query(std::string_view sql, Params params, RowVisitor visit) {
  RETURN_IF_ERROR(Note(Ready()));
  RETURN_IF_ERROR(Note(CheckTexts(params.values())));
  absl::Status refused = absl::OkStatus();
  querying_ = true;
  const absl::Status status =
      connection_.Query(sql, params.values(), [&refused, &visit](const Row& row) {
        refused = visit(row);
        return refused.ok();
      });
  querying_ = false;
  RETURN_IF_ERROR(Note(status));
  RETURN_IF_ERROR(failure_);  // Of a statement run by the visitor.
  return refused;
}

absl::StatusOr<bool> Transaction::QueryOne(std::string_view sql, Params params, RowVisitor visit) {
  bool found = false;
  absl::Status refused = absl::OkStatus();
  const absl::Status done = absl::CancelledError();
  const absl::Status status = Query(sql, params, [&](const Row& row) -> absl::Status {
    found = true;
    refused = visit(row);
    return done;
  });
  if (!status.ok() && (!failure_.ok() || !found)) return status;
  RETURN_IF_ERROR(refused);
  return found;
}

absl::StatusOr<std::optional<int64_t>> Transaction::QueryInt64(std::string_view sql,
                                                               Params params) {
  std::optional<int64_t> number;
  RETURN_IF_ERROR(
      QueryOne(sql, params, [&number](const Row& row) { number = row.OptionalInt64(0); }).status());
  return number;
}

absl::Status Transaction::QueryEach(std::string_view sql,
                                    std::span<const std::vector<Value>> params,
                                    absl::FunctionRef<void(size_t index, const Row&)> visit) {
  RETURN_IF_ERROR(Note(Ready()));
  for (const std::vector<Value>& values : params) RETURN_IF_ERROR(Note(CheckTexts(values)));
  querying_ = true;
  const absl::Status status = connection_.QueryEach(sql, params, visit);
  querying_ = false;
  RETURN_IF_ERROR(Note(status));
  return failure_;  // Of a statement run by the visitor.
}

absl::StatusOr<bool> Transaction::Next(RowSource next, std::vector<Value>& row) {
  ASSIGN_OR_RETURN(const bool more, next(row));
  RETURN_IF_ERROR(failure_);  // Of a statement run by the source.
  if (more) RETURN_IF_ERROR(CheckTexts(row));
  return more;
}

absl::Status Transaction::FindEach(std::string_view table,
                                   std::initializer_list<std::string_view> keys,
                                   std::initializer_list<std::string_view> columns, RowSource next,
                                   absl::FunctionRef<void(size_t index, const Row&)> visit) {
  RETURN_IF_ERROR(Note(Ready()));
  querying_ = true;
  const absl::Status status = connection_.FindEach(
      table, {keys.begin(), keys.size()}, {columns.begin(), columns.size()},
      [&](std::vector<Value>& row) { return Next(next, row); }, visit);
  querying_ = false;
  RETURN_IF_ERROR(Note(status));
  return failure_;  // Of a statement run by the visitor.
}

absl::Status Transaction::Merge(std::string_view table,
                                std::initializer_list<std::string_view> columns,
                                std::string_view on_conflict, RowSource next,
                                absl::FunctionRef<void(const Row&)> visit) {
  RETURN_IF_ERROR(Note(Ready()));
  querying_ = true;
  const absl::Status status = connection_.Merge(
      table, {columns.begin(), columns.size()}, on_conflict,
      [&](std::vector<Value>& row) { return Next(next, row); }, visit);
  querying_ = false;
  RETURN_IF_ERROR(Note(status));
  return failure_;
}

absl::StatusOr<int64_t> Transaction::Append(std::string_view table,
                                            std::span<const std::string_view> columns,
                                            RowSource next) {
  RETURN_IF_ERROR(Note(Ready()));
  querying_ = true;
  absl::StatusOr<int64_t> count =
      connection_.Append(table, columns, [&](std::vector<Value>& row) { return Next(next, row); });
  querying_ = false;
  RETURN_IF_ERROR(Note(count.status()));
  return count;
}

absl::StatusOr<int64_t> Transaction::Append(std::string_view table,
                                            std::initializer_list<std::string_view> columns,
                                            std::span<const std::vector<Value>> rows) {
  size_t at = 0;
  return Append(table, columns, [&](std::vector<Value>& row) -> absl::StatusOr<bool> {
    if (at == rows.size()) return false;
    row = rows[at++];
    return true;
  });
}

absl::StatusOr<int64_t> Transaction::Append(std::string_view table,
                                            std::initializer_list<std::string_view> columns,
                                            RowSource next) {
  return Append(table, std::span<const std::string_view>(columns.begin(), columns.size()), next);
}

absl::Status Transaction::Savepoint(absl::FunctionRef<absl::Status()> body) {
  RETURN_IF_ERROR(Note(Ready()));
  const std::string name = absl::StrCat("v", ++depth_);
  absl::Status status = Note(connection_.Run(absl::StrCat("SAVEPOINT ", name).c_str()));
  if (status.ok()) {
    status = body();
    if (status.ok()) status = failure_;  // The body overlooked it.
    if (status.ok()) {
      status = Note(connection_.Run(absl::StrCat("RELEASE SAVEPOINT ", name).c_str()));
    } else if (failure_.ok() || !EndsAll(failure_)) {
      failure_ = absl::OkStatus();
      if (!connection_.InTransaction()) {
        failure_ = status;
      } else if (Note(connection_.Run(absl::StrCat("ROLLBACK TO SAVEPOINT ", name).c_str())).ok()) {
        Note(connection_.Run(absl::StrCat("RELEASE SAVEPOINT ", name).c_str())).IgnoreError();
      }
    }
  }
  --depth_;
  return status;
}

absl::Status Transaction::ExecuteScript(const std::string& sql) {
  RETURN_IF_ERROR(Note(Ready()));
  return Note(connection_.Script(sql));
}

}  // namespace vg::sql
