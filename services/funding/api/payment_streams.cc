#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/type_conversions.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/api/payment_conversions.h"
#include "services/funding/api/payment_service.h"
#include "services/funding/domain/payments/payment_errors.h"
#include "services/funding/files/payee_file.h"
#include "services/funding/files/payment_file.h"
#include "services/funding/files/row_file.h"
#include "services/funding/files/statement_file.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

constexpr size_t kLinesAtOnce = 1000;
constexpr size_t kPieceBytes = size_t{256} << 10;
constexpr size_t kDifferencesShown = 1000;
constexpr int kStatementsAtOnce = 2;

absl::Status OutOfOrder(std::string_view field, std::string sentence) {
  return InvalidField(field, "OUT_OF_ORDER", std::move(sentence));
}

// The terms that a stream of file pieces begins with.
template <typename Request>
absl::StatusOr<Request> ReadTerms(rpc::Reader<Request>& reader) {
  ASSIGN_OR_RETURN(const Request* const message, reader.Read());
  if (message == nullptr || !message->has_terms()) {
    return OutOfOrder("terms", "the first message is the terms");
  }
  return *message;
}

// Hands the pieces that follow to `take`.
template <typename Request, typename Take>
absl::Status ReadPieces(rpc::Reader<Request>& reader, const Take& take) {
  for (;;) {
    ASSIGN_OR_RETURN(const Request* const message, reader.Read());
    if (message == nullptr) return absl::OkStatus();
    if (message->has_terms()) {
      return OutOfOrder("data", "after the terms comes the file, in pieces");
    }
    RETURN_IF_ERROR(take(message->data()));
  }
}

absl::StatusOr<StatementCsvTerms> CsvTermsOf(const v1::ReconcileStatementTerms& terms) {
  StatementCsvTerms csv{.id = terms.statement(), .account = terms.account()};
  if (csv.id.empty()) {
    return InvalidField("terms.statement", "REQUIRED", "must be given with a CSV file");
  }
  if (csv.account.empty()) {
    return InvalidField("terms.account", "REQUIRED", "must be given with a CSV file");
  }
  if (!terms.currency().empty()) {
    ASSIGN_OR_RETURN(csv.currency, Currency::FromCode(terms.currency()));
  }
  if (terms.has_opening_balance()) {
    ASSIGN_OR_RETURN(csv.opening, rpc::FromProto(terms.opening_balance(), "terms.opening_balance"));
  }
  if (terms.has_closing_balance()) {
    ASSIGN_OR_RETURN(csv.closing, rpc::FromProto(terms.closing_balance(), "terms.closing_balance"));
  }
  return csv;
}

absl::StatusOr<std::vector<BankStatement>> ReadStatements(const v1::ReconcileStatementTerms& terms,
                                                          std::string bytes) {
  if (terms.format() == v1::STATEMENT_FORMAT_CAMT053) return ReadCamt053(bytes);
  ASSIGN_OR_RETURN(const StatementCsvTerms csv, CsvTermsOf(terms));
  ASSIGN_OR_RETURN(BankStatement statement, ReadStatementCsv(bytes, csv));
  std::vector<BankStatement> statements;
  statements.push_back(std::move(statement));
  return statements;
}

// Counts who is at work, for as long as it lives.
class Place {
 public:
  explicit Place(std::atomic<int>& count) : count_(count), number_(++count) {}
  ~Place() { --count_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  int number() const { return number_; }

 private:
  std::atomic<int>& count_;
  const int number_;
};

// Collects the bytes of a file into messages, and digests them.
class FilePieces {
 public:
  explicit FilePieces(rpc::Writer<v1::ExportPaymentBatchResponse>& writer) : writer_(writer) {}

