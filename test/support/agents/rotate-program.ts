// Rotates the keys of a journal and kills itself before a step. Arguments: data folder, step.
import { rotateKeys } from '../../../src/main/journal/keys/journal-keys.ts'
import { openKeyStore } from '../../../src/main/journal/keys/key-store.ts'
import { openExistingStore } from '../../../src/main/journal/store/open-store.ts'

const [, , folder = '', killedBefore = ''] = process.argv
const { database } = openExistingStore(folder, { mayWrite: true })
rotateKeys(database, openKeyStore(folder), (step) => {
  if (step === killedBefore) process.kill(process.pid, 'SIGKILL')
})
