// Pages of lists whose rows are read one beyond the page.

#ifndef VG_SERVICES_FUNDING_API_PAGING_H_
#define VG_SERVICES_FUNDING_API_PAGING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"

#include "common/grpc/page_token.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::funding {

// INVALID_ARGUMENT, PAGE_TOKEN_MISMATCH.
inline absl::Status BadToken() {
  return InvalidField("page_token", "PAGE_TOKEN_MISMATCH", "is not a token of this list");
}

// The number in a part of a position; 0 if it is empty.
inline absl::StatusOr<int64_t> NumberIn(std::string_view position) {
  int64_t number = 0;
  if (!position.empty() && !absl::SimpleAtoi(Av(position), &number)) return BadToken();
  return number;
}

// Ends a page: drops the item beyond it, if there is one, and says where the next begins.
template <typename Request, typename Item, typename PositionOf>
std::string EndPage(const Request& request, const rpc::Page& page, std::vector<Item>& items,
                    const PositionOf& position_of) {
  if (items.size() <= page.size) return "";
  items.pop_back();
  return rpc::NextPageToken(request, position_of(items.back()));
}

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_PAGING_H_
