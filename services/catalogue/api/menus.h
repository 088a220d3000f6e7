// The RPCs about the menu, and published editions at hand for those who check against them.

#ifndef VG_SERVICES_CATALOGUE_API_MENUS_H_
#define VG_SERVICES_CATALOGUE_API_MENUS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "common/status/error.h"
#include "common/time/clock.h"
#include "services/catalogue/domain/menu.h"
#include "services/catalogue/domain/menu_search.h"
#include "services/catalogue/storage/menu_store.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

namespace v1 = voortgang::catalogue::v1;

// An edition in the form in which it is shown and the ones in which it is looked up in.
struct PublishedMenu {
  v1::MenuEdition proto;
  Menu menu;
  MenuSearch search{menu.edition()};
};

// Keeps the editions used last in memory: they never change. Thread-safe; borrows what it is given.
class Menus {
 public:
  Menus(MenuStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  absl::Status Publish(const v1::PublishMenuEditionRequest& request, v1::MenuEdition& response);
  absl::Status Get(const v1::GetMenuEditionRequest& request, v1::MenuEdition& response);
  absl::Status List(const v1::ListMenuEditionsRequest& request,
                    v1::ListMenuEditionsResponse& response);
  absl::Status ListInterventions(const v1::ListInterventionsRequest& request,
                                 v1::ListInterventionsResponse& response);

  // The edition with this id. NOT_FOUND.
  absl::StatusOr<std::shared_ptr<const PublishedMenu>> Find(const std::string& id);
  // The edition with this name, the content of `field`.
  absl::StatusOr<std::shared_ptr<const PublishedMenu>> FindNamed(const std::string& name,
                                                                 const std::string& field);
  // All editions, by first day, oldest first.
  absl::StatusOr<std::vector<std::shared_ptr<const PublishedMenu>>> All();

 private:
  // What is wrong with what `edition`, to be published under `id`, says that it replaces.
  absl::StatusOr<std::vector<FieldViolation>> PredecessorFaults(const std::string& id,
                                                                const MenuEdition& edition);

  MenuStore& store_;
  const Clock& clock_;
  absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<const PublishedMenu>> at_hand_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_MENUS_H_
