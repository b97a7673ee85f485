// Owns the statements with which entries are appended and read. When they run is open-journal.ts.
import type { Database } from '../base/open-database.ts'

export const prepareStatements = (database: Database) => ({
  order: database.prepare('SELECT id FROM orders WHERE org_codg = ? AND med_org_ord = ?').pluck(),
  orderById: database.prepare('SELECT org_codg AS orgCodg, med_org_ord AS medOrgOrd FROM orders WHERE id = ?'),
  addOrder: database.prepare('INSERT INTO orders (org_codg, med_org_ord) VALUES (?, ?)'),
  addEntry: database.prepare(
    `INSERT INTO entries VALUES (@seq, @order_id, @at_ms, @kind, @operation_id, @verb, @op_key, @attempt, @outcome,
      @body_mac, @facts, @chain)`,
  ),
  addPayload: database.prepare('INSERT INTO payloads VALUES (?, ?)'),
  addLookup: database.prepare('INSERT INTO new_lookups (mac, order_id) VALUES (?, ?)'),
  addToList: database.prepare('INSERT OR IGNORE INTO lists VALUES (?, ?)'),
  dropFromList: database.prepare('DELETE FROM lists WHERE list = ? AND order_id = ?'),
  entries: database.prepare(
    `SELECT e.* FROM places p CROSS JOIN entries e ON e.seq = p.seq WHERE p.order_id = @id
      UNION ALL SELECT * FROM new_entries WHERE order_id = @id ORDER BY seq`,
  ),
  operation: database.prepare(
    `SELECT e.* FROM places p CROSS JOIN entries e ON e.seq = p.seq WHERE p.operation_id = @id
      UNION ALL SELECT * FROM new_entries WHERE operation_id = @id ORDER BY seq`,
  ),
  body: database.prepare(
    `SELECT b.seq, b.body, e.order_id FROM
      (SELECT seq, order_id FROM places WHERE operation_id = @id AND kind = 'intent'
        UNION ALL SELECT seq, order_id FROM new_entries WHERE operation_id = @id AND kind = 'intent') e
      CROSS JOIN payloads b ON b.seq = e.seq`,
  ),
  list: database
    .prepare(
      `SELECT order_id FROM lists WHERE list = @list
        UNION SELECT order_id FROM new_entries WHERE @list = 'open' AND kind = 'intent' AND order_id IS NOT NULL`,
    )
    .pluck(),
  countNewEntries: database.prepare('SELECT count(*) FROM new_entries').pluck(),
  countNewLookups: database.prepare('SELECT count(*) FROM new_lookups').pluck(),
  ordersOfNewEntries: database.prepare('SELECT DISTINCT order_id FROM new_entries WHERE order_id IS NOT NULL').pluck(),
  mark: database.prepare('SELECT value FROM meta WHERE name = ?').pluck(),
  setMark: database.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value'),
  last: database.prepare('SELECT seq, chain FROM entries ORDER BY seq DESC LIMIT 1'),
})

export type Statements = ReturnType<typeof prepareStatements>
