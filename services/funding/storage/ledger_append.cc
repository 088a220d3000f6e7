#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/storage/ledger_head.h"
#include "services/funding/storage/ledger_store.h"

namespace vg::funding {
namespace {

absl::Status Reused(std::string_view book, const Entry& entry, int64_t number) {
  return Error(absl::StatusCode::kAlreadyExists, "ENTRY_ID_REUSED",
               absl::StrCat("entry ", number, " of book ", Av(book), " has the id '", entry.id,
                            "' and says something else; post a correction under an id of its own"),
               {{"entry", entry.id}, {"number", absl::StrCat(number)}});
}

// The numbers of those of `entries` that the book has, by their place; ENTRY_ID_REUSED.
absl::StatusOr<std::map<size_t, int64_t>> FindPresent(sql::Transaction& transaction,
                                                      std::string_view book,
                                                      std::span<const Entry> entries,
                                                      std::span<const std::string> contents) {
  std::map<size_t, int64_t> present;
  absl::Status reused;
  auto next = entries.begin();
  RETURN_IF_ERROR(transaction.FindEach(
      "ledger_entry", {"book", "id"}, {"number", "content_digest"},
      [&](std::vector<sql::Value>& key) -> absl::StatusOr<bool> {
        if (next == entries.end()) return false;
        key = {book, next->id};
        ++next;
        return true;
      },
      [&](size_t i, const sql::Row& row) {
        present[i] = row.Int64(0);
        if (row.Text(1) != contents[i] && reused.ok()) {
          reused = Reused(book, entries[i], row.Int64(0));
        }
      }));
  RETURN_IF_ERROR(reused);
  return present;
}

struct NewEntry {
  const Entry* entry;
  const std::string* content;
  int64_t number;
  std::string digest;
};

absl::Status Insert(sql::Transaction& transaction, std::string_view book,
                    std::span<const NewEntry> entries, absl::Time recorded) {
  auto next = entries.begin();
  RETURN_IF_ERROR(transaction
                      .Append("ledger_entry",
                              {"book", "number", "id", "kind", "effective_day", "recorded_time",
                               "actor", "reason", "source", "reverses", "content_digest", "digest"},
                              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                                if (next == entries.end()) return false;
                                const Entry& entry = *next->entry;
                                row = {book,
                                       next->number,
                                       entry.id,
                                       NameOf(entry.kind),
                                       FormatDay(entry.effective),
                                       recorded,
                                       entry.actor,
                                       entry.reason,
                                       entry.source,
                                       entry.reverses,
                                       *next->content,
                                       next->digest};
                                ++next;
                                return true;
                              })
                      .status());
  next = entries.begin();
  size_t line = 0;
  return transaction
      .Append("ledger_posting",
              {"book", "number", "line", "recipient", "purpose", "currency", "cents", "detail"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                while (next != entries.end() && line == next->entry->postings.size()) {
                  ++next;
                  line = 0;
                }
                if (next == entries.end()) return false;
                const Posting& posting = next->entry->postings[line++];
                row = {book,
                       next->number,
                       static_cast<int64_t>(line),
                       posting.recipient,
                       NameOf(posting.purpose),
                       posting.amount.currency.code(),
                       posting.amount.cents,
                       posting.detail};
                return true;
              })
      .status();
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> AppendEntries(sql::Transaction& transaction,
                                                   std::string_view book,
                                                   std::span<const Entry> entries, absl::Time now) {
  std::vector<std::string> contents;
  contents.reserve(entries.size());
  for (const Entry& entry : entries) {
    RETURN_IF_ERROR(CheckEntry(entry));
    contents.push_back(ContentDigest(entry));
  }
  ASSIGN_OR_RETURN(LedgerHead head, LockHead(transaction, book));
  ASSIGN_OR_RETURN(const auto present, FindPresent(transaction, book, entries, contents));
  // As the database keeps it, so that the digest can be recomputed.
  head.recorded = absl::FromUnixMicros(absl::ToUnixMicros(std::max(head.recorded, now)));
  std::vector<int64_t> numbers(entries.size());
  std::vector<NewEntry> added;
  std::map<std::string_view, size_t> first;  // Within this call.
  for (size_t i = 0; i < entries.size(); ++i) {
    if (const auto found = present.find(i); found != present.end()) {
      numbers[i] = found->second;
      continue;
    }
    if (const auto [seen, is_new] = first.try_emplace(entries[i].id, i); !is_new) {
      numbers[i] = numbers[seen->second];
      if (contents[i] != contents[seen->second]) return Reused(book, entries[i], numbers[i]);
      continue;
    }
    numbers[i] = head.next++;
    head.digest = ChainDigest(head.digest, book, numbers[i], head.recorded, contents[i]);
    added.push_back({&entries[i], &contents[i], numbers[i], head.digest});
  }
  if (added.empty()) return numbers;
  RETURN_IF_ERROR(Insert(transaction, book, added, head.recorded));
  RETURN_IF_ERROR(MoveHead(transaction, book, head));
  return numbers;
}

}  // namespace vg::funding
