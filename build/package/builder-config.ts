// What electron-builder is told: what is in the package, and what each system gets. Signing is left to its variables
// (docs/admin-guide.md, "Packages"). Invariant: nothing is published by it, and no name of a package for development passes for a release's.
import packageJson from '../../package.json' with { type: 'json' }

export const NAME = packageJson.name
const APP_ID = 'org.singlecustomerview.app'

export interface PackageChoice {
  /** A folder that nothing but this run uses. */
  output: string
  /** Absolute path of the bundled hook. */
  afterPack: string
  /** Folder with `icon.png`. */
  resources: string
  electronVersion: string
  /** The binary that `npm run setup` put there, for this system; other systems' are downloaded and checked. */
  electronDist?: string
  /** By the name of the file, as electron's own package has them. */
  checksums: Readonly<Record<string, string>>
  development: boolean
  /** The folder of updates, where one is known when the package is made. */
  updateUrl?: string
}

/** Added to the names of packages that are no release. */
export const suffix = (development: boolean): string => (development ? '-development' : '')

export function builderConfig(choice: PackageChoice) {
  const { output, afterPack, resources, electronVersion, electronDist, checksums, development, updateUrl } = choice
  const artifact = (kind = ''): string => `\${name}-\${version}${suffix(development)}-\${os}-\${arch}${kind}.\${ext}`
  return {
    appId: APP_ID,
    productName: packageJson.productName,
    copyright: `${packageJson.author}, MIT licence`,
    electronVersion,
    ...(electronDist ? { electronDist } : {}),
    electronDownload: { checksums },
    directories: { output, buildResources: resources },
    // All that runs is bundled; what is native lies beside the archive (after-pack.ts).
    files: [
      'out/main/**',
      'out/preload/**',
      'out/renderer/**',
      'package.json',
      '!**/*.map',
      '!out/main/sqlite.node',
      '!node_modules/**',
    ],
    asar: true,
    npmRebuild: false,
    afterPack,
    artifactName: artifact(),
    forceCodeSigning: !development && process.platform !== 'linux',
    publish: updateUrl ? [{ provider: 'generic', url: updateUrl }] : null,
    protocols: [{ name: packageJson.productName, schemes: ['scv'] }],
    linux: {
      target: ['dir'],
      executableName: NAME,
      category: 'Office',
      synopsis: packageJson.description,
    },
    win: {
      target: [{ target: 'nsis', arch: ['x64', 'arm64'] }],
      executableName: NAME,
      // Certificate: WIN_CSC_LINK and WIN_CSC_KEY_PASSWORD.
      signAndEditExecutable: true,
      verifyUpdateCodeSignature: true,
    },
    // One installer for both: it asks whether for this user or for all of the machine; `/currentuser` and `/allusers` say it unasked.
    nsis: {
      oneClick: false,
      perMachine: false,
      selectPerMachineByDefault: false,
      allowElevation: true,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
      differentialPackage: false,
      artifactName: artifact('-setup'),
    },
    mac: {
      target: [
        { target: 'dmg', arch: ['universal'] },
        { target: 'zip', arch: ['universal'] }, // what updates are taken from
      ],
      category: 'public.app-category.business',
      // Certificate: CSC_LINK and CSC_KEY_PASSWORD; notarisation: APPLE_API_KEY, APPLE_API_KEY_ID and APPLE_API_ISSUER.
      hardenedRuntime: true,
      gatekeeperAssess: false,
      notarize: !development,
    },
    dmg: { sign: true },
  }
}
