// What each command means, on plain arrays and maps: the domain specification, sections 2 to 5, told once more.
// Invariant: nothing here is taken from the engine but ids of what it made; a refusal changes nothing.
import { asContactId, asMergeId } from '../../../src-shared/model/ids'
import type { Command, Outcome } from './commands'
import { Imports } from './imports'
import { plan } from './plan'
import { Refused } from './records'
import { CURATED, DAY, EPHEMERAL, IDENTIFIED, type Interaction, mirrored, type Person } from './state'
import { identifierIn, keyOf } from './universe'

const isCookie = (key: string) => key.startsWith('Cookie ')
const ORDER = ['ExternalId', 'SocialTwitter', 'Phone', 'Email', 'Cookie']
/** The order in which an interaction's identifiers are tried. */
const inOrder = (keys: readonly string[]) =>
  [...keys].sort((a, b) => ORDER.indexOf(a.split(' ')[0] ?? '') - ORDER.indexOf(b.split(' ')[0] ?? ''))

export class DomainModel extends Imports {
  /**
   * Carries a command out.
   * @param made what the engine came to, for the ids it gave
   */
  apply(command: Command, made: Outcome): Outcome {
    this.seq += 1
    try {
      return this.run(command, made)
    } catch (error) {
      if (error instanceof Refused) return { code: error.code }
      throw error
    }
  }

  private run(command: Command, made: Outcome): Outcome {
    switch (command.kind) {
      case 'create': {
        this.check(command.typed)
        if (Object.values(command.typed.fields).every((text) => text === null) && !command.typed.records?.length)
          throw new Refused('empty_contact')
        return { id: this.add(made.id, CURATED, command.typed).id, created: true }
      }
      case 'update':
        this.check(command.typed)
        return { id: this.write(this.living(command.id), command.typed) }
      case 'promote': {
        this.check(command.typed)
        const person = this.known(command.id)
        if (person.status === 'erased' || person.status === 'deleted') throw new Refused(person.status)
        if (person.type === CURATED) throw new Refused('already_curated')
        if (person.status === 'expired') this.queueBehind(person)
        this.write(person, this.withIdentifiers(person, command.typed))
        this.raise(this.headOf(person), CURATED)
        return { id: person.id }
      }
      case 'claim':
        return this.claimExplicitly(this.living(command.id), keyOf(command.identifier))
      case 'release': {
        const ids = this.living(command.id).members.map((member) => member.id)
        if (!this.claimedBy(ids).has(keyOf(command.identifier))) throw new Refused('identifier_not_held')
        this.giveUp(ids, keyOf(command.identifier))
        return {}
      }
      case 'remove': {
        const person = this.living(command.id)
        const head = this.headOf(person)
        head.deletedMs = this.now
        this.touch(head)
        return { id: person.id }
      }
      case 'restore':
        return { id: this.restore(this.known(command.id)) }
      case 'erase':
        return { ids: this.erase(this.known(command.id)) }
      case 'record':
        return this.record(command, made)
      case 'link':
        return this.link(command.interaction, command.id)
      case 'merge':
        return this.merge(command, made)
      case 'undo':
        return this.undo(command)
      case 'cannotLink': {
        const [one, other] = [this.living(command.a), this.living(command.b)]
        const [a, b] = [one.id, other.id].sort()
        if (a === b) throw new Refused('merge_same_person')
        if (command.standing) this.forbidden.add(`${a} ${b}`)
        else
          for (const x of one.members)
            for (const y of other.members) this.forbidden.delete([x.id, y.id].sort().join(' '))
        return {}
      }
      case 'putAside': {
        const pairs = command.pairs.map(({ a, b, certainty }) => {
          const [one, other] = [this.living(a), this.living(b)]
          if (one.id === other.id) throw new Refused('merge_same_person')
          return { pair: [one.id, other.id].sort().join(' '), certainty }
        })
        for (const { pair, certainty } of pairs) this.aside.set(pair, command.aside ? certainty : undefined)
        return {}
      }
      case 'mergeAll':
        return this.mergeAll(command.groups, made)
      case 'decide':
        return this.decide(made)
      case 'split':
      case 'rejoin':
        throw new Error('taking apart is compared by what it keeps, not by the model')
      case 'note':
        this.notes.push({ contactId: this.living(command.id).id, text: command.text })
        return {}
      case 'import':
        return { rows: this.importRows(command.rows, command.onMatch, made.rows ?? []) }
      case 'retention': {
        const due = this.people().filter(
          (person) =>
            person.status === 'active' &&
            person.type < CURATED &&
            !person.merged &&
            person.renewed < this.now - 60 * DAY,
        )
        for (const person of due) Object.assign(this.headOf(person), { expired: true, aged: true })
        return { ids: due.map((person) => person.id) }
      }
      case 'restart':
        return {}
    }
  }

