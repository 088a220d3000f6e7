// Secondary suppression: what else to hide so that hidden cells cannot be computed.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SUPPRESSION_H_
#define VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SUPPRESSION_H_

#include <memory>
#include <string>
#include <vector>

#include "services/indicators/domain/disclosure/feasibility.h"

namespace vg::indicators::disclosure {

// Why a cell is hidden; kNone: it is shown. See the API's HiddenReason.
enum class Reason { kNone, kFrequency, kDominance, kSecondary, kDifferencing };

enum class QuantityKind { kRecords, kUnits, kSum, kRest };

// One number of every cell.
struct Quantity {
  QuantityKind kind = QuantityKind::kRecords;
  std::string category;        // Of kSum and kRest; empty for a proportion or mean.
  std::vector<double> values;  // By atom.
  // Nothing limits an atom from below: the sum of a mean.
  bool may_be_negative = false;

  friend bool operator==(const Quantity&, const Quantity&) = default;
};

// How uncertain a number of a hidden cell must remain.
struct Need {
  int quantity = 0;
  double width = 0;
  // Enough, too, if the number is known to be nought, and nobody can tell the cell's from so many
  // records: that none of many did something is a figure like any other.
  double or_none_of = kUnlimited;

  friend bool operator==(const Need&, const Need&) = default;
};

// A table of the problem: cells that are decided together, beside its ancestors.
struct TableCells {
  std::vector<int> cells;
  std::vector<int> ancestors;  // Tables before it that are seen with it.
  // Whether anybody asks what it hides; otherwise it may be left undecided, if no table that can be
  // protected is seen with it.
  bool wanted = true;
};

inline constexpr int kManyHolders = -1;
inline constexpr int kNoHolder = -2;

// What changes when figures do, while the cells stay the same.
struct CellNumbers {
  std::vector<double> costs;             // By cell: what is lost if it is hidden, above 0.
  std::vector<Reason> reasons;           // By cell: why it is hidden by itself.
  std::vector<std::vector<Need>> needs;  // By cell; of those hidden by themselves.
  std::vector<Quantity> quantities;      // kRecords first.
  // By atom: who alone contributes to it and so knows it, or kManyHolders, kNoHolder.
  std::vector<int> holders;

  friend bool operator==(const CellNumbers&, const CellNumbers&) = default;
};

struct SuppressionProblem : CellNumbers {
  Cells cells;
  std::vector<TableCells> tables;  // Coarse ones first. Every cell is in one table.
};

struct DecidedPart;
// How a table was decided, so that what has not changed need not be decided again.
struct TableDecision {
  std::vector<Reason> reasons;  // By cell, before; what divides the table into parts.
  std::vector<std::shared_ptr<const DecidedPart>> parts;
};

struct Suppression {
  std::vector<Reason> reasons;  // By cell.
  // By table: nothing but hiding its cells altogether, even that they are there, would do; or it is
  // so fine that it cannot be told in time what would.
  std::vector<bool> withheld;
  std::vector<TableDecision> decisions;  // By table; without parts if it was not decided.
};

// Hides further cells, table by table, until what is shown of a table and its ancestors leaves
// every hidden cell as uncertain as it needs to be, and, as long as there is something to hide, no
// number of records is known exactly even to a holder who knows its own. What is decided of an
// ancestor stands. A cell of the same atoms as one of an ancestor is shown as that
// is. Hides little, by costs, but not always the least: finding that is a problem that takes
// exponential time. Deterministic.
//
// `earlier` is the outcome for the same cells and tables with other numbers, or null. Of it the
// parts are taken over of which no number has changed: the outcome is that without it.
Suppression Suppress(const SuppressionProblem& problem, const Suppression* earlier = nullptr);

// What a holder who knows its own must still be left with of another's cell: some doubt.
inline constexpr Need kNeedBesideHolder = {.quantity = 0, .width = 1};

// What is known of `quantity` by whoever sees the cells of `visible` tables as `reasons` has them.
// `known_holder`: one who knows its own, or kNoHolder.
Knowledge WhatIsKnown(const SuppressionProblem& problem, const std::vector<Reason>& reasons,
                      const std::vector<int>& visible, int quantity, int known_holder = kNoHolder);

// Whether nobody but the holder contributes to the cell.
bool KnowsAnyway(const SuppressionProblem& problem, int cell, int holder);

// Whether `need` of `cell` is met; `records` is of the number of records and what is known of it.
bool IsMet(const Need& need, int cell, Feasibility& feasibility, Feasibility& records);

}  // namespace vg::indicators::disclosure

#endif  // VG_SERVICES_INDICATORS_DOMAIN_DISCLOSURE_SUPPRESSION_H_
