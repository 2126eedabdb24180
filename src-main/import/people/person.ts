// From the values read about one person to what the engine takes, with everything that could not be kept as it was.
// Invariant: each value ends up in a field, an identifier, a further detail or a problem; a draft always passes the
// contact schema.
import {
  type Address,
  type ContactInput,
  contactInputSchema,
  EMAIL_FIELDS,
  PHONE_FIELDS,
  type PhoneInput,
} from '@shared/model/contact'
import { yesOrNo } from '@shared/model/custom-field-text'
import { readEmail } from '@shared/model/email'
import type { IdentifierInput } from '@shared/model/identifier'
import { EXTERNAL_IDS_MAX, NOTE_MAX, TAGS_MAX } from '@shared/model/limits'
import { parsePhone } from '@shared/model/phone'
import { visible } from '@shared/model/plain-text'
import type { ImportDraft } from '../../engine/import-port'
import { ADDRESS_PARTS, type TextTarget } from '../columns/targets'
import { bareHandle, countryCodeOf, splitFullName } from './names'
import { type AddressValues, addDetail, type PersonValues, type Problem, type Sourced } from './values'

/** Either a draft, or why there is none; `problems` are what was left out or kept elsewhere. */
export type Judged =
  | { draft: ImportDraft; problems: Problem[]; omitted: string[] }
  | { rejected: Problem; omitted: string[] }

/** How national phone numbers are read. `explicit`: the person chose the region for this file. */
export interface Region {
  code: string
  explicit: boolean
}

/** Numbers and addresses read of one person; no person has more. */
const MAX_CHANNELS = 50
const MAX_ISSUES = 40

const told = (what: Sourced, code: Problem['code'], message: string): Problem => ({
  code,
  message,
  column: what.column,
  value: what.value,
})

/** Gives each value the field it asks for if that is free, then the rest the next free ones, repeated ones not again. */
function place<Slot extends string, Value extends Sourced & { slot?: Slot | undefined; key: string }>(
  values: readonly Value[],
  slots: readonly Slot[],
): { placed: Map<Slot, Value>; rest: Value[] } {
  const placed = new Map<Slot, Value>()
  const seen = new Set<string>()
  const waiting = values.filter((value) => {
    if (value.slot === undefined || placed.has(value.slot) || seen.has(value.key)) return true
    placed.set(value.slot, value)
    seen.add(value.key)
    return false
  })
  const rest = waiting.filter((value) => {
    if (seen.has(value.key)) return false
    seen.add(value.key)
    const free = slots.find((slot) => !placed.has(slot))
    if (free !== undefined) placed.set(free, value)
    return free === undefined
  })
  return { placed, rest }
}

const words = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []

class Builder {
  readonly input: ContactInput = {}
  readonly identifiers: IdentifierInput[] = []
  readonly problems: Problem[]
  /** Column each field came from, to name it when the schema refuses the value. */
  readonly columns = new Map<string, string>()
  /** Whether anything is known beside values that fit nowhere. */
  trusted = false

  constructor(
    readonly values: PersonValues,
    readonly region: Region,
  ) {
    this.problems = values.problems
    this.trusted = values.details.size > 0 || values.typed.size > 0
  }

  private phone(value: string): PhoneInput {
    return { userInput: value, ...(this.region.explicit ? { normalizationCountryCode: this.region.code } : {}) }
  }

  names(): void {
    const { text } = this.values
    for (const field of ['salutation', 'firstName', 'middleName', 'lastName', 'title'] as const) {
      const source = text[field]
      const value = visible(source?.value ?? '')
      if (!source || value === '') continue
      this.input[field] = value
      this.columns.set(field, source.column)
      this.ofOneLine(source)
    }
    if (text.fullName) this.ofOneLine(text.fullName)
    const full = visible(text.fullName?.value ?? '')
    if (!text.fullName || full === '') return
    if (!this.input.firstName && !this.input.lastName) {
      const { salutation, middleName } = this.input
      const parts = this.takeName(full)
      Object.assign(this.input, salutation ? { salutation } : {}, middleName ? { middleName } : {})
      for (const field of Object.keys(parts)) this.columns.set(field, text.fullName.column)
    }
    const { salutation, firstName, middleName, lastName, title } = this.input
    const known = words(
      [
        salutation,
        firstName,
        middleName,
        lastName,
        title,
        text['externalOrganization.name']?.value,
        ...this.values.details.values(),
      ].join(' '),
    )
    if (words(full).some((word) => !known.includes(word)) || full.replace(/\s/g, '') === '')
      addDetail(this.values, text.fullName.column === 'FN' ? 'Display name' : text.fullName.column, full)
  }

