#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "common/digest/digest.h"
#include "common/numeric/exact.h"
#include "services/survey/domain/response_checker.h"

namespace vg::survey {
namespace {

std::vector<std::string_view> Sorted(std::vector<std::string_view> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

class ValueDigest {
 public:
  ValueDigest(DigestBuilder& digest, const IdIndex& questions)
      : digest_(digest), questions_(questions) {}

  void operator()(const std::monostate&) { digest_.Absent(); }
  void operator()(const ChoiceAnswer& answer) { digest_.Record("choice").Text(answer.option); }
  void operator()(const ChoicesAnswer& answer) {
    digest_.Record("choices");
    List(Sorted(answer.options));
  }
  void operator()(const NumberAnswer& answer) {
    digest_.Record("number");
    const absl::StatusOr<Exact> number = Exact::FromDecimal(answer.decimal);
    // A dropped answer may be anything.
    if (number.ok()) {
      digest_.Number(*number);
    } else {
      digest_.Text(answer.decimal);
    }
  }
  void operator()(const DateAnswer& answer) {
    digest_.Record("date").Integer(answer.year).Integer(answer.month).Integer(answer.day);
  }
  void operator()(const TextAnswer& answer) { digest_.Record("text").Text(answer.text); }
  void operator()(const MatrixAnswer& answer) {
    auto rows = answer.rows;
    std::sort(rows.begin(), rows.end());
    digest_.Record("matrix").List(rows.size());
    for (const auto& [row, option] : rows) digest_.Text(row).Text(option);
  }
  void operator()(const RankingAnswer& answer) {
    digest_.Record("ranking");
    List(answer.options);
  }
  void operator()(const RepeatAnswer& answer) {
    digest_.Record("repeat").List(answer.instances.size());
    for (const std::vector<DraftAnswer>& instance : answer.instances) Instance(instance);
  }
  void operator()(const NotApplicableAnswer& answer) {
    digest_.Record("not_applicable").Text(answer.reason);
  }

 private:
  // Answers that are dropped with their group may name any question, even twice.
  void Instance(const std::vector<DraftAnswer>& answers) {
    std::vector<std::pair<int, const DraftAnswer*>> sorted;
    sorted.reserve(answers.size());
    for (const DraftAnswer& answer : answers) {
      sorted.emplace_back(questions_.Find(answer.question), &answer);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first, a.second->question) < std::tie(b.first, b.second->question);
    });
    digest_.Record("instance").List(sorted.size());
    for (const auto& [place, answer] : sorted) {
      digest_.Text(answer->question);
      std::visit(*this, answer->value);
    }
  }

  void List(const std::vector<std::string_view>& ids) {
    digest_.List(ids.size());
    for (const std::string_view id : ids) digest_.Text(id);
  }

  DigestBuilder& digest_;
  const IdIndex& questions_;
};

}  // namespace

std::string ResponseChecker::Digest(const ResponseDraft& draft) const {
  DigestBuilder digest("voortgang.survey.response.v1");
  digest.Text(draft.name).Text(draft.questionnaire_version).Text(draft.unit).Flag(draft.partial);
  if (draft.client_time) {
    digest.Integer(absl::ToUnixMicros(*draft.client_time));
  } else {
    digest.Absent();
  }
  digest.List(draft.answers.size());
  ValueDigest values(digest, questionnaire_->ids());
  for (size_t i = 0; i < answer_of_.size(); ++i) {
    // Those inside groups are digested with their group.
    if (answer_of_[i] < 0 || questionnaire_->questions()[i].group >= 0) continue;
    digest.Text(questionnaire_->ids().id(static_cast<int>(i)));
    std::visit(values, draft.answers[answer_of_[i]].value);
  }
  return digest.FinishOctets();
}

}  // namespace vg::survey
