// Phone numbers: from any notation to the field we keep and the E.164 key we claim.
// Invariant: nothing about numbering plans is written here; libphonenumber decides (domain specification, section 2).
import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  Metadata,
  type PhoneNumber as Parsed,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'
import type { PhoneInput, PhoneNumber } from './contact'
import { otherDigits, todaysDigits } from './numbering-changes'
import { numbersOf, type PieceReader } from './phone-series'
import { isRounded, type PhoneText, phoneText, piecesOf } from './phone-text'
import { isFiller, isMissing, isSequence, onKeypad } from './placeholder'

/** A national number of fewer digits counts only if it is valid: it is more likely an extension or a short code. */
const SHORTEST_POSSIBLE = 7
/** With its country code no line that is called from abroad has fewer digits. */
const SHORTEST_FULL = 9
/** With its country code a number is mostly at least so long: an account that is no possible number has to be. */
const SHORTEST_ACCOUNT = 11
const LONGEST_ACCOUNT = 20
const BRACKETED_ZERO = /\(\s*0\s*\)/
/** Digits before letters that stand for digits, and how many of these: `1-800-FLOWERS`. */
const VANITY = /^\+?[\d\s().-]*\d[\d\s().-]*\d[\d\s().-]*\d[\s().-]*[A-Z](?:[\s.-]*[A-Z\d]){2,}$/

export interface PhoneReading {
  e164: string
  countryCode: string
  national: string
  international: string
  extension?: number
}

/** Whether an ISO 3166 alpha-2 code is a region libphonenumber knows. */
export function isRegion(code: string): code is CountryCode {
  return isSupportedCountry(code)
}

/**
 * Reads a phone number in any notation, with whatever stands around it. It counts if its length is possible: numbering plans
 * open ranges before metadata knows them (+1 803-123-0000). In national notation that is the length of a line or a mobile
 * phone of the region; without a plus sign a number in full counts where it is valid and the region makes nothing of it.
 * @param typed what a person or a system wrote, e.g. `(03) 8369 6679`, `tel:+61430000000`, `Handy: 0171/2345678 (privat)`
 * @param region ISO 3166 alpha-2 code that a national notation is read in
 * @returns the number in E.164 and its parts, or undefined if it does not count
 */
export function parsePhone(typed: string, region: string): PhoneReading | undefined {
  if (!isRegion(region)) return undefined
  const text = phoneText(typed)
  const parsed = text && readText(text, region)
  if (!text || !parsed) return undefined
  const extension = text.extension ?? parsed.ext
  return {
    e164: parsed.number,
    countryCode: parsed.country ?? '',
    // Worked out where they are asked for: most who read a number want its key alone.
    get national() {
      return parsed.formatNational()
    },
    get international() {
      return parsed.formatInternational()
    },
    ...(extension ? { extension: Number(extension) } : {}),
  }
}

/**
 * The key of a WhatsApp account: the digits of its number in full. Accounts outlive changes of numbering plans, so one that
 * libphonenumber calls impossible is its digits all the same; only national notations need the region.
 */
export function readWhatsapp(typed: string, region: string): string | undefined {
  const text = phoneText(typed)
  if (!text) return undefined
  const digits = text.number.replace(/\D/g, '')
  if (piecesOf(text.number).length > 1) return parsePhone(typed, region)?.e164.slice(1)
  if (text.number.startsWith('+') || (/^\d+$/.test(text.number) && !digits.startsWith('0'))) {
    if (isFiller(digits)) return undefined
    const parsed = parse(text.number.startsWith('+') ? text.number : `+${digits}`)
    if (parsed?.isPossible() && !isPlaceholder(parsed)) return parsed.number.slice(1)
    if (digits.length >= SHORTEST_ACCOUNT && digits.length <= LONGEST_ACCOUNT) return digits
  }
  return parsePhone(typed, region)?.e164.slice(1)
}

/** Why a text is no number that counts: to be told where it came in. */
export type PhoneProblem = 'missing' | 'filler' | 'rounded' | 'unreadable'

/**
 * What is wrong with a text that `parsePhone` made nothing of. `missing`: it says itself that there is no number (`N/A`);
 * `filler`: digits that fill a field (`0000000`); `rounded`: a spreadsheet has lost the last digits (`4.91517E+11`).
 */
