// Any bytes: a questionnaire in YAML, then a line of three hyphens, then a response to it.
// Published or refused with a place; checked the same twice; and what is kept is kept again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/status/error.h"
#include "common/yaml/yaml.h"
#include "services/survey/api/questionnaire_proto.h"
#include "services/survey/api/response_proto.h"
#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/kept_answers.h"
#include "services/survey/domain/response_checker.h"

namespace {

namespace v1 = voortgang::survey::v1;
using vg::survey::ResponseChecker;
using vg::survey::Verdict;

constexpr vg::YamlLimits kLimits = {.max_bytes = 64 << 10, .max_nodes = 10'000};

bool Same(const Verdict& a, const Verdict& b) {
  if (a.violations.size() != b.violations.size() || a.rules != b.rules) return false;
  for (size_t i = 0; i < a.violations.size(); ++i) {
    if (a.violations[i].field != b.violations[i].field) return false;
    if (a.violations[i].reason != b.violations[i].reason) return false;
  }
  return a.kept.size() == b.kept.size() && a.dropped.size() == b.dropped.size() &&
         a.computed.size() == b.computed.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view kBetween = "\n---\n";
  const size_t middle = text.find(kBetween);
  v1::Questionnaire content;
  if (!vg::ParseYaml(text.substr(0, middle), &content, nullptr, kLimits).ok()) return 0;
  const auto questionnaire = vg::survey::FromProto(content, "content.");
  if (!questionnaire.ok()) return 0;
  const auto compiled = vg::survey::CompiledQuestionnaire::Compile(*questionnaire, "content.");
  if (!compiled.ok()) {
    for (const auto& fault : vg::DetailsOf(compiled.status()).violations) {
      if (!fault.field.starts_with("content.") || fault.reason.empty()) std::abort();
    }
    return 0;
  }
  if (DigestOf(*questionnaire) != DigestOf(*questionnaire)) std::abort();
  vg::survey::TellResults(*questionnaire, content);

  v1::Response sent;
  if (middle == std::string_view::npos) return 0;
  if (!vg::ParseYaml(text.substr(middle + kBetween.size()), &sent, nullptr, kLimits).ok()) return 0;
  const auto draft = vg::survey::DraftOf(sent);
  if (!draft.ok()) return 0;
  ResponseChecker checker(*compiled);
  const Verdict verdict = checker.Check(*draft);
  if (!Same(verdict, checker.Check(*draft)) ||
      !Same(verdict, ResponseChecker(*compiled).Check(*draft))) {
    std::abort();
  }
  if (checker.Digest(*draft) != checker.Digest(*draft)) std::abort();
  if (!verdict.violations.empty()) return 0;

  const std::string content_kept = vg::survey::EncodeAnswers(**compiled, *draft, verdict);
  const auto kept = vg::survey::DecodeAnswers(**compiled, content_kept);
  if (!kept.ok()) std::abort();
  vg::survey::ResponseDraft second = *draft;
  second.answers = kept->answers;
  const size_t count = verdict.kept.size();
  const Verdict& same = checker.Check(second);
  if (!same.violations.empty() || !same.dropped.empty()) std::abort();
  if (same.kept.size() != count) std::abort();
  return 0;
}
