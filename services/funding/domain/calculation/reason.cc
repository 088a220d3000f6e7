#include "services/funding/domain/calculation/reason.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "services/funding/domain/schemes/facts.h"

namespace vg::funding {
namespace {

constexpr size_t kMostCodes = 3;

Text WhyAbsent(expression::Absence absence) {
  switch (absence) {
    case expression::Absence::kSuppressed:
      return {"is in de bron afgeschermd", "is suppressed in the source"};
    case expression::Absence::kNotApplicable:
      return {"is niet van toepassing", "does not apply"};
    default:
      return {"ontbreekt in de bron", "is missing in the source"};
  }
}

// " for 4 branches: 16SW00, 16SW01, 16SW02 and 1 more".
Text Branches(const std::vector<std::string>& codes) {
  const size_t shown = std::min(codes.size(), kMostCodes);
  const std::string list = absl::StrJoin(codes.begin(), codes.begin() + shown, ", ");
  const size_t more = codes.size() - shown;
  const bool one = codes.size() == 1;
  return {absl::StrCat(" voor ", codes.size(), one ? " vestiging: " : " vestigingen: ", list,
                       more > 0 ? absl::StrCat(" en nog ", more) : ""),
          absl::StrCat(" for ", codes.size(), one ? " branch: " : " branches: ", list,
                       more > 0 ? absl::StrCat(" and ", more, " more") : "")};
}

// " for 12 schools: 16SW00, 16SW01, 16SW02 and 9 more".
Text Recipients(const Gap& gap, bool schools) {
  if (gap.codes.empty()) return {};
  const std::string list = absl::StrJoin(gap.codes, ", ");
  const int64_t more = gap.recipients - static_cast<int64_t>(gap.codes.size());
  const bool one = gap.recipients == 1;
  return {absl::StrCat(" voor ", gap.recipients,
                       schools ? (one ? " vestiging: " : " vestigingen: ")
                               : (one ? " gemeente: " : " gemeenten: "),
                       list, more > 0 ? absl::StrCat(" en nog ", more) : ""),
          absl::StrCat(" for ", gap.recipients,
                       schools ? (one ? " branch: " : " branches: ")
                               : (one ? " municipality: " : " municipalities: "),
                       list, more > 0 ? absl::StrCat(" and ", more, " more") : "")};
}

// What more there is to say of pupils that are not known.
Text Uncounted(const Recipient& recipient) {
  if (!recipient.uncounted.empty()) return Branches(recipient.uncounted);
  if (recipient.pupils == UnknownPupils()) {
    return {"; de vestiging is niet geteld", "; the branch was not counted"};
  }
  return {};
}

}  // namespace

Reason ReasonOf(const expression::Value& value, const Recipient& recipient, const Fact* fact,
                const Component& component) {
  const std::string origin(value.origin());
  if (origin.empty()) {
    const std::string plain = absl::StrCat("component ", component.id, " came to nothing");
    return {plain, {absl::StrCat("onderdeel ", component.id, " geeft geen uitkomst"), plain}};
  }
  const Text why = WhyAbsent(value.absence());
  const Text more = origin.starts_with("pupils.") ? Uncounted(recipient) : Text{};
  const Text name = fact == nullptr ? Text{origin, origin} : fact->title;
  return {absl::StrCat(origin, " ", why.en, more.en),
          {absl::StrCat("'", name.nl, "' ", why.nl, more.nl),
           absl::StrCat("'", name.en, "' ", why.en, more.en)}};
}

Reason ReasonOf(std::string_view figure, bool told, const Gap& gap, const Fact* fact,
                RecipientKind kind) {
  const std::string name(figure);
  if (!told) {
    const std::string plain =
        absl::StrCat(name, " is over all recipients, and this one was computed alone");
    return {plain,
            {absl::StrCat(name, " gaat over alle ontvangers, en deze is alleen berekend"), plain}};
  }
  if (gap.empty()) {
    const std::string plain = absl::StrCat(name, " is over no recipient of this group");
    return {plain, {absl::StrCat(name, " gaat over geen ontvanger van deze groep"), plain}};
  }
  const bool schools = kind == RecipientKind::kSchool;
  const Text who = Recipients(gap, schools);
  if (!gap.fault.empty()) {
    const std::string plain = absl::StrCat(name, " cannot be determined: ", gap.fault, who.en);
    return {plain, {absl::StrCat(name, " is niet te bepalen: ", gap.fault, who.nl), plain}};
  }
  const Text why = WhyAbsent(gap.absence);
  const Text cause = fact == nullptr ? Text{gap.cause, gap.cause}
                                     : Text{absl::StrCat("'", fact->title.nl, "'"),
                                            absl::StrCat("'", fact->title.en, "'")};
  return {absl::StrCat(name, " cannot be determined: ", gap.cause, " ", why.en, who.en),
          {absl::StrCat(name, " is niet te bepalen: ", cause.nl, " ", why.nl, who.nl),
           absl::StrCat(name, " cannot be determined: ", cause.en, " ", why.en, who.en)}};
}

Reason ReasonOf(const absl::Status& status, const Component& component) {
  const ErrorDetails details = DetailsOf(status);
  const auto found = details.metadata.find("sentence");
  const std::string sentence =
      found == details.metadata.end() ? std::string(Sv(status.message())) : found->second;
  const std::string plain =
      absl::StrCat("component ", component.id, " cannot be computed: ", sentence);
  return {
      plain,
      {absl::StrCat("onderdeel ", component.id, " kan niet worden berekend: ", sentence), plain}};
}

}  // namespace vg::funding
