// Documents as commands would write them, for devices without an engine.

import type { ContactDocument } from '../../../src-main/engine/documents/contact'
import { interactionId } from '../../../src-main/engine/documents/ids'
import type { InteractionDocument, InteractionFacts } from '../../../src-main/engine/documents/interaction'
import { write } from '../../../src-main/engine/documents/register'
import { makeStamp } from '../../../src-main/engine/documents/stamp'
import { asContactId, asDeviceId, type Stamp } from '../../../src-shared/model/ids'

let counter = 0
/** A stamp of now, later than those before. */
export const stampNow = (deviceId = 'testdevice'): Stamp =>
  makeStamp(Date.now(), counter++ % 1_000_000, asDeviceId(deviceId))

/** A contact with a first name. */
export function contact(id: string, firstName: string, by: string, deviceId?: string): ContactDocument {
  const at = stampNow(deviceId)
  return {
    id: asContactId(id),
    created: { at, by, via: 'person' },
    type: { value: 'Curated', at, by },
    fields: { firstName: write(undefined, firstName, at, by) },
    lastActivity: 0,
  }
}

/** A call as somebody recorded it by a clock that showed `ms`. */
export function recording(
  conversationId: string,
  by: string,
  ms: number,
  told: Partial<InteractionFacts>,
  deviceId = 'testdevice',
): InteractionDocument {
  const at = makeStamp(ms, counter++, asDeviceId(deviceId))
  const startedAt = new Date(ms).toISOString()
  return {
    id: interactionId(conversationId),
    facts: { at, by, conversationId, channel: 'voice', direction: 'inbound', startedAt, identifiers: [], ...told },
    link: write<string>(undefined, null, at, by) as InteractionDocument['link'],
  }
}

/** The same with one more value in a field. */
export function edited(
  former: ContactDocument,
  field: string,
  value: string,
  by: string,
  deviceId?: string,
): ContactDocument {
  const at = stampNow(deviceId)
  return { ...former, fields: { ...former.fields, [field]: write(former.fields[field], value, at, by) } }
}

export const currentValue = (document: ContactDocument | undefined, field: string): unknown =>
  document?.fields[field]?.[0]?.v

/** Many contacts: `{prefix}0`, `{prefix}1`, … */
export const contacts = (prefix: string, count: number, by: string): ContactDocument[] =>
  Array.from({ length: count }, (_, n) => contact(`${prefix}${n}`, `${prefix} ${n}`, by))
