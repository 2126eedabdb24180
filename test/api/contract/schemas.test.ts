// What an organisation lists, through the vendor's SDK: schemas of custom fields and contacts whose fields they type, external
// sources.
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { refused, SECRET, sdkFor } from '../../support/api'
import { api, openForThisFile, sdk, withEveryPermission } from './opened'
import { body, VIEW } from './world'

openForThisFile()

const property = (type: string, more: object = {}) => ({
  allOf: [{ $ref: `#/definitions/${type}` }],
  title: type,
  ...more,
})
const LOYALTY = {
  name: 'Loyalty',
  enabled: true,
  jsonSchema: {
    $schema: 'http://json-schema.org/draft-04/schema#',
    title: 'Loyalty',
    description: 'Who comes back',
    required: ['number_identifier'],
    properties: {
      number_identifier: property('identifier', { minLength: 2, maxLength: 20 }),
      level_enum: property('enum', {
        enum: ['gold', 'silver'],
        _enumProperties: { gold: { title: 'Gold', _disabled: false }, silver: { title: 'Silver', _disabled: false } },
      }),
      hobbies_tag: property('tag', { maxItems: 3, items: { minLength: 1, maxLength: 10 }, uniqueItems: true }),
      points_integer: property('integer', { minimum: 0, maximum: 100 }),
    },
  },
}
const make = (schema: object = LOYALTY) => sdk.contacts.postExternalcontactsContactsSchemas(body(schema))

test('one is made, read, changed by further versions, listed and taken back', async () => {
  const { contacts } = sdk
  const made = await make()
  expect(made).toMatchObject({ ...LOYALTY, version: 1, appliesTo: ['CONTACT'], createdBy: { id: expect.any(String) } })
  const id = made.id ?? ''
  expect(await contacts.getExternalcontactsContactsSchema(id)).toEqual(made)
  const { level_enum: _gone, ...properties } = LOYALTY.jsonSchema.properties
  const changed = { ...made, jsonSchema: { ...made.jsonSchema, properties } }
  const second = await contacts.putExternalcontactsContactsSchema(id, body(changed))
  expect(second.version).toBe(2)
  expect(Object.keys(second.jsonSchema.properties ?? {})).toEqual(Object.keys(properties))
  const again = contacts.putExternalcontactsContactsSchema(id, body(changed))
  expect(await refused(again)).toMatchObject({ status: 409, code: 'outdated' })
  expect(await contacts.getExternalcontactsContactsSchemaVersion(id, '1')).toEqual(made)
  const { entities = [], total } = await contacts.getExternalcontactsContactsSchemaVersions(id)
  expect([total, entities.map(({ version }) => version)]).toEqual([2, [1, 2]])
  const all = await contacts.getExternalcontactsContactsSchemas()
  expect(all.entities).toEqual([second])
  await contacts.deleteExternalcontactsContactsSchema(id)
  for (const gone of [
    contacts.getExternalcontactsContactsSchema(id),
    contacts.deleteExternalcontactsContactsSchema(id),
  ])
    expect(await refused(gone)).toMatchObject({ status: 404 })
})

test('the types there are, and how much there may be of it', async () => {
  const { entities = [] } = await sdk.contacts.getExternalcontactsContactsSchemasCoretypes()
  const names = entities.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['text', 'enum', 'date', 'checkbox', 'tag']))
  const text = await sdk.contacts.getExternalcontactsContactsSchemasCoretype('text')
  expect(text).toMatchObject({ validationLimits: { maxLength: { max: 100 } }, schema: { type: 'string' } })
  expect(await refused(sdk.contacts.getExternalcontactsContactsSchemasCoretype('colour'))).toMatchObject({
    status: 404,
  })
  expect((await sdk.contacts.getExternalcontactsContactsSchemasLimits()).maxNumberOfFieldsPerSchema).toBe(50)
})

