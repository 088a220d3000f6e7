# Text files as constants in the program.
#
#   include(embed_text)
#   voortgang_embed_text(NAME report_templates COMPONENT report DIR pages/templates)
#
# called in services/report makes the header-only library vg::report_templates with
# "services/report/pages/templates.h", which holds for every file of the folder a std::string_view of
# namespace vg::report::templates: head.html is kHeadHtml, not_found.html is kNotFoundHtml.
function(voortgang_embed_text)
  cmake_parse_arguments(ARG "" "NAME;COMPONENT;DIR" "" ${ARGN})
  set(directory ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_DIR})
  file(GLOB files CONFIGURE_DEPENDS ${directory}/*)
  list(SORT files)
  if(NOT files)
    message(FATAL_ERROR "voortgang_embed_text: there is no file in ${directory}")
  endif()

  set(constants "")
  foreach(file IN LISTS files)
    cmake_path(GET file FILENAME name)
    string(REGEX MATCHALL "[A-Za-z0-9]+" words "${name}")
    set(constant "k")
    foreach(word IN LISTS words)
      string(SUBSTRING "${word}" 0 1 first)
      string(SUBSTRING "${word}" 1 -1 rest)
      string(TOUPPER "${first}" first)
      string(APPEND constant "${first}${rest}")
    endforeach()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    string(APPEND constants "inline constexpr std::string_view ${constant} = R\"vgtext(${text})vgtext\";\n\n")
  endforeach()

  cmake_path(RELATIVE_PATH directory BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE folder)
  set(include_root ${PROJECT_BINARY_DIR}/gen/${ARG_NAME})
  set(header ${include_root}/${folder}.h)
  string(MAKE_C_IDENTIFIER "VG_${folder}_H_" guard)
  string(TOUPPER "${guard}" guard)
  # Written only when it differs, so that a configure does not rebuild what includes it. The text goes
  # in with a plain write: templates are full of @ and ; and $.
  set(content "// Made from ${folder} by cmake/embed_text.cmake.

#ifndef ${guard}
#define ${guard}

#include <string_view>

namespace vg::${ARG_COMPONENT}::templates {

${constants}}  // namespace vg::${ARG_COMPONENT}::templates

#endif  // ${guard}
")
  set(before "")
  if(EXISTS ${header})
    file(READ ${header} before)
  endif()
  if(NOT before STREQUAL content)
    file(WRITE ${header} "${content}")
  endif()
  add_library(vg_${ARG_NAME} INTERFACE)
  target_include_directories(vg_${ARG_NAME} INTERFACE ${include_root})
  add_library(vg::${ARG_NAME} ALIAS vg_${ARG_NAME})
endfunction()
