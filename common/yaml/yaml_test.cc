#include "common/yaml/yaml.h"

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "voortgang/funding/v1/scheme.pb.h"
#include "voortgang/indicators/v1/indicator.pb.h"
#include "voortgang/registry/v1/school.pb.h"
#include "voortgang/survey/v1/questionnaire.pb.h"

namespace vg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using voortgang::funding::v1::Scheme;
using voortgang::survey::v1::Questionnaire;

constexpr char kQuestionnaire[] = R"(# The implementation monitor, in short.
title: Implementatiemonitor
role: school_leader
sections:
  - title: {nl: Aanpak, en: Approach}
    questions:
      - id: team_involved
        label: Is het team betrokken?
        required: true
        single:
          options:
            - {id: "yes", label: Ja}
            - {id: "no", label: Nee}
      - id: pupils
        label: Hoeveel leerlingen?
        relevance: >
          team_involved == 'yes'
        number: {unit: pupils, min: 0, max: 5000.50}
      - id: remarks
        label: Opmerkingen
        text:
)";

TEST(YamlTest, ReadsAQuestionnaireAsPeopleWriteIt) {
  Questionnaire questionnaire;
  YamlSource source;
  ASSERT_THAT(ParseYaml(kQuestionnaire, &questionnaire, &source), IsOk());
  EXPECT_EQ(questionnaire.title().nl(), "Implementatiemonitor");
  EXPECT_EQ(questionnaire.role(), voortgang::survey::v1::ROLE_SCHOOL_LEADER);
  ASSERT_EQ(questionnaire.sections_size(), 1);
  const auto& section = questionnaire.sections(0);
  EXPECT_EQ(section.title().en(), "Approach");
  ASSERT_EQ(section.questions_size(), 3);
  EXPECT_TRUE(section.questions(0).required());
  EXPECT_EQ(section.questions(0).single().options(1).id(), "no");
  EXPECT_EQ(section.questions(1).relevance(), "team_involved == 'yes'\n");
  EXPECT_EQ(section.questions(1).number().max().value(), "5000.50");
  EXPECT_TRUE(section.questions(2).has_text());

  EXPECT_EQ(source.Locate("sections[0].questions[1].id").line, 14);
  EXPECT_EQ(source.Locate("sections[0].questions[1].id").column, 13);
  EXPECT_EQ(source.Locate("sections[0].questions[0].single.options[1].nothing").line, 13);
  EXPECT_EQ(source.Locate("").line, 2);
}

constexpr char kScheme[] = R"(
title: NP Onderwijs
grant: npo-schools
schoolYear: 2021-2022
count_date: 2020-10-01
recipients: RECIPIENT_KIND_SCHOOL
currency: EUR
legal_reference: Stcrt 2021-39244
budget: 3800000000.05
parameters:
  - id: rate_bo
    title: Bedrag per leerling
    value: 701.160
    unit: EUR/pupil
    legal_reference: artikel 3
components:
  id: base
  title: Basis
  formula: rate_bo * pupils.bo
  rounding: {decimals: 2, rule: half_away_from_zero}
  legal_reference: artikel 3
)";

