#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include <gmock/gmock.h>

#include "common/numeric/exact.h"
#include "common/testing/places.h"
#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kFirst[] = "schools/16SW01";
constexpr char kSecond[] = "schools/16SW02";
constexpr char kThird[] = "schools/16SW03";

class FieldworkTest : public SurveyTest {
 protected:
  FieldworkTest() {
    register_.units[0].attributes = {{"province", "Utrecht"}, {"sector", "primary"}};
    register_.units[1].attributes = {{"province", "Zeeland"}, {"sector", "primary"}};
    register_.units[2].attributes = {{"province", "Zeeland"}, {"sector", "secondary"}};
  }

  static v1::GrantExtensionRequest Extending(std::string id, std::string unit, absl::Time until) {
    v1::GrantExtensionRequest request;
    request.set_extension_id(std::move(id));
    v1::Extension& extension = *request.mutable_extension();
    extension.add_units(std::move(unit));
    extension.set_reason("Flood");
    extension.set_grantor("Ministry");
    extension.mutable_until()->set_seconds(absl::ToUnixSeconds(until));
    return request;
  }
  absl::StatusOr<v1::Response> SubmitWith(const std::string& token, const std::string& id,
                                          const std::string& unit = kFirst) {
    v1::Response response = StaffAnswers(id, unit);
    response.set_invitation_token(token);
    return Submit(response);
  }

