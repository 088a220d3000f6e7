#include "services/funding/domain/comparison/comparison_words.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "services/funding/domain/explanation/words.h"

namespace vg::funding {
namespace {

constexpr size_t kMostCausesInWords = 5;

std::string Shown(const expression::Value& value, const expression::Unit& unit, Language language) {
  if (value.absent()) return language == Language::kDutch ? "niet bekend" : "not known";
  if (value.kind() == expression::Kind::kNumber) return InWords(value.number(), unit, language);
  if (value.kind() == expression::Kind::kBool) {
    const bool dutch = language == Language::kDutch;
    return value.bool_value() ? (dutch ? "ja" : "yes") : (dutch ? "nee" : "no");
  }
  return PlainText(value);
}

bool IsAmountOrRate(const expression::Unit& unit) {
  const std::string text = unit.ToText();
  return Currency::FromCode(text.substr(0, text.find('/'))).ok();
}

// "bo €701.16 per pupil became €500.00 per pupil; so …": the entries that differ.
std::string TableChangeIn(Language language, const expression::Value& before,
                          const expression::Value& after, const expression::Unit& unit) {
  std::string text;
  const auto tell = [&](const std::string& key) {
    const expression::Value* was = before.Find(key);
    const expression::Value* is = after.Find(key);
    const expression::Value nothing;
    if (was != nullptr && is != nullptr && *was == *is) return;
    absl::StrAppend(&text, text.empty() ? "" : "; ", key, " ",
                    Shown(was == nullptr ? nothing : *was, unit, language),
                    language == Language::kDutch ? " werd " : " became ",
                    Shown(is == nullptr ? nothing : *is, unit, language));
  };
  for (const auto& [key, value] : before.map()) tell(key);
  for (const auto& [key, value] : after.map()) {
    if (before.Find(key) == nullptr) tell(key);
  }
  return text;
}

std::string ChangeIn(Language language, const Text& title, const expression::Value& before,
                     const expression::Value& after, const expression::Unit& unit) {
  const bool dutch = language == Language::kDutch;
  if (!before.absent() && !after.absent() && before.kind() == expression::Kind::kMap &&
      after.kind() == expression::Kind::kMap) {
    return absl::StrCat(title.In(language), ": ", TableChangeIn(language, before, after, unit));
  }
  const bool numbers = !before.absent() && !after.absent() &&
                       before.kind() == expression::Kind::kNumber &&
                       after.kind() == expression::Kind::kNumber;
  if (!numbers || IsAmountOrRate(unit)) {
    return absl::StrCat(title.In(language), ": ", Shown(before, unit, language),
                        dutch ? " werd " : " became ", Shown(after, unit, language));
  }
  const Exact change = after.number() - before.number();
  const bool more = change.Sign() > 0;
  return absl::StrCat(title.In(language), ": ", InWords(change.Abs(), unit, language),
                      more ? (dutch ? " meer (" : " more (") : (dutch ? " minder (" : " less ("),
                      InWords(before.number(), language), dutch ? " werd " : " became ",
                      InWords(after.number(), language), ")");
}

}  // namespace

std::string Signed(Money money, Language language) {
  if (money.cents == 0) return Format(money, language);
  const Money size{money.cents < 0 ? -money.cents : money.cents, money.currency};
  return absl::StrCat(money.cents < 0 ? "-" : "+", Format(size, language));
}

Text ChangeInWords(const Text& title, const expression::Value& before,
                   const expression::Value& after, const expression::Unit& unit) {
  return {ChangeIn(Language::kDutch, title, before, after, unit),
          ChangeIn(Language::kEnglish, title, before, after, unit)};
}

Text CauseInWords(const Cause& cause, bool came, bool went) {
  const std::string& other = cause.name;
  switch (cause.kind) {
    case CauseKind::kRule:
      if (came) return {"Nieuw onderdeel van de regeling", "A new component of the scheme"};
      if (went) {
        return {"Geen onderdeel van de regeling meer", "No longer a component of the scheme"};
      }
      return {"Andere berekening volgens de regeling", "Computed by another rule"};
    case CauseKind::kOpening:
      if (came) return {"Nieuw in het register", "New in the register"};
      return {"Vestigingen die nieuw zijn in het register",
              "Branches that are new in the register"};
    case CauseKind::kClosure:
      if (went) return {"Niet meer in het register", "No longer in the register"};
      return {"Vestigingen die niet meer in het register staan",
              "Branches that are no longer in the register"};
    case CauseKind::kMerger:
      if (went) {
        return {absl::StrCat("Opgegaan in ", other, ", naar het register doet aannemen"),
                absl::StrCat("Merged into ", other, ", as the register suggests")};
      }
      return {absl::StrCat("Samengegaan met ", other, ", naar het register doet aannemen"),
              absl::StrCat("Joined by ", other, ", as the register suggests")};
    case CauseKind::kSplit:
      if (came) {
        return {absl::StrCat("Afgesplitst van ", other, ", naar het register doet aannemen"),
                absl::StrCat("Split off from ", other, ", as the register suggests")};
      }
      return {absl::StrCat(other, " splitste zich af, naar het register doet aannemen"),
              absl::StrCat(other, " split off, as the register suggests")};
    case CauseKind::kBoundaryChange:
      return {absl::StrCat("Vestigingen die overgingen van of naar ", other),
              absl::StrCat("Branches that went to or came from ", other)};
    case CauseKind::kUndetermined:
      return {"Het bedrag kon maar één keer worden bepaald",
              "The amount could be determined only once"};
    case CauseKind::kRounding:
      return {"Afronding", "Rounding"};
    default:
      return {other, other};
  }
}

Text TitleOf(CauseKind event) {
  switch (event) {
    case CauseKind::kOpening:
      return {"Openingen", "Openings"};
    case CauseKind::kClosure:
      return {"Sluitingen", "Closures"};
    case CauseKind::kMerger:
      return {"Samenvoegingen", "Mergers"};
    case CauseKind::kSplit:
      return {"Afsplitsingen", "Splits"};
    default:
      return {"Grenswijzigingen", "Changes of boundaries"};
  }
}

Text WithAmount(const Text& what, Money amount) {
  return {absl::StrCat(what.nl, ": ", Signed(amount, Language::kDutch)),
          absl::StrCat(what.In(Language::kEnglish), ": ", Signed(amount, Language::kEnglish))};
}

std::vector<Text> SummaryInWords(const ComparisonTotals& totals, Currency currency) {
  const auto money = [currency](int64_t cents) { return Money{cents, currency}; };
  std::vector<Text> sentences;
  const auto tell = [&](Language language) {
    const bool dutch = language == Language::kDutch;
    return absl::StrCat(dutch ? "Het totaal ging van " : "The total went from ",
                        Format(money(totals.before_cents()), language), dutch ? " naar " : " to ",
                        Format(money(totals.after_cents()), language), ": ",
                        Signed(money(totals.cents()), language), dutch ? ", bij " : ", of ",
                        FormatCount(totals.changed(), language),
                        dutch ? " ontvangers; bij " : " recipients; of ",
                        FormatCount(totals.unchanged(), language),
                        dutch ? " bleef het bedrag gelijk." : " the amount stayed the same.");
  };
  sentences.push_back({tell(Language::kDutch), tell(Language::kEnglish)});
  const std::vector<ComparisonTotals::Row> rows = totals.Rows();
  for (size_t i = 0; i < std::min(rows.size(), kMostCausesInWords); ++i) {
    const ComparisonTotals::Row& row = rows[i];
    const auto of = [&](Language language) {
      const bool dutch = language == Language::kDutch;
      return absl::StrCat(row.total.title.In(language),
                          row.component.empty() ? "" : absl::StrCat(" (", row.component, ")"), ": ",
                          Signed(money(row.total.cents), language), dutch ? ", bij " : ", of ",
                          FormatCount(row.total.recipients, language),
                          dutch ? " ontvangers." : " recipients.");
    };
    sentences.push_back({of(Language::kDutch), of(Language::kEnglish)});
  }
  return sentences;
}

}  // namespace vg::funding
