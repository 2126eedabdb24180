// Lines of a contact: what is read can be written back, and what is typed is judged as it is typed.
import { type ContactFields, contactChangesSchema } from '@shared/model/contact'
import { CHANNELS } from '@shared/model/interaction'
import { isOutsideAddress, outsideAddressOf } from '@shared/model/outside-address'
import { describe, expect, test } from 'vitest'
import { FIELD_LINES, fieldLine, remarkOn } from '../../src-renderer/format/fields'
import { inferIdentifierType, TYPES_OF_CHANNEL } from '../../src-renderer/format/infer-identifier'

const full: ContactFields = {
  salutation: 'Dr',
  firstName: 'Ann',
  lastName: 'Lee',
  workEmail: 'ann@example.org',
  workPhone: { userInput: '(03) 8369 6679', display: '(03) 8369 6679', e164: '+61383696679', countryCode: 'AU' },
  whatsAppId: { phoneNumber: { userInput: '+61430000000', display: '+61 430 000 000' }, displayName: 'Annie' },
  address: { address1: '1 High St', city: 'Carlton' },
  externalOrganization: { id: 'o1', name: 'Northwind' },
  twitterId: { id: '42', screenName: 'ann', verified: true },
  instagramId: { ids: [{ scopedId: 'a' }, { scopedId: 'b' }], handle: 'ann' },
  appleOpaqueIds: [{ value: 'x' }],
  externalIds: [
    { externalSource: { id: 'crm', name: 'Our CRM' }, value: '17' },
    { externalSource: { id: 'shop' }, value: 'A:9' },
  ],
}

test('a number is called and an address written to by what the list of schemes lets through, and nothing else', () => {
  expect(outsideAddressOf({ type: 'Phone', value: '+61400000000' })).toBe('tel:+61400000000')
  expect(outsideAddressOf({ type: 'Email', value: 'ann+x@example.org' })).toBe('mailto:ann%2Bx@example.org')
  expect(outsideAddressOf({ type: 'Email', value: 'a?bcc=eve@example.org' })).toBe('mailto:a%3Fbcc%3Deve@example.org')
  expect(isOutsideAddress(outsideAddressOf({ type: 'Email', value: "o'neil@example.org" }) ?? '')).toBe(true)
  for (const value of ['1234', 'javascript:alert(1)', '+61400 000', 'tel:+61400000000'])
    expect(outsideAddressOf({ type: 'Phone', value }), value).toBeUndefined()
  expect(outsideAddressOf({ type: 'Cookie', value: '+61400000000' })).toBeUndefined()
  for (const address of ['tel:+61400000000', 'mailto:ann@example.org']) expect(isOutsideAddress(address)).toBe(true)
  for (const address of ['https://example.org', 'file:///etc/passwd', 'javascript:alert(1)', 'ms-settings:', 'x', ''])
    expect(isOutsideAddress(address), address).toBe(false)
})

describe('lines of a contact', () => {
  test('each has a key of its own, and writes only its own field, in a shape the engine takes', () => {
    expect(new Set(FIELD_LINES.map((line) => line.key)).size).toBe(FIELD_LINES.length)
    for (const line of FIELD_LINES) {
      for (const text of [line.read(full), 'x: y', '']) {
        const changes = line.write(full, text)
        expect(Object.keys(changes)).toEqual([line.field])
        expect(contactChangesSchema.safeParse(changes).success, `${line.key} “${text}”`).toBe(true)
      }
    }
  })

  test('emptying a line empties the field, or only its part of it', () => {
    expect(fieldLine('firstName').write(full, '')).toEqual({ firstName: null })
    expect(fieldLine('address.city').write(full, '')).toEqual({ address: { address1: '1 High St' } })
    expect(fieldLine('address.city').write({ address: { city: 'Carlton' } }, '')).toEqual({ address: null })
  })

  test('what a line does not show stays with the field', () => {
    expect(fieldLine('externalOrganization.name').write(full, 'Contoso')).toEqual({
      externalOrganization: { id: 'o1', name: 'Contoso' },
    })
    expect(fieldLine('whatsAppId.phoneNumber').write(full, '0430 000 001')).toEqual({
      whatsAppId: { displayName: 'Annie', phoneNumber: { userInput: '0430 000 001' } },
    })
    expect(fieldLine('instagramId.ids').write(full, 'a, c')).toEqual({
      instagramId: { handle: 'ann', ids: [{ scopedId: 'a' }, { scopedId: 'c' }] },
    })
  })

  test('lists of ids survive reading and writing', () => {
    const line = fieldLine('externalIds')
    expect(line.read(full)).toBe('crm: 17, shop: A:9')
    expect(line.write(full, line.read(full))).toEqual({ externalIds: full.externalIds })
    expect(line.write({}, '17')).toEqual({ externalIds: [{ externalSource: { id: 'default' }, value: '17' }] })
  })

  test('an unknown key is a defect', () => {
    expect(() => fieldLine('shoeSize')).toThrow('shoeSize')
  })
})

describe('remarks while typing', () => {
  test('a number is shown as it will be read, or warned about, and never refused', () => {
    expect(remarkOn('phone', '03 8369 6679', 'AU')).toMatchObject({ tone: 'info' })
    expect(remarkOn('phone', '03 8369 6679', 'AU')?.text).toContain('+61 3 8369 6679')
    expect(remarkOn('phone', '12', 'AU')?.tone).toBe('warning')
    expect(remarkOn('phone', ' ', 'AU')).toBeUndefined()
  })

  test('an address that is none is refused', () => {
    expect(remarkOn('email', 'ann@', 'AU')?.tone).toBe('error')
    expect(remarkOn('email', 'Ann@Example.org', 'AU')).toBeUndefined()
    expect(remarkOn('text', 'ann@', 'AU')).toBeUndefined()
  })
})

describe('what an identifier most likely is', () => {
  test('the channel decides, and what was typed where the channel leaves a choice', () => {
    expect(inferIdentifierType('voice', '0412 345 678', 'AU')).toBe('Phone')
    expect(inferIdentifierType('email', 'ann@example.org', 'AU')).toBe('Email')
    expect(inferIdentifierType('whatsapp', '61412345678', 'AU')).toBe('SocialWhatsapp')
    expect(inferIdentifierType('inPerson', 'ann@example.org', 'AU')).toBe('Email')
    expect(inferIdentifierType('web', '3f2a', 'AU')).toBe('Cookie')
    expect(inferIdentifierType('chat', '0412 345 678', 'AU')).toBe('Phone')
  })

  test('it is always one that the channel can come by', () => {
    for (const channel of CHANNELS)
      for (const typed of ['', 'ann@example.org', '0412 345 678', 'x'])
        expect(TYPES_OF_CHANNEL[channel]).toContain(inferIdentifierType(channel, typed, 'AU'))
  })
})
