// Words that need taking apart or looking up: full names, countries, social handles, yes and no.
// Invariant: nothing typed gets lost; what is not understood is kept as it is.
import { getCountries } from 'libphonenumber-js/max'

/** Lower-case words that belong to the last name: van der Berg, de la Cruz, von Ahn. */
const PARTICLE = /^(van|von|der|den|de|del|della|di|da|dos|das|du|la|le|el|al|bin|ibn|ter|ten|zu|zum|zur|af|av|y)$/

/**
 * Splits a full name into its parts. `Last, First Middle` is honoured; else the first word is the first name and the
 * last one, with the particles before it, the last name. One word alone is a first name.
 */
export function splitFullName(full: string): { firstName?: string; middleName?: string; lastName?: string } {
  const comma = full.indexOf(',')
  if (comma > 0 && full.slice(comma + 1).trim() !== '') {
    const [first, ...middle] = full
      .slice(comma + 1)
      .trim()
      .split(/\s+/)
    return {
      lastName: full.slice(0, comma).trim(),
      ...(first ? { firstName: first } : {}),
      ...(middle.length > 0 ? { middleName: middle.join(' ') } : {}),
    }
  }
  const [first, ...rest] = full.replace(/,\s*$/, '').trim().split(/\s+/)
  if (!first) return {}
  if (rest.length === 0) return { firstName: first }
  let start = rest.length - 1
  while (start > 0 && PARTICLE.test(rest[start - 1] ?? '')) start--
  return {
    firstName: first,
    ...(start > 0 ? { middleName: rest.slice(0, start).join(' ') } : {}),
    lastName: rest.slice(start).join(' '),
  }
}

const level = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/[\p{M}.]/gu, '')
    .toLowerCase()
    .trim()

let countries: Map<string, string> | undefined
function countryCodes(): Map<string, string> {
  if (countries) return countries
  countries = new Map([
    ['usa', 'US'],
    ['united states of america', 'US'],
    ['uk', 'GB'],
    ['great britain', 'GB'],
    ['england', 'GB'],
  ])
  for (const language of ['en', 'de', 'fr', 'es']) {
    const names = new Intl.DisplayNames([language], { type: 'region' })
    for (const code of getCountries()) countries.set(level(names.of(code) ?? code), code)
  }
  for (const code of getCountries()) countries.set(code.toLowerCase(), code)
  return countries
}

/** ISO 3166 alpha-2 of a country by code or by its English, German, French or Spanish name; else the text as it is. */
export const countryCodeOf = (country: string): string => countryCodes().get(level(country)) ?? country

/** A social handle without what programs put around it: `@kate`, `https://x.com/kate` → `kate`. */
export function bareHandle(text: string): string {
  const path = /^(?:https?:\/\/)?(?:www\.|m\.)?(?:twitter|x|instagram|facebook|fb)\.com\/(?:#!\/)?@?([^/?#]+)/i.exec(
    text,
  )
  return (path?.[1] ?? text).replace(/^@/, '')
}

/** Yes or no in the languages headers are known in, or undefined. */
export function yesOrNo(text: string): boolean | undefined {
  if (/^(yes|y|true|1|x|ja|j|oui|o|si|sí|on|wahr|vrai|verdadero)$/i.test(text)) return true
  return /^(no|n|false|0|nein|non|off|falsch|faux|falso)$/i.test(text) ? false : undefined
}
