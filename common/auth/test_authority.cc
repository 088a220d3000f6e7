#include "common/auth/test_authority.h"

#include <atomic>
#include <cstdlib>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace vg::auth {
namespace {

constexpr long kAnHour = 3600;

void Check(bool good) {
  if (!good) std::abort();
}

std::string Text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

std::string Pem(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  Check(PEM_write_bio_X509(bio, certificate) == 1);
  return Text(bio);
}

std::string Pem(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  Check(PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Text(bio);
}

std::shared_ptr<EVP_PKEY> NewKey() {
  return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free};
}

void Name(X509_NAME* name, const char* type, const std::string& value) {
  Check(X509_NAME_add_entry_by_txt(name, type, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(value.data()),
                                   static_cast<int>(value.size()), -1, 0) == 1);
}

void Extend(X509* certificate, int type, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, type, value);
  Check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

std::shared_ptr<X509> NewCertificate(EVP_PKEY* key, long valid_seconds) {
  static std::atomic<long> serial = 0;
  std::shared_ptr<X509> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kAnHour);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), valid_seconds);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name)
    : key_(NewKey()), certificate_(NewCertificate(key_.get(), kAnHour)) {
  Name(X509_get_subject_name(certificate_.get()), "CN", name);
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  Extend(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  Extend(certificate_.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  Check(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
  pem_ = Pem(certificate_.get());
}

TestIdentity TestAuthority::Issue(const std::string& common_name, const std::string& serial_number,
                                  long valid_seconds) const {
  const std::shared_ptr<EVP_PKEY> key = NewKey();
  const std::shared_ptr<X509> certificate = NewCertificate(key.get(), valid_seconds);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  Name(subject, "C", "NL");
  Name(subject, "O", "Voorbeeld, \"Onderwijs\" + Co");
  if (!serial_number.empty()) Name(subject, "serialNumber", serial_number);
  Name(subject, "CN", common_name);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  Extend(certificate.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  Check(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  return {.certificate = Pem(certificate.get()), .key = Pem(key.get())};
}

}  // namespace vg::auth
