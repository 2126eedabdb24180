// Contact documents of about 600 bytes, the same in every run, as this device would have written them.

import type { ContactDocument } from '../../../src-main/engine/documents/contact'
import { makeStamp } from '../../../src-main/engine/documents/stamp'
import { asContactId, asDeviceId } from '../../../src-shared/model/ids'

const FIRST = ['Amara', 'Bogdan', 'Chiara', 'Dylan', 'Esra', 'Farid', 'Grace', 'Henrik', 'Ines', 'Jonas']
const LAST = [
  'Abbott',
  'Bianchi',
  'Castillo',
  'Dvorak',
  'Eriksson',
  'Fontaine',
  'Gallagher',
  'Haddad',
  'Ivanova',
  'Jansen',
]
const START = Date.parse('2026-01-01T00:00:00Z')

/** @param by name of the user who is going to send it: the server takes no others */
export function personDocument(n: number, by: string): ContactDocument {
  const t = makeStamp(START + n, 0, asDeviceId('benchmark0'))
  const entry = (v: string) => [{ v, t, b: by }]
  const first = FIRST[n % FIRST.length] ?? ''
  const last = `${LAST[Math.floor(n / 10) % LAST.length]}${n % 977}`
  return {
    id: asContactId(`00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`),
    created: { at: t, by, via: 'person' },
    type: { value: 'Curated', at: t, by },
    fields: {
      firstName: entry(first),
      lastName: entry(last),
      workEmail: entry(`${first}.${last}.${n}@example.com`.toLowerCase()),
      title: entry('Head of operations'),
    },
    lastActivity: 0,
  }
}
