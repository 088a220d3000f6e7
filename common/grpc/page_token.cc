#include "common/grpc/page_token.h"

#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"

#include "common/grpc/canonical.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::rpc {
namespace {

// A token is the base64 of: version, hash of the query, checksum of the rest, position.
constexpr char kVersion = 1;
constexpr size_t kHashBytes = 8;
constexpr size_t kHeaderBytes = 1 + 2 * kHashBytes;

absl::Status Mismatch() {
  return InvalidField("page_token", "PAGE_TOKEN_MISMATCH",
                      "must be the next_page_token of the same request with nothing changed but "
                      "the page size; leave it empty to start again");
}

// The query is the request without its place in it.
std::string QueryHash(const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> query(request.New());
  query->CopyFrom(request);
  ClearNamed("page_size", *query);
  ClearNamed("page_token", *query);
  return BigEndian(Checksum(absl::StrCat(request.GetTypeName(), "\n", DeterministicBytes(*query))));
}

std::string Seal(const std::string& query_hash, std::string_view position) {
  return BigEndian(Checksum(absl::StrCat(query_hash, Av(position))));
}

const google::protobuf::FieldDescriptor& FieldOf(const google::protobuf::Message& request,
                                                 const char* name) {
  const auto* field = request.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr) std::abort();  // Not a List request.
  return *field;
}

}  // namespace

absl::StatusOr<Page> OpenPage(const google::protobuf::Message& request, PageLimits limits) {
  const google::protobuf::Reflection& fields = *request.GetReflection();
  const int wanted = fields.GetInt32(request, &FieldOf(request, "page_size"));
  if (wanted < 0) {
    return InvalidField("page_size", "PAGE_SIZE_NEGATIVE",
                        absl::StrCat("must be 0 (for ", limits.default_size, ") or more, at most ",
                                     limits.max_size));
  }
  Page page;
  page.size =
      static_cast<size_t>(wanted == 0 ? limits.default_size : std::min(wanted, limits.max_size));
  const std::string token = fields.GetString(request, &FieldOf(request, "page_token"));
  if (token.empty()) return page;
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() < kHeaderBytes ||
      bytes[0] != kVersion) {
    return Mismatch();
  }
  const std::string hash = bytes.substr(1, kHashBytes);
  page.position = bytes.substr(kHeaderBytes);
  if (hash != QueryHash(request) ||
      bytes.substr(1 + kHashBytes, kHashBytes) != Seal(hash, page.position)) {
    return Mismatch();
  }
  return page;
}

std::string NextPageToken(const google::protobuf::Message& request, std::string_view position) {
  const std::string hash = QueryHash(request);
  std::string bytes(1, kVersion);
  bytes += hash;
  bytes += Seal(hash, position);
  bytes += position;
  return absl::WebSafeBase64Escape(bytes);
}

std::string PackPosition(const std::vector<std::string>& keys) {
  std::string position;
  for (const std::string& key : keys) absl::StrAppend(&position, key.size(), ":", key);
  return position;
}

absl::StatusOr<std::vector<std::string>> UnpackPosition(std::string_view position, size_t count) {
  if (position.empty()) return std::vector<std::string>(count);
  std::vector<std::string> keys;
  while (!position.empty()) {
    const size_t colon = position.find(':');
    size_t size = 0;
    if (colon == std::string_view::npos ||
        !absl::SimpleAtoi(Av(position.substr(0, colon)), &size) ||
        size > position.size() - colon - 1) {
      return Mismatch();
    }
    keys.emplace_back(position.substr(colon + 1, size));
    position.remove_prefix(colon + 1 + size);
  }
  if (keys.size() != count) return Mismatch();
  return keys;
}

}  // namespace vg::rpc
