// The order in which questions can be evaluated, where calculations read whatever they like.

#ifndef VG_SERVICES_SURVEY_DOMAIN_EVALUATION_ORDER_H_
#define VG_SERVICES_SURVEY_DOMAIN_EVALUATION_ORDER_H_

#include <vector>

namespace vg::survey {

// A question, by its place among those it stands with.
struct Reader {
  bool calculated = false;
  std::vector<int> reads;  // Places of what its rules name, each once.
};

struct EvaluationOrder {
  // Every place once: questions that are put stay in order, and each calculation follows the last
  // of them that it reads, directly or through others.
  std::vector<int> order;
  // Cycles, one for every way back that was met, so that breaking all of them leaves none: a, b, c
  // where a reads b, b reads c and c reads a; each begins with its earliest question.
  std::vector<std::vector<int>> cycles;
};

EvaluationOrder OrderOf(const std::vector<Reader>& readers);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_EVALUATION_ORDER_H_
