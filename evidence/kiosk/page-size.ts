// Owns measuring what a page of Chromium really keeps, after a collection: its heap snapshot added up, without what V8 compiled and
// without what the debugger itself remembers of a page that it drives.
import type { CDPSession } from 'playwright-core'

export type PageSize = {
  /** Objects, strings, nodes, listeners, signals, timers... */
  readonly keptBytes: number
  /** Functions as V8 compiled them: more the longer a page runs, and bounded by its program. */
  readonly codeBytes: number
  /** The list of requests that the debugger's Network domain keeps; no browser without a debugger has it. */
  readonly debuggerBytes: number
  readonly nodes: number
  readonly listeners: number
}

type Snapshot = {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] }
  }
  readonly nodes: readonly number[]
  readonly strings: readonly string[]
}

/** One collection leaves what the next one finds free. */
const collections = 3

const takeSnapshot = async (session: CDPSession): Promise<Snapshot> => {
  for (let count = 0; count < collections; count += 1) await session.send('HeapProfiler.collectGarbage')
  const parts: string[] = []
  const keep = ({ chunk }: { readonly chunk: string }): void => void parts.push(chunk)
  session.on('HeapProfiler.addHeapSnapshotChunk', keep)
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  session.off('HeapProfiler.addHeapSnapshotChunk', keep)
  return JSON.parse(parts.join('')) as Snapshot
}

const kindOf = (type: string, name: string): 'kept' | 'code' | 'debugger' => {
  if (name.startsWith('blink::NetworkResourcesData')) return 'debugger'
  return type === 'code' ? 'code' : 'kept'
}

const addUp = ({ snapshot: { meta }, nodes, strings }: Snapshot): ReadonlyMap<string, number> => {
  const fields = meta.node_fields
  const [types] = meta.node_types
  const [typeAt, nameAt, sizeAt] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field)) as [
    number,
    number,
    number,
  ]
  const sums = new Map<string, number>()
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = kindOf(types[nodes[at + typeAt] ?? 0] ?? '', strings[nodes[at + nameAt] ?? 0] ?? '')
    sums.set(kind, (sums.get(kind) ?? 0) + (nodes[at + sizeAt] ?? 0))
  }
  return sums
}

/** `session` belongs to the page and has its Performance domain enabled. */
export const measurePage = async (session: CDPSession): Promise<PageSize> => {
  const sums = addUp(await takeSnapshot(session))
  const { metrics } = await session.send('Performance.getMetrics')
  const valueOf = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
  return {
    keptBytes: sums.get('kept') ?? Number.NaN,
    codeBytes: sums.get('code') ?? Number.NaN,
    debuggerBytes: sums.get('debugger') ?? 0,
    nodes: valueOf('Nodes'),
    listeners: valueOf('JSEventListeners'),
  }
}
