// Packages with all that they use, as the lock has them. Invariant: each name is looked for as Node does, from the inside out.

export interface Lock {
  packages: Readonly<
    Record<
      string,
      { version?: string; dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> }
    >
  >
}

/** @returns folders, as in `node_modules/a/node_modules/b` @throws Error for a package that the lock does not have */
export function closureOf(lock: Lock, names: readonly string[]): string[] {
  const found = new Set<string>()
  const folderOf = (name: string, from: string): string | undefined => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
      const folder = `${at === '' ? '' : `${at}/`}node_modules/${name}`
      if (lock.packages[folder]) return folder
      if (at === '') return undefined
    }
  }
  const add = (name: string, from: string, isNeeded: boolean): void => {
    const folder = folderOf(name, from)
    if (folder === undefined && isNeeded)
      throw new Error(`The lock has no package “${name}”, which ${from || 'we'} need.`)
    if (folder === undefined || found.has(folder)) return
    found.add(folder)
    const { dependencies = {}, optionalDependencies = {} } = lock.packages[folder] ?? {}
    for (const one of Object.keys(dependencies)) add(one, folder, !(one in optionalDependencies))
    for (const one of Object.keys(optionalDependencies)) add(one, folder, false)
  }
  for (const name of names) add(name, '', true)
  return [...found].sort()
}
