// A scheme that has been checked and can be computed.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_CALCULATOR_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_CALCULATOR_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "common/expression/environment.h"
#include "common/expression/expression.h"
#include "common/numeric/money.h"
#include "services/funding/domain/calculation/population.h"
#include "services/funding/domain/calculation/reason.h"
#include "services/funding/domain/errors.h"
#include "services/funding/domain/recipient.h"
#include "services/funding/domain/schemes/facts.h"
#include "services/funding/domain/schemes/parameters.h"
#include "services/funding/domain/schemes/rules.h"
#include "services/funding/domain/schemes/scheme.h"

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
  // Absent: the component does not apply. Of a distribution pot * by / (all together).
  std::optional<expression::Trace> formula;
  std::optional<Exact> unrounded;
  std::optional<Money> amount;
  Reason undetermined;  // Empty: it was.
};

// What a name, a lookup in a table or a call over the population in a formula stands for.
struct Source {
  enum class Kind { kParameter, kRegister, kDefinition, kPopulation };
  Kind kind = Kind::kRegister;
  Text title;
  std::string name;             // "rate.bo", "pupils.bo", "small", "sum(score)".
  std::string legal_reference;  // Of parameters and definitions.
  bool provisional = false;
  std::optional<Text> note = std::nullopt;
  std::optional<absl::CivilDay> from = std::nullopt;  // Of a dated parameter.
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
  // Some parameter that holds could not be verified at its source.
  bool provisional() const { return provisional_; }
  // The facts that some formula or condition names.
  const std::vector<const Fact*>& facts() const { return rules_.facts; }
  const Rules& rules() const { return rules_; }
  // Some amount depends on all recipients together: Compute and Explain need their figures
  // (population_pass.h).
  bool over_population() const { return rules_.over_population(); }

  const Parameter* FindParameter(std::string_view id) const;
  const Definition* FindDefinition(std::string_view id) const;
  const Fact* FindFact(std::string_view name) const;
  // Nothing for what is an operation or a literal.
  std::optional<Source> SourceOf(const expression::Trace& trace) const;

  // Holds the values of one evaluation; reuse it for many recipients.
  expression::Frame NewFrame() const { return expression::Frame(*rules_.environment); }

  // What the registry says of `recipient` can be computed with: FAILED_PRECONDITION, BAD_REGISTER
  // for a count that is negative or beyond all reason, or an attribute that is not what the scheme
  // declares.
  absl::Status Check(const Recipient& recipient) const;

  // The amount of `recipient`. What cannot be computed, for want of a fact or by a division by
  // zero, leaves it undetermined.
  Allocation Compute(const Recipient& recipient, expression::Frame& frame,
                     const PopulationFigures& population = {}) const;

  // The same, and how each component came about, in the scheme's order.
  Allocation Explain(const Recipient& recipient, std::vector<Working>& workings,
                     const PopulationFigures& population = {}) const;

  // Sets what formulas read: the facts of `recipient`, and the outcomes of the calls over the
  // population below `level`.
  void Fill(const Recipient& recipient, const PopulationFigures& population, int level,
            expression::Frame& frame) const;

 private:
  explicit Calculator(Scheme scheme) : scheme_(std::move(scheme)) {}
  std::optional<Figure> FigureOf(const expression::Trace& trace) const;
  void Work(size_t component, const Recipient& recipient, const PopulationFigures& population,
            const expression::Frame& frame, bool explain, Working& working) const;
  void WorkShare(size_t component, const Recipient& recipient, const PopulationFigures& population,
                 const expression::Frame& frame, bool explain, Working& working) const;
  void Round(size_t component, const Exact& rounded, Working& working) const;
  Reason WhyAbsent(const expression::Value& value, const Recipient& recipient,
                   const PopulationFigures& population, const expression::Frame& frame,
                   const Component& component) const;
  Allocation Compute(const Recipient& recipient, expression::Frame& frame,
                     const PopulationFigures& population, std::vector<Working>* workings) const;

  Scheme scheme_;
  std::string digest_;
  bool provisional_ = false;
  Rules rules_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_CALCULATOR_H_
