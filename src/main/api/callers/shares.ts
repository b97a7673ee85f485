// Owns whose place is given up where places are few: a token's own, so that nobody uses up another's.

/** The oldest of those held that are the newcomer's own, once they are so many; undefined while there is room. */
export const oldestToLeave = <Key, Held>(
  held: ReadonlyMap<Key, Held>,
  isOwn: (held: Held) => boolean,
  atMost: number,
): Key | undefined => {
  const own = [...held].filter(([, holder]) => isOwn(holder))
  return own.length < atMost ? undefined : own[0]?.[0]
}

/** The latest of the share that holds most, where a newcomer of `share` would hold less; undefined: it is the newcomer's turn to wait. */
export const latestOfFullest = <Key>(held: Iterable<readonly [Key, string]>, share: string): Key | undefined => {
  const shares = Map.groupBy(held, ([, name]) => name)
  const [fullest = []] = [...shares.values()].toSorted((one, other) => other.length - one.length)
  return fullest.length > (shares.get(share)?.length ?? 0) + 1 ? fullest.at(-1)?.[0] : undefined
}
