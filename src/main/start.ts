// Owns the first lines of the program: an older Node could not even load the rest, so the version is looked at alone.
const leastNode = 24

if (Number(process.versions.node.split('.')[0]) < leastNode) {
  process.stderr.write(`[NODE_TOO_OLD] 需要 Node.js ${leastNode} 或以上, 当前 ${process.version}\n`)
  process.stderr.write(`Node.js ${leastNode} or newer is needed.\n`)
  process.exit(1)
}
// By an address made at run time, so that the bundler leaves it alone: the programs lie beside this file, as .ts or as .js.
const program = process.argv[2] === 'doctor' ? 'doctor-program' : 'headless'
await import(new URL(`${program}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href)
