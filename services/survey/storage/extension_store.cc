#include "services/survey/storage/extension_store.h"

#include <optional>
#include <utility>

#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"
#include "services/survey/storage/attributes_text.h"

namespace vg::survey {
namespace {

constexpr char kInsert[] =
    "INSERT INTO wave_extension (wave, extension, role, units, attributes, until, reason, grantor, "
    "grant_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
    "ON CONFLICT (wave, extension) DO NOTHING";
constexpr char kSelectOne[] =
    "SELECT extension, role, units, attributes, until, reason, grantor, grant_time, revoke_time, "
    "revoke_reason FROM wave_extension WHERE wave = $1 AND extension = $2";
constexpr char kSelectPage[] =
    "SELECT extension, role, units, attributes, until, reason, grantor, grant_time, revoke_time, "
    "revoke_reason FROM wave_extension WHERE wave = $1 AND extension > $2 ORDER BY extension "
    "LIMIT $3";
// Whoever knows the wave's extensions sees by their numbers that others came or were revoked.
constexpr char kCount[] =
    "UPDATE wave SET extensions = extensions + 1 WHERE number = $1 AND extensions < $2";
constexpr char kRevoke[] =
    "UPDATE wave_extension SET revoke_time = $3, revoke_reason = $4 "
    "WHERE wave = $1 AND extension = $2 AND revoke_time IS NULL";
constexpr char kCountRevoked[] =
    "UPDATE wave SET revoked_extensions = revoked_extensions + 1 WHERE number = $1";

Extension FromRow(const sql::Row& row) {
  Extension extension;
  extension.id = row.String(0);
  if (row.Int(1) != 0) extension.role = static_cast<Role>(row.Int(1));
  extension.units = ListFromText(row.Text(2));
  extension.where = AttributesFromText(row.Text(3));
  extension.until = row.Time(4);
  extension.reason = row.String(5);
  extension.grantor = row.String(6);
  extension.grant_time = row.Time(7);
  if (!row.IsNull(8)) extension.revoke_time = row.Time(8);
  extension.revoke_reason = row.String(9);
  return extension;
}

absl::StatusOr<std::optional<Extension>> Find(sql::Transaction& transaction, int64_t wave,
                                              std::string_view id) {
  std::optional<Extension> found;
  RETURN_IF_ERROR(
      transaction
          .QueryOne(kSelectOne, {wave, id}, [&found](const sql::Row& row) { found = FromRow(row); })
          .status());
  return found;
}

}  // namespace

absl::StatusOr<Extension> ExtensionStore::Grant(const Wave& wave, int64_t number,
                                                const Extension& extension) {
  Extension granted;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    granted = extension;
    ASSIGN_OR_RETURN(
        const int64_t added,
        transaction.Execute(
            kInsert, {number, extension.id, extension.role ? static_cast<int>(*extension.role) : 0,
                      ToText(extension.units), ToText(extension.where), extension.until,
                      extension.reason, extension.grantor, extension.grant_time}));
    if (added == 1) {
      ASSIGN_OR_RETURN(const int64_t counted,
                       transaction.Execute(kCount, {number, kMaxExtensions}));
      return counted == 1 ? absl::OkStatus() : TooManyExtensions(wave.name(), kMaxExtensions);
    }
    ASSIGN_OR_RETURN(const std::optional<Extension> there, Find(transaction, number, extension.id));
    if (!there) return absl::AbortedError("an extension went while it was looked at");
    granted = *there;
    if (!SameExtension(granted, extension)) {
      return ExtensionExists(wave.name() + "/extensions/" + extension.id);
    }
    return absl::OkStatus();
  }));
  return granted;
}

absl::StatusOr<std::optional<Extension>> ExtensionStore::Revoke(int64_t wave, std::string_view id,
                                                                std::string_view reason,
                                                                absl::Time now) {
  std::optional<Extension> found;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const int64_t revoked, transaction.Execute(kRevoke, {wave, id, now, reason}));
    if (revoked == 1) RETURN_IF_ERROR(transaction.Execute(kCountRevoked, {wave}).status());
    ASSIGN_OR_RETURN(found, Find(transaction, wave, id));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<Extension>> ExtensionStore::List(int64_t wave, std::string_view after,
                                                            size_t limit) {
  std::vector<Extension> extensions;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    extensions.clear();
    return transaction.Query(kSelectPage, {wave, after, static_cast<int64_t>(limit)},
                             [&](const sql::Row& row) { extensions.push_back(FromRow(row)); });
  }));
  return extensions;
}

}  // namespace vg::survey
