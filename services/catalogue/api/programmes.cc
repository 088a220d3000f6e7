#include "services/catalogue/api/programmes.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/page_token.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/api/programme_proto.h"
#include "services/catalogue/domain/programme_diff.h"

namespace vg::catalogue {
namespace {

constexpr rpc::PageLimits kProgrammePage = {.default_size = 50, .max_size = 500};
constexpr rpc::PageLimits kRevisionPage = {.default_size = 20, .max_size = 100};

// How far a programme is, and what it lacks, is known once it is read: a page reads so many at a
// time, and so many at most.
constexpr size_t kReadAtOnce = 500;
constexpr size_t kMostRead = 2000;

bool Matches(const v1::Programme& programme, const v1::ListProgrammesRequest& request) {
  if (request.stage() != v1::PROGRAMME_STAGE_UNSPECIFIED && programme.stage() != request.stage()) {
    return false;
  }
  return request.gap().empty() ||
         std::any_of(programme.gaps().begin(), programme.gaps().end(),
                     [&](const v1::ProgrammeFinding& gap) { return gap.code() == request.gap(); });
}

// "schools/16SW03/programmes/2021-2022 revision 3"; of the newest only the programme's name.
std::string RevisionName(const std::string& programme, int revision) {
  return revision == 0 ? programme : absl::StrCat(programme, " revision ", revision);
}

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
  if (!request.menu_edition().empty()) {
    ASSIGN_OR_RETURN(filter.menu_edition, MenuIdOf(request.menu_edition(), "menu_edition"));
  }
  const bool all = request.gap().empty() && request.stage() == v1::PROGRAMME_STAGE_UNSPECIFIED;
  const size_t at_once = all ? page.size + 1 : kReadAtOnce;
  ProgrammeKey last{.school = after[0], .school_year = after[1]};
  size_t read = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const std::vector<StoredProgramme> programmes,
                     store_.List(filter, last, at_once));
    for (const StoredProgramme& stored : programmes) {
      if (static_cast<size_t>(response.programmes_size()) == page.size || read == kMostRead) {
        response.set_next_page_token(
            rpc::NextPageToken(request, rpc::PackPosition({last.school, last.school_year})));
        return absl::OkStatus();
      }
      last = stored.key;
      ++read;
      ASSIGN_OR_RETURN(v1::Programme programme, ProtoOfContent(stored.content));
      if (Matches(programme, request)) *response.add_programmes() = std::move(programme);
    }
    if (programmes.size() < at_once) return absl::OkStatus();
  }
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

absl::Status Programmes::DiffRevisions(const v1::DiffProgrammeRevisionsRequest& request,
                                       v1::DiffProgrammeRevisionsResponse& response) {
  ASSIGN_OR_RETURN(const ProgrammeKey key, ProgrammeKeyOf(request.name(), "name"));
  ASSIGN_OR_RETURN(const std::optional<Programme> after, Revision(key, request.after()));
  if (!after) return NotFound(RevisionName(request.name(), request.after()));
  const int older = request.before() == 0 ? after->revision - 1 : request.before();
  std::optional<Programme> before = Programme();
  if (older > 0) {
    ASSIGN_OR_RETURN(before, Revision(key, older));
    if (!before) return NotFound(RevisionName(request.name(), older));
  }
  response.set_before(older);
  response.set_after(after->revision);
  for (const Difference& difference : Diff(*before, *after)) {
    v1::ProgrammeDifference& out = *response.add_differences();
    out.set_field(difference.field);
    out.set_before(difference.before);
    out.set_after(difference.after);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Programme>> Programmes::Revision(const ProgrammeKey& key,
                                                              int revision) {
  const int64_t below = revision == 0 ? std::numeric_limits<int64_t>::max() : int64_t{revision} + 1;
  ASSIGN_OR_RETURN(const std::vector<ProgrammeRevision> found, store_.Revisions(key, below, 1));
  if (found.empty() || (revision != 0 && found[0].revision != revision)) return std::nullopt;
  ASSIGN_OR_RETURN(Programme programme, FromContent(found[0].content));
  return programme;
}

}  // namespace vg::catalogue
