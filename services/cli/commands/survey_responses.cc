// Commands about what became of responses.

#include <memory>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/time_util.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/cli/commands/commands.h"
#include "services/cli/render/values.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;
using google::protobuf::util::TimeUtil;
using Stub = v1::SurveyService::Stub;

struct CorrectArguments {
  std::string file, reason, request_id;
  int revision = 0;
  bool dry_run = false;
};

absl::Status Correct(Session& session, const CorrectArguments& arguments) {
  v1::CorrectResponseRequest request;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(arguments.file));
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, request.mutable_response());
  if (!parsed.ok()) {
    return Error(absl::StatusCode::kInvalidArgument, "MALFORMED_FILE",
                 absl::StrCat(arguments.file, " is no response: ", std::string(parsed.message())));
  }
  request.set_reason(arguments.reason);
  request.set_expected_revision(arguments.revision);
  request.set_validate_only(arguments.dry_run);
  request.set_request_id(arguments.request_id);
  ASSIGN_OR_RETURN(const v1::Response response,
                   session.ClientOf<v1::SurveyService>().Call(&Stub::CorrectResponse, request));
  if (session.json) {
    session.PrintJson(response);
  } else {
    session.Print(absl::StrCat(arguments.dry_run ? "Checked " : "Corrected ", response.name(),
                               "; revision ", response.revision(), "\n"));
  }
  return absl::OkStatus();
}

struct ShowArguments {
  std::string name, token;
};

// As JSON, which `survey submit` and `survey correct` read.
absl::Status Show(Session& session, const ShowArguments& arguments) {
  v1::GetResponseRequest request;
  request.set_name(arguments.name);
  request.set_invitation_token(arguments.token);
  ASSIGN_OR_RETURN(const v1::Response response,
                   session.ClientOf<v1::SurveyService>().Call(&Stub::GetResponse, request));
  session.PrintJson(response);
  return absl::OkStatus();
}

// An answer as JSON without the question's id; empty if there is none.
std::string AnswerText(bool present, v1::Answer answer) {
  std::string text;
  if (!present) return text;
  answer.clear_question();
  return google::protobuf::util::MessageToJsonString(answer, &text).ok() ? text : "unreadable";
}

// The question with its instance and row.
std::string PlaceText(const v1::AnswerDifference& difference) {
  return absl::StrCat(QuestionText(difference.question(), difference.instance()),
                      difference.row().empty() ? "" : absl::StrCat(" ", difference.row()));
}

std::string InstancesText(int count) {
  return count == 1 ? "1 instance" : absl::StrCat(count, " instances");
}

