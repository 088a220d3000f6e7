#include "services/report/peers/plain_figures.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/status/status_macros.h"
#include "services/report/domain/labels.h"

namespace vg::report {
namespace {

// A figure of one row, whose total is all there is.
Figure Start(ValueKind kind, std::string unit) {
  Figure figure{.kind = kind, .unit = std::move(unit)};
  figure.groups.push_back({.id = "", .text = TotalLabel()});
  figure.cells.emplace_back();
  return figure;
}

void Add(Figure& figure, std::string id, LocalizedText words, Cell cell) {
  figure.categories.push_back({.id = std::move(id), .text = std::move(words)});
  figure.cells[0].push_back(std::move(cell));
}

// A figure has a category, if only one that nobody is in.
void Complete(Figure& figure) {
  if (figure.categories.empty()) Add(figure, "", {}, {});
}

Cell Amount(const Exact& amount, int64_t recipients) {
  return {.state = CellState::kShown, .value = amount, .n = recipients, .units = recipients};
}

// Where nothing was posted nobody names a currency.
std::string CurrencyOr(const std::string& currency) { return currency.empty() ? "EUR" : currency; }

}  // namespace

Figure AllocationFigure(const std::string& run, const RunFacts& facts) {
  Figure figure = Start(ValueKind::kAmount, facts.currency);
  for (const RunFacts::Component& component : facts.components) {
    Add(figure, component.id,
        component.title.empty() ? LocalizedText{component.id, ""} : component.title,
        Amount(component.total, component.recipients));
  }
  Complete(figure);
  figure.overall = Amount(facts.total, facts.determined);
  figure.undetermined = facts.undetermined;
  figure.provenance = {.resource = run,
                       .digest = facts.digest,
                       .description = facts.scheme_title,
                       .respondents = facts.municipalities
                                          ? LocalizedText{"Gemeenten", "Municipalities"}
                                          : LocalizedText{"Schoolvestigingen", "School branches"},
                       .study = "money"};
  return figure;
}

Figure BooksFigure(const std::string& grant, const BooksFacts& facts) {
  Figure figure = Start(ValueKind::kAmount, CurrencyOr(facts.currency));
  Add(figure, "granted", {"Toegekend", "Granted"}, Amount(facts.granted, 0));
  Add(figure, "paid", {"Betaald", "Paid"}, Amount(facts.paid, 0));
  Add(figure, "spent", {"Besteed en verantwoord", "Spent and accounted for"},
      Amount(facts.spent, 0));
  Add(figure, "remaining", {"Betaald en nog niet besteed", "Paid and not yet spent"},
      Amount(facts.paid - facts.spent, 0));
  DigestBuilder digest("voortgang.report.books.v1");
  for (const Input& book : facts.books) digest.Text(book.resource).Text(book.digest);
  figure.provenance = {
      .resource = absl::StrCat("grants/", grant),
      .digest = digest.Finish(),
      .description = {"Stand van het grootboek: wat is toegekend, wat daarvan volgens de bank is "
                      "betaald, en wat daarvan is verantwoord.",
                      "State of the ledger: what was granted, what of it was paid by the bank's "
                      "word, and what of that was accounted for."},
      .study = "money"};
  return figure;
}

Figure SpendingFigure(const SpendingSource& source, const SpendingFacts& facts) {
  Figure figure = Start(ValueKind::kAmount, CurrencyOr(facts.currency));
  for (const auto& [id, category] : facts.categories) {
    Add(figure, id, SpendingCategoryLabel(id), Amount(category.amount, category.recipients));
  }
  Complete(figure);
  figure.overall = Amount(facts.total, facts.recipients);
  const std::string year = source.year == 0 ? "" : absl::StrCat("/", source.year);
  figure.provenance = {
      .resource = absl::StrCat("grants/", source.grant, "/spending", year),
      .digest = facts.digest,
      .description = {"Bestedingen zoals ontvangers ze verantwoordden, naar doelgebied.",
                      "Spending as recipients accounted for it, by category."},
      .study = "money"};
  return figure;
}

absl::StatusOr<Figure> ResponseFigure(const std::string& wave, const WaveFacts& facts) {
  Figure figure = Start(ValueKind::kResponse, "");
  for (const RoleFacts& role : facts.roles) {
    Cell cell{.n = role.invited,
              .units = role.invited,
              .positive = role.answered,
              .answers = role.responses};
    if (role.invited > 0) {
      cell.state = CellState::kShown;
      ASSIGN_OR_RETURN(cell.value, Exact::FromFraction(role.answered, role.invited));
    }
    Add(figure, role.role, RespondentsLabel(role.role), std::move(cell));
  }
  Complete(figure);
  figure.provenance = {
      .resource = wave,
      .digest = facts.digest,
      .description = {"Aandeel van de uitgenodigde scholen, besturen en gemeenten met ten minste "
                      "één volledig antwoord.",
                      "Share of the schools, boards and municipalities invited with at least one "
                      "complete response."},
      .study = "fieldwork"};
  return figure;
}

}  // namespace vg::report
