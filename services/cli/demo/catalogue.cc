#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/cli/actions/intake.h"
#include "services/cli/demo/steps.h"
#include "services/cli/render/values.h"
#include "services/cli/synthetic/programmes.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace catalogue = voortgang::catalogue::v1;

}  // namespace

absl::StatusOr<std::string> PublishMenus(Story& story) {
  const auto client = story.session.ClientOf<catalogue::CatalogueService>();
  std::string said;
  for (const std::string& path : Documents(story.options, "menus")) {
    catalogue::PublishMenuEditionRequest request;
    request.set_menu_edition_id(IdOf(path));
    RETURN_IF_ERROR(Document().Read(path, request.mutable_menu_edition()));
    ASSIGN_OR_RETURN(const catalogue::MenuEdition menu,
                     client.Call(&catalogue::CatalogueService::Stub::PublishMenuEdition, request));
    absl::StrAppend(&said, said.empty() ? "" : "; ", IdOf(path), ": ", menu.interventions_size(),
                    " interventions");
    // Schools chose in the summer of 2021, from the first edition there was.
    if (story.chosen_from.name().empty() ||
        menu.start_date().year() * 12 + menu.start_date().month() <
            story.chosen_from.start_date().year() * 12 + story.chosen_from.start_date().month()) {
      story.chosen_from = menu;
    }
  }
  return said;
}

absl::StatusOr<std::string> FileProgrammes(Story& story) {
  auto school = story.schools.begin();
  ASSIGN_OR_RETURN(const IntakeOutcome outcome,
                   ImportProgrammes(story.session, static_cast<int64_t>(story.schools.size()),
                                    [&](catalogue::ProgrammeFiling& filing) {
                                      while (school != story.schools.end()) {
                                        auto made =
                                            synthetic::MakeFiling(story.options.seed, *school++,
                                                                  story.chosen_from, kSchoolYear);
                                        if (!made.has_value()) continue;
                                        filing = *std::move(made);
                                        return true;
                                      }
                                      return false;
                                    }));
  RETURN_IF_ERROR(NoneRefused(outcome));
  return absl::StrCat(Number(outcome.accepted + outcome.repeated), " school programmes");
}

}  // namespace vg::cli
