// Documents that people write, read into the service's own messages.
//
// ParseYaml fills any proto message from YAML by reflection. What a writer may write:
//
//     field        its proto name (snake_case); JSON's camelCase is understood too
//     enum         its short name in lower case ("school_leader" for ROLE_SCHOOL_LEADER of enum
//                  Role) or the full name
//     repeated     a list; one scalar stands for a list of one
//     map          a mapping
//     oneof        at most one of its fields; a name alone (`text:`) chooses an empty message
//     localized    {nl: …, en: …} or plain text, which is Dutch
//     decimal      701.16 into voortgang.type.v1.Decimal: digits are kept, never floating point
//     money        701.16 (euro) or "USD 1333.84" into google.type.Money
//     date         2021-10-01 into google.type.Date
//     timestamp    RFC 3339 into google.protobuf.Timestamp; duration "30s" into Duration
//     count        12, or <5 for a withheld one, into voortgang.type.v1.Count
//     wrappers     google.protobuf.Int32Value and so on as plain scalars
//
// Strict: an unknown or doubled key, a value of the wrong type, an integer with a fraction, a
// missing field that is marked REQUIRED is an error that names line, column and path. All errors of
// a document are found in one go. Aliases and anchors are refused, as are documents beyond the
// limits.

#ifndef VG_COMMON_YAML_YAML_H_
#define VG_COMMON_YAML_YAML_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace google::protobuf {
class Message;
}

namespace vg {

struct YamlLimits {
  size_t max_bytes = 4 << 20;
  int max_depth = 32;
  size_t max_nodes = 500'000;
  size_t max_errors = 50;
};

// Where a document's values are, so that what is wrong with their meaning can be said with a line.
class YamlSource {
 public:
  struct Position {
    int line = 0;  // 1 is the first line; 0: not known.
    int column = 0;
  };

  // The position of `path` ("questions[3].options[1].id") or of the nearest part of the document
  // that holds it; the start of the document for the empty path.
  Position Locate(std::string_view path) const;

  // `status` with "line 12, column 5: " before the sentence of every field violation whose field is
  // a path of this document, and as metadata of the first ("line", "column").
  absl::Status WithLines(const absl::Status& status) const;

  void Add(std::string path, Position position) { positions_[std::move(path)] = position; }

 private:
  std::map<std::string, Position, std::less<>> positions_;
};

// Reads `text` into `*message`, which is cleared first. `*source`, if given, learns the positions.
//
// INVALID_ARGUMENT, reason INVALID_DOCUMENT, with one violation per error: field is the path,
// reason one of YAML_SYNTAX, DOCUMENT_TOO_LARGE, DOCUMENT_TOO_DEEP, ALIAS_NOT_ALLOWED,
// UNKNOWN_FIELD, DUPLICATE_FIELD, WRONG_TYPE, INVALID_VALUE, UNKNOWN_VALUE, ONEOF_CONFLICT,
// MISSING_FIELD; the sentence starts with "line 12, column 5: ".
absl::Status ParseYaml(std::string_view text, google::protobuf::Message* message,
                       YamlSource* source = nullptr, const YamlLimits& limits = {});

}  // namespace vg

#endif  // VG_COMMON_YAML_YAML_H_
