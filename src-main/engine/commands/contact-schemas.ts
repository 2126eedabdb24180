// The schemas of custom fields: made, changed by a further version, taken back. And what a contact's custom fields must keep to.
// Invariant: a version once written never changes; a contact is never left with what its schema does not let in by a command.
import { ScvError } from '@shared/errors'
import {
  type ContactSchema,
  type ContactSchemaVersion,
  contactSchemaSchema,
  customFieldFault,
  definitionFault,
} from '@shared/model/contact-schema'
import { CONTACT_SCHEMAS_MAX, SCHEMA_LENGTH_MAX } from '@shared/model/limits'
import { contactSchemasIn } from '../derive/contact-schemas'
import { CONTACT_SCHEMAS } from '../derive/versioned-settings'
import { sameJson } from '../documents/canonical-json'
import { fieldsOf } from '../documents/fields'
import { newSettingId } from '../documents/ids'
import type { JSONValue } from '../documents/json'
import { refusalOf } from '../issues'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { settingsIn, standSetting, writeSetting } from './versioned-settings'

const schemasIn = async (work: UnitOfWork) => contactSchemasIn(await settingsIn(work, CONTACT_SCHEMAS))

/** @throws ScvError `invalid_input`, `too_large` */
function readSchema(given: ContactSchema): ContactSchema {
  const parsed = contactSchemaSchema.safeParse(given)
  if (!parsed.success) throw refusalOf(parsed.error, 'The schema')
  const schema = parsed.data
  const names = new Set<string>()
  for (const field of schema.fields) {
    const fault = names.has(field.name) ? 'There is another one of this name' : definitionFault(field)
    if (fault) throw new ScvError('invalid_input', `${fault}.`, { field: `fields.${field.name}` })
    names.add(field.name)
  }
  if (JSON.stringify(schema).length > SCHEMA_LENGTH_MAX)
    throw new ScvError('too_large', 'The schema is too long: leave something out.', { field: 'fields' })
  return schema
}

const writeVersion = (work: UnitOfWork, id: string, version: number, schema: ContactSchema) =>
  writeSetting(work, CONTACT_SCHEMAS, id, { version, schema: schema as unknown as JSONValue })

const tooManySchemas = () =>
  new ScvError('too_many', `There are at most ${CONTACT_SCHEMAS_MAX} schemas.`, { field: 'schema' })

/** The latest version of a schema. @throws ScvError `not_found` */
function latestOf(schemas: ReadonlyMap<string, ContactSchemaVersion[]>, id: string): ContactSchemaVersion {
  const latest = schemas.get(id)?.at(-1)
  if (!latest) throw new ScvError('not_found', 'There is no schema with this id.', { field: 'schemaId' })
  return latest
}

export function contactSchemaCommands({ execute }: Runtime) {
  return {
    /**
     * Makes a schema.
     * @returns its id
     * @throws ScvError `forbidden`, `invalid_input`, `too_large`, `too_many`
     */
    async create(actor: Actor, given: ContactSchema): Promise<string> {
      requirePermission(actor, 'externalContacts:settings:edit')
      const schema = readSchema(given)
      return execute(actor, async (work) => {
        if ((await schemasIn(work)).size >= CONTACT_SCHEMAS_MAX) throw tooManySchemas()
        const id = newSettingId(work.stamp)
        await writeVersion(work, id, 1, schema)
        return id
      })
    },

    /**
     * Writes a further version of a schema. Contacts stay with the one they have.
     * @param version the latest one that the writer knows
     * @throws ScvError `forbidden`, `not_found`, `outdated` when there is a later one, and as `create`
     */
    async update(actor: Actor, id: string, version: number, given: ContactSchema): Promise<void> {
      requirePermission(actor, 'externalContacts:settings:edit')
      const schema = readSchema(given)
      await execute(actor, async (work) => {
        const latest = latestOf(await schemasIn(work), id)
        if (latest.version !== version)
          throw new ScvError('outdated', `The latest version is ${latest.version}: read it first.`, {
            field: 'version',
          })
        await writeVersion(work, id, version + 1, schema)
      })
    },

    /** Takes a schema back. Contacts that have it keep their values. @throws ScvError `forbidden`, `not_found` */
    async remove(actor: Actor, id: string): Promise<void> {
      requirePermission(actor, 'externalContacts:settings:edit')
      await execute(actor, async (work) => {
        latestOf(await schemasIn(work), id)
        await standSetting(work, CONTACT_SCHEMAS, id, false)
      })
    },

    /** Puts a schema back that was taken back. @throws ScvError `forbidden`, `not_found`, `too_many` */
    async restore(actor: Actor, id: string): Promise<void> {
      requirePermission(actor, 'externalContacts:settings:edit')
      await execute(actor, async (work) => {
        const others = await schemasIn(work)
        if (!others.has(id) && others.size >= CONTACT_SCHEMAS_MAX) throw tooManySchemas()
        await standSetting(work, CONTACT_SCHEMAS, id, true)
        latestOf(contactSchemasIn(await settingsIn(work, CONTACT_SCHEMAS)), id)
      })
    },
  }
}

