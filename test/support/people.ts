// Short ways to make people and interactions on a bench, and to ask what tests ask most.

import { expect } from 'vitest'
import { identifierId } from '../../src-main/engine/documents/ids'
import { type Actor, owner, type Permission } from '../../src-main/engine/permissions'
import type { ContactChanges } from '../../src-shared/model/contact'
import type { IdentifierInput } from '../../src-shared/model/identifier'
import type { ContactId } from '../../src-shared/model/ids'
import type { InteractionInput } from '../../src-shared/model/interaction'
import { normalise } from '../../src-shared/model/normalise'
import { ann, type Bench } from './engine'

/** Somebody who may do everything but this. */
export function without(...missing: Permission[]): Actor {
  const { permissions } = owner('mallory')
  return { id: 'mallory', permissions: new Set([...permissions].filter((one) => !missing.includes(one))) }
}

let number = 0
/** A number nobody had before, in the given run of the tests: +61 4xx xxx xxx. */
export const newNumber = () => `+61421${String(100_000 + number++)}`
export const phone = (userInput: string) => ({ userInput })

export function helpers(bench: () => Bench) {
  const moment = () => new Date(bench().time.now).toISOString()
  return {
    create: (input: ContactChanges) => bench().engine.contacts.create(ann, input),
    person: (id: ContactId) => bench().engine.queries.person(id),
    /** An interaction by these identifiers now. */
    interaction: (identifiers: IdentifierInput[], more: Partial<InteractionInput> = {}): InteractionInput => ({
      channel: 'voice',
      startedAt: moment(),
      identifiers,
      ...more,
    }),
    record: (identifiers: IdentifierInput[], more: Partial<InteractionInput> = {}) =>
      bench().engine.interactions.record(ann, { channel: 'voice', startedAt: moment(), identifiers, ...more }),
    /** Who wants an identifier: the holder first, by the name of the person, or the type for those without a name. */
    claimants(input: IdentifierInput): string[] {
      return bench()
        .views.claimsOn(identifierId(normalise(input, 'AU')))
        .map(({ person }) => person.name || person.type)
    },
    holder: (input: IdentifierInput): string | undefined =>
      bench().views.claimsOn(identifierId(normalise(input, 'AU')))[0]?.person.id,
    /** Lets time go by. */
    wait(ms: number) {
      bench().time.now += ms
    },
    /** A refused command: what it says; and that it left every byte as it was. */
    async refused(command: () => Promise<unknown> | unknown, body: object): Promise<void> {
      const before = await bench().export()
      await expect((async () => command())()).rejects.toMatchObject(body)
      expect(await bench().export()).toBe(before)
    },
  }
}
