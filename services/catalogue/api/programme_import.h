// The RPC by which many programmes are filed in one stream.

#ifndef VG_SERVICES_CATALOGUE_API_PROGRAMME_IMPORT_H_
#define VG_SERVICES_CATALOGUE_API_PROGRAMME_IMPORT_H_

#include "absl/status/status.h"

#include "common/feed/signal.h"
#include "common/grpc/call.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/catalogue/api/filing_desk.h"
#include "services/catalogue/api/menus.h"
#include "services/catalogue/peers/registry.h"
#include "services/catalogue/storage/programme_store.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

// Thread-safe; borrows what it is given.
class ProgrammeImport {
 public:
  ProgrammeImport(ProgrammeStore& store, Menus& menus, Registry& registry, const Clock& clock,
                  feed::Signal& signal, metrics::Registry& metrics)
      : store_(store),
        menus_(menus),
        registry_(registry),
        clock_(clock),
        signal_(signal),
        counters_(metrics) {}

  absl::Status Import(
      rpc::Call& call,
      rpc::Stream<v1::ImportProgrammesRequest, v1::ImportProgrammesResponse>& stream);

 private:
  struct Intake;
  class Batch;

  // Reads what the first message says of the whole stream.
  absl::Status Open(const v1::ImportProgrammesRequest& first, Intake& intake);
  // Files the filings of one message.
  absl::Status File(const v1::ImportProgrammesRequest& message, Intake& intake,
                    v1::ImportProgrammesResponse& answer);
  void Count(const v1::ImportProgrammesResponse& answer, Intake& intake);
  absl::Status Summarise(const Intake& intake, v1::BoardSummary& summary);

  ProgrammeStore& store_;
  Menus& menus_;
  Registry& registry_;
  const Clock& clock_;
  feed::Signal& signal_;
  const FilingCounters counters_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_PROGRAMME_IMPORT_H_
