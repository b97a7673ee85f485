// The agent's process of the desktop as a plain Node program, for tests: its port is the channel of child_process.fork. What
// runs in it is the product's (src/main/programs/desktop/run-for-desktop.ts).
import { runForDesktop } from '../../../src/main/programs/desktop/run-for-desktop.ts'
import type { DesktopMessage } from '../../../src/contract/desktop/desktop-agent.ts'

runForDesktop(
  {
    send: (message) => process.send?.(message),
    onMessage: (listener) => {
      process.on('message', (message) => listener(message as DesktopMessage))
    },
  },
  () => undefined,
  (code) => process.exit(code),
)