test.each<[string, object, number]>([
  ['a type there is not', { properties: { x: property('colour') } }, 400],
  ['a bound of another type', { properties: { x: property('date', { maxLength: 5 }) } }, 400],
  ['choices of a text', { properties: { x: property('text', { enum: ['a'] }) } }, 400],
  ['a field that is required and not there', { required: ['y'], properties: {} }, 400],
  ['a word of JSON schema that means nothing here', { properties: { x: property('text', { pattern: '^a' }) } }, 400],
  ['more than fits', { properties: { x: property('text', { maxLength: 101 }) } }, 422],
])('%s is refused', async (_what, jsonSchema, status) => {
  expect(await refused(make({ name: 'Refused', jsonSchema }))).toMatchObject({ status })
})

test('a contact says which schema its fields have; they are checked, kept, found, and come back as they were sent', async () => {
  const { contacts } = sdk
  const { id, version } = await make()
  const schema = { id, version }
  const customFields = { number_identifier: 'Q-4711', level_enum: 'gold', hobbies_tag: ['chess'] }
  const created = await contacts.postExternalcontactsContacts(body({ firstName: 'Typed', schema, customFields }))
  expect(created).toMatchObject({ schema, customFields })
  const contactId = created.id ?? ''
  const read = await contacts.getExternalcontactsContact(contactId)
  expect(await contacts.putExternalcontactsContact(contactId, read)).toMatchObject({ schema, customFields })
  const found = await contacts.getExternalcontactsContacts({ q: 'Q-4711' })
  expect(found.entities?.map((one) => one.id)).toEqual([contactId])

  const patch = (field: string, value: unknown) =>
    contacts.patchExternalcontactsContact(contactId, body({ changes: [{ field, action: 'Update', value }] }))
  expect(await patch('$.customFields.points_integer', 7)).toMatchObject({ customFields: { points_integer: 7 } })
  const wrong = await refused(patch('$.customFields.points_integer', 700))
  expect(wrong).toMatchObject({ status: 422, code: 'invalid_input' })
  expect(JSON.stringify(wrong)).toContain('customFields.points_integer')
  const without = { ...read, customFields: { level_enum: 'gold' } }
  expect(await refused(contacts.putExternalcontactsContact(contactId, body(without)))).toMatchObject({ status: 422 })
  const other = { firstName: 'Other', customFields: { ...customFields, colour: 'red' }, schema }
  expect(await refused(contacts.postExternalcontactsContacts(body(other)))).toMatchObject({ status: 422 })
  const free = await contacts.postExternalcontactsContacts(body({ firstName: 'Free', customFields: { colour: 'red' } }))
  expect(free).toMatchObject({ customFields: { colour: 'red' } })
  expect(free.schema).toBeUndefined()
  const merged = await contacts.postExternalcontactsContactsMerge({ contactIds: [free.id ?? '', contactId] })
  // What the schema has no field for stays as history, or the person could not be edited any more.
  expect(merged).toMatchObject({ schema, customFields: { number_identifier: 'Q-4711' } })
  expect(merged.customFields).not.toHaveProperty('colour')
})

