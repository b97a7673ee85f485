// Owns what the system's error codes mean to a person, for a request that was not sent. The codes come from transport.ts.

/** The agent's own reasons: said without the engineer's words behind them. */
const ownTexts: Readonly<Record<string, string>> = {
  'the center could not be reached': '中心连不上',
  'waits for what was asked before': '等待该订单先前的操作办完',
  '6301 could not be asked first': '中心连不上, 没能先查询 (6301)',
  'expContent cannot be joined with the configured one': 'expContent 与配置的不能合并',
  'not sent': '没有发出',
}

const texts: Readonly<Record<string, string>> = {
  ECONNREFUSED: '中心拒绝连接, 请检查地址和端口, 或前置机是否启动',
  ENOTFOUND: '中心的域名无法解析, 请检查 DNS',
  EAI_AGAIN: '域名解析暂时失败, 请检查网络',
  EHOSTUNREACH: '到中心的网络不通, 请检查专网和防火墙',
  ENETUNREACH: '到中心的网络不通, 请检查专网和防火墙',
  ETIMEDOUT: '连接中心超时, 请检查专网和防火墙',
  ERR_CANCELED: '连接中心超时, 请检查专网和防火墙',
  ECONNRESET: '连接被中断, 请检查网络或 HTTP/HTTPS 是否选错',
  EPROTO: '加密连接失败, 请检查 HTTP/HTTPS 是否选错',
  CERT_HAS_EXPIRED: '中心的证书已过期',
  DEPTH_ZERO_SELF_SIGNED_CERT: '中心的证书未通过验证 (自签), 请配置 center.caFile',
  SELF_SIGNED_CERT_IN_CHAIN: '中心的证书未通过验证, 请配置 center.caFile',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: '中心的证书未通过验证, 请配置 center.caFile',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: '中心的证书未通过验证, 请配置 center.caFile',
  ERR_TLS_CERT_ALTNAME_INVALID: '中心的证书与地址不符',
}

/** Chinese for a reason, with the code in brackets for the engineer; "" for none. */
export const explainConnection = (reason: string): string => {
  if (reason === '') return ''
  return ownTexts[reason] ?? `${texts[reason] ?? '没有发出'} (${reason})`
}
