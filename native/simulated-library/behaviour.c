/* Owns what every simulated library does with a code: invented patients, faults on demand. See behaviour.h. */
#define _GNU_SOURCE
#include "behaviour.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <direct.h>
#include <windows.h>
#define getcwd _getcwd
#else
#include <time.h>
#include <unistd.h>
#endif

#define REPLY_BYTES 8192

/* A text in both charsets that libraries reply in. */
struct text {
  const char *utf8;
  const char *gbk;
};

static const struct text SUCCESS = {"成功", "\xB3\xC9\xB9\xA6"};
static const struct text CANCELLED = {"用户取消", "\xD3\xC3\xBB\xA7\xC8\xA1\xCF\xFB"};
static const struct text EXPIRED = {"二维码已过期, 请刷新后重试",
                                    "\xB6\xFE\xCE\xAC\xC2\xEB\xD2\xD1\xB9\xFD\xC6\xDA, "
                                    "\xC7\xEB\xCB\xA2\xD0\xC2\xBA\xF3\xD6\xD8\xCA\xD4"};
static const struct text NO_FRONT_END = {"连接前置机失败", "\xC1\xAC\xBD\xD3\xC7\xB0\xD6\xC3\xBB\xFA\xCA\xA7\xB0\xDC"};
static const struct text TEST = {"测试", "\xB2\xE2\xCA\xD4"};
static const struct text STEMS[10] = {
    {"甲", "\xBC\xD7"}, {"乙", "\xD2\xD2"}, {"丙", "\xB1\xFB"}, {"丁", "\xB6\xA1"}, {"戊", "\xCE\xEC"},
    {"己", "\xBC\xBA"}, {"庚", "\xB8\xFD"}, {"辛", "\xD0\xC1"}, {"壬", "\xC8\xC9"}, {"癸", "\xB9\xEF"},
};
static const char *const REGIONS[4] = {"510100", "510700", "110100", "310100"};

struct patient {
  const struct text *stem;
  const char *region;
  int year, month, day, sequence;
  char id_number[19];
  char token[39];
  uint32_t number;
};

/* What the code's prefixes ask for, besides the endings. */
struct reply_style {
  int gbk;
  int data_as_string;
  int say_where;
};

/* A buffer that text is added to; text beyond its end is cut. */
struct writer {
  char bytes[REPLY_BYTES];
  size_t used;
};

static void wait_ms(long milliseconds) {
#ifdef _WIN32
  Sleep((DWORD)milliseconds);
#else
  struct timespec time = {milliseconds / 1000, (milliseconds % 1000) * 1000000};
  while (nanosleep(&time, &time) != 0) {
  }
#endif
}

static void add(struct writer *writer, const char *format, ...) {
  va_list values;
  va_start(values, format);
  const size_t left = sizeof writer->bytes - writer->used;
  const int wanted = vsnprintf(writer->bytes + writer->used, left, format, values);
  va_end(values);
  if (wanted > 0) writer->used += (size_t)wanted < left ? (size_t)wanted : left - 1;
}

/* Adds the text with JSON's escapes, without the quotes. */
static void add_escaped(struct writer *writer, const char *text) {
  for (const unsigned char *byte = (const unsigned char *)text; *byte != 0; byte++) {
    if (*byte == '"' || *byte == '\\') {
      add(writer, "\\%c", *byte);
    } else if (*byte < 0x20) {
      add(writer, "\\u%04x", (unsigned)*byte);
    } else {
      add(writer, "%c", *byte);
    }
  }
}

void read_field(const char *json, const char *key, char *value, size_t capacity) {
  size_t length = 0;
  const char *at = strstr(json, key);
  if (at != NULL) at += strlen(key);
  while (at != NULL && (*at == ' ' || *at == ':')) at++;
  if (at != NULL && *at == '"') {
    for (at++; *at != 0 && *at != '"' && length + 1 < capacity; at++) {
      if (*at == '\\' && at[1] != 0) at++;
      value[length++] = *at;
    }
  }
  value[length] = 0;
}

/* FNV-1a, 32 bit, from a seed of its own for each use. */
static uint32_t hash(const char *text, uint32_t seed) {
  uint32_t value = 2166136261u + seed;
  for (; *text != 0; text++) value = (value ^ (unsigned char)*text) * 16777619u;
  return value;
}

