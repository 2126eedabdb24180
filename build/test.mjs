// `npm test`: the whole check. Types, lint and format, unit tests in Electron's Node, build, end-to-end tests on the
// built app. Every step runs even after one has failed, and the last line is the total: `N passed, N failed`.
// Invariant: it succeeds only if every step did and both kinds of tests really ran.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const reports = join(root, 'out/report')
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

let passed = 0
let failed = 0
let skipped = 0

// CI repeats the same random cases (test/support/seed.ts); everybody else's runs explore.
const seeds = process.env.CI ? { FC_SEED: '20261123', SCV_SEED: '20261123' } : {}

/** Runs one step with its output on the console. Returns whether it succeeded. */
function step(title, script, args = [], env = {}) {
  console.log(`\n── ${title}`)
  const begun = performance.now()
  const run = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...seeds, ...process.env, ...env },
  })
  if (run.error) console.error(run.error.message)
  const ok = run.status === 0
  console.log(`── ${title}: ${ok ? 'ok' : 'FAILED'} (${((performance.now() - begun) / 1000).toFixed(1)} s)`)
  return ok
}

/** A step that is one check by itself: only its failure is counted, since the total counts tests. */
function check(...args) {
  const ok = step(...args)
  if (!ok) failed += 1
  return ok
}

/** Adds what a test runner reported. A runner that failed in any other way than by a test counts as one failure. */
function count(ok, file, read) {
  let found = { passed: 0, failed: 0, skipped: 0 }
  try {
    found = read(JSON.parse(readFileSync(join(reports, file), 'utf8')))
  } catch (error) {
    console.error(`no readable test report: ${error.message}`)
  }
  const ran = found.passed + found.failed > 0
  if (!ran) console.error('no test ran')
  passed += found.passed
  failed += found.failed || (ok && ran ? 0 : 1)
  skipped += found.skipped
}

function finish() {
  if (skipped > 0) console.log(`\n${skipped} tests were skipped`)
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}

// Without the binary, or the libraries that it names, nothing after it can run.
if (!check('setup', 'build/electron-binary.mjs')) finish()
for (const world of ['src-shared', 'src-main', 'src-renderer', '.'])
  check(`types of ${world}`, 'node_modules/typescript/bin/tsc', ['-p', world])
check('lint and format', 'node_modules/@biomejs/biome/bin/biome', ['check', '.'])
check('nothing unused', 'node_modules/knip/bin/knip.js')

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json']
const unit = step('unit tests', 'build/as-node.mjs', [...vitest, `--outputFile.json=${join(reports, 'unit.json')}`])
count(unit, 'unit.json', (report) => ({
  passed: report.numPassedTests,
  // A file that could not even be loaded holds no failed test, yet is a failure.
  failed:
    report.numFailedTests +
    report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length,
  skipped: report.numPendingTests + report.numTodoTests,
}))

if (check('build', 'node_modules/electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn'])) {
  const e2e = step('end-to-end tests', 'build/e2e.mjs', ['--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'e2e.json'),
  })
  count(e2e, 'e2e.json', ({ stats, errors }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  }))
}
finish()
