#include "common/grpc/page_token.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "voortgang/registry/v1/registry_service.pb.h"

namespace vg::rpc {
namespace {

using ::testing::ElementsAre;
using voortgang::registry::v1::ListBoardsRequest;
using voortgang::registry::v1::ListSchoolsRequest;

ListSchoolsRequest Request(const std::string& token = "") {
  ListSchoolsRequest request;
  request.set_parent("snapshots/2021");
  request.mutable_filter()->add_municipalities("municipalities/GM0363");
  request.set_page_token(token);
  return request;
}

TEST(OpenPageTest, BeginsAtTheStartWithTheDefaultSize) {
  const auto page = OpenPage(Request(), {.default_size = 50, .max_size = 200});
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->size, 50);
  EXPECT_EQ(page->position, "");
}

TEST(OpenPageTest, BringsASizeAboveTheMaximumDownAndRefusesANegativeOne) {
  ListSchoolsRequest request = Request();
  request.set_page_size(7);
  EXPECT_EQ(OpenPage(request)->size, 7);
  request.set_page_size(1'000'000);
  EXPECT_EQ(OpenPage(request, {.default_size = 50, .max_size = 200})->size, 200);
  request.set_page_size(-1);
  EXPECT_THAT(OpenPage(request), HasReason("PAGE_SIZE_NEGATIVE"));
}

TEST(OpenPageTest, GoesOnAfterThePositionOfTheToken) {
  const std::string position("16SW\x00\xFF", 6);
  ListSchoolsRequest next = Request(NextPageToken(Request(), position));
  next.set_page_size(3);  // The size may change from page to page.
  const auto page = OpenPage(next);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->position, position);
}

TEST(OpenPageTest, RefusesATokenOfAnotherQuery) {
  const std::string token = NextPageToken(Request(), "16SW");
  ListSchoolsRequest other = Request(token);
  other.mutable_filter()->add_municipalities("municipalities/GM0518");
  EXPECT_THAT(OpenPage(other), HasReason("PAGE_TOKEN_MISMATCH"));

  ListBoardsRequest boards;
  boards.set_parent("snapshots/2021");
  boards.set_page_token(token);
  EXPECT_THAT(OpenPage(boards), HasReason("PAGE_TOKEN_MISMATCH"));
}

TEST(OpenPageTest, RefusesATokenWithAnyCharacterChanged) {
  const std::string token = NextPageToken(Request(), "16SW03");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string damaged = token;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(OpenPage(Request(damaged)), HasReason("PAGE_TOKEN_MISMATCH")) << i;
  }
  EXPECT_THAT(OpenPage(Request("no token")), HasReason("PAGE_TOKEN_MISMATCH"));
  EXPECT_THAT(OpenPage(Request(token.substr(0, 8))), HasReason("PAGE_TOKEN_MISMATCH"));
}

TEST(PackPositionTest, KeepsKeysOfAnyBytes) {
  const std::string position = PackPosition({"a:b", "", std::string("\0\n", 2)});
  EXPECT_THAT(UnpackPosition(position, 3),
              IsOkAndHolds(ElementsAre("a:b", "", std::string("\0\n", 2))));
  EXPECT_THAT(UnpackPosition("", 2), IsOkAndHolds(ElementsAre("", "")));
}

TEST(UnpackPositionTest, RefusesAnotherNumberOfKeysAndOtherText) {
  EXPECT_THAT(UnpackPosition(PackPosition({"a", "b"}), 3), HasReason("PAGE_TOKEN_MISMATCH"));
  EXPECT_THAT(UnpackPosition("99:a", 1), HasReason("PAGE_TOKEN_MISMATCH"));
  EXPECT_THAT(UnpackPosition("x", 1), HasReason("PAGE_TOKEN_MISMATCH"));
}

}  // namespace
}  // namespace vg::rpc
