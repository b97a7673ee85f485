// 收费一次, 再全额退费。Delphi 7, Indy 9 或 10 (TIdHTTP); 不需要别的包。本文件另存为 GBK (ANSI) 再编译。
//   Client.exe 单号 令牌文件 [医保码]
// 单号 (medOrgOrd) 由 HIS 给出。中途断电、没有应答: 用同一单号再运行一次, 从断的地方接着做, 不会重复收费或退费。
// 令牌从只给本用户读的文件取, 不放在命令行上。发 GBK, 收 GB18030。
program Client;
{$APPTYPE CONSOLE}
uses
  SysUtils, Classes, Windows, IdHTTP;

const
  Agent = 'http://127.0.0.1:17600';
  PauseMs = 2000;
  // 结果还没定: 不是失败, 按 operationId 等。
  OpenCodes = ' OUTCOME_UNKNOWN OPERATION_RUNNING OPERATION_QUEUED ';
  // 这次没问到, 以后再问。
  LaterCodes = ' CENTER_UNREACHABLE CENTER_UNCLEAR RATE_LIMITED ';

var
  Token: string;

// 应答里第一个这样的文本字段: code 总是第一个。
function Field(const Answer, Name: string): string;
var
  Start: Integer;
begin
  Result := '';
  Start := Pos('"' + Name + '":"', Answer);
  if Start = 0 then Exit;
  Result := Copy(Answer, Start + Length(Name) + 4, MaxInt);
  SetLength(Result, Pos('"', Result) - 1);
end;

function IsOneOf(const Code, Codes: string): Boolean;
begin
  Result := (Code <> '') and (Pos(' ' + Code + ' ', Codes) > 0);
end;

function ReadText(const FileName: string): string;
begin
  with TStringList.Create do
  try
    LoadFromFile(FileName);
    Result := Trim(Text);
  finally
    Free;
  end;
end;

// 一次交易。没有应答时抛异常: 那时结果不明。
function Post(const Code, Body: string): string;
var
  Http: TIdHTTP;
  Source: TStringStream;
begin
  Http := TIdHTTP.Create(nil);
  Source := TStringStream.Create(Body);
  try
    Http.ReadTimeout := 40000;
    Http.Request.ContentType := 'application/json; charset=gbk';
    Http.Request.CustomHeaders.Values['Authorization'] := 'Bearer ' + Token;
    try
      Result := Http.Post(Agent + '/call/' + Code, Source);
    except
      // 403、429 也有同样的应答。
      on Refused: EIdHTTPProtocolException do Result := Refused.ErrorMessage;
    end;
    // 读到一半断开的应答也是没有应答。
    if Field(Result, 'code') = '' then raise Exception.Create('应答不完整');
  finally
    Source.Free;
    Http.Free;
  end;
end;

// 没有应答就原样再问 (同一单号、同一内容, 助手只办一次); 结果未定就等。
function Call(const Code, Body: string; Tries: Integer = 3): string;
var
  Attempt, Asked: Integer;
begin
  for Attempt := 1 to Tries do
  try
    Result := Post(Code, Body);
    Asked := 0;
    while IsOneOf(Field(Result, 'code'), OpenCodes) and (Asked < 15) do
    begin
      Result := Post('operation', '{"operationId":"' + Field(Result, 'operationId') + '","wait":20}');
      Inc(Asked);
    end;
    if Field(Result, 'code') <> 'NOT_DONE' then Exit; // NOT_DONE: 查询没有看到, 原样再来
  except
    on Lost: Exception do
    begin
      if Attempt = Tries then raise Exception.Create('助手没有应答, 结果不明: 用同一单号再运行一次: ' + Lost.Message);
      Sleep(PauseMs);
    end;
  end;
end;

function Required(const Answer: string): string;
begin
  Result := Answer;
  if Field(Answer, 'code') <> '0' then
    raise Exception.Create('[' + Field(Answer, 'code') + '] ' + Field(Answer, 'message'));
end;

procedure Upload(const Number, Voucher: string);
var
  Decoded, Bill: string;
begin
  // 扫码没有单号, 没有应答时不重复: 请患者重新出示医保码。
  Decoded := Required(Call('6101', '{"code":"' + Voucher + '","businessType":"01301","operatorId":"OP01",' +
    '"operatorName":"收费员","officeId":"D01","officeName":"收费处"}', 1));
  Bill := StringReplace(ReadText('bill-template.json'), '{{medOrgOrd}}', Number, [rfReplaceAll]);
  Bill := StringReplace(Bill, '{{decodeOperationId}}', Field(Decoded, 'operationId'), [rfReplaceAll]);
  WriteLn('已上传, HIS 须保存 payOrdId ', Field(Required(Call('6201', Bill)), 'payOrdId'));
end;

// 按 next 一步步做, 直到记账; 返回订单。每一步都可以从头再来。
function Charge(const Number, Voucher: string): string;
var
  Step: Integer;
  Key, Next, PayAuthNo: string;
begin
  Key := '{"medOrgOrd":"' + Number + '"';
  for Step := 1 to 300 do
  begin
    Result := Call('6301', Key + '}');
    if Field(Result, 'code') = 'ORDER_NOT_FOUND' then Next := 'upload'
    else if IsOneOf(Field(Result, 'code'), LaterCodes) then Next := 'wait'
    else Next := Field(Required(Result), 'next');
    if Next = 'upload' then Upload(Number, Voucher)
    else if Next = 'authorize' then
    begin
      Write('患者手机授权的 payAuthNo: ');
      ReadLn(PayAuthNo);
      Required(Call('authorization', Key + ',"payAuthNo":"' + PayAuthNo + '"}'));
    end
    else if Next = 'place' then Required(Call('6202', Key + ',"mdtrtId":"MD0001"}'))
    else if (Next = 'payCash') or (Next = 'wait') then
    begin
      WriteLn(Next, ': 等患者付自费部分, 或等核实; 不要重收');
      Sleep(PauseMs);
    end
    // HIS 在这里记账、保存流水号; 记账失败就回报 false 和原因。
    else if Next = 'book' then Required(Call('booking', Key + ',"success":true}'))
    else if Next = 'none' then Exit
    else raise Exception.Create(Next + ': 需要人工, 见 docs/what-to-do-when.zh-CN.md'); // refundCash、person
  end;
  raise Exception.Create('等了太久: 用同一单号再运行一次');
end;

// 退费号先保存再退; 同一退费号只退一次。
function Refund(const Number, Paid: string): string;
begin
  Result := Required(Call('6203', '{"medOrgOrd":"' + Number + '","appRefdSn":"R' + Number + '","refdType":"ALL",' +
    '"totlRefdAmt":"' + Field(Paid, 'feeSumamt') + '","fundRefdAmt":"' + Field(Paid, 'fundPay') + '",' +
    '"psnAcctRefdAmt":"' + Field(Paid, 'psnAcctPay') + '","cashRefdAmt":"' + Field(Paid, 'ownPayAmt') + '"}'));
end;

var
  Voucher: string;
begin
  try
    Token := ReadText(ParamStr(2));
    Voucher := ParamStr(3);
    if Voucher = '' then Voucher := '28010001';
    WriteLn('退费后: ', Field(Refund(ParamStr(1), Charge(ParamStr(1), Voucher)), 'state'));
  except
    on Why: Exception do WriteLn('停止: ', Why.Message);
  end;
end.
