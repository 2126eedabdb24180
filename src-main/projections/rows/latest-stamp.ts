// The latest stamp in a document, so that a device's clock never falls behind what it has stored.

import type { Stamp } from '@shared/model/ids'
import type { AnyDocument } from '../../engine/documents/kinds'
import { isStamp } from '../../engine/documents/stamp'

/** What holds what people and systems wrote, whatever it looks like. */
const FREE: ReadonlySet<string> = new Set(['v', 'choices', 'details'])
const STAMP_KEYS: ReadonlySet<string> = new Set(['at', 't', 'since', 'seen'])

/**
 * The latest of the stamps in a document and another one. Looks at the members that hold stamps, at any depth; `releases`
 * and `erased` records hold them as plain values.
 * @param floor mostly the latest of other documents, which makes for few that are looked at closely
 */
export function latestStampIn(document: AnyDocument, floor: Stamp): Stamp {
  let latest = floor
  const visit = (value: unknown, key: string, inRecord: boolean): void => {
    if (typeof value === 'string') {
      if (value > latest && (inRecord || STAMP_KEYS.has(key)) && isStamp(value)) latest = value
    } else if (Array.isArray(value)) {
      for (const member of value) visit(member, key, false)
    } else if (value !== null && typeof value === 'object') {
      const record = inRecord || key === 'releases' || key === 'erased'
      for (const name in value) if (!FREE.has(name)) visit(value[name as keyof typeof value], name, record)
    }
  }
  for (const name in document)
    if (!name.startsWith('_') && !FREE.has(name)) visit(document[name as keyof typeof document], name, false)
  return latest
}
