// The command line of every server, declared once. Only main.cc files link this.

#ifndef VG_COMMON_APP_FLAGS_H_
#define VG_COMMON_APP_FLAGS_H_

#include <string>

#include "common/app/options.h"

namespace vg {

// Parses the command line (--listen, --admin-listen, …; `--help` explains them and ends the
// process), sets up logging under the name `program` and returns what was said. A flag that was not
// given keeps its value in `defaults`. Ends the process with 2 and a sentence if a flag is wrong.
//
// Each flag may come from the environment instead: VOORTGANG_DATABASE_URL for --database_url.
ServerOptions ParseServerFlags(int argc, char** argv, const std::string& program,
                               ServerOptions defaults = {});

}  // namespace vg

#endif  // VG_COMMON_APP_FLAGS_H_