/* The check digit of the next remainder: well-formed to look at, and never valid. */
static char wrong_check_digit(const char *digits) {
  static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (int i = 0; i < 17; i++) sum += (digits[i] - '0') * weights[i];
  return "10X98765432"[(sum + 1) % 11];
}

static struct patient invent_patient(const char *code) {
  const uint32_t who = hash(code, 1), when = hash(code, 2);
  struct patient patient = {
      .stem = &STEMS[who % 10],
      .region = REGIONS[who / 10 % 4],
      .year = 1940 + (int)(when % 70),
      .month = 1 + (int)(when / 70 % 12),
      .day = 1 + (int)(when / 840 % 28),
      .sequence = (int)(who / 40 % 1000),
      .number = hash(code, 3),
  };
  /* Through a roomy buffer: the compiler cannot know that every part has its width. */
  char text[64];
  snprintf(text, sizeof text, "%s%04d%02d%02d%03d", patient.region, patient.year, patient.month, patient.day,
           patient.sequence);
  memcpy(patient.id_number, text, 17);
  patient.id_number[17] = wrong_check_digit(patient.id_number);
  snprintf(patient.token, sizeof patient.token, "%s%08x%08x%08x%08x", patient.region, (unsigned)who, (unsigned)when,
           (unsigned)patient.number, (unsigned)hash(code, 4));
  return patient;
}

static void add_patient(struct writer *writer, const char *code, const struct reply_style *style) {
  const struct patient patient = invent_patient(code);
  add(writer, "{\"userName\":\"%s%s\",", style->gbk ? TEST.gbk : TEST.utf8,
      style->gbk ? patient.stem->gbk : patient.stem->utf8);
  add(writer, "\"idNo\":\"%s\",\"idType\":\"01\",", patient.id_number);
  add(writer, "\"ecToken\":\"%s\",\"insuOrg\":\"%s\",", patient.token, patient.region);
  add(writer, "\"authNo\":\"SIM%08x\",\"ecIndexNo\":\"\",", (unsigned)patient.number);
  add(writer, "\"gender\":\"%d\",", patient.sequence % 2 == 1 ? 1 : 2);
  add(writer, "\"birthday\":\"%04d-%02d-%02d\",", patient.year, patient.month, patient.day);
  /* Both ways in which libraries say that a field is absent. */
  add(writer, "\"nationality\":null,\"email\":\"null\",\"chnlId\":\"1\",\"ecQrCode\":\"");
  add_escaped(writer, code);
  add(writer, "\"}");
}

static void write_reply(char *out, int code, const char *message, const char *org_id, const char *data) {
  struct writer writer = {.used = 0};
  add(&writer, "{\"code\":%d,\"message\":\"", code);
  add_escaped(&writer, message);
  add(&writer, "\",\"orgId\":\"");
  add_escaped(&writer, org_id);
  add(&writer, "\",\"data\":%s}", data);
  memcpy(out, writer.bytes, writer.used + 1);
}

static void write_success(char *out, const char *org_id, const char *code, const struct reply_style *style) {
  char folder[1024];
  const char *message = style->gbk ? SUCCESS.gbk : SUCCESS.utf8;
  if (style->say_where && getcwd(folder, sizeof folder) != NULL) message = folder;

  struct writer patient = {.used = 0};
  add_patient(&patient, code, style);
  if (!style->data_as_string) {
    write_reply(out, 0, message, org_id, patient.bytes);
    return;
  }
  struct writer quoted = {.used = 0};
  add(&quoted, "\"");
  add_escaped(&quoted, patient.bytes);
  add(&quoted, "\"");
  write_reply(out, 0, message, org_id, quoted.bytes);
}

void drive_scanner(char *code, size_t capacity) {
  static unsigned scans = 0;
  const char *scan_ms = getenv("MIP_SIM_SCAN_MS");
  const char *script = getenv("MIP_SIM_SCRIPT");
  wait_ms(scan_ms != NULL ? atol(scan_ms) : 1000);
  FILE *file = script != NULL ? fopen(script, "r") : NULL;
  code[0] = 0;
  if (file != NULL) {
    if (fgets(code, (int)capacity, file) == NULL) code[0] = 0;
    fclose(file);
    code[strcspn(code, "\r\n")] = 0;
  }
  if (code[0] == 0) snprintf(code, capacity, "2800000000%06u", ++scans);
}

