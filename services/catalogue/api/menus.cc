#include "services/catalogue/api/menus.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/digest/digest.h"
#include "common/grpc/page_token.h"
#include "common/grpc/type_conversions.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/menu_proto.h"
#include "services/catalogue/api/names.h"
#include "services/catalogue/domain/errors.h"
#include "services/catalogue/domain/lineage.h"
#include "services/catalogue/domain/menu_check.h"
#include "services/catalogue/domain/menu_selection.h"

namespace vg::catalogue {
namespace {

// An edition has at most 500 interventions; a programme of years has a handful of editions.
constexpr size_t kAtHand = 64;
// More than any programme will see; a history reads them all.
constexpr size_t kMostEditions = 10'000;

constexpr rpc::PageLimits kEditionPage = {.default_size = 20, .max_size = 100};
constexpr rpc::PageLimits kInterventionPage = {.default_size = 100, .max_size = 500};

// What a caller sends but the server sets.
v1::MenuEdition ContentOf(const v1::MenuEdition& given) {
  v1::MenuEdition content = given;
  content.clear_name();
  content.clear_digest();
  content.clear_publish_time();
  content.DiscardUnknownFields();
  return content;
}

absl::StatusOr<absl::CivilDay> DayOf(const google::type::Date& date, const std::string& field) {
  const absl::StatusOr<absl::CivilDay> day = rpc::FromProto(date, field);
  if (!day.ok()) return InvalidFields({ImpossibleDate(field)});
  return day;
}

absl::StatusOr<MenuSelection> SelectionOf(const v1::ListInterventionsRequest& request) {
  MenuSelection selection{.category = request.category(),
                          .sector = static_cast<Sector>(request.sector()),
                          .text = request.text(),
                          .grant = request.payable_from(),
                          .scheme = request.scheme(),
                          .scope = request.scope(),
                          .order = static_cast<InterventionOrder>(request.order_by())};
  if (request.has_payable_on()) {
    ASSIGN_OR_RETURN(selection.payable_on, DayOf(request.payable_on(), "payable_on"));
  }
  if (request.has_min_strength()) selection.min_strength = request.min_strength();
  if (request.has_max_cost()) selection.max_cost = request.max_cost();
  if (request.has_min_effect_months()) selection.min_effect_months = request.min_effect_months();
  return selection;
}

// Where the page begins in `places`. A position is a place on the menu, which never changes.
absl::StatusOr<std::vector<size_t>::const_iterator> NextOf(const std::vector<size_t>& places,
                                                           const rpc::Page& page) {
  if (page.position.empty()) return places.begin();
  size_t place = 0;
  const bool is_number = absl::SimpleAtoi(Av(page.position), &place);
  const auto next = std::find(places.begin(), places.end(), place);
  if (!is_number || next == places.end()) {
    return InvalidField("page_token", "PAGE_TOKEN_MISMATCH", "is not one that was given out");
  }
  return next;
}

std::string RequestDigest(const std::string& id, const std::string& digest) {
  return DigestBuilder("voortgang.catalogue.publish-menu.v1").Text(id).Text(digest).Finish();
}

}  // namespace

absl::Status Menus::Publish(const v1::PublishMenuEditionRequest& request,
                            v1::MenuEdition& response) {
  std::vector<FieldViolation> violations;
  const MenuEdition edition = FromProto(request.menu_edition(), violations);
  const bool has_its_days = violations.empty();
  for (FieldViolation& violation : CheckEdition(edition)) {
    violations.push_back(std::move(violation));
  }
  if (has_its_days) {
    ASSIGN_OR_RETURN(std::vector<FieldViolation> faults,
                     PredecessorFaults(request.menu_edition_id(), edition));
    for (FieldViolation& fault : faults) violations.push_back(std::move(fault));
  }
  for (FieldViolation& violation : violations) violation.field.insert(0, "menu_edition.");
  if (!violations.empty()) return InvalidFields(std::move(violations));

  const absl::Time now = clock_.Now();
  const std::string& id = request.menu_edition_id();
  v1::MenuEdition published = ContentOf(request.menu_edition());
  published.set_name(MenuName(id));
  published.set_digest(Digest(edition));
  if (!request.validate_only()) *published.mutable_publish_time() = rpc::ToProto(now);
  v1::MenuEdition header = published;
  header.clear_interventions();
  const MenuRecord record{.id = id,
                          .start_date = FormatDay(edition.start_date),
                          .end_date = edition.end_date ? FormatDay(*edition.end_date) : "",
                          .digest = published.digest(),
                          .header = header.SerializeAsString(),
                          .content = published.SerializeAsString()};
  std::string content;
  if (request.validate_only()) {
    ASSIGN_OR_RETURN(content, store_.TryPublish(record));
  } else {
    const std::string digest = RequestDigest(id, record.digest);
    ASSIGN_OR_RETURN(content, store_.Publish(record,
                                             {.scope = "PublishMenuEdition",
                                              .request_id = request.request_id(),
                                              .digest = digest},
                                             now));
  }
  if (!response.ParseFromString(content)) {
    return absl::InternalError("a stored menu edition cannot be read");
  }
  return absl::OkStatus();
}

absl::Status Menus::Get(const v1::GetMenuEditionRequest& request, v1::MenuEdition& response) {
  ASSIGN_OR_RETURN(const auto published, FindNamed(request.name(), "name"));
  response = published->proto;
  return absl::OkStatus();
}

absl::Status Menus::List(const v1::ListMenuEditionsRequest& request,
                         v1::ListMenuEditionsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kEditionPage));
  if (request.has_valid_on()) {
    ASSIGN_OR_RETURN(const absl::CivilDay day, DayOf(request.valid_on(), "valid_on"));
    ASSIGN_OR_RETURN(const std::optional<MenuHeader> valid, store_.ValidOn(FormatDay(day)));
    if (valid && !response.add_menu_editions()->ParseFromString(valid->header)) {
      return absl::InternalError("a stored menu edition cannot be read");
    }
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> after, rpc::UnpackPosition(page.position, 2));
  ASSIGN_OR_RETURN(std::vector<MenuHeader> headers, store_.List(after[0], after[1], page.size + 1));
  if (headers.size() > page.size) {
    headers.pop_back();
    response.set_next_page_token(rpc::NextPageToken(
        request, rpc::PackPosition({headers.back().start_date, headers.back().id})));
  }
  for (const MenuHeader& header : headers) {
    if (!response.add_menu_editions()->ParseFromString(header.header)) {
      return absl::InternalError("a stored menu edition cannot be read");
    }
  }
  return absl::OkStatus();
}

