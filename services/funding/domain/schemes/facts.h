// What formulas may say of a recipient: the names that the register lends to the language.

#ifndef VG_SERVICES_FUNDING_DOMAIN_SCHEMES_FACTS_H_
#define VG_SERVICES_FUNDING_DOMAIN_SCHEMES_FACTS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/expression/environment.h"
#include "services/funding/domain/recipient.h"
#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

// One name. Every fact may be absent: suppressed or missing in the source.
struct Fact {
  std::string name;  // "pupils.bo"
  expression::Type type;
  Text title;
  std::function<expression::Value(const Recipient&)> read;
  // Of a fact that a scheme declares: what is wrong with what the register has, as a sentence;
  // empty if nothing. What is wrong reads as missing.
  std::function<std::string(const Recipient&)> fault = nullptr;
};

// The facts of a kind of recipient, in the order of the documentation. Made once; lives forever.
const std::vector<Fact>& FactsOf(RecipientKind kind);

// The fact that reads an attribute as `declaration` says. `unit` is that of a number.
Fact ToFact(const FactDeclaration& declaration, const expression::Unit& unit);

// Null if there is none of that name.
const Fact* FindFact(RecipientKind kind, std::string_view name);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_SCHEMES_FACTS_H_
