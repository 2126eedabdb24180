// Looking people up by whatever is at hand. Invariant: reads only; an auto-created contact is found by an identifier in
// full, never by a part of anything (domain specification, section 3).

import { displayIdentifier } from '@shared/model/display'
import { normaliseEmail } from '@shared/model/email'
import type { Identifier, IdentifierType } from '@shared/model/identifier'
import type { ContactId, PersonId } from '@shared/model/ids'
import { LOOKUP_TEXT_MAX } from '@shared/model/limits'
import { identifierKey } from '@shared/model/normalise'
import { parsePhone, readWhatsapp } from '@shared/model/phone'
import type { LookupHit, LookupResult } from '@shared/model/views'
import { mirroredIdentifiers } from '../derive/mirrored'
import { identifierId } from '../documents/ids'
import { stampMoment } from '../documents/stamp'
import type { PersonRow, Views } from '../ports'
import { otherKeys } from '../resolution'
import type { Runtime } from '../runtime'
import { lineOf } from './lines'
import { otherWordings } from './wordings'

/** Hits of the search among which exact mentions are looked for, beside those who claim the value. */
const MENTIONS_SEARCHED = 500

/** Country codes have up to so many digits. */
const COUNTRY_DIGITS_MAX = 3

/** Whether a number begins with the digits that were typed, with its country code or without. */
function beginsWith(number: string, typed: string): boolean {
  if (/\p{L}/u.test(typed)) return false
  const digits = typed.replace(/\D/g, '').replace(/^0+/, '')
  const at = digits === '' ? -1 : number.replace(/\D/g, '').indexOf(digits)
  return at >= 0 && at <= COUNTRY_DIGITS_MAX
}

/** A valid number in groups, as people read it; what was typed otherwise as it was typed. */
const asRead = (text: string): string =>
  /^\+\d+$/.test(text) ? displayIdentifier({ type: 'Phone', value: text }) : text

/**
 * The people that search finds, each once: by the value it was read as, as typed, and, while there is room, by other wordings.
 * What differs in case alone is the same question.
 * @param isKnown who is meant is known already
 */
function searched(
  views: Pick<Views, 'search'>,
  text: string,
  normalised: string | undefined,
  limit: number,
  isKnown = false,
): ReturnType<Views['search']> {
  const found = new Map<string, ReturnType<Views['search']>[number]>()
  const asked = new Set<string>()
  for (const wording of [...(normalised === undefined ? [] : [normalised]), text, ...otherWordings(text)]) {
    if (found.size >= limit) break
    if (asked.has(wording.toLowerCase())) continue
    asked.add(wording.toLowerCase())
    for (const one of views.search(wording, limit, isKnown)) if (!found.has(one.personId)) found.set(one.personId, one)
  }
  return [...found.values()].slice(0, limit)
}

