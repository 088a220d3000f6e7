#include "common/digest/digest.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vg {
namespace {

using namespace std::string_view_literals;

TEST(Sha256Test, AgreesWithThePublishedVectors) {
  // FIPS 180-4, examples.
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 million;
  for (int i = 0; i < 1000; ++i) million.Update(std::string(1000, 'a'));
  EXPECT_EQ(million.Finish(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(DigestBuilderTest, DigestsTheDocumentedForm) {
  EXPECT_EQ(DigestBuilder("demo").Text("bo").Integer(250).Finish(),
            Sha256Hex("D4:demoT2:boI3:250"));
  EXPECT_EQ(DigestBuilder("demo")
                .Record("school")
                .List(2)
                .Number(*Exact::FromText("2/37"))
                .Number(*Exact::FromText("701.160"))
                .Flag(true)
                .Absent()
                .Bytes(std::string_view("\0\n", 2))
                .OptionalText(std::nullopt)
                .OptionalNumber(Exact(3))
                .Amount({-5, Currency::Usd()})
                .Finish(),
            Sha256Hex("D4:demoR6:schoolL1:2N4:2/37N6:701.16F1:1A0:B2:\0\nA0:N1:3"
                      "I2:-5T3:USD"sv));
}

TEST(DigestBuilderTest, TellsContentsApartThatReadAlike) {
  const auto two = [](std::string_view a, std::string_view b) {
    return DigestBuilder("demo").Text(a).Text(b).Finish();
  };
  EXPECT_NE(two("ab", "c"), two("a", "bc"));
  EXPECT_NE(two("", "T0:"), two("T0:", ""));
  EXPECT_NE(DigestBuilder("demo").Text("1").Finish(), DigestBuilder("demo").Integer(1).Finish());
  EXPECT_NE(DigestBuilder("demo").Text("").Finish(), DigestBuilder("demo").Absent().Finish());
  EXPECT_NE(DigestBuilder("a").Finish(), DigestBuilder("b").Finish());
}

TEST(DigestBuilderTest, DigestsContentsOfAnySize) {
  std::string kept;
  DigestBuilder builder("demo", &kept);
  std::string form = "D4:demo";
  for (int i = 0; i < 20'000; ++i) {
    builder.Integer(7);
    form += "I1:7";
  }
  EXPECT_EQ(builder.Finish(), Sha256Hex(form));
  EXPECT_EQ(kept, form);
}

}  // namespace
}  // namespace vg
