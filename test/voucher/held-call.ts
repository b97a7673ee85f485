// A program for the orphan test: opens the library named by its argument, lets it hang, and says when it does.
import { completeProfile } from '../../src/main/voucher/library-profile.ts'
import { openVoucherLibrary } from '../../src/main/voucher/supervisor.ts'

const [hostEntry, path] = process.argv.slice(2)
const library = openVoucherLibrary({
  profile: completeProfile({
    ...(path === undefined ? {} : { path }),
    url: 'http://127.0.0.1:9/',
    scannerOwner: 'agent',
  }),
  execPath: process.execPath,
  hostEntry: hostEntry ?? '',
  simulated: true,
})
const call = (ecQrCode: string) => library.call({ input: { ecQrCode }, signal: new AbortController().signal })

await call('1')
void call('SIM:hang:')
console.log('hanging')