export function lookupQueries({ views, settings }: Runtime) {
  function candidates(text: string): {
    readAs: LookupResult['readAs']
    identifiers: Identifier[]
    normalised?: string
  } {
    const region = settings().defaultRegion
    const withOthers = (read: readonly Identifier[]): Identifier[] => {
      const known = new Set(read.map(identifierKey))
      return [...read, ...held(text).filter((one) => !known.has(identifierKey(one)))]
    }
    const phone = parsePhone(text, region)
    const account = readWhatsapp(text, region)
    const email = normaliseEmail(text)
    if (phone || account !== undefined) {
      const read: Identifier[] = [
        ...(phone ? [{ type: 'Phone' as const, value: phone.e164 }] : []),
        ...(account === undefined ? [] : [{ type: 'SocialWhatsapp' as const, value: account }]),
        // `+4930…@example.com` may be a line of telephony, or a mailbox that is named so.
        ...(email === undefined ? [] : [{ type: 'Email' as const, value: email }]),
      ]
      const identifiers = [...read, ...read.flatMap((one) => otherKeys(views, one))]
      return { readAs: 'phone', normalised: phone?.e164 ?? account ?? text, identifiers: withOthers(identifiers) }
    }
    if (email !== undefined) {
      const identifier: Identifier = { type: 'Email', value: email }
      const identifiers = withOthers([identifier, ...otherKeys(views, identifier)])
      return { readAs: 'email', normalised: email, identifiers }
    }
    const identifiers = withOthers([])
    return { readAs: identifiers.length > 0 ? 'other' : 'name', identifiers }
  }

  /**
   * Identifiers of exactly a text, in whatever case, as search finds what a field has; two that differ in case are two, and the
   * one that was typed comes first. A cookie is opaque. What reads as a number or an address may be an id of another system, too.
   */
  function held(text: string): Identifier[] {
    const found = views.identifiersByValue(text).filter(({ type, value }) => type !== 'Cookie' || value === text)
    return found.map(({ id: _id, ...identifier }) => identifier)
  }

  const hit = (row: PersonRow, match: LookupHit['match'], label: string, text: string): LookupHit => ({
    ...lineOf(views, row),
    match,
    matched: { label, text },
  })

  /** Curated people that identifiers point to, whether or not a field has them. */
  function holders(identifiers: readonly Identifier[]): PersonId[] {
    return identifiers.flatMap((one) => {
      const [claim] = views.claimsOn(identifierId(one), 1)
      return claim?.person.type === 'Curated' ? claim.person.id : []
    })
  }

  return {
    /** Curated people that search finds, the best first; before them those who hold what was typed. */
    async found(text: string, limit: number): Promise<PersonId[]> {
      const typed = text.slice(0, LOOKUP_TEXT_MAX).trim()
      if (typed === '') return []
      await views.searchable()
      const { identifiers, normalised } = candidates(typed)
      const others = searched(views, typed, normalised, limit).map(({ personId }) => personId)
      return [...new Set([...holders(identifiers), ...others])].slice(0, limit)
    },

    /** Curated people who hold this value or have it in a field: a number, an address, a handle. */
    async mentions(text: string, limit: number): Promise<PersonId[]> {
      const typed = text.slice(0, LOOKUP_TEXT_MAX).trim()
      if (typed === '') return []
      await views.searchable()
      const { identifiers, normalised } = candidates(typed)
      const wanted = new Set([typed, ...identifiers.map(({ value }) => value)].map((value) => value.toLowerCase()))
      const claimed = identifiers.flatMap((one) => views.claimsOn(identifierId(one)).map(({ person }) => person.id))
      const found = views.search(normalised ?? typed, MENTIONS_SEARCHED).map(({ personId }) => personId)
      const holds = (id: ContactId) => {
        const person = views.person(id)
        if (person?.type !== 'Curated' || person.status !== 'active') return false
        const { fields } = person
        const values = [...mirroredIdentifiers(fields).values()].map(({ value }) => value)
        return [...values, fields.twitterId?.screenName, fields.instagramId?.handle].some(
          (v) => v && wanted.has(v.toLowerCase()),
        )
      }
      return [...new Set([...holders(identifiers), ...[...claimed, ...found].filter(holds)])].slice(0, limit)
    },

    /**
     * Finds people: the holder of an identifier first, then those who want or mention it, then those that search finds.
     * @param text anything; at most 512 characters count
     * @param limit most hits wanted, 1 to 100
     */
    async lookup(text: string, limit: number): Promise<LookupResult> {
      const trimmed = text.slice(0, LOOKUP_TEXT_MAX).trim()
      if (trimmed === '') return { readAs: 'name', hits: [] }
      await views.searchable()
      const { readAs, identifiers, normalised } = candidates(trimmed)
      const hits = new Map<string, LookupHit>()
      for (const identifier of identifiers)
        views.claimsOn(identifierId(identifier), limit).forEach((claim, i) => {
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
      // Those found are mostly among the first.
      const found =
        first.length >= limit ? [] : searched(views, trimmed, normalised, limit + first.length, first.length > 0)
      const rest = found.flatMap(({ personId, match, matched }) => {
        const row = hits.has(personId) ? undefined : views.personRow(personId)
        if (!row) return []
        const exact = normalised !== undefined && matched.text === normalised
        const rank = exact ? 0 : match === 'number' && beginsWith(matched.text, trimmed) ? 1 : 2
        const shown = match === 'number' ? asRead(matched.text) : matched.text
        return [{ rank, found: hit(row, exact ? 'mention' : match, matched.label, shown) }]
      })
      // What is typed of a number is mostly its beginning; otherwise the order of the search stands.
      const inOrder = rest.sort((a, b) => a.rank - b.rank).map((one) => one.found)
      return {
        readAs,
        ...(normalised === undefined ? {} : { normalised }),
        hits: [...first, ...inOrder].slice(0, limit),
      }
    },
  }
}
