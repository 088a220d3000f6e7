#include "common/grpc/tls.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <utility>

#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::rpc {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;

struct CloseFile {
  void operator()(FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<FILE, CloseFile>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

absl::Status Invalid(std::string sentence) {
  ERR_clear_error();
  return Error(absl::StatusCode::kInvalidArgument, "TLS_FILES_INVALID", std::move(sentence));
}

absl::StatusOr<Certificate> ReadCertificate(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return Invalid(path + " cannot be read");
  Certificate certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr), X509_free);
  if (certificate == nullptr) return Invalid(path + " must hold a certificate in PEM");
  return certificate;
}

// gRPC itself would say nothing and refuse every handshake.
absl::Status CheckPair(const TlsFiles& files) {
  if (files.certificate.empty() != files.key.empty()) {
    return Invalid("a certificate and its key go together: give both or neither");
  }
  if (files.certificate.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Certificate certificate, ReadCertificate(files.certificate));
  const File file(std::fopen(files.key.c_str(), "rb"));
  if (file == nullptr) return Invalid(files.key + " cannot be read");
  const auto no_passphrase = [](char*, int, int, void*) { return 0; };
  const Key key(PEM_read_PrivateKey(file.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free);
  if (key == nullptr) return Invalid(files.key + " must hold a key in PEM, without a passphrase");
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return Invalid(files.key + " is not the key of " + files.certificate);
  }
  return absl::OkStatus();
}

absl::Status CheckFiles(const TlsFiles& files) {
  RETURN_IF_ERROR(CheckPair(files));
  return files.authority.empty() ? absl::OkStatus() : ReadCertificate(files.authority).status();
}

std::shared_ptr<FileWatcherCertificateProvider> Watch(const TlsFiles& files) {
  return std::make_shared<FileWatcherCertificateProvider>(files.key, files.certificate,
                                                          files.authority, files.refresh_seconds);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const TlsFiles& files) {
  RETURN_IF_ERROR(CheckFiles(files));
  if (files.certificate.empty()) return Invalid("a server needs a certificate and its key");
  grpc::experimental::TlsServerCredentialsOptions options(Watch(files));
  options.watch_identity_key_cert_pairs();
  if (!files.authority.empty()) {
    options.watch_root_certs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return grpc::experimental::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(
    const TlsFiles& files) {
  RETURN_IF_ERROR(CheckFiles(files));
  if (files.authority.empty()) return Invalid("a caller needs the authority of the server");
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(Watch(files));
  options.watch_root_certs();
  if (!files.certificate.empty()) options.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(options);
}

absl::StatusOr<absl::Time> CertificatesEnd(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return Invalid(path + " cannot be read");
  absl::Time end = absl::InfiniteFuture();
  while (const Certificate next =
             Certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr), X509_free)) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(next.get()), &parts) != 1) {
      return Invalid(path + " has a certificate without a time at which it ends");
    }
    end = std::min(end, absl::FromTM(parts, absl::UTCTimeZone()));
  }
  ERR_clear_error();  // Of the end of the file.
  if (end == absl::InfiniteFuture()) return Invalid(path + " must hold a certificate in PEM");
  return end;
}

}  // namespace vg::rpc
