// The domain in plain arrays and maps, small enough to be seen to be right: no clock but a counter, no joins, no indexes.
// Everything here reads; `domain-model.ts` changes it.
import { EMAIL_SLOTS, identifierIn, PHONE_SLOTS } from './universe'

export const DAY = 86_400_000
export const [EPHEMERAL, IDENTIFIED, CURATED] = [0, 1, 2]

export interface Write {
  value: string | null
  /** Number of the command. */
  seq: number
}

/** One contact. */
export interface Contact {
  id: string
  type: number
  createdMs: number
  seq: number
  /** When its type last rose. */
  raised: number
  /** Field → all that was ever written to it here, in order. */
  writes: Map<string, Write[]>
  deletedMs: number | undefined
  /** When a person or a system last did something to it. */
  touchedMs: number
  expired: boolean
  /** Whether retention ever marked it. */
  aged: boolean
  erased: boolean
  /** ms of the latest interaction that began; 0: none. */
  active: number
}

export interface Merge {
  id: string
  inputs: string[]
  result: string
  seq: number
  standing: boolean
}

export interface Interaction {
  id: string
  conversation: string
  link: string | null
  /** Contacts it was tied to before. */
  former: string[]
  identifiers: string[]
  startedAt: number
  /** It was said again whose it is. */
  told?: true
  erased?: true
}

export interface Person {
  id: string
  members: Contact[]
  merged: boolean
  type: number
  status: 'active' | 'deleted' | 'expired' | 'erased' | 'undone'
  /** Field → its current write. */
  values: Map<string, Write>
  active: number
  renewed: number
}

export class State {
  seq = 0
  now = 0
  readonly contacts = new Map<string, Contact>()
  readonly merges: Merge[] = []
  /** Identifier → who claims it since which command. */
  readonly claims = new Map<string, { id: string; since: number }[]>()
  readonly interactions: Interaction[] = []
  notes: { contactId: string; text: string }[] = []
  readonly forbidden = new Set<string>()
  /** Two people → how certain the suggestion was that they are one when it was put aside; undefined: it was put back. */
  readonly aside = new Map<string, string | undefined>()
  /** Identifier → records of the people whose claim on it was accepted as it is. */
  readonly accepted = new Map<string, Set<string>>()

  /** Everyone joined with a contact by standing merges. */
  memberIds(id: string, without?: Merge): string[] {
    const members = [id]
    for (const member of members)
      for (const merge of this.merges) {
        const all = [...merge.inputs, merge.result]
        if (!merge.standing || merge === without || !all.includes(member)) continue
        for (const other of all) if (!members.includes(other)) members.push(other)
      }
    return members
  }

  personOf(id: string): Person | undefined {
    if (!this.contacts.has(id)) return undefined
    const ids = this.memberIds(id)
    const latest = this.merges.filter((merge) => merge.standing && ids.includes(merge.result)).at(-1)
    const headId = latest?.result ?? id
    const members = ids.flatMap((one) => this.contacts.get(one) ?? [])
    const head = this.contacts.get(headId)
    if (!head) return undefined
    const values = currentOf(members)
    const active = Math.max(...members.map((one) => one.active))
    const oldest = members.reduce((a, b) => (a.seq <= b.seq ? a : b))
    const undone = latest === undefined && this.merges.some((merge) => merge.result === id)
    return {
      id: headId,
      members,
      merged: latest !== undefined,
      type: Math.max(...members.map((one) => one.type)),
      status: members.some((one) => one.erased)
        ? 'erased'
        : undone
          ? 'undone'
          : head.deletedMs !== undefined
            ? 'deleted'
            : latest === undefined && head.expired && head.type < CURATED
              ? 'expired'
              : 'active',
      values,
      active,
      // What called off an expiry counts as well.
      renewed: Math.max(
        active > 0 ? active : oldest.createdMs,
        ...members.filter((one) => one.aged && (!one.expired || one.type === CURATED)).map((one) => one.touchedMs),
      ),
    }
  }

  /** All people, each once. */
  people(): Person[] {
    const people = new Map<string, Person>()
    for (const id of this.contacts.keys()) {
      const person = this.personOf(id)
      if (person) people.set(person.id, person)
    }
    return [...people.values()]
  }

