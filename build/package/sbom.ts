// The list of what is in a package (CycloneDX): what ships of npm's list of all, and what Electron is made of.
// Invariant: a package that the build says is bundled, and that the list does not have, stops the packaging.

interface Component {
  type: string
  name: string
  version: string
  'bom-ref': string
  [more: string]: unknown
}
export interface Bom {
  components: Component[]
  dependencies: { ref: string; dependsOn: string[] }[]
  [more: string]: unknown
}

interface Named {
  name: string
  version: string
}

/** What is in a package. */
export interface Shipped {
  /** Packages that ship, as the lock has them. */
  packages: readonly Named[]
  /** What `licences.json` of the bundles says is in them. */
  bundled: readonly Named[]
  /** Of what the binary is made of, as it says itself. */
  versions: { electron: string; chrome: string; node: string }
}

const refOf = ({ name, version }: Named): string => `${name}@${version}`

/**
 * @param npm what `npm sbom --sbom-format=cyclonedx` says of everything that is installed. With `--omit=dev` it leaves out
 *   what ships and is also used by a tool; so what ships is told by the lock
 * @throws Error that names what is bundled and not listed
 */
export function sbomOf(npm: Bom, { packages, bundled, versions: { electron, chrome, node } }: Shipped): Bom {
  const ships = new Set(packages.map(refOf))
  const [root] = npm.dependencies
  const binary: Component[] = [
    {
      type: 'framework',
      name: 'electron',
      version: electron,
      'bom-ref': `electron@${electron}`,
      purl: `pkg:npm/electron@${electron}`,
      licenses: [{ license: { id: 'MIT' } }],
    },
    {
      type: 'framework',
      name: 'chromium',
      version: chrome,
      'bom-ref': `chromium@${chrome}`,
      licenses: [{ license: { id: 'BSD-3-Clause' } }],
    },
    {
      type: 'framework',
      name: 'node',
      version: node,
      'bom-ref': `node@${node}`,
      licenses: [{ license: { id: 'MIT' } }],
    },
  ]
  const components = [...npm.components.filter((one) => ships.has(refOf(one))), ...binary]
  const listed = new Set(components.map(refOf))
  const missing = [...ships, ...bundled.map(refOf)].filter((one) => !listed.has(one))
  if (missing.length > 0) throw new Error(`In the package, and not listed: ${[...new Set(missing)].join(', ')}.`)
  return {
    ...npm,
    components,
    dependencies: [
      {
        ref: root?.ref ?? '',
        dependsOn: [...(root?.dependsOn ?? []).filter((ref) => ships.has(ref)), `electron@${electron}`],
      },
      ...npm.dependencies.filter(({ ref }) => ships.has(ref)),
      { ref: `electron@${electron}`, dependsOn: [`chromium@${chrome}`, `node@${node}`] },
    ],
  }
}