  /** Settles the dispute that was drawn. */
  private decide(made: Outcome): Outcome {
    const { decided } = made
    if (!decided) {
      if (this.disputes().length > 0) throw new Error(`these are open: ${this.disputes()}`)
      throw new Refused('nothing_open')
    }
    const { decision, key = '', target } = decided
    if (!this.disputes().includes(key)) throw new Error(`there is no dispute over ${key}`)
    const people = this.claimants(key)
    const members = (person: Person) => person.members.map(({ id }) => id)
    const accept = (accepted: readonly Person[]) =>
      this.accepted.set(key, new Set([...(this.accepted.get(key) ?? []), ...accepted.flatMap(members)]))
    const [holder, ...others] = people
    if (!holder) throw new Refused('not_found')
    if (decision === 'merge')
      return {
        ...this.merge({ kind: 'merge', ids: people.map(({ id }) => id).map(asContactId), choices: {} }, made),
        decided,
      }
    if (decision === 'shared-identifier') {
      accept(people)
      return { id: holder.id, decided }
    }
    // Handed over: those before the one named queue behind, in the order of their ids.
    const passed = others.slice(
      0,
      others.findIndex(({ id }) => id === target),
    )
    const first = new Map(
      passed.map((one) => [one, this.livingClaims(key).find(({ person }) => person.id === one.id)?.id]),
    )
    for (const one of [holder, ...passed]) this.giveUp(members(one), key)
    for (const id of first.values()) this.claim(id ?? '', key)
    if (others.length > 1) accept(others)
    return { id: target ?? '', decided }
  }

  private claimExplicitly(person: Person, key: string): Outcome {
    const holder = this.holder(key)
    if (holder && holder.id !== person.id) throw new Refused('identifier_held')
    if (holder) return {}
    const head = this.headOf(person)
    this.claim(head.id, key)
    if (!isCookie(key)) this.raise(head, IDENTIFIED)
    return {}
  }

  private restore(person: Person): string {
    const head = this.headOf(person)
    if (person.status === 'erased') throw new Refused('erased')
    if (person.status !== 'deleted' || head.deletedMs === undefined) throw new Refused('not_deleted')
    if (head.deletedMs < this.now - 30 * DAY) throw new Refused('not_found')
    this.queueBehind(person)
    head.deletedMs = undefined
    this.touch(head)
    return person.id
  }

  private erase(person: Person): string[] {
    if (person.status === 'erased') throw new Refused('erased')
    // All of the set, and the results of merges since undone, which hold copies.
    const ids = person.members.map((member) => member.id)
    for (const id of ids)
      for (const merge of this.merges)
        if (merge.inputs.includes(id) && !ids.includes(merge.result)) ids.push(merge.result)
    for (const interaction of this.interactionsOf(ids)) {
      interaction.link = this.ownerOf(interaction.link ?? '', interaction.identifiers)
      interaction.identifiers = []
      interaction.erased = true
    }
    for (const interaction of this.interactions)
      if (interaction.link === null && interaction.former.some((id) => ids.includes(id)))
        Object.assign(interaction, { identifiers: [], erased: true })
    const gone = this.notesOf(ids)
    this.notes = this.notes.filter((note) => !gone.includes(note))
    for (const key of [...this.claims.keys()]) this.giveUp(ids, key)
    for (const id of ids) {
      const contact = this.contacts.get(id)
      if (contact) Object.assign(contact, { erased: true, writes: new Map() })
    }
    return ids
  }

  private record(command: Command & { kind: 'record' }, made: Outcome): Outcome {
    const known = this.interactions.find((one) => one.conversation === command.conversation)
    if (known) {
      const owner = known.link === null ? '' : this.ownerOf(known.link, known.identifiers)
      const id = this.learn(known, this.personOf(owner)?.id ?? owner, command)
      return { id, created: false, ids: [known.id] }
    }
    const keys = inOrder(command.identifiers.map(keyOf))
    const holder = keys.flatMap((key) => this.holder(key) ?? [])[0]
    const free = keys.filter((key) => !this.holder(key))
    const type = keys.some((key) => !isCookie(key)) ? IDENTIFIED : EPHEMERAL
    const contact = holder ? this.headOf(holder) : this.add(made.id, type, { fields: {} })
    if (free.some((key) => !isCookie(key))) this.raise(contact, IDENTIFIED)
    for (const key of free) this.claim(contact.id, key)
    this.renew(contact, command.startedAt)
    const id = made.ids?.[0] ?? 'the engine recorded none'
    this.interactions.push({
      id,
      conversation: command.conversation,
      link: contact.id,
      former: [],
      identifiers: keys,
      startedAt: command.startedAt,
    })
    return { id: contact.id, created: !holder, ids: [id] }
  }

