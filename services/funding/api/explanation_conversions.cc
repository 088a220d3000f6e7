#include "services/funding/api/explanation_conversions.h"

#include <optional>

#include "common/grpc/type_conversions.h"
#include "services/funding/api/scheme_conversions.h"
#include "services/funding/domain/words.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

class Tree {
 public:
  Tree(const Calculator& calculator, const std::string& register_name)
      : calculator_(calculator), register_name_(register_name) {}

  void Write(const expression::Trace& trace, v1::ExplanationNode& node) const {
    node.set_expression(trace.text);
    node.set_value(PlainText(trace.value));
    if (!trace.unit.plain()) node.set_unit(trace.unit.ToText());
    const std::optional<Source> source = calculator_.SourceOf(trace);
    if (source.has_value()) WriteSource(*source, *node.mutable_source());
    const bool lookup = source.has_value() && trace.what == "lookup";
    for (size_t i = lookup ? 1 : 0; i < trace.parts.size(); ++i) {
      // Of a lookup in a table: how its key came about, unless the formula names it.
      if (lookup && trace.parts[i].what == "literal") continue;
      Write(trace.parts[i], *node.add_operands());
    }
  }

 private:
  void WriteSource(const Source& source, v1::ExplanationSource& out) const {
    *out.mutable_title() = ToProto(source.title);
    out.set_provisional(source.provisional);
    out.set_reference(source.legal_reference);
    switch (source.kind) {
      case Source::Kind::kParameter:
        out.set_kind("parameter");
        if (source.from.has_value()) *out.mutable_from() = rpc::ToProto(*source.from);
        break;
      case Source::Kind::kRegister:
        out.set_kind("register");
        out.set_reference(register_name_);
        break;
      case Source::Kind::kDefinition:
        out.set_kind("definition");
        break;
      case Source::Kind::kPopulation:
        out.set_kind("population");
        break;
    }
  }

  const Calculator& calculator_;
  const std::string& register_name_;
};

}  // namespace

void AddComponents(const Calculator& calculator, const std::vector<Working>& workings,
                   const std::string& register_name, v1::Explanation& out) {
  const Tree tree(calculator, register_name);
  for (size_t i = 0; i < workings.size(); ++i) {
    const Component& component = calculator.scheme().components[i];
    const Working& working = workings[i];
    v1::ComponentExplanation& explained = *out.add_components();
    explained.set_component(component.id);
    *explained.mutable_title() = ToProto(component.title);
    explained.set_legal_reference(component.legal_reference);
    explained.set_applies(working.applies);
    if (working.condition) tree.Write(*working.condition, *explained.mutable_condition());
    if (working.formula) tree.Write(*working.formula, *explained.mutable_formula());
    if (working.unrounded) explained.set_unrounded(working.unrounded->ToText());
    *explained.mutable_rounding() = ToProto(Text{RoundingInWords(component, Language::kDutch),
                                                 RoundingInWords(component, Language::kEnglish)});
    if (working.amount) *explained.mutable_amount() = rpc::ToProto(*working.amount);
  }
}

}  // namespace vg::funding
