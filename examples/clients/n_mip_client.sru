$PBExportHeader$n_mip_client.sru
$PBExportComments$收费一次, 再全额退费。PowerBuilder 9; 用 WinHTTP 5.1 (Windows 自带), 或 MipClient.dll (ib_dll = TRUE)
// 用法: n_mip_client ln_client; ln_client = CREATE n_mip_client; ln_client.of_start(ls_token, FALSE)
//       ls_paid = ln_client.of_charge('单号', '医保码', ls_template, ls_pay_auth_no); ls_answer = ln_client.of_refund('单号', ls_paid)
// 单号 (medOrgOrd) 由 HIS 给出。中途断电、没有应答: 用同一单号再调一次, 从断的地方接着做, 不会重复收费或退费。
// 出错时抛 RuntimeError, 文本给收费员看。动态库的说明见 docs/client-library.zh-CN.md。
forward
global type n_mip_client from nonvisualobject
end type
end forward

global type n_mip_client from nonvisualobject
end type
global n_mip_client n_mip_client

type prototypes
FUNCTION long MipOpenA(long port, string token) LIBRARY "MipClient.dll"
FUNCTION long MipCallA(string code, string input, ref string output, long outLength) LIBRARY "MipClient.dll"
FUNCTION long MipAnswerA(ref string output, long outLength) LIBRARY "MipClient.dll"
end prototypes

type variables
CONSTANT string AGENT = 'http://127.0.0.1:17600'
// 结果还没定: 不是失败, 按 operationId 等。
CONSTANT string OPEN_CODES = ' OUTCOME_UNKNOWN OPERATION_RUNNING OPERATION_QUEUED '
// 这次没问到, 以后再问。
CONSTANT string LATER_CODES = ' CENTER_UNREACHABLE CENTER_UNCLEAR RATE_LIMITED '
// 动态库没有得到应答。
CONSTANT string LOST_CODES = ' AGENT_AWAY AGENT_UNCLEAR '
CONSTANT long BUFFER_BYTES = 65536
string is_token
boolean ib_dll
end variables

forward prototypes
public subroutine of_stop (string as_why) throws RuntimeError
end prototypes

public subroutine of_start (string as_token, boolean ab_dll);
is_token = as_token
ib_dll = ab_dll
IF ib_dll THEN MipOpenA(0, as_token)
end subroutine

public subroutine of_stop (string as_why) throws RuntimeError;
RuntimeError le_why
le_why = CREATE RuntimeError
le_why.SetMessage(as_why)
THROW le_why
end subroutine

// 应答里第一个这样的文本字段: code 总是第一个。
public function string of_field (string as_answer, string as_name);
long ll_start
ll_start = Pos(as_answer, '"' + as_name + '":"')
IF ll_start = 0 THEN RETURN ''
ll_start = ll_start + Len(as_name) + 4
RETURN Mid(as_answer, ll_start, Pos(as_answer, '"', ll_start) - ll_start)
end function

public function boolean of_is_one_of (string as_code, string as_codes);
RETURN as_code <> '' AND Pos(as_codes, ' ' + as_code + ' ') > 0
end function

// 动态库: GBK 进, GB18030 出。写不下时用 MipAnswerA 取全文, 不再问助手。
public function string of_post_dll (string as_code, string as_body);
string ls_out
long ll_length
ls_out = Space(BUFFER_BYTES)
ll_length = MipCallA(as_code, as_body, ls_out, BUFFER_BYTES)
IF ll_length >= BUFFER_BYTES THEN
  ls_out = Space(ll_length + 1)
  ll_length = MipAnswerA(ls_out, ll_length + 1)
END IF
IF ll_length < 0 OR of_is_one_of(of_field(ls_out, 'code'), LOST_CODES) THEN RETURN ''
RETURN ls_out
end function

// 一次交易。没有应答时返回 '': 那时结果不明。
public function string of_post (string as_code, string as_body);
OLEObject lo_http
string ls_answer
IF ib_dll THEN RETURN of_post_dll(as_code, as_body)
lo_http = CREATE OLEObject
TRY
  IF lo_http.ConnectToNewObject('WinHttp.WinHttpRequest.5.1') <> 0 THEN RETURN ''
  lo_http.SetProxy(1) // 本机的助手从不经过代理
  lo_http.SetTimeouts(2000, 2000, 40000, 40000)
  lo_http.Open('POST', AGENT + '/call/' + as_code, FALSE)
  lo_http.SetRequestHeader('Authorization', 'Bearer ' + is_token)
  lo_http.SetRequestHeader('Content-Type', 'application/json; charset=utf-8')
  lo_http.Send(as_body)
  ls_answer = lo_http.ResponseText
CATCH (RuntimeError le_lost)
  ls_answer = ''
FINALLY
  DESTROY lo_http
END TRY
IF of_field(ls_answer, 'code') = '' THEN ls_answer = '' // 读到一半断开的应答也是没有应答
RETURN ls_answer
end function

