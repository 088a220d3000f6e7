#include "services/cli/commands/fieldwork_arguments.h"

#include "google/protobuf/util/time_util.h"

namespace vg::cli {

absl::Status ReadWhere(const std::vector<std::string>& conditions,
                       google::protobuf::Map<std::string, std::string>& where) {
  for (const std::string& condition : conditions) {
    const size_t sign = condition.find('=');
    if (sign == std::string::npos) {
      return InvalidField("--where", "MALFORMED",
                          absl::StrCat("must be name=value; is '", condition, "'"));
    }
    where[condition.substr(0, sign)] = condition.substr(sign + 1);
  }
  return absl::OkStatus();
}

absl::Status ReadTime(const std::string& text, std::string_view option,
                      google::protobuf::Timestamp& time) {
  if (google::protobuf::util::TimeUtil::FromString(text, &time)) return absl::OkStatus();
  return InvalidField(option, "MALFORMED",
                      absl::StrCat("must be a time such as 2022-03-01T12:00:00Z; is '", text, "'"));
}

void AddWaveOption(CLI::App& command, FieldworkArguments& arguments) {
  command.add_option("wave", arguments.wave, "The wave's id")->required();
}

CLI::Option* AddRoleOption(CLI::App& command, FieldworkArguments& arguments) {
  return command.add_option("--role", arguments.role,
                            "school_leader, staff, board or municipality");
}

void AddWhereOption(CLI::App& command, FieldworkArguments& arguments) {
  command.add_option("--where", arguments.where,
                     "Only units with this value of an attribute, such as province=Utrecht");
}

}  // namespace vg::cli
