#include "services/funding/api/names.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/grpc/resource_name.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/funding/domain/ledger/ledger.h"

namespace vg::funding {
namespace {

const rpc::ResourcePattern& SchemePattern() {
  static const auto& pattern = *new rpc::ResourcePattern("schemes/{scheme}");
  return pattern;
}
const rpc::ResourcePattern& VersionPattern() {
  static const auto& pattern = *new rpc::ResourcePattern("schemes/{scheme}/versions/{version}");
  return pattern;
}
const rpc::ResourcePattern& RunPattern() {
  static const auto& pattern = *new rpc::ResourcePattern("runs/{run}");
  return pattern;
}
const rpc::ResourcePattern& AllocationPattern() {
  static const auto& pattern = *new rpc::ResourcePattern("runs/{run}/allocations/{allocation}");
  return pattern;
}
const rpc::ResourcePattern& SnapshotPattern() {
  static const auto& pattern = *new rpc::ResourcePattern("snapshots/{snapshot}");
  return pattern;
}

const rpc::ResourcePattern& ApprovalPattern() {
  static const auto& pattern = *new rpc::ResourcePattern("runs/{run}/approvals/{approval}");
  return pattern;
}
const rpc::ResourcePattern& BookPattern() {
  static const auto& pattern = *new rpc::ResourcePattern("grants/{grant}/books/{book}");
  return pattern;
}

}  // namespace

std::string SchemeVersionName(std::string_view scheme, int64_t version) {
  return absl::StrCat("schemes/", Av(scheme), "/versions/", version);
}

std::string RunName(std::string_view run) { return absl::StrCat("runs/", Av(run)); }

std::string AllocationName(std::string_view run, std::string_view recipient) {
  return absl::StrCat("runs/", Av(run), "/allocations/", Av(recipient));
}

std::string SnapshotName(std::string_view snapshot) {
  return absl::StrCat("snapshots/", Av(snapshot));
}

std::string RecipientName(RecipientKind kind, std::string_view code) {
  return absl::StrCat(kind == RecipientKind::kSchool ? "schools/" : "municipalities/", Av(code));
}

absl::StatusOr<SchemeVersionId> ParseSchemeVersion(std::string_view name, std::string_view field) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, VersionPattern().Parse(name, field));
  SchemeVersionId id{.scheme = ids[0]};
  if (ids[1] == "latest") return id;
  int64_t version = 0;
  // "01" is no name of version 1.
  if (!absl::SimpleAtoi(ids[1], &version) || absl::StrCat(version) != ids[1]) {
    return NotFound(name);
  }
  id.version = version;
  return id;
}

absl::StatusOr<AllocationId> ParseAllocation(std::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, AllocationPattern().Parse(name));
  return AllocationId{ids[0], ids[1]};
}

absl::StatusOr<std::string> ParseRun(std::string_view name, std::string_view field) {
  return RunPattern().ParseId(name, field);
}

absl::StatusOr<std::string> ParseSnapshot(std::string_view name, std::string_view field) {
  return SnapshotPattern().ParseId(name, field);
}

std::string BookName(std::string_view book) {
  const size_t slash = std::min(book.find('/'), book.size());
  return absl::StrCat("grants/", Av(book.substr(0, slash)), "/books/",
                      Av(book.substr(std::min(slash + 1, book.size()))));
}

absl::StatusOr<std::string> ParseRecipient(std::string_view name, RecipientKind kind,
                                           std::string_view field) {
  const std::string prefix = RecipientName(kind, "");
  if (!name.starts_with(prefix) || name.size() == prefix.size()) {
    return InvalidField(
        field, "UNKNOWN_RECIPIENT",
        absl::StrCat("must be like ", prefix, kind == RecipientKind::kSchool ? "16SW03" : "GM0363",
                     " in a run of such recipients; it is '", Av(name), "'"));
  }
  return std::string(name.substr(prefix.size()));
}

absl::StatusOr<std::string> ParseBook(std::string_view name, std::string_view field) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, BookPattern().Parse(name, field));
  return BookOf(ids[0], ids[1]);
}

absl::StatusOr<std::string> ParseApproval(std::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, ApprovalPattern().Parse(name));
  return ids[0];
}

absl::StatusOr<std::string> ParseRunParent(std::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   RunPattern().Parse(name, "parent", /*allow_wildcard=*/true));
  return ids[0] == "-" ? std::string() : ids[0];
}

absl::StatusOr<std::string> ParseSchemeParent(std::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   SchemePattern().Parse(name, "parent", /*allow_wildcard=*/true));
  return ids[0] == "-" ? std::string() : ids[0];
}

}  // namespace vg::funding
