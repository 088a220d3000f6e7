#include "common/expression/checker.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/expression/pattern.h"
#include "common/expression/population.h"
#include "common/expression/text_functions.h"
#include "common/text/encoding.h"

namespace vg::expression {
namespace {

using Kinds = Syntax::Kind;

// What a part of the expression turned out to be.
struct Checked {
  int node;
  Type type;
  bool literal = false;  // A literal, or a list of them.
};

using Maybe = std::optional<Checked>;

// Functions of the language with fixed parameters. Numbers keep the unit of their first argument.
struct BuiltIn {
  std::string_view name;
  Op op;
  size_t least;
  size_t most;
  std::string_view usage;
};
constexpr size_t kMany = 1000;
constexpr BuiltIn kBuiltIns[] = {
    {"has", Op::kHas, 1, 1, "has(x)"},
    {"orValue", Op::kOrValue, 2, 2, "x.orValue(y)"},
    {"min", Op::kMin, 1, kMany, "min(a, b) or min(list)"},
    {"max", Op::kMax, 1, kMany, "max(a, b) or max(list)"},
    {"sum", Op::kSumList, 1, 1, "sum(list)"},
    {"round", Op::kRound, 1, 2, "round(x) or round(x, places)"},
    {"floor", Op::kFloor, 1, 1, "floor(x)"},
    {"ceil", Op::kCeiling, 1, 1, "ceil(x)"},
    {"abs", Op::kAbs, 1, 1, "abs(x)"},
    {"size", Op::kSize, 1, 1, "size(x)"},
    {"count", Op::kSize, 1, 1, "count(x)"},
    {"contains", Op::kContains, 2, 2, "text.contains('part')"},
    {"startsWith", Op::kStartsWith, 2, 2, "text.startsWith('part')"},
    {"endsWith", Op::kEndsWith, 2, 2, "text.endsWith('part')"},
    {"matches", Op::kMatches, 2, 2, "text.matches('[0-9]+')"},
    {"substring", Op::kSubstring, 2, 3, "text.substring(from) or text.substring(from, to)"},
    {"days", Op::kDays, 1, 1, "days('2022-01-17')"},
    {"date", Op::kDate, 1, 1, "date(days)"},
    {"number", Op::kToNumber, 1, 1, "number(text)"},
    {"text", Op::kToText, 1, 1, "text(number)"},
    {"exists", Op::kExists, 3, 3, "list.exists(x, condition)"},
    {"exists_one", Op::kExistsOne, 3, 3, "list.exists_one(x, condition)"},
    {"all", Op::kAll, 3, 3, "list.all(x, condition)"},
    {"filter", Op::kFilter, 3, 3, "list.filter(x, condition)"},
    {"map", Op::kMapList, 3, 3, "list.map(x, value)"},
    {"weighted_sum", Op::kWeightedSum, 2, 2, "weighted_sum(table, pupils)"},
};

struct PopulationBuiltIn {
  std::string_view name;
  PopulationFunction function;
  size_t arguments;
  std::string_view usage;
};
constexpr PopulationBuiltIn kPopulationBuiltIns[] = {
    {"sum", PopulationFunction::kSum, 1, "sum(x, per group, where condition)"},
    {"count", PopulationFunction::kCount, 1, "count(condition, per group)"},
    {"mean", PopulationFunction::kMean, 1, "mean(x, per group, where condition)"},
    {"min", PopulationFunction::kMin, 1, "min(x, per group, where condition)"},
    {"max", PopulationFunction::kMax, 1, "max(x, per group, where condition)"},
    {"top_share", PopulationFunction::kTopShare, 2,
     "top_share(x, 15 %, per group, where condition)"},
};

const PopulationBuiltIn* FindPopulationBuiltIn(std::string_view name) {
  for (const PopulationBuiltIn& built_in : kPopulationBuiltIns) {
    if (built_in.name == name) return &built_in;
  }
  return nullptr;
}

const BuiltIn* FindBuiltIn(std::string_view name) {
  for (const BuiltIn& built_in : kBuiltIns) {
    if (built_in.name == name) return &built_in;
  }
  return nullptr;
}

bool IsMacro(Op op) { return op >= Op::kExists && op <= Op::kMapList; }

std::string InWords(const Unit& unit) { return unit.plain() ? "a plain number" : unit.ToText(); }

std::string Article(const Type& type) {
  const std::string text = type.Present().ToText();
  return (text.starts_with("list") || text.starts_with("map") || text.starts_with("number") ||
                  text.starts_with("bool") || text.starts_with("text")
              ? "a "
              : "") +
         text;
}

}  // namespace

std::string_view NameOf(PopulationFunction function) {
  for (const PopulationBuiltIn& built_in : kPopulationBuiltIns) {
    if (built_in.function == function) return built_in.name;
  }
  return {};
}

class Checker {
 public:
  Checker(std::string_view source, const Environment& environment)
      : source_(source), environment_(environment), program_(Type::Bool()) {
    program_.source = source;
    program_.units.emplace_back();
  }

  std::variant<Program, Diagnostic> Run(const Syntax& syntax, const std::optional<Type>& wanted) {
    const Maybe root = Check(syntax);
    if (root && wanted) CheckResult(syntax, root->type, *wanted);
    if (error_) return *std::move(error_);
    program_.type = root->type;
    program_.printed = Print(syntax);
    std::sort(program_.variables.begin(), program_.variables.end());
    program_.variables.erase(std::unique(program_.variables.begin(), program_.variables.end()),
                             program_.variables.end());
    return std::move(program_);
  }

 private:
  std::nullopt_t Fail(std::string_view reason, int offset, std::string sentence,
                      std::string hint = "") {
    if (!error_) error_ = Diagnostic{reason, offset, std::move(sentence), std::move(hint)};
    return std::nullopt;
  }

