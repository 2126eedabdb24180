// The tables of the search index, and every statement on them.
// Invariant: each person's `place` is the rowid of its entries in both FTS5 tables, which hold no text of their own;
// deleting from them takes the text they were given, so it is kept in the person's row.
//
// The rows themselves stand in the order they came: by place, every put would touch another page of a large table.
// No statement on the way of a change has a trigger, RETURNING, or changes several rows found by an index: SQLite runs those
// in a savepoint, at which FTS5 writes out what it has gathered in memory, instead of once with the commit.

import type { PersonId } from '@shared/model/ids'
import type { SqliteDatabase, SqliteStatement } from '../../sqlite/database'
import { timed, timedRows } from '../../sqlite/slow-statements'
import { formatOf, type IndexFormat } from './formats'
import { plainWord } from './pieces'
import { vocabularyExpression } from './query'
import { createVocabulary, type Vocabulary } from './vocabulary'
import { createWriteBuffer, type Target } from './write-buffer'

/** A row of `search_person`. */
export interface PersonRow {
  /** The rowid of the person in the FTS5 tables; see `row-ids.ts`. */
  place: number
  person_id: PersonId
  last_active: number
  name: string
  shown: string
  words: string
  parts: string
}

const INDEXES = ['search_words', 'search_parts', 'search_typos'] as const

/**
 * Every transaction adds a segment to an index, and segments have to be merged. Left to itself FTS5 begins as soon as there
 * are four of a size and rewrites some hundred pages at one go, 30 to 80 ms in which nothing else happens. It waits for so
 * many here, and is told to go on a little with each transaction: by `MERGED` pages for each text, which is more than a
 * text comes to on its way through all sizes.
 */
const MOST_SEGMENTS = 8
const MERGED = 2

/**
 * `search_words` finds whole words and beginnings. `search_typos` finds the words of `search_vocabulary` that share a variant
 * with a misspelt one, or a piece with a part of one; `search_parts` finds the people who have such a word, or the piece.
 *
 * The tokeniser is `ascii`, which only cuts at the spaces: the text was folded and cut before, by rules that `unicode61` does
 * not know (vowel signs, apostrophes, letters newer than its tables). `detail=none` leaves out positions: what has all pieces
 * of a part has it mostly, and is looked at closely anyway.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS search_person (
  row INTEGER PRIMARY KEY,
  place INTEGER NOT NULL UNIQUE,
  person_id TEXT NOT NULL UNIQUE,
  last_active INTEGER NOT NULL,
  name TEXT NOT NULL,
  shown TEXT NOT NULL,
  words TEXT NOT NULL,
  parts TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS search_vocabulary (
  rowid INTEGER PRIMARY KEY,
  word TEXT NOT NULL UNIQUE,
  uses INTEGER NOT NULL
) STRICT;
CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5 (
  words, content='', tokenize='ascii', prefix='1 2 3', detail=none, columnsize=0
);
CREATE VIRTUAL TABLE IF NOT EXISTS search_parts USING fts5 (
  parts, content='', tokenize='ascii', detail=none, columnsize=0
);
CREATE VIRTUAL TABLE IF NOT EXISTS search_typos USING fts5 (
  variants, content='', tokenize='ascii', detail=none, columnsize=0
);
${INDEXES.map(
  (index) => `INSERT INTO ${index} (${index}, rank) VALUES ('automerge', 0);
  INSERT INTO ${index} (${index}, rank) VALUES ('usermerge', ${MOST_SEGMENTS});
  INSERT INTO ${index} (${index}, rank) VALUES ('crisismerge', ${4 * MOST_SEGMENTS});`,
).join('')}`

/** A part can be looked for by a piece of it, which gives false matches; so many matches are looked at for true ones. */
const MOST_LOOKED_AT = 3000
/** Words that are compared with one that is misspelt. */
const MOST_COMPARED = 5000
/** Words in which a part is looked for, and those of them by which people are looked for. */
const MOST_SEARCHED = 500
const MOST_SHARED = 64

/** What a search reads. */
export interface SearchReads {
  readonly format: IndexFormat
  /** People that an FTS5 query finds (none if it is null), highest rowid first, at most `MOST_LOOKED_AT`. */
  byWords(query: string | null): Iterable<PersonRow>
  byParts(query: string | null): Iterable<PersonRow>
  /** Words that have what is asked for, at most `MOST_COMPARED`: those that came first, which more people have than later ones. */
  nearWords(expression: string): string[]
  /** As `nearWords`, at most `MOST_SHARED` of those that have a part, and begin so, the most common ones first. */
  wordsWith(part: string, beginning?: string): string[]
}

export interface SearchTables extends SearchReads {
  person(personId: PersonId): PersonRow | undefined
  isTaken(place: number): boolean
  /** @returns whether it could: the place may be taken */
  insertPerson(row: PersonRow): boolean
  updatePerson(row: PersonRow): void
  setLastActive(place: number, lastActive: number): void
  deletePerson(place: number): void
  /** Adds to or takes from both indexes what stands in a row, once `writeOut` is called. */
  index(row: PersonRow): void
  unindex(row: PersonRow): void
  /** Has FTS5 take in what was indexed and unindexed, and the vocabulary what was learnt, since. */
  writeOut(): void
  /** Forgets that. */
  rolledBack(): void
  learn: Vocabulary['learn']
  /** Rewrites about so many pages of each index, without what was deleted; true if nothing was left to do. */
  scrub(pages: number): boolean
  clear(): void
}

function formatIn(db: SqliteDatabase): IndexFormat {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
  const format = formatOf(version)
  if (!format) throw new Error(`A search index of version ${version} cannot be read`)
  return format
}

