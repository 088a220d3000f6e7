#include "services/funding/domain/comparison/what_if.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::funding {
namespace {

constexpr std::array<ChangeBand, 12> kBands = {{
    {std::nullopt, -20, "below -20%"},
    {-20, -10, "-20% to -10%"},
    {-10, -5, "-10% to -5%"},
    {-5, -1, "-5% to -1%"},
    {-1, 0, "-1% to 0%"},
    {0, 0, "unchanged"},
    {0, 1, "0% to 1%"},
    {1, 5, "1% to 5%"},
    {5, 10, "5% to 10%"},
    {10, 20, "10% to 20%"},
    {20, std::nullopt, "20% and more"},
    {std::nullopt, std::nullopt, "from nothing"},
}};
constexpr size_t kUnchanged = 5;

constexpr std::array<std::string_view, 7> kSchoolAttributes = {
    "province", "sector", "denomination", "size", "score_quintile", "board", "municipality"};
constexpr std::array<std::string_view, 2> kMunicipalityAttributes = {"province", "size"};

std::span<const std::string_view> AttributesOf(RecipientKind kind) {
  if (kind == RecipientKind::kSchool) return kSchoolAttributes;
  return kMunicipalityAttributes;
}

// The classes of municipalities that CBS publishes by.
std::string_view InhabitantsClass(const std::optional<int64_t>& population) {
  if (!population.has_value()) return "";
  static constexpr std::pair<int64_t, std::string_view> kClasses[] = {
      {5'000, "below 5,000"},       {10'000, "5,000-9,999"},    {20'000, "10,000-19,999"},
      {50'000, "20,000-49,999"},    {100'000, "50,000-99,999"}, {150'000, "100,000-149,999"},
      {250'000, "150,000-249,999"},
  };
  for (const auto& [below, name] : kClasses) {
    if (*population < below) return name;
  }
  return "250,000 and more";
}

std::optional<int64_t> PupilsOf(const Recipient& recipient) {
  const Count total = Total(recipient.pupils);
  if (total.state != Count::State::kKnown) return std::nullopt;
  return total.value;
}

absl::Status AddCents(int64_t& sum, int64_t cents) {
  ASSIGN_OR_RETURN(const Money added, Add(Money{sum, {}}, Money{cents, {}}));
  sum = added.cents;
  return absl::OkStatus();
}

// The value that `key` (empty: none) of `parameter` has on the reference date; null if there is
// none.
Exact* FindValue(const Scheme& scheme, std::string_view key, Parameter& parameter) {
  DatedValue* dated = nullptr;
  for (DatedValue& value : parameter.values) {
    if (value.from <= ReferenceDate(scheme)) dated = &value;
  }
  if (!parameter.values.empty() && dated == nullptr) return nullptr;
  std::vector<TableEntry>& table = dated != nullptr ? dated->table : parameter.table;
  if (key.empty()) {
    if (!table.empty()) return nullptr;
    return dated != nullptr ? &dated->value : &parameter.value;
  }
  const auto entry = std::ranges::find(table, key, &TableEntry::key);
  return entry == table.end() ? nullptr : &entry->value;
}

}  // namespace

std::span<const ChangeBand> ChangeBands() { return kBands; }

size_t BandOf(int64_t before_cents, int64_t after_cents) {
  if (before_cents == after_cents) return kUnchanged;
  if (before_cents == 0) return kBands.size() - 1;
  const Exact percent = (Exact(after_cents) - before_cents) * 100 / Exact(before_cents).Abs();
  for (size_t i = 0; i + 2 < kBands.size(); ++i) {
    if (i != kUnchanged && kBands[i].to_percent.has_value() && percent < *kBands[i].to_percent) {
      return i;
    }
  }
  return kBands.size() - 2;
}

ChangeRow::ChangeRow() : bands(kBands.size()) {}

absl::Status ChangeRow::Add(const Difference& difference) {
  const bool undetermined_here =
      std::ranges::any_of(difference.attributions, [](const Attribution& attribution) {
        return attribution.cause.kind == CauseKind::kUndetermined;
      });
  if (undetermined_here) {
    ++undetermined;
    return absl::OkStatus();
  }
  ++recipients;
  const int64_t was = difference.before ? difference.before->cents : 0;
  const int64_t is = difference.after ? difference.after->cents : 0;
  RETURN_IF_ERROR(AddCents(before, was));
  RETURN_IF_ERROR(AddCents(after, is));
  ++bands[BandOf(was, is)];
  if (difference.cents > 0) {
    ++winners;
    RETURN_IF_ERROR(AddCents(gain, difference.cents));
    if (!largest_gain.has_value() || difference.cents > largest_gain->cents) {
      largest_gain = ChangeExtreme{difference.code, difference.title, difference.cents};
    }
  } else if (difference.cents < 0) {
    ++losers;
    RETURN_IF_ERROR(AddCents(loss, difference.cents));
    if (!largest_loss.has_value() || difference.cents < largest_loss->cents) {
      largest_loss = ChangeExtreme{difference.code, difference.title, difference.cents};
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Classifier> Classifier::Make(std::string_view attribute, RecipientKind kind,
                                            const RecipientSource& recipients,
                                            std::string_view field) {
  const std::span<const std::string_view> everywhere = AttributesOf(kind);
  Classifier classifier(attribute, kind);
  if (std::ranges::find(everywhere, attribute) == everywhere.end()) {
    classifier.of_register_ = true;
    std::set<std::string> known(everywhere.begin(), everywhere.end());
    RETURN_IF_ERROR(ForEachBatch(recipients, [&](std::span<const Recipient> batch) {
      for (const Recipient& recipient : batch) {
        for (const auto& [name, value] : recipient.attributes) known.insert(name);
      }
      return absl::OkStatus();
    }));
    if (known.contains(std::string(attribute))) return classifier;
    return InvalidField(field, "UNKNOWN_ATTRIBUTE",
                        absl::StrCat("'", Av(attribute), "' is no attribute of these recipients; ",
                                     "there are ", absl::StrJoin(known, ", ")));
  }
  if (attribute == "score_quintile") {
    std::vector<Exact> scores;
    RETURN_IF_ERROR(ForEachBatch(recipients, [&](std::span<const Recipient> batch) {
      for (const Recipient& recipient : batch) {
        std::optional<Exact> score = ScorePerPupil(recipient.score, PupilsOf(recipient));
        if (score.has_value()) scores.push_back(*std::move(score));
      }
      return absl::OkStatus();
    }));
    classifier.quintiles_.emplace(std::move(scores));
  }
  return classifier;
}

std::string Classifier::ClassOf(const Recipient& recipient) const {
  if (of_register_) {
    const auto found = std::ranges::find(recipient.attributes, attribute_,
                                         &std::pair<std::string, std::string>::first);
    return found == recipient.attributes.end() ? "" : found->second;
  }
  if (attribute_ == "province") return recipient.province;
  if (attribute_ == "sector") return std::string(NameOf(recipient.sector));
  if (attribute_ == "denomination") return recipient.denomination;
  if (attribute_ == "size") {
    return std::string(kind_ == RecipientKind::kSchool ? SizeClass(PupilsOf(recipient))
                                                       : InhabitantsClass(recipient.population));
  }
  if (attribute_ == "board") return recipient.board;
  if (attribute_ == "municipality") return recipient.municipality;
  return quintiles_->Of(ScorePerPupil(recipient.score, PupilsOf(recipient)));
}

absl::Status ChangeTable::Add(const Passage& passage, const Difference& difference) {
  const Recipient& recipient = passage.before != nullptr ? *passage.before : *passage.after;
  return rows_[classifier_.ClassOf(recipient)].Add(difference);
}

std::vector<ChangeTable::Row> ChangeTable::Rows() const {
  std::vector<Row> rows;
  for (const auto& [value, row] : rows_) rows.push_back({value, &row});
  if (rows.size() > kMostByValue) {
    std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
      return std::abs(a.row->after - a.row->before) > std::abs(b.row->after - b.row->before);
    });
  }
  return rows;
}

absl::Status Override(std::span<const ParameterValue> values, Scheme& scheme) {
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string& name = values[i].name;
    const size_t point = name.find('.');
    const auto parameter =
        std::ranges::find(scheme.parameters, name.substr(0, point), &Parameter::id);
    Exact* value = parameter == scheme.parameters.end()
                       ? nullptr
                       : FindValue(scheme, point == std::string::npos ? "" : name.substr(point + 1),
                                   *parameter);
    if (value == nullptr) {
      return InvalidField(
          absl::StrCat("parameters[", i, "].name"), "UNKNOWN_PARAMETER",
          absl::StrCat("the scheme has no single number '", name,
                       "' on its reference date; a number of a table is written 'rate.bo'"));
    }
    *value = values[i].value;
  }
  return absl::OkStatus();
}

}  // namespace vg::funding
