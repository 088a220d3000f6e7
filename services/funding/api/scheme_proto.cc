#include "services/funding/api/scheme_proto.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/text/encoding.h"
#include "services/funding/domain/calculation/instalments.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

Text FromProto(const voortgang::type::v1::LocalizedText& text) { return {text.nl(), text.en()}; }

RoundingRule FromProto(const v1::Rounding& rounding) {
  RoundingRule rule{.decimals = rounding.decimals()};
  switch (rounding.rule()) {
    case v1::ROUNDING_RULE_HALF_EVEN:
      rule.rule = Rounding::kHalfEven;
      break;
    case v1::ROUNDING_RULE_TOWARDS_ZERO:
      rule.rule = Rounding::kDown;
      break;
    case v1::ROUNDING_RULE_AWAY_FROM_ZERO:
      rule.rule = Rounding::kUp;
      break;
    default:  // The field is required and its values are checked before.
      rule.rule = Rounding::kHalfAwayFromZero;
      break;
  }
  return rule;
}

// Reads a scheme and remembers what could not be read.
class Reader {
 public:
  explicit Reader(std::vector<SchemeFault>& faults) : faults_(faults) {}

  Scheme Read(const v1::Scheme& proto) {
    Scheme scheme{
        .title = FromProto(proto.title()),
        .grant = proto.grant(),
        .school_year = proto.school_year(),
        .count_date = Take(rpc::FromProto(proto.count_date(), "count_date"), absl::CivilDay()),
        .recipients = proto.recipients() == v1::RECIPIENT_KIND_MUNICIPALITY
                          ? RecipientKind::kMunicipality
                          : RecipientKind::kSchool,
        .legal_reference = proto.legal_reference()};
    const absl::StatusOr<Currency> currency = Currency::FromCode(proto.currency());
    if (currency.ok()) {
      scheme.currency = *currency;
    } else {
      faults_.push_back({.violation = {"currency", DetailsOf(currency.status()).reason,
                                       std::string(Sv(currency.status().message()))}});
    }
    if (proto.has_reference_date()) {
      scheme.reference_date =
          Take(rpc::FromProto(proto.reference_date(), "reference_date"), absl::CivilDay());
    }
    for (const v1::FactDeclaration& fact : proto.facts()) scheme.facts.push_back(Read(fact));
    for (const v1::Definition& definition : proto.definitions()) {
      scheme.definitions.push_back({.id = definition.id(),
                                    .title = FromProto(definition.title()),
                                    .formula = definition.formula(),
                                    .legal_reference = definition.legal_reference()});
    }
    ReadPatterns(proto);
    for (int i = 0; i < proto.parameters_size(); ++i) {
      scheme.parameters.push_back(Read(proto.parameters(i), absl::StrCat("parameters[", i, "]")));
    }
    for (int i = 0; i < proto.components_size(); ++i) {
      scheme.components.push_back(Read(proto.components(i), absl::StrCat("components[", i, "]")));
    }
    if (proto.has_budget()) scheme.budget = Take(rpc::FromProto(proto.budget(), "budget"), Money{});
    return scheme;
  }

 private:
  template <typename T>
  T Take(absl::StatusOr<T> value, T otherwise) {
    if (value.ok()) return *std::move(value);
    for (const FieldViolation& violation : DetailsOf(value.status()).violations) {
      faults_.push_back({.violation = violation});
    }
    return otherwise;
  }

  Parameter Read(const v1::Parameter& proto, const std::string& path) {
    Parameter parameter{.id = proto.id(),
                        .title = FromProto(proto.title()),
                        .value = {},
                        .unit = proto.unit(),
                        .legal_reference = proto.legal_reference(),
                        .provisional = proto.provisional()};
    if (proto.has_note()) parameter.note = FromProto(proto.note());
    if (int{proto.has_value()} + int{!proto.table().empty()} + int{!proto.values().empty()} != 1) {
      Fault(path, "BAD_PARAMETER", "must have a value, a table or dated values: one of them");
    }
    if (proto.has_value()) {
      parameter.value = Take(rpc::FromProto(proto.value(), path + ".value"), Exact());
    }
    parameter.table = ReadTable(proto.table(), path);
    for (int i = 0; i < proto.values_size(); ++i) {
      parameter.values.push_back(Read(proto.values(i), absl::StrCat(path, ".values[", i, "]")));
    }
    return parameter;
  }