static int use_stack(long kibibytes) {
  volatile char kibibyte[1024];
  kibibyte[0] = (char)kibibytes;
  if (kibibytes <= 0) return kibibyte[0];
  const int below = use_stack(kibibytes - 1);
  return below + kibibyte[0];
}

/* By this text a simulated library is told from a vendor's. */
__attribute__((used)) static const char simulated_mark[] = "mip-agent: simulated vendor library";

/* Moves past "SIM:<word>:" and tells whether the code starts with it. */
static int take_word(const char **code, const char *word) {
  const size_t length = strlen(word);
  const char *at = *code + 4;
  if (strncmp(*code, "SIM:", 4) != 0 || strncmp(at, word, length) != 0 || at[length] != ':') return 0;
  *code = at + length + 1;
  return 1;
}

/* Moves past "<number>:". */
static long take_number(const char **code) {
  char *end;
  const long number = strtol(*code, &end, 10);
  *code = *end == ':' ? end + 1 : end;
  return number;
}

/* Carries out the prefixes that change a call, and moves past them. */
static void take_changes(const char **code, struct reply_style *style) {
  for (;;) {
    if (take_word(code, "slow")) {
      wait_ms(take_number(code));
    } else if (take_word(code, "noise")) {
      printf("vendor debug output {\"id\":1} on stdout\n");
      fflush(stdout);
    } else if (take_word(code, "stack")) {
      use_stack(take_number(code));
    } else if (take_word(code, "leak")) {
      const size_t bytes = (size_t)take_number(code) * 1024;
      static char *volatile kept;
      kept = malloc(bytes);
      if (kept != NULL) memset(kept, 1, bytes);
    } else if (take_word(code, "gbk")) {
      style->gbk = 1;
    } else if (take_word(code, "string")) {
      style->data_as_string = 1;
    } else if (take_word(code, "where")) {
      style->say_where = 1;
    } else {
      return;
    }
  }
}

/* Ends the process or never returns, when the code asks for it. */
static void misbehave(const char *code) {
  if (take_word(&code, "segv")) *(volatile int *)NULL = 1;
  if (take_word(&code, "abort")) abort();
  if (take_word(&code, "exit")) _exit((int)take_number(&code));
  if (take_word(&code, "hang")) {
    for (;;) wait_ms(1000);
  }
  if (take_word(&code, "spin")) {
    for (volatile unsigned turns = 0;; turns++) {
    }
  }
}

const char *behave(const char *code, const char *org_id, int gbk, char *out) {
  struct reply_style style = {gbk, 0, 0};
  take_changes(&code, &style);
  misbehave(code);
  if (take_word(&code, "fail")) return style.gbk ? NO_FRONT_END.gbk : NO_FRONT_END.utf8;
  if (take_word(&code, "cancel")) {
    write_reply(out, -2, style.gbk ? CANCELLED.gbk : CANCELLED.utf8, org_id, "null");
  } else if (take_word(&code, "refuse")) {
    write_reply(out, 10001, style.gbk ? EXPIRED.gbk : EXPIRED.utf8, org_id, "null");
  } else if (take_word(&code, "garbage")) {
    strcpy(out, "<html>502 Bad Gateway</html>");
  } else if (take_word(&code, "fill")) {
    const size_t bytes = (size_t)take_number(&code);
    memset(out, 'A', bytes);
    out[bytes] = 0;
  } else if (take_word(&code, "open")) {
    memset(out, 'A', (size_t)take_number(&code));
  } else {
    write_success(out, org_id, code, &style);
  }
  return NULL;
}

void write_card(const char *code, char *out) {
  const struct patient patient = invent_patient(code);
  sprintf(out, "%s|%s|SIM%08x|%s00|%s%s||3.00|20200101|20300101|000000000001|000000000002", patient.region,
          patient.id_number, (unsigned)patient.number, patient.region, TEST.utf8, patient.stem->utf8);
}
