// Loaded before a program of the desktop under plain Node (`--import`): gives it stand-ins where Electron would give its own parts.
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: new URL('./electron-stand-in.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
})

// The agent's process has a port to its parent; here it is the channel of child_process.fork.
Object.assign(process, {
  parentPort: {
    on: (_event: 'message', listener: (event: { data: unknown }) => void) => {
      process.on('message', (data) => {
        listener({ data })
      })
    },
    postMessage: (message: object) => process.send?.(message),
  },
})
