// Each world compiles with what it has and nothing else: a screen without Node, the main process without a page, shared
// code without either. Invariant: each barrier is shown to bite, with a file that steps over it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
let folder: string

beforeAll(() => {
  mkdirSync(join(root, 'out'), { recursive: true })
  folder = mkdtempSync(join(root, 'out/worlds-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the compiler of a world says of one line of code. */
function compile(world: string, line: string): string {
  writeFileSync(join(folder, 'line.ts'), `${line}\nexport {}\n`)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: `../../${world}/tsconfig.json`,
      compilerOptions: { incremental: false },
      include: ['./line.ts'],
    }),
  )
  const run = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
    cwd: root,
    encoding: 'utf8',
  })
  return run.stdout + run.stderr
}

test.each([
  ['src-shared', 'console.log(process.version)', 'process'],
  ['src-shared', 'document.title = String(1)', 'document'],
  ['src-main', 'document.title = String(1)', 'document'],
  ['src-renderer', "process.env['HOME']", 'process'],
  ['src-renderer', "require('node:fs')", 'require'],
])('%s: %s', (world, line, missing) => {
  expect(compile(world, line)).toContain(`Cannot find name '${missing}'`)
})

test.each(['src-shared', 'src-main', 'src-renderer'])('%s compiles a line that needs neither', (world) => {
  expect(compile(world, 'export const one: number = 1')).toBe('')
})