  DatedValue Read(const v1::DatedValue& proto, const std::string& path) {
    DatedValue dated{.from = Take(rpc::FromProto(proto.from(), path + ".from"), absl::CivilDay()),
                     .value = {},
                     .table = ReadTable(proto.table(), path),
                     .legal_reference = proto.legal_reference(),
                     .provisional = proto.provisional()};
    if (proto.has_note()) dated.note = FromProto(proto.note());
    if (proto.has_value() == !proto.table().empty()) {
      Fault(path, "BAD_PARAMETER", "must have a value or a table: one of them");
    }
    if (proto.has_value()) {
      dated.value = Take(rpc::FromProto(proto.value(), path + ".value"), Exact());
    }
    return dated;
  }

  std::vector<TableEntry> ReadTable(const google::protobuf::RepeatedPtrField<v1::TableEntry>& table,
                                    const std::string& path) {
    std::vector<TableEntry> entries;
    for (int i = 0; i < table.size(); ++i) {
      const v1::TableEntry& proto = table[i];
      TableEntry& entry = entries.emplace_back();
      entry.key = proto.key();
      entry.value =
          Take(rpc::FromProto(proto.value(), absl::StrCat(path, ".table[", i, "].value")), Exact());
      entry.legal_reference = proto.legal_reference();
      entry.provisional = proto.provisional();
      if (proto.has_note()) entry.note = FromProto(proto.note());
    }
    return entries;
  }

  static FactDeclaration Read(const v1::FactDeclaration& proto) {
    FactDeclaration fact{.id = proto.id(),
                         .title = FromProto(proto.title()),
                         .attribute = proto.attribute().empty() ? proto.id() : proto.attribute(),
                         .unit = proto.unit(),
                         .values = {proto.values().begin(), proto.values().end()}};
    switch (proto.type()) {
      case v1::FACT_TYPE_TEXT:
        fact.type = FactType::kText;
        break;
      case v1::FACT_TYPE_YES_NO:
        fact.type = FactType::kYesNo;
        break;
      case v1::FACT_TYPE_DATE:
        fact.type = FactType::kDate;
        break;
      default:  // The field is required and its values are checked before.
        fact.type = FactType::kNumber;
        break;
    }
    return fact;
  }

  void ReadPatterns(const v1::Scheme& proto) {
    for (int i = 0; i < proto.instalment_patterns_size(); ++i) {
      const v1::InstalmentPattern& pattern = proto.instalment_patterns(i);
      const std::string path = absl::StrCat("instalment_patterns[", i, "]");
      Pattern read;
      if (pattern.has_payment_rounding()) read.rounding = FromProto(pattern.payment_rounding());
      for (int j = 0; j < pattern.instalments_size(); ++j) {
        read.instalments.push_back(
            Read(pattern.instalments(j), absl::StrCat(path, ".instalments[", j, "]")));
      }
      if (const std::string fault = FaultOf(read.instalments); !fault.empty()) {
        Fault(path + ".instalments", "BAD_INSTALMENTS", fault);
        read.instalments.clear();  // Said once, not for each component.
      }
      if (!patterns_.emplace(pattern.id(), std::move(read)).second) {
        Fault(path + ".id", "DUPLICATE_ID",
              absl::StrCat("pattern '", pattern.id(), "' is there twice"));
      }
    }
  }

  void UsePattern(const v1::Component& proto, const std::string& path, Component& component) {
    component.instalment_pattern = proto.instalment_pattern();
    const auto found = patterns_.find(component.instalment_pattern);
    if (found == patterns_.end()) {
      std::vector<std::string> known;
      for (const auto& [id, pattern] : patterns_) known.push_back(id);
      const std::string near(Nearest(component.instalment_pattern, known));
      Fault(path + ".instalment_pattern", "UNKNOWN_PATTERN",
            absl::StrCat("there is no instalment pattern '", component.instalment_pattern, "'",
                         near.empty() ? "" : absl::StrCat("; did you mean '", near, "'?")));
      return;
    }
    if (!proto.instalments().empty() || proto.has_payment_rounding()) {
      Fault(path + ".instalment_pattern", "BAD_INSTALMENTS",
            "a component has a pattern or instalments of its own, not both");
    }
    component.instalments = found->second.instalments;
    component.payment_rounding = found->second.rounding;
  }