  void CheckResult(const Syntax& syntax, const Type& type, const Type& wanted) {
    if (type.Fits(wanted)) return;
    if (type.kind() == Kind::kNumber && wanted.kind() == Kind::kNumber &&
        type.Present().Fits(wanted) == false) {
      Fail(
          "UNIT_MISMATCH", syntax.offset,
          "the result is in " + InWords(type.unit()) + " and must be in " + InWords(wanted.unit()));
    } else if (type.Present().Fits(wanted)) {
      Fail("WRONG_TYPE", syntax.offset, "the result may be absent and must not be",
           "ask has(x) first, or give a value with x.orValue(y)");
    } else {
      Fail("WRONG_TYPE", syntax.offset,
           "the result is " + Article(type) + " and must be " + Article(wanted));
    }
  }

  Maybe Emit(Op op, const Syntax& syntax, const std::vector<Checked>& parts, Type type,
             int operand = 0, std::string_view name = {}) {
    Node node;
    node.op = op;
    node.optional = type.optional();
    node.first_part = static_cast<int32_t>(program_.parts.size());
    node.part_count = static_cast<int32_t>(parts.size());
    for (const Checked& part : parts) program_.parts.push_back(part.node);
    node.operand = operand;
    node.name = NameIndex(name.empty() ? std::string_view(syntax.name) : name);
    if (type.kind() == Kind::kNumber) node.unit = UnitIndex(type.unit());
    node.offset = syntax.offset;
    node.end = syntax.end;
    program_.nodes.push_back(node);
    return Checked{static_cast<int>(program_.nodes.size()) - 1, std::move(type)};
  }

  int NameIndex(std::string_view name) {
    for (size_t i = 0; i < program_.names.size(); ++i) {
      if (*program_.names[i] == name) return static_cast<int>(i);
    }
    program_.names.push_back(std::make_shared<const std::string>(name));
    return static_cast<int>(program_.names.size()) - 1;
  }

  int UnitIndex(const Unit& unit) {
    const auto found = std::find(program_.units.begin(), program_.units.end(), unit);
    if (found != program_.units.end()) return static_cast<int>(found - program_.units.begin());
    program_.units.push_back(unit);
    return static_cast<int>(program_.units.size()) - 1;
  }

  static Type WithOptional(Type type, bool optional) {
    return optional ? type.Optional() : type.Present();
  }

  static bool AnyOptional(const std::vector<Checked>& parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [](const Checked& part) { return part.type.optional(); });
  }

  Maybe Check(const Syntax& syntax) {
    switch (syntax.kind) {
      case Kinds::kLiteral:
        return Literal(syntax);
      case Kinds::kName:
      case Kinds::kSelect:
        return Path(syntax);
      case Kinds::kIndex:
        return Index(syntax);
      case Kinds::kCall:
      case Kinds::kMethod:
        return Call(syntax);
      case Kinds::kList:
        return List(syntax);
      case Kinds::kUnary:
        return Unary(syntax);
      case Kinds::kOperator:
        return Operator(syntax);
      case Kinds::kCondition:
        return Condition(syntax);
    }
    return std::nullopt;
  }

  // The parts, or nothing if one is wrong.
  std::optional<std::vector<Checked>> Parts(const Syntax& syntax) {
    std::vector<Checked> parts;
    for (const Syntax& part : syntax.parts) {
      Maybe checked = Check(part);
      if (!checked) return std::nullopt;
      parts.push_back(*std::move(checked));
    }
    return parts;
  }

  bool Want(const Syntax& syntax, const Checked& part, Kind kind, std::string_view wanted,
            std::string hint = "") {
    if (part.type.kind() == kind) return true;
    Fail("WRONG_TYPE", syntax.offset,
         std::string(wanted) + " is expected here, and this is " + Article(part.type),
         std::move(hint));
    return false;
  }

  bool WantAll(const Syntax& syntax, const std::vector<Checked>& parts, Kind kind,
               std::string_view wanted) {
    for (size_t i = 0; i < parts.size(); ++i) {
      if (!Want(syntax.parts[i], parts[i], kind, wanted)) return false;
    }
    return true;
  }

  // The type of two things that stand for one another: of one kind, and of one unit.
  std::optional<Type> Unify(const Type& a, const Type& b, int offset, std::string_view doing) {
    if (a.kind() != b.kind() || a.kind() == Kind::kMap) {
      return Fail("WRONG_TYPE", offset,
                  Article(a) + " and " + Article(b) + " cannot be " + std::string(doing));
    }
    const bool optional = a.optional() || b.optional();
    if (a.kind() == Kind::kNumber) {
      if (!a.any_unit() && !b.any_unit() && a.unit() != b.unit()) {
        return Fail(
            "UNIT_MISMATCH", offset,
            InWords(a.unit()) + " and " + InWords(b.unit()) + " cannot be " + std::string(doing));
      }
      return WithOptional(a.any_unit() ? b : a, optional);
    }
    if (a.kind() == Kind::kList) {
      const std::optional<Type> element = Unify(a.element(), b.element(), offset, doing);
      if (!element) return std::nullopt;
      return WithOptional(Type::List(*element), optional);
    }
    if (a.kind() == Kind::kText && a.is_day() != b.is_day()) {
      return WithOptional(Type::Text(), optional);
    }
    if (a.kind() == Kind::kText && a.vocabulary() != b.vocabulary()) {
      if (a.vocabulary() == nullptr || b.vocabulary() == nullptr) {
        return WithOptional(Type::Text(), optional);
      }
      std::vector<std::string> both = *a.vocabulary();
      both.insert(both.end(), b.vocabulary()->begin(), b.vocabulary()->end());
      return WithOptional(Type::Text(std::move(both)), optional);
    }
    return WithOptional(a, optional);
  }

  // Refuses a literal text that is no day where the other side is one: text has an order too, but
  // not that of days.
  bool CheckDay(const Syntax& syntax, const Type& literal, const Type& other) {
    if (!other.is_day() || literal.vocabulary() == nullptr) return true;
    for (const std::string& value : *literal.vocabulary()) {
      if (DayNumber(value)) continue;
      Fail("NOT_A_DAY", syntax.offset,
           "'" + value + "' is no day of the calendar, and is compared with one",
           "write it as '2022-01-17'; has(x) asks whether there is one");
      return false;
    }
    return true;
  }

