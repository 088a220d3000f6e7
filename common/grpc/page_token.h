// Paging as AIP-158 has it, by position and not by offset.
//
//   ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, {.default_size = 100}));
//   ASSIGN_OR_RETURN(auto schools, store_.List(filter, page.position, page.size + 1));
//   if (schools.size() > page.size) {
//     schools.pop_back();
//     response.set_next_page_token(rpc::NextPageToken(request, schools.back().code));
//   }

#ifndef VG_COMMON_GRPC_PAGE_TOKEN_H_
#define VG_COMMON_GRPC_PAGE_TOKEN_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace vg::rpc {

struct PageLimits {
  int default_size = 100;
  int max_size = 1000;
};

struct Page {
  size_t size = 0;       // How many items the caller gets at most; at least 1.
  std::string position;  // After which item the page begins; empty: from the start.
};

// Reads `page_size` (0: the default; above the maximum: the maximum; negative: PAGE_SIZE_NEGATIVE)
// and `page_token` of a List request. A token that is damaged, or was given out for a request whose
// other fields differ, is INVALID_ARGUMENT with reason PAGE_TOKEN_MISMATCH.
absl::StatusOr<Page> OpenPage(const google::protobuf::Message& request, PageLimits limits = {});

// The token for the page after `position`, for a caller who repeats the rest of `request`.
std::string NextPageToken(const google::protobuf::Message& request, std::string_view position);

// Positions of several keys, whatever bytes they hold.
std::string PackPosition(const std::vector<std::string>& keys);
// The `count` keys of `position`; as many empty ones if it is empty. INVALID_ARGUMENT
// (PAGE_TOKEN_MISMATCH) if it holds another number of keys.
absl::StatusOr<std::vector<std::string>> UnpackPosition(std::string_view position, size_t count);

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_PAGE_TOKEN_H_