  /** Told of again with what it came by: it goes to the holder, or its contact gets what is free. @returns whose it is then */
  private learn(known: Interaction, id: string, { identifiers }: Command & { kind: 'record' }): string {
    const fresh = inOrder(identifiers.map(keyOf)).filter(
      (key) => !known.identifiers.includes(key) && this.holder(key)?.id !== id,
    )
    if (known.link === null || known.erased || fresh.length === 0) return id
    const free = fresh.filter((key) => !this.holder(key))
    const holder = fresh.flatMap((key) => this.holder(key) ?? [])[0]
    const blank = this.personOf(id)
    const goes =
      known.identifiers.length === 0 &&
      !known.told &&
      holder !== undefined &&
      holder.id !== id &&
      blank?.type === EPHEMERAL &&
      ![...blank.values.values()].some(({ value }) => value !== null)
    if (goes) this.link(known.id, holder.id)
    const target = this.personOf(goes ? holder.id : id)
    const others = fresh.some((key) => {
      const one = this.holder(key)
      return one !== undefined && one.id !== target?.id
    })
    if (target?.status === 'active' && free.length > 0 && !others) {
      const head = this.headOf(target)
      if (free.some((key) => !isCookie(key))) this.raise(head, IDENTIFIED)
      for (const key of free) this.claim(head.id, key)
    }
    return goes ? holder.id : id
  }

  private link(interactionId: string, id: string | null): Outcome {
    const interaction = this.interactions.find((one) => one.id === interactionId)
    if (!interaction) throw new Refused('not_found')
    if (id !== null) {
      const contact = this.contacts.get(id)
      if (!contact || this.personOf(id)?.status === 'undone') throw new Refused('not_found')
      if (this.personOf(id)?.status === 'deleted') throw new Refused('deleted')
      if (contact.erased) throw new Refused('erased')
      this.renew(contact, interaction.startedAt)
    }
    if (interaction.link !== null) interaction.former.push(interaction.link)
    interaction.link = id
    interaction.told = true
    return {}
  }

  /** Each group by itself: none is merged where one cannot be. */
  private mergeAll(groups: readonly (readonly string[])[], { merged: made = [] }: Outcome): Outcome {
    const people = groups.flat().map((id) => this.living(id).id)
    if (new Set(people).size !== people.length) throw new Refused('merge_same_person')
    for (const ids of groups) this.mergeable(ids)
    const merged = groups.map((ids, i) => {
      const known = made[i]
      const one = { kind: 'merge' as const, ids: ids.map(asContactId), choices: {} }
      const { id, mergeId, ids: inputs = [] } = this.merge(one, known ?? {})
      return { id: asContactId(id ?? ''), mergeId: mergeId ?? asMergeId(''), ids: inputs }
    })
    return { merged }
  }

  /** @returns the people who may be merged */
  private mergeable(ids: readonly string[]): Person[] {
    if (ids.length < 2) throw new Refused('merge_too_few')
    const people = [...new Map(ids.map((id) => [this.living(id).id, this.living(id)])).values()]
    if (people.length < 2) throw new Refused('merge_same_person')
    if (people.flatMap((person) => person.members).length + 1 > 52) throw new Refused('merge_set_too_large')
    for (const a of people)
      for (const b of people)
        if (a !== b)
          for (const x of a.members)
            for (const y of b.members)
              if (this.forbidden.has(`${x.id} ${y.id}`)) throw new Refused('merge_forbidden_pair')
    return people
  }

  private merge({ ids, choices }: Command & { kind: 'merge' }, made: Outcome): Outcome {
    const people = this.mergeable(ids)
    const chosen = new Map<string, string>()
    for (const [field, id] of Object.entries(choices)) {
      const from = people.find((person) => person.members.some((member) => member.id === id))
      if (!from) throw new Refused('merge_choice_unknown')
      chosen.set(field, from.id)
    }
    const values = plan(people, chosen)
    const inputs = people.map((person) => person.id).sort()
    const result = this.add(made.id, Math.max(...people.map((person) => person.type)), { fields: {} })
    for (const [field, { value, seq }] of values) result.writes.set(field, [{ value, seq: seq ?? this.seq }])
    result.active = Math.max(...people.map((person) => person.active))
    const id = made.mergeId ?? asMergeId('the engine made none')
    this.merges.push({ id, inputs, result: result.id, seq: this.seq, standing: true })
    return { id: result.id, mergeId: id, ids: inputs, created: true }
  }

