#include "services/report/domain/chart.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "services/report/domain/numbers.h"

namespace vg::report {
namespace {

constexpr size_t kLineLetters = 44;    // Of a label above its bar: what a phone shows.
constexpr size_t kGroupLetters = 36;   // The same in bold, above several bars.
constexpr size_t kBesideLetters = 16;  // Of a label beside its bar.
constexpr int kLineHeight = 18;
constexpr int kBarStep = 22;
constexpr int kGap = 12;
constexpr int kTextBase = 13;  // From the top of a bar or line to the feet of its letters.
// Percent of the drawing that the longest bar may take; the rest is for the value after it.
constexpr int kShareSpan = 82;
constexpr int kAmountSpan = 62;
constexpr int kBesideSpan = 72;

size_t Letters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// `text` in lines of at most `most` letters, broken at blanks; a longer word is left whole.
std::vector<std::string> Lines(std::string_view text, size_t most) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    if (lines.empty() || Letters(lines.back()) + 1 + Letters(word) > most) {
      lines.emplace_back(word);
    } else {
      lines.back() += ' ';
      lines.back() += word;
    }
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

// What a full bar stands for.
Exact ScaleOf(const Figure& figure, const Exact& most) {
  if (figure.kind == ValueKind::kMean || figure.kind == ValueKind::kAmount) return most;
  for (const int percent : {10, 25}) {
    const Exact scale = Exact::FromScaled(percent, 2);
    if (most <= scale) return scale;
  }
  return Exact(1);
}

class Layout {
 public:
  Layout(const Figure& figure, Language language) : figure_(figure), language_(language) {}

  Chart Make() && {
    const size_t most = static_cast<size_t>(figure_.chart_size);
    if (!figure_.has_categories()) {
      ByGroup(std::min(figure_.groups.size(), most + 1));
    } else if (figure_.groups.size() - 1 > kMostGroups || !figure_.has_groups()) {
      ByCategory(std::min(figure_.categories.size(), most));
    } else {
      ByBoth(std::min(figure_.categories.size(), most));
    }
    chart_.height = y_;
    return std::move(chart_);
  }

 private:
  void Scale(size_t first_group, size_t groups, size_t categories) {
    Exact most;
    for (size_t g = first_group; g < groups; ++g) {
      for (size_t c = 0; c < categories; ++c) {
        const Cell& cell = figure_.cells[g][c];
        if (cell.state != CellState::kShown) continue;
        most = std::max(most, cell.interval.has_value() ? cell.interval->upper : cell.value);
      }
    }
    scale_ = ScaleOf(figure_, most);
    const bool share = figure_.kind == ValueKind::kShare || figure_.kind == ValueKind::kResponse;
    span_ = figure_.kind == ValueKind::kAmount ? kAmountSpan
            : chart_.beside                    ? kBesideSpan
                                               : kShareSpan;
    // A track says "of all": on a finer scale it would not be true.
    if (share && scale_ == Exact(1)) chart_.track = std::to_string(span_);
  }

  // Whether the labels of `groups` fit beside their bars.
  bool FitBeside(size_t first, size_t groups) const {
    return std::all_of(
        figure_.groups.begin() + static_cast<ptrdiff_t>(first),
        figure_.groups.begin() + static_cast<ptrdiff_t>(groups),
        [this](const Label& label) { return Letters(label.text.In(language_)) <= kBesideLetters; });
  }

  void ByGroup(size_t groups) {
    chart_.beside = FitBeside(0, groups);
    Scale(0, groups, 1);
    chart_.left_out = figure_.groups.size() - groups;
    if (chart_.beside) chart_.groups.emplace_back();
    for (size_t g = 0; g < groups; ++g) {
      const std::string& label = figure_.groups[g].text.In(language_);
      const bool total = g == 0 && figure_.has_groups();
      if (!chart_.beside) Above(label);
      Draw(chart_.beside ? label : "", figure_.cells[g][0], total);
      if (!chart_.beside) y_ += kGap;
    }
  }

  void ByCategory(size_t categories) {
    Scale(0, 1, categories);
    chart_.left_out = figure_.categories.size() - categories;
    for (size_t c = 0; c < categories; ++c) {
      Above(figure_.categories[c].text.In(language_));
      Draw("", figure_.cells[0][c], false);
      y_ += kGap;
    }
  }

  void ByBoth(size_t categories) {
    chart_.beside = FitBeside(1, figure_.groups.size());
    Scale(1, figure_.groups.size(), categories);
    chart_.left_out = figure_.categories.size() - categories;
    for (size_t c = 0; c < categories; ++c) {
      Above(figure_.categories[c].text.In(language_), kGroupLetters);
      for (size_t g = 1; g < figure_.groups.size(); ++g) {
        const std::string& label = figure_.groups[g].text.In(language_);
        Draw(chart_.beside ? label : "", figure_.cells[g][c], false);
        if (!chart_.beside) chart_.groups.back().bars.back().value += " " + label;
      }
      y_ += kGap;
    }
  }

  void Above(std::string_view label, size_t letters = kLineLetters) {
    BarGroup& group = chart_.groups.emplace_back();
    for (std::string& line : Lines(label, letters)) {
      group.label.push_back({.text = std::move(line), .baseline = y_ + kTextBase});
      y_ += kLineHeight;
    }
    y_ += 2;
  }

  void Draw(std::string label, const Cell& cell, bool total) {
    Bar bar{.label = std::move(label),
            .value = "–",
            .width = "0",
            .value_at = "0",
            .total = total,
            .top = y_};
    bar.baseline = y_ + kTextBase;
    if (cell.state == CellState::kShown) {
      bar.value = FormatValue(figure_, cell, language_);
      bar.width = Length(cell.value);
      bar.value_at = bar.width;
      if (cell.interval.has_value()) {
        bar.lower = Length(cell.interval->lower);
        bar.upper = Length(cell.interval->upper);
        bar.value_at = bar.upper;
      }
    }
    chart_.groups.back().bars.push_back(std::move(bar));
    y_ += kBarStep;
  }

  // `value` in percent of the drawing.
  std::string Length(const Exact& value) const {
    if (scale_.Sign() <= 0 || value.Sign() <= 0) return "0";
    return (value / scale_ * Exact(span_)).ToDecimal(2, Rounding::kHalfAwayFromZero);
  }

  const Figure& figure_;
  const Language language_;
  int span_ = 0;
  Exact scale_;
  Chart chart_;
  int y_ = 0;
};

}  // namespace

Chart LayOut(const Figure& figure, Language language) { return Layout(figure, language).Make(); }

}  // namespace vg::report
