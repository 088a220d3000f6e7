#include "services/report/api/edition_proto.h"

#include "common/grpc/etag.h"
#include "common/grpc/resource_name.h"
#include "common/grpc/type_conversions.h"
#include "common/status/status_macros.h"

namespace vg::report {
namespace {

const rpc::ResourcePattern& EditionName() {
  static const auto& pattern = *new rpc::ResourcePattern("editions/{edition}");
  return pattern;
}

v1::EditionState ToProto(EditionState state) {
  switch (state) {
    case EditionState::kDraft:
      return v1::EDITION_STATE_DRAFT;
    case EditionState::kEmbargoed:
      return v1::EDITION_STATE_EMBARGOED;
    case EditionState::kPublished:
      return v1::EDITION_STATE_PUBLISHED;
    case EditionState::kSuperseded:
      return v1::EDITION_STATE_SUPERSEDED;
  }
  return v1::EDITION_STATE_UNSPECIFIED;
}

v1::Asset ToProto(const File& file) {
  v1::Asset asset;
  asset.set_path(file.path);
  asset.set_media_type(file.media_type);
  asset.set_size_bytes(static_cast<int64_t>(file.bytes.size()));
  asset.set_sha256(file.sha256);
  asset.mutable_title()->set_nl(file.title.nl);
  asset.mutable_title()->set_en(file.title.en);
  return asset;
}

}  // namespace

v1::Edition ContentOf(const std::string& id, const v1::EditionPlan& plan,
                      const std::vector<Input>& inputs, const std::vector<File>& files) {
  v1::Edition edition;
  edition.set_name(EditionNameOf(id));
  *edition.mutable_plan() = plan;
  for (const Input& input : inputs) {
    v1::PinnedInput& pinned = *edition.add_inputs();
    pinned.set_resource(input.resource);
    pinned.set_digest(input.digest);
    if (input.cut_off.has_value()) *pinned.mutable_cut_off_date() = rpc::ToProto(*input.cut_off);
  }
  for (const File& file : files) *edition.add_assets() = ToProto(file);
  edition.set_digest(EditionDigest(inputs, files));
  return edition;
}

absl::StatusOr<v1::Edition> EditionOf(const EditionRecord& record, absl::Time now) {
  v1::Edition edition;
  if (!edition.ParseFromString(record.content)) {
    return absl::InternalError("a stored edition cannot be read");
  }
  const EditionState state = StateAt(record.publication, now);
  edition.set_state(ToProto(state));
  if (record.publication.time.has_value()) {
    *edition.mutable_publish_time() = rpc::ToProto(*record.publication.time);
  }
  if (state == EditionState::kSuperseded) {
    edition.set_superseded_by(EditionNameOf(record.publication.successor));
  }
  edition.set_etag(rpc::EtagOf(edition));
  return edition;
}

absl::StatusOr<std::vector<Input>> InputsOf(const v1::Edition& edition) {
  std::vector<Input> inputs;
  for (const v1::PinnedInput& pinned : edition.inputs()) {
    Input& input = inputs.emplace_back();
    input.resource = pinned.resource();
    input.digest = pinned.digest();
    if (pinned.has_cut_off_date()) {
      ASSIGN_OR_RETURN(input.cut_off, rpc::FromProto(pinned.cut_off_date(), "cut_off_date"));
    }
  }
  return inputs;
}

v1::InputDifference InputDifferenceOf(const Difference& difference) {
  v1::InputDifference proto;
  proto.set_resource(difference.name);
  proto.set_pinned_digest(difference.kept);
  proto.set_digest(difference.now);
  return proto;
}

v1::FileDifference FileDifferenceOf(const Difference& difference) {
  v1::FileDifference proto;
  proto.set_path(difference.name);
  proto.set_kept_sha256(difference.kept);
  proto.set_sha256(difference.now);
  return proto;
}

absl::StatusOr<std::string> EditionIdOf(const std::string& name, std::string_view field) {
  return EditionName().ParseId(name, field);
}

std::string EditionNameOf(const std::string& id) { return EditionName().Format({id}); }

}  // namespace vg::report
