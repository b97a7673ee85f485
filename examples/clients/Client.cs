// 收费一次, 再全额退费。.NET Framework 3.5 以上, 引用 System.Web.Extensions (JavaScriptSerializer); 不需要别的包。
//   Client.exe 单号 [医保码]      环境变量 AGENT (助手地址)、TOKEN (令牌)、PAY_AUTH_NO (患者手机授权)
// 单号 (medOrgOrd) 由 HIS 给出。中途断电、没有应答: 用同一单号再运行一次, 从断的地方接着做, 不会重复收费或退费。
// 编译: csc /r:System.Web.Extensions.dll Client.cs
using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Text;
using System.Threading;
using System.Web.Script.Serialization;

static class Client
{
    static readonly string Agent = Environment.GetEnvironmentVariable("AGENT") ?? "http://127.0.0.1:17600";
    static readonly string Token = Environment.GetEnvironmentVariable("TOKEN");
    const int PauseMs = 2000;
    // 结果还没定: 不是失败, 按 operationId 等。
    static readonly List<string> Open = new List<string> { "OUTCOME_UNKNOWN", "OPERATION_RUNNING", "OPERATION_QUEUED" };
    // 这次没问到, 以后再问。
    static readonly List<string> Later = new List<string> { "CENTER_UNREACHABLE", "CENTER_UNCLEAR", "RATE_LIMITED" };
    /// <summary>已收费的状态; 程序重新运行时可能已经退过。</summary>
    static readonly List<string> Charged = new List<string> { "paid", "partlyRefunded", "refunded" };

    class Answer
    {
        readonly Dictionary<string, object> all;
        public Answer(string json) { all = new JavaScriptSerializer().Deserialize<Dictionary<string, object>>(json); }
        public string Code { get { return (string)all["code"]; } }
        public string Message { get { return (string)all["message"]; } }
        public Dictionary<string, object> Data { get { return (Dictionary<string, object>)all["data"]; } }
        public string Field(string name) { return Data.ContainsKey(name) ? Convert.ToString(Data[name]) : ""; }
        public string Leg(string name) { return (string)((Dictionary<string, object>)Data["legs"])[name]; }
    }

    /// <summary>一次交易。没有应答时抛 WebException: 那时结果不明。</summary>
    static Answer Post(string code, string body)
    {
        var request = (HttpWebRequest)WebRequest.Create(Agent + "/call/" + code);
        request.Method = "POST";
        request.Proxy = null; // 本机的助手从不经过代理
        request.Timeout = request.ReadWriteTimeout = 40000;
        request.ServicePoint.Expect100Continue = false;
        request.ContentType = "application/json; charset=utf-8";
        request.Headers["Authorization"] = "Bearer " + Token;
        var bytes = Encoding.UTF8.GetBytes(body);
        using (var stream = request.GetRequestStream()) stream.Write(bytes, 0, bytes.Length);
        try
        {
            using (var reply = request.GetResponse()) return Read(reply);
        }
        catch (WebException refused)
        {
            if (refused.Response == null) throw;
            using (refused.Response) return Read(refused.Response); // 403、429 也有同样的应答
        }
    }

    static Answer Read(WebResponse reply)
    {
        using (var reader = new StreamReader(reply.GetResponseStream(), Encoding.UTF8)) return new Answer(reader.ReadToEnd());
    }

