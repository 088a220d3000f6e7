#include "services/cli/actions/import_snapshot.h"

#include <algorithm>
#include <filesystem>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/cli/render/progress_bar.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::registry::v1;

constexpr size_t kChunkBytes = size_t{256} << 10;

std::string Label(v1::ImportStage stage) {
  switch (stage) {
    case v1::IMPORT_STAGE_CHECKING:
      return "Checking";
    case v1::IMPORT_STAGE_STORING:
      return "Storing ";
    default:
      return "Reading ";
  }
}

}  // namespace

absl::StatusOr<std::vector<ImportFile>> ReadImportFiles(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      names.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
      if (entry.path().extension() == ".csv") found.push_back(entry.path().string());
    }
    std::sort(found.begin(), found.end());
    names.insert(names.end(), found.begin(), found.end());
  }
  std::vector<ImportFile> files;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(std::string bytes, ReadFile(name));
    files.push_back({std::filesystem::path(name).filename().string(), std::move(bytes)});
  }
  return files;
}

absl::StatusOr<ImportOutcome> ImportSnapshot(Session& session, const v1::ImportPlan& plan,
                                             const std::vector<ImportFile>& files) {
  const auto registry = session.ClientOf<v1::RegistryService>();
  const auto context = rpc::NewClientContext(absl::InfiniteDuration());
  const auto stream = registry.stub().ImportSnapshot(context.get());

  // The registry answers while it reads: sending has a thread of its own.
  std::thread sender([&] {
    v1::ImportSnapshotRequest request;
    *request.mutable_plan() = plan;
    bool open = stream->Write(request);
    for (const ImportFile& file : files) {
      for (size_t offset = 0; open && (offset == 0 || offset < file.bytes.size());
           offset += kChunkBytes) {
        v1::FileChunk& chunk = *request.mutable_chunk();
        chunk.set_file_name(file.file_name);
        chunk.set_data(file.bytes.substr(offset, kChunkBytes));
        open = stream->Write(request);
      }
    }
    stream->WritesDone();
  });

  ImportOutcome outcome;
  {
    v1::ImportStage stage = v1::IMPORT_STAGE_UNSPECIFIED;
    std::unique_ptr<ProgressBar> bar;
    v1::ImportSnapshotResponse response;
    while (stream->Read(&response)) {
      switch (response.part_case()) {
        case v1::ImportSnapshotResponse::kProgress:
          if (bar == nullptr || response.progress().stage() != stage) {
            stage = response.progress().stage();
            bar = std::make_unique<ProgressBar>(Label(stage));
          }
          bar->Update(response.progress().done(), response.progress().total());
          break;
        case v1::ImportSnapshotResponse::kRefused:
          outcome.refused.push_back(response.refused());
          break;
        case v1::ImportSnapshotResponse::kResult:
          outcome.result = response.result();
          break;
        case v1::ImportSnapshotResponse::PART_NOT_SET:
          break;
      }
    }
  }
  sender.join();
  RETURN_IF_ERROR(rpc::FromGrpcStatus(stream->Finish()));
  return outcome;
}

}  // namespace vg::cli
