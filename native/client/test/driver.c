/* Calls the client library as a program that only knows DLLs would: loads it at run time, finds its functions by name, and
 * watches the bytes behind every buffer. A command a line on stdin, an answer a line on stdout; texts travel in hex, since
 * they may be any bytes.
 *
 *   openA PORT TOKEN | openW PORT TOKEN      -> RESULT
 *   callA CODE SIZE TEXT | callW ...          -> RESULT OUT
 *   answerA SIZE | answerW SIZE               -> RESULT OUT
 *   close                                     -> RESULT
 *
 * SIZE is the out_length passed, in bytes (A) or units (W). OUT is everything up to the zero; '!' when the library wrote
 * behind the buffer or did not close it.
 */
#include "../mip-client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <windows.h>
#define CALLED __stdcall
static void *find(const char *path, const char *name) {
  static HMODULE library;
  if (library == NULL) library = LoadLibraryA(path);
  return library == NULL ? NULL : (void *)(uintptr_t)GetProcAddress(library, name);
}
#else
#include <dlfcn.h>
#define CALLED
static void *find(const char *path, const char *name) {
  static void *library;
  if (library == NULL) library = dlopen(path, RTLD_NOW);
  return library == NULL ? NULL : dlsym(library, name);
}
#endif

#define GUARD 64
#define GUARD_BYTE 0xa5
#define LINE_BYTES (32u * 1024 * 1024)

typedef int(CALLED *open_function)(int, const void *);
typedef int(CALLED *call_function)(const void *, const void *, void *, int);
typedef int(CALLED *answer_function)(void *, int);
typedef int(CALLED *close_function)(void);

static int digit(char letter) { return letter <= '9' ? letter - '0' : letter - 'a' + 10; }

/* The bytes of a text in hex, closed by two zeros. */
static void *decode(const char *hex) {
  size_t length = strlen(hex) / 2;
  unsigned char *bytes = calloc(length + 2, 1);
  if (bytes == NULL) exit(3);
  for (size_t i = 0; i < length; i++) bytes[i] = (unsigned char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  return bytes;
}

static void print(int result, const unsigned char *out, int size, int unit) {
  size_t room = (size_t)size * (size_t)unit, used = 0;
  int whole = 1;
  for (size_t i = 0; i < GUARD; i++) whole &= out[room + i] == GUARD_BYTE;
  while (used < room && (out[used] != 0 || (unit == 2 && out[used + 1] != 0))) used += (size_t)unit;
  if (size > 0 && used >= room) whole = 0;
  printf("%d ", result);
  if (!whole) printf("!");
  for (size_t i = 0; whole && i < used; i++) printf("%02x", out[i]);
  printf("\n");
  fflush(stdout);
}

int main(int count, char **arguments) {
  char *line = malloc(LINE_BYTES);
  if (count != 2 || line == NULL) return 2;
  const char *path = arguments[1];
  while (fgets(line, LINE_BYTES, stdin) != NULL) {
    const char *command = strtok(line, " \r\n");
    const char *first = strtok(NULL, " \r\n"), *second = strtok(NULL, " \r\n"), *third = strtok(NULL, " \r\n");
    if (command == NULL) continue;
    int unit = command[strlen(command) - 1] == 'W' ? 2 : 1;
    int size = strncmp(command, "answer", 6) == 0 ? atoi(first) : second == NULL ? 0 : atoi(second);
    unsigned char *out = malloc((size_t)size * 2 + GUARD);
    char name[16];
    if (out == NULL) return 3;
    memset(out, GUARD_BYTE, (size_t)size * 2 + GUARD);
    snprintf(name, sizeof name, "Mip%c%.8s", command[0] - 32, command + 1);
    void *address = find(path, name);
    if (address == NULL) {
      printf("no %s\n", name);
      return 1;
    }
    if (strncmp(command, "open", 4) == 0) {
      printf("%d\n", ((open_function)(uintptr_t)address)(atoi(first), decode(second)));
      fflush(stdout);
    } else if (strncmp(command, "call", 4) == 0) {
      print(((call_function)(uintptr_t)address)(decode(first), decode(third == NULL ? "" : third), out, size), out, size,
            unit);
    } else if (strncmp(command, "answer", 6) == 0) {
      print(((answer_function)(uintptr_t)address)(out, size), out, size, unit);
    } else {
      printf("%d\n", ((close_function)(uintptr_t)address)());
      fflush(stdout);
    }
    free(out);
  }
  return 0;
}
