#include "services/report/pages/words.h"

namespace vg::report {
namespace {

constexpr TemplateWord kTemplateWords[] = {
    {"W_SKIP", "Naar de inhoud", "Skip to content"},
    {"W_PROGRAMME", "Nationaal Programma Onderwijs", "National Education Programme"},
    {"W_LANGUAGES", "Taal", "Language"},
    {"W_OTHER", "English", "Nederlands"},
    {"W_SYNTHETIC_LABEL", "Verzonnen gegevens", "Made-up data"},
    {"W_SYNTHETIC",
     "De cijfers op deze pagina zijn geheel of gedeeltelijk gegenereerd en zeggen niets over "
     "bestaande scholen.",
     "The figures on this page are generated, in whole or in part, and say nothing about existing "
     "schools."},
    {"W_FOOTER",
     "Gemaakt met Voortgang, uit vastgelegde gegevens: elk cijfer noemt zijn bron, en dezelfde "
     "gegevens geven dezelfde pagina.",
     "Made with Voortgang, from pinned data: every figure names its source, and the same data give "
     "the same page."},
    {"W_HEADLINE", "In één oogopslag", "At a glance"},
    {"W_HEADLINE_CAPTION", "De belangrijkste cijfers; n is het aantal waarover zij gaan",
     "The main figures; n is the number that they are about"},
    {"W_WHAT", "Onderwerp", "Subject"},
    {"W_FIGURE", "Cijfer", "Figure"},
    {"W_READ_SUMMARY", "Lees de samenvatting", "Read the summary"},
    {"W_READ_REPORT", "Lees de hele rapportage", "Read the whole report"},
    {"W_SUMMARY", "Samenvatting", "Summary"},
    {"W_CONTENTS", "Inhoud", "Contents"},
    {"W_ANNEXES", "Bijlagen", "Annexes"},
    {"W_ANNEXES_TEXT",
     "Alle cijfers achter de figuren, als tabellen die u in een rekenblad of programma kunt "
     "openen.",
     "All numbers behind the figures, as tables that you can open in a spreadsheet or a program."},
    {"W_MANIFEST", "Overzicht van alle bestanden met hun SHA-256",
     "List of all files with their SHA-256"},
    {"W_INPUTS", "Herkomst", "Provenance"},
    {"W_INPUTS_TEXT",
     "Deze rapportage is berekend uit de gegevens hieronder, elk vastgelegd met een digest. Wie "
     "dezelfde gegevens heeft, krijgt dezelfde rapportage.",
     "This report is computed from the data below, each pinned by a digest. Whoever has the same "
     "data gets the same report."},
    {"W_INPUTS_LIST", "Gebruikte gegevens", "Data used"},
    {"W_INPUT", "Gegevens", "Data"},
    {"W_TABLE", "Alle cijfers in een tabel", "All figures in a table"},
    {"W_NOT_SHOWN", "niet getoond", "not shown"},
    {"W_SOURCE", "Bron", "Source"},
    {"W_ANNEX_CSV", "bijlage (CSV)", "annex (CSV)"},
    {"W_PROVENANCE", "Definitie en herkomst", "Definition and provenance"},
};

constexpr PageWords kDutchWords = {
    .edition = "Editie",
    .next_edition = "Volgende editie",
    .category = "Categorie",
    .share = "Aandeel",
    .mean = "Gemiddelde",
    .amount = "Bedrag",
    .recipients = "Ontvangers",
    .of_total = "Van het totaal",
    .institutions = "Instellingen",
    .role = "Wie",
    .invited = "Uitgenodigd",
    .answered = "Met antwoord",
    .response_rate = "Respons",
    .responses = "Volledige antwoorden",
    .total = "Totaal",
    .no_value = "geen",
    .suppressed_note =
        "– : niet getoond, omdat het cijfer over te weinig antwoorden of instellingen gaat of een "
        "ander verborgen cijfer zou verraden.",
    .empty_note = "geen: niemand antwoordde.",
    .left_out_one = "De tabel heeft nog één regel meer dan de grafiek.",
    .left_out_many = " regels van de tabel staan niet in de grafiek.",
    .undetermined =
        " ontvangers konden niet worden berekend, omdat een gegeven in de bron ontbreekt "
        "of is afgeschermd; zij tellen niet mee.",
    .chart_of = "Staafdiagram: ",
    .source_indicator = "indicator",
    .source_run = "berekening",
    .source_wave = "meting",
    .version = "versie",
    .measured = "Wat is gemeten",
    .respondents = "Over wie",
    .definition_digest = "Definitie (SHA-256)",
    .data_digest = "Cijfers (SHA-256)",
    .headline_annex = "In één oogopslag",
};

constexpr PageWords kEnglishWords = {
    .edition = "Edition",
    .next_edition = "Next edition",
    .category = "Category",
    .share = "Share",
    .mean = "Mean",
    .amount = "Amount",
    .recipients = "Recipients",
    .of_total = "Of the total",
    .institutions = "Institutions",
    .role = "Who",
    .invited = "Invited",
    .answered = "Answered",
    .response_rate = "Response",
    .responses = "Complete responses",
    .total = "Total",
    .no_value = "none",
    .suppressed_note =
        "– : not shown, because the figure is about too few answers or institutions, or would give "
        "another hidden figure away.",
    .empty_note = "none: nobody answered.",
    .left_out_one = "The table has one row more than the chart.",
    .left_out_many = " rows of the table are not in the chart.",
    .undetermined =
        " recipients could not be computed, because a fact is missing or suppressed in "
        "the source; they do not count.",
    .chart_of = "Bar chart: ",
    .source_indicator = "indicator",
    .source_run = "run",
    .source_wave = "wave",
    .version = "version",
    .measured = "What is measured",
    .respondents = "About whom",
    .definition_digest = "Definition (SHA-256)",
    .data_digest = "Figures (SHA-256)",
    .headline_annex = "At a glance",
};

}  // namespace

std::span<const TemplateWord> TemplateWords() { return kTemplateWords; }

const PageWords& WordsIn(Language language) {
  return language == Language::kDutch ? kDutchWords : kEnglishWords;
}

}  // namespace vg::report
