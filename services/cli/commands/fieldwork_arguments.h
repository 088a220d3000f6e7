// What the commands below `survey fieldwork` share.

#ifndef VG_SERVICES_CLI_COMMANDS_FIELDWORK_ARGUMENTS_H_
#define VG_SERVICES_CLI_COMMANDS_FIELDWORK_ARGUMENTS_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/map.h"
#include "google/protobuf/timestamp.pb.h"

#include "common/status/error.h"
#include "services/cli/render/values.h"
#include "services/cli/session.h"

namespace vg::cli {

// Of all of those commands; each uses some.
struct FieldworkArguments {
  std::string wave, role, kind = "single_use", disposition, time, note, id, until, reason, grantor;
  std::string name, cluster_by;
  std::vector<std::string> units, where, by;
  int count = 1, first = 1, limit = 0, per_cluster = 0, enough = 0;
  bool csv = false, record = false, weighted = false;
};

// A value by its short name, such as "school_leader". INVALID_ARGUMENT with those there are.
template <typename E>
absl::StatusOr<E> FieldworkEnum(const std::string& text, std::string_view option) {
  const auto* const type = google::protobuf::GetEnumDescriptor<E>();
  const int value = EnumValue(type, text);
  if (value > 0) return static_cast<E>(value);
  std::vector<std::string> names;
  for (int i = 1; i < type->value_count(); ++i) names.push_back(EnumText(type, i));
  return InvalidField(
      option, "UNKNOWN_VALUE",
      absl::StrCat("must be one of ", absl::StrJoin(names, ", "), "; is '", text, "'"));
}

// Reads "province=Utrecht".
absl::Status ReadWhere(const std::vector<std::string>& conditions,
                       google::protobuf::Map<std::string, std::string>& where);
// Reads "2022-03-01T12:00:00Z".
absl::Status ReadTime(const std::string& text, std::string_view option,
                      google::protobuf::Timestamp& time);

// A command of those, that does `run` with its own arguments.
template <typename Run>
std::pair<CLI::App*, std::shared_ptr<FieldworkArguments>> AddFieldworkCommand(
    CLI::App& fieldwork, Session& session, const char* name, const char* help, Run run) {
  auto arguments = std::make_shared<FieldworkArguments>();
  CLI::App* command = fieldwork.add_subcommand(name, help);
  session.OnRun(command, [&session, arguments, run] { return run(session, *arguments); });
  return {command, arguments};
}
void AddWaveOption(CLI::App& command, FieldworkArguments& arguments);
CLI::Option* AddRoleOption(CLI::App& command, FieldworkArguments& arguments);
void AddWhereOption(CLI::App& command, FieldworkArguments& arguments);

void AddSampleCommands(CLI::App& fieldwork, Session& session);
void AddInvitationCommands(CLI::App& fieldwork, Session& session);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_COMMANDS_FIELDWORK_ARGUMENTS_H_