  // Refuses a literal text that the other side can never be.
  bool CheckVocabulary(const Syntax& syntax, const Type& literal, const Type& other) {
    if (literal.kind() != Kind::kText || other.kind() != Kind::kText) return true;
    if (!CheckDay(syntax, literal, other)) return false;
    if (literal.vocabulary() == nullptr || other.vocabulary() == nullptr) return true;
    for (const std::string& value : *literal.vocabulary()) {
      if (!InVocabulary(syntax.offset, value, *other.vocabulary(), "value")) return false;
    }
    return true;
  }

  bool InVocabulary(int offset, std::string_view value, const std::vector<std::string>& vocabulary,
                    std::string_view what) {
    if (std::find(vocabulary.begin(), vocabulary.end(), value) != vocabulary.end()) return true;
    const std::string_view near = Nearest(value, vocabulary);
    std::string hint;
    if (!near.empty()) {
      hint = "did you mean '" + std::string(near) + "'?";
    } else {
      for (size_t i = 0; i < vocabulary.size() && i < 8; ++i) {
        hint += (i == 0 ? "there are '" : ", '") + vocabulary[i] + "'";
      }
      if (vocabulary.size() > 8) hint += " and more";
    }
    Fail("UNKNOWN_VALUE", offset,
         "'" + std::string(value) + "' is not a " + std::string(what) + " that is possible here",
         std::move(hint));
    return false;
  }

  Maybe Literal(const Syntax& syntax) {
    program_.constants.push_back(syntax.literal);
    Type type = Type::Bool();
    if (syntax.literal.kind() == Kind::kNumber) type = Type::Number().AnyUnit();
    if (syntax.literal.kind() == Kind::kText) type = Type::Text({syntax.literal.text()});
    Maybe checked = Emit(Op::kConstant, syntax, {}, std::move(type),
                         static_cast<int>(program_.constants.size()) - 1);
    checked->literal = true;
    return checked;
  }

  // A name, or names joined by points: the longest that is declared, then keys of maps.
  Maybe Path(const Syntax& syntax) {
    std::vector<const Syntax*> chain;  // From the last select to the first name.
    const Syntax* base = &syntax;
    while (base->kind == Kinds::kSelect) {
      chain.push_back(base);
      base = &base->parts[0];
    }
    if (base->kind != Kinds::kName) {
      Maybe map = Check(syntax.parts[0]);
      return map ? SelectKey(syntax, *std::move(map)) : std::nullopt;
    }
    std::reverse(chain.begin(), chain.end());

    size_t used = 0;
    Maybe value;
    if (const auto local = FindLocal(base->name); local != locals_.rend()) {
      value =
          Emit(Op::kLocal, *base, {}, local->second, static_cast<int>(locals_.rend() - local) - 1);
    } else {
      std::vector<std::string> names = {base->name};
      for (const Syntax* select : chain) names.push_back(names.back() + "." + select->name);
      for (used = names.size(); used > 0; --used) {
        const Slot slot = environment_.Find(names[used - 1]);
        if (slot < 0) continue;
        const Syntax& at = used == 1 ? *base : *chain[used - 2];
        program_.variables.push_back(slot);
        value = Emit(Op::kVariable, at, {}, environment_.type(slot), slot, names[used - 1]);
        break;
      }
      if (!value) return UnknownName(*base, names);
      --used;
    }
    for (; used < chain.size(); ++used) {
      value = SelectKey(*chain[used], *std::move(value));
      if (!value) return std::nullopt;
    }
    return value;
  }

  std::vector<std::pair<std::string, Type>>::reverse_iterator FindLocal(std::string_view name) {
    return std::find_if(locals_.rbegin(), locals_.rend(),
                        [name](const auto& local) { return local.first == name; });
  }

  std::nullopt_t UnknownName(const Syntax& base, const std::vector<std::string>& names) {
    std::vector<std::string> known;
    std::string inside;
    for (const auto& [name, slot] : environment_.by_name_) {
      known.push_back(name);
      if (inside.empty() && name.starts_with(base.name + ".")) inside = name;
    }
    for (const auto& [name, type] : locals_) known.push_back(name);
    std::string_view near = Nearest(names.back(), known);
    if (near.empty()) near = Nearest(names.front(), known);
    if (near.empty()) near = inside;
    std::string hint;
    if (!near.empty()) {
      hint = "did you mean '" + std::string(near) + "'?";
    } else if (FindBuiltIn(base.name) != nullptr) {
      hint = "it is a function: " + std::string(FindBuiltIn(base.name)->usage);
    }
    return Fail("UNKNOWN_NAME", base.offset, "'" + names.back() + "' is not known here",
                std::move(hint));
  }

  // map.key
  Maybe SelectKey(const Syntax& syntax, Checked map) {
    if (map.type.kind() != Kind::kMap) {
      return Fail("WRONG_TYPE", syntax.name_offset,
                  Article(map.type) + " has no part '" + syntax.name + "'");
    }
    Syntax key;
    key.literal = Value::Text(syntax.name);
    key.offset = syntax.name_offset;
    key.end = syntax.end;
    Maybe checked = Literal(key);
    return Lookup(syntax, key, std::move(map), *std::move(checked));
  }

  Maybe Lookup(const Syntax& syntax, const Syntax& key_syntax, Checked map, Checked key) {
    if (key.literal && map.type.vocabulary() != nullptr &&
        !InVocabulary(key_syntax.offset, key.type.vocabulary()->front(), *map.type.vocabulary(),
                      "key")) {
      return std::nullopt;
    }
    Type type = map.type.element().Optional();
    return Emit(Op::kLookup, syntax, {std::move(map), std::move(key)}, std::move(type), 0, "[]");
  }

