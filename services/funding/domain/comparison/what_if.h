// Winners and losers of a change, over the whole country.

#ifndef VG_SERVICES_FUNDING_DOMAIN_COMPARISON_WHAT_IF_H_
#define VG_SERVICES_FUNDING_DOMAIN_COMPARISON_WHAT_IF_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/education/school_classes.h"
#include "services/funding/domain/calculation/recipient_source.h"
#include "services/funding/domain/comparison/comparison.h"
#include "services/funding/domain/recipient.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// A band of relative changes: from the one bound up to and without the other. The one of no change
// is 0 alone; that of new recipients has no bounds.
struct ChangeBand {
  std::optional<int> from_percent;
  std::optional<int> to_percent;
  std::string_view title;
};
// From the largest loss to the largest gain, then what is new.
std::span<const ChangeBand> ChangeBands();
// The band of a change, by its place in ChangeBands().
size_t BandOf(int64_t before_cents, int64_t after_cents);

struct ChangeExtreme {
  std::string code;
  std::string title;
  int64_t cents = 0;
};

// One class of recipients. Amounts in cents.
struct ChangeRow {
  int64_t recipients = 0;
  int64_t winners = 0;
  int64_t losers = 0;
  int64_t undetermined = 0;  // On one side only; in no other number.
  int64_t before = 0;
  int64_t after = 0;
  int64_t gain = 0;
  int64_t loss = 0;  // Below zero.
  std::optional<ChangeExtreme> largest_gain;
  std::optional<ChangeExtreme> largest_loss;
  std::vector<int64_t> bands;

  ChangeRow();
  // OUT_OF_RANGE, MONEY_OVERFLOW.
  absl::Status Add(const Difference& difference);
};

// Tells recipients apart by an attribute of the register.
class Classifier {
 public:
  // `attribute`: one that every register has ("province", "size", …), or any that one of
  // `recipients` has, such as "corop_region". INVALID_ARGUMENT, UNKNOWN_ATTRIBUTE on `field` for
  // another one, naming those there are. Of "score_quintile" the scores of all are held and
  // ranked.
  static absl::StatusOr<Classifier> Make(std::string_view attribute, RecipientKind kind,
                                         const RecipientSource& recipients, std::string_view field);

  // Empty if the register does not say.
  std::string ClassOf(const Recipient& recipient) const;
  const std::string& attribute() const { return attribute_; }

 private:
  Classifier(std::string_view attribute, RecipientKind kind) : attribute_(attribute), kind_(kind) {}

  std::string attribute_;
  RecipientKind kind_;
  bool of_register_ = false;  // One of Recipient::attributes.
  std::optional<ScoreQuintiles> quintiles_;
};

// Winners and losers of each class of one attribute.
class ChangeTable {
 public:
  explicit ChangeTable(Classifier classifier) : classifier_(std::move(classifier)) {}

  // `passage` is that of the recipient; it counts in the class that it was in, or is in if it came.
  absl::Status Add(const Passage& passage, const Difference& difference);

  struct Row {
    std::string value;
    const ChangeRow* row = nullptr;
  };
  // By value; of more than kMostByValue the largest changes first.
  static constexpr size_t kMostByValue = 40;
  std::vector<Row> Rows() const;
  const std::string& attribute() const { return classifier_.attribute(); }

 private:
  Classifier classifier_;
  std::map<std::string, ChangeRow> rows_;
};

// Another value of a parameter: "rate_bo", "rate.bo" of a table.
struct ParameterValue {
  std::string name;
  Exact value;
};

// Changes what `scheme` says on its reference date. INVALID_ARGUMENT, UNKNOWN_PARAMETER on
// "parameters[i].name".
absl::Status Override(std::span<const ParameterValue> values, Scheme& scheme);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_COMPARISON_WHAT_IF_H_
