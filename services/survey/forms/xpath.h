// The expressions of XLSForm: what of XPath 1.0 they use, as a tree.

#ifndef VG_SERVICES_SURVEY_FORMS_XPATH_H_
#define VG_SERVICES_SURVEY_FORMS_XPATH_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vg::survey {

// What stands in the way of translating an expression.
struct ExpressionFault {
  int position = 0;      // Of the part, in characters, from 1.
  std::string part;      // "pulldata(…"
  std::string sentence;  // "there is no counterpart of pulldata"
};

struct XPathNode {
  enum class Kind {
    kNumber,     // text: as written
    kText,       // text
    kReference,  // text: of ${text}, ../text or /data/text
    kSelf,       // .
    kName,       // text: of choice filters, a column of the choices sheet
    kCall,       // text: the function; parts: its arguments
    kOperator,   // text: or and = != < <= > >= + - * div mod; parts: both sides
    kNegative,   // parts: what is negated
  };
  Kind kind = Kind::kNumber;
  std::string text;
  std::vector<XPathNode> parts;
  size_t offset = 0;  // Of the whole, in bytes of the source.
  size_t end = 0;
};

// Spreadsheets like to put curly quotes; characters keep their positions.
std::string StraightQuotes(std::string_view source);

std::variant<XPathNode, ExpressionFault> ParseXPath(std::string_view source);

// The fault of the bytes from `offset` to `end` of `source`.
ExpressionFault FaultAt(std::string_view source, size_t offset, size_t end, std::string sentence);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_XPATH_H_
