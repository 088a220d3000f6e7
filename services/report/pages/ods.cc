#include "services/report/pages/ods.h"

#include <zip.h>

#include <cstdlib>
#include <sstream>
#include <string_view>

#include "common/log/log.h"
#include <pugixml.hpp>

namespace vg::report {
namespace {

// The time of every part, in MS-DOS's form: 1 January 1980, midnight.
constexpr zip_uint16_t kDosDate = (1 << 5) | 1;

constexpr char kManifest[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
)";

// Words that XML 1.0 cannot hold (control characters) become blanks.
std::string Printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') c = ' ';
  }
  return text;
}

void AddWords(pugi::xml_node row, const std::string& text) {
  pugi::xml_node cell = row.append_child("table:table-cell");
  if (text.empty()) return;
  cell.append_attribute("office:value-type") = "string";
  cell.append_child("text:p").text() = Printable(text).c_str();
}

void AddNumber(pugi::xml_node row, const std::string& number) {
  pugi::xml_node cell = row.append_child("table:table-cell");
  cell.append_attribute("office:value-type") = "float";
  cell.append_attribute("office:value") = number.c_str();
  cell.append_child("text:p").text() = number.c_str();
}

std::string ContentOf(const std::vector<DataSheet>& sheets) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("office:document-content");
  root.append_attribute("xmlns:office") = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
  root.append_attribute("xmlns:table") = "urn:oasis:names:tc:opendocument:xmlns:table:1.0";
  root.append_attribute("xmlns:text") = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";
  root.append_attribute("office:version") = "1.2";
  pugi::xml_node book = root.append_child("office:body").append_child("office:spreadsheet");
  for (const DataSheet& sheet : sheets) {
    pugi::xml_node table = book.append_child("table:table");
    table.append_attribute("table:name") = Printable(sheet.name).c_str();
    table.append_child("table:table-column").append_attribute("table:number-columns-repeated") =
        sheet.columns.size();
    pugi::xml_node head =
        table.append_child("table:table-header-rows").append_child("table:table-row");
    for (const std::string& column : sheet.columns) AddWords(head, column);
    for (const std::vector<DataCell>& cells : sheet.rows) {
      pugi::xml_node row = table.append_child("table:table-row");
      for (const DataCell& cell : cells) {
        if (cell.number) {
          AddNumber(row, cell.text);
        } else {
          AddWords(row, cell.text);
        }
      }
    }
  }
  std::ostringstream text;
  document.save(text, "", pugi::format_raw, pugi::encoding_utf8);
  return text.str();
}

void Require(bool done, const char* what) {
  if (done) return;
  LOG(ERROR) << "a spreadsheet cannot be written: " << what;
  std::abort();
}

// Adds a part whose bytes outlive the archive.
void AddPart(zip_t* zip, const char* name, std::string_view bytes, zip_int32_t method) {
  zip_source_t* const source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
  Require(source != nullptr, name);
  const zip_int64_t index = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
  Require(index >= 0, name);
  const auto part = static_cast<zip_uint64_t>(index);
  Require(zip_set_file_compression(zip, part, method, 0) == 0, name);
  Require(zip_file_set_dostime(zip, part, 0, kDosDate, 0) == 0, name);
}

}  // namespace

std::string OdsOf(const std::vector<DataSheet>& sheets) {
  const std::string content = ContentOf(sheets);
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const target = zip_source_buffer_create(nullptr, 0, 0, &error);
  Require(target != nullptr, "no memory");
  zip_source_keep(target);  // It holds the bytes after the archive is closed.
  zip_t* const zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  Require(zip != nullptr, "no archive");
  // The type comes first and uncompressed, so that programs find it at a known place.
  AddPart(zip, "mimetype", kOdsType, ZIP_CM_STORE);
  AddPart(zip, "META-INF/manifest.xml", kManifest, ZIP_CM_DEFLATE);
  AddPart(zip, "content.xml", content, ZIP_CM_DEFLATE);
  Require(zip_close(zip) == 0, "the archive does not close");
  zip_stat_t stat;
  Require(zip_source_stat(target, &stat) == 0 && zip_source_open(target) == 0, "no bytes");
  std::string bytes(stat.size, '\0');
  Require(
      zip_source_read(target, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size()),
      "bytes are missing");
  zip_source_close(target);
  zip_source_free(target);
  zip_error_fini(&error);
  return bytes;
}

}  // namespace vg::report