  absl::StatusOr<v1::RecordDispositionsResponse> Found(const std::string& unit, v1::Role role,
                                                       v1::Disposition disposition) {
    v1::RecordDispositionsRequest request;
    v1::Finding& finding = *request.add_findings();
    finding.set_unit(unit);
    finding.set_role(role);
    finding.set_disposition(disposition);
    finding.mutable_find_time()->set_seconds(1'642'100'000);
    return Ask(&FieldworkStub::RecordDispositions, request);
  }
  v1::ResponseRates Rates(v1::Role role, std::vector<std::string> breakdowns = {},
                          bool weighted = false) {
    v1::GetResponseRatesRequest request;
    request.set_role(role);
    for (std::string& name : breakdowns) request.add_breakdowns(std::move(name));
    request.set_weighted(weighted);
    const auto rates = Ask(&FieldworkStub::GetResponseRates, request);
    EXPECT_OK(rates);
    return rates.value_or(v1::ResponseRates());
  }
  std::vector<std::string> ToRemind(v1::ListRemindersRequest request = {}) {
    request.set_role(v1::ROLE_STAFF);
    const auto page = Ask(&FieldworkStub::ListReminders, request);
    EXPECT_OK(page);
    std::vector<std::string> units;
    for (const v1::Reminder& reminder : page->reminders()) units.push_back(reminder.unit().unit());
    return units;
  }
};

TEST_F(FieldworkTest, LetsInvitedRespondentsInOnceEach) {
  OpenForInvited();
  EXPECT_THAT(SubmitWith("", "a"), HasReason("INVITATION_REQUIRED"));
  EXPECT_THAT(SubmitWith("guess", "a"), HasReason("INVITATION_UNKNOWN"));
  ASSERT_OK_AND_ASSIGN(const auto made, Ask(&FieldworkStub::BatchCreateInvitations,
                                            Invite(v1::INVITATION_KIND_SINGLE_USE)));
  ASSERT_THAT(made.invitations(), SizeIs(1));
  EXPECT_EQ(made.invitations(0).name(), "waves/w/invitations/staff-16SW01-1");
  const std::string token = made.invitations(0).token();
  EXPECT_THAT(SubmitWith(token, "a", kSecond), HasReason("INVITATION_OF_OTHER_UNIT"));
  ASSERT_OK_AND_ASSIGN(const v1::Response taken, SubmitWith(token, "a"));
  EXPECT_EQ(taken.invitation_token(), "");
  // The same response again is acknowledged, with or without its token.
  EXPECT_OK(SubmitWith(token, "a"));
  EXPECT_OK(SubmitWith("", "a"));
  EXPECT_THAT(SubmitWith(token, "b"), HasReason("INVITATION_USED"));
  EXPECT_THAT(Get("b"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Progress(v1::ROLE_STAFF).complete_responses(), 1);
  // A withdrawal gives it back. Leaders of this wave need no invitation.
  ASSERT_OK(Withdraw("a"));
  EXPECT_OK(SubmitWith(token, "c"));
  EXPECT_OK(Submit(Answers("leader", kFirst)));
}

TEST_F(FieldworkTest, KeepsATokenForThePartsOfOneResponse) {
  OpenForInvited();
  ASSERT_OK_AND_ASSIGN(const auto made, Ask(&FieldworkStub::BatchCreateInvitations,
                                            Invite(v1::INVITATION_KIND_SINGLE_USE)));
  v1::Response part = StaffAnswers("a", kFirst);
  part.set_invitation_token(made.invitations(0).token());
  part.set_partial(true);
  ASSERT_OK(Submit(part));
  part.set_partial(false);
  EXPECT_OK(Submit(part));
  EXPECT_THAT(SubmitWith(part.invitation_token(), "b"), HasReason("INVITATION_USED"));
}

TEST_F(FieldworkTest, MakesTheSameInvitationsAgainAndTakesThemBack) {
  OpenForInvited();
  const auto request = Invite(v1::INVITATION_KIND_GROUP, {kFirst, kThird});
  ASSERT_OK_AND_ASSIGN(const auto made, Ask(&FieldworkStub::BatchCreateInvitations, request));
  ASSERT_OK_AND_ASSIGN(const auto again, Ask(&FieldworkStub::BatchCreateInvitations, request));
  EXPECT_EQ(made.SerializeAsString(), again.SerializeAsString());
  EXPECT_THAT(Ask(&FieldworkStub::BatchCreateInvitations, Invite(v1::INVITATION_KIND_SINGLE_USE)),
              HasReason("INVITATION_EXISTS"));
  EXPECT_THAT(Ask(&FieldworkStub::BatchCreateInvitations,
                  Invite(v1::INVITATION_KIND_GROUP, {"boards/40740"})),
              HasReason("WRONG_UNIT"));

  v1::RevokeInvitationRequest revoke;
  revoke.set_name("waves/w/invitations/staff-16SW01-1");
  revoke.set_reason("leaked");
  ASSERT_OK_AND_ASSIGN(const auto revoked, Ask(&FieldworkStub::RevokeInvitation, revoke));
  EXPECT_TRUE(revoked.has_revoke_time());
  EXPECT_THAT(SubmitWith(made.invitations(0).token(), "a"), HasReason("INVITATION_REVOKED"));
  revoke.set_name("waves/w/invitations/staff-16SW01-2");
  EXPECT_THAT(Ask(&FieldworkStub::RevokeInvitation, revoke), StatusIs(absl::StatusCode::kNotFound));

  v1::ListInvitationsRequest list;
  list.set_page_size(1);
  ASSERT_OK_AND_ASSIGN(auto page, Ask(&FieldworkStub::ListInvitations, list));
  ASSERT_THAT(page.invitations(), SizeIs(1));
  EXPECT_EQ(page.invitations(0).token(), "");
  list.set_page_token(page.next_page_token());
  ASSERT_OK_AND_ASSIGN(page, Ask(&FieldworkStub::ListInvitations, list));
  ASSERT_THAT(page.invitations(), SizeIs(1));
  EXPECT_EQ(page.invitations(0).unit(), kThird);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(FieldworkTest, InvitesEverybodyOfARoleInAStream) {
  OpenForInvited();
  v1::CreateInvitationsRequest request;
  request.set_parent("waves/w");
  request.mutable_plan()->set_role(v1::ROLE_STAFF);
  request.mutable_plan()->set_kind(v1::INVITATION_KIND_SINGLE_USE);
  request.mutable_plan()->set_count(200);
  (*request.mutable_where())["province"] = "Zeeland";
  request.set_show_tokens(true);
  const auto stub = v1::FieldworkService::NewStub(server_->Channel());
  std::set<std::string> tokens, units;
  for (int round = 0; round < 2; ++round) {
    grpc::ClientContext context;
    const auto reader = stub->CreateInvitations(&context, request);
    v1::CreateInvitationsResponse message;
    while (reader->Read(&message)) {
      for (const v1::Invitation& invitation : message.invitations()) {
        tokens.insert(invitation.token());
        units.insert(invitation.unit());
      }
    }
    EXPECT_OK(rpc::FromGrpcStatus(reader->Finish()));
  }
  EXPECT_THAT(tokens, SizeIs(400));
  EXPECT_THAT(units, ElementsAre(kSecond, kThird));
}

TEST_F(FieldworkTest, MakesNoneOfMoreInvitationsThanAMillion) {
  for (int i = 0; i < 5000; ++i) {
    register_.units.push_back(
        {absl::StrFormat("schools/%02dAB%02d", 20 + i / 100, i % 100), Sector::kPrimary});
  }
  std::sort(register_.units.begin(), register_.units.end(),
            [](const Unit& a, const Unit& b) { return a.name < b.name; });
  OpenForInvited();
  v1::CreateInvitationsRequest request;
  request.set_parent("waves/w");
  request.mutable_plan()->set_role(v1::ROLE_STAFF);
  request.mutable_plan()->set_kind(v1::INVITATION_KIND_SINGLE_USE);
  request.mutable_plan()->set_count(200);
  const auto stub = v1::FieldworkService::NewStub(server_->Channel());
  grpc::ClientContext context;
  const auto reader = stub->CreateInvitations(&context, request);
  v1::CreateInvitationsResponse message;
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), HasReason("TOO_MANY"));
  ASSERT_OK_AND_ASSIGN(const auto made,
                       Ask(&FieldworkStub::ListInvitations, v1::ListInvitationsRequest()));
  EXPECT_THAT(made.invitations(), SizeIs(0));
}

TEST_F(FieldworkTest, TakesAnswersLongerFromWhomAnExtensionCovers) {
  OpenTheWave();
  const absl::Time close = absl::FromCivil(absl::CivilDay(2022, 7, 1), absl::UTCTimeZone());
  v1::GrantExtensionRequest request;
  request.set_extension_id("flood");
  v1::Extension& extension = *request.mutable_extension();
  extension.set_role(v1::ROLE_STAFF);
  (*extension.mutable_where())["province"] = "Zeeland";
  extension.set_reason("Flood");
  extension.set_grantor("Ministry");
  extension.mutable_until()->set_seconds(absl::ToUnixSeconds(close));
  EXPECT_THAT(Ask(&FieldworkStub::GrantExtension, request), HasReason("NOT_LATER"));
  extension.mutable_until()->set_seconds(absl::ToUnixSeconds(close + absl::Hours(1)));
  clock_.Set(close);
  EXPECT_THAT(Submit(StaffAnswers("a", kSecond)), HasReason("WAVE_CLOSED"));
  ASSERT_OK_AND_ASSIGN(const auto granted, Ask(&FieldworkStub::GrantExtension, request));
  EXPECT_EQ(granted.name(), "waves/w/extensions/flood");
  EXPECT_OK(Submit(StaffAnswers("a", kSecond)));
  EXPECT_THAT(Submit(StaffAnswers("b", kFirst)), HasReason("WAVE_CLOSED"));
  EXPECT_THAT(Submit(Answers("c", kSecond)), HasReason("WAVE_CLOSED"));
  clock_.Set(close + absl::Hours(1) - absl::Microseconds(1));
  EXPECT_OK(Submit(StaffAnswers("d", kSecond)));
  clock_.Set(close + absl::Hours(1));
  EXPECT_THAT(Submit(StaffAnswers("e", kSecond)), HasReason("WAVE_CLOSED"));

  (*extension.mutable_where())["province"] = "Atlantis";
  request.set_extension_id("nobody");
  EXPECT_THAT(Ask(&FieldworkStub::GrantExtension, request), HasReason("EXTENDS_NOBODY"));
  ASSERT_OK_AND_ASSIGN(const auto listed,
                       Ask(&FieldworkStub::ListExtensions, v1::ListExtensionsRequest()));
  EXPECT_THAT(listed.extensions(), SizeIs(1));
}

TEST_F(FieldworkTest, TakesAnExtensionBack) {
  OpenTheWave();
  const absl::Time close = absl::FromCivil(absl::CivilDay(2022, 7, 1), absl::UTCTimeZone());
  v1::GrantExtensionRequest request =
      Extending("typing-error", kFirst, close + absl::Hours(24 * 365 * 200));
  ASSERT_OK_AND_ASSIGN(const v1::Extension granted, Ask(&FieldworkStub::GrantExtension, request));
  EXPECT_FALSE(granted.has_revoke_time());
  clock_.Set(close);
  ASSERT_OK(Submit(StaffAnswers("a", kFirst)));

  v1::RevokeExtensionRequest revoke;
  revoke.set_name("waves/w/extensions/nobody");
  EXPECT_THAT(Ask(&FieldworkStub::RevokeExtension, revoke), StatusIs(absl::StatusCode::kNotFound));
  revoke.set_name(granted.name());
  revoke.set_reason("2312 for 2212");
  ASSERT_OK_AND_ASSIGN(const v1::Extension revoked, Ask(&FieldworkStub::RevokeExtension, revoke));
  EXPECT_EQ(revoked.revoke_time().seconds(), absl::ToUnixSeconds(close));
  EXPECT_EQ(revoked.revoke_reason(), "2312 for 2212");
  EXPECT_THAT(Submit(StaffAnswers("b", kFirst)), HasReason("WAVE_CLOSED"));
  EXPECT_OK(Get("a")) << "what was answered stays";

  // Repeating is safe, and granting it again does not bring it back.
  clock_.Advance(absl::Hours(1));
  revoke.set_reason("again");
  ASSERT_OK_AND_ASSIGN(const v1::Extension again, Ask(&FieldworkStub::RevokeExtension, revoke));
  EXPECT_EQ(again.SerializeAsString(), revoked.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const v1::Extension repeated, Ask(&FieldworkStub::GrantExtension, request));
  EXPECT_EQ(repeated.SerializeAsString(), revoked.SerializeAsString());
  EXPECT_THAT(Submit(StaffAnswers("b", kFirst)), HasReason("WAVE_CLOSED"));
  ASSERT_OK_AND_ASSIGN(const auto listed,
                       Ask(&FieldworkStub::ListExtensions, v1::ListExtensionsRequest()));
  ASSERT_THAT(listed.extensions(), SizeIs(1));
  EXPECT_TRUE(listed.extensions(0).has_revoke_time());

  // The right one has another id.
  request.set_extension_id("the-right-one");
  request.mutable_extension()->mutable_until()->set_seconds(
      absl::ToUnixSeconds(close + absl::Hours(2)));
  ASSERT_OK(Ask(&FieldworkStub::GrantExtension, request));
  EXPECT_OK(Submit(StaffAnswers("b", kFirst)));
  clock_.Set(close + absl::Hours(2));
  EXPECT_THAT(Submit(StaffAnswers("c", kFirst)), HasReason("WAVE_CLOSED"));
}

TEST_F(FieldworkTest, TellsWhatCameOfUnitsAndTheRatesThatFollow) {
  OpenTheWave();
  clock_.Set(absl::FromUnixSeconds(1'642'200'000));
  ASSERT_OK(Submit(StaffAnswers("a", kFirst)));
  ASSERT_OK_AND_ASSIGN(const auto recorded,
                       Found(kSecond, v1::ROLE_STAFF, v1::DISPOSITION_REFUSED));
  EXPECT_EQ(recorded.recorded_count(), 1);
  ASSERT_OK_AND_ASSIGN(const auto again, Found(kSecond, v1::ROLE_STAFF, v1::DISPOSITION_REFUSED));
  EXPECT_EQ(again.recorded_count(), 0);
  // A response says more.
  ASSERT_OK(Found(kFirst, v1::ROLE_STAFF, v1::DISPOSITION_REFUSED));
  EXPECT_THAT(Found(kFirst, v1::ROLE_STAFF, v1::DISPOSITION_COMPLETE), HasReason("FROM_RESPONSES"));
  EXPECT_THAT(Found(kThird, v1::ROLE_SCHOOL_LEADER, v1::DISPOSITION_REFUSED),
              HasReason("WRONG_UNIT"));

  const v1::ResponseRates rates = Rates(v1::ROLE_STAFF, {"province", "sector"});
  ASSERT_THAT(rates.rates(), SizeIs(4));
  EXPECT_EQ(rates.rates(0).units().value(), "3");
  EXPECT_EQ(rates.rates(0).complete().value(), "1");
  EXPECT_EQ(rates.rates(0).refused().value(), "1");
  EXPECT_EQ(rates.rates(0).unknown().value(), "1");
  EXPECT_EQ(rates.rates(0).net_rate().value(), "0.333333");
  EXPECT_THAT(rates.rates(1).group(), ElementsAre("Utrecht", "primary"));
  EXPECT_EQ(rates.rates(1).net_rate().value(), "1.000000");
  EXPECT_THAT(rates.rates(3).group(), ElementsAre("Zeeland", "secondary"));

  ASSERT_OK(Found(kThird, v1::ROLE_STAFF, v1::DISPOSITION_INELIGIBLE));
  EXPECT_EQ(Rates(v1::ROLE_STAFF).rates(0).net_rate().value(), "0.500000");
  // Live: what is withdrawn counts no more.
  ASSERT_OK(Withdraw("a"));
  EXPECT_EQ(Rates(v1::ROLE_STAFF).rates(0).refused().value(), "2");

  v1::GetResponseRatesRequest wrong;
  wrong.set_role(v1::ROLE_STAFF);
  wrong.add_breakdowns("colour");
  EXPECT_THAT(Ask(&FieldworkStub::GetResponseRates, wrong), HasReason("UNKNOWN_ATTRIBUTE"));

  v1::ListUnitDispositionsRequest list;
  list.set_role(v1::ROLE_STAFF);
  list.add_dispositions(v1::DISPOSITION_REFUSED);
  ASSERT_OK_AND_ASSIGN(const auto refused, Ask(&FieldworkStub::ListUnitDispositions, list));
  EXPECT_THAT(refused.unit_dispositions(), SizeIs(2));
  list.set_dispositions(0, v1::DISPOSITION_UNSPECIFIED);
  list.set_role(v1::ROLE_SCHOOL_LEADER);
  ASSERT_OK_AND_ASSIGN(const auto unknown, Ask(&FieldworkStub::ListUnitDispositions, list));
  EXPECT_THAT(unknown.unit_dispositions(), SizeIs(2));
  v1::ListFindingsRequest history;
  history.set_unit(kSecond);
  ASSERT_OK_AND_ASSIGN(const auto findings, Ask(&FieldworkStub::ListFindings, history));
  EXPECT_THAT(findings.findings(), SizeIs(1));
}

TEST_F(FieldworkTest, RemindsWhoMayStillAnswerWithWhatTheyAnswerBy) {
  OpenForInvited();
  clock_.Set(absl::FromUnixSeconds(1'642'200'000));
  ASSERT_OK_AND_ASSIGN(const auto made,
                       Ask(&FieldworkStub::BatchCreateInvitations,
                           Invite(v1::INVITATION_KIND_SINGLE_USE, {kFirst, kSecond, kThird})));
  EXPECT_THAT(ToRemind(), ElementsAre(kFirst, kSecond, kThird));
  ASSERT_OK(SubmitWith(made.invitations(0).token(), "a"));
  ASSERT_OK(Found(kSecond, v1::ROLE_STAFF, v1::DISPOSITION_REFUSED));
  v1::ListRemindersRequest request;
  request.set_show_tokens(true);
  EXPECT_THAT(ToRemind(request), ElementsAre(kThird));
  request.set_role(v1::ROLE_STAFF);
  ASSERT_OK_AND_ASSIGN(const auto page, Ask(&FieldworkStub::ListReminders, request));
  ASSERT_THAT(page.reminders(0).invitations(), SizeIs(1));
  EXPECT_EQ(page.reminders(0).invitations(0).token(), made.invitations(2).token());

  v1::RecordRemindersRequest record;
  record.set_role(v1::ROLE_STAFF);
  record.mutable_remind_time()->set_seconds(1'642'150'000);
  record.add_units(kThird);
  ASSERT_OK_AND_ASSIGN(const auto reminded, Ask(&FieldworkStub::RecordReminders, record));
  EXPECT_EQ(reminded.recorded_count(), 1);
  ASSERT_OK_AND_ASSIGN(const auto again, Ask(&FieldworkStub::RecordReminders, record));
  EXPECT_EQ(again.recorded_count(), 0);
  request.mutable_not_reminded_since()->set_seconds(1'642'150'000);
  EXPECT_THAT(ToRemind(request), ElementsAre());
  request.mutable_not_reminded_since()->set_seconds(1'642'150'001);
  EXPECT_THAT(ToRemind(request), ElementsAre(kThird));
}

TEST_F(FieldworkTest, RemindsStaffAsLongAsThereIsRoomForMoreOfThem) {
  OpenForInvited();
  auto single = Invite(v1::INVITATION_KIND_SINGLE_USE);
  single.mutable_plan()->set_count(2);
  ASSERT_OK_AND_ASSIGN(const auto two, Ask(&FieldworkStub::BatchCreateInvitations, single));
  ASSERT_OK(
      Ask(&FieldworkStub::BatchCreateInvitations, Invite(v1::INVITATION_KIND_GROUP, {kSecond})));
  EXPECT_THAT(ToRemind(), ElementsAre(kFirst, kSecond, kThird));
  ASSERT_OK(SubmitWith(two.invitations(0).token(), "a"));
  EXPECT_THAT(ToRemind(), ElementsAre(kFirst, kSecond, kThird)) << "one of two has answered";
  ASSERT_OK(SubmitWith(two.invitations(1).token(), "b"));
  EXPECT_THAT(ToRemind(), ElementsAre(kSecond, kThird));
  // Whoever asks may say how many are enough.
  v1::ListRemindersRequest request;
  request.set_enough_responses(3);
  EXPECT_THAT(ToRemind(request), ElementsAre(kFirst, kSecond, kThird));
  request.set_enough_responses(2);
  EXPECT_THAT(ToRemind(request), ElementsAre(kSecond, kThird));
  // A withdrawal makes room.
  ASSERT_OK(Withdraw("b"));
  EXPECT_THAT(ToRemind(), ElementsAre(kFirst, kSecond, kThird));
}

TEST_F(FieldworkTest, RemindsNobodyWhoCannotAnswer) {
  OpenTheWave();
  clock_.Set(absl::FromCivil(absl::CivilDay(2022, 1, 12), absl::UTCTimeZone()));
  EXPECT_THAT(ToRemind(), ElementsAre()) << "before the opening";
  const absl::Time close = absl::FromCivil(absl::CivilDay(2022, 7, 1), absl::UTCTimeZone());
  ASSERT_OK(
      Ask(&FieldworkStub::GrantExtension, Extending("flood", kSecond, close + absl::Hours(1))));
  clock_.Set(close - absl::Microseconds(1));
  EXPECT_THAT(ToRemind(), ElementsAre(kFirst, kSecond, kThird));
  clock_.Set(close);
  EXPECT_THAT(ToRemind(), ElementsAre(kSecond));
  clock_.Set(close + absl::Hours(1));
  EXPECT_THAT(ToRemind(), ElementsAre());
}

class SampleTest : public FieldworkTest {
 protected:
  static v1::OpenWaveRequest Sampled() {
    v1::OpenWaveRequest request = WaveRequest();
    *request.add_samples() = FromYaml<v1::Sample>(R"(
role: staff
description: "Two of three"
units:
  - {unit: schools/16SW03, stratum: "2", stages: [{population_size: 1}], weight: "1"}
  - {unit: schools/16SW01, stratum: "1", stages: [{population_size: 2}], weight: "2", attributes: {panel: "a"}}
)");
    return request;
  }
  absl::StatusOr<v1::Wave> OpenSampled(const v1::OpenWaveRequest& request) {
    EXPECT_OK(Publish("leaders", Questions()));
    EXPECT_OK(Publish("staff", Questions(v1::ROLE_STAFF)));
    EXPECT_OK(Publish("boards", Questions(v1::ROLE_BOARD)));
    return Call(&Stub::OpenWave, request);
  }
};

TEST_F(SampleTest, IsAskedInPlaceOfThePopulation) {
  ASSERT_OK_AND_ASSIGN(const v1::Wave wave, OpenSampled(Sampled()));
  ASSERT_THAT(wave.samples(), SizeIs(1));
  EXPECT_EQ(wave.samples(0).unit_count(), 2);
  EXPECT_EQ(wave.samples(0).stratum_count(), 2);
  EXPECT_EQ(wave.samples(0).weight_sum().value(), "3");
  ASSERT_OK_AND_ASSIGN(const v1::Wave again, Call(&Stub::OpenWave, Sampled()));
  EXPECT_EQ(again.SerializeAsString(), wave.SerializeAsString());
  EXPECT_EQ(Progress(v1::ROLE_STAFF).population_units(), 2);
  EXPECT_EQ(Progress(v1::ROLE_SCHOOL_LEADER).population_units(), 2);
  EXPECT_OK(Submit(StaffAnswers("a", kFirst)));
  EXPECT_THAT(Submit(StaffAnswers("b", kSecond)), HasReason("NOT_IN_SAMPLE"));
  EXPECT_OK(Submit(Answers("c", kSecond)));

  v1::ListSampleUnitsRequest list;
  list.set_role(v1::ROLE_STAFF);
  ASSERT_OK_AND_ASSIGN(const auto units, Ask(&FieldworkStub::ListSampleUnits, list));
  ASSERT_THAT(units.sample_units(), SizeIs(2));
  EXPECT_EQ(units.sample_units(0).unit(), kFirst);
  EXPECT_EQ(units.sample_units(0).weight().value(), "2");
  EXPECT_EQ(units.sample_units(0).attributes().at("panel"), "a");
  list.set_role(v1::ROLE_BOARD);
  EXPECT_THAT(Ask(&FieldworkStub::ListSampleUnits, list), HasReason("NO_SAMPLE"));

  const v1::ResponseRates rates = Rates(v1::ROLE_STAFF, {"stratum"}, true);
  ASSERT_THAT(rates.rates(), SizeIs(3));
  EXPECT_EQ(rates.rates(0).units().value(), "3");
  EXPECT_EQ(rates.rates(0).net_rate().value(), "0.666667");
  EXPECT_THAT(rates.rates(1).group(), ElementsAre("1"));
}

TEST_F(SampleTest, IsOneOfEveryRoleAtTheMost) {
  v1::OpenWaveRequest request = WaveRequest();
  request.mutable_wave()->clear_questionnaires();
  for (const auto& [role, unit] :
       {std::pair(v1::ROLE_SCHOOL_LEADER, kFirst), std::pair(v1::ROLE_STAFF, kFirst),
        std::pair(v1::ROLE_BOARD, "boards/40740"),
        std::pair(v1::ROLE_MUNICIPALITY, "municipalities/GM0363"),
        std::pair(v1::ROLE_MEASUREMENT, kFirst)}) {
    ASSERT_OK_AND_ASSIGN(const auto version,
                         Publish(absl::StrCat("role-", static_cast<int>(role)), Questions(role)));
    request.mutable_wave()->add_questionnaires()->set_questionnaire_version(version.name());
    *request.add_samples() = FromYaml<v1::Sample>(
        absl::StrCat("{role: ", v1::Role_Name(role), ", description: One, units: [{unit: ", unit,
                     ", stratum: \"1\", stages: [{population_size: 1}], weight: \"1\"}]}"));
  }
  ASSERT_OK_AND_ASSIGN(const v1::Wave wave, Call(&Stub::OpenWave, request));
  EXPECT_THAT(wave.samples(), SizeIs(5));
  *request.add_samples() = request.samples(0);
  EXPECT_THAT(Call(&Stub::OpenWave, request), HasReason("TOO_MANY"));
}

TEST_F(SampleTest, IsRefusedWithThePlaceOfTheFault) {
  v1::OpenWaveRequest request = Sampled();
  request.mutable_samples(0)->mutable_units(1)->mutable_weight()->set_value("0");
  EXPECT_THAT(OpenSampled(request), HasReason("BAD_WEIGHT"));
  EXPECT_THAT(Call(&Stub::OpenWave, request), HasViolation("samples[0].units[1].weight"));
  request = Sampled();
  *request.add_samples() = request.samples(0);
  EXPECT_THAT(Call(&Stub::OpenWave, request), HasReason("SAMPLE_TWICE"));
  request = Sampled();
  request.mutable_samples(0)->set_role(v1::ROLE_MUNICIPALITY);
  EXPECT_THAT(Call(&Stub::OpenWave, request), HasReason("ROLE_NOT_ASKED"));
  ASSERT_OK(Call(&Stub::OpenWave, Sampled()));
  request = Sampled();
  request.mutable_samples(0)->mutable_units(0)->mutable_weight()->set_value("1.5");
  EXPECT_THAT(Call(&Stub::OpenWave, request), HasReason("WAVE_EXISTS"));
}

TEST_F(SampleTest, IsDrawnFromASnapshotAndOpensAWave) {
  v1::DrawSampleRequest draw;
  draw.set_snapshot("snapshots/2021");
  draw.set_role(v1::ROLE_STAFF);
  draw.add_stratify_by("province");
  draw.set_size(2);
  draw.set_seed("2022");
  ASSERT_OK_AND_ASSIGN(const v1::Sample sample, Ask(&FieldworkStub::DrawSample, draw));
  EXPECT_THAT(sample.units(), SizeIs(2));
  v1::OpenWaveRequest request = WaveRequest();
  *request.add_samples() = sample;
  ASSERT_OK_AND_ASSIGN(const v1::Wave wave, OpenSampled(request));
  EXPECT_EQ(wave.samples(0).weight_sum().value(), "3");
  draw.add_stratify_by("colour");
  EXPECT_THAT(Ask(&FieldworkStub::DrawSample, draw), HasReason("UNKNOWN_ATTRIBUTE"));
}

// The stratified sample of Californian schools: 200 of 6,194 with weights and stratum sizes.
TEST_F(SampleTest, TakesARealStratifiedSample) {
  SHARED_DATA_OR_SKIP(folder);
  std::ifstream file(folder + "/api/apistrat.csv");
  if (!file) GTEST_SKIP() << "SKIPPED: there is no api/apistrat.csv in the folder of real files";
  v1::OpenWaveRequest request = WaveRequest();
  v1::Sample& sample = *request.add_samples();
  sample.set_role(v1::ROLE_STAFF);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    v1::SampleUnit& unit = *sample.add_units();
    unit.set_unit("schools/" + cells[0]);
    unit.set_stratum(cells[1]);
    unit.mutable_weight()->set_value(cells[cells.size() - 2]);
    unit.add_stages()->set_population_size(std::stoll(cells.back()));
    register_.units.push_back({unit.unit(), Sector::kPrimary});
  }
  std::sort(register_.units.begin(), register_.units.end(),
            [](const Unit& a, const Unit& b) { return a.name < b.name; });
  ASSERT_OK_AND_ASSIGN(const v1::Wave wave, OpenSampled(request));
  EXPECT_EQ(wave.samples(0).unit_count(), 200);
  EXPECT_EQ(wave.samples(0).stratum_count(), 3);
  // Weights are stratum sizes over sample sizes, to the 17 digits that were published.
  ASSERT_OK_AND_ASSIGN(const Exact sum, Exact::FromDecimal(wave.samples(0).weight_sum().value()));
  EXPECT_EQ(sum.Round(3, Rounding::kHalfEven), Exact(6194));
  const v1::ResponseRates rates = Rates(v1::ROLE_STAFF, {"stratum"}, true);
  ASSERT_THAT(rates.rates(), SizeIs(4));
  std::vector<std::string> sizes;
  for (const v1::ResponseRate& rate : rates.rates()) {
    sizes.push_back(Exact::FromDecimal(rate.units().value())->ToDecimal(0, Rounding::kHalfEven));
  }
  EXPECT_THAT(sizes, ElementsAre("6194", "4421", "755", "1018"));
}

}  // namespace
}  // namespace vg::survey