  /** A name has one line; several of them may be those of two people, where a stray quote made one row of two. */
  private ofOneLine(source: Sourced): void {
    if (!/\S\s*[\r\n]\s*\S/.test(source.value)) return
    const message = `“${source.value.slice(0, 80)}” goes over several lines. Look whether it is the name of one person.`
    this.problems.push(told(source, 'odd_name', message))
  }

  /** Puts a full name into the fields of its parts. */
  private takeName(full: string): Partial<ContactInput> {
    const { suffix, ...parts } = splitFullName(full)
    if (suffix) addDetail(this.values, 'Name suffix', suffix)
    Object.assign(this.input, parts)
    return parts
  }

  phones(): void {
    const counted = this.bounded(this.values.phones, 'phone numbers').map((source) => {
      const read = parsePhone(source.value, this.region.code)
      return { ...source, value: visible(source.value), e164: read?.e164, key: read?.e164 ?? visible(source.value) }
    })
    // A number that counts is worth a field more than one that does not.
    const { placed, rest } = place(
      [...counted.filter((one) => one.e164), ...counted.filter((one) => !one.e164)],
      PHONE_FIELDS,
    )
    for (const [slot, source] of placed) {
      this.input[slot] = this.phone(source.value)
      this.columns.set(slot, source.column)
      if (source.e164 === undefined)
        this.problems.push(
          told(
            source,
            'invalid_phone',
            `“${source.value}” is not a valid phone number; it was kept as typed and identifies nobody.`,
          ),
        )
      else this.trusted = true
    }
    for (const source of rest)
      this.overflow(
        source,
        source.e164 === undefined ? undefined : { type: 'Phone', value: source.e164 },
        'all four phone fields of this person are taken',
      )
  }

