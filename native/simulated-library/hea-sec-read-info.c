/* A simulated HeaSecReadInfo: nothing works before Init has had the whole JSON, and only once. */
#include "behaviour.h"

#include <stdio.h>
#include <string.h>

VENDOR_EXPORT int VENDOR_CALL Init(const char *json, char *message);
VENDOR_EXPORT int VENDOR_CALL EcQuery(const char *in, char *out);
VENDOR_EXPORT int VENDOR_CALL ReadCardBas(char *card, char *business);
VENDOR_EXPORT int VENDOR_CALL ReadSFZ(char *person, char *message);
VENDOR_EXPORT int VENDOR_CALL VerifyPIN(char *message);

static int is_open = 0;

/* Tells whether Init was called, and says so in `message` when it was not. */
static int require_open(char *message) {
  if (!is_open) strcpy(message, "未初始化");
  return is_open;
}

VENDOR_EXPORT int VENDOR_CALL Init(const char *json, char *message) {
  static const char *const keys[] = {"IP",       "PORT",        "TIMEOUT",    "LOG_PATH",  "EC_URL", "CARD_PASSTYPE",
                                     "API_NAME", "API_VERSION", "ACCESS_KEY", "SECRETKEY", "ORG_ID", "AREA_CODE"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    char quoted[32];
    snprintf(quoted, sizeof quoted, "\"%s\":", keys[i]);
    if (strstr(json, quoted) != NULL) continue;
    sprintf(message, "初始化缺少 %s", keys[i]);
    return -1;
  }
  if (strstr(json, "\"PORT\":\"") != NULL) {
    strcpy(message, "PORT 应为数字");
    return -1;
  }
  if (is_open) {
    strcpy(message, "重复初始化");
    return -2;
  }
  is_open = 1;
  return 0;
}

VENDOR_EXPORT int VENDOR_CALL EcQuery(const char *in, char *out) {
  char org_id[64], code[CODE_BYTES];
  if (!require_open(out)) return -100;
  read_field(in, "\"orgId\"", org_id, sizeof org_id);
  read_field(in, "\"ecQrCode\"", code, sizeof code);
  if (code[0] == 0) drive_scanner(code, sizeof code);
  const char *failure = behave(code, org_id, 0, out);
  if (failure == NULL) return 0;
  strcpy(out, failure);
  return -9;
}

VENDOR_EXPORT int VENDOR_CALL ReadCardBas(char *card, char *business) {
  char code[CODE_BYTES];
  if (!require_open(business)) return -100;
  drive_scanner(code, sizeof code);
  write_card(code, card);
  return 0;
}

VENDOR_EXPORT int VENDOR_CALL ReadSFZ(char *person, char *message) {
  if (!require_open(message)) return -100;
  strcpy(person, "测试甲|1|汉");
  return 0;
}

VENDOR_EXPORT int VENDOR_CALL VerifyPIN(char *message) {
  return require_open(message) ? 0 : -100;
}
