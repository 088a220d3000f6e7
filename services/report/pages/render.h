// The files of an edition.

#ifndef VG_SERVICES_REPORT_PAGES_RENDER_H_
#define VG_SERVICES_REPORT_PAGES_RENDER_H_

#include <string>
#include <vector>

#include "common/concurrency/parallel.h"
#include "services/report/domain/edition.h"

namespace vg::report {

inline constexpr char kCsvType[] = "text/csv; charset=utf-8";

// All files, by path: pages in both languages, annexes per figure and per study, their description
// as open data, the style sheet, and a manifest with the SHA-256 of all of them. The same content
// gives the same bytes.
std::vector<File> RenderFiles(const Content& content, ForEach for_each = ForEachInTurn);

// Where the numbers of the figure `id` lie: "annex/consent.json" (see data.h), "annex/consent.csv".
std::string DataPath(const std::string& id);
std::string CsvPath(const std::string& id);

// A file with its digest.
File MakeFile(std::string path, std::string media_type, LocalizedText title, std::string bytes);

// "CSV", "1,2 kB": for people who are about to download it.
std::string FormatOf(const File& file);
std::string SizeText(size_t bytes, Language language);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_RENDER_H_
