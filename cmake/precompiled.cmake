# Shared precompiled headers: built once, used by every target that asks for them.
#
#   base   the standard library and Abseil's status
#   grpc   base, gRPC and the common messages of protobuf
# Either comes with GoogleTest for tests.

set(VOORTGANG_PCH_BASE
    <algorithm> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <sstream> <string> <string_view>
    <tuple> <unordered_map> <utility> <variant> <vector>
    "absl/base/thread_annotations.h" "absl/container/flat_hash_map.h" "absl/status/status.h"
    "absl/status/statusor.h" "absl/strings/str_cat.h" "absl/strings/str_format.h" "absl/strings/str_join.h"
    "absl/strings/str_split.h" "absl/synchronization/mutex.h" "absl/time/civil_time.h" "absl/time/time.h")
set(VOORTGANG_PCH_GRPC
    "google/protobuf/descriptor.h" "google/protobuf/duration.pb.h" "google/protobuf/empty.pb.h"
    "google/protobuf/field_mask.pb.h" "google/protobuf/message.h" "google/protobuf/timestamp.pb.h"
    "google/protobuf/util/json_util.h" "grpcpp/grpcpp.h" "grpcpp/support/client_callback.h"
    "grpcpp/support/server_callback.h" "grpcpp/support/sync_stream.h")
set(VOORTGANG_PCH_GTEST "gmock/gmock.h" "gtest/gtest.h")

function(voortgang_pch name)
  cmake_parse_arguments(ARG "" "" "HEADERS;DEPS;OPTIONS" ${ARGN})
  set(source ${PROJECT_BINARY_DIR}/pch/${name}.cc)
  if(NOT EXISTS ${source})
    file(WRITE ${source} "// Precompiled headers need one source.\n")
  endif()
  add_library(${name} STATIC ${source})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
  list(TRANSFORM ARG_HEADERS REPLACE "^([^<].*)$" "<\\1>")
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

set(grpc_deps gRPC::grpc++ protobuf::libprotobuf absl::statusor absl::str_format absl::synchronization absl::time
    absl::flat_hash_map)
voortgang_pch(vg_pch_base HEADERS ${VOORTGANG_PCH_BASE} DEPS ${grpc_deps})
voortgang_pch(vg_pch_grpc HEADERS ${VOORTGANG_PCH_BASE} ${VOORTGANG_PCH_GRPC} DEPS ${grpc_deps})
if(VOORTGANG_TESTS)
  voortgang_pch(vg_pch_base_test HEADERS ${VOORTGANG_PCH_BASE} ${VOORTGANG_PCH_GTEST}
                DEPS ${grpc_deps} GTest::gmock OPTIONS ${VOORTGANG_TEST_OPTIONS})
  voortgang_pch(vg_pch_grpc_test HEADERS ${VOORTGANG_PCH_BASE} ${VOORTGANG_PCH_GRPC} ${VOORTGANG_PCH_GTEST}
                DEPS ${grpc_deps} GTest::gmock OPTIONS ${VOORTGANG_TEST_OPTIONS})
endif()