absl::Status Menus::ListInterventions(const v1::ListInterventionsRequest& request,
                                      v1::ListInterventionsResponse& response) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::OpenPage(request, kInterventionPage));
  ASSIGN_OR_RETURN(const auto published, FindNamed(request.parent(), "parent"));
  const MenuEdition& edition = published->menu.edition();
  ASSIGN_OR_RETURN(const MenuSelection selection, SelectionOf(request));
  std::vector<FieldViolation> violations = CheckSelection(edition, selection);
  if (!violations.empty()) return InvalidFields(std::move(violations));
  const std::vector<size_t> places = Select(edition, selection);
  ASSIGN_OR_RETURN(auto next, NextOf(places, page));
  for (; next != places.end(); ++next) {
    if (static_cast<size_t>(response.interventions_size()) == page.size) {
      response.set_next_page_token(rpc::NextPageToken(request, std::to_string(*next)));
      break;
    }
    *response.add_interventions() = published->proto.interventions(static_cast<int>(*next));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FieldViolation>> Menus::PredecessorFaults(const std::string& id,
                                                                     const MenuEdition& edition) {
  const auto replaces = [](const Intervention& intervention) {
    return !intervention.replaces.empty();
  };
  const std::vector<Intervention>& interventions = edition.interventions;
  if (std::none_of(interventions.begin(), interventions.end(), replaces)) {
    return std::vector<FieldViolation>();
  }
  // What is published is answered again, whatever was required of it then.
  const absl::Status published = Find(id).status();
  if (published.ok()) return std::vector<FieldViolation>();
  if (!absl::IsNotFound(published)) return published;
  std::set<std::string> former;
  ASSIGN_OR_RETURN(const auto editions, All());
  for (const auto& other : editions) {
    if (other->menu.edition().start_date >= edition.start_date) continue;
    for (const Intervention& intervention : other->menu.edition().interventions) {
      former.insert(intervention.id);
    }
  }
  return CheckPredecessors(edition, former);
}

absl::StatusOr<std::shared_ptr<const PublishedMenu>> Menus::Find(const std::string& id) {
  {
    absl::MutexLock lock(&mutex_);
    if (const auto found = at_hand_.find(id); found != at_hand_.end()) return found->second;
  }
  ASSIGN_OR_RETURN(const std::string content, store_.Get(id));
  v1::MenuEdition proto;
  std::vector<FieldViolation> violations;
  if (!proto.ParseFromString(content)) {
    return absl::InternalError("a stored menu edition cannot be read");
  }
  MenuEdition edition = FromProto(proto, violations);
  if (!violations.empty()) return absl::InternalError("a stored menu edition is not a right one");
  auto published = std::shared_ptr<const PublishedMenu>(
      new PublishedMenu{std::move(proto), Menu(MenuName(id), std::move(edition))});
  absl::MutexLock lock(&mutex_);
  if (at_hand_.size() >= kAtHand) at_hand_.clear();
  return at_hand_.emplace(id, std::move(published)).first->second;
}

absl::StatusOr<std::shared_ptr<const PublishedMenu>> Menus::FindNamed(const std::string& name,
                                                                      const std::string& field) {
  ASSIGN_OR_RETURN(const std::string id, MenuIdOf(name, field));
  return Find(id);
}

absl::StatusOr<std::vector<std::shared_ptr<const PublishedMenu>>> Menus::All() {
  ASSIGN_OR_RETURN(const std::vector<MenuHeader> headers, store_.List("", "", kMostEditions));
  std::vector<std::shared_ptr<const PublishedMenu>> editions;
  for (auto header = headers.rbegin(); header != headers.rend(); ++header) {
    ASSIGN_OR_RETURN(editions.emplace_back(), Find(header->id));
  }
  return editions;
}

}  // namespace vg::catalogue
