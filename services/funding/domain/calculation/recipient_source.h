// The recipients of a snapshot, some at a time: what computes a country need not hold it.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RECIPIENT_SOURCE_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RECIPIENT_SOURCE_H_

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

#include "services/funding/domain/recipient.h"

namespace vg::funding {

// One walk over recipients by code.
class RecipientReader {
 public:
  virtual ~RecipientReader() = default;
  // The next ones, which are there until the next call; none after the last.
  virtual absl::StatusOr<std::span<const Recipient>> Next() = 0;
};

// Recipients that may be walked over again and again, with the same outcome. Thread-safe.
class RecipientSource {
 public:
  virtual ~RecipientSource() = default;
  virtual absl::StatusOr<std::unique_ptr<RecipientReader>> Read() const = 0;
};

// Recipients that are at hand, by code. Borrows them.
class RecipientsAtHand final : public RecipientSource {
 public:
  explicit RecipientsAtHand(std::span<const Recipient> recipients) : recipients_(recipients) {}
  absl::StatusOr<std::unique_ptr<RecipientReader>> Read() const override;

 private:
  std::span<const Recipient> recipients_;
};

// The recipients of `others` with `recipient` among them, in the place of the one with its code if
// there is one. Borrows both.
class RecipientsWith final : public RecipientSource {
 public:
  RecipientsWith(const RecipientSource& others, const Recipient& recipient)
      : others_(others), recipient_(recipient) {}
  absl::StatusOr<std::unique_ptr<RecipientReader>> Read() const override;

 private:
  const RecipientSource& others_;
  const Recipient& recipient_;
};

// How many recipients are worth handing over together.
inline constexpr size_t kRecipientBatch = 4096;

// Calls `visit` with all of `source`, batch by batch, until it fails.
absl::Status ForEachBatch(const RecipientSource& source,
                          absl::FunctionRef<absl::Status(std::span<const Recipient>)> visit);

// Calls `visit` once for each code that `before` or `after` has, in order, with null where one of
// them has none.
absl::Status ForEachPair(
    const RecipientSource& before, const RecipientSource& after,
    absl::FunctionRef<absl::Status(const Recipient* before, const Recipient* after)> visit);

absl::StatusOr<std::vector<Recipient>> ReadAll(const RecipientSource& source);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_RECIPIENT_SOURCE_H_
