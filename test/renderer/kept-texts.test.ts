// Nothing typed is lost: every component of the window that takes text keeps it as a draft, or says why not.
// Invariant: a new field that keeps its text to itself fails here until it is a draft or has its reason below.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../src-renderer')
const components = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tsx'))
  .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(root, name), 'utf8') }))

/** What a person can type into; choices among given ones are none. */
const TYPED_INTO = [
  'TextInput',
  'Textarea',
  'NumberInput',
  'PasswordInput',
  'TagsInput',
  'Autocomplete',
  'JsonInput',
  'PillsInput.Field',
  'Spotlight.Search',
  'input',
  'textarea',
]

/** Fields that hand every letter to their caller, which keeps it as a draft. */
const HANDED_ON: Readonly<Record<string, string>> = {
  'components/LineInput.tsx': 'EditableLine, NewContactScreen, PromoteForm',
  'components/TypedInputs.tsx': 'CustomFields, TypedSection',
  'components/TagsField.tsx': 'TypedInputs, FieldsForm',
  'connect/Certificate.tsx': 'ConnectForm',
  'lookup/PeopleField.tsx': 'LookupScreen, PeoplePicker',
  'merging/ResultPanel.tsx': 'MergeScreen',
  'merging/TakeBackForm.tsx': 'UndoDialog, RejoinDialog',
  'splitting/SplitPanel.tsx': 'SplitScreen',
}

/** Fields that are no draft on purpose. */
const NO_DRAFT: Readonly<Record<string, string>> = {
  'access/LockScreen.tsx': 'a password is written nowhere',
  'sync/SignInDialog.tsx': 'a password is written nowhere, and on a shared device no name beside it',
  'vault/PassphraseForm.tsx': 'a passphrase is written nowhere',
  'vault/RecoveryKeyShown.tsx': 'letters of a key, which is written nowhere',
  'vault/UnlockData.tsx': 'a passphrase is written nowhere',
  'person/EraseDialog.tsx': 'the name is retyped each time, so that erasing is meant each time',
  'app/CommandPalette.tsx':
    'names a command for a moment; a person looked up from it stands in the look-up field, which keeps it',
  'history/AsOf.tsx': 'a day and time that choose what is shown; no work is in them',
  'audit/AuditFilters.tsx':
    'two dates that narrow a list, remembered while other screens are shown; no work is in them',
  'journey/Filters.tsx':
    'two dates that narrow a picture, remembered while other screens are shown; no work is in them',
}

interface Found {
  /** Takes text. */
  takes: boolean
  /** A letter goes into the state of the component alone. */
  toItself: string[]
  usesDraft: boolean
}

function textsOf(name: string, text: string): Found {
  const { program } = parseSync(name, text)
  const setters = new Set([...text.matchAll(/const \[\w+, (\w+)\] = useState/g)].map(([, setter]) => setter))
  const found: Found = { takes: false, toItself: [], usesDraft: /\buse(?:Draft|Recording)\b[<(]/.test(text) }
  new Visitor({
    JSXOpeningElement: (element) => {
      const called = text.slice(element.name.start, element.name.end)
      const attributes = element.attributes.map((one) => text.slice(one.start, one.end))
      const isEditable = attributes.some((one) => /^contenteditable/i.test(one))
      if (!isEditable && !TYPED_INTO.includes(called)) return
      if (attributes.includes('readOnly')) return
      found.takes = true
      const change = attributes.find((one) => one.startsWith('onChange')) ?? ''
      for (const [word] of change.matchAll(/\w+/g)) if (setters.has(word)) found.toItself.push(`${called}: ${word}`)
    },
  }).visit(program)
  return found
}

const taking = components.map(({ name, text }) => ({ name, ...textsOf(name, text) })).filter(({ takes }) => takes)

test('every component that takes text keeps it as a draft, hands it on, or says why not', () => {
  expect(taking.length).toBeGreaterThan(25)
  const lost = taking.filter(({ name, usesDraft, toItself }) => {
    if (name in NO_DRAFT) return false
    return toItself.length > 0 || (!usesDraft && !(name in HANDED_ON))
  })
  expect(lost.map(({ name, toItself }) => `${name} ${toItself.join()}`)).toEqual([])
})

test('the exceptions are needed, and those that letters are handed to keep them', () => {
  const names = taking.map(({ name }) => name)
  expect([...Object.keys(HANDED_ON), ...Object.keys(NO_DRAFT)].filter((name) => !names.includes(name))).toEqual([])
  expect(Object.keys(HANDED_ON).filter((name) => taking.find((one) => one.name === name)?.usesDraft)).toEqual([])
})

test.each([
  ['<TextInput value={a} onChange={(event) => setA(event.currentTarget.value)} />', true],
  ['<div contentEditable onInput={f} />', false],
  ['<Textarea value={draft.values.a} onChange={f} />', false],
])('%s takes text', (jsx, toItself) => {
  const found = textsOf('a.tsx', `const A = () => { const [a, setA] = useState(''); return ${jsx} }`)
  expect(found).toMatchObject({ takes: true, usesDraft: false })
  expect(found.toItself.length > 0).toBe(toItself)
})