test('an external source is listed, changed, found by name and taken off; ids in it stay', async () => {
  const { contacts } = sdk
  const source = { name: 'Ledger', active: true, linkConfiguration: { uriTemplate: 'https://ledger.example/{id}' } }
  const made = await contacts.postExternalcontactsExternalsources(body(source))
  expect(made).toMatchObject(source)
  const id = made.id ?? ''
  for (const name of ['Archive', 'Billing']) await contacts.postExternalcontactsExternalsources({ name })
  expect(await contacts.getExternalcontactsExternalsource(id)).toEqual(made)
  const externalIds = [{ externalSource: { id }, value: '17' }]
  const contact = await contacts.postExternalcontactsContacts(body({ firstName: 'Led', externalIds }))
  const page = (more: object = {}) => contacts.getExternalcontactsExternalsources({ limit: 2, ...more })
  const first = await page()
  expect(first.entities?.map(({ name }) => name)).toEqual(['Archive', 'Billing'])
  const second = await page({ cursor: first.cursors?.after })
  expect([second.entities?.map((one) => one.name), second.cursors?.after]).toEqual([['Ledger'], undefined])
  const changed = { ...made, active: false }
  expect(await contacts.putExternalcontactsExternalsource(id, body(changed))).toEqual(changed)
  expect((await page({ active: false })).entities).toEqual([changed])
  expect((await page({ name: 'bill' })).entities).toMatchObject([{ name: 'Billing' }])
  await contacts.deleteExternalcontactsExternalsource(id)
  expect(await refused(contacts.getExternalcontactsExternalsource(id))).toMatchObject({ status: 404 })
  expect(await refused(contacts.putExternalcontactsExternalsource(id, body(source)))).toMatchObject({ status: 404 })
  expect(await contacts.getExternalcontactsContact(contact.id ?? '')).toMatchObject({ externalIds })
})

test('who may view contacts may read schemas, and who sets the organisation up may change them', async () => {
  const { id } = await make()
  const blind = sdkFor(api.port, await api.tokenWithout('externalContacts:settings:edit')).contacts
  expect((await blind.getExternalcontactsContactsSchema(id ?? '')).id).toBe(id)
  expect(await refused(blind.deleteExternalcontactsContactsSchema(id ?? ''))).toMatchObject({ status: 403 })
  const other = sdkFor(api.port, await api.tokenWithout(VIEW)).contacts
  expect(await refused(other.getExternalcontactsContactsSchemas())).toMatchObject({ status: 403 })
  withEveryPermission()
})

