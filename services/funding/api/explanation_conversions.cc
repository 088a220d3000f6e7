#include "services/funding/api/explanation_conversions.h"

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
    if (trace.what == "variable") WriteSource(trace.name, node);
    for (const expression::Trace& part : trace.parts) Write(part, *node.add_operands());
  }

 private:
  void WriteSource(const std::string& name, v1::ExplanationNode& node) const {
    if (const Parameter* parameter = calculator_.FindParameter(name)) {
      v1::ExplanationSource& source = *node.mutable_source();
      source.set_kind("parameter");
      *source.mutable_title() = ToProto(parameter->title);
      source.set_reference(parameter->legal_reference);
      source.set_provisional(parameter->provisional);
    } else if (const Fact* fact = FindFact(calculator_.scheme().recipients, name)) {
      v1::ExplanationSource& source = *node.mutable_source();
      source.set_kind("register");
      *source.mutable_title() = ToProto(fact->title);
      source.set_reference(register_name_);
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
    *explained.mutable_rounding() = ToProto(Text{InWords(component.rounding, Language::kDutch),
                                                 InWords(component.rounding, Language::kEnglish)});
    if (working.amount) *explained.mutable_amount() = rpc::ToProto(*working.amount);
  }
}

}  // namespace vg::funding
