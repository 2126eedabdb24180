// A number is changed the way integrations do it: the contact is read, `display` gets another number, and the whole goes back
// with the old `e164` and `userInput` beside it. Through the vendor's SDK, in every call that takes a contact.
import { describe, expect, test } from 'vitest'
import { refused } from '../../support/api'
import { openForThisFile, sdk } from './opened'
import { body, unique } from './world'

openForThisFile()

type Contact = Record<string, unknown> & { id: string; workPhone: Record<string, unknown>; tag?: string }
const national = () => `0421 ${String(500_000 + unique()).replace(/(...)(...)/, '$1 $2')}`
const e164Of = (text: string) => `+61${text.replaceAll(' ', '').slice(1)}`
const internationalOf = (text: string) => `+61 ${text.slice(1)}`
const read = async (id: string) => (await sdk.contacts.getExternalcontactsContact(id)) as unknown as Contact
async function create(more: object = {}): Promise<Contact> {
  const made = await sdk.contacts.postExternalcontactsContacts(
    body({ firstName: 'Phil', workPhone: { display: national() }, ...more }),
  )
  return made as unknown as Contact
}
const holder = async (value: string) =>
  (await sdk.contacts.postExternalcontactsIdentifierlookup(body({ type: 'Phone', value }))).id

/** Each way to put a read contact back with another number. */
const WAYS: Record<string, (contact: Contact) => Promise<unknown>> = {
  PUT: ({ tag: _, ...contact }) => sdk.contacts.putExternalcontactsContact(contact.id, body(contact)),
  'bulk update': ({ tag: _, ...contact }) =>
    sdk.contacts.postExternalcontactsBulkContactsUpdate(body({ entities: [contact] })),
  enrich: (contact) =>
    sdk.contacts.postExternalcontactsContactsEnrich(
      body({
        action: 'Update',
        matchingIdentifiers: [{ type: 'ExternalId', value: contact.tag, externalSource: { id: 'crm' } }],
        contact: { ...contact, tag: undefined },
      }),
    ),
  'bulk enrich': (contact) =>
    sdk.contacts.postExternalcontactsBulkContactsEnrich(
      body({
        entities: [
          {
            action: 'Upsert',
            matchingIdentifiers: [{ type: 'ExternalId', value: contact.tag, externalSource: { id: 'crm' } }],
            contact: { ...contact, tag: undefined },
          },
        ],
      }),
    ),
  PATCH: ({ id, workPhone }) =>
    sdk.contacts.patchExternalcontactsContact(id, {
      changes: [{ field: '$.workPhone', action: 'Update', value: body(workPhone) }],
    }),
  'PATCH of a part': ({ id, workPhone }) =>
    sdk.contacts.patchExternalcontactsContact(id, {
      changes: [{ field: '$.workPhone.display', action: 'Update', value: body(workPhone['display']) }],
    }),
}

