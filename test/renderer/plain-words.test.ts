// Sentences of a person, not of the machine: what the window says holds no word of the machine's.
// Invariant: texts are read as the compiler reads them, so that names of things in code may be what they are.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../src-renderer')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))

/** What is said otherwise: a number or address, this person, kept, waiting … */
const MACHINE =
  /\b(?:canonical|ancestors?|tombstones?|identifiers?|normalis\w*|replicat\w*|in force|points? to|set aside|merge sets?|contenders?|promot(?:e|ed|ion)|payload|null|boolean|enum|undefined|invalid input)\b/i

/** What a reader sees of a file: texts of elements, and literals that are sentences or labels rather than names in code. */
function saidIn(name: string, text: string): string[] {
  const said: string[] = []
  const add = (value: string): void => {
    const words = value.replace(/\s+/g, ' ').trim()
    if (/ /.test(words) || /^[A-Z][a-z]+$/.test(words)) said.push(words)
  }
  new Visitor({
    Literal: (node) => {
      if (typeof node.value === 'string') add(node.value)
    },
    TemplateElement: (node) => add(node.value.raw),
    JSXText: (node) => add(node.value),
  }).visit(parseSync(name, text).program)
  return said
}

test('the window says nothing in words of the machine', () => {
  const all = files.flatMap((name) =>
    saidIn(name, readFileSync(join(root, name), 'utf8')).map((words) => ({ name, words })),
  )
  expect(all.length).toBeGreaterThan(1500)
  expect(all.filter(({ words }) => MACHINE.test(words)).map(({ name, words }) => `${name}: ${words}`)).toEqual([])
})

test.each(['<Text>It points to Ann</Text>', "const a = 'This identifier is taken'", 'const a = `Set aside now`'])(
  '%s is noticed',
  (line) => {
    expect(saidIn('a.tsx', line).some((words) => MACHINE.test(words))).toBe(true)
  },
)
