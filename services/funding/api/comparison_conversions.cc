#include "services/funding/api/comparison_conversions.h"

#include "common/grpc/type_conversions.h"
#include "services/funding/api/names.h"
#include "services/funding/api/scheme_conversions.h"
#include "services/funding/api/scheme_proto.h"
#include "services/funding/domain/comparison/comparison_words.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;

bool IsEvent(CauseKind kind) {
  return kind >= CauseKind::kOpening && kind <= CauseKind::kBoundaryChange;
}

v1::Cause ToProto(const Cause& cause, const Text& title, RecipientKind recipients) {
  v1::Cause proto;
  proto.set_kind(static_cast<v1::CauseKind>(cause.kind));
  proto.set_name(IsEvent(cause.kind) && !cause.name.empty() ? RecipientName(recipients, cause.name)
                                                            : cause.name);
  *proto.mutable_title() = ToProto(title);
  return proto;
}

v1::ChangeExtreme ToProto(const ChangeExtreme& extreme, const Scheme& scheme) {
  v1::ChangeExtreme proto;
  proto.set_recipient(RecipientName(scheme.recipients, extreme.code));
  proto.set_title(extreme.title);
  *proto.mutable_difference() = rpc::ToProto(Money{extreme.cents, scheme.currency});
  return proto;
}

}  // namespace

v1::AmountDifference ToProto(const Difference& difference, const Scheme& scheme) {
  v1::AmountDifference proto;
  proto.set_recipient(RecipientName(scheme.recipients, difference.code));
  proto.set_title(difference.title);
  if (difference.before) *proto.mutable_before() = rpc::ToProto(*difference.before);
  if (difference.after) *proto.mutable_after() = rpc::ToProto(*difference.after);
  *proto.mutable_difference() = rpc::ToProto(Money{difference.cents, scheme.currency});
  for (const Attribution& attribution : difference.attributions) {
    v1::Attribution& shown = *proto.add_attributions();
    *shown.mutable_cause() = ToProto(attribution.cause, attribution.title, scheme.recipients);
    shown.set_component(attribution.component);
    *shown.mutable_amount() = rpc::ToProto(Money{attribution.cents, scheme.currency});
    shown.set_before(attribution.before);
    shown.set_after(attribution.after);
    *shown.mutable_text() = ToProto(attribution.text);
  }
  return proto;
}

v1::ComparisonSummary ToProto(const ComparisonTotals& totals, const Scheme& scheme) {
  const auto money = [&scheme](int64_t cents) {
    return rpc::ToProto(Money{cents, scheme.currency});
  };
  v1::ComparisonSummary proto;
  *proto.mutable_before() = money(totals.before_cents());
  *proto.mutable_after() = money(totals.after_cents());
  *proto.mutable_difference() = money(totals.cents());
  for (const ComparisonTotals::Row& row : totals.Rows()) {
    v1::CauseTotal& total = *proto.add_causes();
    *total.mutable_cause() = ToProto(row.cause, row.total.title, scheme.recipients);
    total.set_component(row.component);
    *total.mutable_amount() = money(row.total.cents);
    total.set_recipient_count(row.total.recipients);
  }
  proto.set_changed_count(totals.changed());
  proto.set_unchanged_count(totals.unchanged());
  for (const Text& sentence : SummaryInWords(totals, scheme.currency)) {
    *proto.add_sentences() = ToProto(sentence);
  }
  return proto;
}

v1::ChangeRow ToProto(const ChangeRow& row, const Scheme& scheme) {
  const auto money = [&scheme](int64_t cents) {
    return rpc::ToProto(Money{cents, scheme.currency});
  };
  v1::ChangeRow proto;
  proto.set_recipient_count(row.recipients);
  proto.set_winner_count(row.winners);
  proto.set_loser_count(row.losers);
  *proto.mutable_before() = money(row.before);
  *proto.mutable_after() = money(row.after);
  *proto.mutable_difference() = money(row.after - row.before);
  *proto.mutable_gain() = money(row.gain);
  *proto.mutable_loss() = money(row.loss);
  if (row.largest_gain) *proto.mutable_largest_gain() = ToProto(*row.largest_gain, scheme);
  if (row.largest_loss) *proto.mutable_largest_loss() = ToProto(*row.largest_loss, scheme);
  proto.mutable_band_counts()->Add(row.bands.begin(), row.bands.end());
  proto.set_undetermined_count(row.undetermined);
  return proto;
}

v1::ChangeTable ToProto(const ChangeTable& table, const Scheme& scheme) {
  v1::ChangeTable proto;
  proto.set_attribute(table.attribute());
  for (const ChangeTable::Row& row : table.Rows()) {
    v1::ChangeRow& shown = *proto.add_rows();
    shown = ToProto(*row.row, scheme);
    shown.set_value(row.value);
  }
  return proto;
}

void AddBands(v1::WhatIfResponse& response) {
  for (const ChangeBand& band : ChangeBands()) {
    v1::ChangeBand& shown = *response.add_bands();
    if (band.from_percent) *shown.mutable_from_percent() = rpc::ToProto(Exact(*band.from_percent));
    if (band.to_percent) *shown.mutable_to_percent() = rpc::ToProto(Exact(*band.to_percent));
    shown.set_title(std::string(band.title));
  }
}

}  // namespace vg::funding
