#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/catalogue.h"
#include "services/cli/render/values.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::catalogue::v1;
using Stub = v1::CatalogueService::Stub;

// "interventions/feedback" as "feedback".
std::string ShortName(std::string_view name) {
  return std::string(name.substr(name.find_last_of('/') + 1));
}

template <typename Names>
std::string ShortNames(const Names& names) {
  std::vector<std::string> short_names;
  for (const std::string& name : names) short_names.push_back(ShortName(name));
  return absl::StrJoin(short_names, ", ");
}

// What became of the intervention: "replaced by zomerscholen, lentescholen".
std::string Happened(const v1::InterventionChange& change) {
  std::string text = EnumText(change.kind());
  if (change.replaced_by_size() > 0) {
    absl::StrAppend(&text, " by ", ShortNames(change.replaced_by()));
  }
  if (change.replaces_size() > 0) {
    absl::StrAppend(&text, " in place of ", ShortNames(change.replaces()));
  }
  return text;
}

// The text with «guillemets» around what was found.
std::string Marked(const v1::Snippet& snippet) {
  std::string marked;
  int place = 0;
  int next = 0;
  for (const char byte : snippet.text()) {
    const bool begins = (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    if (begins && next < snippet.highlights_size()) {
      if (place == snippet.highlights(next).end()) {
        marked += "»";
        ++next;
      }
      if (next < snippet.highlights_size() && place == snippet.highlights(next).start()) {
        marked += "«";
      }
    }
    marked += byte;
    if (begins) ++place;
  }
  return next < snippet.highlights_size() ? marked + "»" : marked;
}

absl::Status Editions(Session& session, const std::string& day) {
  v1::ListMenuEditionsRequest request;
  if (!day.empty() && !ParseDate(day, request.mutable_valid_on())) {
    return InvalidField("--on", "IMPOSSIBLE_DATE", "write the day as 2021-10-01");
  }
  const auto catalogue = session.ClientOf<v1::CatalogueService>();
  Table table({{"Edition"}, {"From"}, {"To"}, {"Name"}, {"Digest"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListMenuEditionsResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return catalogue.Call(&Stub::ListMenuEditions, request);
      },
      [&](const v1::ListMenuEditionsResponse& page) {
        for (const v1::MenuEdition& edition : page.menu_editions()) {
          if (session.json) {
            session.PrintJson(edition);
          } else {
            table.Add({ShortName(edition.name()), Day(edition.start_date()),
                       edition.has_end_date() ? Day(edition.end_date()) : "the next",
                       Text(edition.title()), edition.digest().substr(0, 12)});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

struct SearchArguments {
  std::string edition, category, language = "nl", sector;
  std::vector<std::string> words;
  int limit = 20;
};

absl::Status Search(Session& session, const SearchArguments& arguments) {
  v1::SearchInterventionsRequest request;
  request.set_parent(Named("menuEditions/", arguments.edition));
  request.set_query(absl::StrJoin(arguments.words, " "));
  request.set_language_code(arguments.language);
  request.set_category(arguments.category);
  request.set_page_size(arguments.limit);
  ASSIGN_OR_RETURN(const auto sector, SectorOf(arguments.sector));
  request.set_sector(sector);
  ASSIGN_OR_RETURN(
      const v1::SearchInterventionsResponse found,
      session.ClientOf<v1::CatalogueService>().Call(&Stub::SearchInterventions, request));
  if (session.json) {
    session.PrintJson(found);
    return absl::OkStatus();
  }
  if (found.matches().empty()) {
    session.Print("Nothing on this menu has any of these words.\n");
    return absl::OkStatus();
  }
  if (!found.all_words()) session.Print("Nothing has all of these words; these have the most:\n");
  Table table({{"Intervention"}, {"Category"}, {"Score", Align::kRight}, {"Found in"}});
  for (const v1::InterventionMatch& match : found.matches()) {
    std::string id = match.intervention().id();
    std::string category = match.intervention().category();
    std::string score = Number(match.score());
    for (const v1::Snippet& snippet : match.snippets()) {
      table.Add({id, category, score, absl::StrCat(snippet.field(), ": ", Marked(snippet))});
      id = category = score = "";
    }
  }
  session.Print(table);
  session.Print(absl::StrCat(found.matches_size(), " of ", found.total_size(), "\n"));
  return absl::OkStatus();
}

absl::Status History(Session& session, const std::string& intervention) {
  const auto catalogue = session.ClientOf<v1::CatalogueService>();
  Table table({{"Edition"}, {"From"}, {"To"}, {"What happened"}, {"Field"}, {"Before"}, {"After"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListInterventionEditionsResponse>(
      [&](const std::string& token) {
        v1::ListInterventionEditionsRequest request;
        request.set_name(Named("interventions/", intervention));
        request.set_page_token(token);
        return catalogue.Call(&Stub::ListInterventionEditions, request);
      },
      [&](const v1::ListInterventionEditionsResponse& page) {
        for (const v1::InterventionEdition& edition : page.intervention_editions()) {
          if (session.json) {
            session.PrintJson(edition);
            continue;
          }
          const std::vector<std::string> period = {
              ShortName(edition.menu_edition()), Day(edition.start_date()),
              edition.has_end_date() ? Day(edition.end_date()) : "–"};
          if (edition.changes().empty()) {
            table.Add({period[0], period[1], period[2], "on the menu", "", "", ""});
          }
          for (const v1::InterventionChange& change : edition.changes()) {
            const bool first = &change == &edition.changes(0);
            table.Add({first ? period[0] : "", first ? period[1] : "", first ? period[2] : "",
                       Happened(change), change.field(), change.before(), change.after()});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

struct DiffArguments {
  std::string before, after, school_year, intervention, kind;
  bool programmes = false;
};

absl::StatusOr<v1::ListTouchedProgrammesRequest> TouchedRequest(const DiffArguments& arguments) {
  v1::ListTouchedProgrammesRequest request;
  request.set_before(Named("menuEditions/", arguments.before));
  request.set_after(Named("menuEditions/", arguments.after));
  request.set_school_year(arguments.school_year);
  if (!arguments.intervention.empty()) {
    request.set_intervention(Named("interventions/", arguments.intervention));
  }
  if (!arguments.kind.empty()) {
    const int kind = EnumValue(v1::InterventionChangeKind_descriptor(), arguments.kind);
    if (kind < 1) return InvalidField("--kind", "UNKNOWN_KIND", "is removed, replaced or changed");
    request.set_kind(static_cast<v1::InterventionChangeKind>(kind));
  }
  request.set_page_size(500);
  return request;
}

absl::Status Touched(Session& session, const DiffArguments& arguments) {
  const auto catalogue = session.ClientOf<v1::CatalogueService>();
  ASSIGN_OR_RETURN(v1::ListTouchedProgrammesRequest request, TouchedRequest(arguments));
  Table table({{"Programme"}, {"Chose"}, {"Status"}, {"What happened"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListTouchedProgrammesResponse>(
      [&](const std::string& token) {
        request.set_page_token(token);
        return catalogue.Call(&Stub::ListTouchedProgrammes, request);
      },
      [&](const v1::ListTouchedProgrammesResponse& page) {
        for (const v1::TouchedProgramme& programme : page.touched_programmes()) {
          if (session.json) {
            session.PrintJson(programme);
            continue;
          }
          std::string name = programme.programme();
          for (const v1::TouchedChoice& choice : programme.choices()) {
            std::string happened = EnumText(choice.kind());
            if (choice.replaced_by_size() > 0) {
              absl::StrAppend(&happened, " by ", ShortNames(choice.replaced_by()));
            }
            table.Add(
                {name, ShortName(choice.intervention()), EnumText(choice.status()), happened});
            name.clear();
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status Diff(Session& session, const DiffArguments& arguments) {
  if (arguments.programmes) return Touched(session, arguments);
  v1::DiffMenuEditionsRequest request;
  request.set_before(Named("menuEditions/", arguments.before));
  request.set_after(Named("menuEditions/", arguments.after));
  ASSIGN_OR_RETURN(const v1::DiffMenuEditionsResponse diff,
                   session.ClientOf<v1::CatalogueService>().Call(&Stub::DiffMenuEditions, request));
  if (session.json) {
    session.PrintJson(diff);
    return absl::OkStatus();
  }
  if (!diff.edition_changes().empty()) {
    Table edition({{"Of the edition itself"}, {"Before"}, {"After"}});
    for (const v1::MenuEditionChange& change : diff.edition_changes()) {
      edition.Add({change.field(), change.before(), change.after()});
    }
    session.Print(edition);
    session.Print("\n");
  }
  Table table({{"Intervention"},
               {"Chosen by", Align::kRight},
               {"What happened"},
               {"Field"},
               {"Before"},
               {"After"}});
  std::string last;
  for (const v1::InterventionChange& change : diff.changes()) {
    const bool again = change.intervention() == last;
    last = change.intervention();
    table.Add({again ? "" : ShortName(last),
               again || change.kind() == v1::INTERVENTION_CHANGE_KIND_ADDED
                   ? ""
                   : Number(change.touched_programme_count()),
               Happened(change), change.field(), change.before(), change.after()});
  }
  session.Print(table);
  session.Print(absl::StrCat(Number(diff.touched_programme_count()),
                             " school programmes chose something that changed; --programmes lists "
                             "them.\n"));
  return absl::OkStatus();
}

}  // namespace

void AddMenuQueryCommands(CLI::App& catalogue, Session& session) {
  auto day = std::make_shared<std::string>();
  CLI::App* editions = catalogue.add_subcommand("editions", "List the menu editions, newest first");
  editions->add_option("--on", *day, "Only the one that schools choose from on this day");
  session.OnRun(editions, [&session, day] { return Editions(session, *day); });

  auto search_arguments = std::make_shared<SearchArguments>();
  CLI::App* search = catalogue.add_subcommand(
      "search",
      "Search a menu edition: case, accents and endings do not matter, compounds are found by "
      "their "
      "parts ('klas verkleinen' finds Klassenverkleining), the last word may be a beginning");
  search->add_option("edition", search_arguments->edition, "The edition's id")->required();
  search->add_option("words", search_arguments->words, "What to look for")->required();
  search->add_option("--language", search_arguments->language, "nl or en")->capture_default_str();
  search->add_option("--category", search_arguments->category, "Only of this category, A to F");
  search->add_option("--sector", search_arguments->sector, "primary, secondary or special");
  search->add_option("--limit", search_arguments->limit, "At most so many, up to 100")
      ->capture_default_str();
  session.OnRun(search,
                [&session, search_arguments] { return Search(session, *search_arguments); });

  auto intervention = std::make_shared<std::string>();
  CLI::App* history = catalogue.add_subcommand(
      "history", "Follow an intervention through the menu editions: what changed when");
  history->add_option("intervention", *intervention, "Its id, such as feedback")->required();
  session.OnRun(history, [&session, intervention] { return History(session, *intervention); });

  auto diff_arguments = std::make_shared<DiffArguments>();
  CLI::App* diff = catalogue.add_subcommand(
      "diff", "What changed between two menu editions, and which school programmes it touches");
  diff->add_option("before", diff_arguments->before, "The older edition's id")->required();
  diff->add_option("after", diff_arguments->after, "The newer edition's id")->required();
  CLI::Option* programmes = diff->add_flag("--programmes", diff_arguments->programmes,
                                           "List the programmes that chose what changed");
  diff->add_option("--school-year", diff_arguments->school_year,
                   "Only programmes of this school year, such as 2021-2022")
      ->needs(programmes);
  diff->add_option("--intervention", diff_arguments->intervention,
                   "Only programmes that chose this one")
      ->needs(programmes);
  diff->add_option("--kind", diff_arguments->kind,
                   "Only programmes that chose what was removed, replaced or changed")
      ->needs(programmes);
  session.OnRun(diff, [&session, diff_arguments] { return Diff(session, *diff_arguments); });
}

}  // namespace vg::cli
