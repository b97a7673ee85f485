/* fault.h: the texts. Narrow literals of this file are GBK: scripts/build/build-native.ts says so to the compiler. */
#include "fault.h"

#define FAULT_TEXT(code, zh, en) "{\"code\":\"" code "\",\"message\":\"" zh "\",\"data\":{\"messageEn\":\"" en "\"}}"
#define FAULT(code, zh, en) {FAULT_TEXT(code, zh, en), u"" FAULT_TEXT(code, zh, en)}

const struct fault agent_away = FAULT("AGENT_AWAY", "医保移动支付助手没有应答, 请确认它已启动; 本次请求没有发出",
                                       "The agent does not answer; nothing was sent.");
const struct fault agent_unproven =
    FAULT("AGENT_UNPROVEN", "应答的程序不认识此令牌: 令牌不对或已吊销, 或端口被别的程序占用; 本次请求没有发出",
          "Whoever answers does not know this token: wrong or revoked, or another program has the port; nothing was sent.");
const struct fault agent_unclear =
    FAULT("AGENT_UNCLEAR", "请求已发出而没有收到完整应答, 结果不明: 用同一单号再调一次或查询 6301, 不要另开新单",
          "Sent, and no whole answer came: call again with the same number or ask 6301; do not start a new order.");
const struct fault bad_code =
    FAULT("ROUTE_NOT_FOUND", "交易码应为 1 到 20 个字母或数字", "The code must be 1 to 20 letters or digits.");
const struct fault bad_text =
    FAULT("CHARSET_UNKNOWN", "入参中有不成对的 UTF-16 代理码", "The input holds a lone UTF-16 surrogate.");
const struct fault too_long =
    FAULT("BODY_TOO_LARGE", "入参超过 8 MiB; 本次请求没有发出", "The input exceeds 8 MiB; nothing was sent.");