export function phoneProblem(typed: string): PhoneProblem {
  if (isMissing(typed)) return 'missing'
  if (isRounded(typed)) return 'rounded'
  const digits = (phoneText(typed)?.number ?? typed).replace(/\D/g, '')
  return isFiller(digits) || isSequence(digits) ? 'filler' : 'unreadable'
}

/** The same subscriber's number in its other spelling, if its numbering plan has changed and both are still about. */
export function otherSpelling(e164: string): string | undefined {
  const other = otherDigits(e164.slice(1))
  return other === undefined ? undefined : `+${other}`
}

function isPlaceholder(parsed: Parsed): boolean {
  const { nationalNumber } = parsed
  return (
    isFiller(nationalNumber) || isFiller(parsed.number.slice(1)) || (isSequence(nationalNumber) && !parsed.isValid())
  )
}

/** The one number of a text; where it holds several, or cannot be told, none. The same one twice is one. */
function readText({ number, full }: PhoneText, region: CountryCode): Parsed | undefined {
  if (full) return counts(inFull(number))
  const pieces = piecesOf(number)
  if (pieces.length < 2) return counts(read(number, region))
  const [first, ...others] = numbersOf(pieces, readerOf(region)) ?? []
  return others.every(({ parsed }) => parsed?.number === first?.parsed?.number) ? first?.parsed : undefined
}

const counts = (parsed: Parsed | undefined) => (parsed && !isPlaceholder(parsed) ? parsed : undefined)

/** Pieces as one number. */
const readJoined = (number: string, region: CountryCode) =>
  read(
    piecesOf(number)
      .map(({ text }) => text)
      .join(' '),
    region,
    'joined',
  )

/** Reads pieces of a number's text, around which nothing stands. */
function readerOf(region: CountryCode): PieceReader {
  const { callingCode, trunkPrefix } = planOf(region)
  return {
    bare: (text) => text,
    alone: (text) => counts(read(text, region)),
    asOne: (text) => counts(readJoined(text, region)),
    isHome: (parsed) => parsed.countryCallingCode === callingCode,
    trunkPrefix,
  }
}

/**
 * Reads the pieces of a cell, each with whatever stands around it.
 * @returns undefined for a region that is not known
 */
export function pieceReader(region: string): PieceReader | undefined {
  if (!isRegion(region)) return undefined
  const plain = readerOf(region)
  return {
    ...plain,
    bare: (typed) => phoneText(typed)?.number ?? typed,
    alone(typed) {
      const text = phoneText(typed)
      return text && readText(text, region)
    },
    asOne(typed) {
      const text = phoneText(typed)
      return text && !text.full ? plain.asOne(text.number) : undefined
    },
  }
}

/** How digits came to stand beside each other. */
type Joining = 'written' | 'joined'

function read(number: string, region: CountryCode, joining: Joining = 'written'): Parsed | undefined {
  if (/\p{L}/u.test(number)) {
    // Letters make a number only where it exists: words are not numbers.
    const spelt = VANITY.test(number) ? readDigits(onKeypad(number), region, joining) : undefined
    return spelt?.isValid() ? spelt : undefined
  }
  return readDigits(number, region, joining)
}

function readDigits(number: string, region: CountryCode, joining: Joining): Parsed | undefined {
  const digits = number.replace(/\D/g, '')
  if (isFiller(digits)) return undefined
  if (number.startsWith('+') && !digits.startsWith('0')) return inFull(digits, number)
  // `+0412 …`: no country code begins with 0, so this is how it is dialled at home.
  const typed = number.startsWith('+') ? (digits.startsWith('00') ? digits : number.slice(1)) : number
  const national = parse(typed, region)
  // People and telephony write 00 for the plus sign wherever they are (ITU-T E.164), also where 00 and a digit more is what
  // a region dials itself: that is tried where the former is no number.
  if (digits.startsWith('00')) return validInFull(digits.slice(2)) ?? (national?.isValid() ? national : undefined)
  if (national?.isValid()) {
    if (wouldBeDialled(national, digits, region)) return national
    return (joining === 'joined' ? undefined : validInFull(digits)) ?? national
  }
  const abroad = joining === 'joined' ? undefined : withoutPlus(number, digits, region)
  const mobile = isPossible(national, region, 'MOBILE') ? national : undefined
  // In the groups of a number of the region that is not known to exist it may be meant as either: then it is neither.
  if (abroad) return mobile && isGroupedAlike(number.match(/\d+/g) ?? [], mobile) ? undefined : abroad
  if (mobile) return asInFull(mobile)
  return isPossible(national, region, 'FIXED_LINE') ? asInFull(national) : undefined
}

