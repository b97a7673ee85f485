// Owns the console's first page: whether the agent on this machine runs. It knows only the bridge.
import type { AgentHealth, DesktopBridge } from '../../contract/desktop-bridge.ts'

declare global {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface merges with Window
  interface Window {
    readonly mipAgent: DesktopBridge
  }
}

const everyMs = 2_000
const environments: Readonly<Record<string, string>> = { sandbox: '沙箱', test: '测试', production: '生产' }

const describe = (health: AgentHealth): { readonly line: string; readonly hint: string } =>
  health.running
    ? {
        line: `助手运行正常 (${environments[health.environment] ?? health.environment})`,
        hint: `版本 ${health.version}`,
      }
    : { line: '助手没有运行', hint: '请启动助手服务, 或联系信息科' }

const show = async (): Promise<void> => {
  const health = await window.mipAgent.readHealth()
  const { line, hint } = describe(health)
  const status = document.getElementById('health')
  const advice = document.getElementById('hint')
  if (status === null || advice === null) return
  status.textContent = line
  status.dataset['running'] = String(health.running)
  advice.textContent = hint
}

void show()
setInterval(() => void show(), everyMs)
