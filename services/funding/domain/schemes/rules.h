// A scheme's formulas, checked and compiled.

#ifndef VG_SERVICES_FUNDING_DOMAIN_SCHEMES_RULES_H_
#define VG_SERVICES_FUNDING_DOMAIN_SCHEMES_RULES_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/expression/environment.h"
#include "common/expression/expression.h"
#include "common/expression/population.h"
#include "services/funding/domain/errors.h"
#include "services/funding/domain/schemes/facts.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// Definitions that stand within one another deeper than this are refused.
inline constexpr int kDeepestDefinition = 16;
// More different calls over the population than this are refused.
inline constexpr size_t kMostCalls = 50;

// What a component asks for.
struct ComponentRules {
  std::optional<expression::Expression> condition;
  std::optional<expression::Expression> amount;  // Absent for a distribution.
  std::optional<expression::Expression> pot, by, per;
};

// A call over the population, and the variable that has its outcome for one recipient.
struct CallRules {
  expression::PopulationCall call;
  expression::Slot slot = 0;
  int level = 1;  // Calls within its arguments have lower levels.
};

struct Rules {
  std::unique_ptr<expression::Environment> environment;
  std::vector<ComponentRules> components;       // As the scheme's.
  std::vector<CallRules> calls;                 // Ascending by level.
  std::vector<std::unique_ptr<Fact>> declared;  // As the scheme's.
  std::vector<const Fact*> facts;               // Those that are used.
  std::vector<expression::Slot> slots;          // Of `facts`.
  bool divides = false;                         // Some component is a distribution.
  bool over_population() const { return divides || !calls.empty(); }
};

// Compiles every formula; `faults` grows by all that is wrong, by paths in the scheme.
Rules CompileRules(const Scheme& scheme, std::vector<SchemeFault>& faults);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_SCHEMES_RULES_H_