  emails(): void {
    const valid = this.bounded(this.values.emails, 'mail addresses').flatMap((source) => {
      const read = readEmail(source.value)
      if (read) {
        const caption = /^\s*"?([^"<@]+?)"?\s*<[^<>]+>\s*$/.exec(source.value)?.[1]
        if (caption && !this.input.firstName && !this.input.lastName) this.takeName(visible(caption))
        return [{ ...source, value: read.address, key: read.key }]
      }
      this.problems.push(
        told(source, 'invalid_email', `“${source.value}” is not an e-mail address; it was kept as a further detail.`),
      )
      addDetail(this.values, source.column, source.value)
      return []
    })
    const { placed, rest } = place(valid, EMAIL_FIELDS)
    for (const [slot, source] of placed) {
      this.input[slot] = source.value
      this.columns.set(slot, source.column)
    }
    for (const source of rest)
      this.overflow(source, { type: 'Email', value: source.value }, 'all three e-mail fields of this person are taken')
  }

  private bounded<T extends Sourced>(all: readonly T[], what: string): readonly T[] {
    if (all.length > MAX_CHANNELS)
      this.problems.push({
        code: 'too_many_values',
        message: `${all.length - MAX_CHANNELS} ${what} were left out: at most ${MAX_CHANNELS} are read of one person.`,
      })
    return all.slice(0, MAX_CHANNELS)
  }

  /** What finds no free field points to the person all the same, as after a merge; what can point to no person is a detail. */
  private overflow(source: Sourced, identifier: IdentifierInput | undefined, why: string): void {
    if (identifier) this.identifiers.push(identifier)
    else addDetail(this.values, source.column, source.value)
    const where = identifier ? 'an identifier of this person' : 'a further detail'
    this.problems.push(told(source, 'no_free_field', `“${source.value}” was kept as ${where}: ${why}.`))
  }

  address(): void {
    const [first, ...others] = this.values.addresses.filter(
      ({ parts, whole }) => whole || Object.keys(parts).length > 0,
    )
    if (!first) return
    const address: Address = {}
    for (const part of ADDRESS_PARTS) {
      const source = first.parts[part]
      const value =
        source &&
        visible(source.value.replace(/\s*[\r\n]+\s*/g, part === 'address1' || part === 'address2' ? ', ' : ' '))
      if (!source || !value) continue
      address[part] = part === 'countryCode' ? countryCodeOf(value) : value
      this.columns.set(`address.${part}`, source.column)
    }
    if (Object.keys(address).length === 0 && first.whole) {
      address.address1 = oneLine(first.whole.value)
      this.columns.set('address.address1', first.whole.column)
    } else if (first.whole) this.keepWhole(first.whole, Object.values(address).join(' '), first)
    this.input.address = address
    if (first.label) this.labels(first, 'Kind of the address')
    for (const [index, other] of others.entries()) {
      const text = ADDRESS_PARTS.flatMap((part) => other.parts[part]?.value ?? [])
        .map(oneLine)
        .join(', ')
      addDetail(this.values, nameOfAddress(other, index), text || oneLine(other.whole?.value ?? ''))
    }
  }

  private labels({ label }: AddressValues, name: string): void {
    if (label && !/^(home|work|pref|postal|parcel|dom|intl|other| )*$/i.test(label)) addDetail(this.values, name, label)
  }

  private keepWhole(whole: Sourced, known: string, address: AddressValues): void {
    const has = new Set(words(`${known} ${ADDRESS_PARTS.map((part) => address.parts[part]?.value ?? '').join(' ')}`))
    if (words(whole.value).some((word) => !has.has(word)))
      addDetail(this.values, 'Address as written', oneLine(whole.value))
  }

  others(): void {
    const { text, externalIds, tags } = this.values
    const { input } = this
    const organisation = visible(text['externalOrganization.name']?.value ?? '')
    if (organisation) input.externalOrganization = { name: organisation }
    if (text.externalSystemUrl) input.externalSystemUrl = text.externalSystemUrl.value
    if (text.surveyOptOut) {
      const said = yesOrNo(text.surveyOptOut.value)
      if (said === undefined) {
        this.problems.push(
          told(
            text.surveyOptOut,
            'invalid_value',
            `“${text.surveyOptOut.value}” is neither yes nor no; it was kept as a further detail.`,
          ),
        )
        addDetail(this.values, text.surveyOptOut.column, text.surveyOptOut.value)
      } else input.surveyOptOut = said
    }
    if (text.twitterId) input.twitterId = { screenName: bareHandle(text.twitterId.value) }
    if (text.facebookId) input.facebookId = { ids: [{ scopedId: bareHandle(text.facebookId.value) }] }
    if (text.instagramId) input.instagramId = { ids: [], handle: bareHandle(text.instagramId.value) }
    if (text.lineId) input.lineId = { ids: [{ userId: text.lineId.value }] }
    if (text.whatsAppId) input.whatsAppId = { phoneNumber: this.phone(text.whatsAppId.value) }
    if (text.whatsappBsuid) input.whatsappBsuid = text.whatsappBsuid.value
    if (text.appleOpaqueId) input.appleOpaqueIds = [{ value: text.appleOpaqueId.value }]
    for (const target of Object.keys(text) as TextTarget[]) {
      const column = text[target]?.column
      if (column !== undefined) this.columns.set(target === 'appleOpaqueId' ? 'appleOpaqueIds' : target, column)
    }
    this.recordIds(externalIds)
    const labels = [...new Map(tags.map((tag) => [visible(tag).toLowerCase(), visible(tag)])).values()].filter(Boolean)
    if (labels.length > 0) input.tags = labels.slice(0, TAGS_MAX)
    for (const spare of labels.slice(TAGS_MAX)) addDetail(this.values, 'Tags', spare)
    this.keepDetails()
  }

  /** Details are custom fields, unless the file types these: then they are told in a note. */
  private keepDetails(): void {
    const { details, typed, schema } = this.values
    if (!schema) {
      if (details.size > 0) this.input.customFields = Object.fromEntries(details)
    } else if (typed.size > 0) {
      this.input.schema = schema
      this.input.customFields = Object.fromEntries(typed)
    }
  }

  /** All that is to stand in a note. */
  note(): string {
    const { notes, details, schema } = this.values
    const told = schema ? [...details].map(([name, value]) => `${name}: ${value}`).join('\n') : ''
    return [...notes, ...(told === '' ? [] : [told])].join('\n\n')
  }

  private recordIds(externalIds: PersonValues['externalIds']): void {
    const own = externalIds.filter(({ shared }) => !shared)
    for (const id of externalIds.filter(({ shared }) => shared)) {
      addDetail(this.values, id.column === 'UID' ? 'UID' : id.column, id.value)
      this.problems.push(
        told(
          id,
          'shared_record_id',
          `The file gives the record id “${id.value}” to several people, so it identifies nobody; it was kept as a further detail.`,
        ),
      )
    }
    if (own.length > 0) {
      this.input.externalIds = own
        .slice(0, EXTERNAL_IDS_MAX)
        .map(({ source, value }) => ({ externalSource: source, value: visible(value) }))
      this.columns.set('externalIds', own[0]?.column ?? '')
    }
    for (const spare of own.slice(EXTERNAL_IDS_MAX)) {
      addDetail(this.values, spare.column, spare.value)
      this.problems.push(
        told(
          spare,
          'no_free_field',
          `“${spare.value}” was kept as a further detail: a person has at most ten record ids.`,
        ),
      )
    }
  }

  /** What the contact schema refuses becomes a further detail: one value that does not fit does not cost the person. */
  fit(): void {
    for (let left = MAX_ISSUES; left > 0; left--) {
      const checked = contactInputSchema.safeParse(this.input)
      const issue = checked.success ? undefined : checked.error.issues[0]
      if (!issue) return
      const path = issue.path.map(String)
      const [root = '', inner] = path
      const field = path.join('.')
      const column =
        [field, path.slice(0, 2).join('.'), root].map((name) => this.columns.get(name)).find(Boolean) ?? field
      const value = path.reduce<unknown>(
        (inside, key) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined),
        this.input,
      )
      const text = typeof value === 'string' ? value : JSON.stringify(value ?? Reflect.get(this.input, root))
      if (root === 'address' && inner !== undefined && this.input.address)
        Reflect.deleteProperty(this.input.address, inner)
      else Reflect.deleteProperty(this.input, root)
      if (root !== 'customFields') {
        addDetail(this.values, column, text)
        this.keepDetails()
      }
      const why =
        issue.code === 'too_big' ? `${text.length} characters where at most ${issue.maximum} fit` : issue.message
      this.problems.push(
        told(
          { column, value: text },
          'invalid_value',
          `“${column}” does not fit (${why}); it was kept as a further detail.`,
        ),
      )
    }
  }
}