test('files fill typed fields: known by their titles, told cell by cell where they do not fit, exported under them', async () => {
  const FIELDS = {
    name: 'Membership',
    enabled: true,
    jsonSchema: {
      title: 'Membership',
      properties: {
        tier_enum: property('enum', {
          title: 'Tier',
          enum: ['gold', 'silver'],
          _enumProperties: {
            gold: { title: 'Gold member', _disabled: false },
            silver: { title: 'Silver', _disabled: false },
          },
        }),
        since_date: property('date', { title: 'Member since' }),
        visits_integer: property('integer', { title: 'Visits', minimum: 0 }),
        consent_checkbox: property('checkbox', { title: 'Consent' }),
      },
    },
  }
  const { id: schemaId = '', version = 1 } = await make(FIELDS)
  const untyped = await sdk.contacts.postExternalcontactsContacts(
    body({ firstName: 'Uma', lastName: 'Untyped', workEmail: 'uma@example.org', customFields: { Floor: '3' } }),
  )
  async function imported(text: string) {
    const form = new FormData()
    form.set('file', new Blob([text]), 'members.csv')
    form.set('onMatch', 'overwrite')
    const started = await fetch(`${api.address}/api/v2/local/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}` },
      body: form,
    })
    const { id, file } = (await started.json()) as {
      id: string
      file: { columns: { header: string; target: string }[] }
    }
    for (;;) {
      const { body: job } = await api.request('GET', `/api/v2/local/import/${id}`)
      if (job.state.phase === 'done') return { file, job }
      expect(job.state.phase).toBe('running')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const { file, job } = await imported(
    `First name,Last name,E-mail,Tier,Member since,visits_integer,Consent,Shoe size
Tia,Typed,tia@example.org,gold member,1.6.2024,12,ja,39
Tom,Typed,tom@example.org,bronze,2024-06-01,-1,no,
Uma,Untyped,uma@example.org,silver,,,,
`,
  )
  const targets = Object.fromEntries(file.columns.map(({ header, target }) => [header, target]))
  expect(targets).toMatchObject({
    Tier: `field/${schemaId}/tier_enum`,
    visits_integer: `field/${schemaId}/visits_integer`,
  })
  expect(job.state).toMatchObject({ counts: { creates: 2, unchanged: 1, rejects: 0 } })
  const find = (value: string) =>
    sdk.contacts.postExternalcontactsIdentifierlookupContacts(body({ type: 'Email', value }))
  const tia = await find('tia@example.org')
  expect(tia).toMatchObject({
    schema: { id: schemaId, version },
    customFields: { tier_enum: 'gold', since_date: '2024-06-01', visits_integer: 12, consent_checkbox: true },
  })
  // What is no field of hers stands in a note.
  const notes = await sdk.contacts.getExternalcontactsContactNotes(tia.id ?? '')
  expect(notes.entities?.map(({ noteText }) => noteText)).toEqual(['Shoe size: 39'])
  const tom = await find('tom@example.org')
  expect(tom.customFields).toEqual({ since_date: '2024-06-01', consent_checkbox: false })
  expect(job.report.lines).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ row: 2, kind: 'warning', column: 'Tier', value: 'bronze' }),
      expect.objectContaining({ row: 2, kind: 'warning', column: 'visits_integer', value: '-1' }),
      // Her detail is no field of the schema, so that she keeps it, and the new value is told.
      expect.objectContaining({ row: 3, kind: 'warning', column: 'tier_enum', value: 'silver' }),
    ]),
  )
  const uma = await sdk.contacts.getExternalcontactsContact(untyped.id ?? '')
  expect([uma.customFields, uma.schema]).toEqual([{ Floor: '3' }, undefined])

  // A detail for one whose fields are typed ends no import.
  const again = await imported('First name,Last name,E-mail,Floor\nTia,Typed,tia@example.org,7\n')
  expect(again.job.state.counts).toMatchObject({ rejects: 0, warnings: 1 })
  expect((await find('tia@example.org')).customFields).toEqual(tia.customFields)

  let last = await sdk.contacts.postExternalcontactsContactsExports(body({}))
  while (last.status === 'RUNNING') last = await sdk.contacts.getExternalcontactsContactsExport(last.id ?? '')
  const answer = await fetch(last.downloadUrl ?? '', { headers: { authorization: `Bearer ${SECRET}` } })
  const lines: Record<string, string>[] = parse(await answer.text(), { columns: true, bom: true })
  expect(lines.find((line) => line['Work e-mail'] === 'tia@example.org' || line['First name'] === 'Tia')).toMatchObject(
    {
      Tier: 'gold',
      'Member since': '2024-06-01',
      Visits: '12',
      Consent: 'yes',
      'Further details': '',
    },
  )
  expect(lines.find((line) => line['First name'] === 'Uma')).toMatchObject({ Tier: '', 'Further details': 'Floor: 3' })
})

test('merging one whose fields are typed with one whose are not gives one who can be edited, and undoing gives all back', async () => {
  const { id: schemaId = '', version = 1 } = await make({
    name: 'Merged',
    enabled: true,
    jsonSchema: { title: 'Merged', properties: { visits_integer: property('integer') } },
  })
  const create = async (contact: object) => (await sdk.contacts.postExternalcontactsContacts(body(contact))).id ?? ''
  const plain = await create({ firstName: 'Mo', customFields: { Floor: '3', visits_integer: 'many' } })
  const typed = await create({
    firstName: 'Mo',
    schema: { id: schemaId, version },
    customFields: { visits_integer: 4 },
  })
  const contactIds = [plain, typed]
  const preview = (await api.request('POST', '/api/v2/local/contacts/merge/preview', { contactIds })).body
  expect(preview.result.fields.customFields).toEqual({ visits_integer: 4 })
  expect(preview.losing).toContainEqual({ field: 'customFields/Floor', value: '3', from: plain })
  const { id: merged = '', customFields } = await sdk.contacts.postExternalcontactsContactsMerge({ contactIds })
  expect(customFields).toEqual({ visits_integer: 4 })
  const edited = await sdk.contacts.patchExternalcontactsContact(
    merged,
    body({ changes: [{ field: '$.customFields.visits_integer', action: 'Update', value: 5 }] }),
  )
  expect(edited.customFields).toEqual({ visits_integer: 5 })
  const { body: merges } = await api.request('GET', `/api/v2/local/contacts/${merged}/merges`)
  const undo = { assignments: { 'customFields/visits_integer': typed } }
  expect((await api.request('POST', `/api/v2/local/merges/${merges.entities[0].id}/undo`, undo)).status).toBe(200)
  expect((await sdk.contacts.getExternalcontactsContact(plain)).customFields).toEqual({
    Floor: '3',
    visits_integer: 'many',
  })
  expect((await sdk.contacts.getExternalcontactsContact(typed)).customFields).toEqual({ visits_integer: 5 })
})

