// Owns the list of the journal's migrations, each a file of its own, never edited once released. Entries and payloads can only be
// appended, the database itself refuses the rest.
import { tables } from './0001-tables.ts'
import { ordersByUpload } from './0002-orders-by-upload.ts'
import { places } from './0003-places.ts'

export type Migration = { readonly version: number; readonly sql: string }

export const migrations: readonly Migration[] = [
  { version: 1, sql: tables },
  { version: 2, sql: ordersByUpload },
  { version: 3, sql: places },
]
