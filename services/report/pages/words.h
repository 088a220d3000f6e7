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
  const char* chart_table;    // That the table beneath says the same.
  const char* source_indicator;
  const char* source_run;
  const char* source_wave;
  const char* source_grant;
  const char* version;
  const char* measured;
  const char* respondents;
  const char* definition_digest;
  const char* data_digest;
  const char* headline_annex;
  const char* interval;  // Heads of columns, and terms of what there is to know about a figure.
  const char* p_value;
  const char* change;
  const char* question;
  const char* n_long;
  const char* population;
  const char* value;
  const char* method;
  const char* by;
  const char* source;
  const char* version_long;
  const char* interval_note;
  const char* change_note;
  const char* planned;  // Terms of what there is to know about an edition.
  const char* cut_off;
  const char* sectors;
  const char* all_sectors;
  const char* revises;
  const char* tables;  // Files of a study: "Alle tabellen".
  const char* codebook;
  const char* not_shown;
  const char* protection;
  const char* known_ranges;
  const char* link_only;  // After the title of a document.
  const char* catalogue;
  const char* comparison;  // Of two editions.
  const char* comparison_note;
  const char* comparison_none;
  const char* live;  // Of a wave that runs.
  const char* live_note;
  const char* partial;
  const char* by_day;
  const char* first_estimates;
};
const PageWords& WordsIn(Language language);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_WORDS_H_
