/* Owns what the host needs of Linux. See platform.h. */
#define _GNU_SOURCE
#include "platform.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Vendors use megabytes of it. The first thread's stack grows up to the limit that holds when it is touched. */
#define STACK_BYTES (16u * 1024 * 1024)
/* A library that writes past its buffer hits this, however far it jumps. */
#define GUARD_BYTES (1024u * 1024)
/* Out of the way of the numbers that a library's own files get. */
#define FIRST_OWN_DESCRIPTOR 100

static int requests = -1, replies = -1, memory_file = -1;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news[2];

int main(int count, char **arguments) {
  /* The kernel ends this process with the agent; the end of stdin says it too, but a call may hang until then. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  /* No dump, twice: programs that the library starts become dumpable again, but inherit the limit. One byte is less than
   * any dump, and unlike 0 it also stops a kernel that pipes dumps to a program. */
  prctl(PR_SET_DUMPABLE, 0);
  struct rlimit limit = {1, 1};
  setrlimit(RLIMIT_CORE, &limit);
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < STACK_BYTES) {
    limit.rlim_cur = limit.rlim_max < STACK_BYTES ? limit.rlim_max : STACK_BYTES;
    setrlimit(RLIMIT_STACK, &limit);
  }
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  for (int i = 0; i < 2; i++) pthread_cond_init(&news[i], &monotonic);
  run_host(count, arguments);
}

int claim_channels(void) {
  /* A write to an agent that is gone is an error to look at, not a signal. */
  signal(SIGPIPE, SIG_IGN);
  requests = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, FIRST_OWN_DESCRIPTOR);
  replies = fcntl(3, F_DUPFD_CLOEXEC, FIRST_OWN_DESCRIPTOR);
  memory_file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (requests < 0 || replies < 0 || nothing < 0) return 0;
  dup2(nothing, STDIN_FILENO);
  close(nothing);
  close(3);
  return 1;
}

int read_channel(void *bytes, size_t length) {
  for (char *at = bytes; length > 0;) {
    const ssize_t got = read(requests, at, length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    at += got;
    length -= (size_t)got;
  }
  return 1;
}

int write_channel(const void *bytes, size_t length) {
  for (const char *at = bytes; length > 0;) {
    const ssize_t written = write(replies, at, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return 0;
    at += written;
    length -= (size_t)written;
  }
  return 1;
}

_Noreturn void end_process(int status) {
  _exit(status);
}

void lock(void) {
  pthread_mutex_lock(&mutex);
}

void unlock(void) {
  pthread_mutex_unlock(&mutex);
}

void wake(enum sleeper sleeper) {
  pthread_cond_signal(&news[sleeper]);
}

void sleep_until(enum sleeper sleeper, uint64_t until_us) {
  const struct timespec until = {(time_t)(until_us / 1000000), (long)(until_us % 1000000 * 1000)};
  if (until_us == NEVER) pthread_cond_wait(&news[sleeper], &mutex);
  else pthread_cond_timedwait(&news[sleeper], &mutex, &until);
}

static void *run_thread(void *run) {
  void (*function)(void);
  memcpy(&function, &run, sizeof function);
  function();
  return NULL;
}

void start_thread(void (*run)(void)) {
  pthread_t thread;
  void *argument;
  memcpy(&argument, &run, sizeof argument);
  if (pthread_create(&thread, NULL, run_thread, argument) != 0) _exit(3);
}

uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint32_t process_id(void) {
  return (uint32_t)getpid();
}

uint64_t memory_kb(void) {
  char text[128];
  const ssize_t length = pread(memory_file, text, sizeof text - 1, 0);
  if (length <= 0) return 0;
  text[length] = 0;
  const char *resident = strchr(text, ' ');
  return resident == NULL ? 0 : strtoull(resident, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

void *load_library(const char *path, uint32_t *code, char *message, size_t capacity) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library != NULL) return library;
  const char *words = dlerror();
  snprintf(message, capacity, "%s", words == NULL ? "" : words);
  /* The loader says in words, which the C library of a plain "C" locale does not translate, what Windows has codes for. */
  const int missing = strstr(message, "cannot open shared object file") != NULL ||
                      strstr(message, "undefined symbol") != NULL || strstr(message, "version `") != NULL;
  *code = missing ? LOAD_MISSING_FILE : LOAD_BAD_FORMAT;
  return NULL;
}

void *find_function(void *library, const char *name) {
  return dlsym(library, name);
}

int allocate_guarded(struct guarded *guarded, size_t length) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE), used = (length + page - 1) / page * page;
  guarded->length = length;
  guarded->area_bytes = page + used + GUARD_BYTES;
  guarded->area = mmap(NULL, guarded->area_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (guarded->area == MAP_FAILED) return 0;
  unsigned char *writable = (unsigned char *)guarded->area + page;
  guarded->bytes = writable + used - length;
  return mprotect(writable, used, PROT_READ | PROT_WRITE) == 0;
}

void free_guarded(struct guarded *guarded) {
  munmap(guarded->area, guarded->area_bytes);
}

static void (*on_fault)(const void *address);

static void handle_fault(int signal_number, siginfo_t *information, void *context) {
  (void)context;
  on_fault(information->si_addr);
  /* The process ends as if nobody had looked. */
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void watch_faults(void (*fault)(const void *address)) {
  on_fault = fault;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle_fault;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
}
