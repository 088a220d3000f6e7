#include <sstream>

#include "absl/strings/str_cat.h"

#include "pugixml.hpp"
#include "services/survey/forms/codebook.h"

namespace vg::survey {
namespace {

using pugi::xml_node;

xml_node Add(xml_node parent, const char* name, const std::string& text) {
  xml_node node = parent.append_child(name);
  node.text().set(OneLine(text, 100'000).c_str());
  return node;
}

// One element per language.
void AddTexts(xml_node parent, const char* name, const LocalizedText& text) {
  if (!text.nl.empty()) Add(parent, name, text.nl).append_attribute("xml:lang") = "nl";
  if (!text.en.empty()) Add(parent, name, text.en).append_attribute("xml:lang") = "en";
}

LocalizedText WhoAnswers(Role role) {
  switch (role) {
    case Role::kSchoolLeader:
      return {"Schoolleiders, een per vestiging", "School leaders, one per branch"};
    case Role::kStaff:
      return {"Onderwijspersoneel", "Staff of schools"};
    case Role::kBoard:
      return {"Schoolbesturen", "School boards"};
    case Role::kMunicipality:
      return {"Gemeenten", "Municipalities"};
    case Role::kMeasurement:
      return {"Gemeten resultaten", "Measured results"};
  }
  return {};
}

void AddDescriptions(xml_node root, const CodebookSubject& subject) {
  const std::string day = absl::FormatCivilTime(subject.published);
  xml_node document = root.append_child("docDscr").append_child("citation");
  xml_node titles = document.append_child("titlStmt");
  Add(titles, "titl", subject.questionnaire.title.nl);
  Add(titles, "IDNo", subject.digest).append_attribute("agency") = "sha256";

  xml_node study = root.append_child("stdyDscr");
  xml_node citation = study.append_child("citation");
  titles = citation.append_child("titlStmt");
  Add(titles, "titl", subject.questionnaire.title.nl).append_attribute("xml:lang") = "nl";
  if (!subject.questionnaire.title.en.empty()) {
    Add(titles, "parTitl", subject.questionnaire.title.en).append_attribute("xml:lang") = "en";
  }
  Add(titles, "IDNo", subject.name);
  xml_node version = citation.append_child("verStmt");
  Add(version, "version", subject.base).append_attribute("date") = day.c_str();
  AddTexts(study.append_child("stdyInfo").append_child("sumDscr"), "universe",
           WhoAnswers(subject.questionnaire.role));
}

void AddRules(xml_node variable, const Question& question) {
  if (!question.constraint.empty()) {
    Add(variable, "notes", question.constraint).append_attribute("type") = "constraint";
  }
  if (!question.choice_filter.empty()) {
    Add(variable, "notes", question.choice_filter).append_attribute("type") = "choice_filter";
  }
  if (const auto* calculation = std::get_if<Calculation>(&question.type)) {
    Add(variable, "notes", calculation->expression).append_attribute("type") = "calculation";
  }
  if (question.required) Add(variable, "notes", "required").append_attribute("type") = "required";
  if (!question.required_if.empty()) {
    Add(variable, "notes", question.required_if).append_attribute("type") = "required if";
  }
}

void AddRange(xml_node variable, const NumberInput& number) {
  if (!number.min && !number.max) return;
  xml_node range = variable.append_child("valrng").append_child("range");
  if (number.min) range.append_attribute("min") = number.min->ToText().c_str();
  if (number.max) range.append_attribute("max") = number.max->ToText().c_str();
}

void AddVariable(xml_node parent, const Variable& variable, const std::string& file,
                 const std::string& id) {
  xml_node node = parent.append_child("var");
  node.append_attribute("ID") = id.c_str();
  node.append_attribute("name") = variable.name.c_str();
  node.append_attribute("files") = file.c_str();
  const bool number = variable.kind == Variable::Kind::kNumber;
  node.append_attribute("intrvl") = number ? "contin" : "discrete";
  if (number) node.append_attribute("dcml") = variable.decimals;
  if (!variable.unit.empty()) node.append_attribute("measUnit") = variable.unit.c_str();
  const Question* const question = variable.question;
  AddTexts(node, "labl", variable.label);
  if (question != nullptr) {
    xml_node asked = node.append_child("qstn");
    asked.append_attribute("ID") = absl::StrCat("Q_", id).c_str();
    AddTexts(asked, "qstnLit", question->label);
    AddTexts(asked, "ivuInstr", question->hint);
    if (const auto* input = std::get_if<NumberInput>(&question->type)) AddRange(node, *input);
    if (!question->relevance.empty()) Add(node, "universe", question->relevance);
  }
  for (const ValueCode& code : variable.codes) {
    xml_node category = node.append_child("catgry");
    if (code.missing) category.append_attribute("missing") = "Y";
    Add(category, "catValu", absl::StrCat(code.code));
    AddTexts(category, "labl", code.label);
  }
  xml_node format = node.append_child("varFormat");
  const bool text =
      variable.kind == Variable::Kind::kText || variable.kind == Variable::Kind::kDate;
  format.append_attribute("type") = text ? "character" : "numeric";
  if (variable.kind == Variable::Kind::kDate) format.append_attribute("category") = "date";
  if (question != nullptr) AddRules(node, *question);
}

}  // namespace

std::string DdiCodebook(const CodebookSubject& subject) {
  pugi::xml_document document;
  xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  xml_node root = document.append_child("codeBook");
  root.append_attribute("xmlns") = "ddi:codebook:2_5";
  root.append_attribute("version") = "2.5";
  AddDescriptions(root, subject);
  for (size_t f = 0; f < subject.files.size(); ++f) {
    xml_node file = root.append_child("fileDscr");
    file.append_attribute("ID") = absl::StrCat("F", f + 1).c_str();
    Add(file.append_child("fileTxt"), "fileName", CsvNameOf(subject, subject.files[f]));
  }
  xml_node data = root.append_child("dataDscr");
  for (size_t f = 0; f < subject.files.size(); ++f) {
    for (size_t v = 0; v < subject.files[f].variables.size(); ++v) {
      AddVariable(data, subject.files[f].variables[v], absl::StrCat("F", f + 1),
                  absl::StrCat("V", f + 1, "_", v + 1));
    }
  }
  std::ostringstream out;
  document.save(out, "  ");
  return out.str();
}

}  // namespace vg::survey
