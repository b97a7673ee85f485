// Owns the first lines of the program: an older Node could not even load the rest, so the version is looked at alone.
const leastNode = 24

if (Number(process.versions.node.split('.')[0]) < leastNode) {
  process.stderr.write(`[NODE_TOO_OLD] 需要 Node.js ${leastNode} 或以上, 当前 ${process.version}\n`)
  process.stderr.write(`Node.js ${leastNode} or newer is needed.\n`)
  process.exit(1)
}
// By name at run time: beside the sources it is headless.ts, beside the bundle headless.js.
const program = process.argv[2] === 'doctor' ? 'doctor-program' : 'headless'
await import(`./${program}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`)