  Maybe Index(const Syntax& syntax) {
    auto parts = Parts(syntax);
    if (!parts) return std::nullopt;
    Checked& holder = (*parts)[0];
    Checked& index = (*parts)[1];
    if (holder.type.kind() == Kind::kMap) {
      if (!Want(syntax.parts[1], index, Kind::kText, "the key of a map, a text,")) {
        return std::nullopt;
      }
      return Lookup(syntax, syntax.parts[1], std::move(holder), std::move(index));
    }
    if (!Want(syntax.parts[0], holder, Kind::kList, "a list or a map") ||
        !Want(syntax.parts[1], index, Kind::kNumber, "the place in the list, a number from 0,")) {
      return std::nullopt;
    }
    return Emit(Op::kElement, syntax, *parts, holder.type.element().Optional(), 0, "[]");
  }

  Maybe List(const Syntax& syntax) {
    if (syntax.parts.empty()) {
      return Fail("WRONG_TYPE", syntax.offset, "a list needs at least one element",
                  "use size(x) == 0 to ask for an empty one");
    }
    auto parts = Parts(syntax);
    if (!parts) return std::nullopt;
    Type element = parts->front().type;
    bool literal = true;
    for (size_t i = 0; i < parts->size(); ++i) {
      const Checked& part = (*parts)[i];
      if (part.type.kind() == Kind::kList || part.type.kind() == Kind::kMap) {
        return Fail("WRONG_TYPE", syntax.parts[i].offset, "a list holds no lists or maps");
      }
      literal = literal && part.literal;
      if (i == 0) continue;
      std::optional<Type> both = Unify(element, part.type, syntax.parts[i].offset, "in one list");
      if (!both) return std::nullopt;
      element = *std::move(both);
    }
    Maybe checked =
        Emit(Op::kList, syntax, *parts, WithOptional(Type::List(element), AnyOptional(*parts)));
    checked->literal = literal;
    return checked;
  }

  Maybe Unary(const Syntax& syntax) {
    auto parts = Parts(syntax);
    if (!parts) return std::nullopt;
    const Type type = parts->front().type;
    if (syntax.name == "!") {
      if (!Want(syntax.parts[0], parts->front(), Kind::kBool, "a condition")) return std::nullopt;
      return Emit(Op::kNot, syntax, *parts, type);
    }
    if (!Want(syntax.parts[0], parts->front(), Kind::kNumber, "a number")) return std::nullopt;
    return Emit(Op::kNegate, syntax, *parts, type);
  }

  Maybe Operator(const Syntax& syntax) {
    auto parts = Parts(syntax);
    if (!parts) return std::nullopt;
    const std::string& name = syntax.name;
    if (name == "&&" || name == "||") {
      if (!WantAll(syntax, *parts, Kind::kBool, "a condition")) return std::nullopt;
      return Emit(name == "&&" ? Op::kAnd : Op::kOr, syntax, *parts,
                  WithOptional(Type::Bool(), AnyOptional(*parts)));
    }
    if (name == "in") return In(syntax, *parts);
    if (name == "+" && parts->front().type.kind() == Kind::kText) {
      if (!WantAll(syntax, *parts, Kind::kText, "a text")) return std::nullopt;
      return Emit(Op::kConcat, syntax, *parts, WithOptional(Type::Text(), AnyOptional(*parts)));
    }
    if (name == "+" || name == "-" || name == "%") return Sum(syntax, *parts);
    if (name == "*" || name == "/") return Product(syntax, *parts);
    return Comparison(syntax, *parts);
  }

  // What keeps the unit that both sides have: + - %.
  Maybe Sum(const Syntax& syntax, const std::vector<Checked>& parts) {
    if (!WantAll(syntax, parts, Kind::kNumber, "a number")) return std::nullopt;
    Type type = parts.front().type;
    for (size_t i = 1; i < parts.size(); ++i) {
      std::optional<Type> both = Unify(type, parts[i].type, syntax.parts[i].offset,
                                       syntax.name == "+"   ? "added"
                                       : syntax.name == "-" ? "subtracted"
                                                            : "divided with a remainder");
      if (!both) return std::nullopt;
      type = *std::move(both);
    }
    const Op op = syntax.name == "+"   ? Op::kAdd
                  : syntax.name == "-" ? Op::kSubtract
                                       : Op::kRemainder;
    return Emit(op, syntax, parts, std::move(type));
  }

  Maybe Product(const Syntax& syntax, const std::vector<Checked>& parts) {
    if (!WantAll(syntax, parts, Kind::kNumber, "a number")) return std::nullopt;
    const bool divides = syntax.name == "/";
    Unit unit = parts.front().type.unit();
    bool any = parts.front().type.any_unit();
    for (size_t i = 1; i < parts.size(); ++i) {
      unit = divides ? unit / parts[i].type.unit() : unit * parts[i].type.unit();
      any = any && parts[i].type.any_unit();
    }
    Type type = Type::Number(std::move(unit));
    if (any) type = type.AnyUnit();
    return Emit(divides ? Op::kDivide : Op::kMultiply, syntax, parts,
                WithOptional(std::move(type), AnyOptional(parts)));
  }

  Maybe In(const Syntax& syntax, const std::vector<Checked>& parts) {
    const Type& element = parts[0].type;
    const Type& holder = parts[1].type;
    const Type result = WithOptional(Type::Bool(), AnyOptional(parts));
    if (holder.kind() == Kind::kMap) {
      if (!Want(syntax.parts[0], parts[0], Kind::kText, "the key of a map, a text,")) {
        return std::nullopt;
      }
      if (parts[0].literal && holder.vocabulary() != nullptr &&
          !InVocabulary(syntax.parts[0].offset, element.vocabulary()->front(), *holder.vocabulary(),
                        "key")) {
        return std::nullopt;
      }
      return Emit(Op::kInMap, syntax, parts, result);
    }
    if (!Want(syntax.parts[1], parts[1], Kind::kList, "a list",
              "write x in ['a', 'b'], or x.contains('a') for a part of a text")) {
      return std::nullopt;
    }
    if (!Unify(element, holder.element(), syntax.name_offset, "compared")) return std::nullopt;
    if (parts[0].literal && !CheckVocabulary(syntax.parts[0], element, holder.element())) {
      return std::nullopt;
    }
    if (parts[1].literal && !CheckVocabulary(syntax.parts[1], holder.element(), element)) {
      return std::nullopt;
    }
    return Emit(Op::kInList, syntax, parts, result);
  }

