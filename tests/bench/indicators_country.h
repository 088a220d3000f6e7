// A made-up country that answers a questionnaire, the same each time.

#ifndef VG_TESTS_BENCH_INDICATORS_COUNTRY_H_
#define VG_TESTS_BENCH_INDICATORS_COUNTRY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/feed/feed.h"
#include "services/indicators/domain/units.h"

namespace vg::bench {

struct CountryOptions {
  int schools = 9'000;
  int municipalities = 345;
  int64_t responses = 1'000'000;
};

std::string SchoolName(int school);

// Municipalities of very different sizes, twelve provinces, three sectors, five denominations, four
// sizes; one in ten schools, the ones that `Answers` says no to, answers nothing.
std::vector<indicators::Unit> SchoolsOf(const CountryOptions& options);
bool Answers(int school);

// What one member of staff says, the number of the response decides.
struct StaffAnswers {
  int school = 0;
  int position = 0, involved = 0;  // Options of the example questionnaire, in its order.
  int effects[4] = {0, 0, 0, 0};   // Likewise, by row.
  int hours_tenths = 0;            // 0 to 400.

  // Whether the effect on wellbeing is called positive: what the bench breaks down.
  bool wellbeing_positive() const { return effects[0] < 2; }
};
// Questions answered in one response; each row of the matrix is one.
inline constexpr int kAnswersPerResponse = 7;
StaffAnswers AnswersOf(const CountryOptions& options, int64_t response);

// The response as the survey's feed carries it, numbered within its partition; `heads` moves along.
feed::Entry EntryOf(const CountryOptions& options, int64_t response, feed::Cursors& heads);

}  // namespace vg::bench

#endif  // VG_TESTS_BENCH_INDICATORS_COUNTRY_H_
