#include "services/indicators/api/policy_proto.h"

#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/status_macros.h"
#include "services/indicators/domain/disclosure/perturbation.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;
using disclosure::Policy;
using disclosure::QuantityKind;
using disclosure::Reason;

// A double as text that gives the same bits again.
std::string Exactly(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof(text), value).ptr);
}

v1::Quantity QuantityToProto(QuantityKind kind) {
  switch (kind) {
    case QuantityKind::kRecords:
      return v1::QUANTITY_RECORDS;
    case QuantityKind::kUnits:
      return v1::QUANTITY_UNITS;
    case QuantityKind::kSum:
      return v1::QUANTITY_SUM;
    case QuantityKind::kRest:
      break;
  }
  return v1::QUANTITY_REST;
}

disclosure::RoundingKind KindFromProto(v1::RoundingKind kind) {
  switch (kind) {
    case v1::ROUNDING_KIND_CONVENTIONAL:
      return disclosure::RoundingKind::kConventional;
    case v1::ROUNDING_KIND_RANDOM:
      return disclosure::RoundingKind::kRandom;
    default:
      return disclosure::RoundingKind::kControlled;
  }
}

v1::RoundingKind KindToProto(disclosure::RoundingKind kind) {
  switch (kind) {
    case disclosure::RoundingKind::kConventional:
      return v1::ROUNDING_KIND_CONVENTIONAL;
    case disclosure::RoundingKind::kRandom:
      return v1::ROUNDING_KIND_RANDOM;
    case disclosure::RoundingKind::kControlled:
      break;
  }
  return v1::ROUNDING_KIND_CONTROLLED;
}

Policy Decode(const v1::DisclosurePolicy& proto) {
  Policy policy;
  if (proto.minimum_records() != 0) policy.minimum_records = proto.minimum_records();
  if (proto.minimum_units() != 0) policy.minimum_units = proto.minimum_units();
  if (proto.has_dominance()) {
    policy.dominance =
        disclosure::Dominance{proto.dominance().largest(), proto.dominance().share()};
  }
  if (proto.has_p_percent()) policy.p_percent = proto.p_percent().percent();
  policy.hide_zeros = proto.zeros() == v1::ZERO_TREATMENT_HIDE;
  if (proto.cost() == v1::SUPPRESSION_COST_UNITS) {
    policy.cost = disclosure::SuppressionCost::kUnits;
  } else if (proto.cost() == v1::SUPPRESSION_COST_GROUPS) {
    policy.cost = disclosure::SuppressionCost::kGroups;
  }
  if (proto.has_rounding()) {
    policy.rounding = disclosure::RoundingRule{.kind = KindFromProto(proto.rounding().kind())};
    if (proto.rounding().base() != 0) policy.rounding->base = proto.rounding().base();
  }
  if (proto.has_cell_key()) {
    disclosure::CellKeyRule& rule = policy.cell_key.emplace();
    rule.largest = proto.cell_key().largest();
    rule.variance = proto.cell_key().variance();
    rule.no_result_up_to = proto.cell_key().no_result_up_to();
    for (const v1::NoiseRow& row : proto.cell_key().table()) {
      rule.table.push_back({row.count(), row.noise(), row.probability()});
    }
  }
  return policy;
}

}  // namespace

absl::StatusOr<Policy> PolicyFromProto(const v1::DisclosurePolicy& proto, MeasureKind kind) {
  Policy policy = Decode(proto);
  RETURN_IF_ERROR(disclosure::Check(policy, kind));
  if (policy.cell_key.has_value()) {
    ASSIGN_OR_RETURN(policy.cell_key->table, disclosure::MakeNoiseTable(*policy.cell_key));
  }
  return policy;
}

v1::DisclosurePolicy PolicyToProto(const Policy& policy) {
  v1::DisclosurePolicy proto;
  proto.set_minimum_records(static_cast<int>(policy.minimum_records));
  proto.set_minimum_units(static_cast<int>(policy.minimum_units));
  if (policy.dominance.has_value()) {
    proto.mutable_dominance()->set_largest(policy.dominance->largest);
    proto.mutable_dominance()->set_share(policy.dominance->share);
  }
  if (policy.p_percent.has_value()) proto.mutable_p_percent()->set_percent(*policy.p_percent);
  proto.set_zeros(policy.hide_zeros ? v1::ZERO_TREATMENT_HIDE : v1::ZERO_TREATMENT_LEAVE_OUT);
  proto.set_cost(policy.cost == disclosure::SuppressionCost::kUnits ? v1::SUPPRESSION_COST_UNITS
                 : policy.cost == disclosure::SuppressionCost::kGroups
                     ? v1::SUPPRESSION_COST_GROUPS
                     : v1::SUPPRESSION_COST_RECORDS);
  if (policy.rounding.has_value()) {
    proto.mutable_rounding()->set_kind(KindToProto(policy.rounding->kind));
    proto.mutable_rounding()->set_base(policy.rounding->base);
  }
  if (policy.cell_key.has_value()) {
    v1::CellKeyNoise& noise = *proto.mutable_cell_key();
    noise.set_largest(policy.cell_key->largest);
    noise.set_variance(policy.cell_key->variance);
    noise.set_no_result_up_to(policy.cell_key->no_result_up_to);
    for (const disclosure::NoiseChance& each : policy.cell_key->table) {
      v1::NoiseRow& row = *noise.add_table();
      row.set_count(each.count);
      row.set_noise(each.noise);
      row.set_probability(each.probability);
    }
  }
  return proto;
}

