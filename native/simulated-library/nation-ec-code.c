/* A simulated national voucher library: same ABI as the real one. A request without `ecQrCode` makes it scan by itself. */
#include "../include/nation-ec-code.h"
#include "behaviour.h"

static const char *transact(const char *in, char *out) {
  char org_id[64], code[CODE_BYTES];
  read_field(in, "\"orgId\"", org_id, sizeof org_id);
  read_field(in, "\"ecQrCode\"", code, sizeof code);
  if (code[0] == 0) drive_scanner(code, sizeof code);
  return behave(code, org_id, 0, out);
}

NATION_EC_EXPORT const char *NATION_EC_CALL NationEcTrans(const char *url, const char *in, char *out) {
  if (url == NULL || in == NULL || out == NULL) return "9999";
  const char *failure = transact(in, out);
  return failure == NULL ? "0000" : failure;
}

NATION_EC_EXPORT int NATION_EC_CALL NationEcTransInt(const char *url, const char *in, char *out) {
  if (url == NULL || in == NULL || out == NULL) return -1;
  return transact(in, out) == NULL ? 0 : -9;
}
