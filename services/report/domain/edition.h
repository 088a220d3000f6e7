// An edition: what it was made from and the files it became.

#ifndef VG_SERVICES_REPORT_DOMAIN_EDITION_H_
#define VG_SERVICES_REPORT_DOMAIN_EDITION_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "services/report/domain/figure.h"
#include "services/report/domain/plan.h"
#include "services/report/domain/references.h"
#include "services/report/domain/text.h"

namespace vg::report {

// Something an edition was computed from.
struct Input {
  std::string resource;
  std::string digest;
  std::optional<absl::CivilDay> cut_off;  // Of a wave: the last day whose answers count.
  friend bool operator==(const Input&, const Input&) = default;
};

// All that pages are made of. It holds no time of composition, so the same inputs give the same
// bytes.
struct Content {
  std::string id;  // "2022-04"
  EditionPlan plan;
  std::vector<Input> inputs;             // By resource, each once.
  std::vector<Figure> figures;           // In the order of the plan.
  std::vector<HeadlineLine> headline;    // In the order of the plan.
  std::vector<LocalizedRichText> texts;  // Of the sections, references resolved.
  LocalizedRichText explanation;         // References resolved.

  const Figure* FindFigure(std::string_view id) const;
};

// Resolves every reference of the plan over `figures` and checks every claim. INVALID_ARGUMENT with
// the place of every one that cannot be resolved or does not hold.
absl::StatusOr<Content> Resolve(std::string id, EditionPlan plan, std::vector<Input> inputs,
                                std::vector<Figure> figures);

struct File {
  std::string path;  // "nl/index.html"
  std::string media_type;
  LocalizedText title;
  std::string bytes;
  std::string sha256;
};

// By resource; the first of equal ones is kept.
void SortInputs(std::vector<Input>& inputs);

// SHA-256 over names and digests of inputs and files, files by path.
std::string EditionDigest(const std::vector<Input>& inputs, const std::vector<File>& files);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_EDITION_H_
