#include "services/funding/storage/payment_words.h"

#include <string>

#include "absl/status/status.h"

namespace vg::funding {
namespace {

template <typename Word>
struct WordEntry {
  Word word;
  std::string_view name;
};

constexpr WordEntry<ChangeState> kChangeStates[] = {{ChangeState::kProposed, "proposed"},
                                                    {ChangeState::kApproved, "approved"},
                                                    {ChangeState::kRejected, "rejected"}};
constexpr WordEntry<LineState> kLineStates[] = {{LineState::kCreated, "created"},
                                                {LineState::kExported, "exported"},
                                                {LineState::kConfirmed, "confirmed"},
                                                {LineState::kReturned, "returned"},
                                                {LineState::kWithdrawn, "withdrawn"}};
constexpr WordEntry<BatchState> kBatchStates[] = {{BatchState::kPrepared, "prepared"},
                                                  {BatchState::kAuthorised, "authorised"},
                                                  {BatchState::kWithdrawn, "withdrawn"}};
constexpr WordEntry<MatchRule> kRules[] = {{MatchRule::kEndToEndId, "end_to_end_id"},
                                           {MatchRule::kBatch, "batch"},
                                           {MatchRule::kAmountAccountDay, "amount_account_day"}};

template <typename Word, size_t N>
std::string_view Name(const WordEntry<Word> (&entries)[N], Word word) {
  for (const WordEntry<Word>& entry : entries) {
    if (entry.word == word) return entry.name;
  }
  return "";
}

absl::Status Unknown(std::string_view word) {
  return absl::DataLossError("'" + std::string(word) + "' is no word of this table");
}

template <typename Word, size_t N>
absl::StatusOr<Word> Named(const WordEntry<Word> (&entries)[N], std::string_view name) {
  for (const WordEntry<Word>& entry : entries) {
    if (entry.name == name) return entry.word;
  }
  return Unknown(name);
}

}  // namespace

std::string_view NameOf(ChangeState state) { return Name(kChangeStates, state); }
std::string_view NameOf(LineState state) { return Name(kLineStates, state); }
std::string_view NameOf(BatchState state) { return Name(kBatchStates, state); }
std::string_view NameOf(MatchRule rule) { return Name(kRules, rule); }

absl::StatusOr<ChangeState> ChangeStateNamed(std::string_view word) {
  return Named(kChangeStates, word);
}
absl::StatusOr<LineState> LineStateNamed(std::string_view word) { return Named(kLineStates, word); }
absl::StatusOr<BatchState> BatchStateNamed(std::string_view word) {
  return Named(kBatchStates, word);
}

absl::StatusOr<BlockReason> BlockReasonNamed(std::string_view word) {
  for (const BlockReason reason : {BlockReason::kNoPayee, BlockReason::kNoAccount,
                                   BlockReason::kNotPositive, BlockReason::kNotEuroAccount}) {
    if (BlockReasonName(reason) == word) return reason;
  }
  return Unknown(word);
}

absl::StatusOr<DifferenceKind> DifferenceKindNamed(std::string_view word) {
  for (const DifferenceKind kind :
       {DifferenceKind::kUnknown, DifferenceKind::kWrongAmount, DifferenceKind::kWrongAccount,
        DifferenceKind::kDouble, DifferenceKind::kAmbiguous, DifferenceKind::kNotExported,
        DifferenceKind::kMissing}) {
    if (NameOf(kind) == word) return kind;
  }
  return Unknown(word);
}

}  // namespace vg::funding
