/* Tells ThreadSanitizer of the locks that it cannot see: those of Swift's `Mutex` when two threads want it at once.
 *
 * The fast paths of `Mutex` are compiled into the program and observed there. The slow ones are in libswiftSynchronization,
 * which is built without a sanitizer, and let the kernel hand the lock over (futex(2), FUTEX_LOCK_PI): without this,
 * everything that a contended mutex protects looks like a data race. To be preloaded; it calls the library's own functions
 * and adds what they order. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

/* Methods of `_MutexHandle`, which is passed by its address. */
typedef __attribute__((swiftcall)) void lock_function(uint32_t thread, __attribute__((swift_context)) void *mutex);
typedef __attribute__((swiftcall)) void unlock_function(__attribute__((swift_context)) void *mutex);

static lock_function *lock_slow;
static unlock_function *unlock_slow;

__attribute__((constructor)) static void find_functions(void) {
    lock_slow = (lock_function *)dlsym(RTLD_NEXT, LOCK_SLOW);
    unlock_slow = (unlock_function *)dlsym(RTLD_NEXT, UNLOCK_SLOW);
    /* What must not be read from the environment of the programs that this one starts. */
    unsetenv("LD_PRELOAD");
}

lock_function lock_and_tell __asm__(LOCK_SLOW);
unlock_function tell_and_unlock __asm__(UNLOCK_SLOW);

__attribute__((swiftcall)) void lock_and_tell(uint32_t thread, __attribute__((swift_context)) void *mutex) {
    lock_slow(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

__attribute__((swiftcall)) void tell_and_unlock(__attribute__((swift_context)) void *mutex) {
    if (__tsan_release) __tsan_release(mutex);
    unlock_slow(mutex);
}