test('what a contact has is put back as it was read, also where its schema is not in use any more, or has less', async () => {
  const fields = { any_text: property('text'), more_integer: property('integer') }
  const made = await make({
    name: 'Ended',
    enabled: true,
    jsonSchema: { title: 'Ended', properties: fields, required: ['any_text'] },
  })
  const schema = { id: made.id ?? '', version: made.version ?? 1 }
  const one = await sdk.contacts.postExternalcontactsContacts(
    body({ firstName: 'Eve', schema, customFields: { any_text: 'x', more_integer: 1 } }),
  )
  const again = (more: object) => sdk.contacts.putExternalcontactsContact(one.id ?? '', body({ ...one, ...more }))
  await sdk.contacts.putExternalcontactsContactsSchema(schema.id, body({ ...made, enabled: false }))
  expect(await again({ title: 'Dr' })).toMatchObject({ title: 'Dr', schema, customFields: { any_text: 'x' } })
  expect(await refused(again({ customFields: { any_text: 'x', more_integer: 'none' } }))).toMatchObject({ status: 422 })
  expect(await refused(again({ customFields: { more_integer: 1 } }))).toMatchObject({ status: 422 })
  await sdk.contacts.deleteExternalcontactsContactsSchema(schema.id)
  expect(await again({ title: 'Prof' })).toMatchObject({ title: 'Prof', customFields: { any_text: 'x' } })
})

test('the preview of a merge refuses what the merge refuses', async () => {
  const { id: schemaId = '', version = 1 } = await make({
    name: 'Counted',
    enabled: true,
    jsonSchema: { title: 'Counted', properties: { q_integer: property('integer') } },
  })
  const schema = { id: schemaId, version }
  const create = async () =>
    (await sdk.contacts.postExternalcontactsContacts(body({ firstName: 'Q', schema, customFields: { q_integer: 1 } })))
      .id ?? ''
  const request = {
    contactIds: [await create(), await create()],
    valueOverride: { customFields: { q_integer: 'bad' } },
  }
  const preview = await api.request('POST', '/api/v2/local/contacts/merge/preview', request)
  expect(preview).toMatchObject({ status: 422, body: { code: 'invalid_input' } })
  expect(await refused(sdk.contacts.postExternalcontactsContactsMerge(body(request)))).toMatchObject({ status: 422 })
})

test('what was read of a person is put back by any of their ids, and not to another person', async () => {
  const create = async (firstName: string) => sdk.contacts.postExternalcontactsContacts(body({ firstName }))
  const [ann, ben] = [await create('Ann'), await create('Ben')]
  const put = (contactId: string | undefined, contact: object) =>
    sdk.contacts.putExternalcontactsContact(contactId ?? '', body(contact))
  expect(await refused(put(ben.id, ann))).toMatchObject({ status: 400, code: 'malformed' })
  const merged = await sdk.contacts.postExternalcontactsContactsMerge({ contactIds: [ann.id ?? '', ben.id ?? ''] })
  expect(await put(ann.id, { ...merged, title: 'Dr' })).toMatchObject({ id: merged.id, title: 'Dr' })
})
