// What expressions of indicators may name, and records as they see them.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_RECORD_H_
#define VG_SERVICES_INDICATORS_DOMAIN_RECORD_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/expression/environment.h"

namespace vg::indicators {

// What a name of a record holds.
struct RecordField {
  enum class Kind { kText, kDay, kTexts, kNumber, kBool };
  std::string name;  // A question's id, "question.row" of a matrix, or a name of a programme.
  Kind kind = Kind::kText;
  std::vector<std::string> vocabulary;  // The texts that there can be; empty: any.
  std::string unit = {};                // Of a number, as its source writes it: "weeks".
};

// The names of one kind of record. Immutable and thread-safe; shared by what is compiled against
// it.
class RecordShape {
 public:
  // Every name may be absent. Names are distinct and none is the beginning of another ("a" beside
  // "a.b").
  explicit RecordShape(const std::vector<RecordField>& fields);

  const expression::Environment& environment() const { return environment_; }

  // A record in which everything is absent.
  expression::Frame Empty() const { return expression::Frame(environment_); }
  // Sets one name; a name that the shape does not have is passed over, as an answer to a question
  // that only a later version has.
  void Set(expression::Frame& record, std::string_view name, expression::Value value) const;

 private:
  expression::Environment environment_;
};

// The names of a school programme, as the API documents them under ProgrammeSource.
const RecordShape& ProgrammeShape();

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_RECORD_H_
