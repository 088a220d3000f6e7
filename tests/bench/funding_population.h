// A made-up country to allocate money over, the same each time.

#ifndef VG_TESTS_BENCH_FUNDING_POPULATION_H_
#define VG_TESTS_BENCH_FUNDING_POPULATION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/funding/domain/calculation/recipient_source.h"

namespace vg::bench {

// Schools as columns, for those who compute by columns. Scores are hundredths; -1: none.
struct Country {
  std::vector<int64_t> pupils[funding::kSchoolTypes];
  std::vector<int64_t> score_hundredths;
  std::vector<int64_t> cumi;  // -1: none.
  std::vector<int> kind;      // 0 bo, 1 sbo, 2 (v)so, 3 vo.
  std::vector<int> municipality;
  std::vector<int64_t> municipal_score_hundredths;

  size_t schools() const { return kind.size(); }
  size_t municipalities() const { return municipal_score_hundredths.size(); }
};

Country MakeCountry(size_t schools, size_t municipalities);

// The same as the service reads them: by code, some at a time, made when they are read. Borrows the
// country.
class SchoolsOf final : public funding::RecipientSource {
 public:
  explicit SchoolsOf(const Country& country) : country_(country) {}
  absl::StatusOr<std::unique_ptr<funding::RecipientReader>> Read() const override;

 private:
  const Country& country_;
};
std::vector<funding::Recipient> MunicipalitiesOf(const Country& country);

// The place in the country of a school or municipality by its code.
size_t PlaceOf(const std::string& code);

}  // namespace vg::bench

#endif  // VG_TESTS_BENCH_FUNDING_POPULATION_H_
