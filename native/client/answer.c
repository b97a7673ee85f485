/* answer.h: without ever cutting a character or writing past the caller's buffer. */
#include "answer.h"

#include "mip-client.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct answer {
  int is_wide;
  size_t length; /* in units, without the closing zero */
  /* The units follow. */
};

static void *units_of(struct answer *answer) { return answer + 1; }

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

struct answer *answer_of_fault(const struct fault *fault, int is_wide) {
  size_t length = 0;
  if (!is_wide) return keep_bytes(fault->gbk, strlen(fault->gbk));
  while (fault->wide[length] != 0) length++;
  return keep_units(fault->wide, length);
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

struct answer *answer_of_reply(const struct reply *reply, int is_wide) {
  if (is_wide) return widen(reply);
  return reply->is_utf8 ? escape(reply) : keep_bytes(reply->body, reply->length);
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

int finish(struct answer *answer, void *out, int out_length) {
  if (answer == NULL) return MIP_NO_MEMORY;
  struct answer *before = thread_pointer();
  if (!set_thread_pointer(answer)) {
    free(answer);
    return MIP_NO_MEMORY;
  }
  free(before);
  return hand_over(answer, out, out_length);
}

int hand_over_again(int is_wide, void *out, int out_length) {
  const struct answer *answer = thread_pointer();
  if (answer == NULL || answer->is_wide != is_wide || out_length < 0) return MIP_BAD_ARGUMENT;
  return hand_over(answer, out, out_length);
}
