// What a cell of a statistical table says: a number, or why there is none.

#ifndef VG_COMMON_TEXT_CELLS_H_
#define VG_COMMON_TEXT_CELLS_H_

#include <cstdint>
#include <string_view>

#include "common/numeric/exact.h"

namespace vg {

enum class CellState {
  kValue,
  kSuppressed,     // "<5", "< 5", "x": there is a number, and it is withheld. Not zero.
  kMissing,        // Blank, "." or "-".
  kNotApplicable,  // "N.v.t.", "nvt", "n/a".
  kMalformed,      // Anything else.
};

struct CountCell {
  CellState state = CellState::kMissing;
  int64_t value = 0;  // If kValue: not negative.
  int64_t below = 0;  // If kSuppressed as "<5": 5; otherwise 0, unknown.
};

struct NumberCell {
  CellState state = CellState::kMissing;
  Exact value;  // If kValue.
};

struct CellOptions {
  // What the publisher of this file writes for a suppressed count, beside "<n" and "x"; some files
  // write -1. Empty: nothing more.
  std::string_view suppressed_token;
};

enum class DecimalMark {
  kComma,   // "1,5" and ",5"; a point is malformed.
  kPoint,   // "1.5" and ".5"; a comma is malformed.
  kEither,  // One of them, once.
};

// A whole number from 0: "12", "0012". "12,0" and "1.234" are malformed.
CountCell ParseCountCell(std::string_view text, const CellOptions& options = {});

// A decimal number, also negative, with or without digits before the mark. No grouping: "1.234,5"
// is malformed, because a guess could be a thousand times wrong.
NumberCell ParseNumberCell(std::string_view text, DecimalMark mark = DecimalMark::kEither,
                           const CellOptions& options = {});

}  // namespace vg

#endif  // VG_COMMON_TEXT_CELLS_H_
