// What this machine lacks for running Electron, said in one sentence each, with the command that fixes it.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'

const linux = process.platform === 'linux'

/** Debian 13 and Ubuntu 24.04 renamed libraries when their time type grew to 64 bits. */
function isRenamed() {
  if (!existsSync('/etc/os-release')) return false
  const release = Object.fromEntries(
    readFileSync('/etc/os-release', 'utf8')
      .split('\n')
      .map((line) => line.split('='))
      .filter((pair) => pair.length === 2)
      .map(([key, value]) => [key, value.replace(/"/g, '')]),
  )
  const version = Number.parseFloat(release.VERSION_ID ?? '0')
  return (release.ID === 'debian' && version >= 13) || (release.ID === 'ubuntu' && version >= 24)
}

/** The packages that bring every library Electron needs on a bare Debian or Ubuntu. */
const packages = () =>
  isRenamed() ? 'libgtk-3-0t64 libnss3 libasound2t64 libgbm1' : 'libgtk-3-0 libnss3 libasound2 libgbm1'

/** The one line that installs `names`, as root or through sudo. */
export function aptLine(names) {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo '
  return `${sudo}apt-get update && ${sudo}apt-get install -y ${names}`
}

/** Names of the shared libraries that `executable` needs and this machine does not have. */
export function missingLibraries(executable) {
  if (!linux) return []
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' })
  return [...(stdout ?? '').matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1])
}

/** The sentence and fix for missing libraries. */
export function librariesSentence(names) {
  const some = names.slice(0, 4).join(', ') + (names.length > 4 ? `, and ${names.length - 4} more` : '')
  return (
    `Electron cannot start because this machine lacks shared libraries (${some}).\n` +
    `On Debian or Ubuntu this installs them:\n  ${aptLine(packages())}`
  )
}

export const hasDisplay = () => !linux || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

/**
 * What a command that opens windows is started with, for programs that nobody looks at: nothing where there is a display,
 * else Xvfb; else nothing, and `env` says that windows are drawn offscreen.
 */
export function displayFor(env) {
  if (hasDisplay() || env.APP_OFFSCREEN === '1') return []
  if (['xvfb-run', 'xauth'].every((tool) => spawnSync('which', [tool]).status === 0))
    return ['xvfb-run', '-a', '-s', '-screen 0 1440x900x24']
  console.error('No display and no xvfb-run with xauth: the windows are rendered offscreen.')
  env.APP_OFFSCREEN = '1'
  return []
}

/** The sentence and fix for a missing display. */
export const displaySentence = (what = 'neither DISPLAY nor WAYLAND_DISPLAY is set') =>
  `There is no display to open a window on: ${what}.\n` +
  'Start it from a desktop session or through "ssh -X"; or on a virtual screen:\n' +
  `  ${aptLine('xvfb xauth')} && xvfb-run -a npm start`

/**
 * What V8 is told in the main process, but for `npm run dev`: a young generation of 12 MB instead of 48. Documents that
 * pass through it live for a page or two, and the larger one is filled with them before it is looked at: 50 MB more for a
 * twentieth of the time (`npm run bench -- sync`). And the old generation is looked at when it has doubled, not when it has
 * grown to four times of what lives: half the memory while an organisation arrives, in the same time.
 */
export const V8_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=100']

/** Arguments that Electron needs on this machine, whoever launches it. */
export function electronArguments({ offscreen = false } = {}) {
  return [
    `--js-flags=${V8_FLAGS.join(' ')}`,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium refuses to run sandboxed as root; others keep the sandbox
    ...(offscreen ? ['--ozone-platform=headless', '--disable-gpu'] : []), // needs no X server, but only for offscreen windows
  ]
}

/**
 * Why Chromium's sandbox cannot be set up for an ordinary user, with the fix, or undefined. It stands on user name
 * spaces, which containers and some distributions forbid, or else on a helper that belongs to root.
 */
export function sandboxHindrance(helper) {
  if (!linux || process.getuid?.() === 0) return undefined
  const spaces = spawnSync('unshare', ['--user', '--map-root-user', 'true'])
  if (spaces.error || spaces.status === 0) return undefined
  const stat = statSync(helper)
  if (stat.uid === 0 && (stat.mode & 0o4755) === 0o4755) return undefined
  return (
    "This system keeps ordinary users from user name spaces, which Chromium's sandbox needs; let its helper belong to root, once:\n" +
    `  sudo chown root:root ${helper} && sudo chmod 4755 ${helper}`
  )
}
