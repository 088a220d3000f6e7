#include "services/indicators/storage/disclosure_store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/secret.h"
#include "common/requests/request_log.h"
#include "common/status/status_macros.h"

namespace vg::indicators {
namespace {

#define COLUMNS \
  "SELECT indicator_id, version, policy, digest, set_time, set_by FROM disclosure_policy "

constexpr char kSelectNewest[] = COLUMNS "WHERE indicator_id = $1 ORDER BY version DESC LIMIT 1";
constexpr char kSelectVersion[] = COLUMNS "WHERE indicator_id = $1 AND version = $2";
constexpr char kInsertPolicy[] =
    "INSERT INTO disclosure_policy (indicator_id, version, policy, digest, set_time, set_by) "
    "VALUES ($1, $2, $3, $4, $5, $6)";
constexpr char kSelectSecret[] = "SELECT secret FROM disclosure_secret WHERE place = 1";
constexpr char kInsertSecret[] =
    "INSERT INTO disclosure_secret (place, secret) VALUES (1, $1) ON CONFLICT DO NOTHING";
constexpr char kSelectAnswered[] =
    "SELECT spec_digest, spec, shown FROM answered_table "
    "WHERE audience = $1 AND indicator_serial = $2 AND wave = $3 ORDER BY spec_digest";
constexpr char kUpsertAnswered[] =
    "INSERT INTO answered_table (audience, indicator_serial, wave, spec_digest, spec, shown, "
    "answer_time) VALUES ($1, $2, $3, $4, $5, $6, $7) "
    "ON CONFLICT (audience, indicator_serial, wave, spec_digest) "
    "DO UPDATE SET shown = excluded.shown, answer_time = excluded.answer_time";

#undef COLUMNS

constexpr size_t kSecretOctets = 32;

absl::StatusOr<std::optional<StoredPolicy>> FindIn(sql::Transaction& transaction,
                                                   std::string_view indicator_id, int version) {
  std::optional<StoredPolicy> found;
  const auto read = [&found](const sql::Row& row) {
    found = StoredPolicy{row.String(0), row.Int(1),  row.OctetString(2),
                         row.String(3), row.Time(4), row.String(5)};
  };
  if (version == 0) {
    RETURN_IF_ERROR(transaction.QueryOne(kSelectNewest, {indicator_id}, read).status());
  } else {
    RETURN_IF_ERROR(transaction.QueryOne(kSelectVersion, {indicator_id, version}, read).status());
  }
  return found;
}

absl::StatusOr<int> SetIn(sql::Transaction& transaction, const StoredPolicy& policy) {
  ASSIGN_OR_RETURN(const std::optional<StoredPolicy> newest,
                   FindIn(transaction, policy.indicator_id, 0));
  if (newest.has_value() && newest->digest == policy.digest) return newest->version;
  const int version = newest.has_value() ? newest->version + 1 : 1;
  RETURN_IF_ERROR(
      transaction
          .Execute(kInsertPolicy, {policy.indicator_id, version, sql::Bytes{policy.policy},
                                   policy.digest, policy.set_time, policy.set_by})
          .status());
  return version;
}

absl::Status AnsweredIn(sql::Transaction& transaction, std::string_view audience, int64_t serial,
                        std::string_view wave, std::vector<AnsweredTable>& tables) {
  tables.clear();
  return transaction.Query(kSelectAnswered, {audience, serial, wave}, [&](const sql::Row& row) {
    tables.push_back({row.String(0), row.OctetString(1), row.OctetString(2)});
  });
}

}  // namespace

absl::StatusOr<StoredPolicy> DisclosureStore::SetPolicy(const StoredPolicy& policy,
                                                        std::string_view request_id) {
  std::optional<StoredPolicy> set;
  const std::string content = absl::StrCat(policy.indicator_id, "/", policy.digest);
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const std::string version_text,
                     requests::Once(transaction, {"SetPolicy", request_id, content},
                                    policy.set_time, [&]() -> absl::StatusOr<std::string> {
                                      ASSIGN_OR_RETURN(const int version,
                                                       SetIn(transaction, policy));
                                      return absl::StrCat(version);
                                    }));
    int version = 0;
    (void)absl::SimpleAtoi(version_text, &version);
    ASSIGN_OR_RETURN(set, FindIn(transaction, policy.indicator_id, version));
    return absl::OkStatus();
  }));
  if (!set.has_value()) return absl::DataLossError("the policy that was set is not there");
  return *std::move(set);
}

absl::StatusOr<std::optional<StoredPolicy>> DisclosureStore::FindPolicy(
    std::string_view indicator_id, int version) const {
  std::optional<StoredPolicy> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindIn(transaction, indicator_id, version));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::string> DisclosureStore::Secret() {
  std::string secret;
  const auto read = [&secret](const sql::Row& row) { secret = row.OctetString(0); };
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    return transaction.QueryOne(kSelectSecret, {}, read).status();
  }));
  if (!secret.empty()) return secret;
  ASSIGN_OR_RETURN(const std::string fresh, SecretOctets(kSecretOctets));
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.Execute(kInsertSecret, {sql::Bytes{fresh}}).status());
    return transaction.QueryOne(kSelectSecret, {}, read).status();
  }));
  return secret;
}

absl::StatusOr<std::vector<AnsweredTable>> DisclosureStore::Answered(std::string_view audience,
                                                                     int64_t serial,
                                                                     std::string_view wave) const {
  std::vector<AnsweredTable> tables;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) {
    return AnsweredIn(transaction, audience, serial, wave, tables);
  }));
  return tables;
}

absl::StatusOr<bool> DisclosureStore::Remember(std::string_view audience, int64_t serial,
                                               std::string_view wave,
                                               const std::vector<AnsweredTable>& known,
                                               const std::vector<AnsweredTable>& tables,
                                               absl::Time now) {
  bool remembered = false;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    std::vector<AnsweredTable> seen;
    RETURN_IF_ERROR(AnsweredIn(transaction, audience, serial, wave, seen));
    remembered = seen == known;
    if (!remembered) return absl::OkStatus();
    for (const AnsweredTable& table : tables) {
      RETURN_IF_ERROR(
          transaction
              .Execute(kUpsertAnswered, {audience, serial, wave, table.spec_digest,
                                         sql::Bytes{table.spec}, sql::Bytes{table.shown}, now})
              .status());
    }
    return absl::OkStatus();
  }));
  return remembered;
}

}  // namespace vg::indicators
