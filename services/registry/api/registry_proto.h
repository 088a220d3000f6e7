// The registry's protos <-> the values of its domain.

#ifndef VG_SERVICES_REGISTRY_API_REGISTRY_PROTO_H_
#define VG_SERVICES_REGISTRY_API_REGISTRY_PROTO_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_field.h"

#include "services/registry/domain/diff.h"
#include "services/registry/domain/importer.h"
#include "services/registry/domain/refusal.h"
#include "services/registry/domain/school.h"
#include "services/registry/domain/snapshot.h"
#include "voortgang/registry/v1/registry_service.pb.h"

namespace vg::registry {

namespace v1 = voortgang::registry::v1;

// FromProto names the field that is wrong as the request has it.
absl::StatusOr<ImportPlan> FromProto(const v1::ImportPlan& plan);
absl::StatusOr<SchoolFilter> FromProto(const v1::SchoolFilter& filter);
// Canonical names of provinces; `field` without index.
absl::StatusOr<std::vector<std::string>> ProvincesOf(
    const google::protobuf::RepeatedPtrField<std::string>& provinces, std::string_view field);

// import_time is left out if it is the epoch: of a snapshot that is not stored.
void ToProto(const Snapshot& snapshot, v1::Snapshot& proto);
// Resources are named within snapshot `snapshot`.
void ToProto(const School& school, std::string_view snapshot, v1::School& proto);
void ToProto(const Board& board, std::string_view snapshot, v1::Board& proto);
void ToProto(const Municipality& municipality, std::string_view snapshot, v1::Municipality& proto);
// Where facts were read, in files that `sources` has; INTERNAL if what is stored is damaged.
absl::Status AddFactSources(const School& school, const std::vector<SourceFile>& sources,
                            v1::School& proto);
absl::Status AddFactSources(const Municipality& municipality,
                            const std::vector<SourceFile>& sources, v1::Municipality& proto);
void ToProto(const Refusal& refusal, std::string_view file_name, v1::RefusedRow& proto);
void ToProto(const SchoolChange& change, v1::SchoolChange& proto);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_API_REGISTRY_PROTO_H_
