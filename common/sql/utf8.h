// Internal to common/sql.

#ifndef VG_COMMON_SQL_UTF8_H_
#define VG_COMMON_SQL_UTF8_H_

#include <string_view>

namespace vg::sql {

// Whether `text` is what both engines can keep as text: well-formed UTF-8 (no surrogates, no
// overlong forms) without zero bytes. SQLite would take anything; PostgreSQL refuses.
bool IsStorableText(std::string_view text);

}  // namespace vg::sql

#endif  // VG_COMMON_SQL_UTF8_H_
