#include "services/funding/domain/calculation/recipient_source.h"

#include <algorithm>
#include <utility>

#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

class SpanReader final : public RecipientReader {
 public:
  explicit SpanReader(std::span<const Recipient> rest) : rest_(rest) {}

  absl::StatusOr<std::span<const Recipient>> Next() override {
    const std::span<const Recipient> batch = rest_.first(std::min(kRecipientBatch, rest_.size()));
    rest_ = rest_.subspan(batch.size());
    return batch;
  }

 private:
  std::span<const Recipient> rest_;
};

class ReaderWith final : public RecipientReader {
 public:
  ReaderWith(std::unique_ptr<RecipientReader> others, const Recipient& recipient)
      : others_(std::move(others)), recipient_(recipient) {}

  absl::StatusOr<std::span<const Recipient>> Next() override {
    if (rest_.empty()) {
      ASSIGN_OR_RETURN(rest_, others_->Next());
    }
    if (added_) return std::exchange(rest_, {});
    const auto place =
        std::ranges::lower_bound(rest_, recipient_.code, {}, &Recipient::code) - rest_.begin();
    if (place > 0) {
      const std::span<const Recipient> lower = rest_.first(static_cast<size_t>(place));
      rest_ = rest_.subspan(lower.size());
      return lower;
    }
    added_ = true;
    if (!rest_.empty() && rest_.front().code == recipient_.code) rest_ = rest_.subspan(1);
    return std::span<const Recipient>(&recipient_, 1);
  }

 private:
  const std::unique_ptr<RecipientReader> others_;
  const Recipient& recipient_;
  std::span<const Recipient> rest_;
  bool added_ = false;
};

// One recipient after another.
class Cursor {
 public:
  explicit Cursor(RecipientReader& reader) : reader_(reader) {}

  // The one that it stands at; null behind the last.
  const Recipient* get() const { return place_ < batch_.size() ? &batch_[place_] : nullptr; }
  absl::Status Advance() {
    if (++place_ < batch_.size()) return absl::OkStatus();
    ASSIGN_OR_RETURN(batch_, reader_.Next());
    place_ = 0;
    return absl::OkStatus();
  }

 private:
  RecipientReader& reader_;
  std::span<const Recipient> batch_;
  size_t place_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecipientReader>> RecipientsAtHand::Read() const {
  return std::make_unique<SpanReader>(recipients_);
}

absl::StatusOr<std::unique_ptr<RecipientReader>> RecipientsWith::Read() const {
  ASSIGN_OR_RETURN(std::unique_ptr<RecipientReader> others, others_.Read());
  return std::make_unique<ReaderWith>(std::move(others), recipient_);
}

absl::Status ForEachBatch(const RecipientSource& source,
                          absl::FunctionRef<absl::Status(std::span<const Recipient>)> visit) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RecipientReader> reader, source.Read());
  for (;;) {
    ASSIGN_OR_RETURN(const std::span<const Recipient> batch, reader->Next());
    if (batch.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(visit(batch));
  }
}

absl::Status ForEachPair(
    const RecipientSource& before, const RecipientSource& after,
    absl::FunctionRef<absl::Status(const Recipient* before, const Recipient* after)> visit) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RecipientReader> before_reader, before.Read());
  ASSIGN_OR_RETURN(const std::unique_ptr<RecipientReader> after_reader, after.Read());
  Cursor was(*before_reader);
  Cursor is(*after_reader);
  RETURN_IF_ERROR(was.Advance());
  RETURN_IF_ERROR(is.Advance());
  while (was.get() != nullptr || is.get() != nullptr) {
    const bool only_before =
        is.get() == nullptr || (was.get() != nullptr && was.get()->code < is.get()->code);
    const bool only_after =
        was.get() == nullptr || (is.get() != nullptr && is.get()->code < was.get()->code);
    RETURN_IF_ERROR(visit(only_after ? nullptr : was.get(), only_before ? nullptr : is.get()));
    if (!only_after) RETURN_IF_ERROR(was.Advance());
    if (!only_before) RETURN_IF_ERROR(is.Advance());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Recipient>> ReadAll(const RecipientSource& source) {
  std::vector<Recipient> all;
  RETURN_IF_ERROR(ForEachBatch(source, [&all](std::span<const Recipient> batch) {
    all.insert(all.end(), batch.begin(), batch.end());
    return absl::OkStatus();
  }));
  return all;
}

}  // namespace vg::funding
