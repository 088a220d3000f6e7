// Content digests: SHA-256 over a canonical form that a stranger can recompute.
//
// The canonical form is a sequence of fields, each written as
//
//     <letter> <length in decimal> ':' <bytes>
//
//     letter  field             bytes
//     D       domain, first     what is digested, e.g. "voortgang.registry.snapshot.v1"
//     R       record begins     the record's name, e.g. "school"
//     L       list begins       the number of items in decimal; the items follow
//     T       text              UTF-8 as it is
//     B       bytes             as they are
//     I       integer           decimal: "-12"
//     N       exact number      Exact::ToText: "701.16", "2/37"
//     F       flag              "1" or "0"
//     A       absent            none: "A0:"
//
// so Text("bo") adds "T2:bo" and Integer(250) adds "I3:250". Lengths come first, so that no two
// contents share a form. The digest is the SHA-256 of these bytes, in lower-case hexadecimal:
//     printf 'D4:demoT2:boI3:250' | sha256sum

#ifndef VG_COMMON_DIGEST_DIGEST_H_
#define VG_COMMON_DIGEST_DIGEST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/numeric/exact.h"
#include "common/numeric/money.h"

namespace vg {

// SHA-256 of `bytes`: 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);

// Lower-case hexadecimal digits, two per octet.
std::string Hex(std::string_view octets);

// SHA-256 of bytes that arrive in pieces. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(std::string_view bytes);
  // 64 hexadecimal digits; the object is used up.
  std::string Finish();
  // The same as 32 octets.
  std::string FinishOctets();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Builds a canonical form and digests it as it grows. Fields are told apart by their order, so
// every writer of a form adds all of its fields, Absent for those that are not there. Not
// thread-safe.
class DigestBuilder {
 public:
  // `form`, if it is given, gets the canonical form itself, for a reader who wants to digest it
  // again.
  explicit DigestBuilder(std::string_view domain, std::string* form = nullptr);

  DigestBuilder& Record(std::string_view name);
  DigestBuilder& List(size_t items);
  DigestBuilder& Text(std::string_view text);
  DigestBuilder& Bytes(std::string_view bytes);
  DigestBuilder& Integer(int64_t value);
  DigestBuilder& Number(const Exact& value);
  DigestBuilder& Flag(bool value);
  DigestBuilder& Absent();
  DigestBuilder& OptionalText(const std::optional<std::string>& text);
  DigestBuilder& OptionalNumber(const std::optional<Exact>& value);
  // An integer of cents and a text of the currency.
  DigestBuilder& Amount(Money money);

  // 64 hexadecimal digits; the builder is used up.
  std::string Finish();
  // The same as 32 octets.
  std::string FinishOctets();

 private:
  DigestBuilder& Field(char letter, std::string_view bytes);
  void Flush();

  std::string* form_;
  std::string buffer_ = std::string(2048, '\0');  // Of which `used_` hold what is not digested yet.
  size_t used_ = 0;
  Sha256 hash_;
};

}  // namespace vg

#endif  // VG_COMMON_DIGEST_DIGEST_H_
