#include "common/digest/digest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include <openssl/evp.h>

#include "common/status/absl_view.h"

namespace vg {
namespace {

// OpenSSL's digests fail only when memory is out or the library is broken.
void Check(int result) {
  if (result != 1) std::abort();
}

// EVP_sha256() would be looked up again for each digest, under a lock.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

std::string Hex(std::string_view octets) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * octets.size());
  for (const char octet : octets) {
    text += kDigits[static_cast<unsigned char>(octet) >> 4];
    text += kDigits[static_cast<unsigned char>(octet) & 15];
  }
  return text;
}

struct Sha256::State {
  State() : context(EVP_MD_CTX_new()) { Check(EVP_DigestInit_ex(context, Algorithm(), nullptr)); }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  EVP_MD_CTX* context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::Update(std::string_view bytes) {
  Check(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()));
}

std::string Sha256::Finish() { return Hex(FinishOctets()); }

std::string Sha256::FinishOctets() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  Check(EVP_DigestFinal_ex(state_->context, digest.data(), &size));
  return std::string(reinterpret_cast<const char*>(digest.data()), size);
}

std::string Sha256Hex(std::string_view bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return hash.Finish();
}

DigestBuilder::DigestBuilder(std::string_view domain, std::string* form) : form_(form) {
  Field('D', domain);
}

DigestBuilder& DigestBuilder::Record(std::string_view name) { return Field('R', name); }

DigestBuilder& DigestBuilder::List(size_t items) {
  return Field('L', Sv(absl::AlphaNum(items).Piece()));
}

DigestBuilder& DigestBuilder::Text(std::string_view text) { return Field('T', text); }

DigestBuilder& DigestBuilder::Bytes(std::string_view bytes) { return Field('B', bytes); }

DigestBuilder& DigestBuilder::Integer(int64_t value) {
  return Field('I', Sv(absl::AlphaNum(value).Piece()));
}

DigestBuilder& DigestBuilder::Number(const Exact& value) { return Field('N', value.ToText()); }

DigestBuilder& DigestBuilder::Flag(bool value) { return Field('F', value ? "1" : "0"); }

DigestBuilder& DigestBuilder::Absent() { return Field('A', ""); }

DigestBuilder& DigestBuilder::OptionalText(const std::optional<std::string>& text) {
  return text.has_value() ? Text(*text) : Absent();
}

DigestBuilder& DigestBuilder::OptionalNumber(const std::optional<Exact>& value) {
  return value.has_value() ? Number(*value) : Absent();
}

DigestBuilder& DigestBuilder::Amount(Money money) {
  return Integer(money.cents).Text(money.currency.code());
}

std::string DigestBuilder::FinishOctets() {
  Flush();
  return hash_.FinishOctets();
}

std::string DigestBuilder::Finish() {
  Flush();
  return hash_.Finish();
}

DigestBuilder& DigestBuilder::Field(char letter, std::string_view bytes) {
  constexpr size_t kMostHead = 24;
  if (buffer_.size() - used_ < kMostHead + bytes.size()) {
    Flush();
    if (buffer_.size() < kMostHead + bytes.size()) buffer_.resize(kMostHead + bytes.size());
  }
  char* end = buffer_.data() + used_;
  *end++ = letter;
  end = std::to_chars(end, end + kMostHead - 2, bytes.size()).ptr;
  *end++ = ':';
  end = std::copy(bytes.begin(), bytes.end(), end);
  used_ = static_cast<size_t>(end - buffer_.data());
  return *this;
}

void DigestBuilder::Flush() {
  const std::string_view form = std::string_view(buffer_).substr(0, used_);
  if (form_ != nullptr) *form_ += form;
  hash_.Update(form);
  used_ = 0;
}

}  // namespace vg
