// Holding the files of an import against each other.

#ifndef VG_SERVICES_REGISTRY_DOMAIN_ASSEMBLY_H_
#define VG_SERVICES_REGISTRY_DOMAIN_ASSEMBLY_H_

#include "services/registry/domain/drafts.h"
#include "services/registry/domain/refusal.h"
#include "services/registry/domain/snapshot.h"

namespace vg::registry {

// Makes the content of a snapshot of what the files said. Rows that do not fit the others go to
// `report` and are left out:
//
//   UNKNOWN_MUNICIPALITY    a school in a municipality that no municipality file has (if there is
//                           one; else municipalities follow from the schools)
//   UNKNOWN_PROVINCE        a school whose province no file tells
//   SCHOOL_NOT_IN_REGISTER  a count or score of a branch that no register has. Primary pupils come
//                           with the branch's identity, so their rows introduce the schools of
//                           types of which no register takes part.
//   DUPLICATE_KEY           a second count of a branch and type, or score of a branch
//   CONFLICTING_ROW         rows that introduce one school under two boards or municipalities
Content Assemble(Drafts drafts, RefusalReport& report);

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_DOMAIN_ASSEMBLY_H_
