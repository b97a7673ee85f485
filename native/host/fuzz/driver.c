/* Runs requests.c where there is no libFuzzer: requests that are right, each with a few bytes made wrong, cut or doubled.
 * Arguments: <how many> <seed>. The same seed gives the same inputs. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const seeds[] = {
    "{\"type\":\"ping\",\"id\":1}",
    "{\"type\":\"ping\",\"id\":4294967295}",
    "{\"type\":\"call\",\"id\":1,\"function\":\"NationEcTrans\",\"arguments\":[\"aHR0cDovLw==\",\"e30=\",65536],\"deadlineMs\":60000}",
    "{\"type\":\"call\",\"id\":7,\"function\":\"ReadCardBas\",\"arguments\":[2048,8192],\"deadlineMs\":1}",
    "{\"type\":\"call\",\"id\":9,\"function\":\"f\",\"arguments\":[\"\",\"QUJD\",1,4194304],\"deadlineMs\":2147483647}",
};
/* What is special to the reader. */
static const char interesting[] = "\"=,:[]{}0123456789Az+/_\\\0\xff";

static uint64_t state;

static uint32_t next(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 16) % below;
}

static size_t mutate(uint8_t *bytes, size_t length, size_t capacity) {
  const size_t at = length == 0 ? 0 : next((uint32_t)length);
  const size_t some = 1 + next(8);
  switch (length == 0 ? 3 : next(5)) {
    case 0:
      bytes[at] = (uint8_t)interesting[next(sizeof interesting)];
      return length;
    case 1:
      bytes[at] ^= (uint8_t)(1u << next(8));
      return length;
    case 2:
      return at;
    case 3:
      if (length + 1 > capacity) return length;
      memmove(bytes + at + 1, bytes + at, length - at);
      bytes[at] = (uint8_t)interesting[next(sizeof interesting)];
      return length + 1;
    default:
      if (length + some > capacity || at + some > length) return length;
      memmove(bytes + at + some, bytes + at, length - at);
      return length + some;
  }
}

int main(int count, char **arguments) {
  const unsigned long inputs = count > 1 ? strtoul(arguments[1], NULL, 10) : 100000;
  state = count > 2 ? strtoull(arguments[2], NULL, 10) | 1 : 88172645463325252u;
  for (unsigned long i = 0; i < inputs; i++) {
    uint8_t bytes[512];
    const char *seed = seeds[next(sizeof seeds / sizeof seeds[0])];
    size_t length = strlen(seed);
    memcpy(bytes, seed, length);
    for (uint32_t turns = next(4); turns > 0; turns--) length = mutate(bytes, length, sizeof bytes);
    LLVMFuzzerTestOneInput(bytes, length);
  }
  printf("%lu inputs\n", inputs);
  return 0;
}
