// The drafts of this device: a file of its own, to be read by its owner alone, since they are about people.
// Invariant: what was kept is on the disk when keeping it ends; a file that cannot be read is put aside, never overwritten.
import { readFileSync, renameSync } from 'node:fs'
import { type Draft, draftSchema } from '@shared/contract/drafts'
import { ScvError } from '@shared/errors'
import { DRAFTS_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { openText, sealText } from '../files/sealed-text'
import { replaceText } from './json-file'

const fileSchema = z.object({ version: z.literal(1), drafts: z.array(draftSchema) })

type Key = Pick<Draft, 'user' | 'form' | 'subject'>
/** Whether one takes the place of the other: also of what the same form was begun with before anyone signed in. */
const replaces = (draft: Key, former: Key): boolean =>
  draft.form === former.form && draft.subject === former.subject && (former.user === draft.user || former.user === null)

function read(path: string): Draft[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  try {
    return fileSchema.parse(JSON.parse(openText(text))).drafts
  } catch {
    renameSync(path, `${path}.damaged`)
    return []
  }
}

/** @throws what reading the file throws, except for a content that is not ours */
export function openDrafts(path: string) {
  let drafts = read(path)
  function write(next: Draft[]): void {
    replaceText(path, sealText(JSON.stringify({ version: 1, drafts: next }, null, 2)), 0o600)
    drafts = next
  }
  return {
    all: (): readonly Draft[] => drafts,
    /** Puts it in the place of the former one. @throws ScvError `too_many` */
    put(draft: Draft): void {
      const others = drafts.filter((former) => !replaces(draft, former))
      if (others.length >= DRAFTS_MAX)
        throw new ScvError('too_many', `There are ${DRAFTS_MAX} drafts already. Finish or discard some.`)
      write([...others, draft])
    },
    /** Takes away what has ended. */
    end(key: Key): void {
      const others = drafts.filter((former) => !replaces(key, former))
      if (others.length < drafts.length) write(others)
    },
    /** Takes those away that are about what `isGone` says. @returns whether there were any */
    remove(isGone: (draft: Draft) => boolean): boolean {
      const others = drafts.filter((draft) => !isGone(draft))
      if (others.length === drafts.length) return false
      write(others)
      return true
    },
  }
}
