# The language, the warnings and what every compilation shares.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Programs in build/<preset>/bin, tests in build/<preset>/test.
set(VOORTGANG_BIN_DIR ${PROJECT_BINARY_DIR}/bin)
set(VOORTGANG_TEST_DIR ${PROJECT_BINARY_DIR}/test)

# The precompiled headers are shared between targets, so whatever a library's package would add for
# some of them (-pthread, _FILE_OFFSET_BITS of hiredis) is given to all.
add_compile_options(-pthread)
add_compile_definitions(_FILE_OFFSET_BITS=64)
add_link_options(-pthread LINKER:--as-needed)

include_directories(${PROJECT_SOURCE_DIR})

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The compiler collects its garbage rarely: a tenth of the time, for half a gigabyte at most.
  add_compile_options("SHELL:--param ggc-min-heapsize=600000")
endif()

# The code of a test is compiled once and run once: it is not worth optimizing.
set(VOORTGANG_TEST_OPTIONS $<$<CONFIG:Debug>:-O0>)

# Hand-written code only; generated code is compiled without.
set(VOORTGANG_WARNINGS
    -Wall -Wextra -Werror
    -Wno-missing-field-initializers  # A designated initializer leaves the rest at its default.
)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND VOORTGANG_WARNINGS
       -Wno-restrict              # g++ 12 sees overlaps in std::string that are not there (PR 105651).
       -Wno-stringop-overflow     # Likewise, in inlined containers.
       -Wno-array-bounds
       -Wno-maybe-uninitialized)  # Fires inside std::optional and absl::StatusOr when optimizing.
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND VOORTGANG_WARNINGS -Wthread-safety)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # What ccache asks for before it will cache a compilation that uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()
