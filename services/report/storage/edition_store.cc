#include "services/report/storage/edition_store.h"

#include <cstdint>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/report/domain/errors.h"

namespace vg::report {
namespace {

constexpr char kSelect[] =
    "SELECT id, month, publish_us, revises, digest, content, successor, successor_us "
    "FROM edition_and_successor WHERE id = $1";
constexpr char kList[] =
    "SELECT id, month, publish_us, revises, digest, content, successor, successor_us "
    "FROM edition_and_successor "
    "WHERE $1 = '' OR month < $1 OR (month = $1 AND id > $2) "
    "ORDER BY month DESC, id LIMIT $3";
constexpr char kListPublic[] =
    "SELECT id, month, publish_us, revises, digest, content, successor, successor_us "
    "FROM edition_and_successor "
    "WHERE publish_us <= $1 ORDER BY month DESC, id LIMIT $2";
constexpr char kReplace[] =
    "INSERT INTO edition (id, month, revises, digest, content) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (id) DO UPDATE SET month = $2, revises = $3, digest = $4, content = $5";
constexpr char kSetPublication[] = "UPDATE edition SET publish_us = $2 WHERE id = $1";
constexpr char kForgetFiles[] = "DELETE FROM edition_file WHERE edition = $1";
constexpr char kAddFile[] =
    "INSERT INTO edition_file (edition, path, media_type, sha256) VALUES ($1, $2, $3, $4)";
constexpr char kAddContent[] =
    "INSERT INTO file_content (sha256, bytes) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING";
constexpr char kForgetContents[] =
    "DELETE FROM file_content WHERE NOT EXISTS "
    "(SELECT 1 FROM edition_file WHERE edition_file.sha256 = file_content.sha256)";
constexpr char kFiles[] = "SELECT path, media_type, sha256 FROM edition_file WHERE edition = $1";
constexpr char kBytes[] = "SELECT bytes FROM file_content WHERE sha256 = $1";

std::string NameOf(const std::string& id) { return "editions/" + id; }

std::optional<absl::Time> TimeOf(const sql::Row& row, int column) {
  return row.IsNull(column) ? std::nullopt : std::optional(row.Time(column));
}

EditionRecord RecordOf(const sql::Row& row) {
  return {.id = row.String(0),
          .month = row.String(1),
          .publication = {.time = TimeOf(row, 2),
                          .revises = row.String(3),
                          .successor = row.IsNull(6) ? "" : row.String(6),
                          .successor_time = TimeOf(row, 7)},
          .digest = row.String(4),
          .content = row.OctetString(5)};
}

absl::StatusOr<std::optional<EditionRecord>> Find(sql::Transaction& transaction,
                                                  const std::string& id) {
  EditionRecord record;
  ASSIGN_OR_RETURN(const bool found, transaction.QueryOne(kSelect, {id}, [&](const sql::Row& row) {
    record = RecordOf(row);
  }));
  if (!found) return std::nullopt;
  return record;
}

absl::Status Replace(sql::Transaction& transaction, const EditionRecord& record,
                     const std::vector<File>& files) {
  RETURN_IF_ERROR(transaction
                      .Execute(kReplace, {record.id, record.month, record.publication.revises,
                                          record.digest, sql::Bytes{record.content}})
                      .status());
  RETURN_IF_ERROR(transaction.Execute(kForgetFiles, {record.id}).status());
  for (const File& file : files) {
    RETURN_IF_ERROR(
        transaction.Execute(kAddFile, {record.id, file.path, file.media_type, file.sha256})
            .status());
    RETURN_IF_ERROR(
        transaction.Execute(kAddContent, {file.sha256, sql::Bytes{file.bytes}}).status());
  }
  return transaction.Execute(kForgetContents).status();
}

}  // namespace

absl::StatusOr<std::optional<std::string>> EditionStore::FindAnswer(
    const requests::Request& request) {
  std::optional<std::string> answer;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(answer, requests::Find(transaction, request));
    return absl::OkStatus();
  }));
  return answer;
}

absl::StatusOr<std::string> EditionStore::Keep(const EditionRecord& record,
                                               const std::vector<File>& files,
                                               const requests::Request& request, absl::Time now,
                                               MakeAnswer answer) {
  std::string given;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    const auto keep = [&]() -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const auto existing, Find(transaction, record.id));
      if (existing.has_value() && existing->publication.time.has_value()) {
        if (existing->digest == record.digest) return answer(*existing);
        if (IsPublic(StateAt(existing->publication, now))) {
          return EditionPublished(NameOf(record.id), existing->digest, record.digest);
        }
        return EditionEmbargoed(NameOf(record.id), existing->digest, record.digest);
      }
      RETURN_IF_ERROR(Replace(transaction, record, files));
      return answer(record);
    };
    ASSIGN_OR_RETURN(given, requests::Once(transaction, request, now, keep));
    return absl::OkStatus();
  }));
  return given;
}

absl::StatusOr<std::string> EditionStore::SetPublication(const std::string& id,
                                                         const requests::Request& request,
                                                         absl::Time now, Decide decide,
                                                         MakeAnswer answer) {
  std::string given;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    const auto work = [&]() -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(auto record, Find(transaction, id));
      if (!record.has_value()) return NotFound(NameOf(id));
      std::optional<EditionRecord> revised;
      if (!record->publication.revises.empty()) {
        ASSIGN_OR_RETURN(revised, Find(transaction, record->publication.revises));
      }
      ASSIGN_OR_RETURN(const std::optional<absl::Time> time,
                       decide(*record, revised.has_value() ? &revised->publication : nullptr));
      if (time != record->publication.time) {
        RETURN_IF_ERROR(transaction.Execute(kSetPublication, {id, time}).status());
        record->publication.time = time;
      }
      return answer(*record);
    };
    ASSIGN_OR_RETURN(given, requests::Once(transaction, request, now, work));
    return absl::OkStatus();
  }));
  return given;
}

absl::StatusOr<EditionRecord> EditionStore::Get(const std::string& id) {
  std::optional<EditionRecord> record;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(record, Find(transaction, id));
    return absl::OkStatus();
  }));
  if (!record.has_value()) return NotFound(NameOf(id));
  return *std::move(record);
}

absl::StatusOr<std::vector<EditionRecord>> EditionStore::List(const std::string& month,
                                                              const std::string& id, size_t limit) {
  std::vector<EditionRecord> records;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    records.clear();
    return transaction.Query(kList, {month, id, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) { records.push_back(RecordOf(row)); });
  }));
  return records;
}

absl::StatusOr<std::vector<EditionRecord>> EditionStore::ListPublic(absl::Time now, size_t limit) {
  std::vector<EditionRecord> records;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    records.clear();
    return transaction.Query(kListPublic, {now, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) { records.push_back(RecordOf(row)); });
  }));
  return records;
}

absl::StatusOr<std::map<std::string, FileRecord>> EditionStore::Files(const std::string& edition) {
  std::map<std::string, FileRecord> files;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    files.clear();
    return transaction.Query(kFiles, {edition}, [&](const sql::Row& row) {
      files[row.String(0)] = {.media_type = row.String(1), .sha256 = row.String(2)};
    });
  }));
  return files;
}

absl::StatusOr<std::string> EditionStore::Bytes(const std::string& sha256) {
  std::string bytes;
  bool found = false;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, transaction.QueryOne(kBytes, {sha256}, [&](const sql::Row& row) {
      bytes = row.OctetString(0);
    }));
    return absl::OkStatus();
  }));
  if (!found) return NotFound("files/" + sha256);
  return bytes;
}

}  // namespace vg::report