// 没有应答就原样再问 (同一单号、同一内容, 助手只办一次); 结果未定就等。
public function string of_call (string as_code, string as_body, integer ai_tries) throws RuntimeError;
integer li_attempt, li_asked
string ls_answer
FOR li_attempt = 1 TO ai_tries
  ls_answer = of_post(as_code, as_body)
  FOR li_asked = 1 TO 15
    IF NOT of_is_one_of(of_field(ls_answer, 'code'), OPEN_CODES) THEN EXIT
    ls_answer = of_post('operation', '{"operationId":"' + of_field(ls_answer, 'operationId') + '","wait":20}')
  NEXT
  IF ls_answer <> '' AND of_field(ls_answer, 'code') <> 'NOT_DONE' THEN EXIT // NOT_DONE: 查询没有看到, 原样再来
  Sleep(2)
NEXT
IF ls_answer = '' THEN of_stop('助手没有应答, 结果不明: 用同一单号再运行一次')
RETURN ls_answer
end function

public function string of_required (string as_answer) throws RuntimeError;
IF of_field(as_answer, 'code') <> '0' THEN of_stop('[' + of_field(as_answer, 'code') + '] ' + of_field(as_answer, 'message'))
RETURN as_answer
end function

// as_template: bill-template.json 的内容, 代替 HIS 自己生成的账单。
public subroutine of_upload (string as_number, string as_voucher, string as_template) throws RuntimeError;
string ls_decoded, ls_bill
long ll_at
// 扫码没有单号, 没有应答时不重复: 请患者重新出示医保码。
ls_decoded = of_required(of_call('6101', '{"code":"' + as_voucher + '","businessType":"01301","operatorId":"OP01",' + &
  '"operatorName":"收费员","officeId":"D01","officeName":"收费处"}', 1))
ls_bill = as_template
ll_at = Pos(ls_bill, '{{medOrgOrd}}')
DO WHILE ll_at > 0
  ls_bill = Replace(ls_bill, ll_at, Len('{{medOrgOrd}}'), as_number)
  ll_at = Pos(ls_bill, '{{medOrgOrd}}')
LOOP
ll_at = Pos(ls_bill, '{{decodeOperationId}}')
ls_bill = Replace(ls_bill, ll_at, Len('{{decodeOperationId}}'), of_field(ls_decoded, 'operationId'))
MessageBox('已上传', 'HIS 须保存 payOrdId ' + of_field(of_required(of_call('6201', ls_bill, 3)), 'payOrdId'))
end subroutine

// 按 next 一步步做, 直到记账; 返回订单。每一步都可以从头再来。
public function string of_charge (string as_number, string as_voucher, string as_template, string as_pay_auth_no) throws RuntimeError;
integer li_step
string ls_order, ls_next, ls_key
ls_key = '{"medOrgOrd":"' + as_number + '"'
FOR li_step = 1 TO 300
  ls_order = of_call('6301', ls_key + '}', 3)
  IF of_field(ls_order, 'code') = 'ORDER_NOT_FOUND' THEN
    ls_next = 'upload'
  ELSEIF of_is_one_of(of_field(ls_order, 'code'), LATER_CODES) THEN
    ls_next = 'wait'
  ELSE
    ls_next = of_field(of_required(ls_order), 'next')
  END IF
  CHOOSE CASE ls_next
    CASE 'upload'
      of_upload(as_number, as_voucher, as_template)
    CASE 'authorize'
      of_required(of_call('authorization', ls_key + ',"payAuthNo":"' + as_pay_auth_no + '"}', 3))
    CASE 'place'
      of_required(of_call('6202', ls_key + ',"mdtrtId":"MD0001"}', 3))
    CASE 'payCash', 'wait'
      Sleep(2) // 等患者付自费部分, 或等核实; 不要重收
    CASE 'book'
      // HIS 在这里记账、保存流水号; 记账失败就回报 false 和原因。
      of_required(of_call('booking', ls_key + ',"success":true}', 3))
    CASE 'none'
      RETURN ls_order
    CASE ELSE
      of_stop(ls_next + ': 需要人工, 见 docs/what-to-do-when.zh-CN.md') // refundCash、person
  END CHOOSE
NEXT
of_stop('等了太久: 用同一单号再运行一次')
RETURN ''
end function

// 退费号先保存再退; 同一退费号只退一次。
public function string of_refund (string as_number, string as_paid) throws RuntimeError;
RETURN of_required(of_call('6203', '{"medOrgOrd":"' + as_number + '","appRefdSn":"R' + as_number + '","refdType":"ALL",' + &
  '"totlRefdAmt":"' + of_field(as_paid, 'feeSumamt') + '","fundRefdAmt":"' + of_field(as_paid, 'fundPay') + '",' + &
  '"psnAcctRefdAmt":"' + of_field(as_paid, 'psnAcctPay') + '","cashRefdAmt":"' + of_field(as_paid, 'ownPayAmt') + '"}', 3))
end function

on n_mip_client.create
call super::create
end on

on n_mip_client.destroy
call super::destroy
end on
