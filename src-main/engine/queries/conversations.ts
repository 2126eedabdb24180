// Conversations: of contacts, by their ids, and as they began, page by page.
// Invariant: a conversation comes with all of its interactions, also where only its beginning was asked for; nothing reads more
// at a time than it answers.
import type { ContactId } from '@shared/model/ids'
import type { InteractionView } from '@shared/model/views'
import type { ConversationSpan, ConversationStart } from '../ports'
import type { Runtime } from '../runtime'
import { interactionViews } from './journey'

/** The interactions of one conversation, oldest first. */
export type ConversationLegs = readonly [InteractionView, ...InteractionView[]]

/** Conversations that are read at a time where all of a span are. */
const SLICE = 500

export function conversationQueries({ store, views }: Runtime) {
  /** Those that were erased meanwhile are left out. */
  async function whole(starts: readonly ConversationStart[]): Promise<ConversationLegs[]> {
    const ids = starts.map(({ conversationId }) => conversationId)
    const legs = Map.groupBy(
      await interactionViews(store, views.interactionsIn(ids)),
      ({ conversationId }) => conversationId,
    )
    return ids.flatMap((id) => {
      const [first, ...others] = legs.get(id) ?? []
      return first ? [[first, ...others] as const] : []
    })
  }

  return {
    /** Interactions of exactly these contacts that began in [from, to), oldest first. */
    async conversations(contactIds: readonly ContactId[], fromMs: number, toMs: number): Promise<InteractionView[]> {
      const rows = views.interactionsOf(contactIds)
      return interactionViews(
        store,
        rows.filter(({ startedMs }) => startedMs >= fromMs && startedMs < toMs),
      )
    },

    /** All interactions of these conversations, oldest first. @throws ScvError `views_not_ready` */
    conversationsById: (conversationIds: readonly string[]): Promise<InteractionView[]> =>
      interactionViews(store, views.interactionsIn(conversationIds)),

    /** A page of the conversations that began in a span, and how many there are. @throws ScvError `views_not_ready` */
    async conversationsBegun(
      span: ConversationSpan,
      page: { isDescending: boolean; offset: number; limit: number },
    ): Promise<{ total: number; items: ConversationLegs[] }> {
      return { total: views.conversationCount(span), items: await whole(views.conversationsBegun(span, page)) }
    },

    /**
     * All conversations that began in a span, in the order of their beginnings, some at a time.
     * @param max more than so many are not read
     * @returns undefined: there are more
     * @throws ScvError `views_not_ready`
     */
    everyConversation(span: ConversationSpan, max: number): AsyncIterable<ConversationLegs[]> | undefined {
      if (views.conversationCount(span) > max) return undefined
      return (async function* slices() {
        let after: ConversationStart | undefined
        for (;;) {
          const page = { isDescending: false, offset: 0, limit: SLICE, ...(after ? { after } : {}) }
          const starts = views.conversationsBegun(span, page)
          after = starts.at(-1)
          if (after === undefined) return
          yield await whole(starts)
        }
      })()
    },
  }
}
