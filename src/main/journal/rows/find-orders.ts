// Owns finding orders in the journal without reading the others: by a keyed hash, by time, by what changed. Reading an order
// is open-journal.ts.
import type { Lookup } from '../../usecases/base/look-ups.ts'
import type { Journal, OrderKey } from '../../usecases/base/ports.ts'
import type { Database } from '../base/open-database.ts'

const atMostFound = 100

type Finder = Pick<Journal, 'findOrders' | 'readOrdersBetween' | 'listUploads' | 'readOrdersChanged'>

const key = 'o.org_codg AS orgCodg, o.med_org_ord AS medOrgOrd'
const isFirstUpload = (row: string): string =>
  `${row}.kind = 'intent' AND ${row}.verb = 'upload' AND ${row}.attempt = 1`
const page = (row: string): string => `${row}.at_ms >= @fromMs AND ${row}.at_ms < @toMs
  AND (${row}.at_ms, ${row}.order_id) < (@beforeMs, @beforeId) AND o.org_codg = @orgCodg`
const newestFirst = 'ORDER BY atMs DESC, id DESC LIMIT @atMost'

/** Of two sources of rows, those with a place and the newest that have none yet, the first of both. */
const pageOf = (placed: string, unplaced: string): string =>
  `SELECT * FROM (${placed} ${newestFirst}) UNION ALL SELECT * FROM (${unplaced}) ${newestFirst}`

/** CROSS JOIN keeps the order: left to itself SQLite walks through all orders there ever were. */
const prepareFinding = (database: Database) => ({
  found: database.prepare(
    `SELECT ${key} FROM
      (SELECT order_id FROM (SELECT order_id FROM lookups WHERE mac = @mac ORDER BY order_id DESC LIMIT @atMost)
        UNION SELECT order_id FROM new_lookups WHERE mac = @mac ORDER BY order_id DESC LIMIT @atMost) l
      CROSS JOIN orders o ON o.id = l.order_id ORDER BY o.id DESC`,
  ),
  // An order belongs to a span that it began in, also when all that is seen of it now is later.
  between: database.prepare(
    `SELECT ${key} FROM
      (SELECT order_id FROM places WHERE at_ms >= @fromMs AND at_ms < @toMs AND order_id IS NOT NULL
        UNION SELECT order_id FROM new_entries WHERE at_ms >= @fromMs AND at_ms < @toMs AND order_id IS NOT NULL
        UNION SELECT order_id FROM
          (SELECT order_id FROM places WHERE at_ms >= @toMs AND at_ms < @untilMs AND order_id IS NOT NULL
            UNION SELECT order_id FROM new_entries WHERE at_ms >= @toMs AND at_ms < @untilMs AND order_id IS NOT NULL) l
          WHERE coalesce((SELECT f.at_ms FROM places f WHERE f.order_id = l.order_id ORDER BY f.seq LIMIT 1),
            (SELECT f.at_ms FROM new_entries f WHERE f.order_id = l.order_id ORDER BY f.seq LIMIT 1)) < @toMs) e
      CROSS JOIN orders o ON o.id = e.order_id WHERE o.org_codg = @orgCodg ORDER BY o.id LIMIT @atMost`,
  ),
  uploads: database.prepare(
    pageOf(
      `SELECT ${key}, p.at_ms AS atMs, p.order_id AS id FROM places p INDEXED BY orders_by_first_upload
        CROSS JOIN orders o ON o.id = p.order_id WHERE ${isFirstUpload('p')} AND ${page('p')}`,
      `SELECT ${key}, n.at_ms AS atMs, n.order_id AS id FROM new_entries n
        CROSS JOIN orders o ON o.id = n.order_id WHERE ${isFirstUpload('n')} AND ${page('n')}`,
    ),
  ),
  uploadsFound: database.prepare(
    pageOf(
      `SELECT ${key}, p.at_ms AS atMs, p.order_id AS id FROM
        (SELECT order_id FROM lookups WHERE mac = @mac UNION SELECT order_id FROM new_lookups WHERE mac = @mac) l
        CROSS JOIN places p ON p.order_id = l.order_id AND p.op_key = 'upload' AND ${isFirstUpload('p')}
        CROSS JOIN orders o ON o.id = p.order_id WHERE ${page('p')}`,
      `SELECT ${key}, n.at_ms AS atMs, n.order_id AS id FROM new_entries n
        CROSS JOIN orders o ON o.id = n.order_id WHERE ${isFirstUpload('n')} AND ${page('n')}
          AND EXISTS (SELECT 1 FROM new_lookups l WHERE l.mac = @mac AND l.order_id = n.order_id)`,
    ),
  ),
  changed: database.prepare(
    `SELECT ${key} FROM
      (SELECT DISTINCT order_id FROM entries WHERE seq > ? AND seq <= ? AND order_id IS NOT NULL) e
      CROSS JOIN orders o ON o.id = e.order_id ORDER BY o.id`,
  ),
})

const newest = { atMs: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER }

export const createFinder = (database: Database, lookupMac: (orgCodg: string, lookup: Lookup) => Buffer): Finder => {
  const run = prepareFinding(database)
  return {
    findOrders: (orgCodg, lookup, atMost = atMostFound) =>
      run.found.all({ mac: lookupMac(orgCodg, lookup), atMost }) as OrderKey[],
    readOrdersBetween: (orgCodg, span, atMost) => run.between.all({ ...span, orgCodg, atMost }) as OrderKey[],
    listUploads: (orgCodg, { fromMs, toMs, before = newest, atMost, lookup }) => {
      const parameters = { orgCodg, fromMs, toMs, beforeMs: before.atMs, beforeId: before.id, atMost }
      const rows =
        lookup === undefined
          ? run.uploads.all(parameters)
          : run.uploadsFound.all({ ...parameters, mac: lookupMac(orgCodg, lookup) })
      return (rows as (OrderKey & { atMs: number; id: number })[]).map(({ atMs, id, ...order }) => ({
        order,
        place: { atMs, id },
      }))
    },
    readOrdersChanged: (afterSeq, untilSeq) => run.changed.all(afterSeq, untilSeq) as OrderKey[],
  }
}
