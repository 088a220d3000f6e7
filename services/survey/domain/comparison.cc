#include "services/survey/domain/comparison.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "services/survey/domain/question_face.h"

namespace vg::survey {
namespace {

using expression::Token;

Comparability ComparabilityOf(Aspect aspect) {
  return aspect <= Aspect::kRequired ? Comparability::kReworded : Comparability::kBroken;
}

LocalizedText NameOf(Aspect aspect) {
  switch (aspect) {
    case Aspect::kWording:
      return {"formulering", "wording"};
    case Aspect::kOptionOrder:
      return {"volgorde van de antwoorden", "order of options"};
    case Aspect::kRequired:
      return {"of een antwoord verplicht is", "whether it must be answered"};
    case Aspect::kType:
      return {"soort vraag", "type"};
    case Aspect::kOptions:
      return {"mogelijke antwoorden", "options"};
    case Aspect::kRows:
      return {"rijen", "rows"};
    case Aspect::kNumber:
      return {"eenheid, grenzen of decimalen", "unit, bounds or decimals"};
    case Aspect::kAmount:
      return {"hoeveel er geantwoord kan worden", "how much can be answered"};
    case Aspect::kRelevance:
      return {"aan wie zij gesteld wordt", "who is asked"};
    case Aspect::kConstraint:
      return {"wat is toegestaan", "what is allowed"};
    case Aspect::kOffer:
      return {"welke antwoorden worden aangeboden", "which options are offered"};
    case Aspect::kValue:
      return {"berekening", "calculation"};
    case Aspect::kGroup:
      return {"herhaalgroep", "repeat group"};
    case Aspect::kRole:
      return {"wie antwoordt", "who answers"};
  }
  return {};
}

void Append(std::string& list, const std::string& item) {
  absl::StrAppend(&list, list.empty() ? "" : ", ", item);
}

LocalizedText NoteOf(const std::set<Aspect>& differences) {
  LocalizedText note;
  for (const Aspect aspect : differences) {
    const LocalizedText name = NameOf(aspect);
    Append(note.nl, name.nl);
    Append(note.en, name.en);
  }
  return {"Verschilt in: " + note.nl + ".", "Differs in: " + note.en + "."};
}

std::string Joined(const std::string& a, const std::string& b) {
  return absl::StrCat(a, a.empty() || b.empty() ? "" : " ", b);
}
LocalizedText Joined(const LocalizedText& a, const LocalizedText& b) {
  return {Joined(a.nl, b.nl), Joined(a.en, b.en)};
}

// The questions that the rules of a question read.
std::set<std::string> ReadBy(const PlacedQuestion& placed, const QuestionIndex& index) {
  std::set<std::string> read;
  const auto add = [&](const std::string& rule) {
    const std::vector<Token> tokens = TokensOf(rule);
    for (size_t i = 0; i < tokens.size(); ++i) {
      const PlacedQuestion* const found =
          tokens[i].kind == Token::Kind::kName && !IsCalled(tokens, i) ? index.Find(tokens[i].text)
                                                                       : nullptr;
      if (found == nullptr || found->question == placed.question) continue;
      // After a point comes a row or an attribute, or a question of a repeat group.
      if (i >= 2 && tokens[i - 1].text == "." &&
          (found->group == nullptr || found->group->id != tokens[i - 2].text)) {
        continue;
      }
      read.insert(tokens[i].text);
    }
  };
  const Question& question = *placed.question;
  // Whether an answer must be there changes nothing about what it says.
  for (const std::string& rule :
       {question.relevance, question.constraint, question.choice_filter}) {
    add(rule);
  }
  if (placed.group != nullptr) add(placed.group->relevance);
  if (const auto* computed = std::get_if<Calculation>(&question.type)) add(computed->expression);
  return read;
}

class Comparer {
 public:
  Comparer(const Questionnaire& before, const Questionnaire& after, const Comparison& statements)
      : before_(before),
        after_(after),
        asks_others_(before.role != after.role),
        statements_(statements) {}

