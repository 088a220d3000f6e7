// Linear programs, solved by COIN-OR's Clp.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_LINEAR_PROGRAM_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_LINEAR_PROGRAM_H_

#include <limits>
#include <memory>
#include <vector>

namespace vg::indicators::disclosure {

inline constexpr double kUnlimited = std::numeric_limits<double>::infinity();

// Values between two ends, which belong to it.
struct Range {
  double lower = 0;
  double upper = kUnlimited;

  double width() const { return upper - lower; }
  friend bool operator==(const Range&, const Range&) = default;
};

// Columns with a range each, and rows: sums of columns with a range each. Built once, then solved
// for as many objectives as wanted; each solution begins at the one before, which makes many
// objectives over the same rows quick. Not thread-safe; different programs are independent.
class LinearProgram {
 public:
  struct Term {
    int column = 0;
    double factor = 1;
  };

  LinearProgram();
  ~LinearProgram();
  LinearProgram(LinearProgram&&) noexcept;
  LinearProgram& operator=(LinearProgram&&) noexcept;

  // The column's number, from 0.
  int AddColumn(Range range);
  void AddRow(std::vector<Term> terms, Range range);
  int columns() const { return static_cast<int>(ranges_.size()); }

  enum class Outcome { kOptimal, kUnbounded, kInfeasible, kFailed };
  struct Solution {
    Outcome outcome = Outcome::kFailed;
    double value = 0;
    std::vector<double> columns;
  };
  // The least of Σ cost × column. Columns and rows cannot be added any more.
  Solution Minimize(const std::vector<double>& costs);

 private:
  struct Solver;
  struct Row {
    std::vector<Term> terms;
    Range range;
  };
  void Load();

  std::vector<Range> ranges_;
  std::vector<Row> rows_;
  std::unique_ptr<Solver> solver_;  // Once loaded.
};

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_LINEAR_PROGRAM_H_
