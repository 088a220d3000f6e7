#include "services/catalogue/api/programmes.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"

#include "common/grpc/page_token.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/menu_proto.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/api/programme_proto.h"
#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

constexpr rpc::PageLimits kProgrammePage = {.default_size = 50, .max_size = 500};
constexpr rpc::PageLimits kRevisionPage = {.default_size = 20, .max_size = 100};

}  // namespace

absl::Status Programmes::Get(const v1::GetProgrammeRequest& request, v1::Programme& response) {
  ASSIGN_OR_RETURN(const ProgrammeKey key, ProgrammeKeyOf(request.name(), "name"));
  ASSIGN_OR_RETURN(const std::string content, store_.Get(key));
  ASSIGN_OR_RETURN(response, ProtoOfContent(content));
  return absl::OkStatus();
}

absl::Status Programmes::List(const v1::ListProgrammesRequest& request,
                              v1::ListProgrammesResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kProgrammePage));
  ASSIGN_OR_RETURN(const std::vector<std::string> after, rpc::UnpackPosition(page.position, 2));
  ProgrammeFilter filter{.school_year = request.school_year()};
  ASSIGN_OR_RETURN(filter.school, SchoolOrAll(request.parent(), "parent"));
  if (!request.intervention().empty()) {
    ASSIGN_OR_RETURN(filter.intervention, InterventionIdOf(request.intervention(), "intervention"));
  }
  ASSIGN_OR_RETURN(
      std::vector<StoredProgramme> programmes,
      store_.List(filter, {.school = after[0], .school_year = after[1]}, page.size + 1));
  if (programmes.size() > page.size) {
    programmes.pop_back();
    const ProgrammeKey& last = programmes.back().key;
    response.set_next_page_token(
        rpc::NextPageToken(request, rpc::PackPosition({last.school, last.school_year})));
  }
  for (const StoredProgramme& programme : programmes) {
    ASSIGN_OR_RETURN(*response.add_programmes(), ProtoOfContent(programme.content));
  }
  return absl::OkStatus();
}

absl::Status Programmes::ListRevisions(const v1::ListProgrammeRevisionsRequest& request,
                                       v1::ListProgrammeRevisionsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kRevisionPage));
  ASSIGN_OR_RETURN(const ProgrammeKey key, ProgrammeKeyOf(request.name(), "name"));
  int64_t below = std::numeric_limits<int64_t>::max();
  if (!page.position.empty() && !absl::SimpleAtoi(Av(page.position), &below)) {
    return InvalidField("page_token", "PAGE_TOKEN_MISMATCH", "is not one that was given out");
  }
  ASSIGN_OR_RETURN(std::vector<ProgrammeRevision> revisions,
                   store_.Revisions(key, below, page.size + 1));
  if (revisions.empty()) return NotFound(request.name());
  if (revisions.size() > page.size) {
    revisions.pop_back();
    response.set_next_page_token(
        rpc::NextPageToken(request, std::to_string(revisions.back().revision)));
  }
  for (const ProgrammeRevision& revision : revisions) {
    ASSIGN_OR_RETURN(*response.add_programmes(), ProtoOfContent(revision.content));
  }
  return absl::OkStatus();
}

absl::Status Programmes::GetUptake(const v1::GetUptakeRequest& request,
                                   v1::GetUptakeResponse& response) {
  if (!IsSchoolYear(request.school_year())) {
    return InvalidFields({BadYear("school_year", request.school_year())});
  }
  ASSIGN_OR_RETURN(const auto published, menus_.FindNamed(request.menu_edition(), "menu_edition"));
  ASSIGN_OR_RETURN(const YearCounts counts, store_.Count(request.school_year()));
  for (const Uptake& uptake : Rank(published->menu, counts.choices)) {
    ToProto(uptake, published->proto, *response.add_uptake());
  }
  response.set_programme_count(counts.programmes);
  return absl::OkStatus();
}

}  // namespace vg::catalogue
