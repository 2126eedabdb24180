// Who may do what at this device: signed out it only shows, locked it shows nothing, and neither loses what programs tell.
import { firstValueFrom, Subject } from 'rxjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Access, createAccess } from '../../src-main/application/access'
import { PERMISSIONS } from '../../src-main/engine/permissions'
import { permissionsOf } from '../../src-main/engine/roles'
import { barred } from '../../src-main/handlers/access'
import { contract } from '../../src-shared/contract'
import type { AccessState } from '../../src-shared/contract/access'

const ADA = { name: 'ada', roles: ['agent'] }
let seat: { user: typeof ADA | null; signedOut: boolean }
let worksSignedOut: boolean
let kept: boolean
let password: string | undefined
let now: number
let access: Access
const changes$ = new Subject<void>()

const open = (): Access => {
  const person = { id: 'ada', permissions: permissionsOf(['agent']) }
  const owner = { id: 'Olive', permissions: new Set(PERMISSIONS) }
  return createAccess({
    person: () => (seat.user ? person : owner),
    seat: () => seat,
    worksSignedOut: () => worksSignedOut,
    changes$,
    locked: {
      read: () => kept,
      save: (locked) => {
        kept = locked
      },
    },
    isPassword: (text) => (password === undefined ? undefined : text === password),
    now: () => now,
  })
}
const state = (): Promise<AccessState> => firstValueFrom(access.state$)
const may = (permission: string) => [...access.actor().permissions].includes(`externalContacts:${permission}` as never)

beforeEach(() => {
  seat = { user: ADA, signedOut: false }
  worksSignedOut = false
  kept = false
  password = 'correct'
  now = 1_000_000
  access = open()
})

describe('signed out', () => {
  beforeEach(() => {
    seat = { user: ADA, signedOut: true }
  })

  test('one sees what the last user could see, and changes nothing', async () => {
    expect(await state()).toMatchObject({ is: 'read-only', user: null, last: 'ada' })
    expect(['contact:view', 'conversation:viewAll', 'session:view'].map(may)).toEqual([true, true, true])
    expect(['contact:edit', 'contact:add', 'identity:merge', 'conversation:associate'].map(may)).toEqual(
      Array(4).fill(false),
    )
    expect(() => access.requireOpen()).toThrow(expect.objectContaining({ code: 'signed_out' }))
  })

  test('a program still tells of interactions, and does nothing else', () => {
    const { permissions } = access.programs()
    expect(permissions.has('externalContacts:conversation:associate')).toBe(true)
    expect(permissions.has('externalContacts:contact:edit')).toBe(false)
  })

  test('a setting lets work go on as the last user', async () => {
    worksSignedOut = true
    expect(await state()).toMatchObject({ is: 'open', user: null, last: 'ada' })
    expect(may('contact:edit')).toBe(true)
    access.requireOpen()
  })
})

test('a device that was never connected is its owner’s: nothing is barred', async () => {
  seat = { user: null, signedOut: false }
  expect(await state()).toMatchObject({ is: 'open', user: 'Olive', asksPassword: false })
  expect(may('identity:erase')).toBe(true)
})

describe('locked', () => {
  beforeEach(() => access.lock())

  test('nothing is changed, until the password is given', async () => {
    expect(await state()).toMatchObject({ is: 'locked', user: 'ada', asksPassword: true })
    expect(() => access.requireOpen()).toThrow(expect.objectContaining({ code: 'locked' }))
    expect(may('contact:edit')).toBe(false)
    expect(access.programs().permissions.has('externalContacts:contact:edit')).toBe(true)
    expect(() => access.unlock('wrong')).toThrow(expect.objectContaining({ code: 'wrong_password' }))
    expect(() => access.unlock()).toThrow(expect.objectContaining({ code: 'wrong_password' }))
    access.unlock('correct')
    expect(await state()).toMatchObject({ is: 'open' })
    expect(may('contact:edit')).toBe(true)
  })

  test('it outlives the process', async () => {
    access = open()
    expect(await state()).toMatchObject({ is: 'locked' })
    access.unlock('correct')
    expect(kept).toBe(false)
  })

  test('guessing is slow: after five wrong ones the right one waits, too, and a clock that is set back lets none in', () => {
    for (let n = 0; n < 5; n++) expect(() => access.unlock(`guess ${n}`)).toThrow()
    expect(() => access.unlock('correct')).toThrow('wrong 5 times')
    now += 29_000
    expect(() => access.unlock('correct')).toThrow('wrong 5 times')
    now += 2_000
    access.unlock('correct')
    access.requireOpen()
  })

  test('without a password on this device one signs in instead; signed out, none unlocks it', () => {
    password = undefined
    expect(() => access.unlock('')).toThrow('does not have your password')
    password = 'correct'
    seat = { user: ADA, signedOut: true }
    expect(() => access.unlock('correct')).toThrow('does not have your password')
    access.open()
    expect(kept).toBe(false)
  })

  test('a device without a user asks for nothing', () => {
    seat = { user: null, signedOut: false }
    access.unlock()
    access.requireOpen()
  })
})

test('through the window no command runs while it is barred but those that end it and those that keep what was typed', () => {
  const ran: string[] = []
  const names = Object.keys(contract) as (keyof typeof contract)[]
  const every = Object.fromEntries(names.map((name) => [name, () => ran.push(name)])) as never
  const handlers = barred(every, { access }) as unknown as Record<string, () => unknown>
  const refusedOf = (kind: string) =>
    names.filter((name) => {
      if (contract[name].kind !== kind) return false
      try {
        handlers[name]?.()
        return false
      } catch {
        return true
      }
    })
  expect(refusedOf('command')).toEqual([])
  access.lock()
  expect(refusedOf('query')).toEqual([])
  expect(refusedOf('live')).toEqual([])
  const refused = refusedOf('command')
  const commands = names.filter((name) => contract[name].kind === 'command')
  expect(commands.filter((name) => !refused.includes(name)).sort()).toEqual([
    'access.lock',
    'access.unlock',
    'app.openLog',
    'drafts.end',
    'drafts.keep',
    'export.cancel',
    'import.cancel',
    'sync.connect',
    'sync.signIn',
    'sync.signOut',
    'sync.tryNow',
  ])
})
