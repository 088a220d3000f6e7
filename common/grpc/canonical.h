// Bytes and hashes of messages that do not depend on the order in which they were filled.

#ifndef VG_COMMON_GRPC_CANONICAL_H_
#define VG_COMMON_GRPC_CANONICAL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "google/protobuf/message.h"

namespace vg::rpc {

// Deterministic within one build: for tokens and etags that live for hours, not for digests.
std::string DeterministicBytes(const google::protobuf::Message& message);

// FNV-1a, 64 bits, mixed at the end: guards against accidents, not against attackers.
uint64_t Checksum(std::string_view bytes);

// Eight bytes, most significant first.
std::string BigEndian(uint64_t number);

// Clears the field `name` of `message`, if it has one.
void ClearNamed(std::string_view name, google::protobuf::Message& message);

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_CANONICAL_H_
