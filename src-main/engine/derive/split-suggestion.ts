// Which of two people each thing that is known of one tells of: a guess from a few things that an agent has placed. It goes from
// thing to thing by what they have in common: an identifier they came by, a name or number told in them, the command that wrote
// them, the conversation they were typed in, and the days they lie in.
// Invariant: pure and the same on every device; what an agent has placed stays where it was placed.

import type { SplitSide } from '@shared/contract/splitting'

/** One thing that is known of a person. */
export interface SplitThing {
  id: string
  kind: 'identifier' | 'value' | 'note' | 'interaction'
  /** When it came about, ms. */
  at: number
  /** When it ended, of a conversation; ms. */
  until?: number
  /** Identifiers that it is, holds, or came by. */
  identifiers: readonly string[]
  /** What is told in it. */
  text: string
  /** The command that wrote it: what one command writes of a person belongs together. */
  unit?: string
  /** The part of a name that it is. */
  namePart?: string
}

const ROUNDS = 14
/** What is typed belongs to a conversation until so long after it. */
const TYPED_AFTER_MS = 30 * 60_000
const TYPED_BEFORE_MS = 5 * 60_000
const TIME_NEIGHBOURS = 5
/** How much a thing that two have in common says. */
const WEIGHT = { identifier: 1, name: 2, reference: 1.6, word: 0.3, unit: 2, conversation: 2, time: 2.2 } as const
/** From this share on of the smaller side a thing in common tells nothing. */
const MIXED = 0.33
/** How much it tells that what lies next to each other in time is on one side. */
const NEAR = 0.5
/** How much is told by nothing. */
const SMOOTH = 0.3
/** What an agent has placed counts as so many of what is guessed. */
const PLACED = 2
/** Evidence is as good as none below this. */
const LEAST = 0.08

/** What some things have in common, as indexes of them. */
interface Feature {
  weight: number
  of: number[]
}

/** What things have to do with each other. */
interface Bonds {
  features: readonly Feature[]
  /** By thing: indexes of its features. */
  own: readonly number[][]
  /** Things that are a first name. */
  calls: ReadonlySet<number>
  /** By thing: those next to it in time, and how near they are. */
  neighbours: readonly { index: number; nearness: number }[][]
}

const WORD = /[\p{L}\p{N}]{3,}/gu
const wordsOf = (text: string): string[] => [...new Set(text.normalize('NFKC').toLowerCase().match(WORD))]

/** @param shared identifiers that both have, and so tell nothing */
function bondsOf(things: readonly SplitThing[], shared: ReadonlySet<string>): Bonds {
  const found = new Map<string, Feature>()
  const add = (key: string, weight: number, index: number): void => {
    const feature = found.get(key)
    if (!feature) found.set(key, { weight, of: [index] })
    else if (feature.of.at(-1) !== index) feature.of.push(index)
  }
  const words = things.map(({ text }) => wordsOf(text))
  const names = new Set(
    things.flatMap(({ kind, namePart }, index) =>
      namePart === undefined && kind !== 'identifier' ? [] : (words[index] ?? []),
    ),
  )
  const conversations = things
    .flatMap(({ kind, at, until = at }, index) => (kind === 'interaction' ? [{ at, until, index }] : []))
    .sort((a, b) => a.at - b.at)
  things.forEach((thing, index) => {
    for (const id of thing.identifiers) if (!shared.has(id)) add(`identifier ${id}`, WEIGHT.identifier, index)
    if (thing.unit !== undefined) add(`unit ${thing.unit}`, WEIGHT.unit, index)
    for (const word of words[index] ?? [])
      if (names.has(word)) add(`name ${word}`, WEIGHT.name, index)
      else if (/\p{N}/u.test(word)) add(`reference ${word}`, WEIGHT.reference, index)
      else add(`word ${word}`, WEIGHT.word, index)
    if (thing.kind !== 'value' && thing.kind !== 'note') return
    const typedIn = conversations.findLast(
      ({ at, until }) => at - TYPED_BEFORE_MS <= thing.at && thing.at <= until + TYPED_AFTER_MS,
    )
    if (typedIn) for (const one of [typedIn.index, index]) add(`typed in ${typedIn.index}`, WEIGHT.conversation, one)
  })
  const features = [...found].flatMap(([key, { weight, of }]): Feature[] => {
    if (of.length < 2) return [] // it joins nothing
    // A word that many things have tells little.
    const rarity = key.startsWith('word ') ? 1 - of.length / (0.15 * things.length) : 1
    return rarity <= 0 ? [] : [{ weight: weight * rarity, of }]
  })
  const own: number[][] = things.map(() => [])
  features.forEach(({ of }, feature) => {
    for (const index of of) own[index]?.push(feature)
  })
  const calls = new Set(things.flatMap(({ namePart }, index) => (namePart === 'firstName' ? [index] : [])))
  return { features, own, calls, neighbours: neighboursIn(things) }
}

