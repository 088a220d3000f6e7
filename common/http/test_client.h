// Asks an HTTP server on loopback, for tests.

#ifndef VG_COMMON_HTTP_TEST_CLIENT_H_
#define VG_COMMON_HTTP_TEST_CLIENT_H_

#include <unistd.h>

#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace vg::http {

// A connection that stays open. For one thread.
class Connection {
 public:
  explicit Connection(int port) : file_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    open_ = connect(file_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Connection() { close(file_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // What comes after "`method` `path`" with `headers` (each with its line end), until it ends in
  // `end` or the other side closes; empty if nobody answers.
  std::string Ask(const std::string& path, const std::string& end,
                  const std::string& method = "GET", const std::string& headers = "") {
    const std::string request =
        method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    if (!open_ || send(file_, request.data(), request.size(), MSG_NOSIGNAL) <= 0) return "";
    return Read(end);
  }

  // What comes after `bytes`, whatever they are, once the other side knows that there is no more.
  std::string Send(const std::string& bytes) {
    if (!open_ || send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return "";
    shutdown(file_, SHUT_WR);
    return Read("");
  }

 private:
  std::string Read(const std::string& end) {
    std::string answer;
    char buffer[4096];
    for (ssize_t size = 0; (size = read(file_, buffer, sizeof(buffer))) > 0;) {
      answer.append(buffer, static_cast<size_t>(size));
      if (!end.empty() && answer.ends_with(end)) break;
    }
    return answer;
  }

  const int file_;
  bool open_ = false;
};

// The whole answer, head and body, on a connection of its own.
inline std::string Ask(int port, const std::string& path, const std::string& method = "GET",
                       const std::string& headers = "") {
  return Connection(port).Ask(path, "", method, headers + "Connection: close\r\n");
}

}  // namespace vg::http

#endif  // VG_COMMON_HTTP_TEST_CLIENT_H_