const oneLine = (text: string) => visible(text.replace(/\s*[\r\n]+\s*/g, ', '))

const nameOfAddress = ({ label }: AddressValues, index: number): string => {
  const kind = label ? `${label[0]?.toUpperCase() ?? ''}${label.slice(1)} address` : undefined
  return kind ?? (index === 0 ? 'Second address' : `Further address ${index + 1}`)
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
  builder.fit()
  const notes = builder.note()
  if (notes.length > NOTE_MAX) {
    builder.problems.push({
      code: 'too_many_values',
      message: `The end of the note was left out: it has ${notes.length.toLocaleString('en')} characters, and at most ${NOTE_MAX.toLocaleString('en')} are kept.`,
    })
  }
  const { input, identifiers, problems } = builder
  const note = notes.slice(0, NOTE_MAX)
  const { omitted } = values
  const onlyDetails = Object.keys(input).every((field) => field === 'customFields' || field === 'schema')
  if (onlyDetails && !builder.trusted) {
    const [first] = problems
    if (!first)
      return {
        rejected: { code: 'empty_row', message: 'The row has no value in any column that is imported.' },
        omitted,
      }
    return {
      rejected: { ...first, code: 'empty_row', message: `${first.message} Nothing else is known of this person.` },
      omitted,
    }
  }
  return {
    draft: { row, input, ...(note === '' ? {} : { note }), ...(identifiers.length > 0 ? { identifiers } : {}) },
    problems,
    omitted,
  }
}
