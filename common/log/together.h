// Lines that are written in one go: for work that logs a line for each of many things.

#ifndef VG_COMMON_LOG_TOGETHER_H_
#define VG_COMMON_LOG_TOGETHER_H_

#include <string>
#include <vector>

namespace vg::log {

// Holds back the lines that this thread logs while it lives, or until Write.
class Together {
 public:
  Together();
  ~Together();
  Together(const Together&) = delete;
  Together& operator=(const Together&) = delete;

  // Writes what is held back on this thread, if anything, because it may not wait.
  static void Write();

 private:
  Together* const outer_;
  friend class Message;
  std::vector<std::string> lines_;
};

}  // namespace vg::log

#endif  // VG_COMMON_LOG_TOGETHER_H_