  private undo({ merge: mergeId, assignments }: Command & { kind: 'undo' }): Outcome {
    const merge = this.merges.find((one) => one.id === mergeId)
    if (!merge) throw new Refused('not_found')
    if (!merge.standing) throw new Refused('merge_not_standing')
    const { status } = this.known(merge.result)
    if (status === 'erased' || status === 'deleted') throw new Refused(status)
    if (this.merges.some((other) => other.standing && other.inputs.includes(merge.result)))
      throw new Refused('merge_not_latest')
    const result = this.contacts.get(merge.result)
    const whole = this.personOf(merge.result)
    if (!result || !whole) throw new Refused('not_found')
    const edits = [...result.writes].flatMap(([field, writes]): [string, string | null][] => {
      const last = writes.at(-1)
      return last && last.seq > merge.seq ? [[field, last.value]] : []
    })
    // An identifier that one of the inputs brought goes back to it without asking.
    merge.standing = false
    const brought = new Map(
      merge.inputs.map((id) => [id, this.claimedBy(this.personOf(id)?.members.map((member) => member.id) ?? [id])]),
    )
    merge.standing = true
    const broughtBy = (field: string) => {
      const value = edits.find(([edited]) => edited === field)?.[1] ?? null
      const key = value === null ? undefined : identifierIn(field, value)
      const owners = merge.inputs.filter((id) => key !== undefined && brought.get(id)?.has(key))
      return owners.length === 1 ? owners[0] : undefined
    }
    const memberFor = (field: string) =>
      assignments[field.startsWith('record/') ? 'externalIds' : field] ?? broughtBy(field) ?? ''
    const notes = this.notes.filter(({ contactId }) => contactId === result.id)
    const reader = assignments['notes'] ?? ''
    if (edits.some(([field]) => !merge.inputs.includes(memberFor(field)))) throw new Refused('undo_needs_assignment')
    if (notes.length > 0 && !merge.inputs.includes(reader)) throw new Refused('undo_needs_assignment')
    for (const note of notes) note.contactId = reader

    // What edits took from the set while it was one comes back to whoever has it in a field.
    const ever = [...result.writes].flatMap(([field, writes]) =>
      writes.flatMap(({ value }) => (value === null ? [] : (identifierIn(field, value) ?? []))),
    )
    const now = mirrored(whole.values)
    const taken = ever.filter((key) => !now.includes(key))
    const gained = this.claimedBy([result.id])
    const arrived = this.interactionsOf(whole.members.map((member) => member.id)).map((one) => ({
      ...one,
      owner: this.ownerOf(one.link ?? '', one.identifiers),
    }))
    merge.standing = false
    const placed = new Set<string>()
    for (const id of merge.inputs) {
      const former = this.personOf(id)
      const contact = this.contacts.get(id)
      if (!former || !contact) continue
      const members = former.members.map((member) => member.id)
      const mine = edits.filter(([field]) => memberFor(field) === id)
      const before = new Set(this.claimedBy(members).keys())
      const own = this.claimedBy([id])
      const had = new Set(mirrored(former.values))
      if (result.raised > merge.seq) this.raise(contact, result.type)
      for (const [field] of mine) {
        const between = (result.writes.get(field) ?? []).filter((write) => write.seq > merge.seq)
        contact.writes.set(field, [...(contact.writes.get(field) ?? []), ...between])
      }
      if (mine.length > 0) this.put(contact, members, former.values, mine)
      const values = this.personOf(id)?.values ?? new Map()
      for (const key of mirrored(values)) {
        const since = gained.get(key)
        if (since !== undefined) placed.add(key)
        if (before.has(key)) {
          if (!own.has(key)) this.giveUp([id], key) // another record of this person claims it already
          continue
        }
        if (since !== undefined) this.claimAgain(id, key, since)
        else if (!had.has(key) || taken.includes(key)) this.claim(id, key)
        else continue
        this.raise(contact, IDENTIFIED)
      }
    }
    const [first] = merge.inputs
    for (const [key, since] of gained) {
      const contact = this.contacts.get(first ?? '')
      if (!contact || placed.has(key)) continue
      this.claim(contact.id, key, since)
      if (!isCookie(key)) this.raise(contact, IDENTIFIED)
    }
    // Interactions that come to a former contact renew it, also those it has through a merge undone earlier.
    for (const { identifiers, startedAt, owner } of arrived) {
      const contact = this.contacts.get(owner === result.id ? this.inputFor(merge, identifiers) : owner)
      if (contact) this.renew(contact, startedAt)
    }
    return { ids: merge.inputs }
  }

  /** A claim carried over counts from when it was made. */
  private claimAgain(id: string, key: string, since: number): void {
    this.giveUp([id], key)
    this.claim(id, key, since)
  }
}