  absl::StatusOr<Comparison> Run() {
    ReadStatements();
    MatchTheRest();
    for (const PlacedQuestion& placed : after_.in_order()) Judge(placed);
    if (!faults_.empty()) return InvalidFields(std::move(faults_));
    SpreadBrokenness();
    for (const PlacedQuestion& placed : before_.in_order()) {
      const std::string& id = placed.question->id;
      if (renames_.contains(id)) continue;
      result_.push_back({.question = "",
                         .former_question = id,
                         .comparability = Comparability::kGone,
                         .note = {}});
    }
    return std::move(result_);
  }

 private:
  void Fault(size_t statement, const char* field, const char* reason, std::string sentence) {
    faults_.push_back(
        {absl::StrCat("comparisons[", statement, "].", field), reason, std::move(sentence)});
  }

  void ReadStatements() {
    for (size_t i = 0; i < statements_.size(); ++i) {
      const QuestionComparison& stated = statements_[i];
      const std::string& former =
          stated.former_question.empty() ? stated.question : stated.former_question;
      if (stated.question.empty()) {
        Fault(i, "question", "REQUIRED", "must name a question of the later version");
      } else if (after_.Find(stated.question) == nullptr) {
        Fault(i, "question", "UNKNOWN_QUESTION",
              absl::StrCat("\"", stated.question, "\" is not a question of the later version"));
      } else if (before_.Find(former) == nullptr) {
        Fault(i, "former_question", "UNKNOWN_QUESTION",
              absl::StrCat("\"", former, "\" is not a question of the version before"));
      } else if (stated_.contains(stated.question)) {
        Fault(i, "question", "COMPARED_TWICE",
              absl::StrCat("\"", stated.question, "\" is compared already"));
      } else if (renames_.contains(former)) {
        Fault(i, "former_question", "COMPARED_TWICE",
              absl::StrCat("\"", former, "\" is compared already"));
      } else if (stated.comparability > Comparability::kBroken) {
        Fault(i, "comparability", "NOT_A_JUDGEMENT", "must be SAME, REWORDED or BROKEN");
      } else {
        stated_.emplace(stated.question, i);
        renames_.emplace(former, stated.question);
        former_.emplace(stated.question, former);
      }
    }
  }

  // What is not spoken for is the question of the same id.
  void MatchTheRest() {
    for (const PlacedQuestion& placed : after_.in_order()) {
      const std::string& id = placed.question->id;
      if (former_.contains(id) || renames_.contains(id) || before_.Find(id) == nullptr) continue;
      renames_.emplace(id, id);
      former_.emplace(id, id);
    }
  }

  void Judge(const PlacedQuestion& placed) {
    const std::string& id = placed.question->id;
    QuestionComparison judged{.question = id, .former_question = "", .note = {}};
    const auto former = former_.find(id);
    if (former == former_.end()) {
      judged.comparability = Comparability::kNew;
      result_.push_back(std::move(judged));
      return;
    }
    judged.former_question = former->second;
    const Renames no_renames;
    std::set<Aspect> differences = QuestionFace(*before_.Find(former->second), renames_)
                                       .Differences(QuestionFace(placed, no_renames));
    if (asks_others_) differences.insert(Aspect::kRole);
    judged.comparability = Comparability::kSame;
    for (const Aspect aspect : differences) {
      judged.comparability = std::max(judged.comparability, ComparabilityOf(aspect));
    }
    if (!differences.empty()) judged.note = NoteOf(differences);
    if (const auto stated = stated_.find(id); stated != stated_.end()) {
      Override(stated->second, judged);
    }
    result_.push_back(std::move(judged));
  }

