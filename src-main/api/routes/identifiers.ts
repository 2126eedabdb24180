// What points to a contact: listed, claimed and released, and the contact that an identifier points to.

import { z } from 'zod'
import { contactParams, listOf } from '../schemas/common'
import { BASE, contactIdentifierSchema, identifierBody, toContactIdentifier, toIdentifier } from '../schemas/contact'
import { answerRecord, contactAnswer, expandQuery } from './contacts'
import { type Routes, refusals } from './route'

export const identifierRoutes: Routes = (api, { engine }) => {
  api.get(
    `${BASE}/contacts/:contactId/identifiers`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'List what points to a contact',
        tags: ['identifiers'],
        params: contactParams,
        response: { 200: z.object({ entities: z.array(contactIdentifierSchema) }), ...refusals },
      },
    },
    ({ params, caller: { queries } }) => ({ entities: queries.held(params.contactId).map(toContactIdentifier) }),
  )

  api.patch(
    `${BASE}/contacts/:contactId/identifiers`,
    {
      config: { permission: 'externalContacts:contact:edit' },
      schema: {
        summary: 'Claim or release an identifier',
        tags: ['identifiers'],
        params: contactParams,
        body: z.strictObject({ operation: z.enum(['Claim', 'Release']), identifier: identifierBody }),
        response: { 200: contactIdentifierSchema, ...refusals },
      },
    },
    async ({ params: { contactId }, body: { operation, identifier }, caller }) => {
      const command = operation === 'Claim' ? engine.identifiers.claim : engine.identifiers.release
      const key = await command(caller.actor(), contactId, toIdentifier(identifier))
      const claim = engine.queries
        .held(contactId)
        .find((one) => one.type === key.type && one.value === key.value && one.source === key.source)
      return toContactIdentifier({ ...key, ...(claim ? { claimedAt: claim.claimedAt } : {}) })
    },
  )

  for (const path of ['identifierlookup', 'identifierlookup/contacts'])
    api.post(
      `${BASE}/${path}`,
      {
        config: { permission: 'externalContacts:contact:view' },
        schema: {
          summary: 'The contact an identifier points to, of whatever type; never creates one',
          tags: ['identifiers'],
          querystring: expandQuery,
          body: identifierBody,
          response: contactAnswer,
        },
      },
      ({ body, query, caller }) =>
        answerRecord(caller.queries, caller.queries.holder(toIdentifier(body)), listOf(query.expand)),
    )
}