  Maybe Comparison(const Syntax& syntax, const std::vector<Checked>& parts) {
    static const std::map<std::string_view, Op> kOps = {
        {"==", Op::kEqual},     {"!=", Op::kNotEqual}, {"<", Op::kLess},
        {"<=", Op::kLessEqual}, {">", Op::kGreater},   {">=", Op::kGreaterEqual}};
    const Op op = kOps.at(syntax.name);
    if (!Unify(parts[0].type, parts[1].type, syntax.name_offset, "compared")) return std::nullopt;
    const Kind kind = parts[0].type.kind();
    if (kind == Kind::kList) {
      return Fail("WRONG_TYPE", syntax.name_offset, "lists are not compared as a whole",
                  "write 'a' in x, or x.all(e, e in y)");
    }
    const bool ordered = op != Op::kEqual && op != Op::kNotEqual;
    if (ordered && kind == Kind::kBool) {
      return Fail("WRONG_TYPE", syntax.name_offset, "true and false have no order");
    }
    for (const size_t i : {0, 1}) {
      if (!parts[i].literal) continue;
      const Type& other = parts[1 - i].type;
      if (ordered ? !CheckDay(syntax.parts[i], parts[i].type, other)
                  : !CheckVocabulary(syntax.parts[i], parts[i].type, other)) {
        return std::nullopt;
      }
    }
    return Emit(op, syntax, parts, WithOptional(Type::Bool(), AnyOptional(parts)));
  }

  Maybe Condition(const Syntax& syntax) {
    auto parts = Parts(syntax);
    if (!parts) return std::nullopt;
    if (!Want(syntax.parts[0], parts->front(), Kind::kBool, "a condition")) return std::nullopt;
    const std::optional<Type> type = Unify((*parts)[1].type, (*parts)[2].type, syntax.name_offset,
                                           "the two values of a condition");
    if (!type) return std::nullopt;
    return Emit(Op::kCondition, syntax, *parts, WithOptional(*type, AnyOptional(*parts)));
  }

  // "today()" or "group.count()": the name of a variable that is written as a call; empty for calls
  // that cannot be one.
  static std::string CalledName(const Syntax& syntax) {
    const bool method = syntax.kind == Kinds::kMethod;
    if (syntax.parts.size() != (method ? 1 : 0)) return {};
    std::string name = syntax.name + "()";
    if (!method) return name;
    const Syntax* base = &syntax.parts[0];
    for (; base->kind == Kinds::kSelect; base = &base->parts[0]) name.insert(0, base->name + ".");
    return base->kind == Kinds::kName ? base->name + "." + name : std::string();
  }

  Maybe Call(const Syntax& syntax) {
    if (const std::string name = CalledName(syntax); !name.empty()) {
      if (const Slot slot = environment_.Find(name); slot >= 0) {
        program_.variables.push_back(slot);
        return Emit(Op::kVariable, syntax, {}, environment_.type(slot), slot, name);
      }
    }
    if (environment_.keep_call_ != nullptr && IsOverPopulation(syntax)) return Population(syntax);
    if (const BuiltIn* built_in = FindBuiltIn(syntax.name); built_in != nullptr) {
      if (syntax.parts.size() < built_in->least || syntax.parts.size() > built_in->most) {
        return Fail("WRONG_ARGUMENTS", syntax.name_offset,
                    "'" + syntax.name + "' has the wrong number of arguments",
                    "it is used as " + std::string(built_in->usage));
      }
      if (built_in->op == Op::kWeightedSum) return WeightedSum(syntax);
      return IsMacro(built_in->op) ? Macro(syntax, *built_in) : CallBuiltIn(syntax, *built_in);
    }
    const auto found = environment_.functions_.find(syntax.name);
    if (found == environment_.functions_.end()) return UnknownFunction(syntax);
    return CallFunction(syntax, found->second);
  }

  std::nullopt_t UnknownFunction(const Syntax& syntax) {
    std::vector<std::string> known;
    for (const BuiltIn& built_in : kBuiltIns) known.emplace_back(built_in.name);
    if (environment_.keep_call_ != nullptr) {
      for (const auto& built_in : kPopulationBuiltIns) known.emplace_back(built_in.name);
    }
    for (const auto& [name, function] : environment_.functions_) known.push_back(name);
    for (const auto& [name, slot] : environment_.by_name_) {
      if (name.ends_with("()")) known.push_back(name.substr(0, name.size() - 2));
    }
    const std::string_view near = Nearest(syntax.name, known);
    return Fail("UNKNOWN_FUNCTION", syntax.name_offset,
                "there is no function '" + syntax.name + "'",
                near.empty() ? "" : "did you mean '" + std::string(near) + "'?");
  }

  Maybe CallFunction(const Syntax& syntax, const std::shared_ptr<const Function>& function) {
    auto parts = Parts(syntax);
    if (!parts) return std::nullopt;
    if (parts->size() != function->parameters.size()) {
      return Fail("WRONG_ARGUMENTS", syntax.name_offset,
                  "'" + syntax.name + "' takes " + std::to_string(function->parameters.size()) +
                      " arguments and has " + std::to_string(parts->size()));
    }
    bool optional = function->result.optional();
    for (size_t i = 0; i < parts->size(); ++i) {
      const Type& parameter = function->parameters[i];
      const Type& argument = (*parts)[i].type;
      if (!argument.Present().Fits(parameter)) {
        return Fail("WRONG_ARGUMENTS", syntax.parts[i].offset,
                    "'" + syntax.name + "' takes " + Article(parameter) + " here, and this is " +
                        Article(argument));
      }
      if ((*parts)[i].literal && !CheckVocabulary(syntax.parts[i], argument, parameter)) {
        return std::nullopt;
      }
      if (const Node& node = program_.nodes[static_cast<size_t>((*parts)[i].node)];
          function->check_literal != nullptr && node.op == Op::kConstant) {
        std::string fault =
            function->check_literal(i, program_.constants[static_cast<size_t>(node.operand)]);
        if (!fault.empty()) {
          return Fail("WRONG_ARGUMENTS", syntax.parts[i].offset, std::move(fault));
        }
      }
      optional = optional || (argument.optional() && !parameter.optional());
    }
    program_.functions.push_back(function);
    return Emit(Op::kFunction, syntax, *parts, WithOptional(function->result, optional),
                static_cast<int>(program_.functions.size()) - 1);
  }

