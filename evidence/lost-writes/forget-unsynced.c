/*
 * Preloaded into the agent under test: keeps, for every file of one folder, a copy of what it held at its last fsync or
 * fdatasync. When the agent is killed the test puts these copies in place of the files: what was written and not synced is
 * gone, as after a power cut. Names (rename, link, unlink) are taken to be on the disk at once, in order, as journalling file
 * systems keep them.
 *
 * Environment: LOST_WRITES_FOLDER, the folder that is watched, and LOST_WRITES_SYNCED, where the copies go; absolute, existing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES (PATH_MAX + 64)

/* The copy's path of a watched file; 0 when the file is not one. */
static int copy_path(const char *path, char *copy) {
  const char *folder = getenv("LOST_WRITES_FOLDER");
  const char *synced = getenv("LOST_WRITES_SYNCED");
  if (folder == NULL || synced == NULL) return 0;
  size_t length = strlen(folder);
  if (strncmp(path, folder, length) != 0 || path[length] != '/' || strchr(path + length + 1, '/') != NULL) return 0;
  return snprintf(copy, PATH_BYTES, "%s/%s", synced, path + length + 1) < PATH_BYTES;
}

static void fail(const char *what) {
  perror(what);
  abort();
}

/* Whole or not at all: the process may be killed while it copies. */
static void keep_copy(int fd) {
  char link[64], path[PATH_BYTES], copy[PATH_BYTES], partial[PATH_BYTES + 16];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = '\0';
  if (!copy_path(path, copy)) return;
  snprintf(partial, sizeof partial, "%s.partial", copy);
  int from = open(path, O_RDONLY | O_CLOEXEC);
  if (from < 0) return; /* deleted meanwhile */
  int to = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (to < 0) fail(partial);
  for (;;) {
    ssize_t sent = sendfile(to, from, NULL, 1 << 24);
    if (sent < 0) fail("sendfile");
    if (sent == 0) break;
  }
  close(to);
  close(from);
  static int (*next_rename)(const char *, const char *);
  if (next_rename == NULL) *(void **)&next_rename = dlsym(RTLD_NEXT, "rename");
  if (next_rename(partial, copy) != 0) fail(copy);
}

static int synced(const char *name, int fd) {
  int (*next)(int);
  *(void **)&next = dlsym(RTLD_NEXT, name);
  int result = next(fd);
  int error = errno;
  if (result == 0) keep_copy(fd);
  errno = error;
  return result;
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }

/* `name`: rename or link, both of an old name and a new one. What happens to the file happens to its copy. */
static int named(const char *name, const char *old_path, const char *new_path) {
  int (*next)(const char *, const char *);
  *(void **)&next = dlsym(RTLD_NEXT, name);
  int result = next(old_path, new_path);
  int error = errno;
  char old_copy[PATH_BYTES], new_copy[PATH_BYTES];
  if (result == 0 && copy_path(old_path, old_copy) && copy_path(new_path, new_copy)) next(old_copy, new_copy);
  errno = error;
  return result;
}

int rename(const char *old_path, const char *new_path) { return named("rename", old_path, new_path); }
int link(const char *old_path, const char *new_path) { return named("link", old_path, new_path); }

int unlink(const char *path) {
  int (*next)(const char *);
  *(void **)&next = dlsym(RTLD_NEXT, "unlink");
  int result = next(path);
  int error = errno;
  char copy[PATH_BYTES];
  if (result == 0 && copy_path(path, copy)) next(copy);
  errno = error;
  return result;
}
