// All recipients as an explanation file may have them, and figures over them computed again.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_FILE_POPULATION_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_FILE_POPULATION_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/expression/environment.h"
#include "common/expression/population.h"
#include "common/numeric/exact.h"
#include "services/funding/domain/calculation/population.h"
#include "services/funding/domain/explanation/explanation_steps.h"

namespace vg::funding {

// What a call over all recipients comes to for the recipient of the file.
struct OverAll {
  std::string group;
  std::optional<Exact> threshold;  // Of a top_share.
  expression::Value outcome;
};

// How a pot is divided.
struct PotRules {
  std::optional<expression::Expression> condition, pot, by, per;
  RemainderRule remainder = RemainderRule::kLargestRemainder;
  RoundingRule rounding;
};

// Written apart from the calculation of runs: it holds all values and sorts them. Not thread-safe.
class FilePopulation {
 public:
  using Values = std::vector<std::pair<expression::Slot, expression::Value>>;

  // Reads the member `population` of `file`, whose inputs are declared in `environment` and have
  // the values `own` for the recipient. Borrows all.
  FilePopulation(const nlohmann::json& file, const expression::Environment& environment,
                 const Values& own, JsonReader& reader);

  // Computes `call`, whose outcome formulas read from `slot`; calls within it come before it.
  OverAll Add(expression::PopulationCall call, expression::Slot slot);
  // How the pot of `group` is divided.
  ShareFigure Divided(const PotRules& rules, const std::string& group) const;

  size_t size() const { return members_.size(); }
  // Whether `code` is there once, with the recipient's own inputs.
  bool HasRow(std::string_view code) const;

 private:
  struct Member {
    std::string code;
    Values facts;
  };
  struct Call {
    expression::PopulationCall call;
    expression::Slot slot;
    std::map<std::string, std::optional<Exact>> figures;  // By group; a top_share's threshold.
  };

  void Read(const nlohmann::json& file, JsonReader& reader);
  expression::Frame FrameOf(const Values& facts) const;
  OverAll OutcomeOf(const Call& call, const expression::Frame& frame) const;

  const expression::Environment& environment_;
  const Values& own_;
  size_t facts_ = 0;  // How many of `own_` are inputs.
  std::vector<Member> members_;
  std::vector<Call> calls_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_FILE_POPULATION_H_
