/* platform.h for Linux. */
#define _GNU_SOURCE
#include "platform.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int has_key;

static int wait_for(connection one, short events, int wait_ms) {
  struct pollfd waiting = {.fd = (int)one, .events = events};
  int found;
  do found = poll(&waiting, 1, wait_ms);
  while (found < 0 && errno == EINTR);
  return found > 0;
}

connection open_loopback(int port, int wait_ms) {
  int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (one < 0) return NO_CONNECTION;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int failure = 0;
  socklen_t length = sizeof failure;
  int on = 1;
  if (connect(one, (struct sockaddr *)&address, sizeof address) != 0 &&
      (errno != EINPROGRESS || !wait_for(one, POLLOUT, wait_ms) ||
       getsockopt(one, SOL_SOCKET, SO_ERROR, &failure, &length) != 0 || failure != 0)) {
    close(one);
    return NO_CONNECTION;
  }
  setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return one;
}

void close_connection(connection one) { close((int)one); }

int send_all(connection one, const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    ssize_t sent = send((int)one, at, length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN && wait_for(one, POLLOUT, 10000)) continue;
    if (sent <= 0) return 0;
    at += sent;
    length -= (size_t)sent;
  }
  return 1;
}

long receive_some(connection one, void *bytes, size_t length, int wait_ms) {
  if (!wait_for(one, POLLIN, wait_ms)) return -1;
  ssize_t received;
  do received = recv((int)one, bytes, length, 0);
  while (received < 0 && errno == EINTR);
  return (long)received;
}

/* By number: the function of this name came with glibc 2.25, the call with Linux 3.17. */
int fill_random(uint8_t *bytes, size_t length) { return syscall(SYS_getrandom, bytes, length, 0) == (long)length; }

int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void pause_ms(int wait_ms) { poll(NULL, 0, wait_ms); }

void lock(void) { pthread_mutex_lock(&mutex); }
void unlock(void) { pthread_mutex_unlock(&mutex); }

static void make_key(void) { has_key = pthread_key_create(&key, free) == 0; }

void *thread_pointer(void) {
  pthread_once(&once, make_key);
  return has_key ? pthread_getspecific(key) : NULL;
}

int set_thread_pointer(void *pointer) {
  pthread_once(&once, make_key);
  return has_key && pthread_setspecific(key, pointer) == 0;
}
