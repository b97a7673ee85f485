// A program for the orphan tests: opens the library with the host that its argument describes, lets it hang, and says
// when it does.
import { completeProfile } from '../../../src/main/voucher/library/library-profile.ts'
import type { HostProgram } from '../../../src/main/voucher/hosts/prepare-host.ts'
import { openVoucherLibrary } from '../../../src/main/voucher/supervisor.ts'

const { path, host } = JSON.parse(process.argv[2] ?? '') as { path?: string; host: HostProgram }
const library = openVoucherLibrary({
  profile: completeProfile({
    ...(path === undefined ? {} : { path }),
    url: 'http://127.0.0.1:9/',
    scannerOwner: 'agent',
  }),
  hosts: [host],
  simulated: true,
})
const call = (ecQrCode: string) =>
  library.call({
    input: { orgId: '', transType: 'ec.query', data: {}, ecQrCode },
    signal: new AbortController().signal,
  })

await call('1')
void call('SIM:hang:')
console.log('hanging')