/** A number in full that lacks its plus sign; not one of the region that has more digits behind it, `317-736-5020 1`. */
function withoutPlus(number: string, digits: string, region: CountryCode): Parsed | undefined {
  if (digits.startsWith('0') || digits.length < SHORTEST_FULL) return undefined
  const groups = number.match(/\d+/g) ?? []
  const isHome = groups.some((_, at) => {
    const beginning = groups.slice(0, at)
    const national = beginning.length > 0 ? parse(beginning.join(' '), region) : undefined
    return national?.isValid() && (beginning.length === 1 || isGroupedAlike(beginning, national))
  })
  return isHome ? undefined : validInFull(digits)
}

/** Whether digits stand in the groups that are usual for a number in its own country. */
function isGroupedAlike(groups: readonly string[], parsed: Parsed): boolean {
  const usual = (parsed.formatNational().match(/\d+/g) ?? []).join(' ')
  return groups.length > 1 && usual === groups.join(' ')
}

/** As it would be read in full: of a number that it does not know the library may keep the trunk zero. */
function asInFull(national: Parsed): Parsed | undefined {
  const parsed = parse(national.number)
  return parsed?.isPossible() && !lacksZero(parsed) ? parsed : undefined
}

/**
 * Whether a number that is valid at home is dialled as it was written. Some plans are open: nearly any digits are a line of
 * theirs, and so are those of a foreign number in full. Where home begins with a zero, many digits without one are in full.
 */
function wouldBeDialled(national: Parsed, digits: string, region: CountryCode): boolean {
  if (digits.startsWith('0') || digits.length < SHORTEST_ACCOUNT) return true
  if (national.nationalNumber.length < digits.length) return true // it was read as in full
  return national.getType() !== 'FIXED_LINE' || parse(`0${digits}`, region)?.number !== national.number
}

/** Some punctuation, such as a trunk zero in brackets, tells the library what the digits alone do not. */
function inFull(digits: string, written = `+${digits}`): Parsed | undefined {
  const parsed = parse(written)
  // A zero in brackets that is not dialled at home belongs to the number, or is a mistake.
  if (BRACKETED_ZERO.test(written) && (!parsed?.isValid() || parsed.nationalNumber.startsWith('0'))) {
    const without = validInFull(written.replace(BRACKETED_ZERO, '').replace(/\D/g, ''))
    if (without) return parsed?.isValid() ? undefined : without
  }
  if (parsed?.isValid()) return parsed
  if (parsed?.isPossible()) return isLongEnough(parsed) && !lacksZero(parsed) ? parsed : undefined
  // The plan has changed since it was written.
  const today = todaysDigits(digits)
  return today === undefined ? undefined : validInFull(today)
}

function validInFull(digits: string): Parsed | undefined {
  const parsed = inFull(digits)
  return parsed?.isValid() ? parsed : undefined
}

/** Where the zero belongs to the number, one without it is not a number that metadata does not know yet: it cannot exist. */
function lacksZero({ countryCallingCode, nationalNumber }: Parsed): boolean {
  const written = `+${countryCallingCode}0${nationalNumber}`
  const parsed = parse(written)
  return parsed?.number === written && parsed.isValid()
}

/** Whether a number that is not known to exist has as many digits as any line: an area code alone is none. */
function isLongEnough({ nationalNumber, country }: Parsed): boolean {
  const { length } = nationalNumber.replace(/^0+/, '')
  return length >= SHORTEST_POSSIBLE || (country !== undefined && lengthsOf(country, 'MOBILE').includes(length))
}

