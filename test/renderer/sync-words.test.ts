// What is said of sync, of what may be done, and of a server's address before the device asks it.
import { SYNC_STATES, type SyncCollection, type SyncState, syncKindSchema } from '@shared/contract/sync'
import { type ErrorCode, ScvError } from '@shared/errors'
import { describe, expect, test } from 'vitest'
import { PERMISSIONS } from '../../src-main/engine/permissions'
import { ROLES } from '../../src-main/engine/roles'
import { addressProblem, addressRemark, certificateProblem } from '../../src-renderer/connect/address'
import {
  PERMISSION_WORDS,
  ROLE_WORDS,
  roleSentences,
  TOKEN_PRESETS,
  tokenSummary,
} from '../../src-renderer/format/roles'
import { readRefusal } from '../../src-renderer/sync/use-refusal'
import { clockWords, pendingOf, pendingWords, STATE_WORDS } from '../../src-renderer/sync/words'

const collection = (more: Partial<SyncCollection>): SyncCollection => ({
  kind: 'contacts',
  pendingUp: 0,
  pendingDown: null,
  sent: 0,
  received: 0,
  lastExchange: null,
  refused: 0,
  unreadable: 0,
  ...more,
})

describe('the state of sync', () => {
  test('every state is told apart by its words and its icon, not by colour alone', () => {
    const states = Object.keys(SYNC_STATES) as SyncState[]
    const told = (of: (state: SyncState) => unknown) => new Set(states.map(of)).size
    expect(told((state) => STATE_WORDS[state].label)).toBe(states.length)
    expect(told((state) => STATE_WORDS[state].title)).toBe(states.length)
    expect(told((state) => STATE_WORDS[state].icon)).toBe(states.length)
  })

  test('what waits is counted over all kinds; what the server has not said stays unknown', () => {
    expect(pendingOf({ collections: syncKindSchema.options.map((kind) => collection({ kind })) })).toEqual({
      up: 0,
      down: null,
      setAside: 0,
    })
    const pending = pendingOf({
      collections: [
        collection({ pendingUp: 2, pendingDown: 5, refused: 1 }),
        collection({ kind: 'notes', pendingUp: 1, unreadable: 3 }),
      ],
    })
    expect(pending).toEqual({ up: 3, down: 5, setAside: 4 })
    expect(pendingWords(pending)).toBe('3 to send, 5 to receive')
    expect(pendingWords({ up: 0, down: 0, setAside: 9 })).toBe('')
  })

  test.each([
    [null, null],
    [59_000, null],
    [-90_000, /about 2 minutes ahead of the server’s/],
    [61_000, /about 1 minute behind the server’s/],
    [7_300_000, /about 2 hours behind/],
  ])('a clock that is %j ms off', (offset, words) => {
    if (words === null) expect(clockWords(offset)).toBeNull()
    else expect(clockWords(offset)).toMatch(words)
  })
})

describe('what may be done', () => {
  test('every role and every permission has words, and there are words for nothing else', () => {
    expect(Object.keys(ROLE_WORDS).sort()).toEqual([...ROLES].sort())
    expect(Object.keys(PERMISSION_WORDS).sort()).toEqual([...PERMISSIONS].sort())
  })

  test('roles of other applications say nothing', () => {
    expect(roleSentences(['agent', '_admin', 'constructor'])).toEqual([
      'Agent: looks people up, adds, changes, keeps and merges them',
    ])
  })

  test('a token is summed up by its preset, its only right, or how many it has', () => {
    for (const { label, permissions } of TOKEN_PRESETS) expect(tokenSummary([...permissions].reverse())).toBe(label)
    expect(tokenSummary(['externalContacts:contact:edit'])).toBe('Change people, their notes, numbers and addresses')
    expect(tokenSummary(['externalContacts:contact:edit', 'externalContacts:contact:add'])).toBe('2 rights of its own')
  })
})

describe('signing in', () => {
  test('a refusal asks its question, and says which field it is about', () => {
    expect(readRefusal(undefined)).toEqual({ asksForPlain: false, unsent: undefined, field: undefined })
    const refusal = (code: ErrorCode) => readRefusal(new ScvError(code, 'No.'))
    expect(refusal('no_keychain')).toMatchObject({ asksForPlain: true })
    const unsent = new ScvError('unsynced_work', 'No.', { details: { count: 3, user: 'ann' } })
    expect(readRefusal(unsent)).toMatchObject({ unsent: 3 })
    expect(refusal('unsynced_work')).toMatchObject({ unsent: 0 })
    expect(refusal('server_untrusted')).toMatchObject({ field: 'ca' })
    expect(refusal('sign_in_refused')).toMatchObject({ field: 'password' })
  })

  test.each([
    ['https://sync.example.org', null],
    [' http://127.0.0.1:5984 ', null],
    ['', 'Where the server is.'],
    ['sync.example.org', /https:\/\//],
    ['https://', /no address/],
    ['https://ann:secret@sync.example.org', /Leave name and password out/],
  ])('the address %j', (text, problem) => {
    if (problem === null) expect(addressProblem(text)).toBeNull()
    else expect(addressProblem(text)).toMatch(problem)
  })

  test('without https there is a word of caution, except on this device', () => {
    expect(addressRemark('http://sync.example.org')).toMatch(/can read your password/)
    for (const safe of ['https://sync.example.org', 'http://localhost:5984', 'http://127.0.0.1', 'http://[::1]:1', 'x'])
      expect(addressRemark(safe)).toBeNull()
  })

  test('a certificate is told from a key and from anything else', () => {
    const pem = (what: string) => `-----BEGIN ${what}-----\nabc\n-----END ${what}-----\n`
    expect(certificateProblem('')).toBeNull()
    expect(certificateProblem(pem('CERTIFICATE'))).toBeNull()
    expect(certificateProblem(pem('PRIVATE KEY'))).toMatch(/private key/)
    expect(certificateProblem('abc')).toMatch(/begins with/)
  })
})