function neighboursIn(things: readonly SplitThing[]): Bonds['neighbours'] {
  const dated = things
    .map(({ kind, at }, index) => ({ kind, at, index }))
    .filter(({ kind }) => kind !== 'identifier')
    .sort((a, b) => a.at - b.at || a.index - b.index)
  const gaps = dated.slice(1).map(({ at }, i) => at - (dated[i]?.at ?? at))
  const usual = Math.max([...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 1, 1)
  const neighbours: { index: number; nearness: number }[][] = things.map(() => [])
  dated.forEach(({ at, index }, place) => {
    for (const other of dated.slice(Math.max(0, place - TIME_NEIGHBOURS), place + TIME_NEIGHBOURS + 1))
      if (other.index !== index)
        neighbours[index]?.push({ index: other.index, nearness: Math.exp(-Math.abs(other.at - at) / (3 * usual)) })
  })
  return neighbours
}

/** Each thing's side, from -1, surely the one who stays, to 1, surely the other. */
function spread(
  { features, own, neighbours, calls }: Bonds,
  fixed: ReadonlyMap<number, number>,
  from?: Float64Array,
): Float64Array {
  const sides = from ? Float64Array.from(from) : new Float64Array(own.length)
  for (const [index, side] of fixed) sides[index] = side
  const moves = new Float64Array(features.length)
  const stays = new Float64Array(features.length)
  for (let round = 0; round < ROUNDS; round += 1) {
    features.forEach(({ of, weight }, feature) => {
      let [more, less] = [0, 0]
      for (const index of of) {
        // A first name that was placed says whose the name is, however often it was guessed otherwise.
        const says = !fixed.has(index) ? 1 : calls.has(index) && weight === WEIGHT.name ? of.length : PLACED
        const side = (sides[index] ?? 0) * says
        if (side > 0) more += side
        else less -= side
      }
      moves[feature] = more
      stays[feature] = less
    })
    let change = 0
    const next = own.map((mine, index) => {
      const side = sides[index] ?? 0
      if (fixed.has(index)) return side
      let evidence = 0
      for (const feature of mine) {
        // Without what the thing itself says, or every first guess would confirm itself.
        const more = Math.max((moves[feature] ?? 0) - Math.max(side, 0), 0)
        const less = Math.max((stays[feature] ?? 0) - Math.max(-side, 0), 0)
        // What both have tells nothing.
        const mixed = more + less === 0 ? 1 : Math.min(more, less) / (more + less)
        if (mixed < MIXED) {
          const weight = (features[feature]?.weight ?? 0) * (1 - mixed / MIXED)
          evidence += weight * Math.log((more + SMOOTH) / (less + SMOOTH))
        }
      }
      let [near, all] = [0, 0.5]
      for (const one of neighbours[index] ?? []) {
        near += one.nearness * (sides[one.index] ?? 0)
        all += one.nearness
      }
      const told = Math.tanh((evidence + WEIGHT.time * (near / all)) / 2)
      change = Math.max(change, Math.abs(told - side))
      return (side + told) / 2
    })
    sides.set(next)
    if (change < 0.02) break
  }
  return sides
}

/**
 * How well two sides explain what things have in common: what it tells to know the side, over all of it. Everything on one side
 * explains nothing.
 */
function explained({ features, neighbours }: Bonds, sides: Float64Array): number {
  const moves = sides.map((side) => (side > LEAST ? 1 : 0))
  const share = (moves.reduce((sum, one) => sum + one, 0) + 0.5) / (moves.length + 1)
  const told = (part: number, whole: number) => (part === 0 ? 0 : part * Math.log(part / whole))
  let sum = 0
  for (const { weight, of } of features) {
    const part = of.reduce((count, index) => count + (moves[index] ?? 0), 0) / of.length
    sum += weight * of.length * (told(part, share) + told(1 - part, 1 - share))
  }
  const agreeing = share * share + (1 - share) * (1 - share)
  neighbours.forEach((near, index) => {
    for (const one of near) sum += NEAR * one.nearness * ((moves[index] === moves[one.index] ? 1 : 0) - agreeing)
  })
  return sum
}

/** Parts of a name that are not those in the same place that move. */
function otherNames(things: readonly SplitThing[], isMoving: (index: number) => boolean): number[] {
  const moving = things.filter(({ namePart }, index) => namePart !== undefined && isMoving(index))
  return things.flatMap(({ namePart, text }, index) => {
    const rivals = namePart === undefined ? [] : moving.filter((one) => one.namePart === namePart)
    const words = new Set(rivals.length > 0 ? wordsOf(text) : [])
    return rivals.length > 0 && rivals.every((one) => wordsOf(one.text).every((word) => !words.has(word)))
      ? [index]
      : []
  })
}

/**
 * Guesses of what surely stays, beside what the agent has said: another name in the place of one that moves, an identifier that
 * has little to do with what moves, and what came first of all.
 */
function guessesOfStaying(
  things: readonly SplitThing[],
  bonds: Bonds,
  fixed: ReadonlyMap<number, number>,
): (readonly number[])[] {
  const near = spread(bonds, new Map([...fixed].filter(([, side]) => side > 0)))
  const names = otherNames(things, (index) => (near[index] ?? 0) > 0.5).filter((index) => !fixed.has(index))
  const ofKind = (kind: SplitThing['kind']) =>
    things.flatMap((thing, index) =>
      thing.kind === kind && !fixed.has(index) ? [{ index, at: thing.at, near: near[index] ?? 0 }] : [],
    )
  const identifiers = ofKind('identifier').sort((a, b) => a.near - b.near || a.at - b.at || a.index - b.index)
  const [earliest] = ofKind('interaction').sort((a, b) => a.at - b.at || a.index - b.index)
  return [
    ...(names.length > 0 ? [names] : []),
    ...identifiers.slice(0, 3).map(({ index }) => [index]),
    ...(earliest ? [[earliest.index]] : []),
  ]
}

/** Whose an identifier is by what came by it: the later one's where one had it after the other, else of both. */
function sideOfIdentifier(came: readonly { at: number; side: number }[]): SplitSide | undefined {
  const told = came.filter(({ side }) => Math.abs(side) > LEAST).sort((a, b) => a.at - b.at)
  const moving = told.filter(({ side }) => side > 0).length
  if (told.length === 0) return undefined
  if (moving === 0) return 'stays'
  if (moving === told.length) return 'moves'
  const last = (told.at(-1)?.side ?? 0) > 0
  // The best moment of a change of hands, and what contradicts it.
  let before = 0
  let least = told.length
  told.forEach(({ side }, i) => {
    before += side > 0 === last ? 1 : 0
    const others = told.slice(i + 1).filter((one) => one.side > 0 !== last).length
    least = Math.min(least, before + others)
  })
  return least <= told.length * 0.12 ? (last ? 'moves' : 'stays') : 'both'
}

/**
 * Where each thing belongs, by the things that an agent has placed. Nothing placed: everything stays.
 * @param placed by id
 */
export function suggestSplit(
  things: readonly SplitThing[],
  placed: ReadonlyMap<string, SplitSide>,
  before?: ReadonlyMap<string, SplitSide>,
): Map<string, SplitSide> {
  const fixed = new Map<number, number>()
  things.forEach(({ id }, index) => {
    const side = placed.get(id)
    if (side === 'moves' || side === 'stays') fixed.set(index, side === 'moves' ? 1 : -1)
  })
  if (![...fixed.values()].includes(1)) return new Map(things.map(({ id }) => [id, placed.get(id) ?? 'stays']))
  // They are two people: who bears another name than the one that moves, stays.
  for (const index of otherNames(things, (one) => fixed.get(one) === 1)) if (!fixed.has(index)) fixed.set(index, -1)
  const shared = new Set(
    things.flatMap(({ id, kind, identifiers }) =>
      kind === 'identifier' && placed.get(id) === 'both' ? identifiers : [],
    ),
  )
  const bonds = bondsOf(things, shared)
  const former = before && Float64Array.from(things, ({ id }) => (before.get(id) === 'moves' ? 0.9 : -0.9))
  const isSaid = [...fixed.values()].includes(-1)
  const starts = guessesOfStaying(things, bonds, fixed)
  let sides = spread(bonds, fixed)
  let best = isSaid ? explained(bonds, sides) : Number.NEGATIVE_INFINITY
  for (const start of starts) {
    const tried = spread(bonds, new Map([...start.map((index) => [index, -1] as const), ...fixed]))
    const worth = explained(bonds, tried)
    if (worth > best + 1e-9) [sides, best] = [tried, worth]
  }
  if (former) {
    const tried = spread(bonds, fixed, former)
    if (explained(bonds, tried) > best) sides = tried
  }
  const suggested = new Map<string, SplitSide>()
  const identifierSides = new Map<string, SplitSide>()
  things.forEach(({ id, kind, identifiers }, index) => {
    if (kind !== 'identifier') return
    const came = things.flatMap((one, other) =>
      one.kind === 'interaction' && one.identifiers.some((own) => identifiers.includes(own))
        ? [{ at: one.at, side: sides[other] ?? 0 }]
        : [],
    )
    const side = placed.get(id) ?? sideOfIdentifier(came) ?? ((sides[index] ?? 0) > LEAST ? 'moves' : 'stays')
    for (const own of identifiers) identifierSides.set(own, side)
  })
  things.forEach(({ id, kind, identifiers }, index) => {
    const [held] = identifiers
    // A field that holds an identifier goes where that goes.
    const isTied = held !== undefined && (kind === 'identifier' || kind === 'value')
    const tied = isTied ? identifierSides.get(held) : undefined
    suggested.set(id, placed.get(id) ?? tied ?? ((sides[index] ?? 0) > LEAST ? 'moves' : 'stays'))
  })
  return suggested
}
