#include "services/indicators/api/record_proto.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::indicators {
namespace {

namespace catalogue = voortgang::catalogue::v1;

void Decide(catalogue::CouncilBody body, catalogue::ConsentState state,
            catalogue::Programme& programme) {
  catalogue::Consent& consent = *programme.add_consents();
  consent.set_body(body);
  consent.set_state(state);
}

void AddGap(const char* code, const char* field, catalogue::Programme& programme) {
  catalogue::ProgrammeFinding& gap = *programme.add_gaps();
  gap.set_code(code);
  gap.set_field(field);
}

// What expressions see under `name`; empty if it is absent.
std::string Seen(const catalogue::Programme& programme, const char* name) {
  expression::Frame record = ProgrammeShape().Empty();
  FillRecord(programme, record);
  const expression::Value& value = record.Get(ProgrammeShape().environment().Find(name));
  return value.absent() ? "" : value.text();
}

TEST(ConsentTest, IsTheNewestDecisionOfEachCouncil) {
  catalogue::Programme programme;
  EXPECT_EQ(Seen(programme, "mr_consent"), "");
  Decide(catalogue::COUNCIL_BODY_GMR, catalogue::CONSENT_STATE_REQUESTED, programme);
  Decide(catalogue::COUNCIL_BODY_MR, catalogue::CONSENT_STATE_PARTLY, programme);
  Decide(catalogue::COUNCIL_BODY_MR, catalogue::CONSENT_STATE_REFUSED, programme);
  EXPECT_EQ(Seen(programme, "mr_consent"), "partly");
  EXPECT_EQ(Seen(programme, "gmr_consent"), "requested");
}

TEST(ConsentTest, IsOutdatedWhereTheCatalogueSaysSo) {
  catalogue::Programme programme;
  Decide(catalogue::COUNCIL_BODY_MR, catalogue::CONSENT_STATE_GIVEN, programme);
  Decide(catalogue::COUNCIL_BODY_GMR, catalogue::CONSENT_STATE_PARTLY, programme);
  AddGap("CONSENT_PARTIAL", "consents[1]", programme);
  EXPECT_EQ(Seen(programme, "gmr_consent"), "partly");
  programme.mutable_gaps(0)->set_code("CONSENT_OUTDATED");
  EXPECT_EQ(Seen(programme, "gmr_consent"), "outdated");
  EXPECT_EQ(Seen(programme, "mr_consent"), "given");
}

TEST(ConsentTest, IsNotWhatWasTakenBack) {
  catalogue::Programme programme;
  Decide(catalogue::COUNCIL_BODY_MR, catalogue::CONSENT_STATE_GIVEN, programme);
  programme.mutable_consents(0)->mutable_retract_time()->set_seconds(1);
  EXPECT_EQ(Seen(programme, "mr_consent"), "");
  Decide(catalogue::COUNCIL_BODY_MR, catalogue::CONSENT_STATE_REQUESTED, programme);
  EXPECT_EQ(Seen(programme, "mr_consent"), "requested");
}

}  // namespace
}  // namespace vg::indicators
