// Owns the first lines of the program: an older Node could not even load the rest, so the version is looked at alone.
const leastNode = 24

if (Number(process.versions.node.split('.')[0]) < leastNode) {
  process.stderr.write(`[NODE_TOO_OLD] 需要 Node.js ${leastNode} 或以上, 当前 ${process.version}\n`)
  process.stderr.write(`Node.js ${leastNode} or newer is needed.\n`)
  process.exit(1)
}
// By an address made at run time, so that the bundler leaves it alone: the bundles lie side by side, the sources in their rooms.
const name = process.argv[2] === 'doctor' ? 'doctor-program' : 'headless'
const room = name === 'headless' ? 'headless' : 'doctor'
await import(new URL(import.meta.url.endsWith('.ts') ? `${room}/${name}.ts` : `${name}.js`, import.meta.url).href)
