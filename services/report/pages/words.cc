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
    {"W_REVISED", "Deze editie is herzien", "This edition was revised"},
    {"W_REVISION", "Naar de herziene editie", "To the revised edition"},
    {"W_HEADLINE", "In één oogopslag", "At a glance"},
    {"W_HEADLINE_CAPTION", "De belangrijkste cijfers; n is het aantal waarover zij gaan",
     "The main figures; n is the number that they are about"},
    {"W_WHAT", "Onderwerp", "Subject"},
    {"W_FIGURE", "Cijfer", "Figure"},
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
    {"W_PROVENANCE", "Definitie, vraag en herkomst", "Definition, question and provenance"},
    {"W_NAVIGATION", "Onderdelen van deze editie", "Parts of this edition"},
    {"W_OVERVIEW", "Overzicht", "Overview"},
    {"W_REPORT", "Rapportage", "Report"},
    {"W_FIGURES", "Figuren", "Figures"},
    {"W_ABOUT", "Over deze editie", "About this edition"},
    {"W_REPORT_TEXT", "Alle hoofdstukken met figuren en tabellen.",
     "All chapters with charts and tables."},
    {"W_SUMMARY_TEXT", "De bevindingen op één pagina.", "The findings on one page."},
    {"W_ANNEX_TEXT", "Tabellen, codeboeken en open data per onderzoek.",
     "Tables, codebooks and open data for each study."},
    {"W_DOCUMENTS", "Onderliggende documenten", "Underlying documents"},
    {"W_ALL_FILES", "Alles bij elkaar", "All of it"},
    {"W_BACK", "Terug naar deze figuur in de rapportage", "Back to this figure in the report"},
    {"W_PERMANENT", "Dit adres blijft.", "This address is permanent."},
    {"W_KNOW", "Over dit cijfer", "About this figure"},
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
    .chart_table = "De tabel eronder bevat dezelfde cijfers.",
    .source_indicator = "indicator",
    .source_run = "berekening",
    .source_wave = "meting",
    .source_grant = "regeling",
    .version = "versie",
    .measured = "Wat is gemeten",
    .respondents = "Over wie",
    .definition_digest = "Definitie (SHA-256)",
    .data_digest = "Cijfers (SHA-256)",
    .headline_annex = "In één oogopslag",
    .interval = "95%-interval",
    .p_value = "p",
    .change = "Verschil",
    .question = "Vraag",
    .n_long = "Aantal antwoorden (n)",
    .population = "Waarvoor zij staan (N, geschat)",
    .value = "Waarde",
    .method = "Methode",
    .by = "Naar",
    .source = "Bron",
    .version_long = "Versie",
    .interval_note =
        "De streep door een balk is het betrouwbaarheidsinterval: waar het cijfer van de hele "
        "populatie bij herhaald meten in 95 van de 100 gevallen zou liggen.",
    .change_note = "Een verschil met p onder 0,05 is groter dan toeval alleen zou geven.",
    .planned = "Gepland voor",
    .cut_off = "Antwoorden tot en met",
    .sectors = "Sectoren",
    .all_sectors = "Primair, voortgezet en speciaal onderwijs",
    .revises = "Herziening van",
    .tables = "Alle tabellen",
    .codebook = "Codeboek en methode",
    .not_shown = "Niet getoonde cijfers, met reden",
    .protection = "Bescherming van wat niet wordt getoond",
    .known_ranges = "Wat over niet getoonde cijfers te berekenen is",
    .link_only = "alleen een verwijzing toegestaan",
    .catalogue = "Beschrijving als open data (DCAT-AP)",
    .comparison = "Vergelijking",
    .comparison_note =
        "Alleen cijfers met dezelfde definitie staan naast elkaar. p zegt hoe vaak toeval alleen "
        "zo'n "
        "verschil zou geven als beide metingen los van elkaar staan; onder 0,05 is het meer dan "
        "toeval.",
    .comparison_none = "Deze edities hebben geen cijfers met dezelfde definitie.",
    .live = "Lopende meting",
    .live_note =
        "Voorlopig, voor medewerkers: de stand van dit moment. Cijfers die iemand zouden verraden "
        "worden niet getoond.",
    .partial = "Onvolledige antwoorden",
    .by_day = "Antwoorden per dag",
    .first_estimates = "Eerste schattingen",
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
    .chart_table = "The table beneath has the same figures.",
    .source_indicator = "indicator",
    .source_run = "run",
    .source_wave = "wave",
    .source_grant = "grant",
    .version = "version",
    .measured = "What is measured",
    .respondents = "About whom",
    .definition_digest = "Definition (SHA-256)",
    .data_digest = "Figures (SHA-256)",
    .headline_annex = "At a glance",
    .interval = "95% interval",
    .p_value = "p",
    .change = "Difference",
    .question = "Question",
    .n_long = "Number of answers (n)",
    .population = "What they stand for (N, estimated)",
    .value = "Value",
    .method = "Method",
    .by = "By",
    .source = "Source",
    .version_long = "Version",
    .interval_note =
        "The line across a bar is the confidence interval: where the figure of the whole "
        "population "
        "would lie in 95 of 100 repetitions.",
    .change_note = "A difference with p below 0.05 is larger than chance alone would give.",
    .planned = "Planned for",
    .cut_off = "Answers up to and including",
    .sectors = "Sectors",
    .all_sectors = "Primary, secondary and special education",
    .revises = "Revision of",
    .tables = "All tables",
    .codebook = "Codebook and method",
    .not_shown = "Figures not shown, with the reason",
    .protection = "Protection of what is not shown",
    .known_ranges = "What can be worked out about figures not shown",
    .link_only = "may only be linked",
    .catalogue = "Description as open data (DCAT-AP)",
    .comparison = "Comparison",
    .comparison_note =
        "Only figures with the same definition are held against each other. p tells how often "
        "chance "
        "alone would give such a difference if the two waves are independent; below 0.05 it is "
        "more "
        "than chance.",
    .comparison_none = "These editions have no figures with the same definition.",
    .live = "Wave under way",
    .live_note =
        "Preliminary, for staff: how it is at this moment. Figures that would give somebody away "
        "are "
        "not shown.",
    .partial = "Partial responses",
    .by_day = "Responses by day",
    .first_estimates = "First estimates",
};

}  // namespace

std::span<const TemplateWord> TemplateWords() { return kTemplateWords; }

const PageWords& WordsIn(Language language) {
  return language == Language::kDutch ? kDutchWords : kEnglishWords;
}

}  // namespace vg::report
