#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "common/expression/checker.h"
#include "common/expression/diagnostic.h"
#include "common/expression/expression.h"
#include "common/expression/program.h"
#include "common/expression/syntax.h"
#include "common/expression/text_functions.h"
#include "common/status/error.h"

namespace vg::expression {
namespace {

constexpr int64_t kMostPlaces = 30;
// Reading or joining this many bytes of text counts as one step.
constexpr size_t kTextBytesPerStep = 64;

// Of matching, which looks at every byte with several states of the pattern.
constexpr size_t kMatchedBytesPerStep = 8;

bool Decide(Op op, std::strong_ordering order) {
  switch (op) {
    case Op::kLess:
      return order < 0;
    case Op::kLessEqual:
      return order <= 0;
    case Op::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

}  // namespace

// Walks the nodes of a program once. After an error every step returns an absent value at once.
class Evaluator final {
 public:
  // `told` are the defined variables whose steps a trace has told already.
  Evaluator(const Program& program, const Frame& frame, std::set<Slot>& told)
      : program_(program),
        frame_(frame),
        told_(told),
        locals_(static_cast<size_t>(program.locals)) {}

  absl::StatusOr<Value> Run(Trace* trace) {
    Value value = Eval(static_cast<int>(program_.nodes.size()) - 1, trace);
    if (!error_.ok()) return std::move(error_);
    return value;
  }

 private:
  Value Fail(const Node& node, absl::StatusCode code, std::string_view reason,
             std::string sentence) {
    if (error_.ok()) {
      error_ = ToStatus(code, program_.source, {reason, node.offset, std::move(sentence), ""});
    }
    return Value();
  }

  Value TooMuch(const Node& node) {
    return Fail(node, absl::StatusCode::kResourceExhausted, "TOO_MANY_STEPS",
                "the expression takes more than " + std::to_string(Limits::kSteps) + " steps");
  }

  Value Eval(int index, Trace* trace) {
    const Node& node = program_.nodes[static_cast<size_t>(index)];
    if (++steps_ > Limits::kSteps) return TooMuch(node);
    if (trace == nullptr) return Compute(node, nullptr);
    trace->offset = node.offset;
    trace->text = SourceOf(node);
    trace->what = WhatIs(node.op);
    trace->name = *program_.names[static_cast<size_t>(node.name)];
    trace->unit = program_.units[static_cast<size_t>(node.unit)];
    Value value = Compute(node, trace);
    trace->value = value;
    return value;
  }

  Value Part(const Node& node, int number, Trace* trace) {
    const int32_t part = program_.parts[static_cast<size_t>(node.first_part + number)];
    return Eval(part, trace == nullptr ? nullptr : &trace->parts.emplace_back());
  }

  Value Compute(const Node& node, Trace* trace) {
    switch (node.op) {
      case Op::kConstant:
        return program_.constants[static_cast<size_t>(node.operand)];
      case Op::kVariable:
        return Variable(node, trace);
      case Op::kPopulation:
        return Population(node);
      case Op::kWeightedSum:
        return WeightedSum(node, trace);
      case Op::kLocal:
        return locals_[static_cast<size_t>(node.operand)];
      case Op::kLookup:
        return Lookup(node, trace);
      case Op::kElement:
        return Element(node, trace);
      case Op::kList:
        return List(node, trace);
      case Op::kNot: {
        Value value = Part(node, 0, trace);
        if (!value.absent_) value.bool_ = !value.bool_;
        return value;
      }
      case Op::kNegate:
      case Op::kFloor:
      case Op::kCeiling:
      case Op::kAbs:
      case Op::kRound:
        return Number(node, trace);
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply:
      case Op::kDivide:
      case Op::kRemainder:
      case Op::kMin:
      case Op::kMax:
        return Arithmetic(node, trace);
      case Op::kEqual:
      case Op::kNotEqual:
      case Op::kLess:
      case Op::kLessEqual:
      case Op::kGreater:
      case Op::kGreaterEqual:
        return Compare(node, trace);
      case Op::kAnd:
      case Op::kOr:
        return AndOr(node, trace);
      case Op::kInList:
      case Op::kInMap:
        return In(node, trace);
      case Op::kCondition: {
        Value condition = Part(node, 0, trace);
        if (condition.absent_) return condition;
        return Part(node, condition.bool_ ? 1 : 2, trace);
      }
      case Op::kHas:
        return Value::Bool(!Part(node, 0, trace).absent_);
      case Op::kOrValue: {
        Value value = Part(node, 0, trace);
        return value.absent_ && error_.ok() ? Part(node, 1, trace) : value;
      }
      case Op::kMinList:
      case Op::kMaxList:
      case Op::kSumList:
        return OverList(node, trace);
      case Op::kSize:
        return Size(node, trace);
      case Op::kConcat:
        return Concat(node, trace);
      case Op::kContains:
      case Op::kStartsWith:
      case Op::kEndsWith:
        return TextTest(node, trace);
      case Op::kMatches:
        return Matches(node, trace);
      case Op::kSubstring:
        return SubstringOf(node, trace);
      case Op::kDays:
      case Op::kToNumber:
        return NumberOfText(node, trace);
      case Op::kDate:
      case Op::kToText:
        return TextOfNumber(node, trace);
      case Op::kExists:
      case Op::kExistsOne:
      case Op::kAll:
      case Op::kFilter:
      case Op::kMapList:
        return Macro(node, trace);
      case Op::kFunction:
        return Call(node, trace);
    }
    return Value();
  }

  Value AbsentBecause(Absence why, std::shared_ptr<const std::string> origin) {
    Value value = Value::Absent(why);
    value.shared_ = std::move(origin);
    return value;
  }

  Value Variable(const Node& node, Trace* trace) {
    if (const Expression* definition = frame_.environment_.definition(node.operand)) {
      return Defined(node, *definition, trace);
    }
    const Value& value = frame_.Get(node.operand);
    if (!value.absent_) return value;
    const auto& name = program_.names[static_cast<size_t>(node.name)];
    if (!node.optional) {
      return Fail(node, absl::StatusCode::kFailedPrecondition, "VARIABLE_NOT_SET",
                  "'" + *name + "' has no value");
    }
    return AbsentBecause(value.absence_, name);
  }

  // What a definition comes to in this frame; an absent value keeps its origin.
  Value Defined(const Node& node, const Expression& definition, Trace* trace) {
    const bool tell = trace != nullptr && told_.insert(node.operand).second;
    if (!tell && frame_.Computed(node.operand)) return frame_.Get(node.operand);
    absl::StatusOr<Value> value = Evaluator(*definition.program_, frame_, told_)
                                      .Run(tell ? &trace->parts.emplace_back() : nullptr);
    if (!value.ok()) {
      if (error_.ok()) error_ = std::move(value).status();
      return Value();
    }
    frame_.Remember(node.operand, *value);
    return *std::move(value);
  }

  Value Population(const Node& node) {
    const Value& value = frame_.Get(node.operand);
    if (!value.absent_) return value;
    return AbsentBecause(value.absence_, program_.names[static_cast<size_t>(node.name)]);
  }

  // A trace passes over products of nothing: a school has one or two of the types that there are.
  Value WeightedSum(const Node& node, Trace* trace) {
    Value sum = Value::Number(0);
    for (int i = 0; i < node.part_count; ++i) {
      const auto part =
          static_cast<size_t>(program_.parts[static_cast<size_t>(node.first_part + i)]);
      const Value weight = Part(program_.nodes[part], 1, nullptr);
      if (!error_.ok() || weight.absent_) return weight;
      if (weight.number_.IsZero()) continue;
      const Value product = Part(node, i, trace);
      if (!error_.ok() || product.absent_) return product;
      sum.number_ += product.number_;
      if (!Bounded(node, sum.number_)) return Value();
    }
    return sum;
  }

  std::string SourceOf(const Node& node) const {
    if (node.label >= 0) return program_.labels[static_cast<size_t>(node.label)];
    return program_.source.substr(static_cast<size_t>(node.offset),
                                  static_cast<size_t>(node.end - node.offset));
  }

  std::shared_ptr<const std::string> TextOf(const Node& node) const {
    return std::make_shared<const std::string>(SourceOf(node));
  }

  Value Lookup(const Node& node, Trace* trace) {
    Value map = Part(node, 0, trace);
    if (map.absent_) return map;
    Value key = Part(node, 1, trace);
    if (key.absent_) return key;
    const Value* found = map.Find(key.text());
    if (found == nullptr) return AbsentBecause(Absence::kMissing, TextOf(node));
    if (found->absent_) return AbsentBecause(found->absence_, TextOf(node));
    return *found;
  }

  Value Element(const Node& node, Trace* trace) {
    Value list = Part(node, 0, trace);
    if (list.absent_) return list;
    const Value index = Part(node, 1, trace);
    if (index.absent_) return index;
    const std::optional<int64_t> at = index.number_.ToInt64();
    if (!at.has_value() || *at < 0 || *at >= static_cast<int64_t>(list.list().size())) {
      return AbsentBecause(Absence::kMissing, TextOf(node));
    }
    return list.list()[static_cast<size_t>(*at)];
  }

  Value List(const Node& node, Trace* trace) {
    ValueList values;
    values.reserve(static_cast<size_t>(node.part_count));
    for (int i = 0; i < node.part_count; ++i) {
      values.push_back(Part(node, i, trace));
      if (values.back().absent_) return values.back();
    }
    return Value::List(std::move(values));
  }

  // False, with the error set, for a number that only a malicious formula can reach.
  bool Bounded(const Node& node, const Exact& number) {
    if (number.Bits() <= Limits::kNumberBits) return true;
    Fail(node, absl::StatusCode::kInvalidArgument, "NUMBER_OUT_OF_RANGE",
         "the number grows beyond " + std::to_string(Limits::kNumberBits) + " bits");
    return false;
  }

  Value Number(const Node& node, Trace* trace) {
    Value value = Part(node, 0, trace);
    if (value.absent_) return value;
    switch (node.op) {
      case Op::kNegate:
        value.number_ = -value.number_;
        return value;
      case Op::kFloor:
        value.number_ = value.number_.Round(0, Rounding::kFloor);
        return value;
      case Op::kCeiling:
        value.number_ = value.number_.Round(0, Rounding::kCeiling);
        return value;
      case Op::kAbs:
        value.number_ = value.number_.Abs();
        return value;
      default:
        break;
    }
    int64_t places = 0;
    if (node.part_count == 2) {
      const Value wanted = Part(node, 1, trace);
      if (wanted.absent_) return wanted;
      const std::optional<int64_t> integer = wanted.number_.ToInt64();
      if (!integer.has_value() || *integer < -kMostPlaces || *integer > kMostPlaces) {
        return Fail(node, absl::StatusCode::kInvalidArgument, "NUMBER_OUT_OF_RANGE",
                    "the places of round are a whole number from -30 to 30, not " +
                        wanted.number_.ToText().substr(0, 40));
      }
      places = *integer;
    }
    value.number_ = value.number_.Round(static_cast<int>(places), Rounding::kHalfAwayFromZero);
    return value;
  }

  Value Arithmetic(const Node& node, Trace* trace) {
    Value result = Part(node, 0, trace);
    if (result.absent_) return result;
    for (int i = 1; i < node.part_count; ++i) {
      Value value = Part(node, i, trace);
      if (value.absent_) return value;
      switch (node.op) {
        case Op::kAdd:
          result.number_ += value.number_;
          break;
        case Op::kSubtract:
          result.number_ -= value.number_;
          break;
        case Op::kMultiply:
          result.number_ *= value.number_;
          break;
        case Op::kDivide:
        case Op::kRemainder:
          if (value.number_.IsZero()) {
            return Fail(node, absl::StatusCode::kInvalidArgument, "DIVISION_BY_ZERO",
                        "this divides by zero");
          }
          if (node.op == Op::kDivide) {
            result.number_ /= value.number_;
          } else {
            result.number_ -=
                value.number_ * (result.number_ / value.number_).Round(0, Rounding::kDown);
          }
          break;
        case Op::kMin:
          if (value.number_ < result.number_) result.number_ = std::move(value.number_);
          break;
        default:
          if (value.number_ > result.number_) result.number_ = std::move(value.number_);
          break;
      }
      if (!Bounded(node, result.number_)) return Value();
    }
    return result;
  }

  Value Compare(const Node& node, Trace* trace) {
    Value left = Part(node, 0, trace);
    if (left.absent_) return left;
    Value right = Part(node, 1, trace);
    if (right.absent_) return right;
    if (left.kind_ == Kind::kText)
      steps_ += static_cast<int64_t>(left.text().size() / kTextBytesPerStep);
    if (node.op == Op::kEqual) return Value::Bool(left == right);
    if (node.op == Op::kNotEqual) return Value::Bool(!(left == right));
    const std::strong_ordering order =
        left.kind_ == Kind::kNumber ? left.number_ <=> right.number_ : left.text() <=> right.text();
    return Value::Bool(Decide(node.op, order));
  }

  Value AndOr(const Node& node, Trace* trace) {
    const bool decisive = node.op == Op::kOr;
    Value absent = Value::Bool(!decisive);
    for (int i = 0; i < node.part_count; ++i) {
      Value value = Part(node, i, trace);
      if (!error_.ok()) return value;
      if (value.absent_) {
        if (!absent.absent_) absent = std::move(value);
      } else if (value.bool_ == decisive) {
        return value;
      }
    }
    return absent;
  }

  Value In(const Node& node, Trace* trace) {
    Value element = Part(node, 0, trace);
    if (element.absent_) return element;
    Value holder = Part(node, 1, trace);
    if (holder.absent_) return holder;
    if (node.op == Op::kInMap) {
      const Value* found = holder.Find(element.text());
      return Value::Bool(found != nullptr && !found->absent_);
    }
    steps_ += static_cast<int64_t>(holder.list().size());
    return Value::Bool(std::find(holder.list().begin(), holder.list().end(), element) !=
                       holder.list().end());
  }

  Value OverList(const Node& node, Trace* trace) {
    Value list = Part(node, 0, trace);
    if (list.absent_) return list;
    const ValueList& values = list.list();
    steps_ += static_cast<int64_t>(values.size());
    if (node.op == Op::kSumList) {
      if (list.unknown_) return AbsentBecause(list.absence_, TextOf(node));
      Exact sum;
      for (const Value& value : values) sum += value.number_;
      if (!Bounded(node, sum)) return Value();
      return Value::Number(std::move(sum));
    }
    if (values.empty()) return AbsentBecause(Absence::kMissing, TextOf(node));
    const auto less = [](const Value& a, const Value& b) { return a.number_ < b.number_; };
    return node.op == Op::kMinList ? *std::min_element(values.begin(), values.end(), less)
                                   : *std::max_element(values.begin(), values.end(), less);
  }

  Value Size(const Node& node, Trace* trace) {
    Value value = Part(node, 0, trace);
    if (value.absent_) return value;
    const size_t size = value.kind_ == Kind::kList  ? value.list().size()
                        : value.kind_ == Kind::kMap ? value.map().size()
                                                    : Characters(value.text());
    return Value::Number(static_cast<int64_t>(size));
  }

  Value Concat(const Node& node, Trace* trace) {
    std::string text;
    for (int i = 0; i < node.part_count; ++i) {
      Value value = Part(node, i, trace);
      if (value.absent_) return value;
      text += value.text();
      if (text.size() > Limits::kTextBytes) {
        return Fail(node, absl::StatusCode::kInvalidArgument, "TEXT_TOO_LONG",
                    "the text grows beyond " + std::to_string(Limits::kTextBytes) + " bytes");
      }
    }
    steps_ += static_cast<int64_t>(text.size() / kTextBytesPerStep);
    return Value::Text(std::move(text));
  }

  Value TextTest(const Node& node, Trace* trace) {
    Value whole = Part(node, 0, trace);
    if (whole.absent_) return whole;
    Value part = Part(node, 1, trace);
    if (part.absent_) return part;
    steps_ += static_cast<int64_t>(whole.text().size() / kTextBytesPerStep);
    const std::string& text = whole.text();
    return Value::Bool(node.op == Op::kContains     ? text.find(part.text()) != std::string::npos
                       : node.op == Op::kStartsWith ? text.starts_with(part.text())
                                                    : text.ends_with(part.text()));
  }

  Value Matches(const Node& node, Trace* trace) {
    Value text = Part(node, 0, trace);
    if (text.absent_) return text;
    steps_ += static_cast<int64_t>(text.text().size() / kMatchedBytesPerStep);
    return Value::Bool(program_.patterns[static_cast<size_t>(node.operand)]->OccursIn(text.text()));
  }

  Value SubstringOf(const Node& node, Trace* trace) {
    Value text = Part(node, 0, trace);
    if (text.absent_) return text;
    int64_t places[] = {0, std::numeric_limits<int64_t>::max()};
    for (int i = 1; i < node.part_count; ++i) {
      Value place = Part(node, i, trace);
      if (place.absent_) return place;
      const std::optional<int64_t> whole = place.number_.ToInt64();
      if (!whole) {
        return Fail(node, absl::StatusCode::kInvalidArgument, "NUMBER_OUT_OF_RANGE",
                    "the place of a character is a whole number, not " +
                        place.number_.ToText().substr(0, 40));
      }
      places[i - 1] = *whole;
    }
    steps_ += static_cast<int64_t>(text.text().size() / kTextBytesPerStep);
    return Value::Text(std::string(Substring(text.text(), places[0], places[1])));
  }

  Value NumberOfText(const Node& node, Trace* trace) {
    Value text = Part(node, 0, trace);
    if (text.absent_) return text;
    if (node.op == Op::kDays) {
      const std::optional<int64_t> day = DayNumber(text.text());
      if (day) return Value::Number(*day);
      return Fail(node, absl::StatusCode::kInvalidArgument, "NOT_A_DAY",
                  "this text is no day of the calendar, such as '2022-01-17'");
    }
    const absl::StatusOr<Exact> number = Exact::FromDecimal(text.text());
    return number.ok() ? Value::Number(*number) : AbsentBecause(Absence::kMissing, TextOf(node));
  }

  Value TextOfNumber(const Node& node, Trace* trace) {
    Value number = Part(node, 0, trace);
    if (number.absent_) return number;
    std::optional<std::string> text;
    if (node.op == Op::kToText) {
      text = number.number_.ToDecimal();
    } else if (const auto day = number.number_.Round(0, Rounding::kFloor).ToInt64()) {
      text = DayText(*day);
    }
    if (text) return Value::Text(*std::move(text));
    return Fail(node, absl::StatusCode::kInvalidArgument, "NUMBER_OUT_OF_RANGE",
                node.op == Op::kToText ? "this number has no end of decimals; round it first"
                                       : "days are those of the years 1 to 9999");
  }

  Value Macro(const Node& node, Trace* trace) {
    const Value list = Part(node, 0, trace);
    if (list.absent_) return list;
    if (list.unknown_ && (node.op == Op::kFilter || node.op == Op::kMapList)) return list;
    Value absent = Value::Bool(false);  // The first absent answer.
    ValueList kept;
    int64_t holding = 0;
    for (const Value& element : list.list()) {
      locals_[static_cast<size_t>(node.operand)] = element;
      Value value = Part(node, 1, trace);
      if (!error_.ok()) return Value();
      if (value.absent_) {
        if (node.op == Op::kFilter || node.op == Op::kMapList || node.op == Op::kExistsOne) {
          return value;
        }
        if (!absent.absent_) absent = std::move(value);
        continue;
      }
      if (node.op == Op::kMapList) {
        kept.push_back(std::move(value));
      } else if (value.bool_) {
        ++holding;
        if (node.op == Op::kExists) return Value::Bool(true);
        if (node.op == Op::kFilter) kept.push_back(element);
      } else if (node.op == Op::kAll) {
        return Value::Bool(false);
      }
    }
    if (node.op == Op::kFilter || node.op == Op::kMapList) return Value::List(std::move(kept));
    if (node.op == Op::kExistsOne) return Value::Bool(holding == 1);
    if (absent.absent_) return absent;
    return Value::Bool(node.op == Op::kAll);
  }

  Value Call(const Node& node, Trace* trace) {
    const Function& function = *program_.functions[static_cast<size_t>(node.operand)];
    std::vector<Value> arguments;
    arguments.reserve(static_cast<size_t>(node.part_count));
    for (int i = 0; i < node.part_count; ++i) {
      arguments.push_back(Part(node, i, trace));
      if (!error_.ok()) return Value();
      if (arguments.back().absent_ && !function.parameters[static_cast<size_t>(i)].optional()) {
        return arguments.back();
      }
    }
    absl::StatusOr<Value> value = function.body(arguments);
    if (!value.ok()) {
      const ErrorDetails details = DetailsOf(value.status());
      return Fail(node, value.status().code(),
                  details.reason.empty() ? std::string_view("FUNCTION_FAILED") : details.reason,
                  "'" + function.name + "': " + std::string(value.status().message()));
    }
    if (value->absent_ && !function.result.optional()) {
      return Fail(node, absl::StatusCode::kInternal, "FUNCTION_FAILED",
                  "'" + function.name + "' gave no value");
    }
    if (value->absent_ && value->shared_ == nullptr) value->shared_ = TextOf(node);
    return *std::move(value);
  }

  const Program& program_;
  const Frame& frame_;
  std::set<Slot>& told_;
  std::vector<Value> locals_;
  int64_t steps_ = 0;
  absl::Status error_;
};

std::string_view WhatIs(Op op) {
  switch (op) {
    case Op::kConstant:
      return "literal";
    case Op::kVariable:
    case Op::kLocal:
      return "variable";
    case Op::kLookup:
    case Op::kElement:
      return "lookup";
    case Op::kList:
      return "list";
    case Op::kCondition:
      return "condition";
    case Op::kPopulation:
      return "population";
    case Op::kExists:
    case Op::kExistsOne:
    case Op::kAll:
    case Op::kFilter:
    case Op::kMapList:
      return "macro";
    case Op::kHas:
    case Op::kOrValue:
    case Op::kMin:
    case Op::kMax:
    case Op::kMinList:
    case Op::kMaxList:
    case Op::kSumList:
    case Op::kRound:
    case Op::kFloor:
    case Op::kCeiling:
    case Op::kAbs:
    case Op::kSize:
    case Op::kContains:
    case Op::kStartsWith:
    case Op::kEndsWith:
    case Op::kMatches:
    case Op::kSubstring:
    case Op::kDays:
    case Op::kDate:
    case Op::kToNumber:
    case Op::kToText:
    case Op::kFunction:
      return "function";
    default:
      return "operator";
  }
}

absl::StatusOr<Expression> Expression::Compile(std::string_view source,
                                               const Environment& environment,
                                               const std::optional<Type>& wanted) {
  const auto fail = [source](const Diagnostic& diagnostic) {
    return ToStatus(absl::StatusCode::kInvalidArgument, source, diagnostic);
  };
  const std::variant<Syntax, Diagnostic> syntax = Parse(source);
  if (const auto* error = std::get_if<Diagnostic>(&syntax)) return fail(*error);
  std::variant<Program, Diagnostic> program =
      Check(std::get<Syntax>(syntax), source, environment, wanted);
  if (const auto* error = std::get_if<Diagnostic>(&program)) return fail(*error);
  return Expression(std::make_shared<Program>(std::get<Program>(std::move(program))));
}

const Type& Expression::type() const { return program_->type; }

const std::string& Expression::source() const { return program_->source; }

const std::vector<Slot>& Expression::variables() const { return program_->variables; }

std::string Expression::ToText() const { return program_->printed; }

absl::StatusOr<Value> Expression::Evaluate(const Frame& frame) const {
  std::set<Slot> told;
  return Evaluator(*program_, frame, told).Run(nullptr);
}

absl::StatusOr<Value> Expression::Explain(const Frame& frame, Trace& trace) const {
  trace = Trace();
  std::set<Slot> told;
  return Evaluator(*program_, frame, told).Run(&trace);
}

namespace {

void AppendTrace(const Trace& trace, int depth, std::string& out) {
  if (trace.what == "literal") return;
  out +=
      std::string(static_cast<size_t>(2 * depth), ' ') + trace.text + " = " + trace.value.ToText();
  if (!trace.value.absent() && trace.value.kind() == Kind::kNumber && !trace.unit.plain()) {
    out += " " + trace.unit.ToText();
  }
  out += "\n";
  for (const Trace& part : trace.parts) AppendTrace(part, depth + 1, out);
}

}  // namespace

std::string ToText(const Trace& trace) {
  std::string text;
  AppendTrace(trace, 0, text);
  return text;
}

}  // namespace vg::expression
