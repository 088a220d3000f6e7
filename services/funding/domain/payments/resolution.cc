#include "services/funding/domain/payments/resolution.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace vg::funding {
namespace {

constexpr std::pair<ResolutionKind, std::string_view> kKinds[] = {
    {ResolutionKind::kPaid, "paid"},           {ResolutionKind::kReturned, "returned"},
    {ResolutionKind::kCorrected, "corrected"}, {ResolutionKind::kFee, "fee"},
    {ResolutionKind::kNotOurs, "not_ours"},    {ResolutionKind::kAccepted, "accepted"},
};

std::string OtherAmount(const BankTransaction& transaction, const PaymentLine& line) {
  return absl::StrCat(ToText(transaction.amount), " was booked, and ", line.end_to_end_id,
                      " is of ", ToText(line.due.amount),
                      "; only whole transfers are posted: let the bank put it right, and resolve "
                      "this as corrected");
}

std::string WhyNotPaid(const BankTransaction* transaction, const PaymentLine& line) {
  if (transaction != nullptr && transaction->credit) {
    return "the money came in; what was paid went out: is it returned?";
  }
  if (transaction != nullptr && transaction->amount != line.due.amount) {
    return OtherAmount(*transaction, line);
  }
  switch (line.state) {
    case LineState::kExported:
      return "";
    case LineState::kCreated:
      return absl::StrCat(line.end_to_end_id,
                          " is in a batch that was never exported; export it first");
    case LineState::kConfirmed:
      return absl::StrCat(line.end_to_end_id,
                          " is paid already; ask the bank for the money back, and resolve this as "
                          "corrected once it came");
    case LineState::kReturned:
    case LineState::kWithdrawn:
      return absl::StrCat(line.end_to_end_id,
                          " is planned again and may be in another batch; ask the bank for the "
                          "money back, and resolve this as corrected once it came");
  }
  return "";
}

std::string WhyNotReturned(const BankTransaction* transaction, const PaymentLine& line) {
  if (transaction != nullptr && !transaction->credit) {
    return "the money went out; what was returned came in, or never left";
  }
  if (transaction != nullptr && transaction->amount != line.due.amount) {
    return OtherAmount(*transaction, line);
  }
  if (line.state == LineState::kExported || line.state == LineState::kConfirmed) return "";
  return absl::StrCat(line.end_to_end_id, " is not with the bank: it was ",
                      line.state == LineState::kCreated ? "never exported"
                      : line.state == LineState::kReturned
                          ? "returned before; this money is not ours"
                          : "withdrawn");
}

}  // namespace

std::string_view NameOf(ResolutionKind kind) {
  for (const auto& [known, name] : kKinds) {
    if (known == kind) return name;
  }
  return "";
}

std::optional<ResolutionKind> ResolutionKindNamed(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

bool MovesMoney(ResolutionKind kind) {
  return kind == ResolutionKind::kPaid || kind == ResolutionKind::kReturned;
}

std::string WhyNot(ResolutionKind resolution, DifferenceKind kind,
                   const BankTransaction* transaction, const PaymentLine* line) {
  if (MovesMoney(resolution)) {
    if (line == nullptr) return "no transfer of ours has that end-to-end id";
    return resolution == ResolutionKind::kPaid ? WhyNotPaid(transaction, *line)
                                               : WhyNotReturned(transaction, *line);
  }
  if (kind == DifferenceKind::kMissing && resolution != ResolutionKind::kAccepted) {
    return "a payment that no statement tells of is paid, returned, or accepted as it is";
  }
  return "";
}

}  // namespace vg::funding
