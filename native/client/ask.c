/* ask.h: two exchanges over one connection, the proof and the request. */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define USUAL_PORT 17600
#define CONNECT_WAIT_MS 2000
#define PROOF_WAIT_MS 5000
/* The agent answers within 25 s, with 202 if need be. */
#define ANSWER_WAIT_MS 40000
#define MAX_TOKEN_BYTES 200
#define STALE_ANSWER "{\"code\":\"SIGNATURE_STALE\""
#define STALE_WAIT_MS 1000
#define MAX_STALE_REPEATS 3

static void write_hex(const uint8_t *bytes, size_t length, char *text) {
  for (size_t i = 0; i < length; i++) {
    text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
    text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
  }
  text[2 * length] = 0;
}

int make_session(int port, const char *token, struct session *session) {
  size_t length = strlen(token);
  uint8_t digest[SM3_BYTES];
  if (port < 0 || port > 65535 || length == 0 || length > MAX_TOKEN_BYTES) return 0;
  session->port = port == 0 ? USUAL_PORT : port;
  sm3((const uint8_t *)token, length, session->key);
  sm3(session->key, sizeof session->key, digest);
  write_hex(digest, NONCE_BYTES, session->key_id);
  return 1;
}

static void write_mac(const uint8_t key[SM3_BYTES], const char *text, char hex[SM3_BYTES * 2 + 1]) {
  uint8_t mac[SM3_BYTES];
  sm3_mac(key, (const uint8_t *)text, strlen(text), mac);
  write_hex(mac, sizeof mac, hex);
}

static int make_nonce(char nonce[NONCE_BYTES * 2 + 1]) {
  uint8_t bytes[NONCE_BYTES];
  if (!fill_random(bytes, sizeof bytes)) return 0;
  write_hex(bytes, sizeof bytes, nonce);
  return 1;
}

/* Whether the peer of this very connection knows the token, so that its answers may be believed. */
static int is_proven(connection one, const struct session *session) {
  char challenge[NONCE_BYTES * 2 + 1], head[256], text[128], wanted[SM3_BYTES * 2 + 1];
  if (!make_nonce(challenge)) return 0;
  snprintf(head, sizeof head, "GET /v1/health?challenge=%s&keyId=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", challenge,
           session->key_id, session->port);
  snprintf(text, sizeof text, "mip-agent proof\n%d\n%s", session->port, challenge);
  write_mac(session->key, text, wanted);
  struct reply reply;
  if (exchange(one, head, "", 0, PROOF_WAIT_MS, &reply) != EXCHANGED) return 0;
  const char *proof = strstr(reply.body, "\"proof\":\"");
  unsigned differs = reply.status != 200 || proof == NULL || strlen(proof) < 9 + SM3_BYTES * 2;
  for (size_t i = 0; !differs && i < SM3_BYTES * 2; i++) differs |= (unsigned)(proof[9 + i] ^ wanted[i]);
  free(reply.body);
  return !differs;
}

/* NULL once the agent has answered. */
static const struct fault *ask_once(const struct session *session, const char *code, const char *body, size_t length,
                               const char *charset, struct reply *reply) {
  uint8_t digest[SM3_BYTES];
  char nonce[NONCE_BYTES * 2 + 1], body_hash[SM3_BYTES * 2 + 1], text[512], signature[SM3_BYTES * 2 + 1], head[1024];
  if (!make_nonce(nonce)) return &agent_away;
  connection one = open_loopback(session->port, CONNECT_WAIT_MS);
  if (one == NO_CONNECTION) return &agent_away;
  if (!is_proven(one, session)) {
    close_connection(one);
    return &agent_unproven;
  }
  sm3((const uint8_t *)body, length, digest);
  write_hex(digest, sizeof digest, body_hash);
  long long now = (long long)time(NULL);
  snprintf(text, sizeof text, "mip-agent request\nPOST\n127.0.0.1:%d\n/call/%s\n%lld\n%s\n%s", session->port, code, now,
           nonce, body_hash);
  write_mac(session->key, text, signature);
  snprintf(head, sizeof head,
           "POST /call/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n"
           "Content-Type: application/json; charset=%s\r\nContent-Length: %lu\r\n"
           "Authorization: HMAC-SM3 %s %lld %s %s\r\n\r\n",
           code, session->port, charset, (unsigned long)length, session->key_id, now, nonce, signature);
  enum exchange end = exchange(one, head, body, length, ANSWER_WAIT_MS, reply);
  close_connection(one);
  return end == EXCHANGED ? NULL : end == NOT_SENT ? &agent_away : &agent_unclear;
}

/* An agent that has just started cannot know which signatures it has seen, and takes only younger ones: it did nothing, and
 * takes the next. */
const struct fault *ask(const struct session *session, const char *code, const char *body, size_t length,
                        const char *charset, struct reply *reply) {
  for (int again = MAX_STALE_REPEATS;; again--) {
    const struct fault *fault = ask_once(session, code, body, length, charset, reply);
    if (fault != NULL || again == 0 || strncmp(reply->body, STALE_ANSWER, strlen(STALE_ANSWER)) != 0) return fault;
    free(reply->body);
    pause_ms(STALE_WAIT_MS);
  }
}
