#include "services/indicators/domain/disclosure/linear_program.h"

#include <Clp_C_Interface.h>

#include <cstddef>
#include <utility>

namespace vg::indicators::disclosure {
namespace {

// What Clp takes for infinite.
double ForClp(double bound) {
  constexpr double kInfinite = std::numeric_limits<double>::max();
  return bound == kUnlimited ? kInfinite : bound == -kUnlimited ? -kInfinite : bound;
}

}  // namespace

struct LinearProgram::Solver {
  Solver() : model(Clp_newModel()) { Clp_setLogLevel(model, 0); }
  ~Solver() { Clp_deleteModel(model); }
  Solver(const Solver&) = delete;
  Solver& operator=(const Solver&) = delete;

  Clp_Simplex* const model;
};

LinearProgram::LinearProgram() = default;
LinearProgram::~LinearProgram() = default;
LinearProgram::LinearProgram(LinearProgram&&) noexcept = default;
LinearProgram& LinearProgram::operator=(LinearProgram&&) noexcept = default;

int LinearProgram::AddColumn(Range range) {
  ranges_.push_back(range);
  return columns() - 1;
}

void LinearProgram::AddRow(std::vector<Term> terms, Range range) {
  rows_.push_back({std::move(terms), range});
}

void LinearProgram::Load() {
  // Clp wants the matrix by column.
  std::vector<std::vector<std::pair<int, double>>> by_column(ranges_.size());
  for (size_t row = 0; row < rows_.size(); ++row) {
    for (const Term& term : rows_[row].terms) {
      by_column[static_cast<size_t>(term.column)].emplace_back(static_cast<int>(row), term.factor);
    }
  }
  std::vector<CoinBigIndex> starts = {0};
  std::vector<int> indexes;
  std::vector<double> factors, column_lower, column_upper, row_lower, row_upper;
  for (size_t column = 0; column < ranges_.size(); ++column) {
    for (const auto& [row, factor] : by_column[column]) {
      indexes.push_back(row);
      factors.push_back(factor);
    }
    starts.push_back(static_cast<CoinBigIndex>(indexes.size()));
    column_lower.push_back(ForClp(ranges_[column].lower));
    column_upper.push_back(ForClp(ranges_[column].upper));
  }
  for (const Row& row : rows_) {
    row_lower.push_back(ForClp(row.range.lower));
    row_upper.push_back(ForClp(row.range.upper));
  }
  const std::vector<double> no_costs(ranges_.size(), 0);
  solver_ = std::make_unique<Solver>();
  Clp_loadProblem(solver_->model, columns(), static_cast<int>(rows_.size()), starts.data(),
                  indexes.data(), factors.data(), column_lower.data(), column_upper.data(),
                  no_costs.data(), row_lower.data(), row_upper.data());
}

LinearProgram::Solution LinearProgram::Minimize(const std::vector<double>& costs) {
  if (solver_ == nullptr) Load();
  Clp_Simplex* const model = solver_->model;
  Clp_chgObjCoefficients(model, costs.data());
  Clp_primal(model, 0);
  Solution solution;
  switch (Clp_status(model)) {
    case 0:
      solution.outcome = Outcome::kOptimal;
      break;
    case 1:
      solution.outcome = Outcome::kInfeasible;
      return solution;
    case 2:
      solution.outcome = Outcome::kUnbounded;
      return solution;
    default:
      return solution;
  }
  solution.value = Clp_objectiveValue(model);
  const double* const values = Clp_primalColumnSolution(model);
  solution.columns.assign(values, values + columns());
  return solution;
}

}  // namespace vg::indicators::disclosure
