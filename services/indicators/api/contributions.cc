#include "services/indicators/api/contributions.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <tuple>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/indicators/api/definition_proto.h"
#include "services/indicators/api/record_proto.h"

namespace vg::indicators {
namespace {

namespace catalogue = voortgang::catalogue::v1;
namespace survey = voortgang::survey::v1;

using MeasureOf = std::pair<int64_t, std::shared_ptr<const Measure>>;

// "waves/w" of "waves/w/responses/r"; "questionnaires/q" of "questionnaires/q/versions/1".
std::string Parent(const std::string& name) {
  const size_t second = name.find('/', name.find('/') + 1);
  return name.substr(0, second);
}

bool Counts(const survey::Response& response) {
  return !response.partial() && !response.has_withdraw_time();
}

// The measures of one kind of record, and a frame that its records take turns in.
struct Reader {
  std::optional<int64_t> respondents;  // The entry that counts them.
  std::string counted_as;              // Its category.
  std::vector<MeasureOf> measures;
  std::shared_ptr<const RecordShape> shape;
  std::optional<expression::Frame> frame;
};

// Readers of one batch: by the questionnaire's version, or by the programmes' school year.
class Readers {
 public:
  Readers(const std::vector<StoredIndicator>& indicators, Measures& measures)
      : indicators_(indicators), measures_(measures) {}

  absl::StatusOr<Reader*> OfResponses(const std::string& version) {
    const auto [place, added] = readers_.try_emplace(version);
    if (!added) return &place->second;
    Reader& reader = place->second;
    const std::string questionnaire = Parent(version);
    reader.counted_as = questionnaire;
    for (const StoredIndicator& indicator : indicators_) {
      if (indicator.counts_respondents()) {
        reader.respondents = indicator.serial;
        continue;
      }
      ASSIGN_OR_RETURN(const std::shared_ptr<const Definition> definition,
                       measures_.Read(indicator));
      const auto& wanted = definition->proto.responses().questionnaires();
      if (std::find(wanted.begin(), wanted.end(), questionnaire) == wanted.end()) continue;
      ASSIGN_OR_RETURN(std::shared_ptr<const Measure> measure,
                       measures_.OnResponses(indicator, version));
      if (measure != nullptr) reader.measures.emplace_back(indicator.serial, std::move(measure));
    }
    if (reader.measures.empty()) return &reader;
    ASSIGN_OR_RETURN(const Asked asked, measures_.Questionnaire(version));
    reader.shape = asked.shape;
    reader.frame.emplace(reader.shape->Empty());
    return &reader;
  }

  absl::StatusOr<Reader*> OfProgrammes(const std::string& school_year) {
    const auto [place, added] = readers_.try_emplace(school_year);
    if (!added) return &place->second;
    Reader& reader = place->second;
    reader.frame.emplace(ProgrammeShape().Empty());
    reader.counted_as = school_year;
    for (const StoredIndicator& indicator : indicators_) {
      if (indicator.counts_respondents()) {
        reader.respondents = indicator.serial;
        continue;
      }
      ASSIGN_OR_RETURN(const std::shared_ptr<const Definition> definition,
                       measures_.Read(indicator));
      if (definition->proto.programmes().school_year() != school_year) continue;
      ASSIGN_OR_RETURN(std::shared_ptr<const Measure> measure, measures_.OnProgrammes(indicator));
      if (measure != nullptr) reader.measures.emplace_back(indicator.serial, std::move(measure));
    }
    return &reader;
  }

 private:
  const std::vector<StoredIndicator>& indicators_;
  Measures& measures_;
  std::map<std::string, Reader> readers_;
};

}  // namespace

int Contributions::Texts::Number(const std::string& text) {
  const auto [place, added] = numbers_.try_emplace(text, static_cast<int>(texts_.size()));
  if (added) texts_.push_back(&place->first);
  return place->second;
}

std::vector<int> Contributions::Texts::Sort() {
  std::vector<const std::string*> sorted = texts_;
  std::sort(sorted.begin(), sorted.end(),
            [](const std::string* a, const std::string* b) { return *a < *b; });
  std::vector<int> renumbered(texts_.size());
  for (size_t i = 0; i < sorted.size(); ++i) {
    renumbered[static_cast<size_t>(numbers_.at(*sorted[i]))] = static_cast<int>(i);
  }
  texts_ = std::move(sorted);
  return renumbered;
}

// Reads the changes of a batch into cells.
class Contributions::Reading {
 public:
  Reading(const std::string& feed, const std::vector<StoredIndicator>& indicators,
          Measures& measures, Contributions& made)
      : feed_(feed), readers_(indicators, measures), made_(made) {}

