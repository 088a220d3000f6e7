#include "services/survey/domain/variables.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/numeric/exact.h"
#include "common/status/absl_view.h"

namespace vg::survey {
namespace {

constexpr size_t kNameBytes = 64;       // SPSS.
constexpr size_t kShortNameBytes = 32;  // Stata.

// Words that SPSS or Stata keep, in lower case; R takes any name of ours within backticks.
constexpr std::string_view kReserved[] = {
    "all", "and", "by",   "byte", "double", "eq",  "float", "ge",   "gt", "if",    "in",
    "int", "le",  "long", "lt",   "ne",     "not", "or",    "strl", "to", "using", "with"};

bool IsReserved(std::string_view name) {
  if (std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved)) {
    return true;
  }
  // Stata's str1 … str2045.
  return name.size() > 3 && name.substr(0, 3) == "str" &&
         name.find_first_not_of("0123456789", 3) == std::string_view::npos;
}

// Gives every variable of a file a name that no other has. Ids are lower case, so names are unique
// without regard to case as soon as they are unique.
class Namer {
 public:
  explicit Namer(size_t most) : most_(most) {}

  std::string Name(std::string wanted) {
    if (IsReserved(wanted)) wanted = "q_" + wanted;
    std::string name = wanted;
    for (int attempt = 0; name.size() > most_ || !taken_.insert(name).second; ++attempt) {
      const std::string mark = attempt == 0 ? wanted : absl::StrCat(wanted, " ", attempt);
      const std::string tail = "_" + Sha256Hex(mark).substr(0, 6);
      name = wanted.substr(0, most_ - tail.size()) + tail;
    }
    return name;
  }

 private:
  const size_t most_;
  std::set<std::string> taken_;
};

LocalizedText Joined(const LocalizedText& a, const LocalizedText& b) {
  LocalizedText out{absl::StrCat(a.nl, ": ", b.nl), ""};
  if (!a.en.empty() && !b.en.empty()) out.en = absl::StrCat(a.en, ": ", b.en);
  return out;
}

LocalizedText Joined(const LocalizedText& a, std::string_view nl, std::string_view en) {
  return Joined(a, {std::string(nl), std::string(en)});
}

void AddCommonCodes(std::vector<ValueCode>& codes) {
  codes.push_back({kNotPut, "", {"Niet gevraagd", "Not put"}, true});
  codes.push_back({kNotAnswered, "", {"Niet beantwoord", "Not answered"}, true});
}

std::vector<ValueCode> CodesOf(const std::vector<Option>& options) {
  std::vector<ValueCode> codes;
  codes.reserve(options.size() + 2);
  int next = 1;
  int next_missing = -1;
  for (const Option& option : options) {
    if (next_missing == kNotPut) next_missing = kNotApplicable - 1;
    const int code = option.missing ? next_missing-- : next++;
    codes.push_back({code, option.id, option.label, option.missing});
  }
  AddCommonCodes(codes);
  return codes;
}

ValueCode NotApplicableCode() {
  return {kNotApplicable, "", {"Niet van toepassing", "Not applicable"}, true};
}

std::vector<ValueCode> FlagCodes() {
  std::vector<ValueCode> codes = {{0, "", {"Niet gekozen", "Not chosen"}, false},
                                  {1, "", {"Gekozen", "Chosen"}, false}};
  AddCommonCodes(codes);
  return codes;
}

class FileWriter {
 public:
  FileWriter(DataFile& file, const CompiledQuestionnaire& compiled)
      : file_(file), compiled_(compiled) {}

  void AddColumn(std::string_view name, Variable::Kind kind, LocalizedText label,
                 std::vector<ValueCode> codes = {}) {
    Variable variable;
    variable.kind = kind;
    variable.label = std::move(label);
    variable.codes = std::move(codes);
    Add(std::string(name), std::move(variable));
  }

  void AddQuestion(const Question& question) {
    question_ = &question;
    std::visit([this](const auto& type) { AddType(type); }, question.type);
    question_ = nullptr;
  }

 private:
  Variable Of(Variable::Kind kind, std::vector<ValueCode> codes = {}) const {
    Variable variable;
    variable.kind = kind;
    variable.question = question_;
    variable.label = question_->label;
    variable.codes = std::move(codes);
    return variable;
  }

