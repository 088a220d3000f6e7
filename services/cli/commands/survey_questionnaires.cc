#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/values.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;
using Stub = v1::SurveyService::Stub;

struct QuestionnaireArguments {
  std::string file, id, comparisons, etag;
  bool dry_run = false;
};

std::string DraftName(const std::string& id) {
  return absl::StrCat(Named("questionnaires/", id), "/draft");
}

absl::Status Send(Session& session, const QuestionnaireArguments& arguments,
                  const Document& document, v1::PublishQuestionnaireRequest& request) {
  request.set_validate_only(arguments.dry_run);
  Document statements;
  if (!arguments.comparisons.empty()) {
    v1::CompareQuestionnaireVersionsResponse stated;
    RETURN_IF_ERROR(statements.Read(arguments.comparisons, &stated));
    *request.mutable_comparisons() = stated.comparisons();
  }
  ASSIGN_OR_RETURN(const v1::QuestionnaireVersion version, document.Send("content", [&] {
    return session.ClientOf<v1::SurveyService>().Call(&Stub::PublishQuestionnaire, request);
  }));
  if (session.json) {
    session.PrintJson(version);
  } else if (arguments.dry_run) {
    session.Print(absl::StrCat(request.questionnaire_id(), " can be published.\n"));
  } else {
    session.Print(absl::StrCat("Published ", version.name(), "; digest ",
                               version.digest().substr(0, 12), "\n"));
  }
  return absl::OkStatus();
}

absl::Status Publish(Session& session, const QuestionnaireArguments& arguments) {
  v1::PublishQuestionnaireRequest request;
  request.set_questionnaire_id(arguments.id.empty() ? IdOf(arguments.file) : arguments.id);
  Document document;
  RETURN_IF_ERROR(document.Read(arguments.file, request.mutable_content()));
  return Send(session, arguments, document, request);
}

absl::Status PublishDraft(Session& session, const QuestionnaireArguments& arguments) {
  v1::PublishQuestionnaireRequest request;
  request.set_questionnaire_id(arguments.id);
  request.set_draft_etag(arguments.etag);
  return Send(session, arguments, Document(), request);
}

// What is not written yet is among the faults that the server tells.
bool OnlyLacksFields(const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  return !details.violations.empty() &&
         std::all_of(details.violations.begin(), details.violations.end(),
                     [](const FieldViolation& each) { return each.reason == "MISSING_FIELD"; });
}

void PrintFaults(Session& session, const v1::QuestionnaireDraft& draft) {
  if (draft.faults().empty()) {
    session.Print("It can be published.\n");
    return;
  }
  session.Print(absl::StrCat("Before it can be published:\n"));
  for (const v1::QuestionnaireFault& fault : draft.faults()) {
    session.Print(
        absl::StrCat("  ", fault.field(), ": ", fault.message(), " (", fault.reason(), ")\n"));
  }
}

absl::Status SaveDraft(Session& session, const QuestionnaireArguments& arguments) {
  v1::SaveQuestionnaireDraftRequest request;
  v1::QuestionnaireDraft& draft = *request.mutable_draft();
  draft.set_name(DraftName(arguments.id.empty() ? IdOf(arguments.file) : arguments.id));
  draft.set_etag(arguments.etag);
  Document document;
  const absl::Status read = document.Read(arguments.file, draft.mutable_content());
  if (!read.ok() && !OnlyLacksFields(read)) return read;
  ASSIGN_OR_RETURN(const v1::QuestionnaireDraft saved, document.Send("draft.content", [&] {
    return session.ClientOf<v1::SurveyService>().Call(&Stub::SaveQuestionnaireDraft, request);
  }));
  if (session.json) {
    session.PrintJson(saved);
    return absl::OkStatus();
  }
  session.Print(absl::StrCat("Saved ", saved.name(), "; etag ", saved.etag(), "\n"));
  PrintFaults(session, saved);
  return absl::OkStatus();
}

absl::Status ShowDraft(Session& session, const std::string& id) {
  v1::GetQuestionnaireDraftRequest request;
  request.set_name(DraftName(id));
  ASSIGN_OR_RETURN(const v1::QuestionnaireDraft draft, session.ClientOf<v1::SurveyService>().Call(
                                                           &Stub::GetQuestionnaireDraft, request));
  if (session.json) {
    session.PrintJson(draft);
    return absl::OkStatus();
  }
  session.Print(absl::StrCat(draft.name(), "; etag ", draft.etag(), "\n\n"));
  Table table({{"Question"}, {"Label"}});
  for (const v1::Section& section : draft.content().sections()) {
    for (const v1::Question& question : section.questions()) {
      table.Add({question.id(), Text(question.label())});
    }
  }
  session.Print(table);
  session.Print("\n");
  PrintFaults(session, draft);
  return absl::OkStatus();
}

