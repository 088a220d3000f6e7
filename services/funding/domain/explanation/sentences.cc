#include "services/funding/domain/explanation/sentences.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/funding/domain/calculation/instalments.h"
#include "services/funding/domain/explanation/words.h"

namespace vg::funding {
namespace {

using expression::Trace;

// What was used of a name.
struct Used {
  Source source;
  expression::Value value;
  expression::Unit unit;
  // Of a definition, where it is first mentioned; of a rank the comparison with the threshold.
  std::optional<Trace> steps;
};

bool Holds(const std::vector<Used>& used, const Source& source) {
  return std::ranges::any_of(used, [&](const Used& other) {
    return other.source.name == source.name && other.source.from == source.from;
  });
}

void Collect(const Trace& trace, const Calculator& calculator, std::vector<Used>& used) {
  std::optional<Source> source = calculator.SourceOf(trace);
  const bool lookup = source.has_value() && trace.what == "lookup";
  const bool rank = trace.what == "population" && !trace.parts.empty();
  if (source.has_value() && !Holds(used, *source)) {
    Used& added = used.emplace_back();
    if ((source->kind == Source::Kind::kDefinition || rank) && !trace.parts.empty()) {
      added.steps = trace.parts.front();
    }
    added.source = *std::move(source);
    added.value = trace.value;
    added.unit = trace.unit;
  }
  // Behind a rank is the recipient's own number; its threshold is told with it.
  if (rank) return Collect(trace.parts.front().parts.front(), calculator, used);
  // Of a lookup in a table the table as a whole says nothing more.
  for (size_t i = lookup ? 1 : 0; i < trace.parts.size(); ++i) {
    Collect(trace.parts[i], calculator, used);
  }
}

class Narrator {
 public:
  Narrator(const Calculator& calculator, const SnapshotIdentity& snapshot,
           const Allocation& allocation, const std::vector<Working>& workings,
           const std::vector<FactRows>& rows, Language language)
      : calculator_(calculator),
        scheme_(calculator.scheme()),
        snapshot_(snapshot),
        allocation_(allocation),
        workings_(workings),
        rows_(rows),
        language_(language) {}

  std::vector<std::string> Tell() && {
    Outcome();
    Basis();
    for (size_t i = 0; i < workings_.size(); ++i) Calculation(scheme_.components[i], workings_[i]);
    NotApplying();
    Sum();
    Reservations();
    for (const ComponentAmount& part : allocation_.components) Instalments(part);
    Figures();
    return std::move(sentences_);
  }

 private:
  // Picks the language: In("school", "school").
  std::string_view In(std::string_view dutch, std::string_view english) const {
    return language_ == Language::kDutch ? dutch : english;
  }
  const std::string& In(const Text& text) const { return text.In(language_); }
  std::string In(Money money) const { return Format(money, language_); }

  template <typename... Parts>
  void Say(const Parts&... parts) {
    std::string sentence;
    (sentence.append(parts), ...);
    sentences_.push_back(std::move(sentence));
  }

  std::string Who() const {
    return absl::StrCat(allocation_.title.empty() ? "" : allocation_.title + " (", allocation_.code,
                        allocation_.title.empty() ? "" : ")");
  }

  void Outcome() {
    if (allocation_.amount.has_value()) {
      Say(Who(), In(" krijgt ", " receives "), In(*allocation_.amount),
          In(" voor het schooljaar ", " for the school year "), scheme_.school_year, ".");
      return;
    }
    const auto why = std::ranges::find_if(
        workings_, [](const Working& working) { return !working.undetermined.empty(); });
    Say(In("Het bedrag voor ", "The amount for "), Who(),
        In(" voor het schooljaar ", " for the school year "), scheme_.school_year,
        In(" kan niet worden bepaald: ", " cannot be determined: "),
        why == workings_.end() ? allocation_.undetermined_reason : In(why->undetermined.words),
        ".");
  }

  void Basis() {
    Say(In("Dat volgt uit '", "This follows from '"), In(scheme_.title), "' (",
        scheme_.legal_reference, In(") en de gegevens van ", ") and the figures of "),
        InWords(snapshot_.count_date, language_),
        snapshot_.id.empty()
            ? std::string(In(", zoals die zijn opgegeven.", ", as they were given."))
            : absl::StrCat(" (snapshots/", snapshot_.id, ")."));
  }

