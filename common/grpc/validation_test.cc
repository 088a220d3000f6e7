#include "common/grpc/validation.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "voortgang/feed/v1/feed.pb.h"
#include "voortgang/registry/v1/registry_service.pb.h"
#include "voortgang/registry/v1/snapshot.pb.h"
#include "voortgang/survey/v1/fieldwork_service.pb.h"
#include "voortgang/survey/v1/survey_service.pb.h"
#include "voortgang/survey/v1/wave.pb.h"

namespace vg::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using voortgang::registry::v1::ImportPlan;
using voortgang::registry::v1::ListSchoolsRequest;

// "field REASON" for each violation.
std::vector<std::string> Found(const google::protobuf::Message& message,
                               std::string_view prefix = "") {
  std::vector<std::string> found;
  for (const FieldViolation& violation : Violations(message, prefix)) {
    found.push_back(violation.field + " " + violation.reason);
  }
  return found;
}

ListSchoolsRequest Schools() {
  ListSchoolsRequest request;
  request.set_parent("snapshots/2021");
  return request;
}

ImportPlan Plan() {
  ImportPlan plan;
  plan.set_snapshot_id("2021-10-01");
  plan.mutable_count_date()->set_year(2021);
  return plan;
}

TEST(ValidationTest, AcceptsWhatObeysTheRules) {
  EXPECT_THAT(Validate(Schools()), IsOk());
  EXPECT_THAT(Validate(Plan()), IsOk());
}

TEST(ValidationTest, ReportsAllViolationsTogetherInFieldOrder) {
  ImportPlan plan;
  plan.set_title(std::string(201, 'x'));
  plan.set_request_id("no blanks");
  EXPECT_THAT(Found(plan), ElementsAre("snapshot_id REQUIRED", "title TOO_LONG",
                                       "count_date REQUIRED", "request_id MALFORMED"));
  const absl::Status status = Validate(plan);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(DetailsOf(status).violations, SizeIs(4));
}

TEST(ValidationTest, NamesThePlaceInsideListsAndMessages) {
  ListSchoolsRequest request = Schools();
  request.mutable_filter()->add_municipalities("municipalities/GM0363");
  request.mutable_filter()->add_municipalities("GM0363");
  request.mutable_filter()->add_provinces(std::string(51, 'x'));
  EXPECT_THAT(Found(request), ElementsAre("filter.municipalities[1] MALFORMED_NAME",
                                          "filter.provinces[0] TOO_LONG"));
  EXPECT_THAT(Found(request, "messages[2]"),
              ElementsAre("messages[2].filter.municipalities[1] MALFORMED_NAME",
                          "messages[2].filter.provinces[0] TOO_LONG"));
}

TEST(ValidationTest, CountsCharactersAndNotBytes) {
  ListSchoolsRequest request = Schools();
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é";
  request.mutable_filter()->set_text(text);
  EXPECT_THAT(Found(request), IsEmpty());
  request.mutable_filter()->set_text(text + "é");
  EXPECT_THAT(Found(request), ElementsAre("filter.text TOO_LONG"));
}

TEST(ValidationTest, RefusesEnumValuesItDoesNotKnow) {
  ListSchoolsRequest request = Schools();
  request.mutable_filter()->add_sectors(static_cast<voortgang::type::v1::Sector>(99));
  request.mutable_filter()->add_sectors(voortgang::type::v1::SECTOR_UNSPECIFIED);
  EXPECT_THAT(Found(request), ElementsAre("filter.sectors[0] UNKNOWN_ENUM_VALUE",
                                          "filter.sectors[1] UNKNOWN_ENUM_VALUE"));
}

TEST(ValidationTest, AllowsTheUnspecifiedValueInAListWhereTheProtoSaysSo) {
  voortgang::survey::v1::ListUnitDispositionsRequest request;
  request.set_parent("waves/w");
  request.set_role(voortgang::survey::v1::ROLE_STAFF);
  request.add_dispositions(voortgang::survey::v1::DISPOSITION_UNSPECIFIED);
  EXPECT_THAT(Found(request), IsEmpty());
  request.add_dispositions(static_cast<voortgang::survey::v1::Disposition>(99));
  EXPECT_THAT(Found(request), ElementsAre("dispositions[1] UNKNOWN_ENUM_VALUE"));
}