absl::Status ListDrafts(Session& session) {
  const auto survey = session.ClientOf<v1::SurveyService>();
  Table table({{"Draft"}, {"Title"}, {"Faults", Align::kRight}, {"Etag"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListQuestionnaireDraftsResponse>(
      [&](const std::string& token) {
        v1::ListQuestionnaireDraftsRequest request;
        request.set_page_token(token);
        return survey.Call(&Stub::ListQuestionnaireDrafts, request);
      },
      [&](const v1::ListQuestionnaireDraftsResponse& page) {
        for (const v1::QuestionnaireDraft& draft : page.questionnaire_drafts()) {
          if (session.json) {
            session.PrintJson(draft);
          } else {
            table.Add({draft.name(), Text(draft.content().title()), Number(draft.faults_size()),
                       draft.etag()});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status DeleteDraft(Session& session, const QuestionnaireArguments& arguments) {
  v1::DeleteQuestionnaireDraftRequest request;
  request.set_name(DraftName(arguments.id));
  request.set_etag(arguments.etag);
  RETURN_IF_ERROR(session.ClientOf<v1::SurveyService>()
                      .Call(&Stub::DeleteQuestionnaireDraft, request)
                      .status());
  if (!session.json) session.Print(absl::StrCat("Deleted ", request.name(), "\n"));
  return absl::OkStatus();
}

struct CompareArguments {
  std::string questionnaire;
  int before = 0, after = 0;
  bool all = false;
};

absl::Status Compare(Session& session, const CompareArguments& arguments) {
  const std::string versions =
      absl::StrCat(Named("questionnaires/", arguments.questionnaire), "/versions/");
  v1::CompareQuestionnaireVersionsRequest request;
  request.set_before(absl::StrCat(versions, arguments.before));
  request.set_after(absl::StrCat(versions, arguments.after));
  ASSIGN_OR_RETURN(
      const v1::CompareQuestionnaireVersionsResponse compared,
      session.ClientOf<v1::SurveyService>().Call(&Stub::CompareQuestionnaireVersions, request));
  if (session.json) {
    session.PrintJson(compared);
    return absl::OkStatus();
  }
  Table table({{"Question"}, {"Formerly"}, {"Compares"}, {"Note"}});
  int same = 0;
  for (const v1::QuestionComparison& each : compared.comparisons()) {
    const bool plain =
        each.comparability() == v1::COMPARABILITY_SAME && each.question() == each.former_question();
    same += plain ? 1 : 0;
    if (plain && !arguments.all) continue;
    table.Add({each.question(), each.former_question(), EnumText(each.comparability()),
               Text(each.note())});
  }
  if (!table.empty()) session.Print(table);
  if (!arguments.all && same > 0) {
    session.Print(absl::StrCat(Number(same), " questions are the same; --all lists them.\n"));
  }
  return absl::OkStatus();
}

void AddDraftCommands(CLI::App& survey, Session& session) {
  CLI::App* draft = survey.add_subcommand(
      "draft",
      "Questionnaires that are not published yet: save as often as you like, faults are told;\n"
      "publishing makes the draft the next version");
  draft->require_subcommand(1);
  auto arguments = std::make_shared<QuestionnaireArguments>();
  const auto etag = [arguments](CLI::App* command) {
    command->add_option("--etag", arguments->etag,
                        "Only if the draft still has this etag, so that nobody's work is undone");
  };
  const auto id = [arguments](CLI::App* command) {
    command->add_option("questionnaire", arguments->id, "The questionnaire's id")->required();
  };

  CLI::App* save = draft->add_subcommand("save", "Save a draft from YAML, and tell its faults");
  save->add_option("file", arguments->file, "The questionnaire")->required();
  save->add_option("--id", arguments->id, "Its id; by default the file's name");
  etag(save);
  session.OnRun(save, [&session, arguments] { return SaveDraft(session, *arguments); });

  CLI::App* show = draft->add_subcommand("show", "Show a draft and its faults");
  id(show);
  session.OnRun(show, [&session, arguments] { return ShowDraft(session, arguments->id); });

  CLI::App* list = draft->add_subcommand("list", "List drafts");
  session.OnRun(list, [&session] { return ListDrafts(session); });

  CLI::App* remove = draft->add_subcommand("delete", "Throw a draft away");
  id(remove);
  etag(remove);
  session.OnRun(remove, [&session, arguments] { return DeleteDraft(session, *arguments); });

  CLI::App* publish = draft->add_subcommand("publish", "Publish a draft as the next version");
  id(publish);
  etag(publish);
  publish->add_option("--comparisons", arguments->comparisons,
                      "How questions relate to the version before; see survey publish --help");
  publish->add_flag("--dry-run", arguments->dry_run, "Check it, publish nothing");
  session.OnRun(publish, [&session, arguments] { return PublishDraft(session, *arguments); });
}

}  // namespace

void AddSurveyQuestionnaireCommands(CLI::App& survey, Session& session) {
  auto arguments = std::make_shared<QuestionnaireArguments>();
  CLI::App* publish = survey.add_subcommand("publish", "Publish a questionnaire from YAML");
  publish->add_option("file", arguments->file, "The questionnaire")->required();
  publish->add_option("--id", arguments->id, "Its id; by default the file's name");
  publish->add_option(
      "--comparisons", arguments->comparisons,
      "YAML that says how questions relate to the version before, where the texts do not:\n"
      "comparisons:\n"
      "  - {question: council, comparability: reworded, note: {nl: Alleen korter}}\n"
      "  - {question: children, former_question: pupils}");
  publish->add_flag("--dry-run", arguments->dry_run, "Check it, publish nothing");
  session.OnRun(publish, [&session, arguments] { return Publish(session, *arguments); });

  AddDraftCommands(survey, session);

  auto compare_arguments = std::make_shared<CompareArguments>();
  CLI::App* compare = survey.add_subcommand(
      "compare", "How the questions of two versions relate: same, reworded, broken, new or gone");
  compare->add_option("questionnaire", compare_arguments->questionnaire, "The questionnaire's id")
      ->required();
  compare->add_option("before", compare_arguments->before, "The earlier version, such as 1")
      ->required();
  compare->add_option("after", compare_arguments->after, "The later version")->required();
  compare->add_flag("--all", compare_arguments->all, "Questions that are the same too");
  session.OnRun(compare,
                [&session, compare_arguments] { return Compare(session, *compare_arguments); });
}

}  // namespace vg::cli
