// Sums by unit, in columns: what figures are computed from in memory.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_COLUMNS_H_
#define VG_SERVICES_INDICATORS_DOMAIN_COLUMNS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "services/indicators/domain/measure.h"

namespace vg::indicators {

// Names of units as numbers from 0, given once and never taken back. Not thread-safe.
class UnitNumbers {
 public:
  // Gives a new name the next number.
  int Number(const std::string& name);
  const std::string& name(int number) const { return *names_[static_cast<size_t>(number)]; }
  int size() const { return static_cast<int>(names_.size()); }

 private:
  std::unordered_map<std::string, int> numbers_;
  std::vector<const std::string*> names_;  // Of numbers_.
};

// The sums of one indicator in one wave, by the number of the unit. Readers share it while it does
// not change; a writer has it for itself.
class SumsColumns {
 public:
  // Of one category. Columns that hold nothing but zeros are empty, and any may be shorter than
  // there are units.
  struct Category {
    std::string name;
    std::vector<int64_t> n, sum, squares;

    Sums At(int unit) const;
    // One more than the largest number of a unit that has any.
    int size() const;
  };

  void Add(int unit, const std::string& category, const Sums& sums);

  // Of the base row; may be shorter than there are units.
  const std::vector<Sums>& base() const { return base_; }
  Sums BaseAt(int unit) const {
    return static_cast<size_t>(unit) < base_.size() ? base_[static_cast<size_t>(unit)] : Sums();
  }
  // In the order in which they came.
  const std::vector<Category>& categories() const { return categories_; }
  const Category* Find(const std::string& name) const;
  // One more than the largest number of a unit that anything was added for.
  int size() const { return size_; }

  // Another number whenever the sums, or which units have any, changed: what was made of them may
  // be kept under it. No two columns of a process ever have the same.
  uint64_t content() const { return content_; }
  uint64_t presence() const { return presence_; }
  // The content that there was once the unit's sums had become what they are: of several units the
  // largest names the sums of them all. Of units before size().
  uint64_t changed(int unit) const { return changed_[static_cast<size_t>(unit)]; }

  // Bytes that it takes.
  size_t bytes() const;

 private:
  static uint64_t NextStamp();

  int size_ = 0;
  std::vector<Sums> base_;
  std::vector<uint64_t> changed_;  // By unit.
  std::vector<Category> categories_;
  std::unordered_map<std::string, size_t> by_name_;
  uint64_t content_ = NextStamp();
  uint64_t presence_ = NextStamp();
};

// One value per attribute of the breakdown.
using Group = std::vector<std::string>;

// In which group of a table each unit is, by its number.
struct TableIndex {
  std::vector<Group> groups;  // In the order of their values; none without a breakdown.
  std::vector<int> group_of;  // Place in `groups`; -1: in none.
};

// What a table is made of. Borrows all.
struct UnitFigures {
  const SumsColumns* sums = nullptr;
  const TableIndex* index = nullptr;
  const std::vector<char>* left_out = nullptr;  // By a filter, by unit; null: none.
  // The unit's row in the design, by unit, -1: not there; null: there is no design.
  const std::vector<int>* design_rows = nullptr;
  // Who knows the unit's figures, by unit; null: nobody but itself.
  const std::vector<int>* holders = nullptr;

  bool LeavesOut(int unit) const {
    return left_out != nullptr && (*left_out)[static_cast<size_t>(unit)] != 0;
  }
  int GroupOf(int unit) const { return index->group_of[static_cast<size_t>(unit)]; }
  int HolderOf(int unit) const {
    return holders == nullptr ? unit : (*holders)[static_cast<size_t>(unit)];
  }
  int DesignRow(int unit) const {
    return design_rows == nullptr ? -1 : (*design_rows)[static_cast<size_t>(unit)];
  }
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_COLUMNS_H_
