// Owns the first form of the journal: its tables, and the triggers that let entries and payloads only grow.

export const tables = `
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT;

-- Wrapped by the key of the key store. Old data keys stay, so that what they sealed can be opened.
CREATE TABLE keys (
  purpose TEXT NOT NULL CHECK (purpose IN ('data','lookup','checkpoint')),
  id      INTEGER NOT NULL,
  made_ms INTEGER NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (purpose, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  id          INTEGER PRIMARY KEY,
  org_codg    TEXT NOT NULL,
  med_org_ord TEXT NOT NULL,
  UNIQUE (org_codg, med_org_ord)
) STRICT;

-- One row per thing that happened. facts is sealed; chain links each row to the one before it.
CREATE TABLE entries (
  seq          INTEGER PRIMARY KEY,
  order_id     INTEGER REFERENCES orders(id),
  at_ms        INTEGER NOT NULL,
  kind         TEXT NOT NULL CHECK (kind IN ('intent','outcome','observation','authorization','notification','booking','attention',
                'resolution')),
  operation_id TEXT,
  verb         TEXT,
  op_key       TEXT,
  attempt      INTEGER,
  outcome      TEXT CHECK (outcome IN ('accepted','declined','notSent','unknown','queued')),
  body_mac     TEXT,
  facts        BLOB NOT NULL,
  chain        BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_intent ON entries (operation_id) WHERE kind = 'intent';
CREATE UNIQUE INDEX one_attempt ON entries (order_id, op_key, attempt) WHERE kind = 'intent' AND order_id IS NOT NULL;
CREATE INDEX entries_of_order ON entries (order_id, seq);
-- The report of a day finds its orders without reading the others.
CREATE INDEX entries_by_time ON entries (at_ms, order_id) WHERE order_id IS NOT NULL;
CREATE INDEX entries_of_operation ON entries (operation_id, seq) WHERE operation_id IS NOT NULL;

-- Whole requests, apart, so that reading an order does not read 500 fee lines.
CREATE TABLE payloads (
  seq  INTEGER PRIMARY KEY REFERENCES entries(seq),
  body BLOB NOT NULL
) STRICT;

-- Keyed hashes only: nothing here can be read back.
CREATE TABLE lookups (
  mac      BLOB NOT NULL,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  PRIMARY KEY (mac, order_id)
) STRICT, WITHOUT ROWID;

-- What still moves, waits for the HIS or needs a person: derived from entries; the only table that shrinks.
CREATE TABLE lists (
  list     TEXT NOT NULL CHECK (list IN ('open','queued','unbooked','attention','settled')),
  order_id INTEGER NOT NULL REFERENCES orders(id),
  PRIMARY KEY (list, order_id)
) STRICT, WITHOUT ROWID;

-- Signed: where the chain stood after entry seq ('head'), or what stayed of everything up to it ('cut').
CREATE TABLE checkpoints (
  seq       INTEGER NOT NULL,
  kind      TEXT NOT NULL CHECK (kind IN ('head','cut')),
  at_ms     INTEGER NOT NULL,
  chain     BLOB NOT NULL,
  detail    TEXT NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (seq, kind)
) STRICT, WITHOUT ROWID;

-- What a verification found wrong; accepted and signature are a person's decision to go on.
CREATE TABLE quarantine (
  seq       INTEGER NOT NULL,
  reason    TEXT NOT NULL CHECK (reason IN ('unreadable','link','gap','checkpoint','damaged')),
  order_id  INTEGER,
  found_ms  INTEGER NOT NULL,
  evidence  BLOB NOT NULL,
  accepted  TEXT,
  signature BLOB,
  PRIMARY KEY (seq, reason)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entries_keep BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER payloads_keep BEFORE UPDATE ON payloads BEGIN SELECT RAISE(ABORT, 'payloads are append-only'); END;
CREATE TRIGGER payloads_stay BEFORE DELETE ON payloads BEGIN SELECT RAISE(ABORT, 'payloads are append-only'); END;
-- REPLACE removes the row in its way without firing a delete trigger, so what is in the way is refused before.
CREATE TRIGGER entries_grow BEFORE INSERT ON entries
  WHEN EXISTS (SELECT 1 FROM entries WHERE seq >= NEW.seq)
    OR NEW.kind = 'intent' AND EXISTS (
      SELECT 1 FROM entries WHERE kind = 'intent' AND operation_id = NEW.operation_id
      UNION ALL
      SELECT 1 FROM entries WHERE kind = 'intent' AND order_id = NEW.order_id AND op_key = NEW.op_key
        AND attempt = NEW.attempt)
  BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER payloads_grow BEFORE INSERT ON payloads
  WHEN EXISTS (SELECT 1 FROM payloads WHERE seq = NEW.seq)
  BEGIN SELECT RAISE(ABORT, 'payloads are append-only'); END;
CREATE TRIGGER final_is_final BEFORE INSERT ON entries
  WHEN NEW.kind = 'outcome' AND EXISTS (
    SELECT 1 FROM entries WHERE operation_id = NEW.operation_id AND kind = 'outcome' AND outcome NOT IN ('unknown','queued'))
  BEGIN SELECT RAISE(ABORT, 'a final outcome never changes'); END;
`
