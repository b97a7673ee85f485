/* http.h: reads answers with a Content-Length, which all of the agent's have. Anything else is no answer. */
#include "http.h"

#include <stdlib.h>
#include <string.h>

#define MAX_HEAD_BYTES 16384
#define MAX_BODY_BYTES (32u * 1024 * 1024)

static char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? (char)(letter + 32) : letter; }

/* The value of a header, or NULL; head is closed by a zero, name is lower case with its colon. */
static const char *find_header(const char *head, const char *name) {
  for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
    line += 2;
    size_t at = 0;
    while (name[at] != 0 && lower(line[at]) == name[at]) at++;
    if (name[at] != 0) continue;
    const char *value = line + at;
    while (*value == ' ') value++;
    return value;
  }
  return NULL;
}

static int read_number(const char *text, size_t *number) {
  if (text == NULL || *text < '0' || *text > '9') return 0;
  *number = 0;
  for (; *text >= '0' && *text <= '9'; text++) {
    *number = *number * 10 + (size_t)(*text - '0');
    if (*number > MAX_BODY_BYTES) return 0;
  }
  return *text == '\r' || *text == ' ';
}

static int names_utf8(const char *type) {
  if (type == NULL) return 0;
  for (; *type != '\r' && *type != 0; type++) {
    size_t at = 0;
    while (at < 5 && lower(type[at]) == "utf-8"[at]) at++;
    if (at == 5) return 1;
  }
  return 0;
}

enum exchange exchange(connection one, const char *head, const char *body, size_t length, int wait_ms,
                       struct reply *reply) {
  int64_t until = monotonic_ms() + wait_ms;
  if (!send_all(one, head, strlen(head))) return NOT_SENT;
  if (length > 0 && !send_all(one, body, length)) return UNCLEAR;

  char buffer[MAX_HEAD_BYTES + 1];
  size_t used = 0;
  char *end = NULL;
  while (end == NULL) {
    int64_t left = until - monotonic_ms();
    if (left <= 0 || used == MAX_HEAD_BYTES) return UNCLEAR;
    long some = receive_some(one, buffer + used, MAX_HEAD_BYTES - used, (int)left);
    if (some <= 0) return UNCLEAR;
    used += (size_t)some;
    buffer[used] = 0;
    end = strstr(buffer, "\r\n\r\n");
  }
  size_t early = used - (size_t)(end + 4 - buffer);
  size_t expected;
  /* What stays of the head closes its last line. */
  char *body_start = end + 4;
  end[2] = 0;
  if (strncmp(buffer, "HTTP/1.1 ", 9) != 0) return UNCLEAR;
  if (!read_number(find_header(buffer, "content-length:"), &expected)) return UNCLEAR;
  if (early > expected) return UNCLEAR;
  reply->status = atoi(buffer + 9);
  reply->is_utf8 = names_utf8(find_header(buffer, "content-type:"));
  reply->length = expected;
  reply->body = malloc(expected + 1);
  if (reply->body == NULL) return TOO_LARGE;
  memcpy(reply->body, body_start, early);
  for (size_t at = early; at < expected;) {
    int64_t left = until - monotonic_ms();
    long some = left <= 0 ? -1 : receive_some(one, reply->body + at, expected - at, (int)left);
    if (some <= 0) {
      free(reply->body);
      return UNCLEAR;
    }
    at += (size_t)some;
  }
  reply->body[expected] = 0;
  return EXCHANGED;
}
