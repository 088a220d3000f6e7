#include "services/registry/api/snapshot_import.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/digest/digest.h"
#include "common/status/status_macros.h"
#include "services/registry/api/registry_proto.h"
#include "services/registry/domain/errors.h"

namespace vg::registry {
namespace {

constexpr int64_t kBytesPerProgress = int64_t{1} << 20;

v1::ImportSnapshotResponse Progress(v1::ImportStage stage, int64_t done, int64_t total) {
  v1::ImportSnapshotResponse response;
  response.mutable_progress()->set_stage(stage);
  response.mutable_progress()->set_done(done);
  response.mutable_progress()->set_total(total);
  return response;
}

// A bare name: in whose folder the file was is not ours to know.
bool IsFileName(std::string_view name) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '/' || c == '\\') return false;
  }
  return true;
}

// Of everything that a repeated request must repeat.
std::string RequestDigest(const ImportPlan& plan, const std::vector<SourceFile>& sources) {
  DigestBuilder digest("voortgang.registry.import.v1");
  digest.Text(plan.snapshot_id)
      .Text(plan.title)
      .Integer(plan.count_date - absl::CivilDay(1970, 1, 1))
      .Flag(plan.synthetic)
      .List(plan.allowed_refusals.size());
  for (const RefusalCode code : plan.allowed_refusals) digest.Text(RuleOf(code).name);
  digest.List(sources.size());
  for (const SourceFile& source : sources) {
    digest.Text(source.file_name).Integer(static_cast<int64_t>(source.kind)).Text(source.sha256);
  }
  return digest.Finish();
}

prometheus::Counter& Imports(metrics::Registry& metrics, const char* outcome) {
  return metrics.Counter("voortgang_registry_imports_total", "Imports by how they ended.",
                         {{"outcome", outcome}});
}

}  // namespace

// One of the few imports that may be under way at once.
class SnapshotImports::Slot {
 public:
  explicit Slot(SnapshotImports& imports) : imports_(imports) {
    absl::MutexLock lock(&imports_.mutex_);
    taken_ = imports_.under_way_ < kMaxAtOnce;
    if (taken_) ++imports_.under_way_;
  }
  ~Slot() {
    absl::MutexLock lock(&imports_.mutex_);
    if (taken_) --imports_.under_way_;
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  bool taken() const { return taken_; }

 private:
  SnapshotImports& imports_;
  bool taken_;
};

struct SnapshotImports::Received {
  std::string request_id;
  ImportPlan plan;
  std::unique_ptr<Importer> importer;
};

SnapshotImports::SnapshotImports(RegistryStore& store, const Clock& clock,
                                 metrics::Registry& metrics)
    : store_(store),
      clock_(clock),
      stored_(Imports(metrics, "stored")),
      repeated_(Imports(metrics, "repeated")),
      validated_(Imports(metrics, "validated")),
      refused_(Imports(metrics, "refused")),
      failed_(Imports(metrics, "failed")),
      refused_rows_(metrics.Counter("voortgang_registry_refused_rows_total",
                                    "Rows and files that imports refused.")) {}

absl::Status SnapshotImports::Import(Stream& stream) {
  const Slot slot(*this);
  if (!slot.taken()) return TooManyImports(kMaxAtOnce);
  const auto import = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(Received received, Receive(stream));
    RETURN_IF_ERROR(stream.Write(Progress(v1::IMPORT_STAGE_CHECKING, 0, 0)));
    const ImportOutcome outcome = std::move(*received.importer).Finish();
    received.importer.reset();
    return Answer(received, outcome, stream);
  };
  absl::Status status = import();
  if (!status.ok()) failed_.Increment();
  return status;
}

