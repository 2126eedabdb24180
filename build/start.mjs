// `npm start`: puts Electron's binary in place, builds if any source is newer than the build, and opens the app.
// Arguments are handed on. What the machine lacks is said in one sentence, with the fix, before anything is tried.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { displaySentence, electronArguments, hasDisplay, sandboxHindrance } from './machine.mjs'

const root = resolve(import.meta.dirname, '..')
const stamp = join(root, 'out/.built')
const offscreen = process.env.APP_OFFSCREEN === '1'

/** Time of the latest change below `path`; a folder's own time tells of files that went away. */
function latestChange(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => latestChange(join(path, name))))
}

function isBuilt() {
  if (!existsSync(stamp)) return false
  const sources = ['src-main', 'src-renderer', 'src-shared', 'electron.vite.config.ts', 'package-lock.json']
  return Math.max(...sources.map((path) => latestChange(join(root, path)))) < statSync(stamp).mtimeMs
}

/** Runs one of our scripts or tools; ends this one if it fails. */
function run(script, ...args) {
  const { status, error } = spawnSync(process.execPath, [join(root, script), ...args], { stdio: 'inherit', cwd: root })
  if (error) console.error(error.message)
  return status === 0
}

const ready = run('build/electron-binary.mjs')
const visible = offscreen || hasDisplay()
if (!visible) console.error(displaySentence())
if (!ready || !visible) process.exit(1)

if (!isBuilt()) {
  const begun = new Date()
  if (!run('node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn')) process.exit(1)
  writeFileSync(stamp, begun.toISOString())
}

// Resolved only now: the electron package answers with the path of a binary that has to be there.
const require = createRequire(import.meta.url)
const electron = require('electron')
const hindrance = sandboxHindrance(join(dirname(electron), 'chrome-sandbox'))
if (hindrance) {
  console.error(hindrance)
  process.exit(1)
}
if (process.getuid?.() === 0) {
  console.log(
    "Running as root, so Chromium's sandbox is off (--no-sandbox). Start it as an ordinary user to keep it on.",
  )
}
const env = { ...process.env }
delete env.ELECTRON_RUN_AS_NODE // it would turn the app into plain Node
const app = spawn(electron, [...electronArguments({ offscreen }), '.', ...process.argv.slice(2)], {
  cwd: root,
  env,
  stdio: ['inherit', 'inherit', 'pipe'],
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => app.kill(signal))

let unreachable = false
let rest = ''
app.stderr.setEncoding('utf8')
app.stderr.on('data', (text) => {
  const lines = (rest + text).split('\n')
  rest = lines.pop() ?? ''
  for (const line of lines) {
    unreachable ||= /Missing X server or \$DISPLAY|cannot open display/i.test(line)
    // Chromium complains about a desktop bus that servers and containers do not have; it changes nothing.
    if (!/:ERROR:dbus\//.test(line)) console.error(line)
  }
})
app.on('error', (error) => console.error(error.message))
app.on('close', (code, signal) => {
  if (rest) console.error(rest)
  if (unreachable) console.error(displaySentence(`the one named by DISPLAY (${process.env.DISPLAY}) does not answer`))
  process.exit(code ?? (signal ? 1 : 0))
})