absl::Status History(Session& session, const std::string& name) {
  const auto survey = session.ClientOf<v1::SurveyService>();
  Table table(
      {{"Revision", Align::kRight}, {"Change"}, {"Reason"}, {"Question"}, {"Before"}, {"After"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListResponseRevisionsResponse>(
      [&](const std::string& token) {
        v1::ListResponseRevisionsRequest request;
        request.set_name(name);
        request.set_page_token(token);
        return survey.Call(&Stub::ListResponseRevisions, request);
      },
      [&](const v1::ListResponseRevisionsResponse& page) {
        for (const v1::ResponseRevision& revision : page.response_revisions()) {
          if (session.json) {
            session.PrintJson(revision);
            continue;
          }
          table.Add({Number(revision.response().revision()), EnumText(revision.kind()),
                     revision.reason(), "", "", ""});
          for (const v1::AnswerDifference& difference : revision.differences()) {
            table.Add({"", "", "", PlaceText(difference),
                       difference.has_instance_count_before()
                           ? InstancesText(difference.instance_count_before())
                           : AnswerText(difference.has_before(), difference.before()),
                       difference.has_instance_count_after()
                           ? InstancesText(difference.instance_count_after())
                           : AnswerText(difference.has_after(), difference.after())});
          }
          if (revision.has_client_time_difference()) {
            const v1::ClientTimeDifference& times = revision.client_time_difference();
            table.Add({"", "", "", "client_time",
                       times.has_before() ? TimeUtil::ToString(times.before()) : "",
                       times.has_after() ? TimeUtil::ToString(times.after()) : ""});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

// The question with its instance, or where it was sent if there is no such question.
std::string PlaceText(const v1::RefusedAnswer& answer) {
  return answer.question().empty() ? answer.field()
                                   : QuestionText(answer.question(), answer.instance());
}

absl::Status Refusals(Session& session, const std::string& wave) {
  const auto survey = session.ClientOf<v1::SurveyService>();
  Table table({{"Response"},
               {"Unit"},
               {"Times", Align::kRight},
               {"Accepted since"},
               {"Question"},
               {"Reason"},
               {"Rule"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListRefusalsResponse>(
      [&](const std::string& token) {
        v1::ListRefusalsRequest request;
        request.set_parent(Named("waves/", wave));
        request.set_page_token(token);
        return survey.Call(&Stub::ListRefusals, request);
      },
      [&](const v1::ListRefusalsResponse& page) {
        for (const v1::Refusal& refusal : page.refusals()) {
          if (session.json) {
            session.PrintJson(refusal);
            continue;
          }
          for (const v1::RefusedAnswer& answer : refusal.answers()) {
            table.Add({refusal.response(), refusal.unit(), Number(refusal.refusal_count()),
                       refusal.accepted_since() ? "yes" : "no", PlaceText(answer), answer.reason(),
                       answer.rule()});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status TurnedAway(Session& session, const std::string& wave) {
  const auto survey = session.ClientOf<v1::SurveyService>();
  Table table({{"Response"}, {"Unit"}, {"Quota"}, {"Accepted since"}});
  RETURN_IF_ERROR(ForEachPage<v1::ListTurnedAwayResponse>(
      [&](const std::string& token) {
        v1::ListTurnedAwayRequest request;
        request.set_parent(Named("waves/", wave));
        request.set_page_token(token);
        return survey.Call(&Stub::ListTurnedAway, request);
      },
      [&](const v1::ListTurnedAwayResponse& page) {
        for (const v1::TurnedAway& turned : page.turned_away()) {
          if (session.json) {
            session.PrintJson(turned);
          } else {
            table.Add({turned.response(), turned.unit(), turned.quota(),
                       turned.accepted_since() ? "yes" : "no"});
          }
        }
        return true;
      }));
  if (!session.json) session.Print(table);
  return absl::OkStatus();
}

absl::Status ShowParadata(Session& session, const std::string& name) {
  v1::GetParadataRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(const v1::Paradata paradata,
                   session.ClientOf<v1::SurveyService>().Call(&Stub::GetParadata, request));
  if (session.json) {
    session.PrintJson(paradata);
    return absl::OkStatus();
  }
  const auto told = [](const std::string& text) { return text.empty() ? "not told" : text; };
  session.Print(absl::StrCat("Client ", told(paradata.client()), ", version ",
                             told(paradata.client_version()), ", language ",
                             told(paradata.language()), "\n"));
  Table table({{"Question"}, {"Milliseconds", Align::kRight}, {"Changes", Align::kRight}});
  for (const v1::QuestionTiming& timing : paradata.timings()) {
    table.Add({timing.question(), Number(timing.milliseconds()), Number(timing.change_count())});
  }
  if (paradata.timings_size() > 0) session.Print(table);
  return absl::OkStatus();
}

}  // namespace

void AddSurveyResponseCommands(CLI::App& survey, Session& session) {
  auto arguments = std::make_shared<CorrectArguments>();
  CLI::App* correct = survey.add_subcommand(
      "correct", "Put other answers in the place of those of a complete response");
  correct->add_option("file", arguments->file, "The response with all its answers, a JSON object")
      ->required();
  correct->add_option("--reason", arguments->reason, "Why, for the record")->required();
  correct->add_option("--revision", arguments->revision,
                      "Only if this is still the newest revision; 0: whatever is there");
  correct->add_option("--request-id", arguments->request_id, "Makes repeating safe");
  correct->add_flag("--dry-run", arguments->dry_run, "Check it, store nothing");
  session.OnRun(correct, [&session, arguments] { return Correct(session, *arguments); });

  auto show_arguments = std::make_shared<ShowArguments>();
  CLI::App* show = survey.add_subcommand("show", "A response with its answers, as JSON");
  show->add_option("response", show_arguments->name,
                   "waves/{wave}/responses/{response}; - for {response} finds the one that was "
                   "answered with the token")
      ->required();
  show->add_option("--invitation-token", show_arguments->token,
                   "The token it was answered with, if somebody else handed it in");
  session.OnRun(show, [&session, show_arguments] { return Show(session, *show_arguments); });

  auto name = std::make_shared<std::string>();
  CLI::App* history =
      survey.add_subcommand("history", "What a response is and was, and what differs");
  history->add_option("response", *name, "waves/{wave}/responses/{response}")->required();
  session.OnRun(history, [&session, name] { return History(session, *name); });

  CLI::App* paradata = survey.add_subcommand(
      "paradata", "With what a response was answered, and how long each question took");
  paradata->add_option("response", *name, "waves/{wave}/responses/{response}")->required();
  session.OnRun(paradata, [&session, name] { return ShowParadata(session, *name); });

  auto wave = std::make_shared<std::string>();
  CLI::App* refusals =
      survey.add_subcommand("refusals", "Which rule refused which answer, per response");
  refusals->add_option("wave", *wave, "The wave's id")->required();
  session.OnRun(refusals, [&session, wave] { return Refusals(session, *wave); });

  CLI::App* turned_away = survey.add_subcommand("turned-away", "For whom a quota had no room");
  turned_away->add_option("wave", *wave, "The wave's id")->required();
  session.OnRun(turned_away, [&session, wave] { return TurnedAway(session, *wave); });
}

}  // namespace vg::cli
