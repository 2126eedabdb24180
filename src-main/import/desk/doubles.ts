// New people of a dry run who may be here already, and the people that an agent took them for.
// Invariant: only rows that would make a person stand here, bounded in number; what was chosen holds until the file is tried anew.
import { ScvError } from '@shared/errors'
import type { ContactId } from '@shared/model/ids'
import { BehaviorSubject } from 'rxjs'
import type { ImportDraft } from '../../engine/import-port'

/** New people compared, from the first row on: each takes the matcher some milliseconds. */
const COMPARED_MOST = 2000
/** How often it is told how far the comparing is: each time the window draws its outcome anew. */
const TELL_MS = 500
/** Rows listed: more are no longer looked at one by one. */
const LISTED_MOST = 200

/** A person of the book that a row may mean. */
interface LikePerson {
  id: ContactId
  probability: number
  certainty: 'veryLikely' | 'likely'
}

/** A new person, and who of the book they may be, the likeliest first. */
interface DoubleRow {
  row: number
  displayName: string
  like: readonly LikePerson[]
  /** The person that the row is taken for; undefined: a new person. */
  chosen?: ContactId
}

export interface FoundDoubles {
  /** New people compared so far, of how many. */
  compared: number
  toCompare: number
  /** New people beyond those that are compared. */
  notCompared: number
  items: readonly DoubleRow[]
}

/** Says who in the book is likely a person of a file; undefined: that cannot be said now. */
export type FindLike = (draft: ImportDraft, region: string) => Promise<readonly LikePerson[] | undefined>

export interface Doubles {
  readonly state$: BehaviorSubject<FoundDoubles>
  /** A row that would make a person. */
  add(draft: ImportDraft, displayName: string): void
  /** Compares what was added; returns at once. */
  compare(region: string): void
  /** Takes a row for a person of the book, or for a new one again. @throws ScvError `not_found` */
  choose(row: number, contactId: ContactId | null): void
  /** The person that a row was taken for. */
  chosenFor(row: number): ContactId | undefined
  /** Compares no more; what was chosen stays. */
  end(): void
}

/** @param onDefect told of a failure of comparing, which ends it: what was found stays */
export function createDoubles(find: FindLike, onDefect: (error: unknown) => void): Doubles {
  const state$ = new BehaviorSubject<FoundDoubles>({ compared: 0, toCompare: 0, notCompared: 0, items: [] })
  const waiting: { draft: ImportDraft; displayName: string }[] = []
  const chosen = new Map<number, ContactId>()
  let isOver = false
  const set = (change: Partial<FoundDoubles>) => state$.next({ ...state$.value, ...change })

  async function compareAll(region: string): Promise<void> {
    const items: DoubleRow[] = []
    let compared = 0
    let told = performance.now()
    /** What was chosen meanwhile stands. */
    const tell = (more: Partial<FoundDoubles> = {}) => {
      told = performance.now()
      const all = items.map((item) => state$.value.items.find(({ row }) => row === item.row) ?? item)
      set({ compared, items: all, ...more })
    }
    for (const { draft, displayName } of waiting) {
      if (items.length >= LISTED_MOST) break
      const like = await find(draft, region)
      if (isOver) return
      if (!like) break
      compared += 1
      if (like.length > 0) items.push({ row: draft.row, displayName, like })
      if (performance.now() - told > TELL_MS) tell()
    }
    const { toCompare, notCompared } = state$.value
    tell({ toCompare: compared, notCompared: notCompared + toCompare - compared })
    waiting.length = 0
  }

  return {
    state$,
    add(draft, displayName) {
      if (waiting.length < COMPARED_MOST) {
        waiting.push({ draft, displayName })
        set({ toCompare: waiting.length })
      } else set({ notCompared: state$.value.notCompared + 1 })
    },
    compare(region) {
      void compareAll(region).catch((error: unknown) => isOver || onDefect(error))
    },
    choose(row, contactId) {
      const item = state$.value.items.find((one) => one.row === row)
      if (!item || (contactId !== null && !item.like.some(({ id }) => id === contactId)))
        throw new ScvError('not_found', 'This row is not said to be that person.', { field: 'row' })
      if (contactId === null) chosen.delete(row)
      else chosen.set(row, contactId)
      const { chosen: _, ...rest } = item
      const changed = contactId === null ? rest : { ...rest, chosen: contactId }
      set({ items: state$.value.items.map((one) => (one === item ? changed : one)) })
    },
    chosenFor: (row) => chosen.get(row),
    end() {
      isOver = true
      waiting.length = 0
    },
  }
}
