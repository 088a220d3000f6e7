// Finding a prepared statement by its text without copying the text. Internal to common/sql.

#ifndef VG_COMMON_SQL_STATEMENT_KEY_H_
#define VG_COMMON_SQL_STATEMENT_KEY_H_

#include <cstddef>
#include <functional>
#include <string_view>

namespace vg::sql {

struct StatementHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_STATEMENT_KEY_H_
