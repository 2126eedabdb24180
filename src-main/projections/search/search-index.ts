// The search index: finds people by what is typed about them.
// Invariant: after any puts and removes the index gives the answers of one made afresh from the entries that remain. It
// writes only inside the caller's transaction, and keeps in memory only what `writeOut` is to write before that ends.

import type { PersonId } from '@shared/model/ids'
import type { SqliteDatabase } from '../../sqlite/database'
import { documentOf, type Match, type SearchEntry } from './document'
import {
  endExpression,
  innerExpression,
  isTellingNumber,
  isWholeAddress,
  type Meanings,
  prefixExpression,
  readQuery,
  type SearchQuery,
  typoExpression,
  wholeExpression,
  wordExpression,
} from './query'
import { allocateRowId, fitsRowId, momentOf } from './row-ids'
import { type Finding, findingOf, SCORE } from './score'
import { openReads, openTables, type PersonRow, type SearchReads, type SearchTables } from './tables'
import { allowedErrors, distance, variants } from './typos'

interface SearchHit {
  personId: PersonId
  /** In what kind of value the text was found. */
  match: Match
  /** The field (`first`, `middle`, `last`, `organisation`, `alias`, `mail`, `number`, `other`; `name` for several) and its value as given. */
  matched: { label: string; text: string }
  /** Higher is better; see `SCORE`. Hits with equal scores come recently active first, then by name, then by id. */
  score: number
}

export interface SearchIndex {
  /** Takes a person in, or takes over what has changed about one. Run it in a transaction. */
  put(entry: SearchEntry): void
  /** Forgets a person, down to the words that no other person has. Run it in a transaction. */
  remove(personId: PersonId): void
  /** Completes what was put and removed. Call it before a transaction is committed; if it throws, roll that back. */
  writeOut(): void
  /** Call it when the transaction was rolled back. */
  rolledBack(): void
  /**
   * Completes what was put and removed, as `writeOut` does, and gives the people who answer a text best, at most `limit` (1
   * to 500). Any text will do; none is an error. If very many people match equally well, those active last are looked at.
   * @param isKnown of a whole address or the end of a number, only those who have it are asked for
   */
  search(text: string, limit: number, isKnown?: boolean): SearchHit[]
  /**
   * Completes what was put and removed. FTS5 only marks as deleted what is replaced or removed, and drops it when it next
   * rewrites that part of the index. After an erasure call this, in transactions of their own, until it gives true: then
   * nothing of it is left in the index. Each call rewrites about `pages` pages of 4 KiB (1000 take some tens of
   * milliseconds).
   */
  scrub(pages: number): boolean
  /** Forgets everybody. */
  clear(): void
}

const MOST_HITS = 500
/** How many more matches than asked for are weighed in each step, so that order within a day comes out right. */
const SPARE = 150
/** How many words a misspelt one may mean, nearest first. */
const MOST_MEANINGS = 64

/** Searching alone, through another connection to an index that exists: it finds what was committed. */
export function createSearch(db: SqliteDatabase): SearchIndex['search'] {
  const reads = openReads(db)
  return (text, limit, isKnown) => search(reads, text, limit, isKnown)
}

/** Creates the index in a database, or opens the one that is there. */
export function createSearchIndex(db: SqliteDatabase): SearchIndex {
  const tables = openTables(db)
  return {
    put: (entry) => put(tables, entry),
    remove: (personId) => remove(tables, personId),
    writeOut: tables.writeOut,
    rolledBack: tables.rolledBack,
    search(text, limit, isKnown) {
      tables.writeOut()
      return search(tables, text, limit, isKnown)
    },
    scrub(pages) {
      tables.writeOut()
      return tables.scrub(pages)
    },
    clear: tables.clear,
  }
}

function put(tables: SearchTables, entry: SearchEntry): void {
  const { partsOf, vocabularyOf } = tables.format
  const lastActive = momentOf(entry.lastActive)
  const found = documentOf(entry)
  const before = tables.person(entry.personId)
  const stays = before !== undefined && fitsRowId(before.place, lastActive)
  const sameText =
    before?.words === found.words &&
    before.parts === found.parts &&
    // What a line is called may have changed alone.
    (before.shown === found.shown || partsOf(before) === partsOf(found))
  const newPlace = (attempt: number) => allocateRowId(entry.personId, lastActive, attempt)
  const row: PersonRow = {
    place: stays ? before.place : newPlace(0),
    person_id: entry.personId,
    last_active: lastActive,
    ...found,
  }
  if (stays && sameText && before.shown === row.shown) {
    if (before.last_active !== lastActive) tables.setLastActive(row.place, lastActive)
    return
  }
  const isSettled = stays && sameText
  if (before !== undefined && !isSettled) tables.unindex(before)
  if (before === undefined) for (let taken = 1; !tables.insertPerson(row); taken++) row.place = newPlace(taken)
  else {
    if (!stays) for (let taken = 1; tables.isTaken(row.place); taken++) row.place = newPlace(taken)
    tables.updatePerson(row)
  }
  if (!isSettled) tables.index(row)
  if (!sameText) tables.learn(before ? vocabularyOf(before) : NO_WORDS, vocabularyOf(row))
}

