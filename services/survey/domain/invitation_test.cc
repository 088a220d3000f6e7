#include "services/survey/domain/invitation.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::survey {
namespace {

const std::string kSecret(kTokenSecretOctets, 's');

TEST(InvitationKeyTest, IsKnownByItsIdAlone) {
  for (const InvitationKey& key : {InvitationKey{Role::kStaff, "schools/16SW03", 12},
                                   InvitationKey{Role::kSchoolLeader, "schools/16SW03", 1},
                                   InvitationKey{Role::kBoard, "boards/40740", 1},
                                   InvitationKey{Role::kMunicipality, "municipalities/GM0363", 1},
                                   InvitationKey{Role::kStaff, "schools/a-1", 2}}) {
    EXPECT_EQ(InvitationKeyFromId(key.id()), key);
  }
  EXPECT_EQ((InvitationKey{Role::kStaff, "schools/16SW03", 12}.id()), "staff-16SW03-12");
  for (const char* const id : {"", "staff", "staff-16SW03", "staff--1", "staff-16SW03-01",
                               "staff-16SW03-", "head-16SW03-1"}) {
    EXPECT_EQ(InvitationKeyFromId(id), std::nullopt) << id;
  }
}

TEST(TokenTest, IsTheSameForTheSameInvitationAndNoOther) {
  std::set<std::string> tokens;
  for (int number = 1; number <= 1000; ++number) {
    tokens.insert(TokenOf({Role::kStaff, "schools/16SW03", number}, kSecret));
  }
  EXPECT_EQ(tokens.size(), 1000u);
  const InvitationKey key{Role::kStaff, "schools/16SW03", 1};
  EXPECT_EQ(TokenOf(key, kSecret), TokenOf(key, kSecret));
  EXPECT_NE(TokenOf(key, kSecret), TokenOf(key, std::string(kTokenSecretOctets, 't')));
  EXPECT_NE(TokenOf(key, kSecret), TokenOf({Role::kSchoolLeader, key.unit, 1}, kSecret));
}

TEST(TokenTest, HasNoCharactersThatAreTakenForOthers) {
  for (int number = 1; number <= 100; ++number) {
    const std::string token = TokenOf({Role::kStaff, "schools/16SW03", number}, kSecret);
    EXPECT_THAT(token, ::testing::MatchesRegex("([0-9A-Z]{4}-){6}[0-9A-Z]{4}"));
    EXPECT_EQ(token.find_first_of("ILOU"), std::string::npos);
  }
}

TEST(TokenHashTest, DoesNotMindHowATokenIsWritten) {
  const std::string token = TokenOf({Role::kStaff, "schools/16SW03", 1}, kSecret);
  const std::string hash = TokenHash(token);
  EXPECT_EQ(hash.size(), 64u);
  std::string written = absl::AsciiStrToLower(token);
  written.erase(std::remove(written.begin(), written.end(), '-'), written.end());
  std::replace(written.begin(), written.end(), '0', 'o');
  std::replace(written.begin(), written.end(), '1', 'l');
  EXPECT_EQ(TokenHash(" " + written), hash);
}

TEST(TokenHashTest, IsEmptyWhereNothingWasWritten) {
  EXPECT_EQ(TokenHash(""), "");
  EXPECT_EQ(TokenHash(" - "), "");
  EXPECT_NE(TokenHash("guess"), "");
}

}  // namespace
}  // namespace vg::survey
