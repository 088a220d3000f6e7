#include "services/survey/storage/questionnaire_store.h"

#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

constexpr char kSelectNewest[] =
    "SELECT questionnaire, version, role, digest, content, publish_time FROM questionnaire_version "
    "WHERE questionnaire = $1 ORDER BY version DESC LIMIT 1";
constexpr char kSelectVersion[] =
    "SELECT questionnaire, version, role, digest, content, publish_time FROM questionnaire_version "
    "WHERE questionnaire = $1 AND version = $2";
constexpr char kSelectOfOne[] =
    "SELECT questionnaire, version, role, digest, content, publish_time FROM questionnaire_version "
    "WHERE questionnaire = $1 AND version > $2 ORDER BY version LIMIT $3";
constexpr char kSelectAll[] =
    "SELECT questionnaire, version, role, digest, content, publish_time FROM questionnaire_version "
    "WHERE (questionnaire, version) > ($1, $2) ORDER BY questionnaire, version LIMIT $3";
constexpr char kInsert[] =
    "INSERT INTO questionnaire_version "
    "(questionnaire, version, role, digest, content, publish_time) "
    "VALUES ($1, $2, $3, $4, $5, $6)";

constexpr char kSelectStatements[] =
    "SELECT statements FROM questionnaire_comparison WHERE questionnaire = $1 AND version = $2";
constexpr char kSelectComparisons[] =
    "SELECT version, comparisons FROM questionnaire_comparison "
    "WHERE questionnaire = $1 AND version > $2 AND version <= $3";
constexpr char kInsertComparison[] =
    "INSERT INTO questionnaire_comparison (questionnaire, version, comparisons, statements) "
    "VALUES ($1, $2, $3, $4)";

PublishedQuestionnaire FromRow(const sql::Row& row) {
  return {.id = row.String(0),
          .version = row.Int(1),
          .role = static_cast<Role>(row.Int(2)),
          .digest = row.String(3),
          .content = row.OctetString(4),
          .publish_time = row.Time(5)};
}

absl::StatusOr<std::optional<PublishedQuestionnaire>> FindNewest(sql::Transaction& transaction,
                                                                 std::string_view id) {
  std::optional<PublishedQuestionnaire> found;
  RETURN_IF_ERROR(
      transaction
          .QueryOne(kSelectNewest, {id}, [&found](const sql::Row& row) { found = FromRow(row); })
          .status());
  return found;
}

// The newest version has the same content: it is the answer, unless something else is stated of it.
absl::Status CheckStatements(sql::Transaction& transaction, const PublishedQuestionnaire& newest,
                             const std::string& statements) {
  if (statements.empty()) return absl::OkStatus();
  std::string kept;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kSelectStatements, {newest.id, newest.version},
                                [&kept](const sql::Row& row) { kept = row.OctetString(0); })
                      .status());
  if (kept == statements) return absl::OkStatus();
  const std::string name = absl::StrCat("questionnaires/", newest.id, "/versions/", newest.version);
  return AlreadyExists(name, "OTHER_COMPARISONS",
                       absl::StrCat(name,
                                    " is published with this content and other comparisons; "
                                    "what is published does not change"));
}

absl::Status Insert(sql::Transaction& transaction, const PublishedQuestionnaire& version,
                    const Publication& publication) {
  RETURN_IF_ERROR(
      transaction
          .Execute(kInsert, {version.id, version.version, static_cast<int>(version.role),
                             version.digest, sql::Bytes{version.content}, version.publish_time})
          .status());
  return transaction
      .Execute(kInsertComparison, {version.id, version.version, sql::Bytes{publication.comparisons},
                                   sql::Bytes{publication.statements}})
      .status();
}

}  // namespace

absl::StatusOr<std::string> QuestionnaireStore::Publish(std::string_view id, bool from_draft,
                                                        const requests::Request& request,
                                                        absl::Time now, Prepare prepare,
                                                        Encode encode) {
  std::string answer;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    const auto publish = [&]() -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const auto newest, FindNewest(transaction, id));
      std::optional<StoredDraft> draft;
      if (from_draft) {
        ASSIGN_OR_RETURN(draft, FindDraft(transaction, id));
        if (!draft) return NotFound(absl::StrCat("questionnaires/", Av(id), "/draft"));
      }
      ASSIGN_OR_RETURN(const Publication publication, prepare(newest, draft ? &*draft : nullptr));
      if (draft) RETURN_IF_ERROR(DeleteDraft(transaction, id));
      if (newest && newest->digest == publication.version.digest) {
        RETURN_IF_ERROR(CheckStatements(transaction, *newest, publication.statements));
        return encode(*newest);
      }
      PublishedQuestionnaire next = publication.version;
      next.version = newest ? newest->version + 1 : 1;
      next.publish_time = now;
      RETURN_IF_ERROR(Insert(transaction, next, publication));
      return encode(next);
    };
    ASSIGN_OR_RETURN(answer, requests::Once(transaction, request, now, publish));
    return absl::OkStatus();
  }));
  return answer;
}

absl::StatusOr<PublishedQuestionnaire> QuestionnaireStore::Get(std::string_view id, int version) {
  std::optional<PublishedQuestionnaire> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    if (version == 0) {
      ASSIGN_OR_RETURN(found, FindNewest(transaction, id));
      return absl::OkStatus();
    }
    found.reset();
    return transaction
        .QueryOne(kSelectVersion, {id, version},
                  [&found](const sql::Row& row) { found = FromRow(row); })
        .status();
  }));
  if (found) return *std::move(found);
  return NotFound(version == 0 ? absl::StrCat("questionnaires/", Av(id))
                               : absl::StrCat("questionnaires/", Av(id), "/versions/", version));
}

absl::StatusOr<std::vector<PublishedQuestionnaire>> QuestionnaireStore::List(
    std::string_view id, std::string_view after_id, int after_version, size_t limit) {
  std::vector<PublishedQuestionnaire> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    found.clear();
    const auto visit = [&found](const sql::Row& row) { found.push_back(FromRow(row)); };
    const auto most = static_cast<int64_t>(limit);
    if (id.empty()) return transaction.Query(kSelectAll, {after_id, after_version, most}, visit);
    return transaction.Query(kSelectOfOne, {id, after_version, most}, visit);
  }));
  return found;
}

absl::StatusOr<std::map<int, std::string>> QuestionnaireStore::Comparisons(std::string_view id,
                                                                           int after, int last) {
  std::map<int, std::string> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    found.clear();
    return transaction.Query(kSelectComparisons, {id, after, last}, [&found](const sql::Row& row) {
      found[row.Int(0)] = row.OctetString(1);
    });
  }));
  return found;
}

}  // namespace vg::survey
