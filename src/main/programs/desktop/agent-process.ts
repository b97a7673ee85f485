// Owns the entry of the agent's process in the desktop (an Electron utilityProcess): its port, its log, its exit.
import '../forbid-debugger.ts'
import type { ParentPort } from 'electron'
import type { DesktopMessage } from '../../../contract/desktop/desktop-agent.ts'
import { processLog } from '../../../core/log/create-log.ts'
import { runForDesktop } from './run-for-desktop.ts'

const { parentPort } = process as unknown as { readonly parentPort: ParentPort }

runForDesktop(
  {
    send: (message) => parentPort.postMessage(message),
    onMessage: (listener) => {
      parentPort.on('message', ({ data }) => listener(data as DesktopMessage))
    },
  },
  processLog('warn'),
  (code) => process.exit(code),
)
