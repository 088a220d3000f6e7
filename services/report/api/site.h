// The published editions on the web.
//
//   /                                  -> /editions/
//   /editions/                         the list
//   /editions/{edition}/               -> /editions/{edition}/nl/
//   /editions/{edition}/{nl|en}/       the report
//   /editions/{edition}/{nl|en}/summary/   -> …/summary.html
//   /editions/{edition}/{path}         every other file: annex/choices.csv, style.css,
//   manifest.json

#ifndef VG_SERVICES_REPORT_API_SITE_H_
#define VG_SERVICES_REPORT_API_SITE_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "common/cache/cache.h"
#include "common/http/server.h"
#include "services/report/storage/edition_store.h"

namespace vg::report {

// Drafts are not there. Files of published editions never change: which there are is kept for the
// editions used last, their bytes in `cache`. Thread-safe; borrows what it is given.
class Site {
 public:
  Site(EditionStore& store, cache::Cache& cache) : store_(store), cache_(cache) {}

  std::vector<http::Route> Routes();

 private:
  using FileTable = std::map<std::string, FileRecord>;

  http::Response Serve(const http::Request& request);
  http::Response ServeList(const http::Request& request);
  http::Response ServeFile(const http::Request& request, const std::string& edition,
                           const std::string& path);

  // The files of a published edition. NOT_FOUND, also for a draft.
  absl::StatusOr<std::shared_ptr<const FileTable>> Published(const std::string& edition);
  absl::StatusOr<std::string> Bytes(const std::string& sha256);

  EditionStore& store_;
  cache::Cache& cache_;
  absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<const FileTable>> at_hand_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_API_SITE_H_
