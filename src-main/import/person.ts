// From the values read about one person to what the engine takes, with everything that could not be kept as it was.
// Invariant: each value ends up in the draft or in a problem; a draft always passes the contact schema.
import type { ErrorCode } from '@shared/errors'
import {
  type Address,
  type ContactInput,
  contactInputSchema,
  EMAIL_FIELDS,
  type EmailField,
  PHONE_FIELDS,
  type PhoneField,
  type PhoneInput,
} from '@shared/model/contact'
import { normaliseEmail } from '@shared/model/email'
import type { ImportProblemCode } from '@shared/model/import'
import { parsePhone } from '@shared/model/phone'
import type { ImportDraft } from '../engine/import-port'
import { bareHandle, countryCodeOf, splitFullName, yesOrNo } from './names'
import { ADDRESS_PARTS, type AddressPart, type TextTarget } from './targets'

/** A value and where it stood. */
export interface Sourced {
  value: string
  column: string
}

/** What was read about one person, trimmed and non-empty, whatever kind of file it came from. */
export interface PersonValues {
  text: Partial<Record<TextTarget, Sourced>>
  phones: (Sourced & { slot?: PhoneField | undefined })[]
  emails: (Sourced & { slot?: EmailField | undefined })[]
  /** In order of preference; the first with a value is taken. */
  addresses: Partial<Record<AddressPart, Sourced>>[]
  externalIds: { source: { id: string; name: string }; value: string; column: string }[]
  notes: string[]
  custom: Record<string, string>
  problems: Problem[]
}

/** Something about a row that a person should know. */
export interface Problem {
  code: ImportProblemCode | ErrorCode
  message: string
  column?: string
  value?: string
}

/** Either a draft, or why there is none; `problems` are what was left out or kept unclaimed. */
export type Judged = { draft: ImportDraft; problems: Problem[] } | { rejected: Problem }

/** How national phone numbers are read. `explicit`: the person chose the region for this file. */
export interface Region {
  code: string
  explicit: boolean
}

/** As much as a note of an interaction may hold. */
const MAX_NOTE = 32_000
const MAX_EXTERNAL_IDS = 10

export const noValues = (): PersonValues => ({
  text: {},
  phones: [],
  emails: [],
  addresses: [],
  externalIds: [],
  notes: [],
  custom: {},
  problems: [],
})

const leftOut = (what: Sourced, code: Problem['code'], why: string): Problem => ({
  code,
  message: `“${what.value}” was left out: ${why}.`,
  column: what.column,
  value: what.value,
})

/** Gives each value the field it asks for if that is free, then the rest the next free ones, repeated ones not again. */
function place<Slot extends string, Value extends Sourced & { slot?: Slot | undefined }>(
  values: readonly Value[],
  slots: readonly Slot[],
  keyOf: (value: string) => string,
): { placed: Map<Slot, Value>; rest: Value[] } {
  const placed = new Map<Slot, Value>()
  const waiting = values.filter((value) => {
    if (value.slot === undefined || placed.has(value.slot)) return true
    placed.set(value.slot, value)
    return false
  })
  const seen = new Set([...placed.values()].map(({ value }) => keyOf(value)))
  const rest = waiting.filter((value) => {
    const key = keyOf(value.value)
    if (seen.has(key)) return false
    seen.add(key)
    const free = slots.find((slot) => !placed.has(slot))
    if (free !== undefined) placed.set(free, value)
    return free === undefined
  })
  return { placed, rest }
}

class Builder {
  readonly input: ContactInput = {}
  readonly problems: Problem[]
  /** Column each field came from, to name it when the schema refuses the value. */
  readonly columns = new Map<string, string>()

  constructor(
    readonly values: PersonValues,
    readonly region: Region,
  ) {
    this.problems = [...values.problems]
  }

  private phone(source: Sourced): PhoneInput {
    if (!parsePhone(source.value, this.region.code))
      this.problems.push({
        code: 'invalid_phone',
        message: `“${source.value}” is not a valid phone number; it was kept as typed and identifies nobody.`,
        column: source.column,
        value: source.value,
      })
    return {
      userInput: source.value,
      ...(this.region.explicit ? { normalizationCountryCode: this.region.code } : {}),
    }
  }

  names(): void {
    const { text } = this.values
    for (const field of ['salutation', 'firstName', 'middleName', 'lastName', 'title'] as const) {
      const source = text[field]
      if (!source) continue
      this.input[field] = source.value
      this.columns.set(field, source.column)
    }
    if (text.fullName && !text.firstName && !text.lastName) {
      const parts = splitFullName(text.fullName.value)
      Object.assign(this.input, text.middleName ? { ...parts, middleName: text.middleName.value } : parts)
      for (const field of Object.keys(parts)) this.columns.set(field, text.fullName.column)
    }
  }

  phones(): void {
    const keyOf = (value: string) => parsePhone(value, this.region.code)?.e164 ?? value
    const { placed, rest } = place(this.values.phones, PHONE_FIELDS, keyOf)
    for (const [slot, source] of placed) {
      this.input[slot] = this.phone(source)
      this.columns.set(slot, source.column)
    }
    for (const source of rest)
      this.problems.push(leftOut(source, 'no_free_field', 'all four phone fields of this person are taken'))
  }

