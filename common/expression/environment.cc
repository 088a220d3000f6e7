#include "common/expression/environment.h"

#include <cstdio>
#include <cstdlib>

#include "common/expression/checker.h"
#include "common/expression/expression.h"
#include "common/expression/population.h"
#include "common/expression/syntax.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::expression {
namespace {

bool IsIdentifier(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !(c >= '0' && c <= '9')) return false;
  }
  return true;
}

constexpr std::string_view kCall = "()";

absl::Status CheckName(std::string_view name) {
  for (std::string_view rest = name;;) {
    const size_t dot = rest.find('.');
    const std::string_view part = rest.substr(0, dot);
    if (!IsIdentifier(part)) {
      return Error(
          absl::StatusCode::kInvalidArgument, "INVALID_NAME",
          "'" + std::string(name) +
              "' is not a name; names are letters, digits and underscores, joined by dots");
    }
    if (IsReserved(part)) {
      return Error(absl::StatusCode::kInvalidArgument, "RESERVED_NAME",
                   "'" + std::string(part) + "' is a word of the language itself");
    }
    if (dot == std::string_view::npos) return absl::OkStatus();
    rest.remove_prefix(dot + 1);
  }
}

absl::Status NameTaken(std::string_view name, std::string_view by) {
  return Error(absl::StatusCode::kAlreadyExists, "NAME_TAKEN",
               "'" + std::string(name) + "' cannot be declared beside '" + std::string(by) + "'");
}

}  // namespace

absl::StatusOr<Slot> Environment::Declare(std::string_view name, Type type) {
  const bool called = name.ends_with(kCall);
  const std::string_view plain = called ? name.substr(0, name.size() - kCall.size()) : name;
  RETURN_IF_ERROR(CheckName(plain));
  if (called && (IsBuiltIn(plain) || functions_.contains(plain))) return NameTaken(name, plain);
  for (size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    if (by_name_.contains(name.substr(0, dot))) return NameTaken(name, name.substr(0, dot));
  }
  if (by_name_.contains(name)) return NameTaken(name, name);
  const std::string prefix = std::string(name) + ".";
  const auto next = by_name_.lower_bound(prefix);
  if (next != by_name_.end() && next->first.starts_with(prefix)) {
    return NameTaken(name, next->first);
  }
  const Slot slot = static_cast<Slot>(variables_.size());
  by_name_.emplace(name, slot);
  variables_.push_back({std::string(name), std::move(type), false, Value(), nullptr});
  return slot;
}

Slot Environment::MustDeclare(std::string_view name, Type type) {
  const absl::StatusOr<Slot> slot = Declare(name, std::move(type));
  if (!slot.ok()) {
    std::fprintf(stderr, "expression: %s\n", slot.status().ToString().c_str());
    std::abort();
  }
  return *slot;
}

absl::Status Environment::DeclareConstant(std::string_view name, Type type, Value value) {
  ASSIGN_OR_RETURN(const Slot slot, Declare(name, std::move(type)));
  variables_[slot].constant = true;
  variables_[slot].value = std::move(value);
  return absl::OkStatus();
}

absl::StatusOr<Slot> Environment::Define(std::string_view name, const Expression& formula) {
  ASSIGN_OR_RETURN(const Slot slot, Declare(name, formula.type()));
  variables_[slot].definition = std::make_shared<const Expression>(formula);
  defined_.push_back(slot);
  return slot;
}

void Environment::LendPopulation(std::function<Slot(PopulationCall)> keep) {
  keep_call_ = std::move(keep);
}

Slot Environment::DeclareHidden(std::string name, Type type) {
  variables_.push_back({std::move(name), std::move(type), false, Value(), nullptr});
  return static_cast<Slot>(variables_.size()) - 1;
}

absl::Status Environment::DeclareFunction(Function function) {
  RETURN_IF_ERROR(CheckName(function.name));
  if (IsBuiltIn(function.name) || functions_.contains(function.name) ||
      by_name_.contains(function.name + std::string(kCall))) {
    return NameTaken(function.name, function.name);
  }
  std::string name = function.name;
  functions_.emplace(std::move(name), std::make_shared<const Function>(std::move(function)));
  return absl::OkStatus();
}

void Environment::Forget(std::string_view name) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) by_name_.erase(found);
}

Slot Environment::Find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? -1 : found->second;
}

Frame::Frame(const Environment& environment) : environment_(environment) { Clear(); }

void Frame::Clear() {
  values_.resize(environment_.variables_.size());
  for (size_t i = 0; i < values_.size(); ++i) values_[i] = environment_.variables_[i].value;
  computed_.assign(values_.size(), 0);
}

void Frame::Renew() {
  for (const Slot slot : environment_.defined_) computed_[slot] = 0;
}

}  // namespace vg::expression
