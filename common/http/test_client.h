// Asks an HTTP server on loopback, for tests.

#ifndef VG_COMMON_HTTP_TEST_CLIENT_H_
#define VG_COMMON_HTTP_TEST_CLIENT_H_

#include <unistd.h>

#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace vg::http {

// The whole answer, head and body, to "`method` `path`" with `headers` (each with its line end);
// empty if nobody answers.
inline std::string Ask(int port, const std::string& path, const std::string& method = "GET",
                       const std::string& headers = "") {
  const int file = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(file, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
                                "Connection: close\r\n\r\n";
    if (send(file, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
      char buffer[4096];
      for (ssize_t size = 0; (size = read(file, buffer, sizeof(buffer))) > 0;) {
        answer.append(buffer, static_cast<size_t>(size));
      }
    }
  }
  close(file);
  return answer;
}

}  // namespace vg::http

#endif  // VG_COMMON_HTTP_TEST_CLIENT_H_
