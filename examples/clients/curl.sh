#!/bin/sh
# 收费一次, 再全额退费。需要 sh、curl (7.55 以上)、sed、grep。
#   TOKEN=令牌 sh curl.sh 单号 [医保码]
# 单号 (medOrgOrd) 由 HIS 给出。中途断电、没有应答: 用同一单号再运行一次, 从断的地方接着做, 不会重复收费或退费。
# AGENT: 助手的地址; PAY_AUTH_NO: 患者手机授权得到的 payAuthNo, 不给就询问; PAUSE_S: 两次查询之间的秒数。
set -u
number=$1 voucher=${2:-28010001} agent=${AGENT:-http://127.0.0.1:17600} pause=${PAUSE_S:-2}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# 令牌放在文件里, 不放在命令行上: 命令行别的用户看得见。
(umask 077 && printf 'Authorization: Bearer %s\n' "$TOKEN" >"$work/header")

stop() {
  echo "停止: $1" >&2
  exit 1
}

# 应答里第一个这样的文本字段。
field() {
  grep -o "\"$1\":\"[^\"]*\"" "$work/answer" | head -n 1 | cut -d '"' -f 4
}

# 一次交易, 请求体从标准输入来。没有应答时失败: 那时结果不明。
post() {
  curl -s -m 40 --noproxy '*' -H "@$work/header" -H 'Content-Type: application/json' --data-binary @- \
    -o "$work/answer" "$agent/call/$1"
}

# 没有应答就原样再问 (同一单号、同一内容, 助手只办一次); 结果未定就等。用法: call 交易码 请求体 [最多几次]
call() {
  attempt=0
  while :; do
    attempt=$((attempt + 1))
    if printf '%s' "$2" | post "$1" && wait_for_result; then
      # 查询没有看到: 原样再来。
      [ "$(field code)" = NOT_DONE ] && [ $attempt -lt "${3:-3}" ] && continue
      return
    fi
    [ $attempt -lt "${3:-3}" ] || stop '助手没有应答, 结果不明: 用同一单号再运行一次'
    sleep "$pause"
  done
}

wait_for_result() {
  asked=0
  while [ $asked -lt 15 ]; do
    case $(field code) in
    OUTCOME_UNKNOWN | OPERATION_RUNNING | OPERATION_QUEUED) ;;
    *) return 0 ;;
    esac
    asked=$((asked + 1))
    printf '{"operationId":"%s","wait":20}' "$(field operationId)" | post operation || return 1
  done
}

require() {
  [ "$(field code)" = 0 ] || stop "[$(field code)] $(field message) $(grep -o '"faults":\[[^]]*\]' "$work/answer")"
}

upload() {
  # 扫码没有单号, 没有应答时不重复: 请患者重新出示医保码。
  call 6101 "{\"code\":\"$voucher\",\"businessType\":\"01301\",\"operatorId\":\"OP01\",\"operatorName\":\"收费员\",\
\"officeId\":\"D01\",\"officeName\":\"收费处\"}" 1
  require
  decoded=$(field operationId)
  call 6201 "$(sed "s/{{medOrgOrd}}/$number/g; s/{{decodeOperationId}}/$decoded/g" "$here/bill-template.json")"
  require
  echo "已上传, HIS 须保存 payOrdId $(field payOrdId)"
}

authorize() {
  pay_auth_no=${PAY_AUTH_NO:-}
  [ -n "$pay_auth_no" ] || {
    printf '患者手机授权的 payAuthNo: '
    read -r pay_auth_no
  }
  call authorization "{\"medOrgOrd\":\"$number\",\"payAuthNo\":\"$pay_auth_no\"}"
  require
}

# 按 next 一步步做, 直到记账。每一步都可以从头再来。
steps=0
while [ $steps -lt 300 ]; do
  steps=$((steps + 1))
  call 6301 "{\"medOrgOrd\":\"$number\"}"
  case $(field code) in
  ORDER_NOT_FOUND) next=upload ;;
  CENTER_UNREACHABLE | CENTER_UNCLEAR | RATE_LIMITED) next=wait ;;
  *) require && next=$(field next) ;;
  esac
  case $next in
  upload) upload ;;
  authorize) authorize ;;
  place) call 6202 "{\"medOrgOrd\":\"$number\",\"mdtrtId\":\"MD0001\"}" && require ;;
  payCash | wait) echo "$next: 等患者付自费部分, 或等核实; 不要重收" && sleep "$pause" ;;
  # HIS 在这里记账、保存流水号; 记账失败就回报 false 和原因。
  book) call booking "{\"medOrgOrd\":\"$number\",\"success\":true}" && require ;;
  none) break ;;
  *) stop "$next: 需要人工, 见 docs/what-to-do-when.zh-CN.md" ;;
  esac
done
[ "$next" = none ] || stop '等了太久: 用同一单号再运行一次'
echo "费用 $(field feeSumamt) 元, 自费 $(field ownPayAmt) 元"

# 退费号先保存再退; 同一退费号只退一次。
call 6203 "{\"medOrgOrd\":\"$number\",\"appRefdSn\":\"R$number\",\"refdType\":\"ALL\",\
\"totlRefdAmt\":\"$(field feeSumamt)\",\"fundRefdAmt\":\"$(field fundPay)\",\
\"psnAcctRefdAmt\":\"$(field psnAcctPay)\",\"cashRefdAmt\":\"$(field ownPayAmt)\"}"
require
echo "退费后: $(field state)"
