# A service's migrations as constants in the program.
#
#   voortgang_embed_sql(NAME survey_schema COMPONENT survey DIR storage/migrations)
#
# called in services/survey takes storage/migrations/0001_name.sql, 0002_…, numbered without gaps, and
# makes the header-only library vg::survey_schema with "services/survey/storage/schema.h", which
# holds `vg::survey::kSchema` (a sql::Schema, see common/sql/migrations.h).
function(voortgang_embed_sql)
  cmake_parse_arguments(ARG "" "NAME;COMPONENT;DIR" "" ${ARGN})
  set(directory ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_DIR})
  file(GLOB files CONFIGURE_DEPENDS ${directory}/*.sql)
  list(SORT files)
  if(NOT files)
    message(FATAL_ERROR "voortgang_embed_sql: there is no .sql file in ${directory}")
  endif()

  set(rows "")
  set(version 0)
  foreach(file IN LISTS files)
    math(EXPR version "${version} + 1")
    cmake_path(GET file STEM LAST_ONLY name)
    string(REGEX MATCH "^[0-9]+" digits "${name}")
    string(REGEX REPLACE "^0+" "" number "${digits}")
    if(NOT number STREQUAL version)
      message(FATAL_ERROR "${file}: number ${version} is expected here; they run 0001, 0002, …")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} sql)
    string(APPEND rows "    {${version}, \"${name}\", R\"vgsql(${sql})vgsql\"},\n")
  endforeach()

  cmake_path(GET directory PARENT_PATH folder)
  cmake_path(RELATIVE_PATH folder BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
  set(include_root ${PROJECT_BINARY_DIR}/gen/${ARG_NAME})
  set(header ${include_root}/${folder}/schema.h)
  string(MAKE_C_IDENTIFIER "VG_${folder}_SCHEMA_H_" guard)
  string(TOUPPER "${guard}" guard)
  # Written only when it differs, so that a configure does not rebuild what includes it.
  file(CONFIGURE OUTPUT ${header} @ONLY CONTENT "// Made from ${folder}/migrations by cmake/embed_sql.cmake.

#ifndef @guard@
#define @guard@

#include \"common/sql/migrations.h\"

namespace vg::@ARG_COMPONENT@ {

inline constexpr sql::Migration kMigrations[] = {
@rows@};
inline constexpr sql::Schema kSchema = {\"@ARG_COMPONENT@\", kMigrations};

}  // namespace vg::@ARG_COMPONENT@

#endif  // @guard@
")
  add_library(vg_${ARG_NAME} INTERFACE)
  target_include_directories(vg_${ARG_NAME} INTERFACE ${include_root})
  voortgang_link(vg_${ARG_NAME} INTERFACE vg::sql)
  add_library(vg::${ARG_NAME} ALIAS vg_${ARG_NAME})
endfunction()
