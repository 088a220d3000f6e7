// How long the certificates that a process uses are good.

#ifndef VG_COMMON_APP_CERTIFICATES_H_
#define VG_COMMON_APP_CERTIFICATES_H_

#include "common/app/observe.h"
#include "common/app/options.h"
#include "common/metrics/metrics.h"

namespace vg {

// voortgang_certificate_not_after_timestamp_seconds{option}: of each of --tls-cert, --tls-client-ca
// and --peers-ca that is given, when the first certificate in the file ends; 0 if the file cannot
// be read. Files are read when they are asked about, so that a renewed one shows at once.
Observations ObserveCertificates(metrics::Registry& registry, const ServerOptions& options);

}  // namespace vg

#endif  // VG_COMMON_APP_CERTIFICATES_H_
