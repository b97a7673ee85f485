// Talks to native/client/test/driver.c, the program that calls the client library by name: one line out, one line back.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type Called = {
  /** What the function returned: the length of the whole answer, or a negative number. */
  readonly result: number
  /** What stands in the caller's buffer; undefined when the library wrote behind it, or did not close it. */
  readonly bytes: Buffer | undefined
}

export type ClientDriver = {
  readonly open: (kind: 'A' | 'W', port: number, token: string) => Promise<number>
  readonly call: (kind: 'A' | 'W', code: string, size: number, input: Uint8Array) => Promise<Called>
  readonly answer: (kind: 'A' | 'W', size: number) => Promise<Called>
  readonly close: () => Promise<number>
  readonly end: () => Promise<void>
}

const encode = (kind: 'A' | 'W', text: string): string =>
  Buffer.from(text, kind === 'A' ? 'utf8' : 'utf16le').toString('hex')

/** `command`: how to start the driver; `library`: the path it loads, in that system's spelling. */
export const startDriver = (command: readonly [string, ...string[]], library: string): ClientDriver => {
  const [program, ...args] = command
  const child = spawn(program, [...args, library], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  const ask = async (...words: readonly (string | number)[]): Promise<readonly string[]> => {
    child.stdin.write(`${words.join(' ')}\n`)
    const { value, done } = await lines.next()
    if (done === true) throw new Error('the driver ended')
    return value.split(' ')
  }
  const asCalled = ([result = '', out = '']: readonly string[]): Called => ({
    result: Number(result),
    bytes: out === '!' ? undefined : Buffer.from(out, 'hex'),
  })
  return {
    open: async (kind, port, token) => Number((await ask(`open${kind}`, port, encode(kind, token)))[0]),
    call: async (kind, code, size, input) =>
      asCalled(await ask(`call${kind}`, encode(kind, code), size, Buffer.from(input).toString('hex'))),
    answer: async (kind, size) => asCalled(await ask(`answer${kind}`, size)),
    close: async () => Number((await ask('close'))[0]),
    end: async () => {
      child.stdin.end()
      await ended
    },
  }
}
