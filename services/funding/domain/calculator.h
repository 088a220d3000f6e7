// A scheme that has been checked and can be computed.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATOR_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATOR_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "common/expression/environment.h"
#include "common/expression/expression.h"
#include "common/numeric/money.h"
#include "services/funding/domain/errors.h"
#include "services/funding/domain/facts.h"
#include "services/funding/domain/reason.h"
#include "services/funding/domain/recipient.h"
#include "services/funding/domain/scheme.h"

namespace vg::funding {

// A part of an amount: what a component gives a recipient to whom it applies.
struct ComponentAmount {
  int component = 0;            // Its place in the scheme.
  std::optional<Money> amount;  // Absent: could not be determined.

  friend bool operator==(const ComponentAmount&, const ComponentAmount&) = default;
};

// What a scheme gives one recipient.
struct Allocation {
  std::string code;
  std::string title;
  std::optional<Money> amount;              // Absent: could not be determined.
  std::vector<ComponentAmount> components;  // Those that apply, in the scheme's order.
  std::string undetermined_reason;          // "pupils.bo is suppressed in the source"

  // The same amounts for the same recipient, whatever words go with them.
  bool SameAmounts(const Allocation& other) const {
    return code == other.code && amount == other.amount && components == other.components;
  }
  friend bool operator==(const Allocation&, const Allocation&) = default;
};

// How one component came about.
struct Working {
  bool applies = false;
  std::optional<expression::Trace> condition;  // Absent: the component has none.
  std::optional<expression::Trace> formula;    // Absent: the component does not apply.
  std::optional<Exact> unrounded;
  std::optional<Money> amount;
  Reason undetermined;  // Empty: it was.
};

// Immutable and thread-safe, but for the Frame: one per thread.
class Calculator {
 public:
  // Checks `scheme` wholly and compiles its formulas. `faults` were found while it was read; the
  // error (BAD_SCHEME) names them and every further one, by their paths in the scheme after
  // `prefix` ("content.").
  static absl::StatusOr<Calculator> Make(Scheme scheme, std::vector<SchemeFault> faults = {},
                                         std::string_view prefix = {});

  Calculator(Calculator&&) noexcept = default;
  Calculator& operator=(Calculator&&) noexcept = default;

  const Scheme& scheme() const { return scheme_; }
  const std::string& digest() const { return digest_; }
  // Some parameter could not be verified at its source.
  bool provisional() const { return provisional_; }
  // The facts that some formula or condition names.
  const std::vector<const Fact*>& facts() const { return facts_; }

  const Parameter* FindParameter(std::string_view id) const;

  // Holds the values of one evaluation; reuse it for many recipients.
  expression::Frame NewFrame() const { return expression::Frame(*environment_); }

  // The amount of `recipient`. What cannot be computed, for want of a fact or by a division by
  // zero, leaves it undetermined.
  Allocation Compute(const Recipient& recipient, expression::Frame& frame) const;

  // The same, and how each component came about, in the scheme's order.
  Allocation Explain(const Recipient& recipient, std::vector<Working>& workings) const;

 private:
  struct Formula {
    std::optional<expression::Expression> condition;
    std::optional<expression::Expression> amount;
  };

  explicit Calculator(Scheme scheme);
  void Declare(std::vector<SchemeFault>& faults);
  void Compile(std::vector<SchemeFault>& faults);
  void Fill(const Recipient& recipient, expression::Frame& frame) const;
  void Work(size_t component, const Recipient& recipient, const expression::Frame& frame,
            bool explain, Working& working) const;
  Allocation Compute(const Recipient& recipient, expression::Frame& frame,
                     std::vector<Working>* workings) const;

  Scheme scheme_;
  std::string digest_;
  bool provisional_ = false;
  std::unique_ptr<expression::Environment> environment_;
  std::vector<Formula> formulas_;  // By component.
  std::vector<const Fact*> facts_;
  std::vector<expression::Slot> slots_;  // Of facts_.
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATOR_H_
