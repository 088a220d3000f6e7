// Signs certificates as an authority would: for tests.

#ifndef VG_COMMON_AUTH_TEST_AUTHORITY_H_
#define VG_COMMON_AUTH_TEST_AUTHORITY_H_

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace vg::auth {

// A certificate and its key, PEM.
struct TestIdentity {
  std::string certificate;
  std::string key;
};

// An authority of its own, made when the object is. Ends the process if OpenSSL fails.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name);

  // Its own certificate, PEM.
  const std::string& certificate() const { return pem_; }

  // For a server or caller on 127.0.0.1 and localhost. `serial_number` goes into the subject, as an
  // OIN does; empty: none. Valid from an hour ago for `valid_seconds` from now, which may be past.
  TestIdentity Issue(const std::string& common_name, const std::string& serial_number = "",
                     long valid_seconds = 3600) const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
  std::string pem_;
};

}  // namespace vg::auth

#endif  // VG_COMMON_AUTH_TEST_AUTHORITY_H_