std::string DigestOf(const Policy& policy) {
  DigestBuilder digest("voortgang.indicators.policy.v1");
  digest.Integer(policy.minimum_records).Integer(policy.minimum_units);
  if (policy.dominance.has_value()) {
    digest.Integer(policy.dominance->largest).Text(Exactly(policy.dominance->share));
  } else {
    digest.Absent();
  }
  if (policy.p_percent.has_value()) {
    digest.Text(Exactly(*policy.p_percent));
  } else {
    digest.Absent();
  }
  digest.Flag(policy.hide_zeros).Integer(static_cast<int>(policy.cost));
  if (policy.rounding.has_value()) {
    digest.Integer(static_cast<int>(policy.rounding->kind)).Integer(policy.rounding->base);
  } else {
    digest.Absent();
  }
  if (policy.cell_key.has_value()) {
    digest.Integer(policy.cell_key->largest).Text(Exactly(policy.cell_key->variance));
    digest.Integer(policy.cell_key->no_result_up_to).List(policy.cell_key->table.size());
    for (const disclosure::NoiseChance& each : policy.cell_key->table) {
      digest.Integer(each.count).Integer(each.noise).Text(Exactly(each.probability));
    }
  } else {
    digest.Absent();
  }
  return digest.Finish();
}

absl::StatusOr<PolicyInForce> InForce(const std::optional<StoredPolicy>& stored) {
  PolicyInForce in_force;
  if (stored.has_value()) {
    v1::DisclosurePolicy proto;
    if (!proto.ParseFromString(stored->policy)) {
      return absl::DataLossError(
          absl::StrCat("the policy of indicators/", stored->indicator_id, " is unreadable"));
    }
    in_force = {stored->version, stored->digest, Decode(proto)};
  } else {
    static const std::string& digest = *new std::string(DigestOf(Policy()));
    in_force.digest = digest;
  }
  return in_force;
}

v1::HiddenReason ReasonToProto(Reason reason, bool tells_secondary) {
  switch (reason) {
    case Reason::kNone:
      break;
    case Reason::kSecondary:
      // Who knows which groups are hidden for others knows which are too small.
      return tells_secondary ? v1::HIDDEN_REASON_SECONDARY : v1::HIDDEN_REASON_FREQUENCY;
    case Reason::kFrequency:
      return v1::HIDDEN_REASON_FREQUENCY;
    case Reason::kDominance:
      return v1::HIDDEN_REASON_DOMINANCE;
    case Reason::kDifferencing:
      return v1::HIDDEN_REASON_DIFFERENCING;
  }
  return v1::HIDDEN_REASON_UNSPECIFIED;
}

void ToProto(const disclosure::Audit& audit, const PolicyInForce& policy, bool tells_secondary,
             v1::TableAudit& proto) {
  proto.set_protected_(audit.met());
  proto.set_policy_version(policy.version);
  proto.set_policy_digest(policy.digest);
  proto.set_shown_group_count(audit.shown);
  proto.set_hidden_group_count(audit.primary + audit.secondary);
  proto.set_table_count(audit.tables);
  if (tells_secondary) {
    proto.set_primary_group_count(audit.primary);
    proto.set_secondary_group_count(audit.secondary);
    proto.set_secondary_record_count(audit.secondary_records);
  }
  for (const disclosure::KnownRange& each : audit.ranges) {
    v1::FeasibleInterval& interval = *proto.add_intervals();
    *interval.mutable_group() = {each.group.begin(), each.group.end()};
    interval.set_quantity(QuantityToProto(each.quantity));
    interval.set_category(each.category);
    if (each.range.lower != -disclosure::kUnlimited) interval.set_lower(each.range.lower);
    if (each.range.upper != disclosure::kUnlimited) interval.set_upper(each.range.upper);
    interval.set_reason(ReasonToProto(each.reason, tells_secondary));
    interval.set_protected_(each.met);
    if (tells_secondary) {
      interval.set_required_width(each.required_width);
      interval.set_protected_from_holders(each.met_beside_holders);
    }
  }
}

}  // namespace vg::indicators
