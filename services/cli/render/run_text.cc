#include "services/cli/render/run_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/cli/render/values.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::funding::v1;

constexpr int64_t kBarWidth = 40;

std::string OrNone(const std::string& text) { return text.empty() ? "(not known)" : text; }

// "De Regenboog (16SW03) +€ 3.00".
std::string ExtremeText(const v1::ChangeExtreme& extreme) {
  if (extreme.recipient().empty()) return "–";
  const std::string& name = extreme.recipient();
  return absl::StrCat(SignedAmount(extreme.difference()), " ", name.substr(name.find('/') + 1));
}

void AddRow(const std::string& name, const v1::ChangeRow& row, Table& table) {
  table.Add({name, Number(row.recipient_count()), Number(row.winner_count()),
             Number(row.loser_count()), SignedAmount(row.gain()), SignedAmount(row.loss()),
             SignedAmount(row.difference()), ExtremeText(row.largest_gain()),
             ExtremeText(row.largest_loss())});
}

}  // namespace

Table RunTable(const v1::Run& run) {
  Table table({{"Component"}, {"Recipients", Align::kRight}, {"Total", Align::kRight}});
  for (const v1::ComponentTotal& total : run.component_totals()) {
    table.Add({total.component(), Number(total.recipient_count()), Amount(total.total())});
  }
  table.Add({"Total", Number(run.determined_count()), Amount(run.total())});
  return table;
}

std::string RunNotes(const v1::Run& run) {
  std::string text =
      absl::StrCat(run.name().empty() ? "This" : run.name(), " is ", EnumText(run.state()), "; ",
                   Number(run.undetermined_count()), " recipients could not be determined; digest ",
                   run.digest().substr(0, 12), "\n");
  if (!run.supersedes().empty()) {
    absl::StrAppend(&text, "It takes the place of ", run.supersedes(), ".\n");
  }
  if (!run.superseded_by().empty()) {
    absl::StrAppend(&text, run.superseded_by(), " took its place.\n");
  }
  if (run.above_budget()) absl::StrAppend(&text, "The total is above the scheme's budget.\n");
  for (const v1::AbsentFact& fact : run.absent_facts()) {
    absl::StrAppend(&text, "The snapshot does not know ", fact.name(), " of ",
                    Number(fact.recipient_count()), " recipients.\n");
  }
  return text;
}

std::string SignedAmount(const google::type::Money& money) {
  const bool more = money.units() > 0 || money.nanos() > 0;
  return absl::StrCat(more ? "+" : "", Amount(money));
}

std::string DifferenceText(const v1::AmountDifference& difference) {
  std::string text = absl::StrCat(
      difference.title(), " (", difference.recipient(), "): ", Amount(difference.before()),
      " became ", Amount(difference.after()), ", ", SignedAmount(difference.difference()), "\n");
  for (const v1::Attribution& attribution : difference.attributions()) {
    absl::StrAppend(
        &text, "  ", Text(attribution.text()),
        attribution.component().empty() ? "" : absl::StrCat("   [", attribution.component(), "]"),
        "\n");
  }
  return text;
}

Table CauseTable(const v1::ComparisonSummary& summary) {
  Table table({{"Cause"},
               {"Kind"},
               {"Component"},
               {"Recipients", Align::kRight},
               {"Amount", Align::kRight}});
  for (const v1::CauseTotal& cause : summary.causes()) {
    table.Add({Text(cause.cause().title()), EnumText(cause.cause().kind()), cause.component(),
               Number(cause.recipient_count()), SignedAmount(cause.amount())});
  }
  table.Add(
      {"Difference", "", "", Number(summary.changed_count()), SignedAmount(summary.difference())});
  return table;
}

Table ChangeRowsTable(const v1::ChangeTable& rows, const v1::ChangeRow& all) {
  Table table({{rows.attribute().empty() ? "Recipients" : rows.attribute()},
               {"Number", Align::kRight},
               {"Winners", Align::kRight},
               {"Losers", Align::kRight},
               {"Gain", Align::kRight},
               {"Loss", Align::kRight},
               {"Difference", Align::kRight},
               {"Largest gain", Align::kRight},
               {"Largest loss", Align::kRight}});
  for (const v1::ChangeRow& row : rows.rows()) AddRow(OrNone(row.value()), row, table);
  AddRow("All", all, table);
  return table;
}

Table BandTable(const v1::WhatIfResponse& answer) {
  Table table({{"Change"}, {"Recipients", Align::kRight}, {""}});
  int64_t most = 1;
  for (const int64_t count : answer.all().band_counts()) most = std::max(most, count);
  for (int i = 0; i < answer.bands_size() && i < answer.all().band_counts_size(); ++i) {
    const int64_t count = answer.all().band_counts(i);
    std::string bar;
    for (int64_t drawn = 0; drawn * most < count * kBarWidth; ++drawn) bar += "█";
    table.Add({answer.bands(i).title(), Number(count), bar});
  }
  return table;
}

}  // namespace vg::cli
