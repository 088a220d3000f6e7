// What every command of `voortgang` works with: the server, the output, the outcome.

#ifndef VG_SERVICES_CLI_SESSION_H_
#define VG_SERVICES_CLI_SESSION_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "common/grpc/client.h"
#include "common/grpc/tls.h"
#include "common/yaml/yaml.h"
#include "services/cli/render/table.h"

namespace vg::cli {

class Session {
 public:
  // One address, or one by service: "registry=host:50051,survey=host:50051,…". A service at several
  // addresses is named several times.
  std::string server = "127.0.0.1:50051";
  std::string token_file;  // Empty: the token in VOORTGANG_TOKEN, if any.
  rpc::TlsFiles tls;       // Plaintext unless something is given.
  bool json = false;

  template <typename Service>
  rpc::Client<Service> ClientOf() {
    return rpc::Client<Service>(ChannelTo(Service::service_full_name()));
  }

  // Where a gRPC service is, by its full name. What every server has is at the first of several
  // addresses.
  std::string AddressOf(std::string_view grpc_service) const;

  // Standard output: a message as JSON on one line.
  void PrintJson(const google::protobuf::Message& message) const;
  void Print(const Table& table) const;
  void Print(std::string_view text) const;
  // So that whoever reads what a command goes on printing has it at once, also through a pipe.
  void Flush() const;

  // Makes `run` what the subcommand does. What it returns becomes the process's outcome; it does
  // not run if token or certificates cannot be read.
  void OnRun(CLI::App* subcommand, std::function<absl::Status()> run);

  const absl::Status& outcome() const { return outcome_; }

 private:
  absl::Status ReadCredentials();
  absl::Status ReadAddresses();
  std::shared_ptr<grpc::Channel> ChannelTo(std::string_view grpc_service);

  rpc::ChannelOptions channel_options_;
  std::map<std::string, std::string> addresses_;  // By service; empty: all at `server`.
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;  // By address.
  absl::Status outcome_;
};

// A YAML document that was read into a message, and remembers where everything stood.
class Document {
 public:
  // INVALID_ARGUMENT names the file, line and column.
  absl::Status Read(const std::string& path, google::protobuf::Message* message);

  // What the server says of the document: its faults name fields below `field` of the request; they
  // get the line and column of the document, and the whole gets its name.
  absl::Status Locate(const absl::Status& status, std::string_view field) const;

  // What `call` answers, its error located.
  template <typename Call>
  auto Send(std::string_view field, const Call& call) const {
    auto response = call();
    if (!response.ok()) response = Locate(response.status(), field);
    return response;
  }

 private:
  std::string path_;
  YamlSource source_;
};

// The whole of a file. NOT_FOUND (FILE_NOT_FOUND) if it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);
absl::Status WriteFile(const std::string& path, std::string_view bytes);

// "/a/b/2022-04.yaml" -> "2022-04": the id that a document gets if none is given.
std::string IdOf(const std::string& path);

// "snapshots/" + "2020" -> "snapshots/2020"; a name that has its collection already is left as it
// is.
std::string Named(std::string_view collection, const std::string& id);

// Calls `page(token)` until there is no next page or it returns false.
template <typename Response, typename Call, typename Visit>
absl::Status ForEachPage(const Call& call, const Visit& visit) {
  std::string token;
  do {
    absl::StatusOr<Response> response = call(token);
    if (!response.ok()) return std::move(response).status();
    if (!visit(*response)) break;
    token = response->next_page_token();
  } while (!token.empty());
  return absl::OkStatus();
}

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_SESSION_H_
