// What a body really says of a contact, in the reference's terms, before any schema looks at it.
// Invariant: of a number `display` is the input, the other notations are answers and read over; null inside a field is as good
// as absent, and a field in which nothing is left is cleared. What is no contact is handed on as it is.
import { PHONE_FIELDS } from '@shared/model/contact'

type Parts = Record<string, unknown>

const isObject = (value: unknown): value is Parts =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** A body of a contact, or what stands for one. */
export function saidOfContact(body: unknown): unknown {
  if (!isObject(body)) return body
  return Object.fromEntries(Object.entries(body).map(([field, value]) => [field, saidOfField(field, value)]))
}

/** The value of one field; null clears it. */
export function saidOfField(field: string, value: unknown): unknown {
  if (!isObject(value) && !Array.isArray(value)) return value
  // What a custom field holds is the organisation's own affair; whether it is there is not.
  if (field === 'customFields' && isObject(value)) return orNull(withoutNulls(value, (one) => one))
  if ((PHONE_FIELDS as readonly string[]).includes(field) && isObject(value)) return orNull(saidOfNumber(value))
  if (field === 'whatsAppId' && isObject(value)) {
    const { phoneNumber, ...rest } = value
    const number = isObject(phoneNumber) ? orNull(saidOfNumber(phoneNumber)) : (phoneNumber ?? null)
    return orNull({ ...withoutNulls(rest, deep), ...(number === null ? {} : { phoneNumber: number }) })
  }
  return orNull(deep(value))
}

/** A number by its display, or by another notation where there is none. */
export function saidOfNumber(number: Parts): Parts {
  const { display, userInput, e164, countryCode: _answer, ...rest } = number
  const typed = [display, userInput, e164].find((one) => one !== undefined && one !== null && one !== '')
  return withoutNulls({ ...rest, display: typed }, deep)
}

function deep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deep).filter((item) => item !== null && orNull(item) !== null)
  return isObject(value) ? withoutNulls(value, deep) : value
}

function withoutNulls(value: Parts, of: (value: unknown) => unknown): Parts {
  const said = Object.entries(value).flatMap(([key, one]) =>
    one === null || one === undefined ? [] : [[key, of(one)]],
  )
  return Object.fromEntries(said) as Parts
}

const orNull = (value: unknown): unknown => (isObject(value) && Object.keys(value).length === 0 ? null : value)
