' 收费一次, 再全额退费。VB6 或 VBA (Excel、Access); WinHTTP 5.1 (Windows 自带), 不需要引用。本文件另存为 GBK (ANSI) 再导入。
'   ChargeAndRefund "单号", "令牌", "28010001"
' 单号 (medOrgOrd) 由 HIS 给出。中途断电、没有应答: 用同一单号再运行一次, 从断的地方接着做, 不会重复收费或退费。
Option Explicit

Private Const Agent As String = "http://127.0.0.1:17600"
Private Const PauseSeconds As Long = 2
' 结果还没定: 不是失败, 按 operationId 等。
Private Const OpenCodes As String = " OUTCOME_UNKNOWN OPERATION_RUNNING OPERATION_QUEUED "
' 这次没问到, 以后再问。
Private Const LaterCodes As String = " CENTER_UNREACHABLE CENTER_UNCLEAR RATE_LIMITED "
Private Const Stopped As Long = vbObjectError + 1

Private token As String

Public Sub ChargeAndRefund(ByVal number As String, ByVal tokenOfHis As String, ByVal voucher As String)
  On Error GoTo Failed
  Dim paid As String
  token = tokenOfHis
  paid = Charge(number, voucher)
  MsgBox "已收费 " & Field(paid, "feeSumamt") & " 元, 自费 " & Field(paid, "ownPayAmt") & " 元"
  MsgBox "退费后: " & Field(Refund(number, paid), "state")
  Exit Sub
Failed:
  MsgBox "停止: " & Err.Description, vbExclamation
End Sub

' 应答里第一个这样的文本字段: code 总是第一个。
Private Function Field(ByVal answer As String, ByVal name As String) As String
  Dim start As Long
  start = InStr(answer, """" & name & """:""")
  If start = 0 Then Exit Function
  start = start + Len(name) + 4
  Field = Mid$(answer, start, InStr(start, answer, """") - start)
End Function

Private Function IsOneOf(ByVal code As String, ByVal codes As String) As Boolean
  IsOneOf = code <> "" And InStr(codes, " " & code & " ") > 0
End Function

Private Sub Pause()
  Dim till As Date
  till = DateAdd("s", PauseSeconds, Now)
  Do While Now < till
    DoEvents
  Loop
End Sub

' 一次交易。没有应答时返回 "": 那时结果不明。
Private Function Post(ByVal code As String, ByVal body As String) As String
  On Error GoTo Lost
  Dim http As Object
  Set http = CreateObject("WinHttp.WinHttpRequest.5.1")
  http.SetProxy 1 ' 本机的助手从不经过代理
  http.SetTimeouts 2000, 2000, 40000, 40000
  http.Open "POST", Agent & "/call/" & code, False
  http.SetRequestHeader "Authorization", "Bearer " & token
  http.SetRequestHeader "Content-Type", "application/json; charset=utf-8"
  http.Send body
  Post = http.ResponseText
  If Field(Post, "code") = "" Then Post = "" ' 读到一半断开的应答也是没有应答
  Exit Function
Lost:
  Post = ""
End Function

' 没有应答就原样再问 (同一单号、同一内容, 助手只办一次); 结果未定就等。
Private Function AskAgent(ByVal code As String, ByVal body As String, Optional ByVal tries As Long = 3) As String
  Dim attempt As Long, asked As Long, answer As String
  For attempt = 1 To tries
    answer = Post(code, body)
    For asked = 1 To 15
      If Not IsOneOf(Field(answer, "code"), OpenCodes) Then Exit For
      answer = Post("operation", "{""operationId"":""" & Field(answer, "operationId") & """,""wait"":20}")
    Next
    If answer <> "" And Field(answer, "code") <> "NOT_DONE" Then Exit For ' NOT_DONE: 查询没有看到, 原样再来
    Pause
  Next
  If answer = "" Then Err.Raise Stopped, , "助手没有应答, 结果不明: 用同一单号再运行一次"
  AskAgent = answer
End Function

Private Function Required(ByVal answer As String) As String
  If Field(answer, "code") <> "0" Then Err.Raise Stopped, , "[" & Field(answer, "code") & "] " & Field(answer, "message")
  Required = answer
End Function

' 这个文件里只有 ASCII: 汉字写成 \u 转义。
Private Function ReadTemplate() As String
  Dim number As Integer
  number = FreeFile
  Open "bill-template.json" For Input As #number
  ReadTemplate = Input$(LOF(number), #number)
  Close #number
End Function

Private Sub Upload(ByVal number As String, ByVal voucher As String)
  Dim decoded As String, bill As String
  ' 扫码没有单号, 没有应答时不重复: 请患者重新出示医保码。
  decoded = Required(AskAgent("6101", "{""code"":""" & voucher & """,""businessType"":""01301"",""operatorId"":""OP01""," & _
    """operatorName"":""收费员"",""officeId"":""D01"",""officeName"":""收费处""}", 1))
  bill = Replace(ReadTemplate(), "{{medOrgOrd}}", number)
  bill = Replace(bill, "{{decodeOperationId}}", Field(decoded, "operationId"))
  Debug.Print "已上传, HIS 须保存 payOrdId " & Field(Required(AskAgent("6201", bill)), "payOrdId")
End Sub

' 按 next 一步步做, 直到记账; 返回订单。每一步都可以从头再来。
Private Function Charge(ByVal number As String, ByVal voucher As String) As String
  Dim attempt As Long, order As String, action As String, key As String
  key = "{""medOrgOrd"":""" & number & """"
  For attempt = 1 To 300
    order = AskAgent("6301", key & "}")
    If Field(order, "code") = "ORDER_NOT_FOUND" Then
      action = "upload"
    ElseIf IsOneOf(Field(order, "code"), LaterCodes) Then
      action = "wait"
    Else
      action = Field(Required(order), "next")
    End If
    Select Case action
      Case "upload": Upload number, voucher
      Case "authorize"
        Required AskAgent("authorization", key & ",""payAuthNo"":""" & InputBox("患者手机授权的 payAuthNo") & """}")
      Case "place": Required AskAgent("6202", key & ",""mdtrtId"":""MD0001""}")
      Case "payCash", "wait": Pause ' 等患者付自费部分, 或等核实; 不要重收
      ' HIS 在这里记账、保存流水号; 记账失败就回报 false 和原因。
      Case "book": Required AskAgent("booking", key & ",""success"":true}")
      Case "none"
        If InStr(",paid,partlyRefunded,refunded,", "," & Field(order, "state") & ",") = 0 Then Err.Raise Stopped, , "没有收费, 订单状态 " & Field(order, "state")
        Charge = order
        Exit Function
      Case Else: Err.Raise Stopped, , action & ": 需要人工, 见 docs/what-to-do-when.zh-CN.md" ' refundCash、person
    End Select
  Next
  Err.Raise Stopped, , "等了太久: 用同一单号再运行一次"
End Function

' 退费号先保存再退; 同一退费号只退一次。
Private Function Refund(ByVal number As String, ByVal paid As String) As String
  Refund = Required(AskAgent("6203", "{""medOrgOrd"":""" & number & """,""appRefdSn"":""R" & number & """,""refdType"":""ALL""," & _
    """totlRefdAmt"":""" & Field(paid, "feeSumamt") & """,""fundRefdAmt"":""" & Field(paid, "fundPay") & """," & _
    """psnAcctRefdAmt"":""" & Field(paid, "psnAcctPay") & """,""cashRefdAmt"":""" & Field(paid, "ownPayAmt") & """}"))
End Function