  void Override(size_t i, QuestionComparison& judged) {
    const QuestionComparison& stated = statements_[i];
    if (!stated.note.nl.empty()) judged.note = stated.note;
    if (stated.comparability == Comparability::kUnstated) return;
    if (stated.comparability == Comparability::kSame &&
        judged.comparability != Comparability::kSame) {
      return Fault(i, "comparability", "NOT_THE_SAME",
                   absl::StrCat("must not be SAME; ", judged.note.en));
    }
    if (stated.comparability != judged.comparability && stated.note.nl.empty()) {
      return Fault(i, "note", "NOTE_REQUIRED", "must say why it is judged otherwise");
    }
    judged.comparability = stated.comparability;
    final_.insert(judged.question);
  }

  // What rests on a broken question is broken too, unless it is stated otherwise. Rules read
  // earlier questions, so this ends; in whatever order the questions stand.
  void SpreadBrokenness() {
    std::set<std::string> broken;
    for (const QuestionComparison& judged : result_) {
      if (judged.comparability >= Comparability::kBroken) broken.insert(judged.question);
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (QuestionComparison& judged : result_) {
        if (judged.comparability >= Comparability::kBroken || final_.contains(judged.question)) {
          continue;
        }
        std::string reads;
        for (const std::string& read : ReadBy(*after_.Find(judged.question), after_)) {
          if (broken.contains(read)) Append(reads, read);
        }
        if (reads.empty()) continue;
        judged.comparability = Comparability::kBroken;
        judged.note = Joined(judged.note, {absl::StrCat("Hangt af van: ", reads, "."),
                                           absl::StrCat("Depends on: ", reads, ".")});
        broken.insert(judged.question);
        changed = true;
      }
    }
  }

  const QuestionIndex before_;
  const QuestionIndex after_;
  const bool asks_others_;
  const Comparison& statements_;
  absl::flat_hash_map<std::string, size_t> stated_;       // By question; which statement.
  absl::flat_hash_map<std::string, std::string> former_;  // Former id by id.
  Renames renames_;
  std::set<std::string> final_;  // Judged by a statement.
  std::vector<FieldViolation> faults_;
  Comparison result_;
};

}  // namespace

absl::StatusOr<Comparison> Compare(const Questionnaire& before, const Questionnaire& after,
                                   const Comparison& statements) {
  return Comparer(before, after, statements).Run();
}

Comparison Compose(const Comparison& first, const Comparison& second) {
  absl::flat_hash_map<std::string, const QuestionComparison*> middle;
  for (const QuestionComparison& one : first) {
    if (!one.question.empty()) middle.emplace(one.question, &one);
  }
  Comparison composed;
  std::set<std::string> gone;  // Of the middle version.
  for (const QuestionComparison& two : second) {
    if (two.comparability == Comparability::kGone) {
      gone.insert(two.former_question);
      continue;
    }
    QuestionComparison both = two;
    const auto found = middle.find(two.former_question);
    if (found != middle.end() && two.comparability != Comparability::kNew) {
      const QuestionComparison& one = *found->second;
      both.former_question = one.former_question;
      both.comparability = std::max(one.comparability, two.comparability);
      both.note =
          both.comparability == Comparability::kNew ? LocalizedText() : Joined(one.note, two.note);
    }
    composed.push_back(std::move(both));
  }
  for (const QuestionComparison& one : first) {
    if (one.comparability == Comparability::kNew) continue;
    if (one.comparability != Comparability::kGone && !gone.contains(one.question)) continue;
    composed.push_back({.question = "",
                        .former_question = one.former_question,
                        .comparability = Comparability::kGone,
                        .note = {}});
  }
  return composed;
}

void OrderGone(const Questionnaire& before, Comparison& comparison) {
  absl::flat_hash_map<std::string, size_t> places;
  const QuestionIndex index(before);
  for (const PlacedQuestion& placed : index.in_order()) {
    places.emplace(placed.question->id, places.size());
  }
  const auto gone = std::find_if(comparison.begin(), comparison.end(), [](const auto& each) {
    return each.comparability == Comparability::kGone;
  });
  std::sort(gone, comparison.end(), [&places](const auto& a, const auto& b) {
    return places[a.former_question] < places[b.former_question];
  });
}

}  // namespace vg::survey
