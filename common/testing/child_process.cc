#include "common/testing/child_process.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/status/status_macros.h"
#include <sys/prctl.h>
#include <sys/wait.h>

namespace vg {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

int ExitCode(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(std::vector<std::string> command,
                                                                  Options options) {
  // All that needs memory or locks happens before the fork: other threads may hold them.
  std::vector<std::string> environment = std::move(options.environment);
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.emplace_back(*variable);
  }
  std::vector<char*> argv = Pointers(command);
  std::vector<char*> envp = Pointers(environment);

  uid_t uid = geteuid();
  gid_t gid = getegid();
  const bool change_user = uid == 0 && !options.user.empty();
  if (change_user) {
    const passwd* user = getpwnam(options.user.c_str());
    if (user == nullptr) return absl::InternalError(absl::StrCat("no user ", options.user));
    uid = user->pw_uid;
    gid = user->pw_gid;
  }
  const std::string output = options.output.empty() ? "/dev/null" : options.output;
  const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (out < 0) return absl::InternalError(absl::StrCat("cannot write ", output));
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    setsid();  // Ctrl-C in the terminal reaches the test, and through it the child.
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    if (change_user && (setgroups(0, nullptr) != 0 || setgid(gid) != 0 || setuid(uid) != 0)) {
      _exit(126);
    }
    prctl(PR_SET_PDEATHSIG, options.death_signal);  // After setuid(), which clears it.
    if (getppid() != parent) _exit(126);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execvpe(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  close(in);
  close(out);
  if (pid < 0) return absl::InternalError("cannot fork");
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid));
}

ChildProcess::~ChildProcess() {
  if (!ended_) {
    Signal(SIGKILL);
    Wait();
  }
}

void ChildProcess::Signal(int signal) {
  if (!ended_) kill(pid_, signal);
}

bool ChildProcess::Running() {
  int status = 0;
  if (!ended_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    ended_ = true;
    code_ = ExitCode(status);
  }
  return !ended_;
}

int ChildProcess::Wait() {
  int status = 0;
  while (!ended_) {
    if (waitpid(pid_, &status, 0) == pid_) {
      ended_ = true;
      code_ = ExitCode(status);
    } else if (errno != EINTR) {
      ended_ = true;
    }
  }
  return code_;
}

int ChildProcess::Wait(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (Running()) {
    if (absl::Now() > deadline) {
      Signal(SIGKILL);
      return Wait();
    }
    absl::SleepFor(absl::Milliseconds(2));
  }
  return code_;
}

absl::StatusOr<int> RunProgram(std::vector<std::string> command, ChildProcess::Options options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ChildProcess> child,
                   ChildProcess::Start(std::move(command), std::move(options)));
  return child->Wait();
}

}  // namespace vg
