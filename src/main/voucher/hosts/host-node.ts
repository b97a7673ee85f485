// The decoder host: a process of its own that loads one vendor library and calls its functions. The library may
// crash or hang it; the agent stays up. It knows nothing of charsets, JSON or patients.
// Arguments: <library path> <function>... Frames: contract/host/host-protocol.ts. The same in C: native/host.
import koffi, { type LibraryHandle } from 'koffi'
import { parseFunctionArgument, type HostFunction } from '../../../contract/host/host-function.ts'
import type { HostCall } from '../../../contract/host/host-protocol.ts'
import { failToStart, serveCalls } from './host-channel.ts'

// Calls run on a worker thread. koffi's 128 KiB stack is too small for vendor libraries (a SIGSEGV without a word).
koffi.config({ async_stack_size: 8 * 1024 * 1024, async_heap_size: 1024 * 1024 })

/** Filled behind an output buffer; what a library writes there is found, and up to this size does no harm. */
const guardBytes = 1024 * 1024
const intactGuard = Buffer.alloc(guardBytes, 0xa5)
const statusCapBytes = 4096

type LibraryFunction = (values: readonly Buffer[]) => Promise<unknown>

const bindFunction = (library: LibraryHandle, { name, parameters, returns }: HostFunction): LibraryFunction => {
  const returned = returns === 'int' ? 'int' : 'void *'
  const types = parameters.map((kind) => (kind === 'text' ? 'const uint8_t *' : 'uint8_t *'))
  const call = library.func('__stdcall', name, returned, types)
  return (values) =>
    new Promise((resolve, reject) => {
      call.async(...values, (error: Error | null, result: unknown) => {
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

/** A text with its NUL, or an empty buffer with its guard behind it. */
const makeArgument = (value: string | number): Buffer => {
  if (typeof value === 'string') return Buffer.concat([Buffer.from(value, 'base64'), Buffer.alloc(1)])
  const output = Buffer.alloc(value + guardBytes)
  intactGuard.copy(output, value)
  return output
}

/** The Windows code for what the loader says in words. A wrong header was found before (library-faults.ts). */
const loadCode = (message: string): number => {
  // Windows answers in the user's language; only koffi's own text about the machine is known.
  if (process.platform === 'win32') return message.startsWith('Cannot load ') ? 193 : 126
  return /cannot open shared object file|undefined symbol|version .* not found/.test(message) ? 126 : 193
}

/** Loads the library and finds its functions, by name; undefined when it cannot, and the agent has been told. */
const bindLibrary = (path: string, functions: readonly HostFunction[]): Map<string, LibraryFunction> | undefined => {
  const bound = new Map<string, LibraryFunction>()
  let missing: string | undefined
  try {
    const library = koffi.load(path)
    for (const declared of functions) {
      missing = declared.name
      bound.set(declared.name, bindFunction(library, declared))
    }
    return bound
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    if (missing === undefined) failToStart({ stage: 'load', code: loadCode(message), message })
    else failToStart({ stage: 'symbol', code: 127, message: missing })
    return undefined
  }
}

const start = (): void => {
  const [path, ...declarations] = process.argv.slice(2)
  const functions = declarations.map(parseFunctionArgument).filter((parsed) => parsed !== undefined)
  if (path === undefined || functions.length === 0 || functions.length < declarations.length) {
    failToStart({ stage: 'arguments', code: 0, message: 'expected: <library> <name:kinds:return>...' })
    return
  }
  const bound = bindLibrary(path, functions)
  if (bound === undefined) return

  serveCalls([...bound.keys()], async ({ function: name, arguments: parameters }: HostCall) => {
    const call = bound.get(name)
    // The protocol is broken; the agent sees the exit.
    if (call === undefined) throw new Error(`no function ${name}`)
    const values = parameters.map(makeArgument)
    const startedAt = process.hrtime.bigint()
    const returned = await call(values)
    const elapsedUs = Number((process.hrtime.bigint() - startedAt) / 1000n)

    const outputs: string[] = []
    let unterminated = false
    for (const [index, capBytes] of parameters.entries()) {
      const output = values[index]
      if (typeof capBytes === 'string' || output === undefined) continue
      if (!output.subarray(capBytes).equals(intactGuard)) return { ok: false, error: 'overrun' }
      const end = output.subarray(0, capBytes).indexOf(0)
      unterminated ||= end === -1
      outputs.push(output.subarray(0, end === -1 ? capBytes : end).toString('base64'))
    }
    return { ok: true, status: readStatus(returned).toString('base64'), elapsedUs, outputs, unterminated }
  })
}

start()