describe('a number', () => {
  test.each(Object.keys(WAYS))('changed by its display beside the old notations: %s', async (way) => {
    const tag = `phones${unique()}`
    const made = await create({ externalIds: [{ externalSource: { id: 'crm' }, value: tag }] })
    const before = await read(made.id)
    const next = national()
    await WAYS[way]?.({ ...before, tag, workPhone: { ...before.workPhone, display: next } })
    const { workPhone } = await read(made.id)
    expect(workPhone).toMatchObject({
      display: internationalOf(next),
      e164: e164Of(next),
      userInput: next,
      countryCode: 'AU',
    })
    expect(await holder(next)).toBe(made.id)
    await expect(holder(String(before.workPhone['e164']))).rejects.toMatchObject({ status: 404 })
  })

  test.each(Object.keys(WAYS))('put back as it was read is not changed: %s', async (way) => {
    const tag = `phones${unique()}`
    const made = await create({ externalIds: [{ externalSource: { id: 'crm' }, value: tag }] })
    const before = await read(made.id)
    await WAYS[way]?.({ ...before, tag })
    expect(await read(made.id)).toEqual(before)
  })

  test('of a merge, by valueOverride', async () => {
    const [a, b] = [await create(), await create()]
    const next = national()
    const merged = (await sdk.contacts.postExternalcontactsContactsMerge(
      body({ contactIds: [a.id, b.id], valueOverride: { workPhone: { ...a.workPhone, display: next } } }),
    )) as unknown as Contact
    expect(merged.workPhone).toMatchObject({ e164: e164Of(next), userInput: next })
    expect(await holder(next)).toBe(merged.id)
  })

  test('of a WhatsApp account', async () => {
    const made = await create({ whatsAppId: { phoneNumber: { display: national() }, displayName: 'Wanda' } })
    const before = (await read(made.id)) as Contact & { whatsAppId: { phoneNumber: object } }
    const next = national()
    const whatsAppId = { ...before.whatsAppId, phoneNumber: { ...before.whatsAppId.phoneNumber, display: next } }
    await sdk.contacts.putExternalcontactsContact(made.id, body({ ...before, whatsAppId }))
    expect((await read(made.id))['whatsAppId']).toMatchObject({
      displayName: 'Wanda',
      phoneNumber: { e164: e164Of(next), display: internationalOf(next) },
    })
  })

  test('its extension and consent are changed without typing it again', async () => {
    const made = await create()
    const typed = made.workPhone['userInput']
    const before = await read(made.id)
    await sdk.contacts.putExternalcontactsContact(
      made.id,
      body({ ...before, workPhone: { ...before.workPhone, extension: 12, acceptsSMS: true } }),
    )
    expect((await read(made.id)).workPhone).toEqual({
      ...before.workPhone,
      userInput: typed,
      extension: 12,
      acceptsSMS: true,
    })
  })

  test.each([
    ['ext. 45', 45],
    ['x45', 45],
    [';ext=9', 9],
    ['#33', 33],
    ['', 12],
    ['ext. 12', 12],
  ])('its extension in a new display counts beside the old one: %s', async (typed, extension) => {
    const made = await create()
    await sdk.contacts.putExternalcontactsContact(
      made.id,
      body({ ...made, workPhone: { ...made.workPhone, extension: 12 } }),
    )
    const before = await read(made.id)
    const next = national()
    for (const display of [`${next} ${typed}`, `${before.workPhone['e164']} ${typed}`]) {
      await sdk.contacts.putExternalcontactsContact(
        made.id,
        body({ ...before, workPhone: { ...before.workPhone, display } }),
      )
      expect((await read(made.id)).workPhone['extension']).toBe(extension)
      await sdk.contacts.putExternalcontactsContact(made.id, body(before))
    }
    // What is said of the extension itself counts whatever stands in the display.
    const said = { ...before.workPhone, display: `${next} ext 45`, extension: 7 }
    await sdk.contacts.putExternalcontactsContact(made.id, body({ ...before, workPhone: said }))
    expect((await read(made.id)).workPhone).toMatchObject({ e164: e164Of(next), extension: 7 })
  })

  test('typed without any display is read all the same', async () => {
    const [typed, full] = [national(), national()]
    expect((await create({ workPhone: { userInput: typed } })).workPhone).toMatchObject({ e164: e164Of(typed) })
    expect((await create({ workPhone: { e164: e164Of(full) } })).workPhone).toMatchObject({
      display: internationalOf(full),
    })
  })

  test('that cannot be read is kept as typed', async () => {
    const made = await create()
    const before = await read(made.id)
    await sdk.contacts.putExternalcontactsContact(
      made.id,
      body({ ...before, workPhone: { ...before.workPhone, display: 'ask for Wu' } }),
    )
    expect((await read(made.id)).workPhone).toEqual({ display: 'ask for Wu', userInput: 'ask for Wu' })
  })
})

describe('what says nothing', () => {
  test('nulls inside a field are as good as absent', async () => {
    const number = national()
    const made = await create({
      workPhone: { display: number, e164: null, userInput: null, extension: null, acceptsSMS: null, countryCode: null },
      address: { address1: null, city: 'Perth', countryCode: null },
      twitterId: { id: 'tw', name: null, screenName: null, verified: null },
      lineId: { ids: [{ userId: `line${unique()}` }], displayName: null },
      externalIds: [{ externalSource: { id: 'crm', name: null }, value: `null${unique()}` }],
      externalOrganization: { id: null, name: 'Acme' },
      customFields: { kept: 'x', gone: null },
    })
    expect(made).toMatchObject({
      workPhone: { e164: e164Of(number) },
      address: { city: 'Perth' },
      twitterId: { id: 'tw' },
      externalOrganization: { name: 'Acme' },
      customFields: { kept: 'x' },
    })
    expect(made['address']).toEqual({ city: 'Perth' })
    expect(made['customFields']).toEqual({ kept: 'x' })
  })

  test.each([
    ['workPhone', {}],
    ['workPhone', { display: null, e164: null }],
    ['workPhone', { display: '' }],
    ['address', {}],
    ['address', { city: null }],
    ['twitterId', {}],
    ['lineId', { ids: null }],
    ['whatsAppId', {}],
    ['whatsAppId', { phoneNumber: {} }],
    ['externalOrganization', {}],
    ['externalIds', []],
    ['customFields', {}],
  ])('an empty %s clears it: %j', async (field, value) => {
    const made = await create({
      address: { city: 'Perth' },
      twitterId: { id: `tw${unique()}` },
      lineId: { ids: [{ userId: `line${unique()}` }] },
      whatsAppId: { phoneNumber: { display: national() } },
      externalOrganization: { name: 'Acme' },
      externalIds: [{ externalSource: { id: 'crm' }, value: `clear${unique()}` }],
      customFields: { a: 1 },
    })
    expect(made[field]).toBeDefined()
    const before = await read(made.id)
    await sdk.contacts.putExternalcontactsContact(made.id, body({ ...before, [field]: value }))
    const after = await read(made.id)
    expect(after[field]).toBeUndefined()
    const { [field]: _, modifyDate: _modified, ...others } = before
    expect(after).toMatchObject(others)
  })

  test('a contact of nothing but such is no contact', async () => {
    const call = sdk.contacts.postExternalcontactsContacts(body({ workPhone: {}, address: { city: null } }))
    expect(await refused(call)).toMatchObject({ status: 422, code: 'empty_contact' })
  })
})
