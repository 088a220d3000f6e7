#include "services/catalogue/api/menu_queries.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/page_token.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/menu_proto.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/domain/menu_history.h"
#include "services/catalogue/domain/snippet.h"

namespace vg::catalogue {
namespace {

constexpr rpc::PageLimits kMatchPage = {.default_size = 20, .max_size = 100};
constexpr rpc::PageLimits kHistoryPage = {.default_size = 20, .max_size = 100};
constexpr rpc::PageLimits kTouchedPage = {.default_size = 50, .max_size = 500};
constexpr int kMostSnippets = 5;

// The place where a page of something that never changes, or only grows at its end, begins.
absl::StatusOr<size_t> PlaceOf(const rpc::Page& page) {
  size_t place = 0;
  if (!page.position.empty() && !absl::SimpleAtoi(Av(page.position), &place)) {
    return InvalidField("page_token", "PAGE_TOKEN_MISMATCH", "is not one that was given out");
  }
  return place;
}

void AddSnippets(const MenuEdition& edition, size_t place, Language language,
                 const std::set<std::string>& stems, const Stemmer& stemmer,
                 v1::InterventionMatch& match) {
  for (const SearchField& field : SearchFieldsOf(edition, place, language)) {
    if (match.snippets_size() == kMostSnippets) return;
    const std::optional<Snippet> snippet = SnippetOf(field.text, stems, stemmer);
    if (!snippet) continue;
    v1::Snippet& out = *match.add_snippets();
    out.set_field(field.name);
    out.set_text(snippet->text);
    for (const auto& [start, end] : snippet->highlights) {
      v1::TextRange& range = *out.add_highlights();
      range.set_start(static_cast<int32_t>(start));
      range.set_end(static_cast<int32_t>(end));
    }
  }
}

}  // namespace

absl::Status MenuQueries::Search(const v1::SearchInterventionsRequest& request,
                                 v1::SearchInterventionsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kMatchPage));
  ASSIGN_OR_RETURN(const size_t begin, PlaceOf(page));
  ASSIGN_OR_RETURN(const auto published, menus_.FindNamed(request.parent(), "parent"));
  const MenuEdition& edition = published->menu.edition();
  const Language language = request.language_code() == "en" ? Language::kEnglish : Language::kDutch;
  const Found found = published->search.In(language).Search(request.query(), [&](size_t place) {
    const Intervention& intervention = edition.interventions[place];
    return (request.category().empty() || intervention.category == request.category()) &&
           MeantFor(intervention, static_cast<Sector>(request.sector()));
  });

  response.set_total_size(static_cast<int32_t>(found.matches.size()));
  response.set_all_words(found.all_words);
  const Stemmer stemmer(language);
  const size_t end = std::min(begin + page.size, found.matches.size());
  for (size_t i = begin; i < end; ++i) {
    const auto& [place, score] = found.matches[i];
    v1::InterventionMatch& match = *response.add_matches();
    *match.mutable_intervention() = published->proto.interventions(static_cast<int>(place));
    match.set_score(score);
    AddSnippets(edition, place, language, found.stems, stemmer, match);
  }
  if (end < found.matches.size()) {
    response.set_next_page_token(rpc::NextPageToken(request, std::to_string(end)));
  }
  return absl::OkStatus();
}

absl::Status MenuQueries::ListInterventionEditions(
    const v1::ListInterventionEditionsRequest& request,
    v1::ListInterventionEditionsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kHistoryPage));
  ASSIGN_OR_RETURN(const std::string id, InterventionIdOf(request.name(), "name"));
  ASSIGN_OR_RETURN(const auto published, menus_.All());
  std::vector<const Menu*> editions;
  for (const auto& edition : published) editions.push_back(&edition->menu);
  const std::vector<InterventionEdition> history = HistoryOf(id, editions);
  if (history.empty()) return NotFound(request.name());

  // Pages go by the first day of an edition: one that is published later may begin earlier.
  for (const InterventionEdition& line : history) {
    const MenuEdition& edition = editions[line.edition]->edition();
    const std::string start = FormatDay(edition.start_date);
    if (start <= page.position) continue;
    if (static_cast<size_t>(response.intervention_editions_size()) == page.size) {
      const auto& last = *response.intervention_editions().rbegin();
      ASSIGN_OR_RETURN(const absl::CivilDay day, rpc::FromProto(last.start_date(), "start_date"));
      response.set_next_page_token(rpc::NextPageToken(request, FormatDay(day)));
      break;
    }
    v1::InterventionEdition& out = *response.add_intervention_editions();
    out.set_menu_edition(editions[line.edition]->name());
    *out.mutable_start_date() = rpc::ToProto(edition.start_date);
    if (const auto last_day = LastDay(editions, line.edition)) {
      *out.mutable_end_date() = rpc::ToProto(*last_day);
    }
    if (line.place) {
      *out.mutable_intervention() =
          published[line.edition]->proto.interventions(static_cast<int>(*line.place));
    }
    for (const InterventionChange& change : line.changes) ToProto(change, *out.add_changes());
  }
  return absl::OkStatus();
}

