// What the formulas of an explanation file read, checked and ready to be computed with.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_LEAVES_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_LEAVES_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/expression/environment.h"
#include "common/expression/population.h"
#include "services/funding/domain/explanation/digested_form.h"
#include "services/funding/domain/explanation/explanation_steps.h"
#include "services/funding/domain/explanation/explanation_verifier.h"
#include "services/funding/domain/explanation/file_population.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// Adds findings to a list, which it borrows.
class Findings {
 public:
  explicit Findings(std::vector<VerifiedItem>& items) : items_(items) {}

  void Say(VerifiedItem::Outcome outcome, std::string what);
  // `otherwise` is what is wrong if it does not agree.
  void Check(bool agrees, std::string what, std::string_view otherwise);

 private:
  std::vector<VerifiedItem>& items_;
};

// Parameters, inputs, definitions and figures over all recipients. Borrows all; the reader fails
// for what cannot be read. Not thread-safe, and not movable: formulas refer to it.
class ExplanationLeaves {
 public:
  ExplanationLeaves(const nlohmann::json& file, JsonReader& reader, Findings& findings)
      : file_(file), reader_(reader), findings_(findings) {}
  ExplanationLeaves(const ExplanationLeaves&) = delete;
  ExplanationLeaves& operator=(const ExplanationLeaves&) = delete;

  // Reads all, and checks it against `form`, the scheme that was digested.
  void Read(const DigestedForm& form);

  // What names stand for; walks over steps add to it.
  std::map<std::string, expression::Value>& by_name() { return leaves_; }
  // What formulas are compiled against.
  const expression::Environment& environment() const { return environment_; }
  // The values of the recipient of the file.
  expression::Frame NewFrame() const;
  // Null if the file has this recipient alone.
  const FilePopulation* population() const {
    return population_.has_value() ? &*population_ : nullptr;
  }

 private:
  void Calendar();
  void AddParameter(const nlohmann::json& json, const DigestedForm& form);
  void Take(const expression::Value& value, Exact& number, std::vector<TableEntry>& table,
            std::vector<std::string>& contents);
  void AddInput(const nlohmann::json& input);
  void Branches(const std::string& name, const expression::Value& value,
                const nlohmann::json& branches);
  void Aggregates();
  expression::Slot Lend(expression::PopulationCall call);
  void CheckOverAll(expression::PopulationCall call, expression::Slot slot,
                    const expression::Value& stated);
  void OwnRow();
  void Definitions(const DigestedForm& form);

  const nlohmann::json& file_;
  JsonReader& reader_;
  Findings& findings_;
  Scheme scheme_;  // Its parameters and its calendar.
  std::map<std::string, expression::Value> leaves_;
  std::map<std::string, expression::Slot> calls_;
  std::optional<FilePopulation> population_;
  expression::Environment environment_;
  std::vector<std::pair<expression::Slot, expression::Value>> values_;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_LEAVES_H_
