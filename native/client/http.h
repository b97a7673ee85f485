/* One HTTP/1.1 exchange with the agent over an open connection: as much of it as the agent's own answers need. */
#ifndef CLIENT_HTTP_H
#define CLIENT_HTTP_H

#include "platform.h"

struct reply {
  int status;
  int is_utf8;  /* by its Content-Type; else GB18030 */
  char *body;   /* closed by a zero; freed by the caller */
  size_t length;
};

enum exchange {
  EXCHANGED,
  NOT_SENT, /* the agent cannot have acted on it */
  UNCLEAR,  /* sent, or partly sent, and no whole answer came */
  TOO_LARGE /* for memory */
};

/* head: request line and headers up to and including the empty line. */
enum exchange exchange(connection one, const char *head, const char *body, size_t length, int wait_ms,
                       struct reply *reply);

#endif
