// A registry in memory that tests put beside funding in one server.

#ifndef VG_SERVICES_FUNDING_API_TEST_REGISTRY_H_
#define VG_SERVICES_FUNDING_API_TEST_REGISTRY_H_

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/app/module.h"
#include "common/app/platform.h"
#include "common/grpc/call_pipeline.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::funding {

// One snapshot, "snapshots/2020-10-01" if it is not said otherwise. Fill it before the server is
// called.
struct FakeSnapshot {
  std::string name = "snapshots/2020-10-01";
  std::string digest = std::string(64, 'a');
  int count_year = 2020;
  std::vector<voortgang::registry::v1::School> schools;
  std::vector<voortgang::registry::v1::Municipality> municipalities;
  std::atomic<bool> down = false;
  std::atomic<int> exports = 0;
  FakeSnapshot* later = nullptr;  // A second one of the same registry.
  // What DiffSnapshots tells from this one to the later one.
  std::vector<voortgang::registry::v1::SchoolChange> changes;

  voortgang::registry::v1::School& AddSchool(const std::string& code, const std::string& title,
                                             const std::string& municipality) {
    voortgang::registry::v1::School& school = schools.emplace_back();
    school.set_school("schools/" + code);
    school.set_title(title);
    school.set_sector(voortgang::type::v1::SECTOR_PRIMARY);
    school.set_municipality("municipalities/" + municipality);
    return school;
  }
  voortgang::registry::v1::Municipality& AddMunicipality(const std::string& code,
                                                         const std::string& title) {
    voortgang::registry::v1::Municipality& municipality = municipalities.emplace_back();
    municipality.set_municipality("municipalities/" + code);
    municipality.set_title(title);
    return municipality;
  }
};

inline void AddPupils(
    voortgang::registry::v1::School& school, voortgang::type::v1::SchoolType school_type,
    int64_t value, voortgang::type::v1::CountState state = voortgang::type::v1::COUNT_STATE_KNOWN) {
  voortgang::registry::v1::PupilCount& count = *school.add_pupil_counts();
  count.set_school_type(school_type);
  count.mutable_count()->set_state(state);
  count.mutable_count()->set_value(value);
}

