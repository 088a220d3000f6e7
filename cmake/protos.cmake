# vg::protos: the suite's protos and the shared ones they use, generated and compiled once.

set(VOORTGANG_GOOGLEAPIS_DIR /usr/share/gocode/src/github.com/gogo/googleapis CACHE PATH
    "Where google/{api,rpc,type} lie (Debian: golang-github-gogo-googleapis-dev)")
set(VOORTGANG_GRPC_PROTO_DIR /usr/share/grpc-proto CACHE PATH
    "Where grpc/health lies (Debian: grpc-proto)")

set(proto_dir ${PROJECT_SOURCE_DIR}/protos)
set(gen_dir ${PROJECT_BINARY_DIR}/gen)
file(MAKE_DIRECTORY ${gen_dir})

file(GLOB_RECURSE own_protos CONFIGURE_DEPENDS RELATIVE ${proto_dir} ${proto_dir}/voortgang/*.proto)
set(shared_protos
    google/api/annotations.proto google/api/client.proto google/api/http.proto
    google/rpc/code.proto google/rpc/error_details.proto google/rpc/status.proto
    google/type/date.proto google/type/money.proto)
set(health_proto grpc/health/v1/health.proto)

set(import_paths -I ${proto_dir} -I ${VOORTGANG_GOOGLEAPIS_DIR} -I ${VOORTGANG_GRPC_PROTO_DIR})
add_library(vg_protos STATIC)
add_library(vg::protos ALIAS vg_protos)

foreach(proto IN LISTS own_protos shared_protos health_proto)
  if(proto MATCHES "^google/")
    set(root ${VOORTGANG_GOOGLEAPIS_DIR})
  elseif(proto MATCHES "^grpc/")
    set(root ${VOORTGANG_GRPC_PROTO_DIR})
  else()
    set(root ${proto_dir})
  endif()
  string(REGEX REPLACE "\\.proto$" "" base ${proto})
  # One command per generator: protoc's dependency file names the outputs of the last generator only, and ninja takes
  # outputs that it does not name for out of date, always.
  add_custom_command(
      OUTPUT ${gen_dir}/${base}.pb.cc ${gen_dir}/${base}.pb.h
      COMMAND protobuf::protoc ${import_paths} --cpp_out=${gen_dir} --dependency_out=${gen_dir}/${base}.d ${proto}
      DEPENDS ${root}/${proto}
      DEPFILE ${gen_dir}/${base}.d
      COMMENT "Generating ${proto}"
      VERBATIM)
  target_sources(vg_protos PRIVATE ${gen_dir}/${base}.pb.cc ${gen_dir}/${base}.pb.h)
  if(NOT proto MATCHES "^google/")
    add_custom_command(
        OUTPUT ${gen_dir}/${base}.grpc.pb.cc ${gen_dir}/${base}.grpc.pb.h
        COMMAND protobuf::protoc ${import_paths} --grpc_out=${gen_dir}
                --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>
                --dependency_out=${gen_dir}/${base}.grpc.d ${proto}
        DEPENDS ${root}/${proto}
        DEPFILE ${gen_dir}/${base}.grpc.d
        COMMENT "Generating the service of ${proto}"
        VERBATIM)
    target_sources(vg_protos PRIVATE ${gen_dir}/${base}.grpc.pb.cc ${gen_dir}/${base}.grpc.pb.h)
  endif()
  list(APPEND proto_files ${root}/${proto})
endforeach()

target_include_directories(vg_protos SYSTEM PUBLIC ${gen_dir})
target_link_libraries(vg_protos PUBLIC gRPC::grpc++ protobuf::libprotobuf)
target_precompile_headers(vg_protos REUSE_FROM vg_pch_grpc)

# Everything an integrator's tool needs to know about the API, in one file.
set(descriptor_set ${PROJECT_BINARY_DIR}/voortgang.binpb)
add_custom_command(
    OUTPUT ${descriptor_set}
    COMMAND protobuf::protoc ${import_paths} --include_imports --include_source_info
            --descriptor_set_out=${descriptor_set} ${own_protos} ${health_proto}
    DEPENDS ${proto_files}
    COMMENT "Writing voortgang.binpb"
    VERBATIM)
add_custom_target(descriptor_set ALL DEPENDS ${descriptor_set})

# The shared protos as buf's second module (buf.yaml), beside the build folders of the presets.
foreach(proto IN LISTS shared_protos)
  cmake_path(GET proto PARENT_PATH folder)
  file(COPY ${VOORTGANG_GOOGLEAPIS_DIR}/${proto} DESTINATION ${PROJECT_SOURCE_DIR}/build/googleapis/${folder})
endforeach()

if(VOORTGANG_TESTS)
  add_test(NAME buf_lint COMMAND ${PROJECT_SOURCE_DIR}/tools/buf.sh lint)
  set_tests_properties(buf_lint PROPERTIES TIMEOUT 120 LABELS "tree" SKIP_RETURN_CODE 77)
endif()
