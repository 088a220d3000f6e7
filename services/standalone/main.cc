#include "common/app/flags.h"
#include "common/app/server.h"
#include "services/standalone/modules.h"

int main(int argc, char** argv) {
  vg::ServerOptions defaults;
  defaults.data_dir = "voortgang-data";
  return vg::RunServer(vg::ParseServerFlags(argc, argv, "voortgang-standalone", defaults),
                       vg::standalone::MakeModules);
}
