// Recipients in batches of any size, for tests.

#ifndef VG_SERVICES_FUNDING_DOMAIN_TEST_BATCHES_H_
#define VG_SERVICES_FUNDING_DOMAIN_TEST_BATCHES_H_

#include <algorithm>
#include <memory>
#include <span>

#include "services/funding/domain/calculation/recipient_source.h"

namespace vg::funding {

// Borrows the recipients.
class InBatches final : public RecipientSource {
 public:
  InBatches(std::span<const Recipient> recipients, size_t batch)
      : recipients_(recipients), batch_(batch) {}

  absl::StatusOr<std::unique_ptr<RecipientReader>> Read() const override {
    return std::make_unique<Reader>(recipients_, batch_);
  }

 private:
  class Reader final : public RecipientReader {
   public:
    Reader(std::span<const Recipient> rest, size_t batch) : rest_(rest), batch_(batch) {}
    absl::StatusOr<std::span<const Recipient>> Next() override {
      const std::span<const Recipient> next = rest_.first(std::min(batch_, rest_.size()));
      rest_ = rest_.subspan(next.size());
      return next;
    }

   private:
    std::span<const Recipient> rest_;
    const size_t batch_;
  };

  std::span<const Recipient> recipients_;
  const size_t batch_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_TEST_BATCHES_H_
