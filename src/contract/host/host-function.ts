// Owns how a vendor library's function is named on a decoder host's command line. Apart from host-protocol.ts, so that a
// host starts without the package that checks frames.

/** An exported function: at most four arguments, each a pointer to a text that it reads or a buffer that it writes. */
export type HostFunction = {
  /** Without decoration. */
  readonly name: string
  readonly parameters: readonly ('text' | 'buffer')[]
  /** A text, or a 32-bit number. The wrong one crashes the host or never succeeds. */
  readonly returns: 'pointer' | 'int'
}

/** The function as the host gets it on its command line: `EcQuery:tb:int`. */
export const makeFunctionArgument = ({ name, parameters, returns }: HostFunction): string =>
  `${name}:${parameters.map((kind) => kind.charAt(0)).join('')}:${returns}`

/** The way back; undefined when the text is no function. */
export const parseFunctionArgument = (text: string): HostFunction | undefined => {
  const [, name, kinds, returns] = /^(\w{1,64}):([tb]{1,4}):(pointer|int)$/.exec(text) ?? []
  if (name === undefined || kinds === undefined) return undefined
  const parameters = Array.from(kinds, (kind) => (kind === 't' ? 'text' : 'buffer'))
  return { name, parameters, returns: returns === 'int' ? 'int' : 'pointer' }
}
