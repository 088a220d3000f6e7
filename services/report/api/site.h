// The published editions on the web.
//
//   /                                  -> /editions/
//   /editions/                         the list
//   /editions/{edition}/               -> /editions/{edition}/nl/
//   /editions/{edition}/{nl|en}/       the overview
//   /editions/{edition}/{nl|en}/{report|summary|annexes}/   -> ….html
//   /editions/{edition}/{nl|en}/compare/{other}/   beside another edition
//   /editions/{edition}/{path}         every other file: nl/figures/consent.html, annex/consent.csv

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
#include "common/time/clock.h"
#include "services/report/domain/figure.h"
#include "services/report/domain/text.h"
#include "services/report/pages/site_pages.h"
#include "services/report/storage/edition_store.h"

namespace vg::report {

// Drafts and embargoed editions are not there. Files of published editions never change: which
// there are is kept for the editions used last, their bytes in `cache`; whether an edition was
// revised is asked every few seconds. Thread-safe; borrows what it is given.
class Site {
 public:
  Site(EditionStore& store, cache::Cache& cache, const Clock& clock)
      : store_(store), cache_(cache), clock_(clock) {}

  std::vector<http::Route> Routes();

 private:
  // An edition that the world may see.
  struct Shown {
    std::map<std::string, FileRecord> files;
    std::string digest;
    std::string successor;  // The published edition that revises it; empty: none.
    LocalizedText reason;   // Why.
    absl::Time read_time;
  };
  using ShownPtr = std::shared_ptr<const Shown>;

  http::Response Serve(const http::Request& request);
  http::Response ServeList(const http::Request& request);
  // Two editions side by side.
  http::Response ServeComparison(const http::Request& request, const std::string& edition,
                                 Language language, const std::string& before);
  http::Response ServeFile(const http::Request& request, const std::string& edition,
                           const std::string& path);

  absl::StatusOr<EditionLine> LineOf(const std::string& edition);
  absl::StatusOr<std::vector<Figure>> FiguresOf(const Shown& shown);
  // NOT_FOUND, also for what the world may not see yet.
  absl::StatusOr<ShownPtr> Find(const std::string& edition);
  absl::StatusOr<Shown> Read(const std::string& edition, const ShownPtr& before);
  absl::StatusOr<std::string> Bytes(const std::string& sha256);

  EditionStore& store_;
  cache::Cache& cache_;
  const Clock& clock_;
  absl::Mutex mutex_;
  std::map<std::string, ShownPtr> at_hand_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_API_SITE_H_
