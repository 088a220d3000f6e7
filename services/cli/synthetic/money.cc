#include "services/cli/synthetic/money.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "services/cli/synthetic/random.h"

namespace vg::synthetic {
namespace {

std::string LastPart(const std::string& name) { return name.substr(name.rfind('/') + 1); }

// A Dutch IBAN with the right check digits (ISO 13616: modulo 97 over letters as two digits).
std::string Iban(const std::string& account) {
  constexpr char kBank[] = "VRBD";
  const std::string number = std::string(10 - account.size(), '0') + account;
  int remainder = 0;
  const auto add = [&remainder](int digits, int value) {
    remainder = (remainder * (digits == 2 ? 100 : 10) + value) % 97;
  };
  for (const char* letter = kBank; *letter != '\0'; ++letter) add(2, *letter - 'A' + 10);
  for (const char digit : number) add(1, digit - '0');
  for (const char letter : {'N', 'L'}) add(2, letter - 'A' + 10);
  add(2, 0);
  return absl::StrFormat("NL%02d%s%s", 98 - remainder, kBank, number);
}

}  // namespace

std::string PayeeFile(const std::vector<std::string>& boards, const std::string& valid_from) {
  std::string file = "payee,name,iban,valid_from,source\n";
  for (const std::string& board : boards) {
    const std::string id = LastPart(board);
    absl::StrAppend(&file, id, ",Bestuur ", id, ",", Iban(id), ",", valid_from, ",verzonnen\n");
  }
  return file;
}

std::string SpendingFile(uint64_t seed, int year,
                         const std::vector<std::pair<std::string, int64_t>>& received) {
  // Categories A to F of the menu: most goes to more and more effective education and to staff.
  constexpr int kShares[] = {24, 34, 18, 6, 14, 4};
  std::string file =
      "recipient,year,a,b,c,d,e,f,hired,mr_consent,mr_consent_date,scan,teachers,parents\n";
  for (const auto& [school, euros] : received) {
    Random random(seed, school, "spending");
    if (!random.Chance(870)) continue;
    const int64_t spent = euros * random.Between(25, 80) / 100;
    if (spent < 100) continue;
    absl::StrAppend(&file, LastPart(school), ",", year);
    for (const int share : kShares) absl::StrAppend(&file, ",", spent * share / 100);
    absl::StrAppend(&file, ",", spent * random.Between(0, 30) / 100, ",given,", year,
                    "-10-04,yes,teamvergadering,ouderavond\n");
  }
  return file;
}

}  // namespace vg::synthetic
