// A curated contact as it is stored, for tests that write documents without commands.

import type { ContactDocument } from '../../src-main/engine/documents/contact'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { asContactId, asDeviceId } from '../../src-shared/model/ids'
import { START } from './device'

/** @param firstName absent: a contact of whom nothing is known */
export function contactDocument(id: string, firstName?: string): ContactDocument {
  const at = makeStamp(START, 0, asDeviceId('testdevice'))
  return {
    id: asContactId(id),
    created: { at, by: 'ann', via: 'person' },
    type: { value: 'Curated', at, by: 'ann' },
    fields: firstName === undefined ? {} : { firstName: [{ v: firstName, t: at, b: 'ann' }] },
    lastActivity: 0,
  }
}
