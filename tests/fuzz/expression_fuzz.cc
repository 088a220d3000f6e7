// Any text: compiled or refused; what compiles prints to something with the same value.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/expression/expression.h"

namespace {

using vg::Exact;
using vg::expression::Absence;
using vg::expression::Environment;
using vg::expression::Expression;
using vg::expression::Frame;
using vg::expression::Trace;
using vg::expression::Type;
using vg::expression::Value;

struct School {
  School() {
    environment.MustDeclare("x", Type::Number());
    environment.MustDeclare("s.n", Type::Number().Optional());
    environment.MustDeclare("t", Type::Text({"po", "vo"}));
    environment.MustDeclare("l", Type::List(Type::Number()));
    environment.MustDeclare("w", Type::List(Type::Text()));
    environment.MustDeclare("m", Type::Map(Type::Number()));
    environment.MustDeclare("b", Type::Bool());
  }
  Environment environment;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const School* const school = new School;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto expression = Expression::Compile(source, school->environment);
  if (!expression.ok()) return 0;
  Frame frame(school->environment);
  frame.Set(0, Value::Number(Exact::FromScaled(70116, 2)));
  frame.Set(1, Value::Absent(Absence::kSuppressed));
  frame.Set(2, Value::Text("po"));
  frame.Set(3, Value::List({Value::Number(3), Value::Number(-2)}));
  frame.Set(4, Value::Texts({"a", "bé"}));
  frame.Set(5, Value::Map({{"a", Value::Number(1)}}));
  frame.Set(6, Value::Bool(true));
  const auto value = expression->Evaluate(frame);

  Trace trace;
  const auto explained = expression->Explain(frame, trace);
  if (value.ok() != explained.ok() || (value.ok() && !(*value == *explained))) std::abort();

  const auto again = Expression::Compile(expression->ToText(), school->environment);
  // Canonical spacing may be longer than the limit allows.
  if (!again.ok() && expression->ToText().size() > vg::expression::Limits::kSourceBytes) return 0;
  if (!again.ok() || again->ToText() != expression->ToText()) std::abort();
  const auto second = again->Evaluate(frame);
  if (value.ok() && second.ok() && !(*value == *second)) std::abort();
  return 0;
}
