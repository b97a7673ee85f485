/* The entry points of mip-client.h: the session of this process, and what a call brings and takes. */
#include "mip-client.h"

#include "answer.h"
#include "ask.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CODE_BYTES 20
#define MAX_INPUT_BYTES (8u * 1024 * 1024)

static struct session current;
static int is_open;

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
  if (fault != NULL) return finish(answer_of_fault(fault, is_wide), out, out_length);
  struct answer *answer = answer_of_reply(&reply, is_wide);
  free(reply.body);
  return finish(answer, out, out_length);
}

static int open_session(int port, const char *token) {
  struct session session;
  if (!make_session(port, token, &session)) return MIP_BAD_ARGUMENT;
  lock();
  current = session;
  is_open = 1;
  unlock();
  return 0;
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
    result = lone ? finish(answer_of_fault(&bad_text, 1), out, out_length)
                  : call(odd_code ? "" : code_text, text, length, 1, out, out_length);
  }
  free(code_text);
  free(text);
  return result;
}

int MIP_CALL MipAnswerA(char *out, int out_length) { return hand_over_again(0, out, out_length); }
int MIP_CALL MipAnswerW(uint16_t *out, int out_length) { return hand_over_again(1, out, out_length); }

int MIP_CALL MipClose(void) {
  lock();
  memset(&current, 0, sizeof current);
  is_open = 0;
  unlock();
  return 0;
}
