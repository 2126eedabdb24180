// The .deb and .rpm of an unpacked application. Invariant: all that is installed belongs to the package, so that removing it
// leaves nothing behind but what its users made.
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import packageJson from '../../package.json' with { type: 'json' }
import { NAME, suffix } from './builder-config'

interface PackageOptions {
  src: string
  dest: string
  arch: string
  version: string
  rename(dest: string): string
  [option: string]: unknown
}

/** What both makers of packages are built on; they bring no types. */
interface Installer {
  readonly options: { depends?: string[]; requires?: string[] }
  readonly stagingDir: string
  readonly baseAppDir: string
  generateDefaults(): Promise<unknown>
  generateOptions(): unknown
  createStagingDir(): Promise<unknown>
  createContents(): Promise<unknown>
  createPackage(): Promise<unknown>
  movePackage(): Promise<unknown>
  createBinarySymlink(): Promise<void>
}
type InstallerClass = new (options: PackageOptions) => Installer

export interface LinuxPackage {
  project: string
  /** Where the makers of packages are installed. */
  tools: string
  unpacked: string
  icon: string
  output: string
  development: boolean
}

const ARCHES: Readonly<Record<string, { deb: string; rpm: string }>> = {
  x64: { deb: 'amd64', rpm: 'x86_64' },
  arm64: { deb: 'arm64', rpm: 'aarch64' },
}

const load = async (tools: string, name: string): Promise<InstallerClass> => {
  const file = join(tools, 'node_modules', name, 'src/installer.js')
  return ((await import(/* @vite-ignore */ pathToFileURL(file).href)) as { Installer: InstallerClass }).Installer
}

const commonOptions = ({ project, unpacked, icon, output }: LinuxPackage) => ({
  src: unpacked,
  dest: output,
  name: NAME,
  bin: NAME,
  productName: packageJson.productName,
  description: packageJson.description,
  productDescription:
    'Finds people by number, address, handle or name, shows what they did with the organisation before, and joins\n' +
    'records that are one person. Works without a network, and exchanges with other devices through CouchDB.',
  license: 'MIT',
  icon,
  desktopTemplate: join(project, 'deploy/linux/desktop.ejs'),
  logger: () => undefined,
})

/** Files of ours that neither maker knows. */
function addFiles(project: string, usr: string): void {
  mkdirSync(join(usr, 'bin'), { recursive: true })
  symlinkSync(`../lib/${NAME}/scv`, join(usr, 'bin/scv'))
  const unit = join(usr, 'lib/systemd/system/scv-gateway.service')
  mkdirSync(dirname(unit), { recursive: true })
  copyFileSync(join(project, 'deploy/gateway/scv-gateway.service'), unit)
}

async function make(Base: InstallerClass, options: PackageOptions, project: string): Promise<string> {
  class WithOurFiles extends Base {
    override async createBinarySymlink(): Promise<void> {
      await super.createBinarySymlink()
      addFiles(project, join(this.stagingDir, this.baseAppDir))
    }
  }
  const installer = new WithOurFiles(options)
  await installer.generateDefaults()
  installer.generateOptions()
  // Whatever moves files to a bin, which this application does not: half of a desktop would come with it.
  for (const needed of ['depends', 'requires'] as const) {
    const all = installer.options[needed]
    if (all) installer.options[needed] = all.filter((one) => !/trash-cli|kde-cli-tools/.test(one))
  }
  await installer.createStagingDir()
  await installer.createContents()
  await installer.createPackage()
  await installer.movePackage()
  return options.rename(options.dest)
}

/** @returns the file's path */
export async function makeDeb(choice: LinuxPackage): Promise<string> {
  const { project, tools, development } = choice
  const arch = ARCHES[process.arch]?.deb ?? process.arch
  // A tilde comes before everything: a release takes the place of what was made on the way to it.
  const version = `${packageJson.version}${development ? '~development' : ''}`
  const file = `${NAME}_${packageJson.version}${suffix(development)}_${arch}.deb`
  const options = {
    ...commonOptions(choice),
    arch,
    version,
    maintainer: packageJson.author,
    section: 'misc',
    depends: ['libasound2 | libasound2t64'], // what Electron is linked with, and its list leaves out
    compression: development ? 'zstd' : 'xz', // the smaller one takes ten times as long
    rename: (dest: string) => join(dest, file),
  }
  return make(await load(tools, 'electron-installer-debian'), options, project)
}

/** @returns the file's path */
export async function makeRpm(choice: LinuxPackage): Promise<string> {
  const { project, tools, output, development } = choice
  const arch = ARCHES[process.arch]?.rpm ?? process.arch
  const given = readFileSync(join(tools, 'node_modules/electron-installer-redhat/resources/spec.ejs'), 'utf8')
  const binary = '/usr/bin/<%= name %>\n'
  if (!given.includes(binary))
    throw new Error('The template of the .rpm is another one: its list of files has no binary.')
  const specTemplate = join(output, 'spec.ejs')
  writeFileSync(
    specTemplate,
    given.replace(binary, `${binary}/usr/bin/scv\n/usr/lib/systemd/system/scv-gateway.service\n`),
  )
  const file = `${NAME}-${packageJson.version}${suffix(development)}.${arch}.rpm`
  const options = {
    ...commonOptions(choice),
    arch,
    version: packageJson.version,
    revision: development ? '0.development' : '1',
    specTemplate,
    requires: ['alsa-lib'],
    rename: (dest: string) => join(dest, file),
  }
  return make(await load(tools, 'electron-installer-redhat'), options, project)
}

/** Whether this machine has what makes it. */
export const hasTool = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, name)))
