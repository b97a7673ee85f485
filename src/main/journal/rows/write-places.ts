// Owns the statements that give the newest entries their places, their look-ups, and put what was begun on `open`.
import type { Database } from '../base/open-database.ts'

/** Gives the function that does it, within the transaction of whoever calls. */
export const writeNewPlaces = (database: Database): (() => void) => {
  const steps = [
    // In the order of the index that is filled, so that each of its pages is touched once.
    'INSERT OR IGNORE INTO lookups SELECT mac, order_id FROM new_lookups ORDER BY mac, order_id',
    'DELETE FROM new_lookups',
    `INSERT OR IGNORE INTO lists SELECT 'open', order_id FROM new_entries WHERE kind = 'intent' AND order_id IS NOT NULL`,
    `INSERT INTO places SELECT seq, order_id, at_ms, kind, operation_id, verb, op_key, attempt FROM new_entries
      ORDER BY seq`,
  ].map((sql) => database.prepare(sql))
  return () => {
    for (const step of steps) step.run()
  }
}
