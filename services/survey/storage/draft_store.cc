#include "services/survey/storage/draft_store.h"

#include <utility>

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

constexpr char kSelect[] =
    "SELECT questionnaire, revision, content, update_time FROM questionnaire_draft "
    "WHERE questionnaire = $1";
constexpr char kSelectAfter[] =
    "SELECT questionnaire, revision, content, update_time FROM questionnaire_draft "
    "WHERE questionnaire > $1 ORDER BY questionnaire LIMIT $2";
constexpr char kUpsert[] =
    "INSERT INTO questionnaire_draft (questionnaire, revision, content, update_time) "
    "VALUES ($1, $2, $3, $4) ON CONFLICT (questionnaire) DO UPDATE SET "
    "revision = excluded.revision, content = excluded.content, update_time = excluded.update_time";
constexpr char kDelete[] = "DELETE FROM questionnaire_draft WHERE questionnaire = $1";

StoredDraft FromRow(const sql::Row& row) {
  return {.id = row.String(0),
          .revision = row.Int64(1),
          .content = row.OctetString(2),
          .update_time = row.Time(3)};
}

}  // namespace

absl::StatusOr<std::optional<StoredDraft>> FindDraft(sql::Transaction& transaction,
                                                     std::string_view id) {
  std::optional<StoredDraft> found;
  RETURN_IF_ERROR(
      transaction.QueryOne(kSelect, {id}, [&found](const sql::Row& row) { found = FromRow(row); })
          .status());
  return found;
}

absl::Status DeleteDraft(sql::Transaction& transaction, std::string_view id) {
  return transaction.Execute(kDelete, {id}).status();
}

absl::StatusOr<std::string> DraftStore::Save(std::string_view id, std::string_view content,
                                             const requests::Request& request, absl::Time now,
                                             Check check, Encode encode) {
  std::string answer;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    const auto save = [&]() -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const std::optional<StoredDraft> current, FindDraft(transaction, id));
      RETURN_IF_ERROR(check(current));
      if (current && current->content == content) return encode(*current);
      const StoredDraft next{.id = std::string(id),
                             .revision = current ? current->revision + 1 : 1,
                             .content = std::string(content),
                             .update_time = now};
      RETURN_IF_ERROR(transaction
                          .Execute(kUpsert, {next.id, next.revision, sql::Bytes{next.content},
                                             next.update_time})
                          .status());
      return encode(next);
    };
    ASSIGN_OR_RETURN(answer, requests::Once(transaction, request, now, save));
    return absl::OkStatus();
  }));
  return answer;
}

absl::StatusOr<StoredDraft> DraftStore::Get(std::string_view id) {
  std::optional<StoredDraft> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindDraft(transaction, id));
    return absl::OkStatus();
  }));
  if (found) return *std::move(found);
  return NotFound(StoredDraft{.id = std::string(id), .content = {}, .update_time = {}}.name());
}

absl::StatusOr<std::vector<StoredDraft>> DraftStore::List(std::string_view after, size_t limit) {
  std::vector<StoredDraft> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    found.clear();
    return transaction.Query(kSelectAfter, {after, static_cast<int64_t>(limit)},
                             [&found](const sql::Row& row) { found.push_back(FromRow(row)); });
  }));
  return found;
}

absl::Status DraftStore::Delete(std::string_view id, Check check) {
  return database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<StoredDraft> current, FindDraft(transaction, id));
    if (!current) return absl::OkStatus();
    RETURN_IF_ERROR(check(current));
    return DeleteDraft(transaction, id);
  });
}

}  // namespace vg::survey
