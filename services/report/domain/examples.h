// Figures with round numbers. For tests only.

#ifndef VG_SERVICES_REPORT_DOMAIN_EXAMPLES_H_
#define VG_SERVICES_REPORT_DOMAIN_EXAMPLES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "services/report/domain/figure.h"

namespace vg::report {

// `permille` of a thousand respondents.
inline Cell Share(int64_t permille, int64_t n = 1000) {
  return {.state = CellState::kShown,
          .value = Exact::FromScaled(permille, 3),
          .n = n,
          .units = n,
          .positive = permille * n / 1000};
}
inline Cell Suppressed() { return {.state = CellState::kSuppressed}; }
inline Cell Empty() { return {.state = CellState::kEmpty}; }

inline Label LabelOf(std::string id, std::string nl, std::string en = "") {
  return {.id = std::move(id), .text = {std::move(nl), std::move(en)}};
}

// A share without categories: "consent", 61.2%.
inline Figure ProportionFigure(Cell total = Share(612)) {
  return {.id = "consent",
          .title = {"Instemming", "Consent"},
          .groups = {LabelOf("", "Totaal", "Total")},
          .categories = {Label{}},
          .cells = {{std::move(total)}},
          .chart_size = 12};
}

// Shares of three options: "choices" with a (40%), b (61.2%), c (40%).
inline Figure DistributionFigure() {
  return {.id = "choices",
          .title = {"Keuzes", "Choices"},
          .groups = {LabelOf("", "Totaal", "Total")},
          .categories = {LabelOf("b", "Kleine groepen", "Small groups"),
                         LabelOf("c", "Bijles", "Tutoring"), LabelOf("a", "Feedback", "Feedback")},
          .cells = {{Share(612), Share(400), Share(400)}},
          .chart_size = 12};
}

// Amounts of two components: "money", 1.5 and 1 million of 2.5 million.
inline Figure MoneyFigure() {
  const auto amount = [](int64_t value, int64_t n) {
    return Cell{.state = CellState::kShown, .value = Exact(value), .n = n, .units = n};
  };
  return {.id = "money",
          .title = {"Geld", "Money"},
          .kind = ValueKind::kAmount,
          .unit = "EUR",
          .groups = {LabelOf("", "Totaal", "Total")},
          .categories = {LabelOf("base", "Basis", "Base"), LabelOf("score", "Score", "Score")},
          .cells = {{amount(1'500'000, 20), amount(1'000'000, 10)}},
          .overall = amount(2'500'000, 20),
          .chart_size = 12};
}

// The given share in total and for two sectors, the second suppressed.
inline Figure BreakdownFigure() {
  Figure figure = ProportionFigure();
  figure.breakdown = "sector";
  figure.groups.push_back(LabelOf("primary", "Primair", "Primary"));
  figure.groups.push_back(LabelOf("special", "Speciaal", "Special"));
  figure.cells.push_back({Share(500, 900)});
  figure.cells.push_back({Suppressed()});
  return figure;
}

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_EXAMPLES_H_
