// Owns finding orders in the journal without reading the others: by a keyed hash, by time, by what changed. Reading an order
// is open-journal.ts.
import type { Lookup } from '../../usecases/base/look-ups.ts'
import type { Journal, OrderKey } from '../../usecases/base/ports.ts'
import type { Database } from '../base/open-database.ts'

const atMostFound = 100

type Finder = Pick<Journal, 'findOrders' | 'readOrdersBetween' | 'listUploads' | 'readOrdersChanged'>

const key = 'o.org_codg AS orgCodg, o.med_org_ord AS medOrgOrd'
const isFirstUpload = `e.kind = 'intent' AND e.verb = 'upload' AND e.attempt = 1`
const page = `e.at_ms >= @fromMs AND e.at_ms < @toMs AND (e.at_ms, e.order_id) < (@beforeMs, @beforeId)
  AND o.org_codg = @orgCodg ORDER BY e.at_ms DESC, e.order_id DESC LIMIT @atMost`

/** CROSS JOIN keeps the order: left to itself SQLite walks through all orders there ever were. */
const prepareFinding = (database: Database) => ({
  found: database.prepare(
    `SELECT ${key} FROM (SELECT order_id FROM lookups WHERE mac = ? ORDER BY order_id DESC LIMIT ?) l
      CROSS JOIN orders o ON o.id = l.order_id ORDER BY o.id DESC`,
  ),
  between: database.prepare(
    `SELECT ${key} FROM
      (SELECT order_id FROM entries WHERE at_ms >= @fromMs AND at_ms < @toMs AND order_id IS NOT NULL
        UNION SELECT order_id FROM
          (SELECT DISTINCT order_id FROM entries WHERE at_ms >= @toMs AND at_ms < @untilMs AND order_id IS NOT NULL) l
          WHERE (SELECT f.at_ms FROM entries f WHERE f.order_id = l.order_id ORDER BY f.seq LIMIT 1) < @toMs) e
      CROSS JOIN orders o ON o.id = e.order_id WHERE o.org_codg = @orgCodg ORDER BY o.id LIMIT @atMost`,
  ),
  uploads: database.prepare(
    `SELECT ${key}, e.at_ms AS atMs, e.order_id AS id FROM entries e INDEXED BY orders_by_upload
      CROSS JOIN orders o ON o.id = e.order_id WHERE ${isFirstUpload} AND ${page}`,
  ),
  uploadsFound: database.prepare(
    `SELECT ${key}, e.at_ms AS atMs, e.order_id AS id FROM lookups l
      CROSS JOIN entries e ON e.order_id = l.order_id AND e.op_key = 'upload' AND ${isFirstUpload}
      CROSS JOIN orders o ON o.id = e.order_id WHERE l.mac = @mac AND ${page}`,
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
      run.found.all(lookupMac(orgCodg, lookup), atMost) as OrderKey[],
    readOrdersBetween: (orgCodg, span, atMost) => run.between.all({ ...span, orgCodg, atMost }) as OrderKey[],
    listUploads: (orgCodg, { fromMs, toMs, before = newest, atMost, lookup }) => {
      const given = { orgCodg, fromMs, toMs, beforeMs: before.atMs, beforeId: before.id, atMost }
      const rows =
        lookup === undefined
          ? run.uploads.all(given)
          : run.uploadsFound.all({ ...given, mac: lookupMac(orgCodg, lookup) })
      return (rows as (OrderKey & { atMs: number; id: number })[]).map(({ atMs, id, ...order }) => ({
        order,
        place: { atMs, id },
      }))
    },
    readOrdersChanged: (afterSeq, untilSeq) => run.changed.all(afterSeq, untilSeq) as OrderKey[],
  }
}
