#include "services/registry/storage/snapshot_writer.h"

#include <optional>
#include <string>
#include <vector>

#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/registry/storage/row_codec.h"

namespace vg::registry {
namespace {

constexpr char kInsertSnapshot[] =
    "INSERT INTO snapshot (id, title, count_date, digest, import_time, synthetic, school_count, "
    "board_count, municipality_count, pupil_count, suppressed_count, uncounted_school_count) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING";

std::optional<std::string> ScoreText(const std::optional<Exact>& score) {
  if (!score.has_value()) return std::nullopt;
  return score->ToText();
}

// Appends a row for each of `items`, which `fill` writes.
template <typename Item, typename Fill>
absl::Status AppendAll(sql::Transaction& transaction, std::string_view table,
                       std::initializer_list<std::string_view> columns,
                       const std::vector<Item>& items, Fill fill) {
  size_t next = 0;
  return transaction
      .Append(table, columns,
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == items.size()) return false;
                fill(items[next], next, row);
                ++next;
                return true;
              })
      .status();
}

}  // namespace

absl::StatusOr<bool> AddSnapshot(sql::Transaction& transaction, const Snapshot& snapshot,
                                 absl::Time now) {
  const Totals& totals = snapshot.totals;
  ASSIGN_OR_RETURN(const int64_t added,
                   transaction.Execute(kInsertSnapshot,
                                       {snapshot.id, snapshot.title, FormatDay(snapshot.count_date),
                                        snapshot.digest, now, snapshot.synthetic, totals.schools,
                                        totals.boards, totals.municipalities, totals.pupils,
                                        totals.suppressed, totals.uncounted_schools}));
  return added == 1;
}

absl::Status AddContent(sql::Transaction& transaction, const ImportOutcome& outcome) {
  const std::string& id = outcome.snapshot.id;
  using Row = std::vector<sql::Value>;
  RETURN_IF_ERROR(AppendAll(
      transaction, "source_file",
      {"snapshot_id", "position", "file_name", "kind", "sha256", "row_count", "refused_count"},
      outcome.snapshot.sources, [&](const SourceFile& source, size_t position, Row& row) {
        row.assign({id, static_cast<int64_t>(position), source.file_name,
                    static_cast<int>(source.kind), source.sha256, source.row_count,
                    source.refused_count});
      }));
  RETURN_IF_ERROR(AppendAll(
      transaction, "refused_row",
      {"snapshot_id", "number", "file_name", "line", "column_name", "value", "code", "sentence"},
      outcome.refusals.kept(), [&](const Refusal& refusal, size_t position, Row& row) {
        row.assign({id, static_cast<int64_t>(position) + 1,
                    outcome.file_names[static_cast<size_t>(refusal.file)], refusal.line,
                    refusal.column, refusal.value, RuleOf(refusal.code).name, refusal.sentence});
      }));
  RETURN_IF_ERROR(AppendAll(
      transaction, "school",
      {"snapshot_id", "code", "title", "sector", "board", "municipality", "province",
       "denomination", "structure", "place", "postcode", "type_mask", "pupil_counts",
       "disadvantage_score", "attributes", "search_text", "fact_sources"},
      outcome.content.schools, [&](const School& school, size_t, Row& row) {
        row.assign({id, school.code, school.title, static_cast<int>(school.sector), school.board,
                    school.municipality, school.province, school.denomination, school.structure,
                    school.place, school.postcode, school.TypeMask(),
                    EncodeCounts(school.pupil_counts), ScoreText(school.disadvantage_score),
                    EncodeAttributes(school.attributes), SearchText(school), school.fact_sources});
      }));
  RETURN_IF_ERROR(AppendAll(transaction, "board",
                            {"snapshot_id", "number", "school_count", "pupil_count"},
                            outcome.content.boards, [&](const Board& board, size_t, Row& row) {
                              row.assign({id, board.number, board.school_count, board.pupil_count});
                            }));
  return AppendAll(
      transaction, "municipality",
      {"snapshot_id", "code", "title", "province", "population", "school_count", "pupil_count",
       "disadvantage_score", "attributes", "fact_sources"},
      outcome.content.municipalities, [&](const Municipality& municipality, size_t, Row& row) {
        row.assign({id, municipality.code, municipality.title, municipality.province,
                    municipality.population, municipality.school_count, municipality.pupil_count,
                    ScoreText(municipality.disadvantage_score),
                    EncodeAttributes(municipality.attributes), municipality.fact_sources});
      });
}

}  // namespace vg::registry
