// A school filter as SQL.

#ifndef VG_SERVICES_REGISTRY_STORAGE_SCHOOL_CONDITIONS_H_
#define VG_SERVICES_REGISTRY_STORAGE_SCHOOL_CONDITIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "common/sql/value.h"
#include "services/registry/domain/school.h"

namespace vg::registry {

// Conditions joined by AND, with their parameters. Lists are filled up to a power of two with their
// last item, so that lists of many lengths share few prepared statements.
class Conditions {
 public:
  // $1, and so on.
  std::string Parameter(sql::Value value);
  void Add(std::string condition);
  void AddIn(std::string_view column, const std::vector<std::string>& values);
  void AddIn(std::string_view column, const std::vector<int64_t>& values);
  void AddSchools(const SchoolFilter& filter);

  const std::string& where() const { return where_; }
  const std::vector<sql::Value>& parameters() const { return parameters_; }

 private:
  template <typename T>
  void AddList(std::string_view column, const std::vector<T>& values);

  std::string where_;
  std::vector<sql::Value> parameters_;
};

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_STORAGE_SCHOOL_CONDITIONS_H_
