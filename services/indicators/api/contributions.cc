#include "services/indicators/api/contributions.h"

#include <algorithm>
#include <memory>
#include <optional>

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

std::vector<std::pair<int64_t, Contribution>> Measured(const Reader& reader) {
  std::vector<std::pair<int64_t, Contribution>> contributions;
  if (reader.respondents.has_value()) {
    contributions.emplace_back(*reader.respondents,
                               Contribution{{reader.counted_as, Sums{.n = 1}}});
  }
  for (const auto& [serial, measure] : reader.measures) {
    Contribution contribution = measure->Of(*reader.frame);
    if (!contribution.empty()) contributions.emplace_back(serial, std::move(contribution));
  }
  return contributions;
}

}  // namespace

absl::StatusOr<Contributions> Contributions::Of(const std::string& feed,
                                                std::span<const feed::Entry> entries,
                                                const std::vector<StoredIndicator>& indicators,
                                                Measures& measures) {
  Contributions made;
  for (const StoredIndicator& indicator : indicators) made.serials_.insert(indicator.serial);
  if (indicators.empty()) return made;
  Readers readers(indicators, measures);

  const auto add_response = [&readers](const survey::Response& response, bool minus,
                                       Records& records) -> absl::Status {
    if (!Counts(response)) return absl::OkStatus();
    ASSIGN_OR_RETURN(Reader* const reader, readers.OfResponses(response.questionnaire_version()));
    if (!reader->measures.empty()) FillRecord(*reader->shape, response, *reader->frame);
    records.push_back({minus, Parent(response.name()), response.unit(), Measured(*reader)});
    return absl::OkStatus();
  };
  const auto add_programme = [&readers](const catalogue::Programme& programme, bool minus,
                                        Records& records) -> absl::Status {
    ASSIGN_OR_RETURN(
        Reader* const reader,
        readers.OfProgrammes(programme.name().substr(programme.name().rfind('/') + 1)));
    if (!reader->measures.empty()) FillRecord(programme, *reader->frame);
    records.push_back({minus, "", Parent(programme.name()), Measured(*reader)});
    return absl::OkStatus();
  };

  const auto read = [&](auto change, const feed::Entry& entry, const auto& add) -> absl::Status {
    if (!change.ParseFromString(entry.payload)) {
      return absl::DataLossError(absl::StrCat(feed, " holds an unreadable change at ",
                                              entry.partition, "/", entry.number));
    }
    Records records;
    if (change.has_before()) RETURN_IF_ERROR(add(change.before(), true, records));
    if (change.has_after()) RETURN_IF_ERROR(add(change.after(), false, records));
    if (!records.empty()) {
      made.by_entry_[{entry.partition, entry.number}] = std::move(records);
    }
    return absl::OkStatus();
  };
  for (const feed::Entry& entry : entries) {
    if (feed == kProgrammeFeed) {
      RETURN_IF_ERROR(read(catalogue::ProgrammeChange(), entry, add_programme));
    } else {
      RETURN_IF_ERROR(read(survey::ResponseChange(), entry, add_response));
    }
  }
  return made;
}

absl::StatusOr<SumsDelta> Contributions::Delta(const std::vector<int64_t>& serials,
                                               std::span<const feed::Entry> entries) const {
  SumsDelta delta;
  for (const int64_t serial : serials) {
    if (!serials_.contains(serial)) {
      return absl::AbortedError("an indicator was defined meanwhile");
    }
  }
  for (const feed::Entry& entry : entries) {
    const auto records = by_entry_.find({entry.partition, entry.number});
    if (records == by_entry_.end()) continue;
    for (const Record& record : records->second) {
      for (const auto& [serial, contribution] : record.by_serial) {
        if (!std::binary_search(serials.begin(), serials.end(), serial)) continue;
        for (const auto& [category, sums] : contribution) {
          delta[{entry.partition, serial, record.wave, record.unit, category}] +=
              record.minus ? -sums : sums;
        }
      }
    }
  }
  return delta;
}

}  // namespace vg::indicators