  Maybe CallBuiltIn(const Syntax& syntax, const BuiltIn& built_in) {
    auto checked = Parts(syntax);
    if (!checked) return std::nullopt;
    const std::vector<Checked>& parts = *checked;
    const Checked& first = parts.front();
    const bool optional = AnyOptional(parts);
    switch (built_in.op) {
      case Op::kHas:
        return Emit(Op::kHas, syntax, parts, Type::Bool());
      case Op::kOrValue: {
        const std::optional<Type> type =
            Unify(first.type, parts[1].type, syntax.name_offset, "value and stand-in");
        if (!type) return std::nullopt;
        return Emit(Op::kOrValue, syntax, parts, WithOptional(*type, parts[1].type.optional()));
      }
      case Op::kMin:
      case Op::kMax:
        return Extreme(syntax, parts, built_in.op);
      case Op::kSumList:
        if (!Want(syntax.parts[0], first, Kind::kList, "a list") ||
            !WantNumbers(syntax.parts[0], first)) {
          return std::nullopt;
        }
        return Emit(Op::kSumList, syntax, parts, WithOptional(first.type.element(), optional));
      case Op::kRound:
      case Op::kFloor:
      case Op::kCeiling:
      case Op::kAbs:
        if (!WantAll(syntax, parts, Kind::kNumber, "a number")) return std::nullopt;
        if (parts.size() == 2 && !parts[1].type.Present().Fits(Type::Number())) {
          return Fail("UNIT_MISMATCH", syntax.parts[1].offset,
                      "the number of places is a plain number");
        }
        return Emit(built_in.op, syntax, parts, WithOptional(first.type, optional));
      case Op::kSize:
        if (first.type.kind() == Kind::kBool || first.type.kind() == Kind::kNumber) {
          return Fail(
              "WRONG_TYPE", syntax.parts[0].offset,
              "a list, a map or a text is expected here, and this is " + Article(first.type));
        }
        return Emit(Op::kSize, syntax, parts, WithOptional(Type::Number(), optional));
      case Op::kMatches:
        return Matches(syntax, parts);
      case Op::kSubstring:
        return SubstringOf(syntax, parts);
      case Op::kDays:
        if (!Want(syntax.parts[0], first, Kind::kText, "a day, such as '2022-01-17',")) {
          return std::nullopt;
        }
        if (first.literal && !DayNumber(syntax.parts[0].literal.text())) {
          return Fail("NOT_A_DAY", syntax.parts[0].offset, "this is no day of the calendar",
                      "write it as '2022-01-17'");
        }
        return Emit(Op::kDays, syntax, parts, WithOptional(Type::Number(), optional));
      case Op::kDate:
        if (!Want(syntax.parts[0], first, Kind::kNumber, "a number of days since 1970-01-01")) {
          return std::nullopt;
        }
        return Emit(Op::kDate, syntax, parts, WithOptional(Type::Day(), optional));
      case Op::kToNumber:
        if (!Want(syntax.parts[0], first, Kind::kText, "a text")) return std::nullopt;
        return Emit(Op::kToNumber, syntax, parts, WrittenAs(first).Optional());
      case Op::kToText:
        if (!Want(syntax.parts[0], first, Kind::kNumber, "a number")) return std::nullopt;
        return Emit(Op::kToText, syntax, parts, WithOptional(Type::Text(), optional));
      default:
        if (!WantAll(syntax, parts, Kind::kText, "a text")) return std::nullopt;
        return Emit(built_in.op, syntax, parts, WithOptional(Type::Bool(), optional));
    }
  }

  // The number that a text is of: number(text(x)) is x again, and a text that is written out says
  // no more of a unit than a number that is; of other texts nobody knows it.
  Type WrittenAs(const Checked& text) const {
    if (text.literal) return Type::Number().AnyUnit();
    const Node& node = program_.nodes[static_cast<size_t>(text.node)];
    if (node.op != Op::kToText) return Type::Number();
    const int32_t number = program_.parts[static_cast<size_t>(node.first_part)];
    return Type::Number(
        program_.units[static_cast<size_t>(program_.nodes[static_cast<size_t>(number)].unit)]);
  }

  // The pattern is written out, so that it is checked here and compiled once.
  Maybe Matches(const Syntax& syntax, const std::vector<Checked>& parts) {
    if (!WantAll(syntax, parts, Kind::kText, "a text")) return std::nullopt;
    if (!parts[1].literal) {
      return Fail("WRONG_ARGUMENTS", syntax.parts[1].offset,
                  "a pattern is written out, and this is computed");
    }
    std::string error;
    std::shared_ptr<const Pattern> pattern = Pattern::Make(syntax.parts[1].literal.text(), error);
    if (pattern == nullptr) {
      return Fail("INVALID_PATTERN", syntax.parts[1].offset, "this is no pattern: " + error,
                  "patterns are those of RE2");
    }
    program_.patterns.push_back(std::move(pattern));
    return Emit(Op::kMatches, syntax, {parts[0]},
                WithOptional(Type::Bool(), parts[0].type.optional()),
                static_cast<int>(program_.patterns.size()) - 1);
  }

