#include "services/survey/forms/workbook.h"

#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "common/text/encoding.h"
#include "services/survey/forms/xlsx_container.h"

namespace vg::survey {
namespace {

using pugi::xml_node;

// Some writers give every element a prefix ("x:row"); the name after it counts.
std::string_view LocalName(const xml_node& node) {
  const std::string_view name = node.name();
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

template <typename Visit>
void ForEach(const xml_node& parent, std::string_view name, const Visit& visit) {
  for (const xml_node& child : parent.children()) {
    if (LocalName(child) == name) visit(child);
  }
}

xml_node Child(const xml_node& parent, std::string_view name) {
  for (const xml_node& child : parent.children()) {
    if (LocalName(child) == name) return child;
  }
  return {};
}

std::string_view Attribute(const xml_node& node, std::string_view local_name) {
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    std::string_view name = attribute.name();
    const size_t colon = name.find(':');
    if (colon != std::string_view::npos) name.remove_prefix(colon + 1);
    if (name == local_name) return attribute.value();
  }
  return {};
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A text with or without formatting: <t>, or runs <r><t>. Phonetic readings are no part of it.
std::string TextOf(const xml_node& node) {
  std::string text;
  for (const xml_node& child : node.children()) {
    if (LocalName(child) == "t") text += child.text().get();
    if (LocalName(child) == "r") {
      ForEach(child, "t", [&](const xml_node& run) { text += run.text().get(); });
    }
  }
  return text;
}

// "xl/workbook.xml" and "worksheets/sheet1.xml" -> "xl/worksheets/sheet1.xml"; a target from the
// root stands on its own.
std::string Resolve(std::string_view target) {
  if (absl::StartsWith(Av(target), "/")) return std::string(target.substr(1));
  return absl::StrCat("xl/", Av(target));
}

// Which formats of cells show a day.
class DayFormats {
 public:
  void Read(const xml_node& styles) {
    std::map<int, bool> custom;
    ForEach(Child(styles, "numFmts"), "numFmt", [&](const xml_node& format) {
      const auto id = ParseNumber<int>(Attribute(format, "numFmtId"));
      if (id) custom[*id] = ShowsDay(Attribute(format, "formatCode"));
    });
    ForEach(Child(styles, "cellXfs"), "xf", [&](const xml_node& format) {
      const int id = ParseNumber<int>(Attribute(format, "numFmtId")).value_or(0);
      const auto found = custom.find(id);
      days_.push_back(found != custom.end() ? found->second : (id >= 14 && id <= 17) || id == 22);
    });
  }

  bool IsDay(std::string_view style) const {
    const auto index = ParseNumber<size_t>(style);
    return index && *index < days_.size() && days_[*index];
  }

 private:
  static bool ShowsDay(std::string_view code) {
    char closing = '\0';
    for (const char c : code) {
      if (closing != '\0') {
        if (c == closing) closing = '\0';
      } else if (c == '"') {
        closing = '"';
      } else if (c == '[') {
        closing = ']';
      } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D') {
        return true;
      }
    }
    return false;
  }

  std::vector<bool> days_;
};

std::string NumberText(std::string_view text, bool is_day, bool from_1904) {
  const std::optional<double> number = ParseNumber<double>(text);
  if (!number) return std::string(text);
  if (is_day && *number >= 1 && *number < 2'958'466) {
    // Day 1 is 1 January 1900, and spreadsheets count a 29 February that year.
    const absl::CivilDay zero = from_1904      ? absl::CivilDay(1904, 1, 1)
                                : *number < 60 ? absl::CivilDay(1899, 12, 31)
                                               : absl::CivilDay(1899, 12, 30);
    return absl::FormatCivilTime(zero + static_cast<int64_t>(*number));
  }
  // "0.10000000000000001" is how some programs write 0.1.
  char buffer[64];
  const auto [end, error] =
      *number > -1e15 && *number < 1e15
          ? std::to_chars(buffer, buffer + sizeof buffer, *number, std::chars_format::fixed)
          : std::to_chars(buffer, buffer + sizeof buffer, *number);
  return error == std::errc() ? std::string(buffer, end) : std::string(text);
}

// What the cells of all sheets share.
struct Book {
  std::vector<std::string> strings;
  DayFormats formats;
  bool from_1904 = false;
};

std::string CellText(const xml_node& cell, const Book& book) {
  const std::string_view type = Attribute(cell, "t");
  std::string text;
  if (type == "inlineStr") {
    text = TextOf(Child(cell, "is"));
  } else {
    const std::string_view value = Child(cell, "v").text().get();
    if (type == "s") {
      const auto index = ParseNumber<size_t>(value);
      if (index && *index < book.strings.size()) text = book.strings[*index];
    } else if (type == "b") {
      text = value == "1" || value == "true" ? "TRUE" : "FALSE";
    } else if (type.empty() || type == "n") {
      text = NumberText(value, book.formats.IsDay(Attribute(cell, "s")), book.from_1904);
    } else {  // str, d and e.
      text = value;
    }
  }
  return IsUtf8(text) ? std::string(Trim(text)) : std::string();
}

// The column of "AB12", from 0; nothing if there is none.
std::optional<int> ColumnOf(std::string_view reference) {
  int column = 0;
  size_t letters = 0;
  for (; letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z';
       ++letters) {
    if (letters == 3) return std::nullopt;
    column = column * 26 + (reference[letters] - 'A' + 1);
  }
  if (letters == 0) return std::nullopt;
  return column - 1;
}

absl::StatusOr<Sheet> ReadSheet(std::string name, const xml_node& worksheet, const Book& book) {
  Sheet sheet{std::move(name), {}};
  absl::Status status;
  int next_row = 0;
  ForEach(Child(worksheet, "sheetData"), "row", [&](const xml_node& row) {
    const int at = ParseNumber<int>(Attribute(row, "r")).value_or(next_row + 1) - 1;
    next_row = at + 1;
    int next_column = 0;
    ForEach(row, "c", [&](const xml_node& cell) {
      const int column = ColumnOf(Attribute(cell, "r")).value_or(next_column);
      next_column = column + 1;
      std::string text = CellText(cell, book);
      if (text.empty() || !status.ok()) return;
      if (at < 0) {
        status = NotXlsx(absl::StrCat("sheet ", sheet.name, " has a row before its first"));
      } else if (at >= WorkbookLimits::kRows || column >= WorkbookLimits::kColumns) {
        status = FormTooLarge(absl::StrCat("sheet ", sheet.name, " must have at most ",
                                           WorkbookLimits::kRows, " rows and ",
                                           WorkbookLimits::kColumns, " columns"));
      } else {
        if (sheet.rows.size() <= static_cast<size_t>(at)) sheet.rows.resize(at + 1);
        std::vector<std::string>& cells = sheet.rows[at];
        if (cells.size() <= static_cast<size_t>(column)) cells.resize(column + 1);
        cells[column] = std::move(text);
      }
    });
  });
  RETURN_IF_ERROR(status);
  return sheet;
}

absl::Status ReadShared(const XlsxContainer& container, Book& book) {
  if (container.Has("xl/sharedStrings.xml")) {
    ASSIGN_OR_RETURN(const auto strings, container.Read("xl/sharedStrings.xml"));
    ForEach(Child(*strings, "sst"), "si",
            [&](const xml_node& item) { book.strings.push_back(TextOf(item)); });
  }
  if (container.Has("xl/styles.xml")) {
    ASSIGN_OR_RETURN(const auto styles, container.Read("xl/styles.xml"));
    book.formats.Read(Child(*styles, "styleSheet"));
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view Sheet::Cell(size_t row, size_t column) const {
  if (row >= rows.size() || column >= rows[row].size()) return {};
  return rows[row][column];
}

absl::StatusOr<std::vector<Sheet>> ReadWorkbook(std::string_view bytes,
                                                std::span<const std::string_view> wanted) {
  ASSIGN_OR_RETURN(const XlsxContainer container, XlsxContainer::Open(bytes));
  ASSIGN_OR_RETURN(const auto workbook, container.Read("xl/workbook.xml"));
  ASSIGN_OR_RETURN(const auto relations, container.Read("xl/_rels/workbook.xml.rels"));
  std::map<std::string, std::string, std::less<>> parts;
  ForEach(Child(*relations, "Relationships"), "Relationship", [&](const xml_node& relation) {
    parts.emplace(Attribute(relation, "Id"), Resolve(Attribute(relation, "Target")));
  });
  Book book;
  const xml_node root = Child(*workbook, "workbook");
  const std::string_view from_1904 = Attribute(Child(root, "workbookPr"), "date1904");
  book.from_1904 = from_1904 == "1" || from_1904 == "true";
  RETURN_IF_ERROR(ReadShared(container, book));

  std::vector<std::pair<std::string, std::string>> found;  // Name, part.
  ForEach(Child(root, "sheets"), "sheet", [&](const xml_node& sheet) {
    const std::string_view name = Trim(Attribute(sheet, "name"));
    for (const std::string_view candidate : wanted) {
      if (!absl::EqualsIgnoreCase(Av(name), Av(candidate))) continue;
      for (const auto& earlier : found) {
        if (earlier.first == candidate) return;
      }
      const auto part = parts.find(Attribute(sheet, "id"));
      found.emplace_back(candidate, part == parts.end() ? std::string() : part->second);
    }
  });
  std::vector<Sheet> sheets;
  for (auto& [name, part] : found) {
    ASSIGN_OR_RETURN(const auto document, container.Read(part));
    ASSIGN_OR_RETURN(Sheet sheet, ReadSheet(name, Child(*document, "worksheet"), book));
    sheets.push_back(std::move(sheet));
  }
  return sheets;
}

}  // namespace vg::survey