  absl::Status Add(std::string_view bytes) {
    hash_.Update(bytes);
    piece_ += bytes;
    return piece_.size() < kPieceBytes ? absl::OkStatus() : Flush();
  }
  absl::Status Flush() {
    if (piece_.empty()) return absl::OkStatus();
    v1::ExportPaymentBatchResponse response;
    response.set_data(std::move(piece_));
    piece_.clear();
    return writer_.Write(std::move(response));
  }
  std::string Digest() { return hash_.Finish(); }

 private:
  rpc::Writer<v1::ExportPaymentBatchResponse>& writer_;
  std::string piece_;
  Sha256 hash_;
};

}  // namespace

prometheus::Counter& PaymentService::Outcomes(metrics::Registry& metrics, const char* outcome) {
  return metrics.Counter("voortgang_funding_bank_transactions_total",
                         "Transactions of bank statements by what they came to.",
                         {{"outcome", outcome}});
}

grpc::ServerReadReactor<v1::ImportPayeesRequest>* PaymentService::ImportPayees(
    grpc::CallbackServerContext* context, v1::ImportPayeesResponse* response) {
  return calls_.ClientStream<v1::ImportPayeesRequest>(
      context, response, std::bind_front(&PaymentService::DoImportPayees, this));
}

grpc::ServerWriteReactor<v1::ExportPaymentBatchResponse>* PaymentService::ExportPaymentBatch(
    grpc::CallbackServerContext* context, const v1::ExportPaymentBatchRequest* request) {
  return calls_.ServerStream<v1::ExportPaymentBatchResponse>(
      context, request, std::bind_front(&PaymentService::DoExport, this));
}

grpc::ServerReadReactor<v1::ReconcileStatementRequest>* PaymentService::ReconcileStatement(
    grpc::CallbackServerContext* context, v1::ReconcileStatementResponse* response) {
  return calls_.ClientStream<v1::ReconcileStatementRequest>(
      context, response, std::bind_front(&PaymentService::DoReconcile, this));
}

absl::Status PaymentService::DoImportPayees(rpc::Call& call, PayeeReader& reader,
                                            v1::ImportPayeesResponse& response) {
  ASSIGN_OR_RETURN(const v1::ImportPayeesRequest first, ReadTerms(reader));
  const v1::ImportPayeesTerms& terms = first.terms();
  PayeeFile file;
  RETURN_IF_ERROR(ReadPieces(reader, [&](std::string_view bytes) { return file.Feed(bytes); }));
  RETURN_IF_ERROR(file.Finish());
  response.set_account_count(static_cast<int64_t>(file.payees().size()));
  response.set_refused_count(file.refused().total());
  for (const RefusedRow& row : file.refused().kept()) *response.add_refused_rows() = ToProto(row);
  const bool stopped = !file.refused().empty() && !terms.skip_refused();
  if (stopped || terms.validate_only() || file.payees().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const PayeeChange change, payees_.Propose({.id = terms.change_id(),
                                                              .digest = DigestOf(file.payees()),
                                                              .proposed_by = call.caller().name,
                                                              .propose_time = clock_.Now()},
                                                             file.payees()));
  *response.mutable_payee_change() = ToProto(change);
  return absl::OkStatus();
}

absl::Status PaymentService::ForEachLine(
    const std::string& batch, const std::function<absl::Status(const PaymentLine&)>& take) {
  int after = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const std::vector<PaymentLineRow> rows,
                     payments_.Lines(batch, std::nullopt, after, kLinesAtOnce));
    for (const PaymentLineRow& row : rows) RETURN_IF_ERROR(take(row.line));
    if (rows.size() < kLinesAtOnce) return absl::OkStatus();
    after = rows.back().line.number;
  }
}