class FakeRegistryModule final : public Module,
                                 public voortgang::registry::v1::RegistryService::CallbackService {
 public:
  FakeRegistryModule(FakeSnapshot& snapshot, Platform& platform)
      : snapshot_(snapshot),
        calls_(platform.Pipeline(voortgang::registry::v1::RegistryService::service_full_name())) {}

  std::string_view name() const override { return "registry"; }
  std::vector<grpc::Service*> grpc_services() override { return {this}; }

  grpc::ServerUnaryReactor* GetSnapshot(grpc::CallbackServerContext* context,
                                        const voortgang::registry::v1::GetSnapshotRequest* request,
                                        voortgang::registry::v1::Snapshot* response) override {
    return calls_.Unary(context, request, response, [this](const auto& asked, auto& found) {
      ASSIGN_OR_RETURN(const FakeSnapshot* snapshot, Find(asked.name()));
      found.set_name(asked.name());
      found.set_digest(snapshot->digest);
      found.mutable_count_date()->set_year(snapshot->count_year);
      found.mutable_count_date()->set_month(10);
      found.mutable_count_date()->set_day(1);
      return absl::OkStatus();
    });
  }

  grpc::ServerUnaryReactor* GetSchool(grpc::CallbackServerContext* context,
                                      const voortgang::registry::v1::GetSchoolRequest* request,
                                      voortgang::registry::v1::School* response) override {
    return calls_.Unary(context, request, response, [this](const auto& asked, auto& found) {
      ASSIGN_OR_RETURN(const FakeSnapshot* snapshot, Find(SnapshotOf(asked.name())));
      for (const auto& school : snapshot->schools) {
        if (asked.name() != absl::StrCat(snapshot->name, "/", school.school())) continue;
        found = school;
        return absl::OkStatus();
      }
      return NotFound(asked.name());
    });
  }

  grpc::ServerUnaryReactor* GetMunicipality(
      grpc::CallbackServerContext* context,
      const voortgang::registry::v1::GetMunicipalityRequest* request,
      voortgang::registry::v1::Municipality* response) override {
    return calls_.Unary(context, request, response, [this](const auto& asked, auto& found) {
      ASSIGN_OR_RETURN(const FakeSnapshot* snapshot, Find(SnapshotOf(asked.name())));
      for (const auto& municipality : snapshot->municipalities) {
        if (asked.name() != absl::StrCat(snapshot->name, "/", municipality.municipality()))
          continue;
        found = municipality;
        return absl::OkStatus();
      }
      return NotFound(asked.name());
    });
  }

  grpc::ServerUnaryReactor* DiffSnapshots(
      grpc::CallbackServerContext* context,
      const voortgang::registry::v1::DiffSnapshotsRequest* request,
      voortgang::registry::v1::DiffSnapshotsResponse* response) override {
    return calls_.Unary(context, request, response, [this](const auto& asked, auto& found) {
      ASSIGN_OR_RETURN(const FakeSnapshot* before, Find(asked.before()));
      RETURN_IF_ERROR(Find(asked.after()).status());
      for (const auto& change : before->changes) {
        if (asked.after() != before->name) *found.add_changes() = change;
      }
      return absl::OkStatus();
    });
  }

  // A municipality a page.
  grpc::ServerUnaryReactor* ListMunicipalities(
      grpc::CallbackServerContext* context,
      const voortgang::registry::v1::ListMunicipalitiesRequest* request,
      voortgang::registry::v1::ListMunicipalitiesResponse* response) override {
    return calls_.Unary(context, request, response, [this](const auto& asked, auto& page) {
      ASSIGN_OR_RETURN(const FakeSnapshot* snapshot, Find(asked.parent()));
      const auto& municipalities = snapshot->municipalities;
      const size_t place = asked.page_token().empty() ? 0 : std::stoul(asked.page_token());
      if (place < municipalities.size()) *page.add_municipalities() = municipalities[place];
      if (place + 1 < municipalities.size()) {
        page.set_next_page_token(absl::StrCat(place + 1));
      }
      return absl::OkStatus();
    });
  }

  // Two schools a message.
  grpc::ServerWriteReactor<voortgang::registry::v1::ExportSchoolsResponse>* ExportSchools(
      grpc::CallbackServerContext* context,
      const voortgang::registry::v1::ExportSchoolsRequest* request) override {
    using Response = voortgang::registry::v1::ExportSchoolsResponse;
    return calls_.ServerStream<Response>(
        context, request, [this](rpc::Call&, const auto& asked, rpc::Writer<Response>& writer) {
          ASSIGN_OR_RETURN(FakeSnapshot * snapshot, Find(asked.parent()));
          ++snapshot->exports;
          Response batch;
          for (const auto& school : snapshot->schools) {
            const auto& only = asked.filter().municipalities();
            if (!only.empty() && std::ranges::find(only, school.municipality()) == only.end()) {
              continue;
            }
            *batch.add_schools() = school;
            if (batch.schools_size() < 2) continue;
            RETURN_IF_ERROR(writer.Write(batch));
            batch.Clear();
          }
          return batch.schools().empty() ? absl::OkStatus() : writer.Write(batch);
        });
  }

 private:
  static std::string SnapshotOf(const std::string& name) {
    return name.substr(0, name.find('/', name.find('/') + 1));
  }
  absl::StatusOr<FakeSnapshot*> Find(std::string_view name) const {
    if (snapshot_.down) return absl::UnavailableError("the registry is being restarted");
    for (FakeSnapshot* snapshot = &snapshot_; snapshot != nullptr; snapshot = snapshot->later) {
      if (snapshot->name == name) return snapshot;
    }
    return NotFound(name);
  }

  FakeSnapshot& snapshot_;
  rpc::CallPipeline& calls_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_TEST_REGISTRY_H_
