#include "services/indicators/api/figure_streams.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/grpc/resource_name.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/export_rows.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;

constexpr int kPartSize = 1000;
constexpr int kIntervalMillis = 200;
// How soon batches of other replicas, which notify nobody here, are noticed.
constexpr absl::Duration kLook = absl::Milliseconds(500);
// Well below the 4 MB that clients accept unless told otherwise.
constexpr size_t kMostBytes = size_t{256} << 10;

const rpc::ResourcePattern kIndicator("indicators/{indicator}");

// All that a table says but how far folding is, which moves with changes that do not concern it.
std::string ContentOf(const v1::EstimateTable& table) {
  v1::EstimateTable content = table;
  content.mutable_provenance()->clear_folded_change_count();
  return content.SerializeAsString();
}

absl::Status WriteInPieces(const std::string& data,
                           rpc::Writer<v1::ExportEstimatesResponse>& writer) {
  for (size_t next = 0; next < data.size(); next += kMostBytes) {
    v1::ExportEstimatesResponse piece;
    piece.set_data(data.substr(next, kMostBytes));
    RETURN_IF_ERROR(writer.Write(std::move(piece)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status FigureStreams::InParts(rpc::Call& call, const v1::StreamEstimatesRequest& request,
                                    rpc::Writer<v1::EstimateTable>& writer) const {
  v1::EstimateTable table;
  RETURN_IF_ERROR(answer_(call, request.query(), table));
  note_(call, request.query(), table);
  const int size = request.part_size() == 0 ? kPartSize : request.part_size();
  google::protobuf::RepeatedPtrField<v1::Estimate> estimates;
  estimates.Swap(table.mutable_estimates());
  int next = 0;
  do {
    for (const int end = std::min(next + size, estimates.size()); next < end; ++next) {
      *table.add_estimates() = std::move(estimates[next]);
    }
    RETURN_IF_ERROR(writer.Write(table));
    table.Clear();
  } while (next < estimates.size());
  return absl::OkStatus();
}

absl::Status FigureStreams::Watch(rpc::Call& call, const v1::WatchEstimatesRequest& request,
                                  rpc::Writer<v1::EstimateTable>& writer) const {
  const absl::Duration interval = absl::Milliseconds(
      request.interval_millis() == 0 ? kIntervalMillis : request.interval_millis());
  std::string sent;
  for (bool first = true;; first = false) {
    const uint64_t ticket = folded_.Ticket();
    v1::EstimateTable table;
    RETURN_IF_ERROR(answer_(call, request.query(), table));
    std::string content = ContentOf(table);
    if (first || content != sent) {
      note_(call, request.query(), table);
      RETURN_IF_ERROR(writer.Write(table));
      sent = std::move(content);
      RETURN_IF_ERROR(call.Wait(interval));
    }
    (void)folded_.Wait(ticket, kLook, call.stop_token());
    RETURN_IF_ERROR(call.Alive());
  }
}

absl::Status FigureStreams::Export(rpc::Call& call, const v1::ExportEstimatesRequest& request,
                                   rpc::Writer<v1::ExportEstimatesResponse>& writer) const {
  if (request.format() == v1::EXPORT_FORMAT_UNSPECIFIED) {
    return InvalidField("format", "REQUIRED", "must be CSV, NDJSON or SDMX_CSV");
  }
  std::string data = ExportHeader(request.format());
  for (int i = 0; i < request.queries_size(); ++i) {
    RETURN_IF_ERROR(call.Alive());
    const v1::QueryEstimatesRequest& query = request.queries(i);
    v1::EstimateTable table;
    const std::string place = absl::StrCat("queries[", i, "]");
    RETURN_IF_ERROR(Annotate(answer_(call, query, table), place));
    note_(call, query, table);
    ASSIGN_OR_RETURN(const std::string id, kIndicator.ParseId(query.indicator(), "indicator"));
    ASSIGN_OR_RETURN(const StoredIndicator stored, indicators_.Newest(id));
    v1::IndicatorDefinition definition;
    if (!definition.ParseFromString(stored.definition)) {
      return absl::DataLossError(absl::StrCat("indicators/", id, " is unreadable"));
    }
    data += ExportRows(request.format(), table, definition.unit());
    if (data.size() < kMostBytes) continue;
    RETURN_IF_ERROR(WriteInPieces(data, writer));
    data.clear();
  }
  return WriteInPieces(data, writer);
}

}  // namespace vg::indicators
