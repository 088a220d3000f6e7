// Ports for servers that tests start.

#ifndef VG_COMMON_TESTING_FREE_PORT_H_
#define VG_COMMON_TESTING_FREE_PORT_H_

namespace vg {

// A port of 127.0.0.1 that nobody listens on now; 0 if there is none. Where a server can be told to
// take port 0 and to say which it got, that is better: somebody may come in between.
int FreePort();

}  // namespace vg

#endif  // VG_COMMON_TESTING_FREE_PORT_H_