  Maybe SubstringOf(const Syntax& syntax, const std::vector<Checked>& parts) {
    if (!Want(syntax.parts[0], parts[0], Kind::kText, "a text")) return std::nullopt;
    for (size_t i = 1; i < parts.size(); ++i) {
      if (!Want(syntax.parts[i], parts[i], Kind::kNumber, "the place of a character, from 0,")) {
        return std::nullopt;
      }
    }
    return Emit(Op::kSubstring, syntax, parts, WithOptional(Type::Text(), AnyOptional(parts)));
  }

  bool WantNumbers(const Syntax& syntax, const Checked& list) {
    if (list.type.element().kind() == Kind::kNumber) return true;
    Fail("WRONG_TYPE", syntax.offset,
         "a list of numbers is expected here, and this is " + Article(list.type));
    return false;
  }

  Maybe Extreme(const Syntax& syntax, const std::vector<Checked>& parts, Op op) {
    if (parts.size() == 1) {
      if (!Want(syntax.parts[0], parts[0], Kind::kList, "a list, or several numbers,") ||
          !WantNumbers(syntax.parts[0], parts[0])) {
        return std::nullopt;
      }
      return Emit(op == Op::kMin ? Op::kMinList : Op::kMaxList, syntax, parts,
                  parts[0].type.element().Optional());
    }
    if (!WantAll(syntax, parts, Kind::kNumber, "a number")) return std::nullopt;
    Type type = parts.front().type;
    for (size_t i = 1; i < parts.size(); ++i) {
      std::optional<Type> both = Unify(type, parts[i].type, syntax.parts[i].offset, "compared");
      if (!both) return std::nullopt;
      type = *std::move(both);
    }
    return Emit(op, syntax, parts, std::move(type));
  }

  static bool IsWord(const Syntax& syntax, std::string_view word) {
    return syntax.kind == Kinds::kCall && syntax.name == word && syntax.parts.size() == 1;
  }

  // Whether a call is one over the population, and not over a list or of several numbers.
  bool IsOverPopulation(const Syntax& syntax) {
    const PopulationBuiltIn* built_in = FindPopulationBuiltIn(syntax.name);
    if (built_in == nullptr || syntax.kind != Kinds::kCall) return false;
    if (FindBuiltIn(syntax.name) == nullptr) return true;
    size_t values = 0;
    for (const Syntax& part : syntax.parts) {
      if (!IsWord(part, "per") && !IsWord(part, "where")) ++values;
    }
    if (values < syntax.parts.size()) return true;
    if (values != 1) return false;
    const std::variant<Program, Diagnostic> value =
        Checker(source_, environment_).Run(syntax.parts[0], std::nullopt);
    const auto* program = std::get_if<Program>(&value);
    return program != nullptr &&
           (program->type.kind() == Kind::kNumber || program->type.kind() == Kind::kBool);
  }

  // An argument that is evaluated for every member: it sees no elements of macros.
  std::optional<Expression> ForMembers(const Syntax& syntax) {
    std::variant<Program, Diagnostic> program =
        Checker(source_, environment_).Run(syntax, std::nullopt);
    if (auto* error = std::get_if<Diagnostic>(&program)) {
      if (!error_) error_ = std::move(*error);
      return std::nullopt;
    }
    return Expression(std::make_shared<Program>(std::get<Program>(std::move(program))));
  }

  bool WantOf(const Syntax& syntax, const Expression& part, Kind kind, std::string_view wanted) {
    return Want(syntax, {0, part.type()}, kind, wanted);
  }

  Maybe Population(const Syntax& syntax) {
    const PopulationBuiltIn& built_in = *FindPopulationBuiltIn(syntax.name);
    std::vector<const Syntax*> values;
    const Syntax* per = nullptr;
    const Syntax* where = nullptr;
    for (const Syntax& part : syntax.parts) {
      const bool groups = IsWord(part, "per");
      const bool filters = IsWord(part, "where");
      if (!groups && !filters && per == nullptr && where == nullptr) {
        values.push_back(&part);
        continue;
      }
      const Syntax*& place = groups ? per : where;
      if ((!groups && !filters) || place != nullptr) {
        return Fail("WRONG_ARGUMENTS", part.offset, "this argument is not expected here",
                    "it is used as " + std::string(built_in.usage));
      }
      place = &part.parts[0];
    }
    if (values.size() != built_in.arguments) {
      return Fail("WRONG_ARGUMENTS", syntax.name_offset,
                  "'" + syntax.name + "' has the wrong number of arguments",
                  "it is used as " + std::string(built_in.usage));
    }
    std::optional<Expression> value = ForMembers(*values[0]);
    if (!value) return std::nullopt;
    const bool counts = built_in.function == PopulationFunction::kCount;
    if (!WantOf(*values[0], *value, counts ? Kind::kBool : Kind::kNumber,
                counts ? "a condition" : "a number")) {
      return std::nullopt;
    }
    PopulationCall call{.function = built_in.function,
                        .text = Print(syntax),
                        .value = *std::move(value),
                        .type = Type::Number()};
    if (values.size() > 1 && !(call.share = Share(*values[1]))) return std::nullopt;
    if (where != nullptr) {
      call.where = ForMembers(*where);
      if (!call.where || !WantOf(*where, *call.where, Kind::kBool, "a condition")) {
        return std::nullopt;
      }
    }
    if (per != nullptr) {
      call.per = ForMembers(*per);
      if (!call.per || !WantOf(*per, *call.per, Kind::kText, "a text that names the group,")) {
        return std::nullopt;
      }
    }
    if (built_in.function == PopulationFunction::kTopShare) {
      call.type = Type::Bool();
    } else if (!counts) {
      call.type = call.value.type();
    }
    call.type = call.type.Optional();
    const Type type = call.type;
    const std::string text = call.text;
    const Slot slot = environment_.keep_call_(std::move(call));
    program_.variables.push_back(slot);
    return Emit(Op::kPopulation, syntax, {}, type, slot, text);
  }

