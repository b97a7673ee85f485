// Owns the rows of doctor's table about the way to the center.
import { fault, ok, skipped, warning, type CheckRow } from './check-row.ts'

const it = '信息科'
const center = '医保科, 由其联系医保中心'

export const centerChecks = {
  centerName: {
    title: '中心域名',
    titleEn: 'name of the center',
    meaning: '中心地址里的域名能解析; 填 IP 时不需要。',
    call: it,
    results: {
      ok,
      unresolved: fault('检查 DNS 设置, 或在 hosts 中登记中心给的地址', 'check the DNS, or put it into hosts'),
      skipped,
    },
  },
  centerConnection: {
    title: '到中心的网络',
    titleEn: 'connection to the center',
    meaning: '能建立到中心端口的 TCP 连接。只连接, 不做业务。',
    call: it,
    results: {
      ok,
      refused: fault('核对 center.baseUrl 的端口; 问中心或前置机是否启动', 'check the port; is the center up?', center),
      unreachable: fault('检查医保专网、路由和防火墙', 'check the network, its routes and firewalls'),
      skipped,
    },
  },
  centerTls: {
    title: '中心的加密连接',
    titleEn: 'TLS of the center',
    meaning: '中心的证书可信、与地址相符。',
    call: it,
    results: {
      ok,
      untrusted: fault('向中心索取 CA 证书, 配置 center.caFile', 'get the CA of the center, set center.caFile', center),
      expired: fault('中心的证书已过期, 请中心更换; 若电脑日期不对先校准', 'the certificate has ended', center),
      otherName: fault('核对 center.baseUrl: 地址须与证书上的一致', 'the address must be that of the certificate'),
      failed: fault('核对 HTTP、HTTPS 是否选错, 有无代理拦截', 'HTTP or HTTPS chosen wrongly, or a proxy between'),
      plain: ok,
      skipped,
    },
  },
  centerCertificate: {
    title: '中心证书有效期',
    titleEn: 'certificate of the center',
    meaning: '中心的证书还有几天到期, 不足 30 天时警告。',
    call: center,
    results: {
      ok,
      endsSoon: warning('提醒中心在到期前更换证书', 'remind the center to renew it'),
      skipped,
    },
  },
  centerClock: {
    title: '与中心的时间差',
    titleEn: 'clock of the center',
    meaning: '比较中心应答头里的时间。相差超过 1 分钟警告; 超过应答时间窗的一半 (默认 5 分钟) 时退费和撤销会无法核实。',
    call: it,
    results: {
      ok,
      differs: warning('打开自动对时 (NTP), 与医保专网的时间服务器同步', 'turn on time synchronisation'),
      far: fault('立即校准电脑时间; 电脑时间准确则通知中心', 'set the clock; if it is right, tell the center'),
      noAnswer: warning(
        '能连接而中心不应答: 核对端口是否是医保接口',
        'it connects but does not answer: is it the right port?',
      ),
      skipped,
    },
  },
  centerKeys: {
    title: '与中心的密钥',
    titleEn: 'keys of both sides',
    meaning:
      '向中心发一笔签名的 6301 查询, 订单号 MIPAGENTDOCTOR, 不存在, 不涉及资金和患者; 应答验签通过就证明双方密钥正确, 无论业务结果。',
    call: it,
    results: {
      ok,
      ownRefused: fault(
        '中心解不开或验不过本机构的报文: 请中心核对登记的公钥是否与 center.privateKey 配对, 再核对 center.appSecret、center.userId',
        'the center cannot read or verify us: is its copy of our public key the one of center.privateKey?',
        center,
      ),
      unsigned: warning(
        '中心未签名就拒绝, 证明不了密钥: 把列出的代码和原文告诉中心, 核对 center.appId 是否已登记、启用, 机构编码是否相符',
        'refused without a signature: tell the center the code; is center.appId registered?',
        center,
      ),
      unverified: fault(
        '核对列出的设置; 公钥无误时, 在控制台的设置里用“试出 SM2 用户标识”找出正确的 center.userId',
        'check the settings named; then try the SM2 user ids in the settings of the console',
      ),
      noAnswer: fault(
        '中心收到了连接而没有按时应答: 请中心或前置机的维护人员查 MIPAGENTDOCTOR 是否到达',
        'no answer in time: did MIPAGENTDOCTOR reach the center?',
        center,
      ),
      notSent: fault('没有发出: 先处理上面几项网络检查', 'not sent: see the checks of the network above'),
      strange: fault(
        '应答不是医保接口的报文: 核对 center.baseUrl 的地址、端口和网关路径, 有无代理拦截',
        'the answer is none of the interface: check center.baseUrl',
      ),
      skipped,
    },
  },
  centerForms: {
    title: '中心的签名形式',
    titleEn: 'signature form of the center',
    meaning:
      '各中心对数字、布尔值和空值的签名写法不同; 助手逐一验证, 记住与全部应答相符的写法。供与中心核对, 不需要处理。',
    call: it,
    results: {
      ok,
      skipped,
    },
  },
  callbackListener: {
    title: '回调监听的地址',
    titleEn: 'address of the callback listener',
    meaning:
      '配置了 callbacks 时: 监听的地址在本机, 端口没有被占用或禁止。有误时收不到中心的通知, 收费照常, 结果靠 6301 查询; 恢复后自动监听。',
    call: it,
    results: {
      ok,
      notListening: fault(
        '按所列原因处理: 结束占用端口的程序, 或改正 callbacks.host、callbacks.port; 证书的问题见下一项',
        'free the port or correct callbacks.host and callbacks.port; for a certificate see the next check',
      ),
      skipped,
    },
  },
  callbackCertificate: {
    title: '回调监听的证书',
    titleEn: 'certificate of the callback listener',
    meaning:
      '配置了 callbacks.certFile 时: 证书和私钥能用、相配、没有过期。有误时收不到中心的通知, 收费照常, 结果靠 6301 查询。',
    call: it,
    results: {
      ok,
      unusable: fault(
        '按所列原因更换 callbacks.certFile、callbacks.key 的文件, 然后重启助手; 此前不监听',
        'replace the files of callbacks.certFile and callbacks.key, then restart the agent',
      ),
      ended: fault('换上新证书, 然后重启助手', 'put a new certificate there, then restart the agent'),
      notYet: warning(
        '核对电脑日期; 日期正确则换一张已生效的证书',
        'check the date of this machine, or the certificate',
      ),
      endsSoon: warning('在到期前换上新证书, 然后重启助手', 'renew it, then restart the agent'),
      skipped,
    },
  },
} as const satisfies Readonly<Record<string, CheckRow>>