  emails(): void {
    const valid = this.values.emails.filter((source) => {
      if (normaliseEmail(source.value) !== undefined) return true
      this.problems.push(leftOut(source, 'invalid_email', 'it is not an e-mail address'))
      return false
    })
    const { placed, rest } = place(valid, EMAIL_FIELDS, (value) => normaliseEmail(value) ?? value)
    for (const [slot, source] of placed) {
      this.input[slot] = source.value
      this.columns.set(slot, source.column)
    }
    for (const source of rest)
      this.problems.push(leftOut(source, 'no_free_field', 'all three e-mail fields of this person are taken'))
  }

  address(): void {
    const [first, ...others] = this.values.addresses.filter((parts) => Object.keys(parts).length > 0)
    if (!first) return
    const address: Address = {}
    for (const part of ADDRESS_PARTS) {
      const source = first[part]
      if (!source) continue
      address[part] = part === 'countryCode' ? countryCodeOf(source.value) : source.value
      this.columns.set(`address.${part}`, source.column)
    }
    this.input.address = address
    for (const other of others) {
      const sources = ADDRESS_PARTS.flatMap((part) => other[part] ?? [])
      const value = sources.map((source) => source.value).join(', ')
      this.problems.push(
        leftOut({ value, column: sources[0]?.column ?? '' }, 'no_free_field', 'a person has one address here'),
      )
    }
  }

  others(): void {
    const { text, externalIds, custom } = this.values
    const { input } = this
    const organisation = text['externalOrganization.name']
    if (organisation) input.externalOrganization = { name: organisation.value }
    if (text.externalSystemUrl) input.externalSystemUrl = text.externalSystemUrl.value
    if (text.surveyOptOut) {
      const said = yesOrNo(text.surveyOptOut.value)
      if (said === undefined)
        this.problems.push(leftOut(text.surveyOptOut, 'invalid_value', 'it is neither yes nor no'))
      else input.surveyOptOut = said
    }
    if (text.twitterId) input.twitterId = { screenName: bareHandle(text.twitterId.value) }
    if (text.facebookId) input.facebookId = { ids: [{ scopedId: bareHandle(text.facebookId.value) }] }
    if (text.instagramId) input.instagramId = { ids: [], handle: bareHandle(text.instagramId.value) }
    if (text.lineId) input.lineId = { ids: [{ userId: text.lineId.value }] }
    if (text.whatsAppId) input.whatsAppId = { phoneNumber: this.phone(text.whatsAppId) }
    if (text.whatsappBsuid) input.whatsappBsuid = text.whatsappBsuid.value
    if (text.appleOpaqueId) input.appleOpaqueIds = [{ value: text.appleOpaqueId.value }]
    for (const target of Object.keys(text) as TextTarget[]) {
      const column = text[target]?.column
      if (column !== undefined) this.columns.set(target === 'appleOpaqueId' ? 'appleOpaqueIds' : target, column)
    }
    if (externalIds.length > 0) {
      input.externalIds = externalIds
        .slice(0, MAX_EXTERNAL_IDS)
        .map(({ source, value }) => ({ externalSource: source, value }))
      this.columns.set('externalIds', externalIds[0]?.column ?? '')
      for (const spare of externalIds.slice(MAX_EXTERNAL_IDS))
        this.problems.push(leftOut(spare, 'no_free_field', 'a person has at most ten record ids'))
    }
    if (Object.keys(custom).length > 0) input.customFields = custom
  }

  /** The first thing the contact schema refuses, in words. */
  refused(): Problem | undefined {
    const checked = contactInputSchema.safeParse(this.input)
    if (checked.success) return undefined
    const issue = checked.error.issues[0]
    const path = issue?.path ?? []
    const field = path.join('.')
    const column =
      [field, path.slice(0, 2).join('.'), String(path[0] ?? '')].map((name) => this.columns.get(name)).find(Boolean) ??
      field
    const value = path.reduce<unknown>(
      (inside, key) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined),
      this.input,
    )
    const text = typeof value === 'string' ? value : undefined
    return {
      code: 'invalid_input',
      message:
        issue?.code === 'too_big' && text !== undefined
          ? `“${column}” is too long: ${text.length} characters where at most ${issue.maximum} fit.`
          : `“${column}” does not fit: ${issue?.message ?? 'unknown reason'}.`,
      column,
      ...(text === undefined ? {} : { value: text }),
    }
  }
}

/**
 * Makes a draft of what was read about a person.
 * @param row 1-based number of the row or card in its file
 */
export function judge(row: number, values: PersonValues, region: Region): Judged {
  const builder = new Builder(values, region)
  builder.names()
  builder.phones()
  builder.emails()
  builder.address()
  builder.others()
  const { input, problems } = builder
  if (Object.keys(input).length === 0) {
    const [first] = problems
    if (!first)
      return { rejected: { code: 'empty_row', message: 'The row has no value in any column that is imported.' } }
    return {
      rejected: { ...first, code: 'empty_row', message: `${first.message} Nothing else is known of this person.` },
    }
  }
  const note = values.notes.join('\n\n')
  if (note.length > MAX_NOTE)
    return {
      rejected: {
        code: 'invalid_input',
        message: `The note is too long: ${note.length} characters where at most ${MAX_NOTE} fit.`,
      },
    }
  const rejected = builder.refused()
  if (rejected) return { rejected }
  return { draft: { row, input, ...(note === '' ? {} : { note }) }, problems }
}
