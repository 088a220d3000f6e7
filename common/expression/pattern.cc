#include "common/expression/pattern.h"

#include <utility>

#include "re2/re2.h"

namespace vg::expression {

std::shared_ptr<const Pattern> Pattern::Make(std::string_view source, std::string& error) {
  if (source.size() > kMostBytes) {
    error = "it has more than " + std::to_string(kMostBytes) + " bytes";
    return nullptr;
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMostMemory);
  auto compiled =
      std::make_unique<re2::RE2>(re2::StringPiece(source.data(), source.size()), options);
  if (!compiled->ok()) {
    error = compiled->error();
    return nullptr;
  }
  return std::shared_ptr<const Pattern>(new Pattern(std::move(compiled)));
}

Pattern::Pattern(std::unique_ptr<re2::RE2> compiled) : compiled_(std::move(compiled)) {}

Pattern::~Pattern() = default;

bool Pattern::OccursIn(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace vg::expression
