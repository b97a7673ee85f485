// Owns signed checkpoints: where the chain stood after an entry, and what a retention cut left behind. The chain alone shows a
// changed row; a checkpoint shows a chain that was computed anew, and a tail that is gone. Walking it is walk-chain.ts.
import { randomBytes } from 'node:crypto'
import { createSigner, createVerifier, derivePublicKey } from '../../../core/gm/sm2.ts'
import type { Database } from '../base/open-database.ts'

/** So many entries at most are walked at a start: one checkpoint a thousand, within the commit of that entry. */
export const entriesPerCheckpoint = 1_000

export type Checkpoint = {
  readonly seq: number
  readonly kind: 'head' | 'cut'
  readonly at_ms: number
  readonly chain: Buffer
  /** JSON; of a cut: who, why, how much went, and the digest of what stayed. */
  readonly detail: string
  readonly signature: Buffer
}

export type Checkpoints = {
  /** Signs and inserts; within the caller's transaction. A head that has one already gets no second. */
  readonly add: (kind: Checkpoint['kind'], seq: number, chain: Uint8Array, atMs: number, detail?: object) => void
  readonly isSigned: (checkpoint: Checkpoint) => boolean
  readonly last: () => Checkpoint | undefined
  readonly lastCut: () => Checkpoint | undefined
  /** The first one of a head at or after an entry. */
  readonly nextHead: (seq: number) => Checkpoint | undefined
  readonly signText: (text: string) => Buffer
  readonly isSignedText: (signature: Uint8Array, text: string) => boolean
  /** 65 bytes, hex: whoever keeps it can verify an export without the journal's keys. */
  readonly publicKey: string
}

const userId = Buffer.from('mip-agent journal')

/** What is signed of a checkpoint. */
export const checkpointText = ({ kind, seq, at_ms, chain, detail }: Omit<Checkpoint, 'signature'>): string =>
  JSON.stringify(['checkpoint', kind, seq, at_ms, Buffer.from(chain).toString('hex'), detail])

export const createCheckpoints = (database: Database, privateKey: Uint8Array): Checkpoints => {
  const publicKey = derivePublicKey(privateKey)
  const { verify } = createVerifier({ publicKey, userId })
  // Made at the first signature: a start that signs nothing does not wait for it.
  let signer: ReturnType<typeof createSigner> | undefined
  const signText = (text: string): Buffer => {
    signer ??= createSigner({ privateKey, userId, randomBytes: (length) => randomBytes(length) })
    return Buffer.from(signer(Buffer.from(text)))
  }
  const isSignedText = (signature: Uint8Array, text: string): boolean => verify(signature, Buffer.from(text))
  const insert = database.prepare(
    'INSERT OR IGNORE INTO checkpoints VALUES (@seq, @kind, @at_ms, @chain, @detail, @signature)',
  )
  const last = database.prepare('SELECT * FROM checkpoints ORDER BY seq DESC, kind LIMIT 1')
  const lastCut = database.prepare(`SELECT * FROM checkpoints WHERE kind = 'cut' ORDER BY seq DESC LIMIT 1`)
  const nextHead = database.prepare(`SELECT * FROM checkpoints WHERE kind = 'head' AND seq >= ? ORDER BY seq LIMIT 1`)
  return {
    add: (kind, seq, chain, atMs, detail = {}) => {
      const row = { kind, seq, at_ms: atMs, chain: Buffer.from(chain), detail: JSON.stringify(detail) }
      insert.run({ ...row, signature: signText(checkpointText(row)) })
    },
    isSigned: (checkpoint) => isSignedText(checkpoint.signature, checkpointText(checkpoint)),
    last: () => last.get() as Checkpoint | undefined,
    lastCut: () => lastCut.get() as Checkpoint | undefined,
    nextHead: (seq) => nextHead.get(seq) as Checkpoint | undefined,
    signText,
    isSignedText,
    publicKey: Buffer.from(publicKey).toString('hex'),
  }
}
