// Looking people up by whatever is at hand. Invariant: reads only; whoever is auto-created is found by an identifier in
// full, never by a part of anything (domain specification, section 3).
import { displayIdentifier } from '@shared/model/display'
import { normaliseEmail } from '@shared/model/email'
import type { Identifier, IdentifierType } from '@shared/model/identifier'
import { parsePhone } from '@shared/model/phone'
import type { LookupHit, LookupResult } from '@shared/model/views'
import { identifierId } from '../documents/ids'
import { stampMoment } from '../documents/stamp'
import type { PersonRow } from '../ports'
import type { Runtime } from '../runtime'
import { momentOrNull } from './person-view'

export function lookupQueries({ views, settings }: Runtime) {
  function candidates(text: string): {
    readAs: LookupResult['readAs']
    identifiers: Identifier[]
    normalised?: string
  } {
    const phone = parsePhone(text, settings().defaultRegion)
    if (phone)
      return {
        readAs: 'phone',
        normalised: phone.e164,
        identifiers: [
          { type: 'Phone', value: phone.e164 },
          { type: 'SocialWhatsapp', value: phone.e164.slice(1) },
        ],
      }
    const email = normaliseEmail(text)
    if (email !== undefined)
      return { readAs: 'email', normalised: email, identifiers: [{ type: 'Email', value: email }] }
    const exact = views.identifiersByValue(text)
    return {
      readAs: exact.length > 0 ? 'other' : 'name',
      identifiers: exact.map(({ id: _id, ...identifier }) => identifier),
    }
  }

  const hit = (row: PersonRow, match: LookupHit['match'], label: string, text: string): LookupHit => ({
    id: row.id,
    displayName: row.name,
    type: row.type,
    match,
    matched: { label, text },
    detail: row.detail,
    lastSeen: momentOrNull(row.lastActive),
  })

  return {
    /**
     * Finds people: the holder of an identifier first, then those who want or mention it, then whoever search finds.
     * @param text anything; at most 512 characters count
     * @param limit most hits wanted, 1 to 100
     */
    lookup(text: string, limit: number): LookupResult {
      const trimmed = text.slice(0, 512).trim()
      if (trimmed === '') return { readAs: 'name', hits: [] }
      const { readAs, identifiers, normalised } = candidates(trimmed)
      const hits = new Map<string, LookupHit>()
      for (const identifier of identifiers)
        views.claimsOn(identifierId(identifier)).forEach((claim, i) => {
          const match = i === 0 ? 'holder' : 'contender'
          if (hits.has(claim.person.id) || (match === 'contender' && claim.person.type !== 'Curated')) return
          const since = match === 'holder' ? { claimedAt: stampMoment(claim.since) } : {}
          hits.set(claim.person.id, {
            ...hit(claim.person, match, identifier.type satisfies IdentifierType, displayIdentifier(identifier)),
            ...since,
          })
        })
      const order = { holder: 0, contender: 1 } as Record<string, number>
      const first = [...hits.values()].sort((a, b) => (order[a.match] ?? 2) - (order[b.match] ?? 2))
      const found = views.search(normalised ?? trimmed, limit + first.length)
      const rest = found.flatMap(({ personId, match, matched }) => {
        const row = hits.has(personId) ? undefined : views.personRow(personId)
        if (!row) return []
        const exact = normalised !== undefined && matched.text === normalised
        return [hit(row, exact ? 'mention' : match, matched.label, matched.text)]
      })
      rest.sort((a, b) => Number(b.match === 'mention') - Number(a.match === 'mention'))
      return { readAs, ...(normalised === undefined ? {} : { normalised }), hits: [...first, ...rest].slice(0, limit) }
    },
  }
}
