# What VOORTGANG_SANITIZE adds to compiling, linking and the environment of tests.

set(suppressions ${PROJECT_SOURCE_DIR}/tests/sanitizers)
if(VOORTGANG_SANITIZE STREQUAL "asan")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  set(VOORTGANG_TEST_ENVIRONMENT
      "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
      "UBSAN_OPTIONS=print_stacktrace=1"
      "LSAN_OPTIONS=suppressions=${suppressions}/lsan.supp:print_suppressions=0")
elseif(VOORTGANG_SANITIZE STREQUAL "tsan")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
  set(VOORTGANG_TEST_ENVIRONMENT
      "TSAN_OPTIONS=ignore_noninstrumented_modules=1:suppressions=${suppressions}/tsan.supp:exitcode=66")
  # Every function that absl_tsan.cc puts before Abseil's.
  add_library(vg_absl_tsan OBJECT ${suppressions}/absl_tsan.cc)
  foreach(name
      5Mutex4LockEv 5Mutex10ReaderLockEv 5Mutex8LockWhenERKNS0_9ConditionE 5Mutex14ReaderLockWhenERKNS0_9ConditionE
      5Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE
      5Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE 5Mutex7TryLockEv 5Mutex13ReaderTryLockEv
      5Mutex6UnlockEv 5Mutex12ReaderUnlockEv 5Mutex5AwaitERKNS0_9ConditionE
      5Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE
      5Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE 5MutexD1Ev 7CondVar4WaitEPNS0_5MutexE
      7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE 7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE
      12Notification6NotifyEv 15BlockingCounter14DecrementCountEv 15BlockingCounter4WaitEv)
    add_link_options(LINKER:--wrap=_ZN4absl7debian3${name})
  endforeach()
  foreach(name
      12Notification19WaitForNotificationEv 12Notification31WaitForNotificationWithDeadlineENS0_4TimeE
      12Notification30WaitForNotificationWithTimeoutENS0_8DurationE)
    add_link_options(LINKER:--wrap=_ZNK4absl7debian3${name})
  endforeach()
  set(VOORTGANG_EXECUTABLES_LINK vg_absl_tsan absl::synchronization)
elseif(NOT VOORTGANG_SANITIZE STREQUAL "")
  message(FATAL_ERROR "VOORTGANG_SANITIZE is '${VOORTGANG_SANITIZE}'; it may be empty, asan or tsan")
endif()
