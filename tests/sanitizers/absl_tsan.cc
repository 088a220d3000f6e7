// Tells ThreadSanitizer what Debian's Abseil does: its libraries are compiled without, so their locks
// would be invisible and every guarded member a data race. The linker puts these functions before
// Abseil's (--wrap, see cmake/sanitizers.cmake); only the tsan preset links them.
//
// A lock that is awaited is taken to be held exclusively. ReleasableMutexLock::Release() is not seen.

#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

#define MUTEX(name) _ZN4absl7debian35Mutex##name
#define CONDVAR(name) _ZN4absl7debian37CondVar##name
#define NOTIFICATION(name) _ZN4absl7debian312Notification##name
#define CONST_NOTIFICATION(name) _ZNK4absl7debian312Notification##name
#define COUNTER(name) _ZN4absl7debian315BlockingCounter##name
#define JOIN_INNER(a, b) a##b
#define JOIN(a, b) JOIN_INNER(a, b)
#define REAL(symbol) JOIN(__real_, symbol)
#define WRAP(symbol) JOIN(__wrap_, symbol)

namespace {

constexpr unsigned kWrite = 0;
constexpr unsigned kRead = __tsan_mutex_read_lock;
constexpr int kOnce = 1;

template <typename Lock>
void Locking(absl::Mutex* mutex, unsigned how, Lock lock) {
  __tsan_mutex_pre_lock(mutex, how);
  lock();
  __tsan_mutex_post_lock(mutex, how, kOnce);
}

template <typename TryLock>
bool TryingToLock(absl::Mutex* mutex, unsigned how, TryLock try_lock) {
  how |= __tsan_mutex_try_lock;
  __tsan_mutex_pre_lock(mutex, how);
  const bool locked = try_lock();
  __tsan_mutex_post_lock(mutex, locked ? how : how | __tsan_mutex_try_lock_failed, kOnce);
  return locked;
}

template <typename Unlock>
void Unlocking(absl::Mutex* mutex, unsigned how, Unlock unlock) {
  __tsan_mutex_pre_unlock(mutex, how);
  unlock();
  __tsan_mutex_post_unlock(mutex, how);
}

// What gives the lock up and has it again when it returns.
template <typename Wait>
auto Waiting(absl::Mutex* mutex, Wait wait) {
  struct Lock {
    absl::Mutex* mutex;
    ~Lock() { __tsan_mutex_post_lock(mutex, kWrite, kOnce); }
  };
  __tsan_mutex_pre_unlock(mutex, kWrite);
  __tsan_mutex_post_unlock(mutex, kWrite);
  __tsan_mutex_pre_lock(mutex, kWrite);
  const Lock lock{mutex};
  return wait();
}

}  // namespace

#define LOCKING(symbol, how)                                       \
  void REAL(symbol)(absl::Mutex*);                                 \
  void WRAP(symbol)(absl::Mutex * mutex) {                         \
    Locking(mutex, how, [&] { REAL(symbol)(mutex); });             \
  }
#define LOCKING_WHEN(symbol, how)                                              \
  void REAL(symbol)(absl::Mutex*, const absl::Condition&);                     \
  void WRAP(symbol)(absl::Mutex * mutex, const absl::Condition& condition) {   \
    Locking(mutex, how, [&] { REAL(symbol)(mutex, condition); });              \
  }
// These end with the lock held whatever they answer.
#define LOCKING_WHEN_UNTIL(symbol, how, Limit)                                              \
  bool REAL(symbol)(absl::Mutex*, const absl::Condition&, Limit);                           \
  bool WRAP(symbol)(absl::Mutex * mutex, const absl::Condition& condition, Limit limit) {   \
    bool met = false;                                                                       \
    Locking(mutex, how, [&] { met = REAL(symbol)(mutex, condition, limit); });              \
    return met;                                                                             \
  }
#define TRYING(symbol, how)                                                   \
  bool REAL(symbol)(absl::Mutex*);                                            \
  bool WRAP(symbol)(absl::Mutex * mutex) {                                    \
    return TryingToLock(mutex, how, [&] { return REAL(symbol)(mutex); });     \
  }
#define UNLOCKING(symbol, how)                                     \
  void REAL(symbol)(absl::Mutex*);                                 \
  void WRAP(symbol)(absl::Mutex * mutex) {                         \
    Unlocking(mutex, how, [&] { REAL(symbol)(mutex); });           \
  }
#define AWAITING_UNTIL(symbol, Limit)                                                       \
  bool REAL(symbol)(absl::Mutex*, const absl::Condition&, Limit);                           \
  bool WRAP(symbol)(absl::Mutex * mutex, const absl::Condition& condition, Limit limit) {   \
    return Waiting(mutex, [&] { return REAL(symbol)(mutex, condition, limit); });           \
  }