TEST(ValidationTest, RefusesTooManyItemsWithoutLookingAtThem) {
  ListSchoolsRequest request = Schools();
  for (int i = 0; i < 4; ++i)
    request.mutable_filter()->add_sectors(voortgang::type::v1::SECTOR_UNSPECIFIED);
  EXPECT_THAT(Found(request), ElementsAre("filter.sectors TOO_MANY"));
}

TEST(ValidationTest, RefusesNumbersOutsideTheirRange) {
  voortgang::feed::v1::FeedPosition position;
  position.set_partition(64);
  position.set_number(-1);
  EXPECT_THAT(Found(position), ElementsAre("partition OUT_OF_RANGE", "number OUT_OF_RANGE"));
}

TEST(ValidationTest, RefusesAZeroByteInText) {
  ListSchoolsRequest request = Schools();
  request.mutable_filter()->set_text(std::string("a\0b", 3));
  EXPECT_THAT(Found(request), ElementsAre("filter.text MALFORMED"));
}

TEST(ValidationTest, SaysOfATextThatIsANumberThatItIsNone) {
  voortgang::type::v1::Decimal number;
  for (const std::string& text :
       {std::string("1,5"), std::string("1."), std::string(41, '1'), std::string("1\0", 2)}) {
    number.set_value(text);
    EXPECT_THAT(Found(number), ElementsAre("value MALFORMED_NUMBER")) << text;
  }
  number.set_value("-12.50");
  EXPECT_THAT(Found(number), ElementsAre());
}

TEST(ValidationTest, IgnoresWhatOnlyTheServerSets) {
  voortgang::survey::v1::Wave wave;
  wave.set_snapshot_digest(std::string(100'000, 'x'));
  EXPECT_THAT(Found(wave),
              ElementsAre("title REQUIRED", "snapshot REQUIRED", "questionnaires REQUIRED",
                          "open_time REQUIRED", "close_time REQUIRED"));
}

TEST(ValidationTest, LetsAnUpdateLeaveOutWhatItDoesNotChange) {
  voortgang::survey::v1::UpdateWaveRequest request;
  EXPECT_THAT(Found(request), ElementsAre("wave REQUIRED"));
  request.mutable_wave()->set_snapshot("no name");
  request.mutable_wave()->mutable_close_time()->set_seconds(1'650'000'000);
  EXPECT_THAT(Found(request), ElementsAre("wave.snapshot MALFORMED_NAME"));
}

TEST(ValidationTest, RefusesATimeThatDoesNotExist) {
  voortgang::survey::v1::UpdateWaveRequest request;
  request.mutable_wave()->mutable_open_time()->set_nanos(-1);
  request.mutable_wave()->mutable_close_time()->set_seconds(int64_t{1} << 60);
  EXPECT_THAT(Found(request),
              ElementsAre("wave.open_time OUT_OF_RANGE", "wave.close_time OUT_OF_RANGE"));
}

TEST(ValidationTest, LeavesItemsToTheHandlerWhereTheProtoSaysSo) {
  voortgang::survey::v1::ImportResponsesRequest request;
  EXPECT_THAT(Found(request), ElementsAre("responses REQUIRED"));
  request.add_responses();
  EXPECT_THAT(Found(request), IsEmpty());
  EXPECT_THAT(Violations(request.responses(0)), Not(IsEmpty()));
}

TEST(ValidationTest, StopsAtAHundredViolations) {
  ListSchoolsRequest request = Schools();
  for (int i = 0; i < 500; ++i) request.mutable_filter()->add_boards("x");
  EXPECT_THAT(Violations(request), SizeIs(kMaxViolations));
}

}  // namespace
}  // namespace vg::rpc