absl::Status PaymentService::DoExport(rpc::Call& call, const v1::ExportPaymentBatchRequest& request,
                                      FileWriter& writer) {
  ASSIGN_OR_RETURN(PaymentBatchRow batch, BatchNamed(request.name(), "name"));
  const bool csv = request.format() == v1::PAYMENT_FILE_FORMAT_CSV;
  // What a bank would take is there for an authorised batch alone.
  if (batch.state != BatchState::kAuthorised && !(csv && request.preview())) {
    return BatchNotAuthorised(batch.id, batch.state, batch.created_by);
  }
  // From here on a statement may tell of it, whoever else is still reading the file.
  if (!request.preview()) {
    ASSIGN_OR_RETURN(batch, payments_.MarkExported(batch.id, clock_.Now(), call.caller().name));
  }
  const PaymentFileHead head{.message_id = batch.message_id,
                             .batch = batch.id,
                             .execution_date = batch.plan.execution_date,
                             .payer = batch.plan.payer,
                             .create_time = batch.create_time,
                             .line_count = batch.line_count,
                             .total = batch.total};
  FilePieces pieces(writer);
  const auto write = [&](const auto& file) -> absl::Status {
    RETURN_IF_ERROR(pieces.Add(file.Begin()));
    RETURN_IF_ERROR(ForEachLine(
        batch.id, [&](const PaymentLine& line) { return pieces.Add(file.Line(line)); }));
    RETURN_IF_ERROR(pieces.Add(file.End()));
    return pieces.Flush();
  };
  RETURN_IF_ERROR(csv ? write(PaymentCsv(head)) : write(PaymentXml(head)));
  v1::ExportPaymentBatchResponse response;
  v1::PaymentFileSummary& summary = *response.mutable_summary();
  summary.set_file_name(absl::StrCat(batch.id, csv ? ".csv" : ".xml"));
  summary.set_sha256(pieces.Digest());
  summary.set_line_count(batch.line_count);
  *summary.mutable_total() = rpc::ToProto(batch.total);
  if (!csv && !request.preview()) {
    RETURN_IF_ERROR(payments_.KeepFileDigest(batch.id, summary.sha256()));
  }
  return writer.Write(std::move(response));
}

absl::Status PaymentService::DoReconcile(rpc::Call& call, StatementReader& reader,
                                         v1::ReconcileStatementResponse& response) {
  const Place place(reading_);
  if (place.number() > kStatementsAtOnce) {
    return Error(absl::StatusCode::kResourceExhausted,
                 "two statements are being read already; try again in a moment",
                 {.reason = "TOO_MANY_FILES", .retry_after = absl::Seconds(5)});
  }
  ASSIGN_OR_RETURN(const v1::ReconcileStatementRequest first, ReadTerms(reader));
  const v1::ReconcileStatementTerms& terms = first.terms();
  std::string bytes;
  RETURN_IF_ERROR(ReadPieces(reader, [&](std::string_view piece) -> absl::Status {
    if (static_cast<int64_t>(bytes.size() + piece.size()) > kMaxStatementBytes) {
      return FileTooLarge(kMaxStatementBytes);
    }
    bytes += piece;
    return absl::OkStatus();
  }));
  ASSIGN_OR_RETURN(const std::vector<BankStatement> statements,
                   ReadStatements(terms, std::move(bytes)));
  ASSIGN_OR_RETURN(
      const std::vector<BankStatementRow> rows,
      statements_.Reconcile(statements, clock_.Now(), call.caller().name, terms.validate_only()));
  for (const BankStatementRow& row : rows) {
    *response.add_bank_statements() = ToProto(row);
    if (terms.validate_only()) continue;
    if (!row.repeated) {
      confirmed_.Increment(row.confirmed);
      returned_.Increment(row.returned);
      differing_.Increment(row.differences);
    }
    ASSIGN_OR_RETURN(const std::vector<DifferenceRow> differences,
                     differences_.OfStatements({.account = row.account, .statement = row.id}, {},
                                               kDifferencesShown));
    for (const DifferenceRow& difference : differences) {
      if (response.differences_size() == static_cast<int>(kDifferencesShown)) break;
      *response.add_differences() = ToProto(difference);
    }
  }
  return absl::OkStatus();
}

}  // namespace vg::funding