#define WAITING_UNTIL(symbol, Limit)                                                  \
  bool REAL(symbol)(absl::CondVar*, absl::Mutex*, Limit);                             \
  bool WRAP(symbol)(absl::CondVar * variable, absl::Mutex * mutex, Limit limit) {     \
    return Waiting(mutex, [&] { return REAL(symbol)(variable, mutex, limit); });      \
  }

extern "C" {

LOCKING(MUTEX(4LockEv), kWrite)
LOCKING(MUTEX(10ReaderLockEv), kRead)
LOCKING_WHEN(MUTEX(8LockWhenERKNS0_9ConditionE), kWrite)
LOCKING_WHEN(MUTEX(14ReaderLockWhenERKNS0_9ConditionE), kRead)
LOCKING_WHEN_UNTIL(MUTEX(20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE), kWrite, absl::Time)
LOCKING_WHEN_UNTIL(MUTEX(19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE), kWrite,
                   absl::Duration)
TRYING(MUTEX(7TryLockEv), kWrite)
TRYING(MUTEX(13ReaderTryLockEv), kRead)
UNLOCKING(MUTEX(6UnlockEv), kWrite)
UNLOCKING(MUTEX(12ReaderUnlockEv), kRead)

void REAL(MUTEX(5AwaitERKNS0_9ConditionE))(absl::Mutex*, const absl::Condition&);
void WRAP(MUTEX(5AwaitERKNS0_9ConditionE))(absl::Mutex* mutex, const absl::Condition& condition) {
  Waiting(mutex, [&] { REAL(MUTEX(5AwaitERKNS0_9ConditionE))(mutex, condition); });
}
AWAITING_UNTIL(MUTEX(17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE), absl::Time)
AWAITING_UNTIL(MUTEX(16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE), absl::Duration)

void REAL(MUTEX(D1Ev))(absl::Mutex*);
void WRAP(MUTEX(D1Ev))(absl::Mutex* mutex) {
  __tsan_mutex_destroy(mutex, __tsan_mutex_not_static);
  REAL(MUTEX(D1Ev))(mutex);
}

void REAL(CONDVAR(4WaitEPNS0_5MutexE))(absl::CondVar*, absl::Mutex*);
void WRAP(CONDVAR(4WaitEPNS0_5MutexE))(absl::CondVar* variable, absl::Mutex* mutex) {
  Waiting(mutex, [&] { REAL(CONDVAR(4WaitEPNS0_5MutexE))(variable, mutex); });
}
WAITING_UNTIL(CONDVAR(16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE), absl::Time)
WAITING_UNTIL(CONDVAR(15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE), absl::Duration)

void REAL(NOTIFICATION(6NotifyEv))(absl::Notification*);
void WRAP(NOTIFICATION(6NotifyEv))(absl::Notification* notification) {
  __tsan_release(notification);
  REAL(NOTIFICATION(6NotifyEv))(notification);
}
void REAL(CONST_NOTIFICATION(19WaitForNotificationEv))(absl::Notification*);
void WRAP(CONST_NOTIFICATION(19WaitForNotificationEv))(absl::Notification* notification) {
  REAL(CONST_NOTIFICATION(19WaitForNotificationEv))(notification);
  __tsan_acquire(notification);
}
bool REAL(CONST_NOTIFICATION(31WaitForNotificationWithDeadlineENS0_4TimeE))(absl::Notification*,
                                                                            absl::Time);
bool WRAP(CONST_NOTIFICATION(31WaitForNotificationWithDeadlineENS0_4TimeE))(
    absl::Notification* notification, absl::Time deadline) {
  const bool notified = REAL(CONST_NOTIFICATION(31WaitForNotificationWithDeadlineENS0_4TimeE))(
      notification, deadline);
  __tsan_acquire(notification);
  return notified;
}
bool REAL(CONST_NOTIFICATION(30WaitForNotificationWithTimeoutENS0_8DurationE))(absl::Notification*,
                                                                               absl::Duration);
bool WRAP(CONST_NOTIFICATION(30WaitForNotificationWithTimeoutENS0_8DurationE))(
    absl::Notification* notification, absl::Duration timeout) {
  const bool notified = REAL(CONST_NOTIFICATION(30WaitForNotificationWithTimeoutENS0_8DurationE))(
      notification, timeout);
  __tsan_acquire(notification);
  return notified;
}

bool REAL(COUNTER(14DecrementCountEv))(absl::BlockingCounter*);
bool WRAP(COUNTER(14DecrementCountEv))(absl::BlockingCounter* counter) {
  __tsan_release(counter);
  return REAL(COUNTER(14DecrementCountEv))(counter);
}
void REAL(COUNTER(4WaitEv))(absl::BlockingCounter*);
void WRAP(COUNTER(4WaitEv))(absl::BlockingCounter* counter) {
  REAL(COUNTER(4WaitEv))(counter);
  __tsan_acquire(counter);
}

}  // extern "C"