  void AddType(const std::monostate&) {}
  void AddType(const SingleChoice& type) {
    Add(question_->id, Of(Variable::Kind::kCode, CodesOf(type.options)));
  }
  void AddType(const MultipleChoice& type) {
    for (const Option& option : type.options) {
      Variable variable = Of(Variable::Kind::kFlag, FlagCodes());
      variable.part = option.id;
      variable.label = Joined(question_->label, option.label);
      Add(absl::StrCat(question_->id, "__", option.id), std::move(variable));
    }
  }
  void AddType(const NumberInput& type) {
    std::vector<ValueCode> codes;
    AddCommonCodes(codes);
    if (type.allow_not_applicable) codes.push_back(NotApplicableCode());
    // The codes are below all that it can be.
    const bool has_room = type.min.has_value() && *type.min > Exact(kNotPut);
    AddNumber(question_->id, {type.unit, type.decimals}, std::move(codes), has_room);
  }
  void AddType(const DateInput&) { Add(question_->id, Of(Variable::Kind::kDate)); }
  void AddType(const TextInput&) { Add(question_->id, Of(Variable::Kind::kText)); }
  void AddType(const MatrixInput& type) {
    for (const Option& row : type.rows) {
      Variable variable = Of(Variable::Kind::kCode, CodesOf(type.options));
      variable.part = row.id;
      variable.label = Joined(question_->label, row.label);
      Add(absl::StrCat(question_->id, "__", row.id), std::move(variable));
    }
  }
  void AddType(const RankingInput& type) {
    for (int place = 1; place <= type.top; ++place) {
      Variable variable = Of(Variable::Kind::kCode, CodesOf(type.options));
      variable.place = place;
      variable.label =
          Joined(question_->label, absl::StrCat("plaats ", place), absl::StrCat("place ", place));
      Add(absl::StrCat(question_->id, "__", place), std::move(variable));
    }
  }
  void AddType(const RepeatGroup&) {
    const std::string name = absl::StrCat(question_->id, "__count");
    std::vector<ValueCode> codes;
    AddCommonCodes(codes);
    AddNumber(name, {}, std::move(codes), /*has_room=*/true);
    file_.variables.back().label = Joined(question_->label, "aantal", "number of them");
  }
  void AddType(const Calculation& type) {
    const int at = compiled_.ids().Find(question_->id);
    const AnswerKind kind = at >= 0 ? compiled_.questions()[at].kind : AnswerKind::kText;
    if (kind != AnswerKind::kNumber && kind != AnswerKind::kChoice) {
      return Add(question_->id, Of(Variable::Kind::kText));
    }
    const CompiledQuestion& compiled = compiled_.questions()[at];
    const expression::Type& result = compiled.calculation->type();
    const ValueCode nothing{kNotAnswered, "", {"Komt op niets uit", "Comes to nothing"}, true};
    if (kind == AnswerKind::kNumber) {
      return AddNumber(question_->id,
                       {result.unit().plain() ? "" : result.unit().ToText(), type.decimals},
                       {nothing}, /*has_room=*/false);
    }
    std::vector<ValueCode> codes;
    if (result.kind() == expression::Kind::kBool) {
      codes = {{0, "false", {"Nee", "No"}, false}, {1, "true", {"Ja", "Yes"}, false}};
    } else {
      for (const std::string& value : compiled.options.ids()) {
        codes.push_back({static_cast<int>(codes.size()) + 1, value, {value, value}, false});
      }
    }
    codes.push_back(nothing);
    Add(question_->id, Of(Variable::Kind::kCode, std::move(codes)));
  }

  struct Measure {
    std::string unit;
    int decimals = 0;
  };

  // `codes` say why there is no number: in its place where they have room, else in a variable of
  // their own.
  void AddNumber(const std::string& name, Measure measure, std::vector<ValueCode> codes,
                 bool has_room) {
    Variable number = Of(Variable::Kind::kNumber);
    number.unit = std::move(measure.unit);
    number.decimals = measure.decimals;
    if (has_room) number.codes = std::move(codes);
    Add(name, std::move(number));
    if (has_room) return;
    Variable why = Of(Variable::Kind::kCode, {{0, "", {"Er is een getal", "A number"}, false}});
    for (ValueCode& code : codes) {
      why.codes.push_back({-code.code, "", std::move(code.label), false});
    }
    why.tells_missing = true;
    why.label = Joined(question_->label, "waarom er geen getal is", "why there is no number");
    Add(absl::StrCat(name, "__missing"), std::move(why));
  }

