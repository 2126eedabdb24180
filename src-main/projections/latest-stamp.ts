// The latest stamp in a document, so that a device's clock never falls behind what it has stored.
import type { AnyDocument } from '../engine/documents/kinds'
import { STAMP, type Stamp } from '../engine/documents/stamp'

const STAMP_KEYS: ReadonlySet<string> = new Set(['at', 't', 'since', 'seen'])

/** Looks at the members that hold stamps, at any depth; `releases` and `erased` records hold them as plain values. */
export function latestStampIn(document: AnyDocument): Stamp {
  let latest = ''
  const visit = (value: unknown, key: string, inRecord: boolean): void => {
    if (typeof value === 'string') {
      if ((inRecord || STAMP_KEYS.has(key)) && value > latest && STAMP.test(value)) latest = value
    } else if (Array.isArray(value)) {
      for (const member of value) visit(member, key, false)
    } else if (value !== null && typeof value === 'object') {
      const record = inRecord || key === 'releases' || key === 'erased'
      for (const [name, member] of Object.entries(value)) if (name !== 'v') visit(member, name, record)
    }
  }
  for (const [name, member] of Object.entries(document)) if (!name.startsWith('_')) visit(member, name, false)
  return latest
}
