/* Owns the text of the frames: a strict reader for the two requests, and a writer. See protocol.h. */
#include "protocol.h"

#include <stdlib.h>
#include <string.h>

/* What is left of the JSON. */
struct reader {
  const char *at;
  const char *end;
};

static int take(struct reader *reader, const char *literal) {
  const size_t length = strlen(literal);
  if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, literal, length) != 0) return 0;
  reader->at += length;
  return 1;
}

static int take_number(struct reader *reader, uint32_t most, uint32_t *number) {
  uint64_t value = 0;
  const char *const start = reader->at;
  for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
    value = value * 10 + (uint64_t)(*reader->at - '0');
    if (value > most) return 0;
  }
  *number = (uint32_t)value;
  return reader->at > start && *start != '0';
}

static int take_name(struct reader *reader, char *name) {
  size_t length = 0;
  while (reader->at < reader->end && length < MAX_NAME_BYTES) {
    const char byte = *reader->at;
    const char small = (char)(byte | 0x20);
    if (!(small >= 'a' && small <= 'z') && !(byte >= '0' && byte <= '9') && byte != '_') break;
    name[length++] = byte;
    reader->at++;
  }
  name[length] = 0;
  return length > 0;
}

/* 0 to 63, or -1. */
static int sextet_of(char digit) {
  if (digit >= 'A' && digit <= 'Z') return digit - 'A';
  if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
  if (digit >= '0' && digit <= '9') return digit - '0' + 52;
  if (digit == '+') return 62;
  return digit == '/' ? 63 : -1;
}

/* The text between two quotes, from base64 as every encoder writes it; the quote in front is taken already. */
static int take_base64(struct reader *reader, char **text, size_t *length) {
  const char *close = memchr(reader->at, '"', (size_t)(reader->end - reader->at));
  if (close == NULL || (close - reader->at) % 4 != 0) return 0;
  size_t digits = (size_t)(close - reader->at);
  if (digits > 0 && reader->at[digits - 1] == '=') digits -= reader->at[digits - 2] == '=' ? 2 : 1;
  char *bytes = malloc(digits / 4 * 3 + 3);
  if (bytes == NULL) return 0;
  size_t used = 0;
  uint32_t bits = 0;
  for (size_t i = 0; i < digits; i++) {
    const int sextet = sextet_of(reader->at[i]);
    if (sextet < 0) {
      free(bytes);
      return 0;
    }
    bits = bits << 6 | (uint32_t)sextet;
    if (i % 4 != 0) bytes[used++] = (char)(bits >> (6 - i % 4 * 2) & 0xff);
  }
  /* The bits of the last digit that stand for nothing. */
  if ((digits % 4 == 2 && (bits & 15) != 0) || (digits % 4 == 3 && (bits & 3) != 0)) {
    free(bytes);
    return 0;
  }
  bytes[used] = 0;
  reader->at = close + 1;
  *text = bytes;
  *length = used;
  return 1;
}

static int take_arguments(struct reader *reader, struct request *request) {
  uint32_t caps = 0;
  do {
    if (request->argument_count == MAX_ARGUMENTS) return 0;
    struct argument *argument = &request->arguments[request->argument_count];
    if (take(reader, "\"")) {
      if (!take_base64(reader, &argument->text, &argument->text_bytes)) return 0;
    } else if (!take_number(reader, OUTPUT_CAP_BYTES, &argument->cap_bytes)) {
      return 0;
    }
    caps += argument->cap_bytes;
    request->argument_count++;
  } while (take(reader, ","));
  return caps <= OUTPUT_CAP_BYTES && take(reader, "]");
}

static int take_call(struct reader *reader, struct request *request) {
  return take(reader, ",\"function\":\"") && take_name(reader, request->function) &&
         take(reader, "\",\"arguments\":[") && take_arguments(reader, request) && take(reader, ",\"deadlineMs\":") &&
         take_number(reader, INT32_MAX, &request->deadline_ms);
}

int read_request(const char *json, size_t length, struct request *request) {
  struct reader reader = {json, json + length};
  memset(request, 0, sizeof *request);
  int whole = 0;
  if (take(&reader, "{\"type\":\"call\",\"id\":")) {
    request->kind = REQUEST_CALL;
    whole = take_number(&reader, UINT32_MAX, &request->id) && take_call(&reader, request);
  } else if (take(&reader, "{\"type\":\"ping\",\"id\":")) {
    request->kind = REQUEST_PING;
    whole = take_number(&reader, UINT32_MAX, &request->id);
  }
  if (whole && take(&reader, "}") && reader.at == reader.end) return 1;
  free_request(request);
  return 0;
}

void free_request(struct request *request) {
  for (int i = 0; i < MAX_ARGUMENTS; i++) {
    free(request->arguments[i].text);
    request->arguments[i].text = NULL;
  }
}

/* Makes room for `length` more bytes and returns where they go; NULL when memory ran out. */
static unsigned char *reserve(struct frame *frame, size_t length) {
  if (frame->bytes == NULL) return NULL;
  if (frame->capacity - frame->used < length) {
    const size_t capacity = (frame->used + length) * 2;
    unsigned char *bytes = realloc(frame->bytes, capacity);
    if (bytes == NULL) {
      free_frame(frame);
      return NULL;
    }
    frame->bytes = bytes;
    frame->capacity = capacity;
  }
  unsigned char *place = frame->bytes + frame->used;
  frame->used += length;
  return place;
}

void start_frame(struct frame *frame) {
  const size_t enough_for_most = 1024;
  frame->bytes = malloc(enough_for_most);
  frame->capacity = enough_for_most;
  frame->used = FRAME_HEAD_BYTES;
}

void add_text(struct frame *frame, const char *text) {
  const size_t length = strlen(text);
  unsigned char *place = reserve(frame, length);
  if (place != NULL) memcpy(place, text, length);
}

void add_number(struct frame *frame, uint64_t number) {
  char digits[21];
  char *at = digits + sizeof digits - 1;
  *at = 0;
  do *--at = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  add_text(frame, at);
}

void add_base64(struct frame *frame, const void *bytes, size_t length) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char *from = bytes;
  unsigned char *place = reserve(frame, (length + 2) / 3 * 4 + 2);
  if (place == NULL) return;
  *place++ = '"';
  for (size_t i = 0; i < length; i += 3) {
    const size_t left = length - i;
    const uint32_t bits = (uint32_t)from[i] << 16 | (left > 1 ? (uint32_t)from[i + 1] << 8 : 0) | (left > 2 ? from[i + 2] : 0);
    *place++ = (unsigned char)alphabet[bits >> 18];
    *place++ = (unsigned char)alphabet[bits >> 12 & 63];
    *place++ = left > 1 ? (unsigned char)alphabet[bits >> 6 & 63] : '=';
    *place++ = left > 2 ? (unsigned char)alphabet[bits & 63] : '=';
  }
  *place = '"';
}

int finish_frame(struct frame *frame) {
  if (frame->bytes == NULL) return 0;
  const size_t length = frame->used - FRAME_HEAD_BYTES;
  if (length > FRAME_CAP_BYTES) return 0;
  for (size_t i = 0; i < FRAME_HEAD_BYTES; i++) frame->bytes[i] = (unsigned char)(length >> (8 * i) & 0xff);
  return 1;
}

void free_frame(struct frame *frame) {
  free(frame->bytes);
  frame->bytes = NULL;
}
