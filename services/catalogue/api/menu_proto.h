// Menus of the API <-> menus of the domain.

#ifndef VG_SERVICES_CATALOGUE_API_MENU_PROTO_H_
#define VG_SERVICES_CATALOGUE_API_MENU_PROTO_H_

#include <string_view>
#include <vector>

#include "common/status/error.h"
#include "services/catalogue/domain/menu.h"
#include "services/catalogue/domain/menu_diff.h"
#include "services/catalogue/domain/uptake.h"
#include "voortgang/catalogue/v1/catalogue_service.pb.h"

namespace vg::catalogue {

namespace v1 = voortgang::catalogue::v1;

// What cannot be read (IMPOSSIBLE_DATE) is added to `violations`, by its path in the edition.
MenuEdition FromProto(const v1::MenuEdition& edition, std::vector<FieldViolation>& violations);

void ToProto(const InterventionChange& change, v1::InterventionChange& out);
void ToProto(const FieldChange& change, v1::MenuEditionChange& out);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_MENU_PROTO_H_
