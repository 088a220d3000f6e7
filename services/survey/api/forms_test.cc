// Forms and codebooks through the service.

#include <gmock/gmock.h>

#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class FormsTest : public SurveyTest {
 protected:
  absl::StatusOr<v1::WriteXlsFormResponse> Write(const std::string& name) {
    v1::WriteXlsFormRequest request;
    request.set_name(name);
    return Call(&Stub::WriteXlsForm, request);
  }
  absl::StatusOr<v1::WriteXlsFormResponse> Write(const v1::Questionnaire& content) {
    v1::WriteXlsFormRequest request;
    *request.mutable_content() = content;
    return Call(&Stub::WriteXlsForm, request);
  }
  absl::StatusOr<v1::ConvertXlsFormResponse> Read(const std::string& xlsx) {
    v1::ConvertXlsFormRequest request;
    request.set_xlsx(xlsx);
    request.set_role(v1::ROLE_SCHOOL_LEADER);
    return Call(&Stub::ConvertXlsForm, request);
  }
};

TEST_F(FormsTest, APublishedQuestionnaireIsAFormThatIsPublishedAsTheSame) {
  ASSERT_OK_AND_ASSIGN(const v1::QuestionnaireVersion published, Publish("leaders", Questions()));
  ASSERT_OK_AND_ASSIGN(const v1::WriteXlsFormResponse form,
                       Write("questionnaires/leaders/versions/latest"));
  EXPECT_EQ(form.file_name(), "leaders-v1.xlsx");
  EXPECT_THAT(form.faults(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const v1::ConvertXlsFormResponse read, Read(form.xlsx()));
  EXPECT_THAT(read.faults(), IsEmpty());
  // The rules decide the same, and are written otherwise where an answer may be missing.
  v1::Questionnaire expected = published.content();
  v1::Questionnaire actual = read.content();
  expected.mutable_sections(0)->mutable_questions(1)->clear_relevance();
  EXPECT_EQ(actual.sections(0).questions(1).relevance(),
            "has(council) && (council != 'no').orValue(true)");
  actual.mutable_sections(0)->mutable_questions(1)->clear_relevance();
  ASSERT_OK_AND_ASSIGN(const v1::QuestionnaireVersion one, Publish("one", expected));
  ASSERT_OK_AND_ASSIGN(const v1::QuestionnaireVersion two, Publish("two", actual));
  EXPECT_EQ(two.digest(), one.digest());
}

TEST_F(FormsTest, WhatXlsFormCannotSayIsToldWithItsPlace) {
  v1::Questionnaire content = Questions();
  v1::Question& pupils = *content.mutable_sections(1)->mutable_questions(1);
  pupils.set_relevance("barriers.exists(b, b == 'time')");
  ASSERT_OK_AND_ASSIGN(const v1::WriteXlsFormResponse form, Write(content));
  ASSERT_EQ(form.faults_size(), 1);
  EXPECT_EQ(form.faults(0).column(), "relevant");
  EXPECT_EQ(form.faults(0).reason(), "UNTRANSLATABLE");
  EXPECT_THAT(form.faults(0).message(), HasSubstr("barriers.exists"));
}

TEST_F(FormsTest, RefusesWhatIsNoQuestionnaire) {
  EXPECT_THAT(Write("questionnaires/none/versions/1"), HasReason("NOT_FOUND"));
  EXPECT_THAT(Call(&Stub::WriteXlsForm, v1::WriteXlsFormRequest()), HasReason("REQUIRED"));
  v1::Questionnaire faulty = Questions();
  faulty.mutable_sections(0)->mutable_questions(0)->set_relevance("nobody");
  std::vector<std::string> fields;
  for (const FieldViolation& fault : DetailsOf(Write(faulty).status()).violations) {
    fields.push_back(fault.field);
  }
  EXPECT_THAT(fields, ElementsAre("content.sections[0].questions[0].relevance"));
}

TEST_F(FormsTest, ACodebookDescribesTheColumnsOfTheExportThatItBelongsTo) {
  ASSERT_OK(Publish("leaders", Questions()));
  v1::GetCodebookRequest request;
  request.set_name("questionnaires/leaders/versions/1");
  request.set_format(v1::CODEBOOK_FORMAT_STATA);
  ASSERT_OK_AND_ASSIGN(const v1::Codebook plain, Call(&Stub::GetCodebook, request));
  EXPECT_THAT(plain.content(), HasSubstr(" council\n"));
  EXPECT_THAT(plain.content(), Not(HasSubstr(" remarks\n"))) << "which an export leaves out";
  EXPECT_THAT(plain.content(), Not(HasSubstr("unit_province")));
  request.set_include_unit_attributes(true);
  request.set_include_texts(true);
  ASSERT_OK_AND_ASSIGN(const v1::Codebook other, Call(&Stub::GetCodebook, request));
  EXPECT_THAT(other.content(), HasSubstr("rename V6 unit_province\n"));
  EXPECT_THAT(other.content(), HasSubstr("rename V15 council\n"));
  EXPECT_THAT(other.content(), HasSubstr(" remarks\n"));
}

}  // namespace
}  // namespace vg::survey
