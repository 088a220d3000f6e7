#include "services/funding/api/scheme_conversions.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "services/funding/api/names.h"

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
                        .value = Take(rpc::FromProto(proto.value(), path + ".value"), Exact()),
                        .unit = proto.unit(),
                        .legal_reference = proto.legal_reference(),
                        .provisional = proto.provisional()};
    if (proto.has_note()) parameter.note = FromProto(proto.note());
    return parameter;
  }

  Component Read(const v1::Component& proto, const std::string& path) {
    Component component{.id = proto.id(),
                        .title = FromProto(proto.title()),
                        .condition = proto.condition(),
                        .formula = proto.formula(),
                        .rounding = FromProto(proto.rounding()),
                        .legal_reference = proto.legal_reference()};
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

  std::vector<SchemeFault>& faults_;
};

absl::StatusOr<v1::Scheme> Parse(const SchemeVersionRow& row) {
  v1::Scheme scheme;
  if (!scheme.ParseFromString(row.content)) {
    return absl::DataLossError(
        absl::StrCat(SchemeVersionName(row.scheme, row.version), " cannot be read"));
  }
  return scheme;
}

}  // namespace

voortgang::type::v1::LocalizedText ToProto(const Text& text) {
  voortgang::type::v1::LocalizedText proto;
  proto.set_nl(text.nl);
  proto.set_en(text.en);
  return proto;
}

absl::StatusOr<Calculator> Compile(const v1::Scheme& scheme, std::string_view prefix) {
  std::vector<SchemeFault> faults;
  Scheme read = Reader(faults).Read(scheme);
  // Without a currency no formula can be told right or wrong.
  if (!Currency::FromCode(scheme.currency()).ok()) return BadScheme(std::move(faults), prefix);
  return Calculator::Make(std::move(read), std::move(faults), prefix);
}

absl::StatusOr<Scheme> SchemeOf(const SchemeVersionRow& row) {
  ASSIGN_OR_RETURN(const v1::Scheme proto, Parse(row));
  std::vector<SchemeFault> faults;
  Scheme scheme = Reader(faults).Read(proto);
  if (!faults.empty()) {
    return absl::DataLossError(
        absl::StrCat(SchemeVersionName(row.scheme, row.version), " is damaged"));
  }
  return scheme;
}

absl::StatusOr<Calculator> CalculatorOf(const SchemeVersionRow& row) {
  ASSIGN_OR_RETURN(Scheme scheme, SchemeOf(row));
  ASSIGN_OR_RETURN(Calculator calculator, Calculator::Make(std::move(scheme)));
  if (calculator.digest() != row.digest) {
    return absl::DataLossError(absl::StrCat(SchemeVersionName(row.scheme, row.version),
                                            " is not what was published under its digest"));
  }
  return calculator;
}

v1::Scheme Normalized(v1::Scheme scheme, const Scheme& meaning) {
  for (int i = 0; i < scheme.parameters_size(); ++i) {
    *scheme.mutable_parameters(i)->mutable_value() = rpc::ToProto(meaning.parameters[i].value);
  }
  for (v1::Component& component : *scheme.mutable_components()) {
    for (v1::Instalment& instalment : *component.mutable_instalments()) {
      instalment.mutable_month()->set_day(1);
    }
  }
  return scheme;
}

absl::StatusOr<v1::SchemeVersion> ToProto(const SchemeVersionRow& row) {
  v1::SchemeVersion version;
  version.set_name(SchemeVersionName(row.scheme, row.version));
  ASSIGN_OR_RETURN(*version.mutable_content(), Parse(row));
  version.set_digest(row.digest);
  *version.mutable_publish_time() = rpc::ToProto(row.publish_time);
  return version;
}

}  // namespace vg::funding
