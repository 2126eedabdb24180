// The words that people share, each with the number of people who have it. What changes is gathered and written once a
// transaction: names repeat themselves, and FTS5 wants to be told in ascending order of rowids (see `write-buffer.ts`).
// Invariant: after `writeOut` a word is there as long as a person has it, and its variants with it.
import type { SqliteDatabase } from '../../sqlite/database'
import type { IndexFormat } from './formats'

export interface Vocabulary {
  /** A person has these words now instead of those. */
  learn(before: ReadonlySet<string>, after: ReadonlySet<string>): void
  /** @returns how many words came and went */
  writeOut(): number
  /** Forgets what was learnt since. */
  rolledBack(): void
}

interface WordRow {
  rowid: number
  uses: number
}

export function createVocabulary(db: SqliteDatabase, { variantsOf }: Pick<IndexFormat, 'variantsOf'>): Vocabulary {
  const find = db.prepare('SELECT rowid, uses FROM search_vocabulary WHERE word = ?')
  const insert = db.prepare('INSERT INTO search_vocabulary (word, uses) VALUES (?, ?)')
  const setUses = db.prepare('UPDATE search_vocabulary SET uses = ? WHERE rowid = ?')
  const remove = db.prepare('DELETE FROM search_vocabulary WHERE rowid = ?')
  const index = db.prepare('INSERT INTO search_typos (rowid, variants) VALUES (?, ?)')
  const unindex = db.prepare("INSERT INTO search_typos (search_typos, rowid, variants) VALUES ('delete', ?, ?)")

  /** How many more people have a word than is written. */
  const more = new Map<string, number>()
  const count = (word: string, n: 1 | -1) => more.set(word, (more.get(word) ?? 0) + n)

  return {
    learn(before, after) {
      for (const word of after) if (!before.has(word)) count(word, 1)
      for (const word of before) if (!after.has(word)) count(word, -1)
    },
    writeOut() {
      if (more.size === 0) return 0
      const fresh: [word: string, uses: number][] = []
      const gone: [rowid: number, word: string][] = []
      for (const [word, n] of more) {
        if (n === 0) continue
        const known = find.get(word) as WordRow | undefined
        if (!known && n > 0) fresh.push([word, n])
        if (!known) continue
        if (known.uses + n > 0) setUses.run(known.uses + n, known.rowid)
        else gone.push([known.rowid, word])
      }
      more.clear()
      for (const [rowid, word] of gone.sort(([a], [b]) => a - b)) {
        unindex.run(rowid, variantsOf(word))
        remove.run(rowid)
      }
      for (const [word, uses] of fresh) index.run(insert.run(word, uses).lastInsertRowid, variantsOf(word))
      return gone.length + fresh.length
    },
    rolledBack: () => more.clear(),
  }
}
