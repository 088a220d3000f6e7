#include <cstdio>
#include <fstream>
#include <memory>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/payments.h"
#include "services/cli/render/progress_bar.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/payment_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;
using Stub = v1::PaymentService::Stub;

void PrintBlocked(const Session& session,
                  const google::protobuf::RepeatedPtrField<v1::BlockedPayment>& blocked) {
  if (blocked.empty()) return;
  Table table({{"Cannot be paid"}, {"Amount", Align::kRight}, {"Reason"}, {"What to do"}});
  for (const v1::BlockedPayment& one : blocked) {
    table.Add({one.recipient(), Amount(one.amount()), one.reason(), one.sentence()});
  }
  session.Print(table);
}

void PrintBatch(const Session& session, const v1::PaymentBatch& batch) {
  Table table({{"State"}, {"Payments", Align::kRight}, {"Total", Align::kRight}});
  for (const v1::PaymentStateTotal& total : batch.state_totals()) {
    table.Add({EnumText(total.state()), Number(total.line_count()), Amount(total.total())});
  }
  table.Add({"Total", Number(batch.line_count()), Amount(batch.total())});
  session.Print(table);
  const bool withdrawn = batch.state() == v1::PAYMENT_BATCH_STATE_WITHDRAWN;
  session.Print(absl::StrCat(batch.name().empty() ? "The batch would pay"
                             : withdrawn          ? absl::StrCat(batch.name(), " was to pay")
                                                  : absl::StrCat(batch.name(), " pays"),
                             " on ", Day(batch.execution_date()), " from ",
                             AccountText(batch.payer_account()), "; ",
                             Number(batch.blocked_count()), " payments are blocked; digest ",
                             batch.digest().substr(0, 12), "\n"));
  if (batch.name().empty()) return;
  if (batch.state() == v1::PAYMENT_BATCH_STATE_PREPARED) {
    session.Print(absl::StrCat("Prepared by ", batch.creator(),
                               "; somebody else looks at it and authorises it with\n"
                               "  voortgang payments authorise ",
                               IdOf(batch.name()), "\n"));
    return;
  }
  session.Print(absl::StrCat(
      "Prepared by ", batch.creator(), ", ", EnumText(batch.state()), " by ", batch.decider(),
      batch.exporter().empty() ? "" : absl::StrCat(", given to the bank by ", batch.exporter()),
      batch.reason().empty() ? "" : absl::StrCat(": ", batch.reason()), "\n"));
}

struct BatchArguments {
  std::string period, execution, currency = "EUR", payer_title, payer_iban, payer_account,
                                 payer_bic, snapshot;
  bool dry_run = false;
};

absl::Status Batch(Session& session, const BatchArguments& arguments) {
  v1::CreatePaymentBatchRequest request;
  if (!ParseDate(arguments.period + "-01", request.mutable_period())) {
    return InvalidField("period", "NOT_A_MONTH", "must be a month such as 2021-11");
  }
  if (!ParseDate(arguments.execution, request.mutable_execution_date())) {
    return InvalidField("--execution", "IMPOSSIBLE_DATE", "must be a day such as 2021-11-25");
  }
  request.set_currency(arguments.currency);
  request.set_payer_title(arguments.payer_title);
  request.mutable_payer_account()->set_iban(arguments.payer_iban);
  request.mutable_payer_account()->set_account_number(arguments.payer_account);
  request.mutable_payer_account()->set_bic(arguments.payer_bic);
  request.set_snapshot(Named("snapshots/", arguments.snapshot));
  request.set_validate_only(arguments.dry_run);
  ASSIGN_OR_RETURN(const v1::CreatePaymentBatchResponse response,
                   session.ClientOf<v1::PaymentService>().Call(&Stub::CreatePaymentBatch, request,
                                                               absl::Minutes(5)));
  if (session.json) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  PrintBlocked(session, response.blocked_payments());
  PrintBatch(session, response.payment_batch());
  return absl::OkStatus();
}

