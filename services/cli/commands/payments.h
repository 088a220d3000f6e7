// Below `payments`: what each part of it adds.

#ifndef VG_SERVICES_CLI_COMMANDS_PAYMENTS_H_
#define VG_SERVICES_CLI_COMMANDS_PAYMENTS_H_

#include <cstdint>
#include <string>

#include "google/protobuf/repeated_field.h"

#include "services/cli/commands/commands.h"
#include "voortgang/funding/v1/payment.pb.h"

namespace vg::cli {

// Accounts of payees: import, decide, list.
void AddPayeeCommands(CLI::App& payments, Session& session);
// Batches and their files.
void AddBatchCommands(CLI::App& payments, Session& session);
// Statements and differences.
void AddStatementCommands(CLI::App& payments, Session& session);

// Rows of a file that were refused, as a table; nothing if there are none.
void PrintRefusedRows(
    const Session& session,
    const google::protobuf::RepeatedPtrField<voortgang::funding::v1::RefusedFileRow>& rows,
    int64_t total);
// "NL91ABNA0417164300", or "40012345 at MCBKBQBN".
std::string AccountText(const voortgang::funding::v1::BankAccount& account);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_COMMANDS_PAYMENTS_H_
