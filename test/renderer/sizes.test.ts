// Sizes and spacing of the window stand in its theme and its style sheet; components name them.
// Invariant: no component writes a length of its own, and every class that one names exists, and the other way round.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../src-renderer')
const sheet = readFileSync(join(root, 'styles.css'), 'utf8')
const components = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tsx'))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }))

const SPACES = ['hair', 'tight', 'snug', 'xs', 'sm', 'md', 'lg', 'xl']
const LENGTHS =
  'size|w|h|miw|mih|maw|mah|width|height|maxHeight|maxDropdownHeight|labelWidth|zIndex|top|left|right|bottom|x|y'
const SPACINGS = 'gap|spacing|verticalSpacing|horizontalSpacing|padding|[mp][trblxy]?'
/** What moves with a list's scrolling is a number of that moment, not a size. */
const MOVING = /style=\{\{ transform: `translateY\(\$\{row\.start\}px\)` \}\}/g

/** What a component says about lengths by itself. */
function ownLengths(component: string): string[] {
  const text = component.replaceAll(MOVING, '')
  const spaces = [...text.matchAll(new RegExp(`\\s(?:${SPACINGS})="([^"]*)"`, 'g'))]
  return [
    ...[...text.matchAll(/\bstyles?=\{\{?.*/g)].map(([found]) => found),
    ...[...text.matchAll(new RegExp(`\\s(?:${LENGTHS}|${SPACINGS})=\\{-?[\\d.]*[1-9].*?\\}`, 'g'))].map(
      ([found]) => found,
    ),
    ...[...text.matchAll(/['"`][^'"`\n]*\b[\d.]+(?:px|rem|em)\b[^'"`\n]*['"`]/g)].map(([found]) => found),
    ...spaces
      .filter(([, token = '']) => !SPACES.includes(token.replace('-', '')) && token !== 'auto')
      .map(([found]) => found),
  ]
}

test('stand in the theme alone', () => {
  expect(components.length).toBeGreaterThan(80)
  const own = components.flatMap(({ name, text }) => ownLengths(text).map((found) => `${name}: ${found.trim()}`))
  expect(own).toEqual([])
})

test.each([
  '<Box style={{ flexShrink: 0 }} />',
  '<Box style={narrow} />',
  '<Stack gap={6} />',
  '<Stack gap="8px" />',
  '<Stack gap="smug" />',
  '<Box mt={-8} />',
  '<Box w={112} />',
  '<IconUser size={1.5} />',
  "<Box w='7rem' />",
])('%s is noticed', (component) => {
  expect(ownLengths(component)).not.toEqual([])
})

test('what says no length is let be', () => {
  expect(ownLengths('<Box flex={1} p={0} fw={600} mt="-snug" w={WIDTH.label} h="100%" />')).toEqual([])
})

test('classes that components name are those of the style sheet', () => {
  const named = new Set(
    components.flatMap(({ text }) => text.replace(/`scv-[a-z-]+\$.*/g, '').match(/(?<![-\w])scv-[a-z-]+/g) ?? []),
  )
  const written = new Set([...sheet.matchAll(/\.(scv-[a-z-]+)/g)].map(([, name = '']) => name))
  expect([...named].sort()).toEqual([...written].sort())
})
