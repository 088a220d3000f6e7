// TLS from files: certificates that may change while a process runs.

#ifndef VG_COMMON_GRPC_TLS_H_
#define VG_COMMON_GRPC_TLS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"

namespace vg::rpc {

// Paths of PEM files; empty: none. They are looked at again every few seconds, so that a new
// certificate is served without a restart; one that does not fit its key is not taken.
struct TlsFiles {
  std::string certificate;  // With the chain up to the authority.
  std::string key;
  std::string authority;  // Whom we believe about the other side.
  unsigned refresh_seconds = 2;
};

// For a server: `certificate` and `key` are its own. With `authority`, a client may show a
// certificate, which must be signed by it; one that shows none is left to its token.
// INVALID_ARGUMENT (TLS_FILES_INVALID) if a file cannot be read, is no PEM, or does not fit.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const TlsFiles& files);

// For calling: the server's certificate must be signed by `authority` and bear the name that is
// called. `certificate` and `key` are what we show, if anything.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(
    const TlsFiles& files);

// When the certificates in a PEM file stop being good: the end of the one that ends first.
// INVALID_ARGUMENT (TLS_FILES_INVALID) if there is none that can be read.
absl::StatusOr<absl::Time> CertificatesEnd(const std::string& path);

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_TLS_H_
