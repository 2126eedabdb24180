// What can be decided about an interaction that arrived. Each decision says what it did and can be taken back.
import type { Incoming } from '@shared/contract/local-api'
import { ScvError } from '@shared/errors'
import { asInteractionId } from '@shared/model/ids'
import type { Learnt, PersonRef } from '@shared/model/views'
import { useState } from 'react'
import { client } from '../bridge/hooks'
import { showFailure } from '../components/failure-notice'
import { showUndo } from '../components/undo-notice'
import { personName } from '../format/words'
import { type Decided, useIncomingMemory } from '../state/incoming'

/** What a decision wrote, for taking it back. */
interface Written {
  contactId: string | null
  learnt: readonly Learnt[]
  /** A contact was made for it, which is left with nothing when it is taken back. */
  made: boolean
}

export function useDecisions({ interaction, contact }: Incoming) {
  const remember = useIncomingMemory((state) => state.decide)
  /** On screen at once, and kept over restarts; what it did is done either way, and where it is not kept, that is said. */
  const decide = (interactionId: string, how: Decided | null): void => {
    remember(interactionId, how)
    client
      .call('incoming.decide', { interactionId: asInteractionId(interactionId), how })
      .catch((error: unknown) => showFailure('Done, but after a restart it waits here again.', error))
  }
  const [state, setState] = useState<{ pending: boolean; error: ScvError | undefined }>({
    pending: false,
    error: undefined,
  })
  const { id } = interaction
  const link = (contactId: string | null) => client.call('incoming.link', { interactionId: id, contactId })

  /** Does something; a failure is shown on the card. @returns whether it was done */
  const attempt = async (action: () => Promise<void>): Promise<void> => {
    setState({ pending: true, error: undefined })
    try {
      await action()
      setState({ pending: false, error: undefined })
    } catch (error) {
      const shown = error instanceof ScvError ? error : new ScvError('internal', String(error))
      setState({ pending: false, error: shown })
    }
  }

  /** A failure is said by the notice of the step: the card may be gone by now. */
  const takeBack = async ({ contactId, learnt, made }: Written, former: string | null): Promise<void> => {
    if (contactId !== null && learnt.length > 0) await client.call('people.unlearn', { contactId, learnt: [...learnt] })
    await link(former)
    if (made && contactId !== null) await client.call('people.dismiss', { contactIds: [contactId], dismissed: true })
    decide(id, null)
  }

  const decided = (how: Decided, write: () => Promise<Written>, text: (written: Written) => string): Promise<void> => {
    const former = interaction.contactId
    return attempt(async () => {
      const written = await write()
      decide(id, how)
      showUndo({ text: text(written), onUndo: () => takeBack(written, former) })
    })
  }
  const learn = (contactId: string) => client.call('people.learn', { contactId, interactionId: id })
  const only = (contactId: string | null): Written => ({ contactId, learnt: [], made: false })

  return {
    ...state,
    /** The record it is tied to stays the one: a merge since must not move it. */
    right: () =>
      contact &&
      decided(
        'right',
        async () => {
          const to = interaction.contactId ?? contact.id
          await link(to)
          return only(to)
        },
        () => `Confirmed: this is ${personName(contact)}.`,
      ),
    /** @param learns the next one by the same number or address is theirs, too */
    someoneElse: (person: PersonRef, learns = false) =>
      decided(
        'linked',
        async () => {
          await link(person.id)
          return { ...only(person.id), learnt: learns ? await learn(person.id) : [] }
        },
        ({ learnt }) =>
          learnt.length > 0
            ? `Linked to ${personName(person)}, and remembered: the next one is known to be theirs.`
            : `Linked to ${personName(person)}.`,
      ),
    /** A person who is not known yet, whichever other has what it came by. */
    somebodyNew: () =>
      decided(
        'linked',
        async () => {
          const made = await client.call('incoming.linkNew', { interactionId: id })
          return { contactId: made.id, learnt: await learn(made.id), made: true }
        },
        () => 'Linked to somebody new: a contact was created.',
      ),
    unlink: () =>
      decided(
        'unlinked',
        async () => {
          await link(null)
          return only(null)
        },
        () => 'Unlinked. It belongs to nobody now.',
      ),
    kept: () => decide(id, 'kept'),
    /** It waits for a decision again. */
    open: () => decide(id, null),
  }
}