function remove(tables: SearchTables, personId: PersonId): void {
  const row = tables.person(personId)
  if (row === undefined) return
  tables.unindex(row)
  tables.deletePerson(row.place)
  tables.learn(tables.format.vocabularyOf(row), NO_WORDS)
}

const NO_WORDS: ReadonlySet<string> = new Set()

interface Candidate {
  row: PersonRow
  finding: Finding
}

/** A look at an index. After it, all who score at least `floor` are found, or as many of them as are looked at. */
interface Step {
  floor: number
  rows: Iterable<PersonRow>
  meanings: Meanings
  /** The people it finds are those meant: nothing further is looked for. */
  isTelling?: boolean
}

function search(tables: SearchReads, text: string, limit: number, isKnown = false): SearchHit[] {
  const wanted = Math.min(Math.floor(limit), MOST_HITS)
  const query = readQuery(text)
  if (query === null || !(wanted > 0)) return []

  const candidates = new Map<number, Candidate>()
  for (const step of steps(tables, query)) {
    collect(step, query, wanted, candidates)
    if (countFrom(candidates, step.floor) >= wanted) break
    if (step.isTelling && (isKnown || candidates.size > 0)) break
  }
  return best(candidates, wanted)
}

/**
 * From the best kind of answer to the worst: once there are enough, later steps cannot give a better one. What was asked
 * already is not asked again. A whole address and the end of a number tell who is meant without a look at parts.
 */
function* steps(tables: SearchReads, query: SearchQuery): Generator<Step> {
  const asTyped: Meanings = new Map()
  const asked = new Set<string>()
  const { format } = tables
  const shared = new Map<string, readonly string[]>()
  const sharedWith = (part: string, beginning = ''): readonly string[] => {
    const key = `${beginning} ${part}`
    const known = shared.get(key) ?? tables.wordsWith(part, beginning)
    shared.set(key, known)
    return known
  }
  const byWords = (expression: string | null): Iterable<PersonRow> => {
    if (expression === null || asked.has(expression)) return []
    asked.add(expression)
    return tables.byWords(expression)
  }
  yield {
    floor: SCORE.whole,
    rows: byWords(wholeExpression(query)),
    meanings: asTyped,
    isTelling: isWholeAddress(query),
  }
  if (isTellingNumber(query))
    yield { floor: SCORE.part, rows: byWords(endExpression(query)), meanings: asTyped, isTelling: true }
  yield { floor: SCORE.word, rows: byWords(wordExpression(query)), meanings: asTyped }
  yield { floor: SCORE.prefix, rows: byWords(prefixExpression(query)), meanings: asTyped }
  // Parts come from two indexes, so they are complete only after the second.
  yield { floor: SCORE.prefix, rows: byWords(innerExpression(query)), meanings: asTyped }
  yield { floor: SCORE.part, rows: tables.byParts(format.partExpression(query, sharedWith)), meanings: asTyped }
  const meanings = meaningsOf(tables, query)
  yield { floor: SCORE.near - 1, rows: byWords(typoExpression(query, meanings, 1)), meanings }
  yield { floor: SCORE.near - 2, rows: byWords(typoExpression(query, meanings, 2)), meanings }
  yield { floor: 0, rows: tables.byParts(format.shortenedExpression(query)), meanings: asTyped }
}

function countFrom(candidates: ReadonlyMap<number, Candidate>, score: number): number {
  let count = 0
  for (const { finding } of candidates.values()) if (finding.score >= score) count++
  return count
}

function collect(
  { rows, meanings }: Step,
  query: SearchQuery,
  wanted: number,
  candidates: Map<number, Candidate>,
): void {
  let answers = 0
  for (const row of rows) {
    const known = candidates.get(row.place)
    const finding = known?.finding ?? findingOf(row, query, meanings)
    if (finding === null) continue
    if (known === undefined) candidates.set(row.place, { row, finding })
    if (++answers >= wanted + SPARE) break
  }
}

function best(candidates: ReadonlyMap<number, Candidate>, wanted: number): SearchHit[] {
  return [...candidates.values()]
    .sort(
      (a, b) =>
        b.finding.score - a.finding.score ||
        b.row.last_active - a.row.last_active ||
        order(a.row.name, b.row.name) ||
        order(a.row.person_id, b.row.person_id),
    )
    .slice(0, wanted)
    .map(({ row, finding }) => ({ personId: row.person_id, ...finding }))
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** For each typed word that may be misspelt: the words people have that are near it. */
function meaningsOf(tables: SearchReads, query: SearchQuery): Meanings {
  const meanings = new Map<string, ReadonlyMap<string, number>>()
  for (const typed of new Set(query.words)) {
    const errors = allowedErrors(typed)
    if (errors === 0) continue
    const expression = variants(typed, errors)
      .map((variant) => `"${variant}"`)
      .join(' OR ')
    const near = tables
      .nearWords(expression)
      .map((word): [string, number] => [word, distance(typed, word, errors)])
      .filter(([, count]) => count > 0 && count <= errors)
      .sort(([a, first], [b, second]) => first - second || order(a, b))
    if (near.length > 0) meanings.set(typed, new Map(near.slice(0, MOST_MEANINGS)))
  }
  return meanings
}
