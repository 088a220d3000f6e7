// Where the editions of the menu are kept.

#ifndef VG_SERVICES_CATALOGUE_STORAGE_MENU_STORE_H_
#define VG_SERVICES_CATALOGUE_STORAGE_MENU_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/requests/request_log.h"
#include "common/sql/database.h"

namespace vg::catalogue {

// An edition with its messages as the API writes them; the store does not look into those.
struct MenuRecord {
  std::string id;          // "2021-spring".
  std::string start_date;  // "2021-05-10".
  std::string end_date;    // Empty: until the next edition begins.
  std::string digest;
  std::string header;   // Without the interventions.
  std::string content;  // The whole.
};

struct MenuHeader {
  std::string id;
  std::string start_date;
  std::string header;
};

// Thread-safe; every method is one transaction. UNAVAILABLE means that the call may be repeated.
class MenuStore {
 public:
  explicit MenuStore(sql::Database& database) : database_(database) {}

  // Keeps an edition and returns its content; if it is there already with the same digest, the
  // content that was kept first. ALREADY_EXISTS: MENU_EDITION_EXISTS, REQUEST_ID_REUSED.
  // FAILED_PRECONDITION: MENU_EDITIONS_OVERLAP.
  absl::StatusOr<std::string> Publish(const MenuRecord& record, const requests::Request& request,
                                      absl::Time now);

  // What Publish would answer, without keeping anything.
  absl::StatusOr<std::string> TryPublish(const MenuRecord& record);

  // The content of an edition. NOT_FOUND.
  absl::StatusOr<std::string> Get(const std::string& id);

  // Editions by first day, newest first, then by id; those after the position
  // (`start_date`, `id`), or from the start if it is empty. At most `limit`.
  absl::StatusOr<std::vector<MenuHeader>> List(const std::string& start_date, const std::string& id,
                                               size_t limit);

  // The edition that schools choose from on `day`; nothing if there is none.
  absl::StatusOr<std::optional<MenuHeader>> ValidOn(const std::string& day);

 private:
  sql::Database& database_;
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_STORAGE_MENU_STORE_H_
