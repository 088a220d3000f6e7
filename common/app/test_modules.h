// Two modules of which one asks the other: for tests.

#ifndef VG_COMMON_APP_TEST_MODULES_H_
#define VG_COMMON_APP_TEST_MODULES_H_

#include <functional>
#include <string_view>
#include <vector>

#include "common/app/module.h"
#include "common/app/platform.h"
#include "common/grpc/test_registry.h"
#include "common/http/server.h"
#include "common/status/status_macros.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg {

// A module whose service is what a test says.
class RegistryModule final : public Module {
 public:
  explicit RegistryModule(Platform& platform)
      : service(platform.Pipeline(voortgang::registry::v1::RegistryService::service_full_name())) {}

  std::string_view name() const override { return "registry"; }
  std::vector<grpc::Service*> grpc_services() override { return {&service}; }
  std::vector<http::Route> http_routes() override {
    return {{"/page", [](const http::Request&) { return http::Html("<p>hello</p>"); }}};
  }
  std::vector<Dependency> dependencies() override { return needs; }
  absl::Status Start() override {
    on_start();
    return start_status;
  }
  void Stop() override { on_stop(); }

  rpc::TestRegistry service;
  std::vector<Dependency> needs;
  absl::Status start_status;
  std::function<void()> on_start = [] {};
  std::function<void()> on_stop = [] {};
};

// A module that asks the registry.
class SurveyModule final : public Module,
                           public voortgang::survey::v1::SurveyService::CallbackService {
 public:
  explicit SurveyModule(Platform& platform)
      : calls_(platform.Pipeline(voortgang::survey::v1::SurveyService::service_full_name())),
        registry_(platform.ClientOf<voortgang::registry::v1::RegistryService>("registry")),
        peer_(platform.Peer("registry")) {}

  std::string_view name() const override { return "survey"; }
  std::vector<grpc::Service*> grpc_services() override { return {this}; }
  std::vector<Dependency> dependencies() override { return {peer_}; }

  grpc::ServerUnaryReactor* GetWave(grpc::CallbackServerContext* context,
                                    const voortgang::survey::v1::GetWaveRequest* request,
                                    voortgang::survey::v1::Wave* response) override {
    return calls_.Unary(
        context, request, response,
        [this](const voortgang::survey::v1::GetWaveRequest&, voortgang::survey::v1::Wave& wave) {
          ASSIGN_OR_RETURN(
              const auto school,
              registry_.Call(&voortgang::registry::v1::RegistryService::Stub::GetSchool,
                             rpc::SchoolRequest()));
          wave.set_name(school.name());
          return absl::OkStatus();
        });
  }

 private:
  rpc::CallPipeline& calls_;
  rpc::Client<voortgang::registry::v1::RegistryService> registry_;
  Dependency peer_;
};

}  // namespace vg

#endif  // VG_COMMON_APP_TEST_MODULES_H_
