// The data files of a questionnaire: their variables (columns), in order, and what the codes mean.
// Exports write them and codebooks describe them.
//
//     single choice      q             code of the option
//     matrix             q__row        code of the option, per row
//     ranking            q__1 … q__k   code of the option in that place
//     multiple choice    q__option     1 chosen, 0 not, per option
//     number, date, text, calculation of a number or a text
//                        q             the value
//     calculation that chooses
//                        q             code of what comes out; of a condition 1 true, 0 false
//     repeat group       q__count      how many instances; the answers are in a file of their own,
//                                      one row per instance
//
// Codes: options of substance count 1, 2, 3 … in their order; options marked missing count -1, -2,
// -3 … past those that every coded variable has: -97, the question was not put, and -98,
// it was put and not answered (also of a place of a ranking or a row of a matrix). Numbers have
// those two, and -99 for "not applicable" if they allow it, where they cannot be below -96
// themselves. Other numbers are empty instead, and a variable behind them, q__missing, says why:
// 0 there is a number, 97, 98 and 99 as above. A calculation that chooses has -98 where it comes to
// nothing. Dates and texts have no codes and are empty.

#ifndef VG_SERVICES_SURVEY_DOMAIN_VARIABLES_H_
#define VG_SERVICES_SURVEY_DOMAIN_VARIABLES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/questionnaire.h"

namespace vg::survey {

inline constexpr int kNotPut = -97;
inline constexpr int kNotAnswered = -98;
inline constexpr int kNotApplicable = -99;
// A Variable::unit_attribute that is none of the register.
inline constexpr std::string_view kWeight = "weight";
inline constexpr int kWeightDecimals = 9;

struct ValueCode {
  int code = 0;
  // Its id, or what the calculation comes to; empty for those below -96 and for a flag's 0 and 1.
  std::string option;
  LocalizedText label;
  bool missing = false;
};

struct Variable {
  enum class Kind {
    kText,
    kDate,    // 2022-01-17
    kNumber,  // With a decimal point.
    kCode,
    kFlag,
  };

  // Unique in its file, also without regard to case: SPSS allows 64 bytes, Stata 32. Names that are
  // longer or that a program keeps for itself are changed, the same way every time.
  std::string name;
  std::string short_name;
  Kind kind = Kind::kText;
  // Whose answer it holds; null: it is about the response itself. Of the questionnaire that was
  // asked for its files.
  const Question* question = nullptr;
  std::string part;  // The option's id of a flag, the row's id of a matrix.
  int place = 0;     // Of a ranking, from 1.
  LocalizedText label;
  std::string unit;  // Of a number: "pupils"; empty: none.
  int decimals = 0;  // Of a number, at most.
  // Of a flag 0 and 1, otherwise the options in their order; then those below -96.
  std::vector<ValueCode> codes;
  // It says why the number before it is not there.
  bool tells_missing = false;
  // What is told of the unit: "province" or "weight"; empty: this is about something else.
  std::string unit_attribute;

  // Nothing if there is no such option.
  std::optional<int> CodeOf(std::string_view option) const;
  bool HasMissingCodes() const { return !codes.empty(); }
};

// A file: a row per response, or per instance of a repeat group.
struct DataFile {
  const Question* group = nullptr;  // Null: the file of responses.
  std::vector<Variable> variables;
};

// The columns about the response itself come first: response_id, unit, state ("complete",
// "partial", "withdrawn") and accept_time; of a group's file response_id, unit and instance (from
// 1). The file of responses, then one per repeat group. `compiled` is that of `questionnaire`,
// which must outlive the result.
std::vector<DataFile> DataFilesOf(const Questionnaire& questionnaire,
                                  const CompiledQuestionnaire& compiled);

// Takes out what people wrote, and calculations that may come to any text.
void LeaveOutTexts(DataFile& file);
// Puts what the wave knows of the unit before the answers: unit_sector, unit_province, …,
// unit_weight.
void AddUnitAttributes(DataFile& file);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_VARIABLES_H_
