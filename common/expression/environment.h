// What a service lends to its expressions: names with types, and functions.

#ifndef VG_COMMON_EXPRESSION_ENVIRONMENT_H_
#define VG_COMMON_EXPRESSION_ENVIRONMENT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "common/expression/type.h"
#include "common/expression/value.h"

namespace vg::expression {

class Expression;
struct PopulationCall;

// A variable of an environment: its place in a Frame.
using Slot = int;

struct Function {
  std::string name;
  std::vector<Type> parameters;  // An argument may be absent only where its parameter is optional.
  Type result = Type::Bool();
  // Gets arguments of the declared types; never called with an absent one for a parameter that is
  // not optional (the result is absent then). An error ends the evaluation and is given the call's
  // place. Must be pure and thread-safe.
  std::function<absl::StatusOr<Value>(std::span<const Value> arguments)> body;
  // If there is one: what is wrong with a literal argument, as a sentence; empty if nothing.
  std::function<std::string(size_t argument, const Value& literal)> check_literal = nullptr;
};

// Declare everything first, then share: after that, reading is thread-safe. Expressions keep what
// they need of it and may outlive it, but a Frame's slots are those of its environment.
class Environment {
 public:
  // Declares a variable. `name` is an identifier or several joined by dots ("school.pupils"). With
  // "()" behind it ("today()") it is written as a call, and leaves the name "today" to others.
  // INVALID_ARGUMENT: INVALID_NAME, RESERVED_NAME; ALREADY_EXISTS, NAME_TAKEN, also
  // where one name would be a prefix of another ("school" beside "school.pupils").
  absl::StatusOr<Slot> Declare(std::string_view name, Type type);
  // The same for names in the program's own text, where a clash is a bug: dies on error.
  Slot MustDeclare(std::string_view name, Type type);

  // A constant: as a variable whose value is the same in every frame.
  absl::Status DeclareConstant(std::string_view name, Type type, Value value);

  absl::Status DeclareFunction(Function function);

  // A variable whose value is what `formula`, compiled against this environment, comes to in the
  // same frame. It is computed when it is first asked for, and once; a trace tells its steps where
  // it is first mentioned. How deep definitions stand within one another is the service's to limit.
  absl::StatusOr<Slot> Define(std::string_view name, const Expression& formula);

  // Lends the calls over a population (population.h). Compiling hands each to `keep`, whose answer
  // is the variable that has its outcome in every frame: one that DeclareHidden gave, the same for
  // calls of equal text.
  void LendPopulation(std::function<Slot(PopulationCall)> keep);
  // A variable that expressions cannot name.
  Slot DeclareHidden(std::string name, Type type);

  // From here on expressions cannot name the variable, and its name is free again; expressions that
  // were compiled before still read its slot. For names with a scope.
  void Forget(std::string_view name);

  size_t slots() const { return variables_.size(); }
  const std::string& name(Slot slot) const { return variables_[slot].name; }
  const Type& type(Slot slot) const { return variables_[slot].type; }
  bool constant(Slot slot) const { return variables_[slot].constant; }
  // Null for a variable that is not defined.
  const Expression* definition(Slot slot) const { return variables_[slot].definition.get(); }
  // -1 if there is none.
  Slot Find(std::string_view name) const;

 private:
  friend class Checker;
  friend class Frame;
  struct Variable {
    std::string name;
    Type type;
    bool constant = false;
    Value value;
    std::shared_ptr<const Expression> definition;
  };
  std::vector<Variable> variables_;
  std::map<std::string, Slot, std::less<>> by_name_;
  std::map<std::string, std::shared_ptr<const Function>, std::less<>> functions_;
  std::function<Slot(PopulationCall)> keep_call_;
  std::vector<Slot> defined_;
};

// The values of an environment's variables for one evaluation. Reuse one frame for many
// evaluations. Not thread-safe; one per thread. The environment outlives it.
class Frame {
 public:
  explicit Frame(const Environment& environment);

  // `value` has the variable's type or is absent; an absent value is refused by evaluation where
  // the variable is not declared optional.
  void Set(Slot slot, Value value) { values_[slot] = std::move(value); }
  const Value& Get(Slot slot) const { return values_[slot]; }
  // Makes every variable absent (missing), constants as declared.
  void Clear();
  // Forgets what defined variables came to. Call it when other variables have been set.
  void Renew();

 private:
  friend class Evaluator;
  bool Computed(Slot slot) const { return computed_[slot] != 0; }
  void Remember(Slot slot, const Value& value) const {
    values_[slot] = value;
    computed_[slot] = 1;
  }

  const Environment& environment_;
  // Evaluating fills in defined variables.
  mutable std::vector<Value> values_;
  mutable std::vector<uint8_t> computed_;
};

}  // namespace vg::expression

#endif  // VG_COMMON_EXPRESSION_ENVIRONMENT_H_
