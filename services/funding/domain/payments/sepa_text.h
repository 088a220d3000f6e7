// Text as banks of SEPA take it.
//
// The European Payments Council lets banks refuse everything but
//     a-z A-Z 0-9 / - ? : ( ) . , ' + and blanks.
// What is outside is written with the nearest letters inside, as in its best practices (EPC217-08):
// letters lose their marks (é e, ü u, ß s, Ø O, Æ AE, ĳ ij), & is +, _ is -, quotation marks are ',
// brackets are ( and ), dashes are -, and everything else is a full stop.

#ifndef VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_SEPA_TEXT_H_
#define VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_SEPA_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace vg::funding {

// `text` (UTF-8) in those characters, with single blanks, none at the ends, no slash at either end
// and no two of them together (which banks refuse), and at most `most` characters.
std::string SepaText(std::string_view text, size_t most);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_DOMAIN_PAYMENTS_SEPA_TEXT_H_
