// The words of the pages themselves, in both languages.

#ifndef VG_SERVICES_REPORT_PAGES_WORDS_H_
#define VG_SERVICES_REPORT_PAGES_WORDS_H_

#include <span>

#include "services/report/domain/text.h"

namespace vg::report {

// A word of every page; templates read it by its name.
struct TemplateWord {
  const char* name;
  const char* nl;
  const char* en;

  const char* In(Language language) const { return language == Language::kDutch ? nl : en; }
};
std::span<const TemplateWord> TemplateWords();

// Words that code puts together.
struct PageWords {
  const char* edition;       // "Editie"
  const char* next_edition;  // "Volgende editie"
  const char* category;      // Heads of columns.
  const char* share;
  const char* mean;
  const char* amount;
  const char* recipients;
  const char* of_total;
  const char* institutions;
  const char* role;
  const char* invited;
  const char* answered;
  const char* response_rate;
  const char* responses;
  const char* total;
  const char* no_value;  // A cell over nobody.
  const char* suppressed_note;
  const char* empty_note;
  const char* left_out_one;   // "The chart leaves out one …"
  const char* left_out_many;  // "The chart leaves out %d …": number first.
  const char* undetermined;   // After a number of recipients.
  const char* chart_of;       // "Staafdiagram: "
  const char* source_indicator;
  const char* source_run;
  const char* source_wave;
  const char* version;
  const char* measured;
  const char* respondents;
  const char* definition_digest;
  const char* data_digest;
  const char* headline_annex;
};
const PageWords& WordsIn(Language language);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_WORDS_H_