absl::StatusOr<SnapshotImports::Received> SnapshotImports::Receive(Stream& stream) {
  Received received;
  ASSIGN_OR_RETURN(const auto* const first, stream.Read());
  if (first == nullptr || !first->has_plan()) {
    return OutOfOrder("plan", "the first message of an import is its plan");
  }
  received.request_id = first->plan().request_id();
  ASSIGN_OR_RETURN(received.plan, FromProto(first->plan()));
  received.importer = std::make_unique<Importer>(received.plan);

  std::set<std::string> names;
  std::string name;
  int64_t bytes = 0;
  int64_t told = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const auto* const message, stream.Read());
    if (message == nullptr) break;
    if (!message->has_chunk()) {
      return OutOfOrder("chunk", "after the plan every message is a piece of a file");
    }
    const v1::FileChunk& chunk = message->chunk();
    if (names.empty() || chunk.file_name() != name) {
      name = chunk.file_name();
      if (!IsFileName(name)) return BadFileName(name);
      if (!names.insert(name).second) {
        return OutOfOrder("chunk.file_name",
                          "the pieces of a file follow one another, and names differ; '" + name +
                              "' was sent before");
      }
      if (static_cast<int64_t>(names.size()) > kMaxFiles) return TooManyFiles(kMaxFiles);
      received.importer->BeginFile(name, static_cast<SourceKind>(chunk.kind()));
    }
    bytes += static_cast<int64_t>(chunk.data().size());
    if (bytes > kMaxBytes) return ImportTooLarge(kMaxBytes);
    received.importer->Feed(chunk.data());
    if (bytes >= told + kBytesPerProgress) {
      told = bytes;
      RETURN_IF_ERROR(stream.Write(Progress(v1::IMPORT_STAGE_READING, bytes, 0)));
    }
  }
  if (names.empty()) return NoFiles();
  return received;
}

absl::Status SnapshotImports::Answer(const Received& received, const ImportOutcome& outcome,
                                     Stream& stream) {
  int64_t rows = 0;
  for (const SourceFile& source : outcome.snapshot.sources) rows += source.row_count;
  RETURN_IF_ERROR(stream.Write(Progress(v1::IMPORT_STAGE_CHECKING, rows, rows)));
  refused_rows_.Increment(static_cast<double>(outcome.refusals.total()));
  for (const Refusal& refusal : outcome.refusals.kept()) {
    v1::ImportSnapshotResponse response;
    ToProto(refusal, refusal.file < 0 ? "" : outcome.file_names[static_cast<size_t>(refusal.file)],
            *response.mutable_refused());
    RETURN_IF_ERROR(stream.Write(std::move(response)));
  }

  v1::ImportSnapshotResponse response;
  v1::ImportResult& result = *response.mutable_result();
  for (const auto& [code, count] : outcome.refusals.by_code()) {
    (*result.mutable_refused_by_code())[std::string(RuleOf(code).name)] = count;
  }
  if (outcome.stopped) {
    refused_.Increment();
  } else if (received.plan.validate_only) {
    RETURN_IF_ERROR(FindStored(outcome, result));
    validated_.Increment();
  } else {
    const int64_t schools = outcome.snapshot.totals.schools;
    RETURN_IF_ERROR(stream.Write(Progress(v1::IMPORT_STAGE_STORING, 0, schools)));
    ASSIGN_OR_RETURN(
        const RegistryStore::Saved saved,
        store_.Save(outcome, received.request_id,
                    RequestDigest(received.plan, outcome.snapshot.sources), clock_.Now()));
    (saved.added ? stored_ : repeated_).Increment();
    ToProto(saved.snapshot, *result.mutable_snapshot());
    result.set_stored(true);
    RETURN_IF_ERROR(stream.Write(Progress(v1::IMPORT_STAGE_STORING, schools, schools)));
  }
  return stream.Write(std::move(response));
}

absl::Status SnapshotImports::FindStored(const ImportOutcome& outcome, v1::ImportResult& result) {
  const absl::StatusOr<Snapshot> stored = store_.GetSnapshot(outcome.snapshot.id);
  if (absl::IsNotFound(stored.status())) {
    ToProto(outcome.snapshot, *result.mutable_snapshot());
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(stored.status());
  if (stored->digest != outcome.snapshot.digest) {
    return SnapshotExists(stored->id, stored->digest, outcome.snapshot.digest);
  }
  ToProto(*stored, *result.mutable_snapshot());
  result.set_stored(true);
  return absl::OkStatus();
}

}  // namespace vg::registry
