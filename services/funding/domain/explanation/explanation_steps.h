// Reading an explanation file, and computing its steps again.

#ifndef VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_STEPS_H_
#define VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_STEPS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include <nlohmann/json.hpp>

#include "common/expression/value.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

bool IsNumber(const expression::Value& value);
// Equal, or both absent.
bool Same(const expression::Value& a, const expression::Value& b);

// Reads members of JSON objects and remembers the first that is not as it must be; what cannot be
// read is empty.
class JsonReader {
 public:
  std::string Text(const nlohmann::json& object, const char* member);
  int Integer(const nlohmann::json& object, const char* member);
  bool Truth(const nlohmann::json& object, const char* member);
  const nlohmann::json& Object(const nlohmann::json& object, const char* member);
  const nlohmann::json& Array(const nlohmann::json& object, const char* member);
  // The member `value` of `object`.
  expression::Value Value(const nlohmann::json& object);
  // A member that is the text of a number.
  Exact Number(const nlohmann::json& object, const char* member);
  RoundingRule Rounding(const nlohmann::json& object, const char* member);

  void Fail(std::string sentence);
  // INVALID_ARGUMENT, BAD_EXPLANATION_FILE.
  absl::Status Refused(std::string_view sentence) const;
  // Of the first that failed; OK if none did.
  absl::Status status() const;

 private:
  const nlohmann::json* Member(const nlohmann::json& object, const char* member);
  expression::Value ValueOf(const nlohmann::json& json, int depth);

  std::string fault_;
};

// One walk over the steps of a formula.
class ExplanationSteps {
 public:
  // `leaves`: what names stand for; it gets the definitions, whose steps stand where they are first
  // mentioned. Borrows both.
  ExplanationSteps(std::map<std::string, expression::Value>& leaves, JsonReader& reader)
      : leaves_(leaves), reader_(reader) {}

  // What `node` comes to by its parts, whatever the file says.
  expression::Value Compute(const nlohmann::json& node) { return Compute(node, 0); }

  // "rate_bo * pupils.bo: the file says 1, its parts give 2"
  const std::vector<std::string>& differences() const { return differences_; }
  // The steps that are beyond this walk, by their formula.
  const std::vector<std::string>& not_computed() const { return not_computed_; }
  int count() const { return count_; }

 private:
  expression::Value Compute(const nlohmann::json& node, int depth);
  expression::Value Apply(const std::string& operation, const nlohmann::json& node,
                          const std::vector<expression::Value>& parts);

  std::map<std::string, expression::Value>& leaves_;
  JsonReader& reader_;
  std::vector<std::string> differences_;
  std::vector<std::string> not_computed_;
  int count_ = 0;
};

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_EXPLANATION_EXPLANATION_STEPS_H_
