// Enriching: find by identifiers, then create, complete or merge; dry on request.
import { BULK_ENRICH_MAX, FIELD_KEY_MAX, MATCHING_IDENTIFIERS_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { ENRICH_ACTIONS, type Enriched, type EnrichRequest } from '../../engine/commands/enriching'
import { ARRAY_ACTIONS, FIELD_ACTIONS } from '../../engine/derive/enrichment'
import { recordOf } from '../../engine/queries/record'
import type { Caller } from '../caller'
import { bulk, bulkAnswer, bulkBody } from '../schemas/bulk'
import { flagOf, flagSchema } from '../schemas/common'
import {
  BASE,
  contactBody,
  type ExternalContact,
  externalContactSchema,
  identifierBody,
  toChanges,
  toExternalContact,
  toIdentifier,
} from '../schemas/contact'
import { divisionBody } from '../schemas/division'
import { answerSaid, answerVisible, answerWritten } from './contacts'
import { type Routes, refusals } from './route'

const enrichBody = z.strictObject({
  /** The caller's own mark, to find an item of a bulk call again. */
  id: z.string().max(128).nullish(),
  matchingIdentifiers: z.array(identifierBody).min(1).max(MATCHING_IDENTIFIERS_MAX),
  action: z.enum(ENRICH_ACTIONS),
  contact: contactBody.nullish(),
  division: divisionBody,
  fieldRules: z
    .strictObject({
      defaultAction: z.enum(FIELD_ACTIONS).nullish(),
      defaultArrayAction: z.enum(ARRAY_ACTIONS).nullish(),
      rules: z
        .array(
          z.strictObject({
            field: z.string().max(FIELD_KEY_MAX),
            action: z.enum(FIELD_ACTIONS).nullish(),
            arrayAction: z.enum(ARRAY_ACTIONS).nullish(),
          }),
        )
        .max(100)
        .nullish(),
    })
    .nullish(),
  options: z.strictObject({ promote: z.boolean().nullish() }).nullish(),
})

function toRequest({
  matchingIdentifiers,
  action,
  contact,
  fieldRules,
  options,
}: z.infer<typeof enrichBody>): EnrichRequest {
  return {
    matchingIdentifiers: matchingIdentifiers.map(toIdentifier),
    action,
    ...(contact ? { contact: toChanges(contact) } : {}),
    fieldRules: {
      defaultAction: fieldRules?.defaultAction ?? undefined,
      defaultArrayAction: fieldRules?.defaultArrayAction ?? undefined,
      rules: (fieldRules?.rules ?? []).map((rule) => ({
        field: rule.field,
        action: rule.action ?? undefined,
        arrayAction: rule.arrayAction ?? undefined,
      })),
    },
    promote: options?.promote === true,
  }
}

/** What a dry run would give. A contact that is not there has no id yet. */
function rehearsed({ outcome, person }: Enriched, mayView: boolean): ExternalContact {
  const record = recordOf(person)
  const shown = toExternalContact(mayView || outcome === 'created' ? record : { ...record, fields: {} })
  if (outcome === 'updated') return shown
  const { id: _id, selfUri: _uri, ...rest } = shown
  return rest
}

export const enrichRoutes: Routes = (api, { engine, onDefect }) => {
  const dryQuery = z.object({ dryRun: flagSchema })

  async function enrich(caller: Caller, body: z.infer<typeof enrichBody>, dry: boolean) {
    const enriched = await engine.contacts.enrich(caller.actor(), toRequest(body), dry)
    return { status: enriched.outcome === 'created' ? 201 : 200, entity: answerOf(caller, enriched, dry) }
  }

  /** A contact that was there holds more than was said of it, which is for those who may view contacts. */
  function answerOf(caller: Caller, enriched: Enriched, dry: boolean): ExternalContact {
    const { outcome, person } = enriched
    if (dry) return rehearsed(enriched, caller.actor().permissions.has('externalContacts:contact:view'))
    if (outcome === 'created') return answerSaid(engine, person.id)
    if (outcome === 'merged') return answerWritten(engine, caller, person.id)
    return answerVisible(caller, engine.queries.recordLeft(person))
  }

  api.post(
    `${BASE}/contacts/enrich`,
    {
      config: { permission: 'externalContacts:contact:enrich' },
      schema: {
        summary: 'Create, complete or merge whoever has these identifiers',
        tags: ['enrich'],
        querystring: dryQuery,
        body: enrichBody,
        response: { 200: externalContactSchema, 201: externalContactSchema, ...refusals },
      },
    },
    async ({ body, query, caller }, reply) => {
      const { status, entity } = await enrich(caller, body, flagOf(query.dryRun))
      return reply.code(status as 200).send(entity)
    },
  )

  api.post(
    `${BASE}/bulk/contacts/enrich`,
    {
      config: { permission: 'externalContacts:contact:enrich' },
      schema: {
        summary: 'Several enrichments, with an answer for each',
        tags: ['enrich'],
        querystring: dryQuery,
        body: bulkBody(BULK_ENRICH_MAX, 'As the body of POST /contacts/enrich'),
        response: { 200: bulkAnswer(externalContactSchema), ...refusals },
      },
    },
    ({ body, query, caller }) =>
      bulk(
        body.entities,
        enrichBody,
        async (entity) => ({
          id: entity.id ?? undefined,
          ...(await enrich(caller, entity, flagOf(query.dryRun))),
        }),
        onDefect,
      ),
  )
}
