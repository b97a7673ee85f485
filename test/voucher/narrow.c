/* A library of 32 bit for tests: it returns 0 when all three arguments arrived and the stack is aligned as vendors' compilers
 * expect it for SSE. */
#include <stdint.h>
#include <string.h>

int VENDOR_CALL NationEcTrans(const char *url, const char *in, char *out);

int VENDOR_CALL NationEcTrans(const char *url, const char *in, char *out) {
  if (strncmp(url, "http://", 7) != 0) return 1;
  if (in[0] != '{') return 2;
  if (((uintptr_t)__builtin_frame_address(0) + 8) % 16 != 0) return 3;
  strcpy(out, "{}");
  return 0;
}