  // The share of top_share: one for all members.
  std::optional<Expression> Share(const Syntax& syntax) {
    std::optional<Expression> share = ForMembers(syntax);
    if (!share) return std::nullopt;
    if (!WantOf(syntax, *share, Kind::kNumber, "a share, such as 15 %,")) return std::nullopt;
    if (!share->type().any_unit() && !share->type().unit().plain()) {
      return Fail("UNIT_MISMATCH", syntax.offset, "a share is a plain number, such as 15 %");
    }
    for (const Slot slot : share->variables()) {
      if (environment_.constant(slot)) continue;
      return Fail("WRONG_ARGUMENTS", syntax.offset,
                  "the share must be the same for all: a number or a parameter");
    }
    return share;
  }

  // weighted_sum(table, pupils): table.bo * pupils.bo + …
  Maybe WeightedSum(const Syntax& syntax) {
    const Syntax& weights = syntax.parts[1];
    Maybe table = Check(syntax.parts[0]);
    if (!table || !Want(syntax.parts[0], *table, Kind::kMap, "a table")) return std::nullopt;
    const std::string prefix = Print(weights);
    if (table->type.vocabulary() == nullptr || table->type.element().kind() != Kind::kNumber ||
        (weights.kind != Kinds::kName && weights.kind != Kinds::kSelect)) {
      return Fail("WRONG_ARGUMENTS", syntax.name_offset,
                  "a table of numbers and what its keys are parts of are expected here",
                  "it is used as weighted_sum(table, pupils)");
    }
    std::vector<Checked> products;
    std::optional<Type> sum;
    const std::string name = Print(syntax.parts[0]);
    for (const std::string& key : *table->type.vocabulary()) {
      const Slot slot = environment_.Find(prefix + "." + key);
      if (slot < 0) {
        return Fail("UNKNOWN_NAME", weights.offset,
                    "'" + prefix + "." + key + "', for the key '" + key + "' of '" + name +
                        "', is not known here");
      }
      const Type type = environment_.type(slot);
      if (!Want(weights, {0, type}, Kind::kNumber, "a number")) return std::nullopt;
      Syntax key_syntax;
      key_syntax.literal = Value::Text(key);
      key_syntax.offset = weights.offset;
      key_syntax.end = weights.end;
      Maybe key_part = Literal(key_syntax);
      Maybe rate =
          Labelled(name + "." + key, Emit(Op::kLookup, syntax.parts[0], {*table, *key_part},
                                          table->type.element().Optional(), 0, "[]"));
      program_.variables.push_back(slot);
      Maybe weight = Labelled(prefix + "." + key,
                              Emit(Op::kVariable, weights, {}, type, slot, prefix + "." + key));
      Type product = WithOptional(Type::Number(rate->type.unit() * type.unit()), true);
      if (sum && sum->unit() != product.unit()) {
        return Fail("UNIT_MISMATCH", weights.offset,
                    InWords(sum->unit()) + " and " + InWords(product.unit()) + " cannot be added");
      }
      sum = product;
      products.push_back(*Labelled(name + "." + key + " * " + prefix + "." + key,
                                   Emit(Op::kMultiply, syntax, {*rate, *weight}, product, 0, "*")));
    }
    return Emit(Op::kWeightedSum, syntax, products, *sum, 0, "+");
  }

  Maybe Labelled(std::string label, Maybe checked) {
    program_.labels.push_back(std::move(label));
    program_.nodes[static_cast<size_t>(checked->node)].label =
        static_cast<int32_t>(program_.labels.size()) - 1;
    return checked;
  }

  // list.exists(x, condition) and its kin.
  Maybe Macro(const Syntax& syntax, const BuiltIn& built_in) {
    Maybe list = Check(syntax.parts[0]);
    if (!list || !Want(syntax.parts[0], *list, Kind::kList, "a list")) return std::nullopt;
    const Syntax& name = syntax.parts[1];
    if (name.kind != Kinds::kName) {
      return Fail("WRONG_ARGUMENTS", name.offset, "a name for the element is expected here",
                  "it is used as " + std::string(built_in.usage));
    }
    if (environment_.Find(name.name) >= 0 || FindLocal(name.name) != locals_.rend()) {
      return Fail("NAME_TAKEN", name.offset, "'" + name.name + "' has a meaning already",
                  "choose another name for the element");
    }
    const int local = static_cast<int>(locals_.size());
    locals_.emplace_back(name.name, list->type.element());
    program_.locals = std::max(program_.locals, local + 1);
    const Maybe body = Check(syntax.parts[2]);
    locals_.pop_back();
    if (!body) return std::nullopt;

    const bool optional = list->type.optional() || body->type.optional();
    Type type = Type::Bool();
    if (built_in.op == Op::kMapList) {
      if (body->type.kind() == Kind::kList || body->type.kind() == Kind::kMap) {
        return Fail("WRONG_TYPE", syntax.parts[2].offset, "a list holds no lists or maps");
      }
      type = Type::List(body->type);
    } else {
      if (!Want(syntax.parts[2], *body, Kind::kBool, "a condition")) return std::nullopt;
      if (built_in.op == Op::kFilter) type = list->type;
    }
    return Emit(built_in.op, syntax, {*list, *body}, WithOptional(std::move(type), optional),
                local);
  }

  const std::string_view source_;
  const Environment& environment_;
  Program program_;
  std::vector<std::pair<std::string, Type>> locals_;
  std::optional<Diagnostic> error_;
};

std::variant<Program, Diagnostic> Check(const Syntax& syntax, std::string_view source,
                                        const Environment& environment,
                                        const std::optional<Type>& wanted) {
  return Checker(source, environment).Run(syntax, wanted);
}

bool IsBuiltIn(std::string_view name) { return FindBuiltIn(name) != nullptr; }

bool IsMacro(std::string_view name) {
  const BuiltIn* const built_in = FindBuiltIn(name);
  return built_in != nullptr && IsMacro(built_in->op);
}

}  // namespace vg::expression
