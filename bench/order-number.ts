// Owns fresh medOrgOrd for measurements: never the same twice, also not over several runs against one center.

const run = Date.now().toString(36).toUpperCase()
let count = 0

export const newOrderNumber = (): string => `B${run}${(++count).toString(36).toUpperCase().padStart(4, '0')}`
