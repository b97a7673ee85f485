// Owns the name of what a data folder and every answer belong to.

/** A data folder is stamped with one of these at its first start and refuses the others. */
export type Environment = 'sandbox' | 'test' | 'production'
