// Where in a YAML file a place within one of its formulas is.

#ifndef VG_SERVICES_CLI_RENDER_FORMULA_PLACE_H_
#define VG_SERVICES_CLI_RENDER_FORMULA_PLACE_H_

#include <string_view>

#include "common/status/error.h"
#include "common/yaml/yaml.h"

namespace vg::cli {

// The place in `document` of line and column (from 1) of the text that stands at `start`: plain, in
// quotes, or as a block (| or >). Columns count characters.
YamlSource::Position PlaceInText(std::string_view document, YamlSource::Position start, int line,
                                 int column);

// A violation whose sentence begins "at line 1, column 9 of the formula: ", or of a field that is a
// formula "line 1, column 9: ", is told where that is in the document, in which its field stands at
// `start`: "line 30, column 25: ". Others stay as they are. True if it was.
bool PlaceInDocument(std::string_view document, YamlSource::Position start,
                     FieldViolation& violation, YamlSource::Position& place);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_FORMULA_PLACE_H_
