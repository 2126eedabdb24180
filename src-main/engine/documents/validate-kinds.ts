// What a document of each kind looks like. Read by devices (`validate.ts`) and by the server (`src-main/provision`).
// Invariant: every document the commands write, and every join of two such, has its shape.

import { AUDIT_ACTIONS } from '@shared/model/audit'
import { CONTACT_TYPES, contactFieldsSchema } from '@shared/model/contact'
import { identifierSchema, identifierTypeSchema } from '@shared/model/identifier'
import { channelSchema, directionSchema, sessionEventSchema } from '@shared/model/interaction'
import {
  ID_MAX,
  IDENTIFIER_SOURCE_MAX,
  IDENTIFIER_VALUE_MAX,
  INTERACTION_IDENTIFIERS_MAX,
  MERGE_INPUTS_MAX,
  MERGE_INPUTS_MIN,
  PARTICIPANT_MAX,
  SESSION_EVENTS_MAX,
  SUBJECT_MAX,
  WRAP_UP_MAX,
} from '@shared/model/limits'
import { claimSourceSchema } from '@shared/model/views'
import { DECISION_KINDS } from './decision'
import type { Kind } from './kinds'
import { LIMITS } from './shape-check'
import { type KindShape, type Shape, type Shapes, shapeOf, TEXT_MAX } from './validate-shape'

const stamp: Shape = { is: 'stamp' }
const author: Shape = { is: 'author' }
const text = (max: number, min = 0): Shape => ({ is: 'text', max, min })
const id = text(ID_MAX, 1)
const oneOf = (values: readonly string[]): Shape => ({ is: 'text', max: 64, oneOf: values })
const object = (members: Shapes, optional: Shapes = {}): Shape => ({ is: 'object', members, optional })
const record = (of: Shape, min = 0): Shape => ({ is: 'record', of, min })
const list = (of: Shape, max: number = LIMITS.members, min = 0): Shape => ({ is: 'list', of, max, min })
const register = (of: Shape): Shape => ({ is: 'register', of, min: 1 })
const signed = object({ at: stamp, by: author })
const nothing: Shape = { is: 'record', of: { is: 'json' }, max: 0 }

/** Value shapes by register key: `externalIds/`, `tags/` and `customFields/` stand for the registers of their members. */
function fieldShapes(): Shapes {
  const { externalIds, tags, customFields, ...whole } = contactFieldsSchema.shape
  const shapes = Object.entries(whole).map(([name, schema]) => [name, shapeOf(schema.unwrap())] as const)
  return {
    ...Object.fromEntries(shapes),
    'externalIds/': shapeOf(externalIds.unwrap().element),
    'tags/': shapeOf(tags.unwrap().element),
    'customFields/': { is: 'json' },
  }
}

const facts: KindShape = {
  members: {
    at: stamp,
    by: author,
    conversationId: text(ID_MAX),
    channel: shapeOf(channelSchema),
    direction: shapeOf(directionSchema),
    startedAt: { is: 'moment' },
    identifiers: list(shapeOf(identifierSchema), INTERACTION_IDENTIFIERS_MAX),
  },
  optional: {
    unread: list(
      object(
        { type: shapeOf(identifierTypeSchema), value: text(IDENTIFIER_VALUE_MAX) },
        { source: text(IDENTIFIER_SOURCE_MAX) },
      ),
      INTERACTION_IDENTIFIERS_MAX,
    ),
    communicationId: text(ID_MAX),
    endedAt: { is: 'moment' },
    queue: text(PARTICIPANT_MAX),
    agent: text(PARTICIPANT_MAX),
    subject: text(SUBJECT_MAX),
    note: text(TEXT_MAX),
    events: list(shapeOf(sessionEventSchema), SESSION_EVENTS_MAX),
  },
}

export const KIND_SHAPES: { readonly [K in Kind]: KindShape } = {
  contacts: {
    members: {
      id,
      created: object(
        { at: stamp, by: author, via: oneOf(['person', 'import', 'interaction', 'merge']) },
        { alone: { is: 'boolean' }, from: id },
      ),
      type: object({ value: oneOf(CONTACT_TYPES), at: stamp, by: author }),
      fields: { is: 'fields', of: fieldShapes() },
      lastActivity: { is: 'activity' },
    },
    optional: {
      deleted: register({ is: 'boolean' }),
      expired: object({ at: stamp, by: author, seen: stamp, seenActivity: { is: 'activity' } }),
      erased: object({ at: stamp, by: author }, { splits: list(id) }),
    },
  },
  identifiers: {
    members: {
      id,
      type: shapeOf(identifierTypeSchema),
      value: text(TEXT_MAX),
      claims: record(
        record(object({ since: stamp, at: stamp, by: author, via: shapeOf(claimSourceSchema) }, { o: author }), 1),
      ),
      releases: record(record(stamp, 1)),
    },
    optional: { source: text(IDENTIFIER_SOURCE_MAX), erased: record(stamp, 1) },
  },
  interactions: {
    members: { id, facts: { is: 'object', ...facts }, link: register(id) },
    optional: {
      wrapUp: register(text(WRAP_UP_MAX)),
      later: object(
        {},
        {
          endedAt: register({ is: 'moment' }),
          queue: register(text(PARTICIPANT_MAX)),
          agent: register(text(PARTICIPANT_MAX)),
          subject: register(text(SUBJECT_MAX)),
          note: register(text(TEXT_MAX)),
          events: register(list(shapeOf(sessionEventSchema), SESSION_EVENTS_MAX)),
        },
      ),
      erased: signed,
    },
  },
  merges: {
    members: {
      id,
      inputs: list(id, MERGE_INPUTS_MAX, MERGE_INPUTS_MIN),
      result: id,
      at: stamp,
      by: author,
      choices: record(id),
    },
    optional: {
      builtOn: list(id),
      undone: register({ is: 'boolean' }),
      reason: register(text(TEXT_MAX)),
      erased: signed,
    },
  },
  notes: {
    members: {
      id,
      contactId: id,
      created: signed,
      text: { is: 'register', of: text(TEXT_MAX), min: 0 },
    },
    optional: { link: register(id), deleted: register({ is: 'boolean' }), erased: signed },
  },
  decisions: {
    members: { id, kind: oneOf(DECISION_KINDS), subjects: list(id), standing: register({ is: 'boolean' }) },
    optional: {
      seen: list({ is: 'trace' }, LIMITS.members, 1),
      value: register(text(64)),
      definition: object({ at: stamp, by: author, says: { is: 'json' } }),
      reason: register(text(TEXT_MAX)),
      erased: signed,
    },
  },
  audit: {
    members: { id, at: stamp, by: author, action: oneOf(AUDIT_ACTIONS), contactIds: list(id) },
    optional: {
      subjectId: id,
      reason: register(text(TEXT_MAX)),
      erased: signed,
      details: record({ is: 'json' }),
    },
  },
}

/** What else must hold once a document is marked as erased: nothing of the person is left. */
export const ERASED_SHAPES: { readonly [K in Kind]?: KindShape } = {
  contacts: { members: { fields: nothing } },
  interactions: {
    members: {
      facts: {
        is: 'object',
        members: { conversationId: text(0), identifiers: list({ is: 'json' }, 0) },
        absent: ['communicationId', 'agent', 'subject', 'note', 'events', 'unread'],
      },
    },
    absent: ['wrapUp', 'later'],
  },
  merges: { members: {}, absent: ['reason'] },
  notes: { members: { text: list({ is: 'json' }, 0) } },
  decisions: { members: {}, absent: ['reason'] },
  audit: { members: {}, absent: ['reason'] },
}
