#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/cli/demo/steps.h"
#include "services/cli/render/values.h"
#include "voortgang/indicators/v1/indicators_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace indicators = voortgang::indicators::v1;

constexpr absl::Duration kFoldPatience = absl::Minutes(2);

}  // namespace

absl::StatusOr<std::string> DefineIndicators(Story& story) {
  const auto client = story.session.ClientOf<indicators::IndicatorsService>();
  const std::vector<std::string> documents = Documents(story.options, "indicators");
  for (const std::string& path : documents) {
    indicators::DefineIndicatorRequest request;
    request.set_indicator_id(IdOf(path));
    RETURN_IF_ERROR(Document().Read(path, request.mutable_definition()));
    RETURN_IF_ERROR(Annotate(
        client.Call(&indicators::IndicatorsService::Stub::DefineIndicator, request).status(),
        path));
  }
  const SystemClock clock;
  const absl::Time give_up = clock.Now() + kFoldPatience;
  for (;;) {
    ASSIGN_OR_RETURN(const indicators::FoldState state,
                     client.Call(&indicators::IndicatorsService::Stub::GetFoldState,
                                 indicators::GetFoldStateRequest()));
    int64_t folded = 0, behind = 0, backfilling = 0;
    for (const indicators::FeedFoldState& feed : state.feeds()) {
      folded += feed.folded_count();
      behind += feed.head_count() - feed.folded_count();
      backfilling += feed.backfilling_count();
    }
    if (behind == 0 && backfilling == 0) {
      return absl::StrCat(documents.size(), " indicators over ", Number(folded), " changes");
    }
    if (clock.Now() > give_up) {
      return Error(absl::StatusCode::kDeadlineExceeded, "FOLDING",
                   absl::StrCat("the indicators are still ", behind, " changes behind"));
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
}

}  // namespace vg::cli
