/* What the host needs of the operating system. One implementation each: platform-linux.c, platform-windows.c. */
#ifndef HOST_PLATFORM_H
#define HOST_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

#define LOAD_MISSING_FILE 126u
#define LOAD_MISSING_SYMBOL 127u
#define LOAD_BAD_FORMAT 193u

/* The host itself, host.c. `arguments` are UTF-8. Does not return. */
_Noreturn void run_host(int count, char **arguments);

/* Takes the two channels for the host alone: the library's stdin and stdout are others from here on. No dump of this
 * process is ever written, it holds patients. Returns 0 when a channel is missing. */
int claim_channels(void);
/* Both return 0 when the other end is gone. */
int read_channel(void *bytes, size_t length);
int write_channel(const void *bytes, size_t length);
/* Ends the process at once, whatever its threads are doing; nothing of the library runs any more. */
_Noreturn void end_process(int status);

/* A lock, and two sleepers that wait for news under it. */
enum sleeper { CALLER, WATCHDOG };
#define NEVER UINT64_MAX
void lock(void);
void unlock(void);
void wake(enum sleeper sleeper);
/* Returns when woken, at `until_us`, or for no reason. */
void sleep_until(enum sleeper sleeper, uint64_t until_us);
void start_thread(void (*run)(void));

/* Monotonic. */
uint64_t now_us(void);
uint32_t process_id(void);
/* Memory of this process that is its own, KiB; 0 when unknown. */
uint64_t memory_kb(void);

/* Returns NULL, and then why: a code of Windows and, if there are any, the loader's words. */
void *load_library(const char *path, uint32_t *code, char *message, size_t capacity);
void *find_function(void *library, const char *name);

/* Memory whose last byte lies directly below pages that cannot be touched. */
struct guarded {
  unsigned char *bytes;
  size_t length;
  void *area;
  size_t area_bytes;
};
/* Returns 0 when there is no memory. The bytes are 0. */
int allocate_guarded(struct guarded *guarded, size_t length);
void free_guarded(struct guarded *guarded);
/* Calls `fault` with the address when the process touches memory that it may not; when it returns, the
 * fault goes the way it would have gone. */
void watch_faults(void (*fault)(const void *address));

#endif
