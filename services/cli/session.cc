#include "services/cli/session.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/json_util.h"

#include "common/auth/watched_file.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/render/formula_place.h"

namespace vg::cli {

std::string Session::AddressOf(std::string_view grpc_service) const {
  // "survey" of "voortgang.survey.v1.FieldworkService".
  const std::vector<std::string> words = absl::StrSplit(Av(grpc_service), '.');
  const auto named = addresses_.find(words.size() > 1 ? words[1] : "");
  if (named != addresses_.end()) return named->second;
  return addresses_.empty() ? server : addresses_.begin()->second;
}

std::shared_ptr<grpc::Channel> Session::ChannelTo(std::string_view grpc_service) {
  const std::string address = AddressOf(grpc_service);
  std::shared_ptr<grpc::Channel>& channel = channels_[address];
  if (channel == nullptr) channel = rpc::MakeChannel(address, channel_options_);
  return channel;
}

absl::Status Session::ReadAddresses() {
  addresses_.clear();
  if (!absl::StrContains(server, '=')) return absl::OkStatus();
  for (const auto entry : absl::StrSplit(server, ',')) {
    const std::vector<std::string> parts = absl::StrSplit(entry, '=');
    if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
      return InvalidField("--server", "ADDRESS_INVALID",
                          "must be host:port, or registry=host:port,survey=host:port,...");
    }
    std::string& address = addresses_[parts[0]];
    absl::StrAppend(&address, address.empty() ? "" : ",", parts[1]);
  }
  return absl::OkStatus();
}

absl::Status Session::ReadCredentials() {
  if (!tls.authority.empty() || !tls.certificate.empty() || !tls.key.empty()) {
    auto credentials = rpc::MakeChannelCredentials(tls);
    if (!credentials.ok()) {
      return Annotate(credentials.status(), "--tls-ca, --tls-cert, --tls-key");
    }
    channel_options_.credentials = *std::move(credentials);
  }
  const char* variable = std::getenv("VOORTGANG_TOKEN");
  std::string text = variable == nullptr ? "" : variable;
  if (!token_file.empty()) {
    ASSIGN_OR_RETURN(text, ReadFile(token_file));
  }
  if (text.empty()) return absl::OkStatus();
  const auto token = auth::TokenIn(text);
  if (!token.ok()) {
    return Annotate(token.status(), token_file.empty() ? "VOORTGANG_TOKEN" : token_file);
  }
  channel_options_.token = [token = *token] { return token; };
  return absl::OkStatus();
}

void Session::PrintJson(const google::protobuf::Message& message) const {
  std::string text;
  // Our own messages have no Any and no bytes that are not UTF-8 text, so this cannot fail.
  (void)google::protobuf::util::MessageToJsonString(message, &text);
  Print(text + "\n");
}

void Session::Print(const Table& table) const { Print(table.Render(TerminalWidth())); }

void Session::Print(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void Session::Flush() const { std::fflush(stdout); }

void Session::OnRun(CLI::App* subcommand, std::function<absl::Status()> run) {
  subcommand->callback([this, run = std::move(run)] {
    outcome_ = ReadAddresses();
    if (outcome_.ok()) outcome_ = ReadCredentials();
    if (outcome_.ok()) outcome_ = run();
  });
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf())) {
    return Error(absl::StatusCode::kNotFound, "FILE_NOT_FOUND",
                 absl::StrCat(path, " cannot be read, or is empty"), {{"file", path}});
  }
  return std::move(bytes).str();
}

absl::Status WriteFile(const std::string& path, std::string_view bytes) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) {
    return Error(absl::StatusCode::kPermissionDenied, "CANNOT_WRITE",
                 absl::StrCat(path, " cannot be written"), {{"file", path}});
  }
  return absl::OkStatus();
}

absl::Status Document::Read(const std::string& path, google::protobuf::Message* message) {
  path_ = path;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return Annotate(ParseYaml(text, message, &source_), path);
}

absl::Status Document::Locate(const absl::Status& status, std::string_view field) const {
  if (status.ok()) return status;
  ErrorDetails details = DetailsOf(status);
  const std::string prefix = field.empty() ? "" : absl::StrCat(std::string(field), ".");
  for (FieldViolation& violation : details.violations) {
    if (absl::StartsWith(violation.field, prefix)) violation.field.erase(0, prefix.size());
  }
  if (details.violations.empty()) return status;
  // What stands within a formula of the document is told the line and column of the file.
  const absl::StatusOr<std::string> text = ReadFile(path_);
  for (FieldViolation& violation : details.violations) {
    YamlSource::Position place;
    if (!text.ok() || !PlaceInDocument(*text, source_.Locate(violation.field), violation, place)) {
      continue;
    }
    if (&violation == &details.violations.front()) {
      details.metadata["line"] = absl::StrCat(place.line);
      details.metadata["column"] = absl::StrCat(place.column);
    }
  }
  const std::string message(status.message());
  return Annotate(source_.WithLines(Error(status.code(), message, std::move(details))), path_);
}

std::string IdOf(const std::string& path) { return std::filesystem::path(path).stem().string(); }

std::string Named(std::string_view collection, const std::string& id) {
  if (absl::StartsWith(id, Av(collection))) return id;
  return absl::StrCat(std::string(collection), id);
}

}  // namespace vg::cli
