"""收费一次, 再全额退费。只用 Python 3.8 以上的标准库。

    TOKEN=令牌 python3 client.py 单号 [医保码]

单号 (medOrgOrd) 由 HIS 给出。中途断电、关窗口、没有应答: 用同一单号再运行一次, 从断的地方接着做, 不会重复收费或退费。
AGENT 是助手的地址, 默认 http://127.0.0.1:17600。PAY_AUTH_NO 是患者手机授权得到的 payAuthNo, 不给就询问。
"""
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.request

AGENT = os.environ.get('AGENT', 'http://127.0.0.1:17600')
TOKEN = os.environ['TOKEN']
# 结果还没定: 不是失败, 按 operationId 等。
OPEN = {'OUTCOME_UNKNOWN', 'OPERATION_RUNNING', 'OPERATION_QUEUED'}
# 这次没问到, 以后再问。
LATER = {'CENTER_UNREACHABLE', 'CENTER_UNCLEAR', 'RATE_LIMITED'}
PAUSE_S = float(os.environ.get('PAUSE_S', '2'))
# 本机的助手从不经过代理。
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def post(code, fields):
    """一次交易。没有应答时抛 OSError: 那时结果不明。"""
    headers = {'Authorization': f'Bearer {TOKEN}', 'Content-Type': 'application/json'}
    request = urllib.request.Request(f'{AGENT}/call/{code}', json.dumps(fields).encode(), headers)
    try:
        with opener.open(request, timeout=40) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as refused:  # 403、429 也有同样的应答
        return json.load(refused)


def call(code, fields, tries=3):
    """没有应答就原样再问 (同一单号、同一内容, 助手只办一次); 结果未定就等。"""
    for attempt in range(1, tries + 1):
        try:
            answer = post(code, fields)
            for _ in range(15):
                if answer['code'] not in OPEN:
                    break
                answer = post('operation', {'operationId': answer['data']['operationId'], 'wait': 20})
            if answer['code'] != 'NOT_DONE':  # 查询没有看到: 原样再来
                return answer
        except OSError as lost:
            if attempt == tries:
                stop(f'助手没有应答, 结果不明: 用同一单号再运行一次 ({lost})')
            time.sleep(PAUSE_S)
    return answer


def stop(why):
    sys.exit(f'停止: {why}')


def require(answer):
    if answer['code'] != '0':
        faults = ''.join(f'\n  {fault}' for fault in answer['data'].get('faults', []))
        stop(f"[{answer['code']}] {answer['message']}{faults}")
    return answer['data']


def upload(number, voucher):
    who = {'operatorId': 'OP01', 'operatorName': '收费员', 'officeId': 'D01', 'officeName': '收费处'}
    # 扫码没有单号, 没有应答时不重复: 请患者重新出示医保码。
    decoded = require(call('6101', {'code': voucher, 'businessType': '01301', **who}, tries=1))
    template = pathlib.Path(__file__).with_name('bill-template.json').read_text('utf-8')
    bill = template.replace('{{medOrgOrd}}', number).replace('{{decodeOperationId}}', decoded['operationId'])
    uploaded = require(call('6201', json.loads(bill)))
    print(f"已上传, HIS 须保存 payOrdId {uploaded['payOrdId']}")


def charge(number, voucher):
    """按 next 一步步做, 直到记账。每一步都可以从头再来。"""
    for _ in range(300):
        order = call('6301', {'medOrgOrd': number})
        if order['code'] in LATER:
            time.sleep(PAUSE_S)
            continue
        step = 'upload' if order['code'] == 'ORDER_NOT_FOUND' else require(order)['next']
        if step == 'upload':
            upload(number, voucher)
        elif step == 'authorize':
            number_of_phone = os.environ.get('PAY_AUTH_NO') or input('患者手机授权的 payAuthNo: ')
            require(call('authorization', {'medOrgOrd': number, 'payAuthNo': number_of_phone}))
        elif step == 'place':
            require(call('6202', {'medOrgOrd': number, 'mdtrtId': 'MD0001'}))
        elif step in ('payCash', 'wait'):
            print('请患者付自费部分' if step == 'payCash' else '正在核实, 不要重收')
            time.sleep(PAUSE_S)
        elif step == 'book':
            # HIS 在这里记账、保存流水号; 记账失败就回报 False 和原因。
            require(call('booking', {'medOrgOrd': number, 'success': True}))
        elif step == 'none':
            return order['data']
        else:
            stop(f'{step}: 需要人工, 见 docs/what-to-do-when.zh-CN.md')
    stop('等了太久: 用同一单号再运行一次')


def refund(number, legs):
    """退费号先保存再退; 同一退费号只退一次。"""
    amounts = {'totlRefdAmt': legs['feeSumamt'], 'fundRefdAmt': legs['fundPay'], 'psnAcctRefdAmt': legs['psnAcctPay']}
    body = {'medOrgOrd': number, 'appRefdSn': f'R{number}', 'refdType': 'ALL', **amounts, 'cashRefdAmt': legs['ownPayAmt']}
    return require(call('6203', body))


if __name__ == '__main__':
    medOrgOrd, code = sys.argv[1], (sys.argv + ['28010001'])[2]
    paid = charge(medOrgOrd, code)
    if paid['paid']:
        print(f"已收费 {paid['legs']['feeSumamt']} 元, 自费 {paid['legs']['ownPayAmt']} 元")
    print(f"退费后: {refund(medOrgOrd, paid['legs'])['state']}")
