/* Asks the agent: makes it prove itself, signs the request, and never sends the token (docs/security.md). */
#ifndef CLIENT_ASK_H
#define CLIENT_ASK_H

#include "fault.h"
#include "http.h"
#include "sm3.h"

#define NONCE_BYTES 16

struct session {
  int port;
  uint8_t key[SM3_BYTES];
  char key_id[NONCE_BYTES * 2 + 1];
};

/* port: 0 for the usual one. 0 when the port or the token cannot be one. */
int make_session(int port, const char *token, struct session *session);

/* Calls /call/{code}; NULL once the agent has answered: then reply->body is the caller's to free. */
const struct fault *ask(const struct session *session, const char *code, const char *body, size_t length,
                        const char *charset, struct reply *reply);

#endif