absl::Status Batches(Session& session) {
  const auto payments = session.ClientOf<v1::PaymentService>();
  Table table({{"Batch"},
               {"Executed on"},
               {"Payments", Align::kRight},
               {"Total", Align::kRight},
               {"Blocked", Align::kRight},
               {"State"},
               {"Prepared by"},
               {"Decided by"},
               {"Exported by"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListPaymentBatchesResponse>(
      [&](const std::string& token) {
        v1::ListPaymentBatchesRequest request;
        request.set_page_token(token);
        return payments.Call(&Stub::ListPaymentBatches, request);
      },
      [&](const v1::ListPaymentBatchesResponse& page) {
        for (const v1::PaymentBatch& batch : page.payment_batches()) {
          if (session.json) {
            session.PrintJson(batch);
          } else {
            table.Add({batch.name(), Day(batch.execution_date()), Number(batch.line_count()),
                       Amount(batch.total()), Number(batch.blocked_count()),
                       EnumText(batch.state()), batch.creator(), batch.decider(),
                       batch.exporter()});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status Show(Session& session, const std::string& batch, const std::string& state) {
  const auto payments = session.ClientOf<v1::PaymentService>();
  v1::ListPaymentLinesRequest request;
  request.set_parent(Named("paymentBatches/", batch));
  request.set_page_size(1000);
  if (!state.empty()) {
    const int value = EnumValue(v1::PaymentLineState_descriptor(), state);
    if (value < 1) {
      return InvalidField("--state", "UNKNOWN_VALUE",
                          "must be created, exported, confirmed, returned or withdrawn");
    }
    request.set_state(static_cast<v1::PaymentLineState>(value));
  }
  Table table({{"Nr", Align::kRight},
               {"Recipient"},
               {"Payee"},
               {"Account"},
               {"Amount", Align::kRight},
               {"State"},
               {"End-to-end id"},
               {"Why returned"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListPaymentLinesResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return payments.Call(&Stub::ListPaymentLines, request);
      },
      [&](const v1::ListPaymentLinesResponse& page) {
        for (const v1::PaymentLine& line : page.payment_lines()) {
          if (session.json) {
            session.PrintJson(line);
          } else {
            table.Add({Number(line.number()), line.recipient(), line.payee(),
                       AccountText(line.account()), Amount(line.amount()), EnumText(line.state()),
                       line.end_to_end_id(), line.return_reason()});
          }
        }
        return true;
      }));
  if (session.json) return absl::OkStatus();
  session.Print(table);
  v1::GetPaymentBatchRequest get;
  get.set_name(request.parent());
  ASSIGN_OR_RETURN(const v1::PaymentBatch found, payments.Call(&Stub::GetPaymentBatch, get));
  PrintBatch(session, found);
  v1::ListBlockedPaymentsRequest blocked;
  blocked.set_parent(request.parent());
  blocked.set_page_size(1000);
  ASSIGN_OR_RETURN(const v1::ListBlockedPaymentsResponse listed,
                   payments.Call(&Stub::ListBlockedPayments, blocked));
  PrintBlocked(session, listed.blocked_payments());
  return absl::OkStatus();
}

struct DecideArguments {
  std::string batch, reason, digest;
};

absl::Status Decide(Session& session, const DecideArguments& arguments,
                    v1::PaymentBatchState decision) {
  v1::DecidePaymentBatchRequest request;
  request.set_name(Named("paymentBatches/", arguments.batch));
  request.set_decision(decision);
  request.set_reason(arguments.reason);
  request.set_digest(arguments.digest);
  ASSIGN_OR_RETURN(const v1::PaymentBatch batch,
                   session.ClientOf<v1::PaymentService>().Call(&Stub::DecidePaymentBatch, request,
                                                               absl::Minutes(5)));
  if (session.json) {
    session.PrintJson(batch);
  } else {
    PrintBatch(session, batch);
  }
  return absl::OkStatus();
}

struct ExportArguments {
  std::string batch, file;
  bool csv = false, preview = false;
};

absl::Status Export(Session& session, const ExportArguments& arguments) {
  v1::ExportPaymentBatchRequest request;
  request.set_name(Named("paymentBatches/", arguments.batch));
  request.set_format(arguments.csv ? v1::PAYMENT_FILE_FORMAT_CSV : v1::PAYMENT_FILE_FORMAT_XML);
  request.set_preview(arguments.preview);
  const std::string path = arguments.file.empty()
                               ? absl::StrCat(IdOf(request.name()), arguments.csv ? ".csv" : ".xml")
                               : arguments.file;
  const auto payments = session.ClientOf<v1::PaymentService>();
  const auto context = rpc::NewClientContext(absl::InfiniteDuration());
  const auto stream = payments.stub().ExportPaymentBatch(context.get(), request);
  // A file that is cut off must not look like one: it gets its name when it is whole.
  const std::string unfinished = path + ".part";
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  v1::PaymentFileSummary summary;
  Sha256 hash;
  int64_t bytes = 0;
  {
    ProgressBar bar("Writing ");
    v1::ExportPaymentBatchResponse response;
    while (stream->Read(&response)) {
      if (response.has_summary()) {
        summary = response.summary();
        continue;
      }
      file.write(response.data().data(), static_cast<std::streamsize>(response.data().size()));
      hash.Update(response.data());
      bar.Update(bytes += static_cast<int64_t>(response.data().size()), 0);
    }
  }
  const absl::Status status = rpc::FromGrpcStatus(stream->Finish());
  const bool written = static_cast<bool>(file.flush());
  file.close();
  if (!status.ok()) {
    std::remove(unfinished.c_str());
    return status;
  }
  if (!written || hash.Finish() != summary.sha256() ||
      std::rename(unfinished.c_str(), path.c_str()) != 0) {
    return Error(absl::StatusCode::kDataLoss, "CANNOT_WRITE",
                 absl::StrCat(path, " could not be written whole; is the disk full?"));
  }
  if (session.json) {
    session.PrintJson(summary);
  } else {
    session.Print(absl::StrCat("Wrote ", path, ": ", Number(summary.line_count()),
                               " payments, control sum ", Amount(summary.total()), ", SHA-256 ",
                               summary.sha256(), "\n"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddBatchCommands(CLI::App& payments, Session& session) {
  auto make = std::make_shared<BatchArguments>();
  CLI::App* batch = payments.add_subcommand(
      "batch", "Prepare the payments planned up to a month, once; again gives the same batch");
  batch->add_option("period", make->period, "The month, such as 2021-11")->required();
  batch->add_option("--execution", make->execution, "The day on which the bank is to pay")
      ->required();
  batch->add_option("--snapshot", make->snapshot, "Says which board each school belongs to")
      ->required();
  batch->add_option("--payer", make->payer_title, "The name of the account's holder")->required();
  batch->add_option("--iban", make->payer_iban, "The account to pay from");
  batch->add_option("--account", make->payer_account, "Its number, of banks without IBANs");
  batch->add_option("--bic", make->payer_bic, "Its bank");
  batch->add_option("--currency", make->currency, "USD for the Caribbean Netherlands")
      ->capture_default_str();
  batch->add_flag("--dry-run", make->dry_run, "Compute it, and show what is blocked; keep nothing");
  session.OnRun(batch, [&session, make] { return Batch(session, *make); });

  CLI::App* batches = payments.add_subcommand("batches", "List batches");
  session.OnRun(batches, [&session] { return Batches(session); });

  auto shown = std::make_shared<std::string>();
  auto state = std::make_shared<std::string>();
  CLI::App* show = payments.add_subcommand("show", "The payments of a batch, and what is blocked");
  show->add_option("batch", *shown, "Such as 2021-11-eur-1")->required();
  show->add_option("--state", *state,
                   "Only created, exported, confirmed, returned or withdrawn ones");
  session.OnRun(show, [&session, shown, state] { return Show(session, *shown, *state); });

  for (const bool authorise : {true, false}) {
    auto decided = std::make_shared<DecideArguments>();
    CLI::App* decide = payments.add_subcommand(
        authorise ? "authorise" : "withdraw",
        authorise ? "Say that a batch, which somebody else prepared, may go to the bank"
                  : "Say that a batch never goes to the bank: its payments are planned again");
    decide->add_option("batch", decided->batch, "Such as 2021-11-eur-1")->required();
    decide->add_option("--reason", decided->reason, "Why");
    decide->add_option(
        "--digest", decided->digest,
        "The whole digest of the batch as you looked at it: refused if it is another");
    session.OnRun(decide, [&session, decided, authorise] {
      return Decide(
          session, *decided,
          authorise ? v1::PAYMENT_BATCH_STATE_AUTHORISED : v1::PAYMENT_BATCH_STATE_WITHDRAWN);
    });
  }

  auto write = std::make_shared<ExportArguments>();
  CLI::App* file = payments.add_subcommand(
      "export", "Write the payment file of a batch: ISO 20022 pain.001.001.09, or CSV");
  file->add_option("batch", write->batch, "Such as 2021-11-eur-1")->required();
  file->add_option("file", write->file, "Where to; by default named after the batch");
  file->add_flag("--csv", write->csv, "CSV instead of XML");
  file->add_flag("--preview", write->preview,
                 "Only look: the bank does not have it yet. CSV if nobody authorised it");
  session.OnRun(file, [&session, write] { return Export(session, *write); });
}

}  // namespace vg::cli