  absl::Status Read(const feed::Entry& entry) {
    const size_t begin = made_.cells_.size();
    if (feed_ == kProgrammeFeed) {
      RETURN_IF_ERROR(ReadChange(programme_, entry));
    } else {
      RETURN_IF_ERROR(ReadChange(response_, entry));
    }
    if (made_.cells_.size() > begin) {
      made_.by_entry_[{entry.partition, entry.number}] = {begin, made_.cells_.size()};
    }
    return absl::OkStatus();
  }

 private:
  template <typename Change>
  absl::Status ReadChange(Change& change, const feed::Entry& entry) {
    if (!change.ParseFromString(entry.payload)) {
      return absl::DataLossError(absl::StrCat(feed_, " holds an unreadable change at ",
                                              entry.partition, "/", entry.number));
    }
    if (change.has_before()) RETURN_IF_ERROR(Add(change.before(), true));
    if (change.has_after()) RETURN_IF_ERROR(Add(change.after(), false));
    return absl::OkStatus();
  }
  absl::Status Add(const survey::Response& response, bool minus) {
    if (!Counts(response)) return absl::OkStatus();
    ASSIGN_OR_RETURN(Reader* const reader, readers_.OfResponses(response.questionnaire_version()));
    if (!reader->measures.empty()) FillRecord(*reader->shape, response, *reader->frame);
    AddCells(*reader, Parent(response.name()), response.unit(), minus);
    return absl::OkStatus();
  }
  absl::Status Add(const catalogue::Programme& programme, bool minus) {
    ASSIGN_OR_RETURN(
        Reader* const reader,
        readers_.OfProgrammes(programme.name().substr(programme.name().rfind('/') + 1)));
    if (!reader->measures.empty()) FillRecord(programme, *reader->frame);
    AddCells(*reader, "", Parent(programme.name()), minus);
    return absl::OkStatus();
  }
  void AddCells(const Reader& reader, const std::string& wave, const std::string& unit,
                bool minus) {
    Cell cell{.wave = made_.texts_.Number(wave), .unit = made_.texts_.Number(unit)};
    const auto add = [&](int64_t serial, const std::string& category, const Sums& sums) {
      cell.serial = serial;
      cell.category = made_.texts_.Number(category);
      cell.sums = minus ? -sums : sums;
      made_.cells_.push_back(cell);
    };
    if (reader.respondents.has_value()) {
      add(*reader.respondents, reader.counted_as, Sums{.n = 1});
    }
    for (const auto& [serial, measure] : reader.measures) {
      for (const auto& [category, sums] : measure->Of(*reader.frame)) add(serial, category, sums);
    }
  }

  const std::string& feed_;
  Readers readers_;
  Contributions& made_;
  survey::ResponseChange response_;  // Read one after the other into the same memory.
  catalogue::ProgrammeChange programme_;
};

absl::StatusOr<Contributions> Contributions::Of(const std::string& feed,
                                                std::span<const feed::Entry> entries,
                                                const std::vector<StoredIndicator>& indicators,
                                                Measures& measures) {
  Contributions made;
  for (const StoredIndicator& indicator : indicators) made.serials_.insert(indicator.serial);
  if (indicators.empty()) return made;
  Reading reading(feed, indicators, measures, made);
  for (const feed::Entry& entry : entries) RETURN_IF_ERROR(reading.Read(entry));
  const std::vector<int> renumbered = made.texts_.Sort();
  for (Cell& cell : made.cells_) {
    for (int* number : {&cell.wave, &cell.unit, &cell.category}) {
      *number = renumbered[static_cast<size_t>(*number)];
    }
  }
  return made;
}

absl::StatusOr<SumsDelta> Contributions::Delta(const std::vector<int64_t>& serials,
                                               std::span<const feed::Entry> entries) const {
  for (const int64_t serial : serials) {
    if (!serials_.contains(serial)) {
      return absl::AbortedError("an indicator was defined meanwhile");
    }
  }
  struct Row {
    int partition = 0;
    const Cell* cell = nullptr;

    auto key() const {
      return std::tie(partition, cell->serial, cell->wave, cell->unit, cell->category);
    }
  };
  std::vector<Row> rows;
  for (const feed::Entry& entry : entries) {
    const auto cells = by_entry_.find({entry.partition, entry.number});
    if (cells == by_entry_.end()) continue;
    for (size_t i = cells->second.first; i < cells->second.second; ++i) {
      if (!std::binary_search(serials.begin(), serials.end(), cells_[i].serial)) continue;
      rows.push_back({entry.partition, &cells_[i]});
    }
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.key() < b.key(); });
  SumsDelta delta;
  for (size_t i = 0; i < rows.size();) {
    const Row& row = rows[i];
    Sums sums;
    for (; i < rows.size() && rows[i].key() == row.key(); ++i) sums += rows[i].cell->sums;
    delta.emplace_hint(delta.end(),
                       SumsKey{row.partition, row.cell->serial, texts_.text(row.cell->wave),
                               texts_.text(row.cell->unit), texts_.text(row.cell->category)},
                       sums);
  }
  return delta;
}

}  // namespace vg::indicators
