#include "services/funding/peers/school_stream.h"

#include <algorithm>
#include <span>

#include "common/status/status_macros.h"
#include "services/funding/peers/registry_conversions.h"

namespace vg::funding {
namespace {

namespace registry = voortgang::registry::v1;

// Twice the schools of the country.
constexpr size_t kHeld = 20'000;

class StreamReader final : public RecipientReader {
 public:
  StreamReader(RegistryClient& client, const registry::ExportSchoolsRequest& request)
      : context_(rpc::NewClientContext(absl::InfiniteDuration())),
        stream_(client.stub().ExportSchools(context_.get(), request)) {}

  ~StreamReader() override {
    if (finished_) return;
    context_->TryCancel();
    (void)stream_->Finish();
  }

  absl::StatusOr<std::span<const Recipient>> Next() override {
    batch_.clear();
    registry::ExportSchoolsResponse message;
    while (!finished_ && batch_.size() < kRecipientBatch) {
      if (!stream_->Read(&message)) {
        finished_ = true;
        RETURN_IF_ERROR(rpc::FromGrpcStatus(stream_->Finish()));
        break;
      }
      for (const registry::School& school : message.schools()) {
        ASSIGN_OR_RETURN(batch_.emplace_back(), FromProto(school));
      }
    }
    return std::span<const Recipient>(batch_);
  }

 private:
  const std::unique_ptr<grpc::ClientContext> context_;
  const std::unique_ptr<grpc::ClientReader<registry::ExportSchoolsResponse>> stream_;
  std::vector<Recipient> batch_;
  bool finished_ = false;
};

class HeldRecipients final : public RecipientSource {
 public:
  explicit HeldRecipients(std::vector<Recipient> recipients) : recipients_(std::move(recipients)) {}

  absl::StatusOr<std::unique_ptr<RecipientReader>> Read() const override {
    return RecipientsAtHand(recipients_).Read();
  }

 private:
  const std::vector<Recipient> recipients_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecipientReader>> SchoolStream::Read() const {
  registry::ExportSchoolsRequest request;
  request.set_parent(snapshot_);
  if (!municipality_.empty()) request.mutable_filter()->add_municipalities(municipality_);
  return std::make_unique<StreamReader>(client_, request);
}

std::unique_ptr<RecipientSource> Held(std::vector<Recipient> recipients) {
  std::ranges::stable_sort(recipients, {}, &Recipient::code);
  return std::make_unique<HeldRecipients>(std::move(recipients));
}

absl::StatusOr<std::unique_ptr<RecipientSource>> HeldIfFew(
    std::unique_ptr<RecipientSource> source) {
  std::vector<Recipient> held;
  {
    ASSIGN_OR_RETURN(const std::unique_ptr<RecipientReader> reader, source->Read());
    for (;;) {
      ASSIGN_OR_RETURN(const std::span<const Recipient> batch, reader->Next());
      if (batch.empty()) break;
      held.insert(held.end(), batch.begin(), batch.end());
      if (held.size() > kHeld) return source;
    }
  }
  return Held(std::move(held));
}

}  // namespace vg::funding
