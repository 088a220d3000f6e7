#include "services/report/pages/live_page.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/report/domain/labels.h"
#include "services/report/domain/numbers.h"
#include "services/report/pages/page.h"
#include "services/report/pages/words.h"

namespace vg::report {
namespace {

constexpr size_t kDays = 28;  // The last ones, of the chart by day.

std::string RateOf(const LiveRole& role, Language language) {
  if (role.invited <= 0) return "–";
  return FormatPercentage(Exact(role.answered) / Exact(role.invited), 1, language);
}

// One column per day, of at most 100 units of height.
void AddDays(Part& part, const std::vector<LiveDay>& all, Language language) {
  const size_t count = std::min(all.size(), kDays);
  const std::vector<LiveDay> days(all.end() - static_cast<ptrdiff_t>(count), all.end());
  int64_t most = 1;
  for (const LiveDay& day : days) most = std::max(most, day.responses);
  for (size_t i = 0; i < days.size(); ++i) {
    const int64_t height = days[i].responses * 100 / most;
    Part& column = Add(part, "DAY");
    Set(column, "X", static_cast<int64_t>(i * 20));
    Set(column, "Y", 100 - height);
    Set(column, "HEIGHT", height);
    Part& row = Add(part, "DAY_ROW");
    Set(row, "DAY", FormatLongDay(days[i].day, language));
    Set(row, "COUNT", FormatCount(days[i].responses, language));
  }
}

}  // namespace

std::string RenderLive(const LiveWave& wave, Language language) {
  const PageWords& words = WordsIn(language);
  const std::string& title = wave.title.In(language);
  const char* other = language == Language::kDutch ? "en" : "nl";
  Page page("live.html", {.language = language,
                          .title = absl::StrCat(words.live, ": ", title),
                          .style_url = "/editions/style.css",
                          .other_url = absl::StrCat("/staff/waves/", wave.id, "/", other, "/"),
                          .home_url = "/editions/"});
  Part& root = page.root();
  Set(root, "LIVE", words.live);
  Set(root, "TITLE", title);
  Set(root, "NOTE", words.live_note);
  Set(root, "HEAD_ROLE", words.role);
  Set(root, "HEAD_INVITED", words.invited);
  Set(root, "HEAD_ANSWERED", words.answered);
  Set(root, "HEAD_RATE", words.response_rate);
  Set(root, "HEAD_RESPONSES", words.responses);
  Set(root, "HEAD_PARTIAL", words.partial);
  Set(root, "BY_DAY", words.by_day);
  Set(root, "FIRST_ESTIMATES", words.first_estimates);
  Set(root, "HEAD_VALUE", words.value);
  Set(root, "HEAD_INTERVAL", words.interval);
  for (const LiveRole& role : wave.roles) {
    const std::string name = RespondentsLabel(role.role).In(language);
    Part& row = Add(root, "ROLE");
    Set(row, "NAME", name);
    Set(row, "INVITED", FormatCount(role.invited, language));
    Set(row, "ANSWERED", FormatCount(role.answered, language));
    Set(row, "RATE", RateOf(role, language));
    Set(row, "RESPONSES", FormatCount(role.responses, language));
    Set(row, "PARTIAL", FormatCount(role.partial, language));
    if (role.by_day.empty()) continue;
    Part& days = Add(root, "ROLE_DAYS");
    Set(days, "NAME", name);
    Set(days, "LABEL", absl::StrCat(words.by_day, ": ", name));
    AddDays(days, role.by_day, language);
  }
  for (const LiveEstimate& estimate : wave.estimates) {
    Part& row = Add(root, "ESTIMATE");
    Set(row, "HEAD", estimate.title.In(language));
    Set(row, "WHO", RespondentsLabel(estimate.role).In(language));
    const Figure figure{.kind = estimate.kind, .unit = estimate.unit};
    const Cell& cell = estimate.cell;
    const bool shown = cell.state == CellState::kShown;
    Set(row, "VALUE", shown ? FormatValue(figure, cell, language) : "–");
    Set(row, "INTERVAL",
        shown && cell.interval.has_value() ? FormatInterval(figure, cell, language) : "–");
    Set(row, "N", shown ? FormatCount(cell.n, language) : "–");
  }
  return page.Expand();
}

std::string RenderRefusal(std::string_view sentence) {
  Page page("refusal.html", {.title = std::string(sentence),
                             .style_url = "/editions/style.css",
                             .home_url = "/editions/"});
  Set(page.root(), "SENTENCE", sentence);
  return page.Expand();
}

}  // namespace vg::report
