// `npm run test:packaged`: tries the package that `npm run dist` made, and fails where there is none.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const folder = resolve(
  import.meta.dirname,
  `../release/linux${process.arch === 'x64' ? '' : `-${process.arch}`}-unpacked`,
)
if (!existsSync(folder)) {
  console.error(`There is no package in ${folder}. Make one: npm run dist -- --development`)
  process.exit(1)
}
const script = resolve(import.meta.dirname, 'e2e.mjs')
const config = ['-c', 'test/packaged/packaged.config.ts']
const run = spawnSync(process.execPath, [script, ...config, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, SCV_PACKAGED: folder },
})
process.exit(run.status ?? 1)
