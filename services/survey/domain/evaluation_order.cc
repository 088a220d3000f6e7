#include "services/survey/domain/evaluation_order.h"

#include <algorithm>

namespace vg::survey {
namespace {

// Walks what each question reads, depth first.
class Walk {
 public:
  explicit Walk(const std::vector<Reader>& readers)
      : readers_(readers), state_(readers.size(), State::kNew), last_put_(readers.size(), -1) {}

  EvaluationOrder Run() {
    for (int i = 0; i < size(); ++i) Visit(i);
    std::vector<std::vector<int>> after(readers_.size() +
                                        1);  // Calculations by what they wait for.
    for (const int calculation : calculations_) {
      after[last_put_[calculation] + 1].push_back(calculation);
    }
    for (int i = -1; i < size(); ++i) {
      if (i >= 0 && !readers_[i].calculated) out_.order.push_back(i);
      out_.order.insert(out_.order.end(), after[i + 1].begin(), after[i + 1].end());
    }
    return std::move(out_);
  }

 private:
  enum class State { kNew, kOpen, kDone };

  int size() const { return static_cast<int>(readers_.size()); }

  void Visit(int place) {
    if (state_[place] != State::kNew) return;
    state_[place] = State::kOpen;
    path_.push_back(place);
    for (const int read : readers_[place].reads) {
      if (state_[read] == State::kOpen) {
        AddCycle(read);
        continue;
      }
      Visit(read);
      last_put_[place] =
          std::max(last_put_[place], readers_[read].calculated ? last_put_[read] : read);
    }
    path_.pop_back();
    state_[place] = State::kDone;
    // What it reads is listed before it.
    if (readers_[place].calculated) calculations_.push_back(place);
  }

  void AddCycle(int begin) {
    std::vector<int> cycle(std::find(path_.begin(), path_.end(), begin), path_.end());
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    out_.cycles.push_back(std::move(cycle));
  }

  const std::vector<Reader>& readers_;
  std::vector<State> state_;
  std::vector<int> last_put_;  // The last question put that a calculation reads; -1: none.
  std::vector<int> path_;
  std::vector<int> calculations_;
  EvaluationOrder out_;
};

}  // namespace

EvaluationOrder OrderOf(const std::vector<Reader>& readers) { return Walk(readers).Run(); }

}  // namespace vg::survey
