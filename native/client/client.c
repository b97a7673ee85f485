/* The entry points of mip-client.h: proves the agent, signs the request, and hands the answer over without ever cutting a
 * character or writing past the caller's buffer. The token itself is never sent (docs/security.md). */
#include "mip-client.h"

#include "http.h"
#include "sm3.h"

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
#define MAX_CODE_BYTES 20
#define MAX_INPUT_BYTES (8u * 1024 * 1024)
#define NONCE_BYTES 16
#define STALE_ANSWER "{\"code\":\"SIGNATURE_STALE\""
#define STALE_WAIT_MS 1000
#define MAX_STALE_REPEATS 3

struct session {
  int port;
  uint8_t key[SM3_BYTES];
  char key_id[NONCE_BYTES * 2 + 1];
};

static struct session current;
static int is_open;

/* The last answer of a thread: bytes of GB18030, or units of UTF-16. */
struct answer {
  int is_wide;
  size_t length; /* in units, without the closing zero */
  /* The units follow. */
};

static void *units_of(struct answer *answer) { return answer + 1; }

/* Answers of the library's own. Narrow literals of this file are GBK: scripts/build-native.ts says so to the compiler. */
struct fault {
  const char *gbk;
  const uint16_t *wide;
};

#define FAULT_TEXT(code, zh, en) "{\"code\":\"" code "\",\"message\":\"" zh "\",\"data\":{\"messageEn\":\"" en "\"}}"
#define FAULT(code, zh, en) {FAULT_TEXT(code, zh, en), u"" FAULT_TEXT(code, zh, en)}

static const struct fault away = FAULT("AGENT_AWAY", "医保移动支付助手没有应答, 请确认它已启动; 本次请求没有发出",
                                       "The agent does not answer; nothing was sent.");
static const struct fault unproven =
    FAULT("AGENT_UNPROVEN", "应答的程序不认识此令牌: 令牌不对或已吊销, 或端口被别的程序占用; 本次请求没有发出",
          "Whoever answers does not know this token: wrong or revoked, or another program has the port; nothing was sent.");
static const struct fault unclear =
    FAULT("AGENT_UNCLEAR", "请求已发出而没有收到完整应答, 结果不明: 用同一单号再调一次或查询 6301, 不要另开新单",
          "Sent, and no whole answer came: call again with the same number or ask 6301; do not start a new order.");
static const struct fault bad_code =
    FAULT("ROUTE_NOT_FOUND", "交易码应为 1 到 20 个字母或数字", "The code must be 1 to 20 letters or digits.");
static const struct fault bad_text =
    FAULT("CHARSET_UNKNOWN", "入参中有不成对的 UTF-16 代理码", "The input holds a lone UTF-16 surrogate.");
static const struct fault too_long =
    FAULT("BODY_TOO_LARGE", "入参超过 8 MiB; 本次请求没有发出", "The input exceeds 8 MiB; nothing was sent.");

