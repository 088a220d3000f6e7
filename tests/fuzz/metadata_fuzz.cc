// Any bytes as what a call brings beside its request, and as a page token: what is made of it is
// well formed, and a token opens to what was put in.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/grpc/page_token.h"
#include "common/grpc/trace.h"
#include "voortgang/registry/v1/registry_service.pb.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void TryTrace(std::string_view text) {
  const std::string id = vg::rpc::RequestIdFrom(text);
  Require(!id.empty() && id.size() <= 128 && vg::rpc::RequestIdFrom(id) == id);
  const std::string span = vg::rpc::TraceparentFrom(text);
  Require(vg::rpc::TraceIdOf(span).size() == 32 && vg::rpc::SpanIdOf(span).size() == 16);
  Require(vg::rpc::TraceIdOf(vg::rpc::TraceparentFrom(span)) == vg::rpc::TraceIdOf(span));
}

void TryToken(std::string_view text, size_t keys) {
  voortgang::registry::v1::ListSchoolsRequest request;
  request.set_page_token(std::string(text));
  const auto page = vg::rpc::OpenPage(request);
  Require(page.ok() || absl::IsInvalidArgument(page.status()));
  // Nobody but us should make tokens; nothing keeps others from it.
  request.set_page_token(vg::rpc::NextPageToken(request, text));
  const auto made = vg::rpc::OpenPage(request);
  Require(made.ok() && made->position == text);
  const auto position = vg::rpc::UnpackPosition(text, keys);
  if (!position.ok()) return;
  Require(position->size() == keys);
  const auto again = vg::rpc::UnpackPosition(vg::rpc::PackPosition(*position), keys);
  Require(again.ok() && *again == *position);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 4 == 0) {
    TryTrace(text);
  } else {
    TryToken(text, data[0] % 4);
  }
  return 0;
}