  static Distribution Read(const v1::Distribution& proto) {
    Distribution distribution{.pot = proto.pot(), .by = proto.by(), .per = proto.per()};
    switch (proto.remainder()) {
      case v1::REMAINDER_RULE_LAST_RECIPIENT:
        distribution.remainder = RemainderRule::kLastRecipient;
        break;
      case v1::REMAINDER_RULE_LARGEST_SHARE:
        distribution.remainder = RemainderRule::kLargestShare;
        break;
      default:
        distribution.remainder = RemainderRule::kLargestRemainder;
        break;
    }
    return distribution;
  }

  void Fault(std::string field, std::string reason, std::string sentence) {
    faults_.push_back({.violation = {std::move(field), std::move(reason), std::move(sentence)}});
  }

  Component Read(const v1::Component& proto, const std::string& path) {
    Component component{.id = proto.id(),
                        .title = FromProto(proto.title()),
                        .condition = proto.condition(),
                        .formula = proto.formula(),
                        .rounding = FromProto(proto.rounding()),
                        .legal_reference = proto.legal_reference()};
    if (proto.has_distribution()) component.distribution = Read(proto.distribution());
    if (!proto.instalment_pattern().empty()) UsePattern(proto, path, component);
    if (proto.has_payment_rounding()) {
      component.payment_rounding = FromProto(proto.payment_rounding());
    }
    for (int i = 0; i < proto.instalments_size(); ++i) {
      component.instalments.push_back(
          Read(proto.instalments(i), absl::StrCat(path, ".instalments[", i, "]")));
    }
    return component;
  }

  Instalment Read(const v1::Instalment& proto, const std::string& path) {
    google::type::Date month = proto.month();
    if (month.day() == 0) month.set_day(1);  // A month alone is as good as its first day.
    const absl::CivilDay day = Take(rpc::FromProto(month, path + ".month"), absl::CivilDay());
    if (day.day() != 1) {
      faults_.push_back({.violation = {path + ".month", "BAD_INSTALMENTS",
                                       "must be the first day of the month"}});
    }
    return {absl::CivilMonth(day), proto.share(), proto.of()};
  }

  struct Pattern {
    std::vector<Instalment> instalments;
    RoundingRule rounding;
  };

  std::vector<SchemeFault>& faults_;
  std::map<std::string, Pattern> patterns_;
};

}  // namespace

voortgang::type::v1::LocalizedText ToProto(const Text& text) {
  voortgang::type::v1::LocalizedText proto;
  proto.set_nl(text.nl);
  proto.set_en(text.en);
  return proto;
}

Scheme ReadScheme(const v1::Scheme& scheme, std::vector<SchemeFault>& faults) {
  return Reader(faults).Read(scheme);
}

absl::StatusOr<Calculator> Compile(const v1::Scheme& scheme, std::string_view prefix) {
  std::vector<SchemeFault> faults;
  Scheme read = ReadScheme(scheme, faults);
  // Without a currency no formula can be told right or wrong.
  if (!Currency::FromCode(scheme.currency()).ok()) return BadScheme(std::move(faults), prefix);
  return Calculator::Make(std::move(read), std::move(faults), prefix);
}

v1::Scheme Normalized(v1::Scheme scheme, const Scheme& meaning) {
  const auto normalize = [](auto& proto, const auto& value) {
    if (proto.has_value()) *proto.mutable_value() = rpc::ToProto(value.value);
    for (int i = 0; i < proto.table_size(); ++i) {
      *proto.mutable_table(i)->mutable_value() = rpc::ToProto(value.table[i].value);
    }
  };
  for (int i = 0; i < scheme.parameters_size(); ++i) {
    v1::Parameter& parameter = *scheme.mutable_parameters(i);
    normalize(parameter, meaning.parameters[i]);
    for (int j = 0; j < parameter.values_size(); ++j) {
      normalize(*parameter.mutable_values(j), meaning.parameters[i].values[j]);
    }
  }
  const auto first_days = [](auto& holder) {
    for (v1::Instalment& instalment : *holder.mutable_instalments()) {
      instalment.mutable_month()->set_day(1);
    }
  };
  for (v1::Component& component : *scheme.mutable_components()) first_days(component);
  for (v1::InstalmentPattern& pattern : *scheme.mutable_instalment_patterns()) first_days(pattern);
  return scheme;
}

}  // namespace vg::funding
