#include "services/registry/domain/snapshot.h"

#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/time/clock.h"

namespace vg::registry {
namespace {

constexpr const char* kMonths[] = {"January",   "February", "March",    "April",
                                   "May",       "June",     "July",     "August",
                                   "September", "October",  "November", "December"};

void AddSchool(const School& school, DigestBuilder& digest) {
  digest.Record("school")
      .Text(school.code)
      .Text(school.title)
      .Integer(static_cast<int64_t>(school.sector))
      .Text(school.board)
      .Text(school.municipality)
      .Text(school.province)
      .Text(school.denomination)
      .Text(school.structure)
      .Text(school.place)
      .Text(school.postcode);
  digest.List(school.pupil_counts.size());
  for (const PupilCount& entry : school.pupil_counts) {
    digest.Record("pupils")
        .Integer(static_cast<int64_t>(entry.type))
        .Integer(static_cast<int64_t>(entry.count.state))
        .Integer(entry.count.value);
  }
  digest.OptionalNumber(school.disadvantage_score);
  digest.List(school.attributes.size());
  for (const Attribute& attribute : school.attributes) {
    digest.Record("attribute").Text(attribute.name).Text(attribute.value);
  }
}

void AddMunicipality(const Municipality& municipality, DigestBuilder& digest) {
  digest.Record("municipality")
      .Text(municipality.code)
      .Text(municipality.title)
      .Text(municipality.province);
  if (municipality.population.has_value()) {
    digest.Integer(*municipality.population);
  } else {
    digest.Absent();
  }
  digest.OptionalNumber(municipality.disadvantage_score);
  if (municipality.attributes.empty()) return;
  digest.List(municipality.attributes.size());
  for (const Attribute& attribute : municipality.attributes) {
    digest.Record("attribute").Text(attribute.name).Text(attribute.value);
  }
}

}  // namespace

Totals TotalsOf(const Content& content) {
  Totals totals{.schools = static_cast<int64_t>(content.schools.size()),
                .boards = static_cast<int64_t>(content.boards.size()),
                .municipalities = static_cast<int64_t>(content.municipalities.size())};
  for (const School& school : content.schools) {
    totals.pupils += school.KnownPupils();
    for (const PupilCount& entry : school.pupil_counts) {
      if (entry.count.state == CountState::kSuppressed) ++totals.suppressed;
    }
    if (!school.IsCounted()) ++totals.uncounted_schools;
  }
  return totals;
}

std::string DigestOf(const Content& content, absl::CivilDay count_date, bool synthetic) {
  DigestBuilder digest("voortgang.registry.snapshot.v1");
  digest.Text(FormatDay(count_date)).Flag(synthetic);
  digest.List(content.schools.size());
  for (const School& school : content.schools) AddSchool(school, digest);
  digest.List(content.municipalities.size());
  for (const Municipality& municipality : content.municipalities) {
    AddMunicipality(municipality, digest);
  }
  return digest.Finish();
}

std::string DayInWords(absl::CivilDay day) {
  return absl::StrCat(day.day(), " ", kMonths[day.month() - 1], " ", day.year());
}

}  // namespace vg::registry
