// Owns the journal's indexes apart from its entries. An index costs every commit a page of its own; so entries have none, and where
// they are found is written later, for many at once (rows/write-places.ts). What has no place yet is the newest few entries, found by
// walking them.

export const places = `
-- Where an entry is found: a copy of its columns that are searched by. Derived from entries.
CREATE TABLE places (
  seq          INTEGER PRIMARY KEY,
  order_id     INTEGER,
  at_ms        INTEGER NOT NULL,
  kind         TEXT NOT NULL,
  operation_id TEXT,
  verb         TEXT,
  op_key       TEXT,
  attempt      INTEGER
) STRICT;
INSERT INTO places SELECT seq, order_id, at_ms, kind, operation_id, verb, op_key, attempt FROM entries ORDER BY seq;
CREATE INDEX places_of_order ON places (order_id, seq) WHERE order_id IS NOT NULL;
CREATE INDEX places_of_operation ON places (operation_id, seq) WHERE operation_id IS NOT NULL;
-- The report of a day finds its orders without reading the others.
CREATE INDEX places_by_time ON places (at_ms, order_id) WHERE order_id IS NOT NULL;
-- One row an order: a list of orders by time, newest first.
CREATE INDEX orders_by_first_upload ON places (at_ms, order_id)
  WHERE kind = 'intent' AND verb = 'upload' AND attempt = 1;

-- Look-ups that are not in their table yet, in the order in which they came.
CREATE TABLE new_lookups (
  id       INTEGER PRIMARY KEY,
  mac      BLOB NOT NULL,
  order_id INTEGER NOT NULL
) STRICT;

DROP TRIGGER entries_grow;
DROP TRIGGER final_is_final;
DROP INDEX one_intent;
DROP INDEX one_attempt;
DROP INDEX entries_of_order;
DROP INDEX entries_by_time;
DROP INDEX entries_of_operation;
DROP INDEX orders_by_upload;

-- Entries that have no place yet.
CREATE VIEW new_entries AS SELECT * FROM entries WHERE seq > (SELECT coalesce(max(seq), 0) FROM places);

-- REPLACE removes the row in its way without firing a delete trigger, so what is in the way is refused before.
CREATE TRIGGER entries_grow BEFORE INSERT ON entries
  WHEN EXISTS (SELECT 1 FROM entries WHERE seq >= NEW.seq)
    OR NEW.kind = 'intent' AND EXISTS (
      SELECT 1 FROM places WHERE kind = 'intent' AND operation_id = NEW.operation_id
      UNION ALL
      SELECT 1 FROM places WHERE kind = 'intent' AND order_id = NEW.order_id AND op_key = NEW.op_key AND attempt = NEW.attempt
      UNION ALL
      SELECT 1 FROM new_entries WHERE kind = 'intent' AND (operation_id = NEW.operation_id
        OR order_id = NEW.order_id AND op_key = NEW.op_key AND attempt = NEW.attempt))
  BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER final_is_final BEFORE INSERT ON entries
  WHEN NEW.kind = 'outcome' AND EXISTS (
    SELECT 1 FROM places p JOIN entries e ON e.seq = p.seq
      WHERE p.operation_id = NEW.operation_id AND e.kind = 'outcome' AND e.outcome NOT IN ('unknown','queued')
    UNION ALL
    SELECT 1 FROM new_entries
      WHERE operation_id = NEW.operation_id AND kind = 'outcome' AND outcome NOT IN ('unknown','queued'))
  BEGIN SELECT RAISE(ABORT, 'a final outcome never changes'); END;
`