const CUSTOM = 'customFields/'

/** All versions of each schema that stands, by the schema's id. */
export type ContactSchemas = ReadonlyMap<string, readonly ContactSchemaVersion[]>

/** The schemas as a command has them. */
export const contactSchemasOf = (work: UnitOfWork): Promise<ContactSchemas> => schemasIn(work)

type Values = ReadonlyMap<string, JSONValue | null>

/** Whether changes are any that a schema says something of. */
const concernCustomFields = (changes: Values) =>
  [...changes.keys()].some((key) => key === 'schema' || key.startsWith(CUSTOM))

/**
 * What is wrong with the custom fields that a contact comes to have, by its schema. One whose schema is not known here, or not
 * any more, is as one without. What the contact has already is let stand: a schema of its own is no new choice, and a value
 * that is not changed is not asked about.
 * @param before current values by register
 * @param changes those that are written, some of which may say what is there already
 * @returns undefined: nothing
 */
export function customFieldsRefusal(schemas: ContactSchemas, before: Values, changes: Values): ScvError | undefined {
  const changed = new Map([...changes].filter(([key, value]) => !sameJson(before.get(key) ?? null, value)))
  if (!concernCustomFields(changed)) return undefined
  const { schema: wanted, customFields = {} } = fieldsOf(new Map([...before, ...changed]))
  if (!wanted) return undefined
  const versions = schemas.get(wanted.id)
  const schema = versions?.find(({ version }) => version === wanted.version)
  const isGiven = changed.has('schema')
  if (!schema || (isGiven && versions?.at(-1)?.isEnabled === false))
    return isGiven
      ? new ScvError('invalid_input', 'There is no such version of a schema, or it is not in use.', { field: 'schema' })
      : undefined
  const refusal = (name: string, called: string, fault: string) =>
    new ScvError('invalid_input', `“${called}”: ${fault}.`, { field: `customFields.${name}` })
  const fields = new Map(schema.fields.map((field) => [field.name, field]))
  const isAsked = (name: string) => isGiven || changed.has(CUSTOM + name)
  for (const [name, value] of Object.entries(customFields)) {
    if (!isAsked(name)) continue
    const field = fields.get(name)
    const fault = field ? customFieldFault(field, value) : `the schema “${schema.name}” has no such field`
    if (fault) return refusal(name, field?.title ?? name, fault)
  }
  const absent = schema.fields.find(
    ({ name, isRequired }) => isRequired && customFields[name] === undefined && isAsked(name),
  )
  return absent && refusal(absent.name, absent.title, 'it must be filled in')
}

/** @throws ScvError `invalid_input` with the field, as `customFieldsRefusal` says */
export async function checkCustomFields(work: UnitOfWork, before: Values, changes: Values): Promise<void> {
  if (!concernCustomFields(changes)) return
  const refusal = customFieldsRefusal(await schemasIn(work), before, changes)
  if (refusal) throw refusal
}
