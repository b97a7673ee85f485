// The architecture as rules: which folder may import which, who owns each package, and what stays pure.
// test/style/ proves that each rule bites. Arrows point inward: adapters know contract, domain, gm and ports, never each other.
const main = '^src/main/'
const core = '^src/core/'
const pure = [`${core}(gm|domain)/`, '^src/contract/']
const ports = `${main}usecases/base/(ports|look-ups)[.]ts$`
const adapter = (...names) => [`${main}(${[...names, 'files'].join('|')})/`, ports, ...pure]
const usecases = (...rooms) => [`${main}usecases/(${rooms.join('|')})/`, ...pure]

/** Folder -> what of src/ it may import. */
const may = {
  contract: ['^src/contract/'],
  'core/gm': [`${core}gm/`],
  'core/domain': [`${core}domain/`, '^src/contract/'],
  'core/log': [`${core}(log|domain)/`, '^src/contract/'],
  'usecases/base': usecases('base'),
  'usecases/order': usecases('base', 'order'),
  'usecases/operations': usecases('base', 'order', 'operations'),
  'usecases/decoding': usecases('base', 'order', 'operations', 'decoding'),
  'usecases/kiosk': usecases('base', 'order', 'operations', 'kiosk'),
  'usecases/following': usecases('base', 'order', 'operations', 'kiosk', 'following'),
  'usecases/reading': usecases('base', 'order', 'reading'),
  api: [`${main}(api|usecases)/`, `${core}log/`, ...pure],
  callbacks: [`${main}(callbacks|usecases)/`, `${main}center/(envelope|reply-text)[.]ts$`, ...pure],
  journal: adapter('journal'),
  http: [`${main}http/`, ...pure],
  center: adapter('center', 'http'),
  his: adapter('his', 'http'),
  scanner: adapter('scanner'),
  voucher: adapter('voucher'),
  control: adapter('control'),
  files: [`${main}files/`, ...pure],
  config: [`${main}(config|files)/`, ...pure],
  doctor: [...adapter('doctor'), `${core}log/log-folder[.]ts$`],
  desktop: [`${main}(desktop|config)/`, `${core}domain/`, '^src/contract/'],
  'wiring/machine': [`${main}(wiring/machine|config|files|voucher)/`, `${core}log/`, ports, ...pure],
  preload: ['^src/(preload|contract)/'],
  renderer: ['^src/(renderer|contract)/'],
  sandbox: ['^src/(sandbox|contract)/'],
}

/** Package -> the only place that may import it. */
const owner = {
  fastify: `${main}api/`,
  pino: `${core}log/`,
  'rotating-file-stream': `${core}log/`,
  'better-sqlite3': `${main}journal/`,
  axios: `${main}http/`,
  serialport: `${main}scanner/`,
  'node-hid': `${main}scanner/hid-library[.]ts$`,
  koffi: `${main}(voucher/hosts/host-node|journal/keys/windows-protection)[.]ts$`,
  '@noble/curves': '^src/(core/gm/|main/desktop/update/judge-update[.]ts$|sandbox/channel/sm2[.]ts$)',
  'sm-crypto-v2': `${core}gm/`,
  'hash-wasm': `${core}gm/`,
  // Endpoints describe their bodies and config-schema.ts the file: schemas that belong to no wire format of others.
  typebox: `^src/(contract/|sandbox/|main/api/(endpoint|orders|operations|doctor|kiosk|access)/[a-z-]+[.]ts$|main/config/schema/([a-z-]+-schema|setting-fields|setting-defaults)[.]ts$)`,
  electron: '^src/(main/desktop/|main/programs/desktop/(index|agent-process)[.]ts$|preload/)',
  vue: '^src/renderer/',
  'element-plus': '^src/renderer/console/',
  uqr: '^src/renderer/',
}

const outside = ['contract', 'core/gm', 'core/domain', 'core/log', 'preload', 'renderer', 'sandbox']
const folder = (name) => (outside.includes(name) ? '^src/' : main) + `${name}/`
const packagePath = (name) => `(^|node_modules/)${name}($|/)`
const error = 'error'

export default {
  forbidden: [
    { name: 'no-circular', severity: error, from: {}, to: { circular: true } },
    { name: 'resolvable', severity: error, from: {}, to: { couldNotResolve: true } },
    ...Object.entries(may).map(([name, to]) => ({
      name: `${name}-imports`,
      severity: error,
      from: { path: folder(name) },
      to: { path: '^src/', pathNot: to },
    })),
    ...Object.entries(owner).map(([name, path]) => ({
      name: `${name}-owner`,
      severity: error,
      from: { path: '^src/', pathNot: path },
      to: { path: packagePath(name) },
    })),
    {
      name: 'pure',
      severity: error,
      from: { path: [`${core}domain/`, `${main}usecases/`] },
      to: { pathNot: '^src/' },
    },
    {
      name: 'development-packages',
      severity: error,
      comment: 'what ships may not need a package that is not shipped; the pages ship bundled',
      from: { path: '^src/', pathNot: '^src/renderer/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: packagePath('electron') },
    },
    {
      name: 'wiring-is-headless',
      severity: error,
      from: { path: `${main}wiring/` },
      to: { path: `${main}(desktop|programs)/` },
    },
    {
      name: 'nobody-imports-the-top',
      severity: error,
      from: { path: '^src/', pathNot: `${main}(programs|wiring)/` },
      to: { path: `${main}(programs|wiring)/` },
    },
    {
      name: 'nobody-imports-the-sandbox',
      severity: error,
      comment: 'it is a program of its own and is not packaged',
      from: { path: '^src/', pathNot: '^src/sandbox/' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'nobody-imports-the-evidence',
      severity: error,
      from: { path: '^src/' },
      to: { path: '^(evidence|bench|test|examples)/' },
    },
    {
      name: 'checker-stands-alone',
      severity: error,
      comment: 'it judges the agent, so it may not share a line with it',
      from: { path: '^evidence/checker/' },
      to: { path: '^(src|evidence|bench|test|examples|scripts)/', pathNot: '^evidence/checker/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.vue', '.mjs', '.js', '.json'],
    },
  },
}
