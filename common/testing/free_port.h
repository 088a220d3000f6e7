// Ports for servers that tests start.

#ifndef VG_COMMON_TESTING_FREE_PORT_H_
#define VG_COMMON_TESTING_FREE_PORT_H_

namespace vg {

// A port of 127.0.0.1 that nobody listens on and that no other test is given before this process
// ends; 0 if there is none. It is outside the range that outgoing connections are given.
int FreePort();

}  // namespace vg

#endif  // VG_COMMON_TESTING_FREE_PORT_H_
