#include "services/survey/storage/claimant.h"

#include "common/feed/partition.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"

namespace vg::survey {
namespace {

constexpr char kIsSubmitter[] =
    "SELECT 1 FROM response "
    "WHERE partition = $1 AND wave = $2 AND response = $3 AND submitter = $4";
constexpr char kIsInvited[] =
    "SELECT 1 FROM invitation_use WHERE wave = $1 AND response = $2 AND token_hash = $3";

}  // namespace

absl::Status CheckIsOwn(sql::Transaction& transaction, int64_t wave, std::string_view response,
                        std::string_view name, const Claimant& claimant) {
  bool own = claimant.may_all;
  if (!own && !claimant.submitter.empty()) {
    const int partition = feed::PartitionOf(transaction.engine(), response);
    ASSIGN_OR_RETURN(own, transaction.QueryOne(kIsSubmitter,
                                               {partition, wave, response, claimant.submitter},
                                               [](const sql::Row&) {}));
  }
  if (!own && !claimant.invitation.empty()) {
    ASSIGN_OR_RETURN(own, transaction.QueryOne(kIsInvited, {wave, response, claimant.invitation},
                                               [](const sql::Row&) {}));
  }
  return own ? absl::OkStatus() : NotTheSubmitter(name);
}

}  // namespace vg::survey
