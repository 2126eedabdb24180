// `npm test`: the whole check. Types, lint and format and the build, a few at a time; unit tests in Electron's Node;
// end-to-end tests on the built app. Every step runs even after one has failed, and the last line is the total: `N passed,
// N failed`.
// Invariant: it succeeds only if every step did and both kinds of tests really ran.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
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

/**
 * Steps that are one check each, as many at a time as there are processors. Only failures are counted, since the total counts
 * tests. Returns whether each succeeded.
 */
async function checks(steps) {
  const waiting = steps.map((step, index) => ({ step, index }))
  const ok = []
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) ok[next.index] = await aside(...next.step)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  failed += ok.filter((one) => !one).length
  return ok
}

/** Runs a step beside others: its output comes when it ends, so that none mix. */
function aside(title, script, args = []) {
  const begun = performance.now()
  const run = spawn(process.execPath, [join(root, script), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [run.stdout, run.stderr]) stream.on('data', (chunk) => (output += chunk))
  return new Promise((resolveStep) => {
    const end = (ok) => {
      console.log(
        `\n${output}── ${title}: ${ok ? 'ok' : 'FAILED'} (${((performance.now() - begun) / 1000).toFixed(1)} s)`,
      )
      resolveStep(ok)
    }
    run.once('error', (error) => {
      output += error.message
      end(false)
    })
    run.once('close', (code) => end(code === 0))
  })
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
const [ready] = await checks([['setup', 'build/electron-binary.mjs']])
if (!ready) finish()
// One checker each: several would work out the same types again, for nothing where all processors are busy.
const tsc = (world) => [`types of ${world}`, 'node_modules/typescript/bin/tsc', ['-p', world, '--checkers', '1']]
// The longest first.
const [built] = await checks([
  ['build', 'node_modules/electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn']],
  ...['.', 'src-renderer', 'src-main', 'src-shared'].map(tsc),
  ['lint and format', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']],
  ['nothing unused', 'node_modules/knip/bin/knip.js'],
])

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

if (built) {
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