/** Whether a number that is not known to exist is as long as a line of its region: short ones may be anything. */
function isPossible(parsed: Parsed | undefined, region: CountryCode, type: 'MOBILE' | 'FIXED_LINE'): parsed is Parsed {
  const length = parsed?.nationalNumber.replace(/^0/, '').length ?? 0
  return length >= SHORTEST_POSSIBLE && lengthsOf(region, type).includes(length)
}

const known = new Map<string, readonly number[]>()

/** What its own declarations leave out of the library's metadata. */
interface PlanOfPrefixes {
  nationalPrefix(): string | undefined
}

/** What the library's metadata says of one type of lines; its own declarations leave this out. */
interface PlanOfTypes {
  type(name: 'MOBILE' | 'FIXED_LINE'): { possibleLengths(): readonly number[] | undefined } | undefined
}

function lengthsOf(country: CountryCode, type: 'MOBILE' | 'FIXED_LINE'): readonly number[] {
  const key = `${country} ${type}`
  let lengths = known.get(key)
  if (!lengths) {
    const metadata = new Metadata()
    metadata.selectNumberingPlan(country)
    const plan = metadata.numberingPlan as unknown as PlanOfTypes | undefined
    lengths = plan?.type(type)?.possibleLengths() ?? []
    known.set(key, lengths)
  }
  return lengths
}

interface Plan {
  callingCode: string
  trunkPrefix: boolean
}

const plans = new Map<CountryCode, Plan>()

function planOf(region: CountryCode): Plan {
  let plan = plans.get(region)
  if (!plan) {
    const metadata = new Metadata()
    metadata.selectNumberingPlan(region)
    const { numberingPlan } = metadata
    const prefix = (numberingPlan as unknown as PlanOfPrefixes | undefined)?.nationalPrefix()
    plan = { callingCode: getCountryCallingCode(region), trunkPrefix: Boolean(prefix) }
    plans.set(region, plan)
  }
  return plan
}

function parse(text: string, region?: CountryCode): Parsed | undefined {
  return parsePhoneNumberFromString(text, { extract: false, ...(region ? { defaultCountry: region } : {}) })
}

/**
 * Builds the phone field that is kept: what was typed stays, a valid number gains `e164` and `countryCode`. A number
 * that is not valid keeps what was typed and has no `e164`, so nothing is claimed by it.
 * @param defaultRegion the organisation's region, used when the input names none
 */
export function toPhoneNumber(input: PhoneInput, defaultRegion: string): PhoneNumber {
  const region = input.normalizationCountryCode ?? defaultRegion
  const typed = typedOf(input)
  const parsed = (input.e164 ? parsePhone(input.e164, region) : undefined) ?? parsePhone(typed, region)
  return kept(input, parsed, region)
}

/** As `toPhoneNumber`, of a WhatsApp account: its `e164` is the account's digits, whether or not there is such a number. */
export function toWhatsappNumber(input: PhoneInput, defaultRegion: string): PhoneNumber {
  const region = input.normalizationCountryCode ?? defaultRegion
  const typed = typedOf(input)
  const account = (input.e164 ? readWhatsapp(input.e164, region) : undefined) ?? readWhatsapp(typed, region)
  const parsed = account === undefined ? undefined : parsePhone(`+${account}`, region)
  const known = parsed?.e164 === `+${account}` ? parsed : undefined
  return account === undefined || known
    ? kept(input, known, region)
    : { ...kept(input, undefined, region), e164: `+${account}` }
}

const typedOf = (input: PhoneInput) => input.userInput || input.display || input.e164 || ''

function kept(input: PhoneInput, parsed: PhoneReading | undefined, region: string): PhoneNumber {
  const typed = typedOf(input)
  const extension = input.extension ?? parsed?.extension
  return {
    userInput: typed,
    display: parsed
      ? parsed.countryCode === region
        ? parsed.national
        : parsed.international
      : (input.display ?? typed),
    ...(parsed ? { e164: parsed.e164, ...(parsed.countryCode ? { countryCode: parsed.countryCode } : {}) } : {}),
    ...(extension === undefined ? {} : { extension }),
    ...(input.acceptsSMS === undefined ? {} : { acceptsSMS: input.acceptsSMS }),
    ...(input.normalizationCountryCode === undefined
      ? {}
      : { normalizationCountryCode: input.normalizationCountryCode }),
  }
}