absl::Status MenuQueries::Diff(const v1::DiffMenuEditionsRequest& request,
                               v1::DiffMenuEditionsResponse& response) {
  ASSIGN_OR_RETURN(const std::vector<InterventionChange> changes,
                   ChangesBetween(request.before(), request.after()));
  std::set<std::string> interventions;
  for (const auto& [intervention, fate] : Touched(changes)) interventions.insert(intervention);
  ASSIGN_OR_RETURN(const std::string id, MenuIdOf(request.before(), "before"));
  ASSIGN_OR_RETURN(const TouchedCounts counts, touched_.Count(id, interventions));
  for (const InterventionChange& change : changes) {
    v1::InterventionChange& out = *response.add_changes();
    ToProto(change, out);
    const auto count = counts.per_intervention.find(change.intervention);
    if (count != counts.per_intervention.end()) out.set_touched_programme_count(count->second);
  }
  response.set_touched_programme_count(counts.programmes);
  ASSIGN_OR_RETURN(const auto before, menus_.FindNamed(request.before(), "before"));
  ASSIGN_OR_RETURN(const auto after, menus_.FindNamed(request.after(), "after"));
  for (const FieldChange& change : EditionChanges(before->menu.edition(), after->menu.edition())) {
    ToProto(change, *response.add_edition_changes());
  }
  return absl::OkStatus();
}

absl::Status MenuQueries::ListTouched(const v1::ListTouchedProgrammesRequest& request,
                                      v1::ListTouchedProgrammesResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kTouchedPage));
  ASSIGN_OR_RETURN(const std::vector<std::string> after, rpc::UnpackPosition(page.position, 2));
  ASSIGN_OR_RETURN(const std::vector<InterventionChange> changes,
                   ChangesBetween(request.before(), request.after()));
  std::string only;
  if (!request.intervention().empty()) {
    ASSIGN_OR_RETURN(only, InterventionIdOf(request.intervention(), "intervention"));
  }
  const std::map<std::string, Fate> fates = Touched(changes);
  std::set<std::string> interventions;
  for (const auto& [intervention, fate] : fates) {
    if (!only.empty() && intervention != only) continue;
    if (request.kind() != 0 && static_cast<int>(fate.kind) != request.kind()) continue;
    interventions.insert(intervention);
  }

  ASSIGN_OR_RETURN(const std::string id, MenuIdOf(request.before(), "before"));
  ASSIGN_OR_RETURN(
      std::vector<TouchedProgramme> programmes,
      touched_.List(id, interventions, request.school_year(), {after[0], after[1]}, page.size + 1));
  if (programmes.size() > page.size) {
    programmes.pop_back();
    const ProgrammeKey& last = programmes.back().key;
    response.set_next_page_token(
        rpc::NextPageToken(request, rpc::PackPosition({last.school, last.school_year})));
  }
  for (const TouchedProgramme& programme : programmes) {
    v1::TouchedProgramme& out = *response.add_touched_programmes();
    out.set_programme(ProgrammeName(programme.key));
    for (const auto& [intervention, status] : programme.choices) {
      const Fate& fate = fates.at(intervention);
      v1::TouchedChoice& choice = *out.add_choices();
      choice.set_intervention(InterventionName(intervention));
      choice.set_status(static_cast<v1::ChoiceStatus>(status));
      choice.set_kind(static_cast<v1::InterventionChangeKind>(fate.kind));
      for (const std::string& by : fate.replaced_by) choice.add_replaced_by(InterventionName(by));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<InterventionChange>> MenuQueries::ChangesBetween(
    const std::string& before, const std::string& after) {
  ASSIGN_OR_RETURN(const auto older, menus_.FindNamed(before, "before"));
  ASSIGN_OR_RETURN(const auto newer, menus_.FindNamed(after, "after"));
  ASSIGN_OR_RETURN(const auto editions, menus_.All());
  Lineage lineage;
  for (const auto& edition : editions) {
    const absl::CivilDay start = edition->menu.edition().start_date;
    if (start <= newer->menu.edition().start_date) lineage.Add(edition->menu.edition());
  }
  return MenuDiff(older->menu, newer->menu, lineage).All();
}

}  // namespace vg::catalogue
