// A small in-memory engine for tests of the reading side: first claim wins, a person is found again by record id,
// else by an identifier it holds together with the same name. What the real engine decides is tested with it.

import type { ContactInput } from '@shared/model/contact'
import { EMAIL_FIELDS, PHONE_FIELDS } from '@shared/model/contact'
import type { Identifier } from '@shared/model/identifier'
import { identifierKey, tryNormalise } from '@shared/model/normalise'
import type { ContactImporter, ImportDraft, RowVerdict } from '../../../src-main/engine/import-port'
import { asContactId } from '../../../src-shared/model/ids'

export interface Person {
  id: string
  input: ContactInput
  note?: string
}

export const nameOf = ({ firstName, lastName }: ContactInput) => [firstName, lastName].filter(Boolean).join(' ')

function identifiersOf(input: ContactInput): Identifier[] {
  const typed = [
    ...PHONE_FIELDS.map((field) => ({ type: 'Phone' as const, value: input[field]?.userInput })),
    ...EMAIL_FIELDS.map((field) => ({ type: 'Email' as const, value: input[field] })),
    ...(input.externalIds ?? []).map(({ externalSource, value }) => ({
      type: 'ExternalId' as const,
      value,
      source: externalSource.id,
    })),
  ]
  return typed.flatMap(({ value, ...rest }) =>
    value === undefined ? [] : (tryNormalise({ ...rest, value }, 'AU') ?? []),
  )
}

export class MemoryPeople implements ContactImporter {
  readonly people: Person[] = []
  readonly claims = new Map<string, Person>()
  readonly ends: { counts: Record<string, number>; cancelled: boolean }[] = []
  /** Called before each batch is written; may throw. */
  beforeApply: (batch: number) => void | Promise<void> = () => {}
  batches = 0

  begin() {
    const planned = new MemoryBooks(this.people, this.claims)
    return {
      plan: async (drafts: readonly ImportDraft[]) => drafts.map((draft) => planned.take(draft)),
      apply: async (drafts: readonly ImportDraft[]) => {
        await this.beforeApply(++this.batches)
        const books = new MemoryBooks(this.people, this.claims)
        const verdicts = drafts.map((draft) => books.take(draft))
        this.people.push(...books.added)
        for (const [key, holder] of books.claimed) this.claims.set(key, holder)
        return verdicts
      },
      end: async ({ counts, cancelled }: { counts: Record<string, number>; cancelled: boolean }) => {
        this.ends.push({ counts, cancelled })
        return undefined
      },
    }
  }
}

/** What is there plus what was taken since, until it is written. */
class MemoryBooks {
  readonly added: Person[] = []
  readonly claimed = new Map<string, Person>()

  constructor(
    private readonly people: readonly Person[],
    private readonly claims: ReadonlyMap<string, Person>,
  ) {}

  take({ row, input, note }: ImportDraft): RowVerdict {
    const displayName = nameOf(input)
    const wanted = identifiersOf(input).map((identifier) => ({ identifier, key: identifierKey(identifier) }))
    const held = wanted.map(({ identifier, key }) => ({
      identifier,
      holder: this.claimed.get(key) ?? this.claims.get(key),
    }))
    const known = held.find(
      ({ identifier, holder }) => holder && (identifier.type === 'ExternalId' || nameOf(holder.input) === displayName),
    )?.holder
    if (known)
      return {
        row,
        verdict: 'unchanged',
        displayName,
        contactId: asContactId(known.id),
        disputes: [],
        keptExisting: [],
        unfit: [],
      }
    const person = { id: `p${this.people.length + this.added.length + 1}`, input, ...(note ? { note } : {}) }
    this.added.push(person)
    for (const { key } of wanted) if (!this.claimed.has(key) && !this.claims.has(key)) this.claimed.set(key, person)
    const disputes = held.flatMap(({ identifier, holder }) =>
      holder ? [{ identifier, holderId: asContactId(holder.id), holderName: nameOf(holder.input) }] : [],
    )
    return { row, verdict: 'create', displayName, disputes, keptExisting: [], unfit: [] }
  }
}
