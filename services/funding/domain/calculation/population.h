// What a run knows of all recipients together: enough to compute any one of them again, alone.

#ifndef VG_SERVICES_FUNDING_DOMAIN_CALCULATION_POPULATION_H_
#define VG_SERVICES_FUNDING_DOMAIN_CALCULATION_POPULATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/expression/value.h"
#include "common/numeric/exact.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// Why a figure over many recipients is not known: some of them lack a part. Adding gaps up gives
// the same in any order.
struct Gap {
  // Of the recipient with the lowest code: what is missing ("score") and why, or what went wrong.
  std::string cause;
  expression::Absence absence = expression::Absence::kMissing;
  std::string fault;  // "this divides by zero"; empty if something is absent.
  int64_t recipients = 0;
  std::vector<std::string> codes;  // The lowest three, ascending.

  bool empty() const { return recipients == 0; }
  void Add(const Gap& other);
  friend bool operator==(const Gap&, const Gap&) = default;
};

// A group's figure of a call over the population, such as sum(score, per sector).
struct GroupFigure {
  std::string group;    // Empty: all recipients.
  int64_t members = 0;  // Those that `where` lets through.
  // The outcome; of top_share the lowest number that is still among the highest. Absent: there is a
  // gap, or no member.
  std::optional<Exact> value;
  Gap gap = {};

  friend bool operator==(const GroupFigure&, const GroupFigure&) = default;
};

struct CallFigures {
  std::string call;                 // "sum(score, per sector)", as the formulas' canonical text.
  std::vector<GroupFigure> groups;  // By group. A gap under "" is one of every group.

  const GroupFigure* Find(std::string_view group) const;
  friend bool operator==(const CallFigures&, const CallFigures&) = default;
};

// How the pot of a group is divided.
struct ShareFigure {
  std::string group;
  int64_t members = 0;
  Exact pot;     // In the scheme's currency.
  Exact weight;  // All members together.
  // Of kLargestRemainder: who rounds up. Those who lost more than `cutoff`, and those who lost as
  // much up to the code `last`; nobody if it is absent.
  std::optional<Exact> cutoff;
  // Of the other rules: who takes `rest`.
  std::string last;
  Exact rest;
  Gap gap = {};

  friend bool operator==(const ShareFigure&, const ShareFigure&) = default;
};

struct DistributionFigures {
  std::string component;
  std::vector<ShareFigure> groups;

  const ShareFigure* Find(std::string_view group) const;
  friend bool operator==(const DistributionFigures&, const DistributionFigures&) = default;
};

struct PopulationFigures {
  std::vector<CallFigures> calls;                  // In the order in which they are computed.
  std::vector<DistributionFigures> distributions;  // In the order of the components.

  const CallFigures* FindCall(std::string_view call) const;
  const DistributionFigures* FindDistribution(std::string_view component) const;
  friend bool operator==(const PopulationFigures&, const PopulationFigures&) = default;
};

// A recipient's part in a distribution.
struct Weight {
  std::string code;
  Exact weight;
};

// Completes `figure`, whose group, pot and gap are set, for `members` in the order of their codes.
// The pot must be a whole number of what `rounding` keeps; the gap says so if it is not, if a
// weight is negative, or if nobody weighs anything and there is a pot.
void Divide(const std::vector<Weight>& members, const RoundingRule& rounding, RemainderRule rule,
            ShareFigure& figure);

// What `figure` gives a member, in the currency: all members' shares add up to the pot. `unrounded`
// is what the proportion alone gives.
struct Share {
  Exact unrounded;
  Exact amount;
};
Share ShareOf(const ShareFigure& figure, const RoundingRule& rounding, RemainderRule rule,
              std::string_view code, const Exact& weight);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_CALCULATION_POPULATION_H_
