/* A simulated yyjks library of Sichuan: result and message in two buffers, everything in GBK. It always scans by itself. */
#include "behaviour.h"

#include <string.h>

VENDOR_EXPORT int VENDOR_CALL NationEcTrans_call(const char *code, const char *url, char *result, char *message);

VENDOR_EXPORT int VENDOR_CALL NationEcTrans_call(const char *code, const char *url, char *result, char *message) {
  char scanned[CODE_BYTES];
  if (code == NULL || url == NULL || result == NULL || message == NULL) return -1;
  if (strcmp(code, "ec.query") != 0) {
    /* 不支持的交易 */
    strcpy(message, "\xB2\xBB\xD6\xA7\xB3\xD6\xB5\xC4\xBD\xBB\xD2\xD7");
    return -3;
  }
  drive_scanner(scanned, sizeof scanned);
  const char *failure = behave(scanned, "", 1, result);
  if (failure == NULL) return 0;
  strcpy(message, failure);
  return -9;
}
