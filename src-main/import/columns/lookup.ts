// Tables that words of a file are looked up in. Invariant: a word that every object has a member for (`constructor`) is none.

/** A table without what objects inherit. */
export function tableOf<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, entries)
}
