#include "common/app/certificates.h"

#include <string>

#include "common/grpc/tls.h"

namespace vg {

Observations ObserveCertificates(metrics::Registry& registry, const ServerOptions& options) {
  Observations all;
  const auto add = [&](const char* option, const std::string& path) {
    if (path.empty()) return;
    all.push_back(registry.Observe(
        metrics::Kind::kGauge, "voortgang_certificate_not_after_timestamp_seconds",
        "When the first certificate in the file of an option ends, in seconds since 1970; 0: the "
        "file cannot be read.",
        {{"option", option}}, [path] {
          return static_cast<double>(
              absl::ToUnixSeconds(rpc::CertificatesEnd(path).value_or(absl::UnixEpoch())));
        }));
  };
  add("tls-cert", options.tls_cert);
  add("tls-client-ca", options.tls_client_ca);
  add("peers-ca", options.peers_ca);
  return all;
}

}  // namespace vg
