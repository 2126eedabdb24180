// Puts the server's validation together: its text is made of the scripts in `validation/`, and of tables that the engine
// has already, so that neither shapes nor permissions are said twice.
import type { AuditAction } from '@shared/model/audit'
import type { DecisionDocument } from '../engine/documents/decision'
import type { Kind } from '../engine/documents/kinds'
import shapeCheck from '../engine/documents/shape-check.js?raw'
import { EARLIEST_MS, STAMP_TOLERANCE_MS } from '../engine/documents/stamp'
import { ERASED_SHAPES, KIND_SHAPES } from '../engine/documents/validate-kinds'
import type { Permission } from '../engine/permissions'
import { REPLICATOR, ROLE_PERMISSIONS, ROLES, roleIn } from '../engine/roles'
import { digestCode } from './digest-code'
import { quickChecks } from './quick-checks'
import growth from './validation/growth.js?raw'
import identity from './validation/identity.js?raw'
import quick from './validation/quick.js?raw'
import update from './validation/update.js?raw'

/** What devices alone decide on: named here, it would make another text of the same rules, and servers would need it anew. */
const OF_DEVICES: readonly Permission[] = ['externalContacts:identity:disclose']

/** What an entry of the audit trail tells of; its writer must be allowed to do that. */
const ACTIONS: Readonly<Record<AuditAction, readonly Permission[]>> = {
  create: ['externalContacts:contact:add'],
  update: ['externalContacts:contact:edit'],
  claim: ['externalContacts:contact:edit'],
  release: ['externalContacts:contact:edit'],
  promote: ['externalContacts:identity:promote'],
  merge: ['externalContacts:identity:merge'],
  'undo-merge': ['externalContacts:identity:merge'],
  delete: ['externalContacts:contact:delete'],
  restore: ['externalContacts:contact:delete'],
  expire: ['externalContacts:contact:delete'],
  erase: ['externalContacts:identity:erase'],
  import: ['externalContacts:import:add'],
  link: ['externalContacts:conversation:associate'],
  'cannot-link': ['externalContacts:identity:merge'],
  note: ['externalContacts:contact:edit'],
  dismiss: ['externalContacts:identity:promote'],
  reconcile: ['externalContacts:contact:edit', 'externalContacts:identity:merge', 'externalContacts:contact:delete'],
}

const DECISIONS: Readonly<Record<DecisionDocument['kind'], readonly Permission[]>> = {
  'cannot-link': ['externalContacts:identity:merge'],
  dismissed: ['externalContacts:identity:promote'],
  'shared-identifier': ['externalContacts:contact:edit'],
  reviewed: ['externalContacts:contact:edit'],
  setting: ['externalContacts:settings:edit'],
}

/** The kinds that imports, conversations and initial pushes make in great numbers. */
const QUICK: readonly Kind[] = ['contacts', 'identifiers', 'interactions', 'notes', 'audit']

/** The id stands in `_id` on the server, where it is judged by itself. */
function withoutId() {
  return Object.fromEntries(
    Object.entries(KIND_SHAPES).map(([kind, { members, optional }]) => {
      const { id: _id, ...rest } = members
      return [kind, { members: rest, optional: optional ?? {} }]
    }),
  )
}

/** A module as a part of a script: without the comment at its head, its imports, and the word `export`. */
const script = (text: string) =>
  text
    .replace(/^(\/\/.*\n)+/, '')
    .replace(/^import .*\n/gm, '')
    .replace(/^export /gm, '')

/**
 * The text of `validate_doc_update`. Begins with the expression itself: some servers put `return` in front.
 * @param organisation whose roles count
 * @param ways only the rules, or only the quick way in front of them, for tests that compare the two
 */
export function validationText(organisation: string, ways: 'both' | 'rules' | 'quick' = 'both'): string {
  const tables = {
    WAYS: ways,
    SHAPES: withoutId(),
    ERASED: ERASED_SHAPES,
    TOLERANCE_MS: STAMP_TOLERANCE_MS,
    EARLIEST_MS,
    ADMINISTRATOR: roleIn(organisation, 'admin'),
    REPLICATOR: roleIn(organisation, REPLICATOR),
    ROLES: Object.fromEntries(
      ROLES.map((role) => [
        roleIn(organisation, role),
        ROLE_PERMISSIONS[role].filter((one) => !OF_DEVICES.includes(one)),
      ]),
    ),
    ACTIONS,
    DECISIONS,
  }
  const constants = Object.entries(tables).map(([name, table]) => `const ${name} = ${JSON.stringify(table)}`)
  const scripts = [shapeCheck, growth, identity, quick, update].map(script)
  return `(function () {\n'use strict'\n${[...constants, quickChecks(QUICK), digestCode(), ...scripts].join('\n')}\nreturn validate\n}())`
}