/** Prepares what a search reads, on a connection to tables that exist. */
export function openReads(db: SqliteDatabase): SearchReads {
  const finder = (table: string) => {
    const sql = `SELECT p.* FROM ${table} f JOIN search_person p ON p.place = f.rowid
      WHERE ${table} MATCH ? ORDER BY f.rowid DESC LIMIT ${MOST_LOOKED_AT}`
    const statement = db.prepare(sql)
    return (query: string | null) =>
      query === null ? [] : timedRows(sql, statement.iterate(query) as unknown as IterableIterator<PersonRow>)
  }
  const near = `SELECT v.word, v.uses FROM search_typos f JOIN search_vocabulary v ON v.rowid = f.rowid
    WHERE search_typos MATCH ? ORDER BY f.rowid LIMIT`
  const nearWords = db.prepare(`${near} ${MOST_COMPARED}`)
  const partWords = db.prepare(`${near} ${MOST_SEARCHED}`)
  const wordsOf = (statement: SqliteStatement, expression: string) =>
    timed(near, () => statement.all(expression)) as { word: string; uses: number }[]
  return {
    format: formatIn(db),
    byWords: finder('search_words'),
    byParts: finder('search_parts'),
    nearWords: (expression) => wordsOf(nearWords, expression).map(({ word }) => word),
    wordsWith(part, beginning = '') {
      const expression = vocabularyExpression(part)
      if (expression === null) return []
      return wordsOf(partWords, expression)
        .filter(({ word }) => word.startsWith(beginning) && plainWord(word).includes(part))
        .sort((a, b) => b.uses - a.uses || (a.word < b.word ? -1 : 1))
        .slice(0, MOST_SHARED)
        .map(({ word }) => word)
    },
  }
}

/** Creates the tables if they are missing, and prepares the statements. Opens no transaction. */
export function openTables(db: SqliteDatabase): SearchTables {
  const isNew = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'search_typos'").get() === undefined
  if (isNew) db.exec(TABLES)

  const person = db.prepare('SELECT * FROM search_person WHERE person_id = ?')
  const isTaken = db.prepare('SELECT 1 FROM search_person WHERE place = ?')
  const insertPerson = db.prepare(
    'INSERT INTO search_person VALUES (NULL, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (place) DO NOTHING',
  )
  const updatePerson = db.prepare(
    'UPDATE search_person SET last_active = ?, name = ?, shown = ?, words = ?, parts = ?, place = ? WHERE person_id = ?',
  )
  const setLastActive = db.prepare('UPDATE search_person SET last_active = ? WHERE place = ?')
  const deletePerson = db.prepare('DELETE FROM search_person WHERE place = ?')
  const indexWords = db.prepare('INSERT INTO search_words (rowid, words) VALUES (?, ?)')
  const indexParts = db.prepare('INSERT INTO search_parts (rowid, parts) VALUES (?, ?)')
  const unindexWords = db.prepare("INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', ?, ?)")
  const unindexParts = db.prepare("INSERT INTO search_parts (search_parts, rowid, parts) VALUES ('delete', ?, ?)")
  const format = formatIn(db)
  const vocabulary = createVocabulary(db, format)
  const buffer = createWriteBuffer()
  const targets: Target[] = [
    {
      add: ({ place, words }) => void indexWords.run(place, words),
      remove: ({ place, words }) => void unindexWords.run(place, words),
    },
    {
      add: (row) => void indexParts.run(row.place, format.partsOf(row)),
      remove: (row) => void unindexParts.run(row.place, format.partsOf(row)),
    },
  ]

  const merges = new Map(
    INDEXES.map((index) => [index, db.prepare(`INSERT INTO ${index} (${index}, rank) VALUES ('merge', ?)`)]),
  )
  const merge = (index: (typeof INDEXES)[number], pages: number) => void merges.get(index)?.run(pages)

  const totalChanges = db.prepare('SELECT total_changes() AS changes')
  const changes = () => Number(totalChanges.get()?.['changes'])

  return {
    ...openReads(db),
    person: (personId) => person.get(personId) as PersonRow | undefined,
    isTaken: (place) => isTaken.get(place) !== undefined,
    insertPerson: (row) =>
      insertPerson.run(row.place, row.person_id, row.last_active, row.name, row.shown, row.words, row.parts).changes ===
      1,
    updatePerson: (row) => {
      updatePerson.run(row.last_active, row.name, row.shown, row.words, row.parts, row.place, row.person_id)
    },
    setLastActive: (place, lastActive) => {
      setLastActive.run(lastActive, place)
    },
    deletePerson: (place) => {
      deletePerson.run(place)
    },
    index: buffer.add,
    unindex: buffer.remove,
    writeOut: () => {
      const texts = buffer.writeTo(targets)
      const words = vocabulary.writeOut()
      if (texts > 0) for (const index of ['search_words', 'search_parts'] as const) merge(index, texts * MERGED)
      if (words > 0) merge('search_typos', words * MERGED)
    },
    rolledBack: () => {
      buffer.clear()
      vocabulary.rolledBack()
    },
    learn: vocabulary.learn,
    scrub: (pages) => {
      let isClean = true
      for (const index of INDEXES) {
        const before = changes()
        // A negative number also begins a merge of everything into one; FTS5 then reports two changes or more while it works.
        merge(index, -pages)
        if (changes() - before >= 2) isClean = false
      }
      return isClean
    },
    clear: () => {
      buffer.clear()
      vocabulary.rolledBack()
      db.exec(`DELETE FROM search_person; DELETE FROM search_vocabulary;
        INSERT INTO search_words (search_words) VALUES ('delete-all');
        INSERT INTO search_parts (search_parts) VALUES ('delete-all');
        INSERT INTO search_typos (search_typos) VALUES ('delete-all')`)
    },
  }
}
