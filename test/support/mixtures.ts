// Two people's stories told as one person's, as resolution mixes them up: a number that two share, an address that is used again,
// a phone that is handed on. Seeded, so that every run draws the same.
import type { SplitThing } from '../../src-main/engine/derive/split-suggestion'
import type { SplitSide } from '../../src-shared/contract/splitting'

export interface Mixture {
  how: 'shared' | 'reused' | 'handed-on'
  /** What resolution took for one person's. */
  common: string
  things: SplitThing[]
  truth: Map<string, SplitSide>
}

const FIRST = ['Helen', 'Tim', 'Rosa', 'Ivo', 'Maud', 'Nils', 'Petra', 'Karim', 'Edith', 'Janek', 'Lotte', 'Omar']
const LAST = ['Marsh', 'Fuller', 'Okafor', 'Lindt', 'Varga', 'Quinn', 'Moreau', 'Sander', 'Petrov', 'Hale']
const MATTERS = ['delivery', 'invoice', 'warranty', 'upgrade', 'refund', 'appointment', 'contract', 'repair', 'meter']
const PHRASES = [
  'asked about the',
  'called again about the',
  'wants news of the',
  'complained about the',
  'thanked for the',
]
const AGENTS = ['ann', 'bo', 'cy']
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What is read of an address: what stands before its domain. */
const textOf = (one: string): string => (one.startsWith('mail:') ? one.slice(5, one.indexOf('@')) : '')

interface Life {
  side: 'stays' | 'moves'
  first: string
  last: string
  own: string[]
  from: number
  to: number
  matters: string[]
}

export function mixture(seed: number): Mixture {
  const random = seeded(seed)
  const int = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const chance = (p: number) => random() < p
  const how = pick(['shared', 'reused', 'handed-on'] as const)
  const start = Date.UTC(2024, int(0, 11), int(1, 28))
  const span = int(200, 700) * DAY
  const family = chance(0.4)
  const surname = pick(LAST)
  const firsts = [...FIRST].sort(() => random() - 0.5)
  const common = how === 'reused' ? 'mail:shared@example.org' : `phone:+44${int(1_000_000_000, 9_999_999_999)}`
  const changes = start + span * (0.3 + 0.4 * random())
  const life = (side: Life['side'], n: number): Life => {
    const first = firsts[n] ?? 'Ada'
    const last = how === 'shared' && family ? surname : (LAST[(LAST.indexOf(surname) + n) % LAST.length] ?? surname)
    const own = [
      ...(chance(0.75) ? [`mail:${first}.${last}@example.com`.toLowerCase()] : []),
      ...(chance(0.4) ? [`phone:+49${int(100_000_000, 999_999_999)}`] : []),
      ...(chance(0.3) ? [`cookie:${int(1e6, 1e7)}`] : []),
    ]
    return {
      side,
      first,
      last,
      own,
      from: how !== 'shared' && side === 'moves' ? changes + int(1, 40) * DAY : start,
      to: how !== 'shared' && side === 'stays' ? changes : start + span,
      matters: Array.from({ length: int(2, 5) }, () => `${pick(MATTERS)} ${int(10_000, 99_999)}`),
    }
  }
  const lives = [life('stays', 0), life('moves', 1)]
  const things: SplitThing[] = []
  const truth = new Map<string, SplitSide>()
  const add = (thing: SplitThing, side: SplitSide): void => {
    things.push(thing)
    truth.set(thing.id, side)
  }

  add(
    { id: `identifier ${common}`, kind: 'identifier', at: start, identifiers: [common], text: '' },
    how === 'shared' ? 'both' : 'moves',
  )
  for (const { side, first, last, own, from, to, matters } of lives) {
    const met = new Set<string>()
    const conversations = int(4, 22)
    const begins = Array.from({ length: conversations }, () => from + random() * (to - from)).sort((a, b) => a - b)
    begins.forEach((begin, n) => {
      // A matter goes on for some conversations.
      const matter = matters[Math.floor((n / conversations) * matters.length)] ?? ''
      // The first came by what resolution confused the two by.
      const byOwn = n > 0 && own.length > 0 && chance(0.45)
      const came = byOwn ? [pick(own)] : [common]
      if (own.length > 0 && chance(0.2)) came.push(byOwn ? common : pick(own))
      for (const one of came) met.add(one)
      const named = chance(0.45)
      const told = chance(0.7)
      const other = lives.find((one) => one.side !== side)?.first
      const text = `${chance(0.03) ? `with ${other} ` : ''}${named ? `${first}${chance(0.3) ? ` ${last}` : ''} ` : ''}${told ? `${pick(PHRASES)} ${matter}` : ''}`
      const id = `${side} ${n}`
      const at = Math.floor(begin)
      const until = at + int(1, 20) * 60_000
      add({ id: `interaction ${id}`, kind: 'interaction', at, until, identifiers: [...new Set(came)], text }, side)
      if (chance(0.18))
        add(
          {
            id: `note ${id}`,
            kind: 'note',
            at: until + int(0, 10) * 60_000,
            identifiers: [],
            text: `${chance(0.5) ? `${first} ` : ''}${pick(PHRASES)} ${chance(0.6) ? matter : pick(MATTERS)}`,
          },
          side,
        )
      if (n === 0 || chance(0.08)) {
        const unit = `${at} ${pick(AGENTS)}`
        const typed = until + int(0, 5) * 60_000
        const value = (key: string, words: string, namePart?: string) =>
          add(
            {
              id: `value ${key} ${id}`,
              kind: 'value',
              at: typed,
              identifiers: [],
              text: words,
              unit,
              ...(namePart ? { namePart } : {}),
            },
            side,
          )
        if (n === 0 && chance(0.9)) {
          value('firstName', first, 'firstName')
          if (chance(0.8)) value('lastName', last, 'lastName')
        }
        if (chance(0.4)) value('address', `${int(1, 99)} ${pick(['Elm', 'Mill', 'Harbour', 'Station'])} Street`)
        if (chance(0.3)) value('title', pick(['Dr', 'Engineer', 'Nurse', 'Teacher']))
      }
    })
    for (const one of own)
      if (met.has(one))
        add(
          {
            id: `identifier ${one}`,
            kind: 'identifier',
            at: begins[0] ?? start,
            identifiers: [one],
            text: textOf(one),
          },
          side,
        )
  }
  // Seen as on screen: identifiers, values and notes first, what came by them the latest first.
  const order = ['identifier', 'value', 'note', 'interaction']
  things.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.at - a.at || (a.id < b.id ? -1 : 1))
  return { how, common, things, truth }
}
