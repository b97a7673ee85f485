// Owns which variables of the environment a configuration points to, for whoever starts the agent's process: that one gets them,
// no other child does.
import { readConfigFile } from './load-config.ts'

const collect = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return []
  const { env } = value as { readonly env?: unknown }
  return typeof env === 'string' ? [env] : Object.values(value).flatMap(collect)
}

/** The names, in the file's order. Throws CONFIG_MISSING, CONFIG_INVALID. */
export const secretVariables = (path: string): readonly string[] => [...new Set(collect(readConfigFile(path)))]

/** Takes the variables out of `environment`, so that later children do not inherit them, and gives them. */
export const takeVariables = (
  environment: Record<string, string | undefined>,
  names: readonly string[],
): Readonly<Record<string, string>> => {
  const taken: Record<string, string> = {}
  for (const name of names) {
    const value = environment[name]
    if (value === undefined) continue
    taken[name] = value
    delete environment[name]
  }
  return taken
}
