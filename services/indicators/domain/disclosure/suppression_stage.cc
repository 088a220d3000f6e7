#include "services/indicators/domain/disclosure/suppression_stage.h"

#include <algorithm>
#include <limits>

#include "services/indicators/domain/disclosure/audit.h"
#include "services/indicators/domain/disclosure/extension.h"
#include "services/indicators/domain/disclosure/line_filling.h"

namespace vg::indicators::disclosure {

Stage::Stage(SuppressionPart part, Effort& effort)
    : part_(std::move(part)), seen_(part_.problem), reasons_(seen_.reasons), effort_(effort) {
  table_ = static_cast<int>(seen_.tables.size()) - 1;
  ancestors_ = seen_.tables.back().ancestors;
  visible_ = ancestors_;
  visible_.push_back(table_);
  FollowAncestors();
  for (const int table : visible_) {
    for (const int cell : CellsOf(table)) {
      if (IsHidden(cell)) protected_.push_back(cell);
    }
  }
}

bool Stage::Decide(bool line_by_line) {
  if (line_by_line) HideLineByLine();
  if (IsTooTangled()) return false;
  for (int quantity = 0; quantity < static_cast<int>(seen_.quantities.size()); ++quantity) {
    if (!Protect(quantity, kNoHolder)) return false;
  }
  for (const int holder : LoneHolders()) (void)Protect(0, holder);
  return true;
}

bool Stage::IsTooTangled() {
  const bool any_needs = std::any_of(protected_.begin(), protected_.end(), [this](int cell) {
    return !seen_.needs[static_cast<size_t>(cell)].empty();
  });
  if (!any_needs) return false;
  Effort look = effort_;
  const size_t tangle = ViewOf(0, kNoHolder).feasibility.largest_tangle();
  if (tangle == 0) return false;
  for (size_t i = 0; i < seen_.quantities.size() * kDirections; ++i) look.Add(tangle);
  looked_ = look.spent - effort_.spent;
  return look.spent > kMostEffort / 2;
}

size_t Stage::Trials() const {
  return added_.size() * (seen_.quantities.size() + LoneHolders().size()) *
         static_cast<size_t>(seen_.cells.atoms + 1);
}

void Stage::ShowWhatIsNotNeeded() {
  std::vector<int> costly = added_;
  std::stable_sort(costly.begin(), costly.end(), [this](int a, int b) {
    return seen_.costs[static_cast<size_t>(a)] > seen_.costs[static_cast<size_t>(b)];
  });
  for (const int cell : costly) {
    if (IsSpent()) return;
    Reason& reason = reasons_[static_cast<size_t>(cell)];
    reason = Reason::kNone;
    std::erase(added_, cell);
    ForgetViews(false);
    if (AllMet()) continue;
    reason = Reason::kSecondary;
    added_.push_back(cell);
    ForgetViews(true);
  }
}

bool Stage::IsOwn(int cell) const {
  const std::vector<int>& own = CellsOf(table_);
  return std::find(own.begin(), own.end(), cell) != own.end();
}

void Stage::FollowAncestors() {
  std::map<std::vector<int>, int> decided;
  for (const int table : ancestors_) {
    for (const int cell : CellsOf(table)) {
      const auto [same, added] = decided.emplace(MembersOf(cell), cell);
      if (!added && !IsHidden(cell)) same->second = cell;
    }
  }
  for (const int cell : CellsOf(table_)) {
    const auto same = decided.find(MembersOf(cell));
    if (same == decided.end()) {
      if (!IsHidden(cell)) candidates_.push_back(cell);
      continue;
    }
    reasons_[static_cast<size_t>(cell)] = reasons_[static_cast<size_t>(same->second)];
  }
}

void Stage::HideLineByLine() {
  for (const int cell : FillLines(candidates_, seen_)) {
    added_.push_back(cell);
    std::erase(candidates_, cell);
  }
  views_.clear();
}

std::vector<Need> Stage::NeedsOf(int cell, int quantity, int holder) const {
  std::vector<Need> needs;
  if (KnowsAnyway(seen_, cell, holder) || given_up_.contains({cell, quantity, holder})) {
    return needs;
  }
  for (const Need& need : seen_.needs[static_cast<size_t>(cell)]) {
    if (need.quantity == quantity) needs.push_back(holder < 0 ? need : kNeedBesideHolder);
  }
  return needs;
}

bool Stage::AllMet() {
  const auto met = [this](int quantity, int holder) {
    for (const int cell : protected_) {
      for (const Need& need : NeedsOf(cell, quantity, holder)) {
        if (!IsMetNow(need, cell, holder)) return false;
      }
    }
    return true;
  };
  for (int quantity = 0; quantity < static_cast<int>(seen_.quantities.size()); ++quantity) {
    if (!met(quantity, kNoHolder)) return false;
  }
  for (const int holder : LoneHolders()) {
    if (!met(0, holder)) return false;
  }
  return true;
}

bool Stage::Protect(int quantity, int holder) {
  for (const int cell : protected_) {
    for (const Need& need : NeedsOf(cell, quantity, holder)) {
      while (!IsSpentOn(quantity, holder) && !IsMetNow(need, cell, holder)) {
        if (HideFor(cell, need, ViewOf(quantity, holder))) continue;
        if (holder < 0 && IsOwn(cell)) return false;
        // What the ancestors tell together is not for this table to undo.
        given_up_.insert({cell, quantity, holder});
        break;
      }
      if (IsSpentOn(quantity, holder)) return false;
    }
  }
  return true;
}

bool Stage::HideFor(int cell, const Need& need, View& view) {
  const std::vector<int> chosen = ChooseToHide(seen_, view.knowledge, candidates_, cell,
                                               view.feasibility.Of(cell), need, effort_);
  for (const int hide : chosen) {
    reasons_[static_cast<size_t>(hide)] = Reason::kSecondary;
    added_.push_back(hide);
    std::erase(candidates_, hide);
  }
  if (!chosen.empty()) ForgetViews(true);
  return !chosen.empty();
}

Stage::View& Stage::ViewOf(int quantity, int holder) {
  std::unique_ptr<View>& view = views_[{quantity, holder}];
  if (view == nullptr) {
    view = std::make_unique<View>(
        seen_, WhatIsKnown(seen_, reasons_, visible_, quantity, holder),
        holder == kNoHolder ? std::numeric_limits<size_t>::max() : kLargestForHolders, &effort_);
    const auto kept = witnesses_.find({quantity, holder});
    if (kept != witnesses_.end()) view->feasibility.Add(std::move(kept->second));
  }
  return *view;
}

void Stage::ForgetViews(bool less_is_known) {
  for (auto& [key, view] : views_) {
    Feasibility::Witnesses& kept = witnesses_[key];
    kept = less_is_known ? view->feasibility.TakeWitnesses() : Feasibility::Witnesses();
  }
  if (!less_is_known) witnesses_.clear();
  views_.clear();
}

std::set<int> Stage::LoneHolders() const {
  std::set<int> holders;
  for (const std::vector<int>* cells : {&protected_, &added_}) {
    for (const int cell : *cells) {
      for (const int atom : MembersOf(cell)) {
        const int holder = seen_.holders[static_cast<size_t>(atom)];
        if (holder >= 0) holders.insert(holder);
      }
    }
  }
  return holders;
}

}  // namespace vg::indicators::disclosure
