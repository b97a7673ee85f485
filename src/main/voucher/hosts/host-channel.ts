// Owns a decoder host's side of the frames: calls in on stdin, frames out on file descriptor 3, and the host's end
// when the agent is gone. It does not know what stands behind the calls (host-node.ts, host-simulated.ts).
import { Socket } from 'node:net'
import type {
  HostCall,
  HostFatal,
  HostFailed,
  HostPong,
  HostReady,
  HostRequest,
  HostReturned,
} from '../../../contract/host/host-protocol.ts'
import { createFrameDecoder, encodeFrame } from './framing.ts'

type Outgoing = HostReady | HostFatal | HostReturned | HostFailed | HostPong
type Returned = Omit<HostReturned, 'type' | 'id' | 'memoryKb'>

// It would open Node's debugger, to every user of the machine.
process.on('SIGUSR1', () => undefined)

/** Ends this process at once: exit() would wait for a thread that hangs in the library. */
export const killSelf = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

const frames = new Socket({ fd: 3, readable: false, writable: true })
// The agent closed its end: nobody is left to serve.
frames.on('error', killSelf)

/** Sends one frame; `sent` runs when the system has taken it. */
export const sendFrame = (frame: Outgoing, sent?: () => void): void => {
  frames.write(encodeFrame(frame), sent)
}

/** Says why the host cannot serve, and ends it. */
export const failToStart = ({ message, ...frame }: Omit<HostFatal, 'type'>): void => {
  sendFrame({ type: 'fatal', ...frame, message: Buffer.from(message).toString('base64') }, () => process.exit(1))
}

/**
 * Says `ready` and serves calls. `answer` gives the reply, or undefined when it ends the process by other means. The
 * deadline is kept here: the host then replies `deadline` and kills itself, since a hung call cannot be ended otherwise.
 */
export const serveCalls = (
  symbols: string[],
  answer: (call: HostCall) => Promise<Returned | Omit<HostFailed, 'type' | 'id'>>,
): void => {
  const serve = async (call: HostRequest): Promise<void> => {
    if (call.type === 'ping') {
      sendFrame({ type: 'pong', id: call.id })
      return
    }
    const overdue = setTimeout(() => {
      sendFrame({ type: 'reply', id: call.id, ok: false, error: 'deadline' }, killSelf)
    }, call.deadlineMs)
    const reply = await answer(call)
    clearTimeout(overdue)
    const memoryKb = Math.round(process.memoryUsage.rss() / 1024)
    sendFrame({ type: 'reply', id: call.id, ...(reply.ok ? { ...reply, memoryKb } : reply) })
  }

  const decoder = createFrameDecoder()
  process.stdin.on('data', (chunk: Buffer) => {
    // A rejection or a broken frame ends the process as an uncaught error, and the agent sees the exit.
    for (const frame of decoder.push(chunk)) void serve(frame as HostRequest)
  })
  process.stdin.on('end', killSelf)
  process.stdin.on('error', killSelf)
  const bits = process.arch === 'ia32' || process.arch === 'arm' ? 32 : 64
  sendFrame({ type: 'ready', bits, symbols, pid: process.pid })
}