static void write_hex(const uint8_t *bytes, size_t length, char *text) {
  for (size_t i = 0; i < length; i++) {
    text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
    text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
  }
  text[2 * length] = 0;
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
  if (!make_nonce(nonce)) return &away;
  connection one = open_loopback(session->port, CONNECT_WAIT_MS);
  if (one == NO_CONNECTION) return &away;
  if (!is_proven(one, session)) {
    close_connection(one);
    return &unproven;
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
  return end == EXCHANGED ? NULL : end == NOT_SENT ? &away : &unclear;
}

/* An agent that has just started cannot know which signatures it has seen, and takes only younger ones: it did nothing, and
 * takes the next. */
static const struct fault *ask(const struct session *session, const char *code, const char *body, size_t length,
                               const char *charset, struct reply *reply) {
  for (int again = MAX_STALE_REPEATS;; again--) {
    const struct fault *fault = ask_once(session, code, body, length, charset, reply);
    if (fault != NULL || again == 0 || strncmp(reply->body, STALE_ANSWER, strlen(STALE_ANSWER)) != 0) return fault;
    free(reply->body);
    pause_ms(STALE_WAIT_MS);
  }
}

static struct answer *new_answer(int is_wide, size_t length) {
  struct answer *answer = malloc(sizeof *answer + (length + 1) * (is_wide ? 2 : 1));
  if (answer != NULL) *answer = (struct answer){is_wide, length};
  return answer;
}

static struct answer *keep_bytes(const char *bytes, size_t length) {
  struct answer *answer = new_answer(0, length);
  if (answer == NULL) return NULL;
  memcpy(units_of(answer), bytes, length);
  ((char *)units_of(answer))[length] = 0;
  return answer;
}

static struct answer *keep_units(const uint16_t *units, size_t length) {
  struct answer *answer = new_answer(1, length);
  if (answer == NULL) return NULL;
  memcpy(units_of(answer), units, length * 2);
  ((uint16_t *)units_of(answer))[length] = 0;
  return answer;
}

static struct answer *keep_fault(const struct fault *fault, int is_wide) {
  size_t length = 0;
  if (!is_wide) return keep_bytes(fault->gbk, strlen(fault->gbk));
  while (fault->wide[length] != 0) length++;
  return keep_units(fault->wide, length);
}

/* The next character of UTF-8 text that the agent wrote; what is not UTF-8 counts as U+FFFD. */
static uint32_t next_character(const uint8_t *text, size_t length, size_t *at) {
  uint8_t first = text[(*at)++];
  if (first < 0x80) return first;
  unsigned more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  uint32_t character = more == 0 ? 0xfffd : first & (0x3fu >> more);
  for (; more > 0; more--) {
    if (*at >= length || (text[*at] & 0xc0) != 0x80) return 0xfffd;
    character = character << 6 | (text[(*at)++] & 0x3f);
  }
  return character;
}

static size_t put_units(uint32_t character, uint16_t units[2]) {
  if (character < 0x10000) {
    units[0] = (uint16_t)character;
    return 1;
  }
  units[0] = (uint16_t)(0xd800 + ((character - 0x10000) >> 10));
  units[1] = (uint16_t)(0xdc00 + (character & 0x3ff));
  return 2;
}

static struct answer *widen(const struct reply *reply) {
  const uint8_t *text = (const uint8_t *)reply->body;
  struct answer *answer = new_answer(1, reply->length);
  if (answer == NULL) return NULL;
  uint16_t *units = units_of(answer);
  size_t used = 0;
  for (size_t at = 0; at < reply->length;) used += put_units(next_character(text, reply->length, &at), units + used);
  units[used] = 0;
  answer->length = used;
  return answer;
}

/* A refusal in UTF-8 to a caller of GBK: the same JSON, with everything that is not ASCII escaped. */
static struct answer *escape(const struct reply *reply) {
  const uint8_t *text = (const uint8_t *)reply->body;
  struct answer *answer = new_answer(0, reply->length * 6);
  if (answer == NULL) return NULL;
  char *bytes = units_of(answer);
  size_t used = 0;
  for (size_t at = 0; at < reply->length;) {
    uint16_t units[2];
    uint32_t character = next_character(text, reply->length, &at);
    if (character < 0x80) {
      bytes[used++] = (char)character;
      continue;
    }
    size_t count = put_units(character, units);
    for (size_t i = 0; i < count; i++) used += (size_t)snprintf(bytes + used, 7, "\\u%04x", units[i]);
  }
  bytes[used] = 0;
  answer->length = used;
  return answer;
}

/* As many units as fit without cutting a character. */
static size_t fitting(const struct answer *answer, size_t room) {
  if (answer->length <= room) return answer->length;
  if (answer->is_wide) {
    const uint16_t *units = (const uint16_t *)(const void *)(answer + 1);
    return room > 0 && (units[room - 1] & 0xfc00) == 0xd800 ? room - 1 : room;
  }
  const uint8_t *bytes = (const uint8_t *)(answer + 1);
  size_t at = 0;
  for (;;) {
    /* GB18030: one byte, two, or four when the second one is a digit. */
    size_t size = bytes[at] < 0x81 ? 1 : bytes[at + 1] >= '0' && bytes[at + 1] <= '9' ? 4 : 2;
    if (at + size > room) return at;
    at += size;
  }
}

static int hand_over(const struct answer *answer, void *out, int out_length) {
  if (out != NULL && out_length > 0) {
    size_t count = fitting(answer, (size_t)out_length - 1);
    size_t size = answer->is_wide ? 2 : 1;
    memcpy(out, answer + 1, count * size);
    memset((char *)out + count * size, 0, size);
  }
  return (int)answer->length;
}

/* Keeps the answer for this thread and hands over what fits. */
static int finish(struct answer *answer, void *out, int out_length) {
  if (answer == NULL) return MIP_NO_MEMORY;
  struct answer *before = thread_pointer();
  if (!set_thread_pointer(answer)) {
    free(answer);
    return MIP_NO_MEMORY;
  }
  free(before);
  return hand_over(answer, out, out_length);
}

static int take_session(struct session *session) {
  lock();
  int open = is_open;
  *session = current;
  unlock();
  return open;
}

static int is_code(const char *code) {
  size_t length = 0;
  for (; code[length] != 0; length++) {
    char letter = code[length];
    int plain = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    if (!plain || length == MAX_CODE_BYTES) return 0;
  }
  return length > 0;
}

/* body: UTF-8 for a wide caller, GBK for the other. */
static int call(const char *code, const char *body, size_t length, int is_wide, void *out, int out_length) {
  struct session session;
  struct reply reply;
  if (!take_session(&session)) return MIP_NOT_OPEN;
  const struct fault *fault = !is_code(code)                ? &bad_code
                              : length > MAX_INPUT_BYTES ? &too_long
                                                         : ask(&session, code, body, length, is_wide ? "utf-8" : "gbk", &reply);
  if (fault != NULL) return finish(keep_fault(fault, is_wide), out, out_length);
  struct answer *answer =
      is_wide ? widen(&reply) : reply.is_utf8 ? escape(&reply) : keep_bytes(reply.body, reply.length);
  free(reply.body);
  return finish(answer, out, out_length);
}

static int open_session(int port, const char *token) {
  size_t length = strlen(token);
  struct session session = {.port = port == 0 ? USUAL_PORT : port};
  uint8_t digest[SM3_BYTES];
  if (port < 0 || port > 65535 || length == 0 || length > MAX_TOKEN_BYTES) return MIP_BAD_ARGUMENT;
  sm3((const uint8_t *)token, length, session.key);
  sm3(session.key, sizeof session.key, digest);
  write_hex(digest, NONCE_BYTES, session.key_id);
  lock();
  current = session;
  is_open = 1;
  unlock();
  return 0;
}

/* UTF-16 to UTF-8, closed by a zero and freed by the caller; NULL without memory. *lone: there was a lone surrogate. */
static char *narrow(const uint16_t *units, size_t *length, int *lone) {
  size_t count = 0, used = 0;
  while (units[count] != 0) count++;
  char *text = malloc(count * 3 + 1);
  *lone = 0;
  if (text == NULL) return NULL;
  for (size_t i = 0; i < count; i++) {
    uint32_t c = units[i];
    if ((c & 0xf800) == 0xd800) {
      if ((c & 0x0400) != 0 || (units[i + 1] & 0xfc00) != 0xdc00) {
        *lone = 1;
        break;
      }
      c = 0x10000 + ((c & 0x3ff) << 10) + (units[++i] & 0x3ffu);
    }
    if (c < 0x80) text[used++] = (char)c;
    else {
      unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
      text[used++] = (char)((0xf00u >> (more + 1) & 0xff) | c >> (6 * more));
      while (more-- > 0) text[used++] = (char)(0x80 | (c >> (6 * more) & 0x3f));
    }
  }
  text[used] = 0;
  *length = used;
  return text;
}

int MIP_CALL MipOpenA(int port, const char *token) {
  return token == NULL ? MIP_BAD_ARGUMENT : open_session(port, token);
}

int MIP_CALL MipOpenW(int port, const uint16_t *token) {
  size_t length;
  int lone;
  if (token == NULL) return MIP_BAD_ARGUMENT;
  char *text = narrow(token, &length, &lone);
  if (text == NULL) return MIP_NO_MEMORY;
  int result = lone ? MIP_BAD_ARGUMENT : open_session(port, text);
  memset(text, 0, length);
  free(text);
  return result;
}

int MIP_CALL MipCallA(const char *code, const char *in, char *out, int out_length) {
  if (code == NULL || in == NULL || out_length < 0) return MIP_BAD_ARGUMENT;
  return call(code, in, strlen(in), 0, out, out_length);
}

int MIP_CALL MipCallW(const uint16_t *code, const uint16_t *in, uint16_t *out, int out_length) {
  size_t code_length, length;
  int odd_code, lone;
  if (code == NULL || in == NULL || out_length < 0) return MIP_BAD_ARGUMENT;
  char *code_text = narrow(code, &code_length, &odd_code);
  char *text = narrow(in, &length, &lone);
  int result = MIP_NO_MEMORY;
  if (code_text != NULL && text != NULL) {
    result = lone ? finish(keep_fault(&bad_text, 1), out, out_length)
                  : call(odd_code ? "" : code_text, text, length, 1, out, out_length);
  }
  free(code_text);
  free(text);
  return result;
}

static int answer_again(int is_wide, void *out, int out_length) {
  const struct answer *answer = thread_pointer();
  if (answer == NULL || answer->is_wide != is_wide || out_length < 0) return MIP_BAD_ARGUMENT;
  return hand_over(answer, out, out_length);
}

int MIP_CALL MipAnswerA(char *out, int out_length) { return answer_again(0, out, out_length); }
int MIP_CALL MipAnswerW(uint16_t *out, int out_length) { return answer_again(1, out, out_length); }

int MIP_CALL MipClose(void) {
  lock();
  memset(&current, 0, sizeof current);
  is_open = 0;
  unlock();
  return 0;
}
