// What the benches send: responses of staff with thirty answers each, about 1,500 schools.

#ifndef VG_TESTS_BENCH_WORKLOAD_H_
#define VG_TESTS_BENCH_WORKLOAD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/survey/peers/registry.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::bench {

namespace v1 = voortgang::survey::v1;

inline constexpr int kQuestions = 30;
inline constexpr int kSchools = 1'500;

v1::PublishQuestionnaireRequest Questionnaire();
v1::OpenWaveRequest Wave();
// A registry that knows the schools.
std::unique_ptr<survey::Registry> MakeRegistry();

// Response `number` of the wave, and parts of it. Each number is sent once.
v1::Response Response(int64_t number);
std::string ResponseName(int64_t number);
std::string ResponseUnit(int64_t number);

// Makes whole batches out of bytes, because building messages would take as much of the machine as
// the server under load.
class Batches {
 public:
  explicit Batches(int size);

  int size() const { return size_; }
  // An ImportResponsesRequest with responses `first` and on.
  std::string Request(int64_t first) const;
  // Each of these responses by itself.
  std::vector<std::string> Rows(int64_t first) const;

 private:
  const int size_;
  std::vector<std::string> tails_;  // One response per school, without its name.
};

}  // namespace vg::bench

#endif  // VG_TESTS_BENCH_WORKLOAD_H_
