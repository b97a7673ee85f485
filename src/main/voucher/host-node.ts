// The decoder host: a process of its own that loads one vendor library and calls its one function. The library may
// crash or hang it; the agent stays up. It knows nothing of charsets, JSON or patients.
// Arguments: <library path> <symbol> <pointer|int>. Frames: contract/host-protocol.ts.
import koffi, { type LibraryHandle } from 'koffi'
import type { HostCall } from '../../contract/host-protocol.ts'
import { failToStart, serveCalls } from './host-channel.ts'

// Calls run on a worker thread. koffi's 128 KiB stack is too small for vendor libraries (a SIGSEGV without a word).
koffi.config({ async_stack_size: 8 * 1024 * 1024, async_heap_size: 1024 * 1024 })

/** Filled behind the output buffer; what a library writes there is found, and up to this size does no harm. */
const guardBytes = 1024 * 1024
const intactGuard = Buffer.alloc(guardBytes, 0xa5)
const statusCapBytes = 4096

type NationEcTrans = (url: Buffer, input: Buffer, output: Buffer) => Promise<unknown>

const bindFunction = (library: LibraryHandle, symbol: string, signature: string): NationEcTrans => {
  const returned = signature === 'int' ? 'int' : 'void *'
  const call = library.func('__stdcall', symbol, returned, ['const uint8_t *', 'const uint8_t *', 'uint8_t *'])
  return (url, input, output) =>
    new Promise((resolve, reject) => {
      call.async(url, input, output, (error: Error | null, result: unknown) => {
        if (error === null) resolve(result)
        else reject(error)
      })
    })
}

/** The status as bytes: a number as decimal text, a text byte by byte because reading past its page would crash. */
const readStatus = (returned: unknown): Buffer => {
  if (typeof returned === 'number') return Buffer.from(String(returned), 'ascii')
  const bytes: number[] = []
  if (returned === null) return Buffer.from(bytes)
  while (bytes.length < statusCapBytes) {
    const byte: unknown = koffi.decode(returned, bytes.length, 'uint8_t')
    if (typeof byte !== 'number' || byte === 0) break
    bytes.push(byte)
  }
  return Buffer.from(bytes)
}

const withNul = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(1)])

/** The Windows code for what the loader says in words. A wrong header was found before (library-faults.ts). */
const loadCode = (message: string): number => {
  // Windows answers in the user's language; only koffi's own text about the machine is known.
  if (process.platform === 'win32') return message.startsWith('Cannot load ') ? 193 : 126
  return /cannot open shared object file|undefined symbol|version .* not found/.test(message) ? 126 : 193
}

const start = (): void => {
  const [path, symbol, signature] = process.argv.slice(2)
  if (path === undefined || symbol === undefined || (signature !== 'pointer' && signature !== 'int')) {
    failToStart({ stage: 'arguments', code: 0, message: 'expected: <library path> <symbol> <pointer|int>' })
    return
  }
  let stage: 'load' | 'symbol' = 'load'
  let call: NationEcTrans
  try {
    const library = koffi.load(path)
    stage = 'symbol'
    call = bindFunction(library, symbol, signature)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    failToStart({ stage, code: stage === 'symbol' ? 127 : loadCode(message), message })
    return
  }

  serveCalls({ symbol }, async ({ url, in: input, capBytes }: HostCall) => {
    const output = Buffer.alloc(capBytes + guardBytes)
    intactGuard.copy(output, capBytes)
    const startedAt = process.hrtime.bigint()
    const returned = await call(withNul(Buffer.from(url, 'ascii')), withNul(Buffer.from(input, 'base64')), output)
    const elapsedUs = Number((process.hrtime.bigint() - startedAt) / 1000n)

    if (!output.subarray(capBytes).equals(intactGuard)) return { ok: false, error: 'overrun' }
    const end = output.subarray(0, capBytes).indexOf(0)
    const out = output.subarray(0, end === -1 ? capBytes : end)
    const status = readStatus(returned).toString('base64')
    return { ok: true, status, elapsedUs, unterminated: end === -1, out: out.toString('base64') }
  })
}

start()