  void Calculation(const Component& component, const Working& working) {
    if (!working.undetermined.empty()) {
      Say(In(component.title),
          In(": kan niet worden bepaald, want ", ": cannot be determined, as "),
          In(working.undetermined.words), ".");
      return;
    }
    if (!working.applies) return;
    std::string words = InWords(*working.formula, language_);
    if (*working.unrounded != ToExact(*working.amount)) {
      absl::StrAppend(&words, " = ", InWords(*working.unrounded, working.formula->unit, language_),
                      std::string(In(", afgerond ", ", rounded ")),
                      RoundingInWords(component, language_), ":");
    } else if (words != In(*working.amount)) {
      words += " =";
    } else {
      words.clear();
    }
    Say(In(component.title), ": ", words, words.empty() ? "" : " ", In(*working.amount), " (",
        component.legal_reference, ").");
  }

  void NotApplying() {
    std::vector<std::string> titles;
    for (size_t i = 0; i < workings_.size(); ++i) {
      if (workings_[i].applies || !workings_[i].undetermined.empty()) continue;
      titles.push_back(In(scheme_.components[i].title));
    }
    if (titles.empty()) return;
    Say(In("Niet van toepassing: ", "Not applicable: "), absl::StrJoin(titles, "; "), ".");
  }

  void Sum() {
    if (!allocation_.amount.has_value() || allocation_.components.size() < 2) return;
    std::vector<std::string> amounts;
    for (const ComponentAmount& part : allocation_.components) amounts.push_back(In(*part.amount));
    Say(In("Samen: ", "Together: "), absl::StrJoin(amounts, " + "), " = ", In(*allocation_.amount),
        ".");
  }

  void Reservations() {
    if (snapshot_.count_date == scheme_.count_date) return;
    Say(In("Het bedrag is voorlopig: geteld is op ",
           "The amount is provisional: pupils were counted on "),
        InWords(snapshot_.count_date, language_),
        In(", en de regeling gaat uit van ", ", and the rules go by "),
        InWords(scheme_.count_date, language_), ".");
  }

  // "september 2021 € 20,00; oktober 2021 tot en met juni 2022 € 10,00 per maand".
  void Instalments(const ComponentAmount& part) {
    const Component& component = scheme_.components[part.component];
    if (!part.amount.has_value() || part.amount->cents == 0 || component.instalments.empty()) {
      return;
    }
    const std::vector<Payment> payments =
        PaymentsOf(*part.amount, component.instalments, component.payment_rounding);
    std::vector<std::string> runs;
    for (size_t i = 0; i < payments.size();) {
      size_t end = i + 1;
      while (end < payments.size() && payments[end].amount == payments[i].amount &&
             payments[end].month == payments[end - 1].month + 1) {
        ++end;
      }
      std::string run = InWords(payments[i].month, language_);
      if (end - i > 1) {
        absl::StrAppend(&run, std::string(In(" tot en met ", " to ")),
                        InWords(payments[end - 1].month, language_));
      }
      absl::StrAppend(&run, " ", In(payments[i].amount));
      if (end - i > 1) absl::StrAppend(&run, std::string(In(" per maand", " a month")));
      runs.push_back(std::move(run));
      i = end;
    }
    Say(In("Betaling van '", "Payment of '"), In(component.title), "': ", absl::StrJoin(runs, "; "),
        ".");
  }

  // The parameters and facts behind what applies.
  void Figures() {
    std::vector<Used> used;
    for (const Working& working : workings_) {
      if (working.formula.has_value()) Collect(*working.formula, calculator_, used);
      if (!working.condition.has_value()) continue;
      std::vector<Used> asked;
      Collect(*working.condition, calculator_, asked);
      for (Used& figure : asked) {
        // Of what does not apply only what stands against it: facts that are not known, and ranks.
        const bool rank = figure.source.kind == Source::Kind::kPopulation;
        if (!working.applies && !figure.value.absent() && !rank) continue;
        if (!Holds(used, figure.source)) used.push_back(std::move(figure));
      }
    }
    using Tell = void (Narrator::*)(const Used&);
    for (const auto& [kind, tell] : std::initializer_list<std::pair<Source::Kind, Tell>>{
             {Source::Kind::kDefinition, &Narrator::Defined},
             {Source::Kind::kParameter, &Narrator::Rule},
             {Source::Kind::kPopulation, &Narrator::OverAll},
             {Source::Kind::kRegister, &Narrator::Register}}) {
      for (const Used& figure : used) {
        if (figure.source.kind == kind) (this->*tell)(figure);
      }
    }
  }

