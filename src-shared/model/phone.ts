// Phone numbers: from any notation to the field we keep and the E.164 key we claim.
// Invariant: nothing about numbering plans is written here; libphonenumber decides (domain specification, section 2).
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { PhoneInput, PhoneNumber } from './contact'

/** Whether an ISO 3166 alpha-2 code is a region libphonenumber knows. */
export function isRegion(code: string): code is CountryCode {
  return isSupportedCountry(code)
}

/**
 * Reads a phone number in any notation. A number in national notation counts if it is valid in its region. One written
 * in full (+ and country code) counts already if its length is possible: there is no region to guess wrong, and numbering
 * plans open ranges before metadata knows them. The specification's own example, +1 803-123-0000, is such a number.
 * @param typed what a person or a system wrote, e.g. `(03) 8369 6679`, `0011 44 20 7946 0018`, `tel:+61430000000`
 * @param region ISO 3166 alpha-2 code that a national notation is read in
 * @returns the number in E.164 and its parts, or undefined if it does not count
 */
export function parsePhone(
  typed: string,
  region: string,
): { e164: string; countryCode: string; national: string; international: string; extension?: number } | undefined {
  // Full-width digits are the library's business; it does not know the full-width plus sign (U+FF0B).
  const text = typed.trim().replace(/^tel:/i, '').replace(/^＋/, '+')
  if (text === '' || !isRegion(region)) return undefined
  const read = parsePhoneNumberFromString(text, { defaultCountry: region, extract: false })
  // What is valid is possible as well: validity is told by patterns for the possible lengths.
  const counts = text.startsWith('+') ? read?.isPossible() : read?.isValid()
  // People write 00 for the plus sign wherever they are: it is what most of the world dials (ITU-T E.164). It counts only
  // where the region's own rules make nothing of the number.
  const parsed = counts ? read : text.startsWith('00') ? fromAbroad(text.slice(2)) : undefined
  if (!parsed) return undefined
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
    ...(parsed.ext ? { extension: Number(parsed.ext) } : {}),
  }
}

function fromAbroad(digits: string) {
  const read = parsePhoneNumberFromString(`+${digits}`, { extract: false })
  return read?.isValid() ? read : undefined
}

/**
 * Builds the phone field that is kept: what was typed stays, a valid number gains `e164` and `countryCode`. A number
 * that is not valid keeps what was typed and has no `e164`, so nothing is claimed by it.
 * @param defaultRegion the organisation's region, used when the input names none
 */
export function toPhoneNumber(input: PhoneInput, defaultRegion: string): PhoneNumber {
  const typed = input.userInput || input.display || input.e164 || ''
  const region = input.normalizationCountryCode ?? defaultRegion
  const parsed = (input.e164 ? parsePhone(input.e164, region) : undefined) ?? parsePhone(typed, region)
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
