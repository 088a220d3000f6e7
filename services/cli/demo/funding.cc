#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/status_macros.h"
#include "services/cli/demo/steps.h"
#include "services/cli/render/explanation.h"
#include "services/cli/render/values.h"
#include "voortgang/funding/v1/funding_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace funding = voortgang::funding::v1;

// " (3 lack a count)"; empty for none.
std::string Undetermined(int64_t count) {
  return count == 0 ? "" : absl::StrCat(" (", Number(count), " lack a count)");
}

// The first school whose amount has more than one part.
absl::Status ExplainOne(Story& story, const funding::Run& run) {
  const auto client = story.session.ClientOf<funding::FundingService>();
  funding::ListAllocationsRequest list;
  list.set_parent(run.name());
  list.set_page_size(1000);
  ASSIGN_OR_RETURN(const funding::ListAllocationsResponse page,
                   client.Call(&funding::FundingService::Stub::ListAllocations, list));
  const auto several = std::find_if(
      page.allocations().begin(), page.allocations().end(),
      [](const funding::Allocation& allocation) {
        return std::count_if(allocation.components().begin(), allocation.components().end(),
                             [](const funding::AllocationComponent& component) {
                               return component.amount().units() > 0;
                             }) > 1;
      });
  if (several == page.allocations().end()) return absl::OkStatus();
  funding::ExplainAllocationRequest request;
  request.set_name(several->name());
  ASSIGN_OR_RETURN(const funding::Explanation explanation,
                   client.Call(&funding::FundingService::Stub::ExplainAllocation, request));
  story.explanation = ExplanationText(explanation);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> AllocateMoney(Story& story) {
  const auto client = story.session.ClientOf<funding::FundingService>();
  std::string said;
  for (const std::string& path : Documents(story.options, "schemes")) {
    funding::PublishSchemeRequest publish;
    publish.set_scheme_id(IdOf(path));
    RETURN_IF_ERROR(Document().Read(path, publish.mutable_content()));
    ASSIGN_OR_RETURN(const funding::SchemeVersion version,
                     client.Call(&funding::FundingService::Stub::PublishScheme, publish));
    if (version.content().school_year() != kSchoolYear) continue;
    funding::AllocateRequest allocate;
    allocate.set_run_id(IdOf(path));
    allocate.set_scheme_version(version.name());
    allocate.set_snapshot(story.first_snapshot);
    ASSIGN_OR_RETURN(const funding::Run run, client.Call(&funding::FundingService::Stub::Allocate,
                                                         allocate, absl::Minutes(2)));
    story.runs.push_back(run.name());
    absl::StrAppend(&said, said.empty() ? "" : "; ", Amount(run.total()), " for ",
                    Number(run.determined_count()),
                    version.content().recipients() == funding::RECIPIENT_KIND_SCHOOL
                        ? " schools"
                        : " municipalities",
                    Undetermined(run.undetermined_count()));
    if (version.content().recipients() == funding::RECIPIENT_KIND_SCHOOL) {
      RETURN_IF_ERROR(ExplainOne(story, run));
    }
  }
  return said;
}

}  // namespace vg::cli
