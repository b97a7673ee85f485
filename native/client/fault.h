/* What the library itself answers when the agent did not. */
#ifndef CLIENT_FAULT_H
#define CLIENT_FAULT_H

#include <stdint.h>

/* The same JSON text, closed by a zero, in GBK and in UTF-16. */
struct fault {
  const char *gbk;
  const uint16_t *wide;
};

extern const struct fault agent_away, agent_unproven, agent_unclear;
extern const struct fault bad_code, bad_text, too_long;

#endif