TEST(YamlTest, KeepsEveryDigitAndCent) {
  Scheme scheme;
  ASSERT_THAT(ParseYaml(kScheme, &scheme), IsOk());
  EXPECT_EQ(scheme.school_year(), "2021-2022");
  EXPECT_EQ(scheme.count_date().year(), 2020);
  EXPECT_EQ(scheme.count_date().day(), 1);
  EXPECT_EQ(scheme.budget().currency_code(), "EUR");
  EXPECT_EQ(scheme.budget().units(), 3'800'000'000);
  EXPECT_EQ(scheme.budget().nanos(), 50'000'000);
  EXPECT_EQ(scheme.parameters(0).value().value(), "701.160");
  ASSERT_EQ(scheme.components_size(), 1);
  EXPECT_EQ(scheme.components(0).rounding().decimals(), 2);
}

// The violations of reading `text` as a questionnaire: "path REASON line:column".
std::vector<std::string> Violations(const std::string& text, google::protobuf::Message& message) {
  std::vector<std::string> found;
  const absl::Status status = ParseYaml(text, &message);
  for (const FieldViolation& violation : DetailsOf(status).violations) {
    int line = 0;
    int column = 0;
    std::sscanf(violation.sentence.c_str(), "line %d, column %d", &line, &column);
    found.push_back(violation.field + " " + violation.reason + " " + std::to_string(line) + ":" +
                    std::to_string(column));
  }
  return found;
}

std::vector<std::string> Violations(const std::string& text) {
  Questionnaire questionnaire;
  return Violations(text, questionnaire);
}

TEST(YamlTest, NamesEveryErrorWithLineColumnAndPath) {
  EXPECT_THAT(Violations(R"(title: {nl: Monitor, fr: Moniteur}
role: schoolleider
sections:
  - title: Aanpak
    questions:
      - id: [a, b]
        label: Vraag
        required: "true"
        multiple:
          max_choices: 2.5
          options: none
      - label: Vraag
        numbr: {}
        single: {}
        text: {}
)"),
              ElementsAre("title.fr UNKNOWN_FIELD 1:26", "role UNKNOWN_VALUE 2:7",
                          "sections[0].questions[0].id WRONG_TYPE 6:13",
                          "sections[0].questions[0].required WRONG_TYPE 8:19",
                          "sections[0].questions[0].multiple.max_choices WRONG_TYPE 10:24",
                          "sections[0].questions[0].multiple.options WRONG_TYPE 11:20",
                          "sections[0].questions[1].numbr UNKNOWN_FIELD 13:16",
                          "sections[0].questions[1].single.options MISSING_FIELD 14:17",
                          "sections[0].questions[1].text ONEOF_CONFLICT 15:15",
                          "sections[0].questions[1].id MISSING_FIELD 12:9"));
}

TEST(YamlTest, SuggestsTheNameThatWasMeant) {
  Questionnaire questionnaire;
  const absl::Status status =
      ParseYaml("titel: x\nrole: scool_leader\nsections: []\n", &questionnaire);
  EXPECT_THAT(status, HasReason("INVALID_DOCUMENT"));
  const ErrorDetails details = DetailsOf(status);
  ASSERT_EQ(details.violations.size(), 3u);
  EXPECT_EQ(details.violations[0].sentence,
            "line 1, column 8: 'titel': there is no field 'titel' here; did you mean 'title'?");
  EXPECT_THAT(details.violations[1].sentence, HasSubstr("did you mean 'school_leader'?"));
  EXPECT_EQ(details.violations[2].reason, "MISSING_FIELD");
}

TEST(YamlTest, RefusesWhatIsNotOnePlainDocument) {
  EXPECT_THAT(Violations("title: [a\n"), ElementsAre(HasSubstr("YAML_SYNTAX")));
  EXPECT_THAT(Violations("title: a\n\tb: c\n"), ElementsAre(HasSubstr("YAML_SYNTAX")));
  EXPECT_THAT(Violations("title: a\ntitle: b\n"), ElementsAre(" DUPLICATE_FIELD 2:8"));
  EXPECT_THAT(Violations("title: a\n---\ntitle: b\n"), ElementsAre(HasSubstr("YAML_SYNTAX")));
  EXPECT_THAT(Violations("a: &x [1]\nb: *x\n"), ElementsAre(" ALIAS_NOT_ALLOWED 1:4"));
  EXPECT_THAT(Violations("a: !binary x\n"), ElementsAre(" WRONG_TYPE 1:4"));
  EXPECT_THAT(Violations("- a\n"), ElementsAre(" WRONG_TYPE 1:1"));
  EXPECT_THAT(Violations("title: \xFF\n"), ElementsAre(" YAML_SYNTAX 1:1"));
  EXPECT_THAT(Violations("? [a]\n: b\n"), ElementsAre(HasSubstr("WRONG_TYPE")));
}

TEST(YamlTest, HasLimits) {
  EXPECT_THAT(Violations("a: " + std::string(40, '[') + std::string(40, ']')),
              ElementsAre(HasSubstr("DOCUMENT_TOO_DEEP")));
  EXPECT_THAT(Violations("a: " + std::string(100'000, '[')),
              ElementsAre(HasSubstr("DOCUMENT_TOO_DEEP")));
  Questionnaire questionnaire;
  EXPECT_EQ(DetailsOf(ParseYaml("title: abc", &questionnaire, nullptr, {.max_bytes = 5}))
                .violations[0]
                .reason,
            "DOCUMENT_TOO_LARGE");
  EXPECT_EQ(DetailsOf(ParseYaml("a: [1, 2, 3]", &questionnaire, nullptr, {.max_nodes = 3}))
                .violations[0]
                .reason,
            "DOCUMENT_TOO_LARGE");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "field" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(Violations(many).size(), 50u);
}

TEST(YamlTest, SaysTheLineOfWhatIsWrongWithTheMeaning) {
  Questionnaire questionnaire;
  YamlSource source;
  ASSERT_THAT(ParseYaml(kQuestionnaire, &questionnaire, &source), IsOk());
  const absl::Status status = source.WithLines(InvalidField(
      "sections[0].questions[1].relevance", "UNKNOWN_NAME", "'team' is not known here"));
  const ErrorDetails details = DetailsOf(status);
  EXPECT_EQ(details.reason, "UNKNOWN_NAME");
  EXPECT_EQ(details.metadata.at("line"), "16");
  EXPECT_EQ(details.violations[0].sentence, "line 16, column 20: 'team' is not known here");
  EXPECT_THAT(source.WithLines(absl::OkStatus()), IsOk());
}

// A message with every kind of field, without a proto file of its own.
class EveryKindTest : public ::testing::Test {
 protected:
  EveryKindTest() : factory_(&pool_) {
    google::protobuf::FileDescriptorProto file;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
      name: "every.proto" package: "every" syntax: "proto3"
      message_type {
        name: "Every"
        field { name: "flag" number: 1 type: TYPE_BOOL label: LABEL_OPTIONAL }
        field { name: "small" number: 2 type: TYPE_INT32 label: LABEL_OPTIONAL }
        field { name: "large" number: 3 type: TYPE_UINT64 label: LABEL_OPTIONAL }
        field { name: "real" number: 4 type: TYPE_DOUBLE label: LABEL_OPTIONAL }
        field { name: "raw" number: 5 type: TYPE_BYTES label: LABEL_OPTIONAL }
        field { name: "words" number: 6 type: TYPE_STRING label: LABEL_REPEATED }
        field { name: "counts" number: 7 type: TYPE_MESSAGE type_name: ".every.Every.CountsEntry"
                label: LABEL_REPEATED }
        field { name: "inner" number: 8 type: TYPE_MESSAGE type_name: ".every.Every"
                label: LABEL_REPEATED }
        nested_type {
          name: "CountsEntry" options { map_entry: true }
          field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
          field { name: "value" number: 2 type: TYPE_INT64 label: LABEL_OPTIONAL }
        }
      })",
                                                              &file));
    const auto* built = pool_.BuildFile(file);
    message_.reset(factory_.GetPrototype(built->message_type(0))->New());
  }

  std::string Read(const std::string& text) {
    const absl::Status status = ParseYaml(text, message_.get());
    if (!status.ok()) return DetailsOf(status).violations[0].reason;
    return message_->ShortDebugString();
  }

  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
  std::unique_ptr<google::protobuf::Message> message_;
};

TEST_F(EveryKindTest, IsRead) {
  EXPECT_EQ(Read("flag: true\nsmall: -5\nlarge: 18446744073709551615\nreal: 0.5\nraw: aGk=\n"),
            "flag: true small: -5 large: 18446744073709551615 real: 0.5 raw: \"hi\"");
  EXPECT_EQ(Read("words: [a, 1.0, true, 'x']"),
            "words: \"a\" words: \"1.0\" words: \"true\" words: \"x\"");
  EXPECT_EQ(Read("words: alone"), "words: \"alone\"");
  EXPECT_EQ(Read("counts: {bo: 5}"), "counts { key: \"bo\" value: 5 }");
  EXPECT_EQ(Read("inner: [{small: 1}, {inner: {small: 2}}]"),
            "inner { small: 1 } inner { inner { small: 2 } }");
  EXPECT_EQ(Read("small:\nwords: []\n"), "");
  EXPECT_EQ(Read(""), "");
}

TEST_F(EveryKindTest, IsRefusedWhereItIsAnotherKind) {
  for (const std::string text : {"flag: yes", "flag: 1", "small: '5'", "small: 1.0", "small: five",
                                 "small: [1]", "words: {a: b}", "words: [[a]]", "words: [~]",
                                 "counts: [a]", "counts: {a: x}", "inner: 5", "inner: [5]"}) {
    EXPECT_EQ(Read(text), "WRONG_TYPE") << text;
  }
  EXPECT_EQ(Read("small: 3000000000"), "INVALID_VALUE");
  EXPECT_EQ(Read("large: -1"), "WRONG_TYPE");
  EXPECT_EQ(Read("raw: '*'"), "INVALID_VALUE");
}

TEST(YamlTest, ReadsCountsAndTheirStates) {
  const auto read = [](const std::string& text) {
    voortgang::registry::v1::PupilCount count;
    return ParseYaml("{school_type: bo, count: " + text + "}", &count).ok()
               ? count.count().ShortDebugString()
               : "refused";
  };
  EXPECT_EQ(read("12"), "state: COUNT_STATE_KNOWN value: 12");
  EXPECT_EQ(read("<5"), "state: COUNT_STATE_SUPPRESSED");
  EXPECT_EQ(read("n.v.t."), "state: COUNT_STATE_NOT_APPLICABLE");
  EXPECT_EQ(read("{state: suppressed}"), "state: COUNT_STATE_SUPPRESSED");
  EXPECT_EQ(read("{state: unspecified}"), "refused");
  EXPECT_EQ(read("-3"), "refused");
}

TEST(YamlTest, ReadsTimes) {
  const auto read = [](const std::string& text) {
    voortgang::indicators::v1::Indicator indicator;
    return ParseYaml("define_time: " + text, &indicator).ok()
               ? indicator.define_time().ShortDebugString()
               : "refused";
  };
  EXPECT_EQ(read("2022-04-14T09:00:00.5+02:00"), "seconds: 1649919600 nanos: 500000000");
  EXPECT_EQ(read("'2022-04-14T07:00:00Z'"), "seconds: 1649919600");
  EXPECT_EQ(read("2022-04-14"), "refused");
}

}  // namespace
}  // namespace vg
