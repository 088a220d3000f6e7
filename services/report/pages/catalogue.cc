#include "services/report/pages/catalogue.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include <nlohmann/json.hpp>

#include "common/time/clock.h"

namespace vg::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kMediaTypes[] = "http://www.iana.org/assignments/media-types/";
constexpr char kLanguagesBase[] = "http://publications.europa.eu/resource/authority/language/";
constexpr char kTheme[] = "http://publications.europa.eu/resource/authority/data-theme/EDUC";
constexpr char kPublisher[] = "http://publications.europa.eu/resource/authority/corporate-body/NLD";

// "text/csv; charset=utf-8" without its parameter.
std::string TypeOf(const File& file) {
  return absl::StrCat(kMediaTypes, file.media_type.substr(0, file.media_type.find(';')));
}

Json Both(const LocalizedText& text) {
  Json both = Json::array();
  for (const Language language : kLanguages) {
    both.push_back({{"@language", CodeOf(language)}, {"@value", text.In(language)}});
  }
  return both;
}

Json Reference(std::string address) { return {{"@id", std::move(address)}}; }

// A literal of Turtle.
std::string Literal(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        literal += "\\\"";
        break;
      case '\\':
        literal += "\\\\";
        break;
      case '\n':
        literal += "\\n";
        break;
      case '\r':
        literal += "\\r";
        break;
      default:
        literal += c;
    }
  }
  return literal + "\"";
}

std::string BothLiterals(const LocalizedText& text) {
  return absl::StrCat(Literal(text.In(Language::kDutch)), "@nl, ",
                      Literal(text.In(Language::kEnglish)), "@en");
}

// An address between angle brackets; what may not stand there is percent-encoded.
std::string Address(std::string_view address) {
  std::string written = "<";
  for (const char c : address) {
    const bool plain = static_cast<unsigned char>(c) > 0x20 && c != '<' && c != '>' && c != '"' &&
                       c != '{' && c != '}' && c != '|' && c != '^' && c != '`' && c != '\\';
    if (plain) {
      written += c;
    } else {
      absl::StrAppend(&written, "%", absl::StrFormat("%02X", static_cast<unsigned char>(c)));
    }
  }
  return written + ">";
}

}  // namespace

std::string JsonLdOf(const Content& content, const std::vector<DataSet>& sets) {
  Json graph = Json::array();
  Json catalogue = {{"@id", "#catalogue"},
                    {"@type", "dcat:Catalog"},
                    {"dct:title", Both(content.plan.title)},
                    {"dct:description", Both(content.plan.title)},
                    {"dct:publisher", Reference(kPublisher)},
                    {"dcat:dataset", Json::array()}};
  for (const DataSet& set : sets) {
    catalogue["dcat:dataset"].push_back(Reference("#" + set.id));
  }
  graph.push_back(std::move(catalogue));
  for (const DataSet& set : sets) {
    Json distributions = Json::array();
    for (const File* file : set.files) {
      distributions.push_back(
          {{"@type", "dcat:Distribution"},
           {"dct:title", Both(file->title)},
           {"dcat:accessURL", Reference(file->path)},
           {"dcat:downloadURL", Reference(file->path)},
           {"dcat:mediaType", Reference(TypeOf(*file))},
           {"dcat:byteSize",
            {{"@type", "xsd:nonNegativeInteger"}, {"@value", std::to_string(file->bytes.size())}}},
           {"spdx:checksum",
            {{"@type", "spdx:Checksum"},
             {"spdx:algorithm", Reference("spdx:checksumAlgorithm_sha256")},
             {"spdx:checksumValue", {{"@type", "xsd:hexBinary"}, {"@value", file->sha256}}}}}});
    }
    graph.push_back({{"@id", "#" + set.id},
                     {"@type", "dcat:Dataset"},
                     {"dct:title", Both(set.title)},
                     {"dct:description", Both(set.description)},
                     {"dct:publisher", Reference(kPublisher)},
                     {"dct:identifier", absl::StrCat(content.id, "/", set.id)},
                     {"dct:language",
                      {Reference(absl::StrCat(kLanguagesBase, "NLD")),
                       Reference(absl::StrCat(kLanguagesBase, "ENG"))}},
                     {"dcat:theme", Reference(kTheme)},
                     {"dcat:landingPage", Reference("nl/")},
                     {"dcat:distribution", std::move(distributions)}});
  }
  const Json document = {{"@context",
                          {{"dcat", "http://www.w3.org/ns/dcat#"},
                           {"dct", "http://purl.org/dc/terms/"},
                           {"spdx", "http://spdx.org/rdf/terms#"},
                           {"xsd", "http://www.w3.org/2001/XMLSchema#"}}},
                         {"@graph", std::move(graph)}};
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string TurtleOf(const Content& content, const std::vector<DataSet>& sets) {
  std::string text =
      "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
      "@prefix dct: <http://purl.org/dc/terms/> .\n"
      "@prefix spdx: <http://spdx.org/rdf/terms#> .\n"
      "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n";
  const std::string title = BothLiterals(content.plan.title);
  absl::StrAppend(&text, "<#catalogue> a dcat:Catalog ;\n  dct:title ", title,
                  " ;\n  dct:description ", title, " ;\n  dct:publisher ", Address(kPublisher));
  for (const DataSet& set : sets) {
    absl::StrAppend(&text, " ;\n  dcat:dataset ", Address("#" + set.id));
  }
  text += " .\n";
  for (const DataSet& set : sets) {
    absl::StrAppend(&text, "\n", Address("#" + set.id), " a dcat:Dataset ;\n  dct:title ",
                    BothLiterals(set.title), " ;\n  dct:description ",
                    BothLiterals(set.description), " ;\n  dct:publisher ", Address(kPublisher),
                    " ;\n  dct:identifier ", Literal(absl::StrCat(content.id, "/", set.id)),
                    " ;\n  dct:language ", Address(absl::StrCat(kLanguagesBase, "NLD")), ", ",
                    Address(absl::StrCat(kLanguagesBase, "ENG")), " ;\n  dcat:theme ",
                    Address(kTheme), " ;\n  dcat:landingPage <nl/>");
    for (const File* file : set.files) {
      absl::StrAppend(
          &text, " ;\n  dcat:distribution [\n    a dcat:Distribution ;\n    dct:title ",
          BothLiterals(file->title), " ;\n    dcat:accessURL ", Address(file->path),
          " ;\n    dcat:downloadURL ", Address(file->path), " ;\n    dcat:mediaType ",
          Address(TypeOf(*file)), " ;\n    dcat:byteSize \"", file->bytes.size(),
          "\"^^xsd:nonNegativeInteger ;\n    spdx:checksum [ a spdx:Checksum ; spdx:algorithm "
          "spdx:checksumAlgorithm_sha256 ; spdx:checksumValue \"",
          file->sha256, "\"^^xsd:hexBinary ]\n  ]");
    }
    text += " .\n";
  }
  return text;
}

}  // namespace vg::report
