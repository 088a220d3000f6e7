// The layout of a bar chart: which bars, how long, where. Numbers and places only come from here;
// pages/ draws them.
//
// Bars are measured in percent of the chart's width and everything else in pixels, so that a chart
// fits a phone and a desk without its letters shrinking.

#ifndef VG_SERVICES_REPORT_DOMAIN_CHART_H_
#define VG_SERVICES_REPORT_DOMAIN_CHART_H_

#include <string>
#include <vector>

#include "common/numeric/format.h"
#include "services/report/domain/figure.h"

namespace vg::report {

struct Bar {
  std::string label;  // Beside the bar; empty if it is above it.
  std::string value;  // "61,2%"; "–" if it is not shown.
  std::string width;  // In percent of the drawing, two decimals: "61.20".
  std::string lower;  // The ends of the interval, in the same measure; empty: there is none.
  std::string upper;
  std::string value_at;  // Where the value is written: after the bar and its interval.
  bool total = false;
  int top = 0;       // Of the bar.
  int baseline = 0;  // Of label and value.
};

// A label above one or more bars.
struct BarGroup {
  struct Line {
    std::string text;
    int baseline = 0;
  };
  std::vector<Line> label;
  std::vector<Bar> bars;
};

struct Chart {
  static constexpr int kBarHeight = 16;
  static constexpr int kBesideWidth = 145;  // Of the labels beside bars; style.css knows it, too.

  std::vector<BarGroup> groups;
  bool beside = false;  // Labels of bars stand beside them.
  std::string track;    // The length that stands for 100%, in percent; empty: not drawn.
  int height = 0;
  size_t left_out = 0;  // Categories that the table has and the chart has not.
};

// By category if there are no groups; by group, the total first, if there are no categories; with
// both, for every category the groups under each other (without the total; more than kMostGroups
// and only the total is drawn).
inline constexpr size_t kMostGroups = 4;
Chart LayOut(const Figure& figure, Language language);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_CHART_H_
