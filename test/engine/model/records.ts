// What all commands do to the model's records: look people up, write fields, claim, give up, raise and renew.
// Invariant: after a write a person claims what it claimed before, less what its fields no longer hold, plus what they hold.
import { type Contact, currentOf, IDENTIFIED, mirrored, type Person, State } from './state'
import { EMAIL_SLOTS, identifierIn, PHONE_SLOTS, type Typed } from './universe'

export class Refused extends Error {
  constructor(readonly code: string) {
    super(code)
  }
}

/** The records, and every way in which commands change them. */
export class Records extends State {
  protected known(id: string): Person {
    const person = this.personOf(id)
    if (!person || person.status === 'undone') throw new Refused('not_found')
    return person
  }

  protected living(id: string): Person {
    const person = this.known(id)
    if (person.status !== 'active') throw new Refused(person.status)
    return person
  }

  protected headOf(person: Person): Contact {
    const head = this.contacts.get(person.id)
    if (!head) throw new Error('a person without its canonical contact')
    return head
  }

  protected check({ fields }: Typed): void {
    if (EMAIL_SLOTS.some((slot) => fields[slot as keyof typeof fields] === 'not an address'))
      throw new Refused('invalid_email')
  }

  protected add(id: string | undefined, type: number, typed: Typed): Contact {
    const contact: Contact = {
      id: id ?? 'the engine made none',
      type,
      createdMs: this.now,
      seq: this.seq,
      raised: this.seq,
      writes: new Map(),
      deletedMs: undefined,
      touchedMs: this.now,
      expired: false,
      aged: false,
      erased: false,
      active: 0,
    }
    this.contacts.set(contact.id, contact)
    for (const [field, value] of changesIn(typed, new Map()))
      if (value !== null) contact.writes.set(field, [{ value, seq: this.seq }])
    for (const key of mirrored(currentOf([contact]))) this.claim(contact.id, key)
    return contact
  }

  protected claim(id: string, key: string, since = this.seq): void {
    const claims = this.claimsOf(key)
    if (!claims.some((claim) => claim.id === id)) claims.push({ id, since })
  }

  protected giveUp(ids: readonly string[], key: string): void {
    this.claims.set(
      key,
      this.claimsOf(key).filter((claim) => !ids.includes(claim.id)),
    )
  }

  /** A type only rises; rising is a sign of life. */
  protected raise(contact: Contact, type: number): void {
    if (type <= contact.type) return
    contact.type = type
    contact.raised = this.seq
    this.touch(contact)
  }

  /** Something was done to a contact: a sign of life. */
  protected touch(contact: Contact): void {
    contact.expired = false
    contact.touchedMs = this.now
  }

  /** Writes what differs; claims and releases by difference. */
  protected write(person: Person, typed: Typed): string {
    const before = person.values
    const changed = [...changesIn(typed, before)].filter(
      ([field, value]) => (before.get(field)?.value ?? null) !== value,
    )
    if (changed.length === 0) return person.id
    const head = this.headOf(person)
    this.put(
      head,
      person.members.map((member) => member.id),
      before,
      changed,
    )
    return person.id
  }

  /** Writes fields onto one contact of a person, and lets the person's claims follow. */
  protected put(
    contact: Contact,
    members: readonly string[],
    before: ReadonlyMap<string, { value: string | null }>,
    changed: [string, string | null][],
  ): void {
    for (const [field, value] of changed)
      contact.writes.set(field, [...(contact.writes.get(field) ?? []), { value, seq: this.seq }])
    this.touch(contact)
    const held = mirrored(before)
    const wanted = mirrored(new Map([...before, ...changed.map(([field, value]) => [field, { value }] as const)]))
    for (const key of held) if (!wanted.includes(key)) this.giveUp(members, key)
    for (const key of wanted) if (!held.includes(key)) this.claim(contact.id, key)
    if (wanted.length > 0) this.raise(contact, IDENTIFIED)
  }

  /** What others hold by now stays theirs: whoever comes back queues behind. */
  protected queueBehind(person: Person): void {
    const ids = person.members.map((member) => member.id)
    for (const key of this.claims.keys())
      if (this.livingClaims(key).length > 0)
        for (const claim of this.claimsOf(key)) if (ids.includes(claim.id)) claim.since = this.seq
  }

  /** What is typed while promoting, and every identifier that stands in no field in the first free one of its kind. */
  protected withIdentifiers(person: Person, typed: Typed): Typed {
    const values = new Map([...person.values].map(([field, { value }]) => [field, value]))
    for (const [field, value] of changesIn(typed, person.values)) values.set(field, value)
    const fields: Record<string, string | null | undefined> = { ...typed.fields }
    const added: string[] = []
    const had = mirrored(person.values)
    for (const key of [...this.claimedBy(person.members.map(({ id }) => id)).keys()].sort()) {
      const [type = '', value = ''] = key.split(/ (.*)/)
      const now = [...values].flatMap(([field, text]) => (text === null ? [] : (identifierIn(field, text) ?? [])))
      if (now.includes(key) || had.includes(key)) continue
      const slots: Record<string, string[]> = { Phone: PHONE_SLOTS, Email: EMAIL_SLOTS, SocialTwitter: ['twitterId'] }
      const slot =
        type === 'ExternalId' ? `record/${value}` : slots[type]?.find((one) => (values.get(one) ?? null) === null)
      if (slot === undefined) continue
      values.set(slot, value)
      if (type === 'ExternalId') added.push(value)
      else fields[slot] = value
    }
    if (added.length === 0) return { ...typed, fields }
    const records = [...values].flatMap(([field, value]) => (field.startsWith('record/') && value ? [value] : []))
    return { fields, records }
  }

  protected renew(contact: Contact, ms: number): void {
    if (ms <= contact.active) return
    contact.active = ms
    contact.expired = false
  }
}

/** Field → what it becomes. External ids are replaced whole. */
export function changesIn(
  { fields, records }: Typed,
  before: ReadonlyMap<string, unknown>,
): Map<string, string | null> {
  const changes = new Map<string, string | null>(Object.entries(fields).map(([field, text]) => [field, text ?? null]))
  if (!records) return changes
  for (const field of before.keys()) if (field.startsWith('record/')) changes.set(field, null)
  for (const value of records) changes.set(`record/${value}`, value)
  return changes
}
