// The documents keep their promises: short where they say so, every link leads somewhere, every decision names the test
// that holds it.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const LINK = /\]\(([^)#\s]+)(?:#[^)]*)?\)/g

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map((name) => join('docs', String(name)))
    .filter((name) => name.endsWith('.md')),
  ...['engine', 'application', 'api', 'import', 'storage', 'projections', 'replication'].map(
    (part) => `src-main/${part}/README.md`,
  ),
  'src-renderer/README.md',
]

test('the README has at most 6 KB', () => {
  expect(statSync(join(root, 'README.md')).size).toBeLessThanOrEqual(6 * 1024)
})

test.each(documents)('every link of %s leads to a file', (document) => {
  const text = readFileSync(join(root, document), 'utf8')
  const dead = [...text.matchAll(LINK)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(document), target)))
  expect(dead).toEqual([])
})

test.each(documents.filter((name) => name.startsWith('src-')))('every file that %s names is there', (document) => {
  const text = readFileSync(join(root, document), 'utf8')
  const named = [...text.matchAll(/`([\w./-]+\/|[\w./-]+\.(?:tsx?|js|md))`/g)].map(([, path = '']) =>
    path.replace(/\/$/, ''),
  )
  expect(named.length).toBeGreaterThan(0)
  const around = readdirSync(join(root, dirname(document)), { recursive: true, encoding: 'utf8' })
  const isThere = (path: string) =>
    around.some((file) => file === path || file.endsWith(`/${path}`)) ||
    ['.', 'src-main'].some((place) => existsSync(join(root, place, path)))
  expect(named.filter((path) => !isThere(path))).toEqual([])
})

test('the paths through the house name files that are there', () => {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const named = [...text.matchAll(/`(src-[\w./-]+\.tsx?)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('documents name their actors', () => {
  const PRONOUNS = /\b(?:nobody|somebody|someone|anybody|whoever|whom)\b/gi
  const found = (text: string) => text.match(PRONOUNS) ?? []
  expect(
    documents.flatMap((name) => found(readFileSync(join(root, name), 'utf8')).map((word) => [name, word])),
  ).toEqual([])
  expect(found('Told to whoever asks; Nobody waits.')).toHaveLength(2)
})

test('every script that a document names is one of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const named = documents.flatMap((document) =>
    [...readFileSync(join(root, document), 'utf8').matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => name),
  )
  expect(named.length).toBeGreaterThan(0)
  expect([...new Set(named)].filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
})

describe('decisions', () => {
  const folder = join(root, 'docs/decisions')
  const files = readdirSync(folder).filter((name) => name !== 'README.md')

  test('are numbered without gaps and listed', () => {
    const index = readFileSync(join(folder, 'README.md'), 'utf8')
    expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, i) => i + 1))
    for (const name of files) expect(index).toContain(`(${name})`)
  })

  test.each(files)('%s says when, what, what else, and what holds it', (name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    expect(text).toMatch(/^# \d{4} · .+\n\n\d{4}-\d\d-\d\d · \w+/)
    for (const part of ['Context', 'Decision', 'Rejected', 'Held by']) expect(text).toContain(`\n## ${part}\n`)
    const held = text.slice(text.indexOf('## Held by'))
    const missing = [...held.matchAll(/`([^`]+)`/g)]
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(root, path)))
    expect(missing).toEqual([])
    // A decision that nothing can break says so in words.
    expect(/`test\/[\w./-]+\.(?:test|spec)\.tsx?`/.test(held) || held.includes('none: there is nothing to hold')).toBe(
      true,
    )
  })
})
