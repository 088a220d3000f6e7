// What can be worked out about hidden numbers from shown ones.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_FEASIBILITY_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_FEASIBILITY_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "services/indicators/domain/disclosure/linear_program.h"

namespace vg::indicators::disclosure {

// A cell that is absent is in no table that anybody sees.
enum class Visibility : uint8_t { kAbsent, kShown, kHidden };

// Cells of tables, laid side by side, as sums over *atoms*: the finest classes of units that any of
// the tables tells apart. A total is the cell of all atoms. Whatever adds up in any table follows.
struct Cells {
  int atoms = 0;
  std::vector<std::vector<int>> members;  // By cell: its atoms, ascending.

  int size() const { return static_cast<int>(members.size()); }
};

// What somebody knows of one number of every cell, besides which atoms there are.
struct Knowledge {
  std::vector<Visibility> visibility;  // By cell.
  std::vector<double> values;          // By atom: the truth; the sums of shown cells are known.
  std::vector<Range> atoms;            // By atom: the least and the most that it can be.
};

// How much was solved: a measure of time that does not depend on the machine, about a microsecond.
struct Effort {
  size_t spent = 0;

  // A linear program of so many columns, solved from the solution before. Larger ones take more
  // rounds, and each round longer.
  void Add(size_t columns) { spent += columns + columns * columns / 400; }
};

// Solutions of a part that a first look at it takes.
inline constexpr size_t kDirections = 6;

// The feasible values of each cell: the least and the most over all atoms that agree with what is
// known. Parts of the tables that share nothing unknown are taken apart; a part with one sum is
// solved by itself, others by linear programming. Atoms may be fractions, so that the range is at
// least as wide as that of whole numbers; both are the same where tables cross in one or two ways.
// Parts of more than `largest_program` atoms are looked at one sum at a time, which may give wider
// ranges. `cells` and `knowledge` must outlive it. Not thread-safe.
class Feasibility {
 public:
  // `effort`, if given, counts what is solved.
  Feasibility(const Cells& cells, const Knowledge& knowledge,
              size_t largest_program = std::numeric_limits<size_t>::max(),
              Effort* effort = nullptr);

  // Values of all atoms that agree with what is known. They still do when less is known: then they
  // may be handed on, and spare work.
  using Witnesses = std::vector<std::vector<double>>;
  void Add(Witnesses witnesses);
  Witnesses TakeWitnesses() { return std::move(witnesses_); }

  Range Of(int cell);
  // Whether the range of `cell` is at least so wide; often known without solving for it.
  bool Reaches(int cell, double width);
  // Atoms of the largest part that linear programming is needed for.
  size_t largest_tangle() const;

 private:
  struct Sum {
    std::vector<int> atoms;
    double value = 0;
  };
  struct Part {
    std::vector<int> atoms;
    std::vector<Sum> sums;
    std::vector<LinearProgram> program;  // One, once needed.
  };

  void Learn(int atom);
  // Leaves in sums_ what is not known of shown sums.
  void FindKnown();
  void Divide();
  // Of the sum over `atoms`, all of `part`.
  Range Solve(Part& part, const std::vector<int>& atoms);
  // The same from nothing but `sum`, which is over them.
  Range SolveOne(const Sum& sum, const std::vector<int>& atoms) const;
  Range SolveEach(const Part& part, const std::vector<int>& atoms) const;
  Range SolveProgram(Part& part, const std::vector<int>& atoms);
  // One solution of the part, which becomes a witness.
  LinearProgram::Solution Minimize(Part& part, const std::vector<double>& costs);
  // Looks into a few directions by chance, the same always.
  void Explore(Part& part);
  Range Witnessed(const std::vector<int>& atoms) const;
  double Truth(const std::vector<int>& atoms) const;
  // The unknown atoms of `cell` by part.
  std::map<int, std::vector<int>> ByPart(int cell) const;

  const Cells& cells_;
  const Knowledge& knowledge_;
  const size_t largest_program_;
  Effort* const effort_;
  std::vector<Range> ranges_;  // By atom, as narrow as single sums make them.
  std::vector<char> known_;    // By atom.
  std::vector<int> part_of_;   // By atom; -1: known.
  std::vector<int> place_;     // By atom: its place in its part.
  std::vector<Sum> sums_;      // Before they are divided.
  std::vector<Part> parts_;
  Witnesses witnesses_;
};

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_FEASIBILITY_H_
