#include "common/auth/access_rule.h"

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "voortgang/access/v1/access_service.pb.h"

namespace vg::auth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using voortgang::api::v1::ROLE_ANALYST;
using voortgang::api::v1::ROLE_APPROVER;
using voortgang::api::v1::ROLE_EDITOR;
using voortgang::api::v1::ROLE_READER;
using voortgang::api::v1::ROLE_SERVICE;

Principal Jansen(Roles roles) {
  return {.name = "users/jansen", .title = "", .roles = roles, .via = ""};
}

TEST(RolesTest, ListsWhatWasAddedInTheOrderOfTheEnum) {
  const Roles roles = {ROLE_APPROVER, ROLE_EDITOR, ROLE_EDITOR};
  EXPECT_THAT(roles.List(), ElementsAre(ROLE_EDITOR, ROLE_APPROVER));
  EXPECT_EQ(roles.ToText(), "editor or approver");
}

TEST(RolesTest, LeavesOutWhatIsNoRole) {
  Roles roles;
  for (const int number : {-1, 0, 31, 32, 99, 1 << 30}) roles.Add(static_cast<Role>(number));
  EXPECT_TRUE(roles.empty());
}

TEST(RolesTest, HasEveryRoleOfTheProtoInAll) {
  const auto& type = *voortgang::api::v1::Role_descriptor();
  for (int i = 0; i < type.value_count(); ++i) {
    const Role role = static_cast<Role>(type.value(i)->number());
    EXPECT_EQ(Roles::All().Has(role), role != voortgang::api::v1::ROLE_UNSPECIFIED) << role;
  }
}

TEST(AuthoriseTest, LetsInWhoHoldsOneOfTheRoles) {
  const AccessRule rule = {.roles = {ROLE_EDITOR, ROLE_ANALYST}};
  EXPECT_THAT(Authorise(Jansen({ROLE_ANALYST}), rule, "GetResponse"), IsOk());
  EXPECT_THAT(Authorise(Jansen({ROLE_EDITOR}), rule, "GetResponse"), IsOk());
}

TEST(AuthoriseTest, TellsWhoLacksThemWhichWouldDo) {
  const absl::Status status =
      Authorise(Jansen({ROLE_READER}), {.roles = {ROLE_EDITOR, ROLE_ANALYST}}, "GetResponse");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(status, HasReason("ROLE_MISSING"));
  EXPECT_EQ(DetailsOf(status).metadata.at("roles"), "editor or analyst");
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("users/jansen may not call GetResponse: that takes the role editor or"));
}

TEST(AuthoriseTest, LetsEveryRoleDoWhatReadersMay) {
  for (const Role role : Roles::All().List()) {
    EXPECT_THAT(Authorise(Jansen({role}), {.roles = {ROLE_READER}}, "GetSchool"), IsOk()) << role;
  }
  EXPECT_THAT(Authorise(Jansen({}), {.roles = {ROLE_READER}}, "GetSchool"),
              HasReason("ROLE_MISSING"));
}

TEST(AuthoriseTest, LetsNoOtherRoleDoWhatAnotherOneMay) {
  for (const Role role : Roles::All().List()) {
    if (role == ROLE_APPROVER) continue;
    EXPECT_THAT(Authorise(Jansen({role}), {.roles = {ROLE_APPROVER}}, "ApproveRun"),
                HasReason("ROLE_MISSING"))
        << role;
  }
}

TEST(AuthoriseTest, ClosesAMethodThatSaysNothing) {
  EXPECT_THAT(Authorise(Jansen(Roles::All()), {}, "NewMethod"),
              StatusIs(absl::StatusCode::kPermissionDenied, "nobody may call NewMethod"));
}

TEST(AuthoriseTest, WantsANameWhereTheRuleDoes) {
  const AccessRule rule = {.roles = {ROLE_APPROVER}, .named = true};
  EXPECT_THAT(Authorise(Jansen({ROLE_APPROVER}), rule, "ApproveRun"), IsOk());
  const absl::Status status = Authorise(*Anonymous(), rule, "ApproveRun");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(status, HasReason("NAME_REQUIRED"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("start it with --principals=FILE"));
}

TEST(RequireRoleTest, SaysWhatTheHandlerWouldHaveDone) {
  EXPECT_THAT(RequireRole(Jansen({ROLE_ANALYST}), ROLE_ANALYST, "read unprotected figures"),
              IsOk());
  EXPECT_THAT(RequireRole(Jansen({ROLE_SERVICE}), ROLE_ANALYST, "read unprotected figures"),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("users/jansen may not read unprotected figures: that takes the "
                                 "role analyst")));
}

TEST(RuleOfTest, ReadsTheOptionOfTheMethod) {
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      "voortgang.access.v1.AccessService.WhoAmI");
  ASSERT_NE(method, nullptr);
  const AccessRule rule = RuleOf(*method);
  EXPECT_THAT(rule.roles.List(), ElementsAre(ROLE_READER));
  EXPECT_FALSE(rule.named);
  EXPECT_FALSE(rule.audited);
}

}  // namespace
}  // namespace vg::auth
