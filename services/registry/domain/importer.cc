#include "services/registry/domain/importer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/registry/domain/assembly.h"

namespace vg::registry {

Importer::Importer(ImportPlan plan) : plan_(std::move(plan)) {}

void Importer::BeginFile(std::string name, SourceKind kind) {
  EndFile();
  reader_.emplace(static_cast<int>(sources_.size()), std::move(name), kind, plan_.count_date,
                  drafts_);
}

void Importer::Feed(std::string_view bytes) { reader_->Feed(bytes); }

void Importer::EndFile() {
  if (!reader_.has_value()) return;
  FileReader::Result read = reader_->Finish();
  reader_.reset();
  const int file = static_cast<int>(sources_.size());
  const auto same = std::find_if(sources_.begin(), sources_.end(), [&](const SourceFile& source) {
    return source.sha256 == read.source.sha256;
  });
  if (same != sources_.end()) {
    // All its rows are duplicates; one refusal says so better than thousands.
    read.refusals = {};
    read.refusals.Add(
        {.code = RefusalCode::kDuplicateFile,
         .file = file,
         .sentence = absl::StrCat("the file has the same bytes as ", same->file_name)});
  }
  refusals_.Merge(std::move(read.refusals));
  sources_.push_back(std::move(read.source));
}

ImportOutcome Importer::Finish() && {
  EndFile();
  ImportOutcome outcome;
  if (!refusals_.HasFileFault()) {
    outcome.content = Assemble(std::move(drafts_), refusals_);
    if (outcome.content.schools.empty()) {
      refusals_.Add({.code = RefusalCode::kNoSchools,
                     .sentence = "the files hold no school that can be imported"});
    }
  }
  refusals_.Sort();
  for (size_t i = 0; i < sources_.size(); ++i) {
    sources_[i].refused_count = refusals_.RefusedRows(static_cast<int>(i));
    outcome.file_names.push_back(sources_[i].file_name);
  }
  outcome.stopped = refusals_.Stops(plan_.allowed_refusals);
  outcome.snapshot = {.id = plan_.snapshot_id,
                      .title = plan_.title.empty() ? DayInWords(plan_.count_date) : plan_.title,
                      .count_date = plan_.count_date,
                      .sources = std::move(sources_),
                      .synthetic = plan_.synthetic};
  if (outcome.stopped) {
    outcome.content = {};
  } else {
    outcome.snapshot.digest = DigestOf(outcome.content, plan_.count_date, plan_.synthetic);
    outcome.snapshot.totals = TotalsOf(outcome.content);
  }
  outcome.refusals = std::move(refusals_);
  return outcome;
}

}  // namespace vg::registry