  void Add(const std::string& wanted, Variable variable) {
    variable.name = names_.Name(wanted);
    variable.short_name = short_names_.Name(wanted);
    file_.variables.push_back(std::move(variable));
  }

  DataFile& file_;
  const CompiledQuestionnaire& compiled_;
  const Question* question_ = nullptr;
  Namer names_{kNameBytes};
  Namer short_names_{kShortNameBytes};
};

void AddKeys(FileWriter& file) {
  file.AddColumn("response_id", Variable::Kind::kText, {"Respons", "Response"});
  file.AddColumn("unit", Variable::Kind::kText,
                 {"School, bestuur of gemeente", "School, board or municipality"});
}

struct UnitColumn {
  std::string_view attribute;
  Variable::Kind kind;
  const char* nl;
  const char* en;
};
constexpr UnitColumn kUnitColumns[] = {
    {"sector", Variable::Kind::kText, "Sector", "Sector"},
    {"province", Variable::Kind::kText, "Provincie", "Province"},
    {"municipality", Variable::Kind::kText, "Gemeente", "Municipality"},
    {"board", Variable::Kind::kText, "Bestuur", "Board"},
    {"structure", Variable::Kind::kText, "Structuur", "Structure"},
    {"denomination", Variable::Kind::kText, "Denominatie", "Denomination"},
    {"size", Variable::Kind::kText, "Grootteklasse", "Size class"},
    {"score", Variable::Kind::kText, "Scoreklasse", "Score class"},
    {kStratum, Variable::Kind::kText, "Stratum", "Stratum"},
    {kWeight, Variable::Kind::kNumber, "Gewicht", "Weight"}};

}  // namespace

void LeaveOutTexts(DataFile& file) {
  std::erase_if(file.variables, [](const Variable& variable) {
    return variable.question != nullptr && variable.kind == Variable::Kind::kText;
  });
}

void AddUnitAttributes(DataFile& file) {
  std::set<std::string> names;
  for (const Variable& variable : file.variables) {
    names.insert(variable.name);
    names.insert(variable.short_name);
  }
  auto place = std::find_if(file.variables.begin(), file.variables.end(),
                            [](const Variable& variable) { return variable.question != nullptr; });
  for (const UnitColumn& column : kUnitColumns) {
    Variable variable;
    variable.name = absl::StrCat("unit_", Av(column.attribute));
    while (!names.insert(variable.name).second) variable.name += "_";
    variable.short_name = variable.name;
    variable.kind = column.kind;
    variable.label = {column.nl, column.en};
    variable.unit_attribute = column.attribute;
    if (column.attribute == kWeight) variable.decimals = kWeightDecimals;
    place = file.variables.insert(place, std::move(variable)) + 1;
  }
}

std::optional<int> Variable::CodeOf(std::string_view option) const {
  for (const ValueCode& code : codes) {
    if (!option.empty() && code.option == option) return code.code;
  }
  return std::nullopt;
}

std::vector<DataFile> DataFilesOf(const Questionnaire& questionnaire,
                                  const CompiledQuestionnaire& compiled) {
  std::vector<DataFile> files(1);
  FileWriter main(files[0], compiled);
  AddKeys(main);
  main.AddColumn(
      "state", Variable::Kind::kText,
      {"Stand: complete, partial of withdrawn", "State: complete, partial or withdrawn"});
  main.AddColumn("accept_time", Variable::Kind::kText, {"Ontvangen op", "Accepted at"});
  std::vector<const Question*> groups;
  for (const Section& section : questionnaire.sections) {
    for (const Question& question : section.questions) {
      main.AddQuestion(question);
      if (std::holds_alternative<RepeatGroup>(question.type)) groups.push_back(&question);
    }
  }
  for (const Question* const group : groups) {
    DataFile file;
    file.group = group;
    FileWriter writer(file, compiled);
    AddKeys(writer);
    writer.AddColumn("instance", Variable::Kind::kNumber, {"Volgnummer", "Instance"});
    for (const Question& question : std::get<RepeatGroup>(group->type).questions) {
      writer.AddQuestion(question);
    }
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace vg::survey