    /// <summary>没有应答就原样再问 (同一单号、同一内容, 助手只办一次); 结果未定就等。</summary>
    static Answer Call(string code, string body, int tries)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = Post(code, body);
                for (var asked = 0; Open.Contains(answer.Code) && asked < 15; asked++)
                    answer = Post("operation", "{\"operationId\":\"" + answer.Field("operationId") + "\",\"wait\":20}");
                if (answer.Code != "NOT_DONE" || attempt >= tries) return answer; // NOT_DONE: 查询没有看到, 原样再来
            }
            catch (Exception lost)
            {
                // 读到一半断开的应答也是没有应答。
                if (!(lost is WebException) && !(lost is IOException) && !(lost is ArgumentException)) throw;
                if (attempt >= tries) throw new Exception("助手没有应答, 结果不明: 用同一单号再运行一次", lost);
                Thread.Sleep(PauseMs);
            }
        }
    }

    static Answer Call(string code, string body) { return Call(code, body, 3); }

    static Answer Required(Answer answer)
    {
        if (answer.Code == "0") return answer;
        throw new Exception("[" + answer.Code + "] " + answer.Message);
    }

    static void Upload(string number, string voucher)
    {
        // 扫码没有单号, 没有应答时不重复: 请患者重新出示医保码。
        var decoded = Required(Call("6101", "{\"code\":\"" + voucher + "\",\"businessType\":\"01301\",\"operatorId\":\"OP01\"," +
            "\"operatorName\":\"收费员\",\"officeId\":\"D01\",\"officeName\":\"收费处\"}", 1));
        var bill = File.ReadAllText("bill-template.json").Replace("{{medOrgOrd}}", number)
            .Replace("{{decodeOperationId}}", decoded.Field("operationId"));
        Console.WriteLine("已上传, HIS 须保存 payOrdId " + Required(Call("6201", bill)).Field("payOrdId"));
    }

    /// <summary>按 next 一步步做, 直到记账。每一步都可以从头再来。</summary>
    static Answer Charge(string number, string voucher)
    {
        var key = "{\"medOrgOrd\":\"" + number + "\"";
        for (var step = 0; step < 300; step++)
        {
            var order = Call("6301", key + "}");
            var next = order.Code == "ORDER_NOT_FOUND" ? "upload"
                : Later.Contains(order.Code) ? "wait" : Required(order).Field("next");
            switch (next)
            {
                case "upload": Upload(number, voucher); break;
                case "authorize":
                    var payAuthNo = Environment.GetEnvironmentVariable("PAY_AUTH_NO") ?? Console.ReadLine();
                    Required(Call("authorization", key + ",\"payAuthNo\":\"" + payAuthNo + "\"}"));
                    break;
                case "place": Required(Call("6202", key + ",\"mdtrtId\":\"MD0001\"}")); break;
                case "payCash": case "wait":
                    Console.WriteLine(next == "payCash" ? "请患者付自费部分" : "正在核实, 不要重收");
                    Thread.Sleep(PauseMs);
                    break;
                // HIS 在这里记账、保存流水号; 记账失败就回报 false 和原因。
                case "book": Required(Call("booking", key + ",\"success\":true}")); break;
                case "none":
                    if (Charged.Contains(order.Field("state"))) return order;
                    throw new Exception("没有收费, 订单状态 " + order.Field("state"));
                default: throw new Exception(next + ": 需要人工, 见 docs/what-to-do-when.zh-CN.md"); // refundCash、person
            }
        }
        throw new Exception("等了太久: 用同一单号再运行一次");
    }

    /// <summary>退费号先保存再退; 同一退费号只退一次。</summary>
    static Answer Refund(string number, Answer paid)
    {
        return Required(Call("6203", "{\"medOrgOrd\":\"" + number + "\",\"appRefdSn\":\"R" + number + "\",\"refdType\":\"ALL\"," +
            "\"totlRefdAmt\":\"" + paid.Leg("feeSumamt") + "\",\"fundRefdAmt\":\"" + paid.Leg("fundPay") +
            "\",\"psnAcctRefdAmt\":\"" + paid.Leg("psnAcctPay") + "\",\"cashRefdAmt\":\"" + paid.Leg("ownPayAmt") + "\"}"));
    }

    static int Main(string[] args)
    {
        try
        {
            var paid = Charge(args[0], args.Length > 1 ? args[1] : "28010001");
            if (paid.Field("state") == "paid") Console.WriteLine("已收费 " + paid.Leg("feeSumamt") + " 元, 自费 " + paid.Leg("ownPayAmt") + " 元");
            Console.WriteLine("退费后: " + Refund(args[0], paid).Field("state"));
            return 0;
        }
        catch (Exception why)
        {
            Console.Error.WriteLine("停止: " + why.Message);
            return 1;
        }
    }
}