  std::string ValueInWords(const Used& figure) const {
    if (figure.value.absent()) return std::string(In("niet bekend", "not known"));
    switch (figure.value.kind()) {
      case expression::Kind::kNumber:
        return InWords(figure.value.number(), figure.unit, language_);
      case expression::Kind::kBool:
        return std::string(figure.value.bool_value() ? In("ja", "yes") : In("nee", "no"));
      default:
        return PlainText(figure.value);
    }
  }

  // "Kleine scholen: € 17.333,45 − € 119,96 per leerling × 100 leerlingen = € 5.337,45 (art. 4).".
  void Defined(const Used& figure) {
    const std::string value = ValueInWords(figure);
    const bool steps = figure.steps.has_value() && !figure.value.absent() &&
                       figure.value.kind() == expression::Kind::kNumber;
    std::string words = steps ? InWords(*figure.steps, language_) : value;
    words = words == value ? value : absl::StrCat(words, " = ", value);
    const std::string& reference = figure.source.legal_reference;
    Say(In(figure.source.title), ": ", words,
        reference.empty() ? std::string() : absl::StrCat(" (", reference, ")"), ".");
  }

  void Rule(const Used& figure) {
    const Source& source = figure.source;
    std::string sentence = absl::StrCat(In(source.title), ": ", ValueInWords(figure), " (",
                                        source.legal_reference, ").");
    if (source.from.has_value()) {
      absl::StrAppend(&sentence, std::string(In(" Dit geldt vanaf ", " It holds from ")),
                      InWords(*source.from, language_), ".");
    }
    if (source.provisional) {
      absl::StrAppend(&sentence,
                      std::string(In(" Voorlopig: dit getal kon niet bij de bron worden nagegaan.",
                                     " Provisional: it could not be verified at the source.")));
    }
    if (source.note.has_value()) absl::StrAppend(&sentence, " ", In(*source.note));
    sentences_.push_back(std::move(sentence));
  }

  // "top_share(…): ja, want 20 punten ÷ 100 leerlingen = 0,2 punten per leerling is niet lager dan
  // de grens van 0,15 punten per leerling, over alle ontvangers van deze verdeling."
  void OverAll(const Used& figure) {
    if (figure.steps.has_value() && figure.steps->parts.size() == 2) return Rank(figure);
    Say(figure.source.name, ": ", ValueInWords(figure),
        In(", over alle ontvangers van deze verdeling.", ", over all recipients of this run."));
  }

  void Rank(const Used& figure) {
    const Trace& own = figure.steps->parts.front();
    const Trace& threshold = figure.steps->parts.back();
    const std::string value = InWords(own.value.number(), own.unit, language_);
    std::string words = InWords(own, language_);
    if (words != value) absl::StrAppend(&words, " = ", value);
    const bool among = figure.value.bool_value();
    Say(figure.source.name, ": ", ValueInWords(figure), In(", want ", ", as "), words,
        among ? In(" is niet lager dan de grens van ", " is not below the threshold of ")
              : In(" is lager dan de grens van ", " is below the threshold of "),
        InWords(threshold.value.number(), threshold.unit, language_),
        In(", over alle ontvangers van deze verdeling.", ", over all recipients of this run."));
  }

  void Register(const Used& figure) {
    const std::string where = funding::InWords(RowsOf(rows_, figure.source.name), language_);
    Say(In(figure.source.title), ": ", ValueInWords(figure),
        In(", volgens het register van ", ", by the register of "),
        InWords(snapshot_.count_date, language_), where.empty() ? "" : " (", where,
        where.empty() ? "." : ").");
  }

  const Calculator& calculator_;
  const Scheme& scheme_;
  const SnapshotIdentity& snapshot_;
  const Allocation& allocation_;
  const std::vector<Working>& workings_;
  const std::vector<FactRows>& rows_;
  const Language language_;
  std::vector<std::string> sentences_;
};

}  // namespace

std::vector<Text> Sentences(const Calculator& calculator, const SnapshotIdentity& snapshot,
                            const Allocation& allocation, const std::vector<Working>& workings,
                            const std::vector<FactRows>& rows) {
  const auto tell = [&](Language language) {
    return Narrator(calculator, snapshot, allocation, workings, rows, language).Tell();
  };
  std::vector<std::string> dutch = tell(Language::kDutch);
  std::vector<std::string> english = tell(Language::kEnglish);
  std::vector<Text> sentences;
  for (size_t i = 0; i < dutch.size(); ++i) {  // Both tell the same.
    sentences.push_back({std::move(dutch[i]), std::move(english[i])});
  }
  return sentences;
}

}  // namespace vg::funding
