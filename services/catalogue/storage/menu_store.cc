#include "services/catalogue/storage/menu_store.h"

#include <cstdint>
#include <optional>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/catalogue/domain/errors.h"
#include "services/catalogue/domain/menu_errors.h"

namespace vg::catalogue {
namespace {

constexpr char kInsert[] =
    "INSERT INTO menu_edition (id, start_date, end_date, digest, header, content) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
constexpr char kSelect[] = "SELECT digest, content FROM menu_edition WHERE id = $1";
// Another edition that is chosen from on a day of [$2, $3], where an empty end only takes the day
// of the start: what has no last day ends where the next one begins.
constexpr char kOverlapping[] =
    "SELECT id FROM menu_edition WHERE id <> $1 AND (start_date = $2 "
    "OR (start_date < $2 AND end_date >= $2) OR (start_date > $2 AND start_date <= $3)) "
    "ORDER BY start_date LIMIT 1";
constexpr char kValidOn[] =
    "SELECT id, start_date, header FROM (SELECT id, start_date, end_date, header FROM menu_edition "
    "WHERE start_date <= $1 ORDER BY start_date DESC, id LIMIT 1) AS newest "
    "WHERE end_date = '' OR end_date >= $1";
constexpr char kList[] =
    "SELECT id, start_date, header FROM menu_edition "
    "WHERE $1 = '' OR start_date < $1 OR (start_date = $1 AND id > $2) "
    "ORDER BY start_date DESC, id LIMIT $3";

std::string NameOf(const std::string& id) { return "menuEditions/" + id; }

struct Published {
  std::string digest;
  std::string content;
};

absl::StatusOr<std::optional<Published>> Find(sql::Transaction& transaction,
                                              const std::string& id) {
  Published published;
  ASSIGN_OR_RETURN(const bool found, transaction.QueryOne(kSelect, {id}, [&](const sql::Row& row) {
    published = {.digest = row.String(0), .content = row.OctetString(1)};
  }));
  if (!found) return std::nullopt;
  return published;
}

absl::Status CheckOverlap(sql::Transaction& transaction, const MenuRecord& record) {
  std::string other;
  ASSIGN_OR_RETURN(
      const bool overlaps,
      transaction.QueryOne(kOverlapping, {record.id, record.start_date, record.end_date},
                           [&](const sql::Row& row) { other = row.String(0); }));
  if (overlaps) return MenuEditionsOverlap(NameOf(record.id), NameOf(other));
  return absl::OkStatus();
}

MenuHeader HeaderOf(const sql::Row& row) {
  return {.id = row.String(0), .start_date = row.String(1), .header = row.OctetString(2)};
}

absl::StatusOr<std::string> AnswerOf(const Published& published, const MenuRecord& record) {
  if (published.digest != record.digest) {
    return MenuEditionExists(NameOf(record.id), published.digest);
  }
  return published.content;
}

}  // namespace

absl::StatusOr<std::string> MenuStore::Publish(const MenuRecord& record,
                                               const requests::Request& request, absl::Time now) {
  std::string answer;
  const auto publish = [&](sql::Transaction& transaction) -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(
        const int64_t added,
        transaction.Execute(kInsert, {record.id, record.start_date, record.end_date, record.digest,
                                      sql::Bytes{record.header}, sql::Bytes{record.content}}));
    if (added == 1) {
      RETURN_IF_ERROR(CheckOverlap(transaction, record));
      return record.content;
    }
    ASSIGN_OR_RETURN(const std::optional<Published> published, Find(transaction, record.id));
    if (!published) return absl::InternalError("an edition vanished; editions are never removed");
    return AnswerOf(*published, record);
  };
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(
        answer, requests::Once(transaction, request, now, [&] { return publish(transaction); }));
    return absl::OkStatus();
  }));
  return answer;
}

absl::StatusOr<std::string> MenuStore::TryPublish(const MenuRecord& record) {
  std::optional<Published> published;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(published, Find(transaction, record.id));
    return published ? absl::OkStatus() : CheckOverlap(transaction, record);
  }));
  if (!published) return record.content;
  return AnswerOf(*published, record);
}

absl::StatusOr<std::string> MenuStore::Get(const std::string& id) {
  std::optional<Published> published;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(published, Find(transaction, id));
    return absl::OkStatus();
  }));
  if (!published) return NotFound(NameOf(id));
  return published->content;
}

absl::StatusOr<std::vector<MenuHeader>> MenuStore::List(const std::string& start_date,
                                                        const std::string& id, size_t limit) {
  std::vector<MenuHeader> headers;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    headers.clear();
    return transaction.Query(kList, {start_date, id, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) { headers.push_back(HeaderOf(row)); });
  }));
  return headers;
}

absl::StatusOr<std::optional<MenuHeader>> MenuStore::ValidOn(const std::string& day) {
  std::optional<MenuHeader> header;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    header.reset();
    return transaction.Query(kValidOn, {day}, [&](const sql::Row& row) { header = HeaderOf(row); });
  }));
  return header;
}

}  // namespace vg::catalogue
