#include "common/auth/credentials.h"

#include <string>

#include "gtest/gtest.h"

#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace vg::auth {
namespace {

TEST(BearerTokenTest, TakesTheTokenAsItIs) {
  EXPECT_THAT(BearerToken("Bearer vgt_aB-._~+/="), IsOkAndHolds("vgt_aB-._~+/="));
}

TEST(BearerTokenTest, ReadsTheSchemeInAnyCase) {
  EXPECT_THAT(BearerToken("bearer Abc"), IsOkAndHolds("Abc"));
  EXPECT_THAT(BearerToken("BEARER Abc"), IsOkAndHolds("Abc"));
}

TEST(BearerTokenTest, RefusesWhatIsNoBearerToken) {
  for (const char* header : {"Bearer", "Bearer ", "Basic dXNlcg==", "vgt_abc", "Bearer  a",
                             "Bearer a b", "Bearer a\n", "Bearer \xc3\xa9"}) {
    EXPECT_THAT(BearerToken(header).status(), HasReason("TOKEN_MALFORMED")) << header;
  }
}

TEST(SerialNumberOfTest, FindsTheNumberAmongTheParts) {
  EXPECT_THAT(SerialNumberOf("CN=duo.nl,serialNumber=00000001001234567000,O=DUO,C=NL"),
              IsOkAndHolds("00000001001234567000"));
  EXPECT_THAT(SerialNumberOf("C=NL+SERIALNUMBER=1"), IsOkAndHolds("1"));
}

TEST(SerialNumberOfTest, IsNotFooledByANameThatHoldsCommas) {
  EXPECT_THAT(SerialNumberOf("CN=x\\,serialNumber=666\\+serialNumber=667,serialNumber=1"),
              IsOkAndHolds("1"));
  EXPECT_THAT(SerialNumberOf("CN=x\\,serialNumber=666").status(),
              HasReason("CERTIFICATE_MALFORMED"));
}

TEST(SerialNumberOfTest, UnderstandsEscapes) {
  EXPECT_THAT(SerialNumberOf("serialNumber=\\#1\\,2\\2B\\ "), IsOkAndHolds("#1,2+ "));
  EXPECT_THAT(SerialNumberOf("CN=\\C3\\A9cole,serialNumber=7"), IsOkAndHolds("7"));
}

TEST(SerialNumberOfTest, RefusesWhatItCannotReadForSure) {
  for (const std::string& subject :
       {std::string(""), std::string("CN=nobody"), std::string("serialNumber=1,serialNumber=2"),
        std::string("serialNumber=1\\"), std::string("serialNumber=1\\4"), std::string("=1"),
        std::string("nothing"), std::string("serialNumber=1,rest"),
        "CN=" + std::string(5000, 'x') + ",serialNumber=1"}) {
    EXPECT_THAT(SerialNumberOf(subject).status(), HasReason("CERTIFICATE_MALFORMED")) << subject;
  }
}

}  // namespace
}  // namespace vg::auth
