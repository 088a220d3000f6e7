#include "services/funding/api/explanation_conversions.h"

#include <optional>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "services/funding/api/names.h"
#include "services/funding/api/run_conversions.h"
#include "services/funding/api/scheme_conversions.h"
#include "services/funding/domain/explanation/sentences.h"
#include "services/funding/domain/explanation/words.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

class Tree {
 public:
  Tree(const Calculator& calculator, const SnapshotIdentity& snapshot, const Evidence& evidence)
      : calculator_(calculator), snapshot_(snapshot), evidence_(evidence) {
    if (snapshot.id.empty() || evidence.recipient.code.empty()) return;
    register_name_ =
        absl::StrCat(SnapshotName(snapshot.id), "/",
                     RecipientName(calculator.scheme().recipients, evidence.recipient.code));
  }

  void Write(const expression::Trace& trace, v1::ExplanationNode& node) const {
    node.set_expression(trace.text);
    node.set_value(PlainText(trace.value));
    node.set_operation(OperationOf(trace));
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
    out.set_name(source.name);
    out.set_provisional(source.provisional);
    out.set_reference(source.legal_reference);
    switch (source.kind) {
      case Source::Kind::kParameter:
        out.set_kind("parameter");
        if (source.from.has_value()) *out.mutable_from() = rpc::ToProto(*source.from);
        *out.mutable_holds_on() = rpc::ToProto(ReferenceDate(calculator_.scheme()));
        break;
      case Source::Kind::kRegister:
        WriteFact(source.name, out);
        break;
      case Source::Kind::kDefinition:
        out.set_kind("definition");
        break;
      case Source::Kind::kPopulation:
        out.set_kind("population");
        break;
    }
  }

  void WriteFact(const std::string& name, v1::ExplanationSource& out) const {
    out.set_kind("register");
    out.set_reference(register_name_);
    *out.mutable_count_date() = rpc::ToProto(snapshot_.count_date);
    for (const FactRows& rows : RowsOf(evidence_.rows, name)) {
      v1::SourceRows& shown = *out.add_rows();
      shown.set_file_name(rows.file_name);
      shown.mutable_lines()->Add(rows.lines.begin(), rows.lines.end());
    }
  }

  const Calculator& calculator_;
  const SnapshotIdentity& snapshot_;
  const Evidence& evidence_;
  std::string register_name_;
};

void AddComponents(const Tree& tree, const Scheme& scheme, const std::vector<Working>& workings,
                   v1::Explanation& out) {
  for (size_t i = 0; i < workings.size(); ++i) {
    const Component& component = scheme.components[i];
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

}  // namespace

v1::Explanation ToProto(const Calculator& calculator, const SnapshotIdentity& snapshot,
                        const Evidence& evidence, const Allocation& allocation,
                        const std::vector<Working>& workings, std::string_view run) {
  const Scheme& scheme = calculator.scheme();
  v1::Explanation explanation;
  *explanation.mutable_allocation() = ToProto(allocation, run, scheme);
  explanation.set_scheme_digest(calculator.digest());
  if (!snapshot.id.empty()) {
    explanation.set_snapshot(SnapshotName(snapshot.id));
    explanation.set_snapshot_digest(snapshot.digest);
  }
  AddComponents(Tree(calculator, snapshot, evidence), scheme, workings, explanation);
  for (const Text& sentence :
       Sentences(calculator, snapshot, allocation, workings, evidence.rows)) {
    *explanation.add_sentences() = ToProto(sentence);
  }
  return explanation;
}

}  // namespace vg::funding
