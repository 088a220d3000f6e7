#include "common/auth/authenticator.h"

#include "gtest/gtest.h"

#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace vg::auth {
namespace {

using voortgang::api::v1::ROLE_APPROVER;

const Principal kJansen = {
    .name = "users/jansen", .title = "A. Jansen", .roles = {ROLE_APPROVER}, .via = ""};

TEST(PassOnTest, CarriesNameTitleAndRolesAcross) {
  ASSERT_OK_AND_ASSIGN(const PrincipalPtr caller, PassedOn(PassOn(kJansen), "systems/report"));
  EXPECT_EQ(caller->name, kJansen.name);
  EXPECT_EQ(caller->title, kJansen.title);
  EXPECT_EQ(caller->roles, kJansen.roles);
  EXPECT_EQ(caller->via, "systems/report");
}

TEST(PassOnTest, RefusesWhatIsNoCaller) {
  EXPECT_THAT(PassedOn("\xff\xff", "x").status(), HasReason("CALLER_MALFORMED"));
  EXPECT_THAT(PassedOn(PassOn({.name = "", .title = "", .roles = {}, .via = ""}), "x").status(),
              HasReason("CALLER_MALFORMED"));
}

TEST(OpenToAllTest, KnowsNobodyFromOutsideWhateverTheySend) {
  const std::string jansen = PassOn(kJansen);
  ASSERT_OK_AND_ASSIGN(const PrincipalPtr caller,
                       OpenToAll().Identify({.in_process = false,
                                             .authorization = "Bearer abc",
                                             .certificate_subject = "serialNumber=1",
                                             .passed_on = jansen}));
  EXPECT_EQ(caller->name, kAnonymous);
  EXPECT_FALSE(caller->named());
  EXPECT_EQ(caller->roles, Roles::All());
}

TEST(OpenToAllTest, BelievesItsOwnProcess) {
  const std::string jansen = PassOn(kJansen);
  ASSERT_OK_AND_ASSIGN(const PrincipalPtr caller, OpenToAll().Identify({.in_process = true,
                                                                        .authorization = {},
                                                                        .certificate_subject = {},
                                                                        .passed_on = jansen}));
  EXPECT_EQ(caller->name, "users/jansen");
  EXPECT_EQ(caller->roles, kJansen.roles);
}

}  // namespace
}  // namespace vg::auth