  claimsOf(key: string): { id: string; since: number }[] {
    const claims = this.claims.get(key) ?? []
    this.claims.set(key, claims)
    return claims.sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1))
  }

  /** Claims of the living, earliest first: holder and contenders. */
  livingClaims(key: string): { id: string; person: Person }[] {
    return this.claimsOf(key).flatMap(({ id }) => {
      const person = this.personOf(id)
      return person?.status === 'active' ? [{ id, person }] : []
    })
  }

  /** Living people who claim an identifier, in the order in which they would hold it. */
  claimants(key: string): Person[] {
    return [...new Map(this.livingClaims(key).map(({ person }) => [person.id, person])).values()]
  }

  /** Identifiers that several people want, one of whom at least was not accepted. */
  disputes(): string[] {
    return [...this.claims.keys()]
      .filter((key) => {
        const people = this.claimants(key)
        const accepted = this.accepted.get(key) ?? new Set()
        return people.length > 1 && people.some(({ members }) => !members.some(({ id }) => accepted.has(id)))
      })
      .sort()
  }

  holder(key: string): Person | undefined {
    return this.livingClaims(key)[0]?.person
  }

  /** Identifiers these contacts claim. */
  claimedBy(ids: readonly string[]): Map<string, number> {
    const claimed = new Map<string, number>()
    for (const key of this.claims.keys())
      for (const { id, since } of this.claimsOf(key)) if (ids.includes(id) && !claimed.has(key)) claimed.set(key, since)
    return claimed
  }

  /** The contact and everything it was ever made of. */
  madeOf(id: string): string[] {
    const parts = [id]
    for (const part of parts)
      for (const merge of this.merges)
        if (merge.result === part) for (const input of merge.inputs) if (!parts.includes(input)) parts.push(input)
    return parts
  }

  /**
   * Whose something is that hangs on a contact: the contact's, or, when its merge was undone, that of the input which
   * owns the identifier it came by; the first input where none does.
   */
  ownerOf(link: string, identifiers: readonly string[]): string {
    const made = this.merges.find((merge) => merge.result === link)
    if (!made || this.memberIds(link).length > 1) return link
    return this.ownerOf(this.inputFor(made, identifiers), identifiers)
  }

  /** The input of a merge that owns the first identifier that any of them owns; else the first input. */
  inputFor({ inputs, result }: Merge, identifiers: readonly string[]): string {
    for (const key of identifiers)
      for (const { id } of this.claimsOf(key)) {
        const input = inputs.find((one) => this.madeOf(one).includes(id))
        if (input !== undefined) return input
      }
    return inputs[0] ?? result
  }

  /** Interactions of these contacts. */
  interactionsOf(ids: readonly string[]): Interaction[] {
    return this.interactions.filter(
      ({ link, identifiers }) => link !== null && ids.includes(this.ownerOf(link, identifiers)),
    )
  }

  notesOf(ids: readonly string[]) {
    return this.notes.filter(({ contactId }) => ids.includes(this.ownerOf(contactId, [])))
  }

  /** Values that were written and are not current: field and value, each once. */
  lostOf(person: Person): string[] {
    const lost = new Set<string>()
    for (const member of person.members)
      for (const [field, writes] of member.writes)
        for (const { value } of writes)
          if (value !== null && value !== person.values.get(field)?.value) lost.add(`${field}: ${value}`)
    return [...lost].sort()
  }
}

/** The latest write of each field over some contacts. */
export function currentOf(members: readonly Contact[]): Map<string, Write> {
  const values = new Map<string, Write>()
  for (const { writes } of members)
    for (const [field, all] of writes) {
      const last = all.at(-1)
      if (last && last.seq >= (values.get(field)?.seq ?? -1)) values.set(field, last)
    }
  return values
}

/** Fields in the order in which their identifiers are tried. */
const MIRRORED = [...PHONE_SLOTS, ...EMAIL_SLOTS, 'twitterId']

/** The identifiers of some fields. */
export function mirrored(values: ReadonlyMap<string, { value: string | null }>): string[] {
  const records = [...values.keys()].filter((field) => field.startsWith('record/')).sort()
  const keys = [...MIRRORED, ...records].flatMap((field) => {
    const value = values.get(field)?.value
    return value === null || value === undefined ? [] : (identifierIn(field, value) ?? [])
  })
  return [...new Set(keys)]
}

/** What a contact is called, or nothing where its number would stand for its name. */
export function nameOf(values: ReadonlyMap<string, { value: string | null }>): string | undefined {
  const text = (field: string) => values.get(field)?.value ?? undefined
  const name = [text('firstName'), text('lastName')].filter(Boolean).join(' ')
  if (name !== '') return name
  return EMAIL_SLOTS.map(text).find((mail) => mail !== undefined)
}
