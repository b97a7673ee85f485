/* A simulated library of Shanghai: it never scans, and refuses a request without a code and its channel. */
#include "../include/nation-ec-code.h"
#include "behaviour.h"

NATION_EC_EXPORT const char *NATION_EC_CALL NationEcTrans(const char *url, const char *in, char *out) {
  char org_id[64], code[CODE_BYTES], channel[8];
  if (url == NULL || in == NULL || out == NULL) return "9999";
  read_field(in, "\"orgId\"", org_id, sizeof org_id);
  read_field(in, "\"ecQrCode\"", code, sizeof code);
  read_field(in, "\"ecQrChannel\"", channel, sizeof channel);
  if (code[0] == 0) return "缺少 ecQrCode";
  if (channel[0] < '1' || channel[0] > '3' || channel[1] != 0) return "ecQrChannel 应为 1、2 或 3";
  const char *failure = behave(code, org_id, 0, out);
  return failure == NULL ? "0000" : failure;
}
