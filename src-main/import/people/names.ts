// Words that need taking apart or looking up: full names, countries, social handles, yes and no.
// Invariant: nothing typed gets lost; what is not understood is kept as it is.
import { getCountries } from 'libphonenumber-js/max'

/** Lower-case words that belong to the last name: van der Berg, de la Cruz, von Ahn. */
const PARTICLE = /^(van|von|der|den|de|del|della|di|da|dos|das|du|la|le|el|al|bin|ibn|ter|ten|zu|zum|zur|af|av|y)$/

/** How people are addressed in front of a name; those that are names or words as well only with their full stop. */
const TITLE =
  /^(?:(?:mrs?|ms|miss|mx|dr|drs|prof|professor|rev|herr|frau|fräulein|mme|mlle|monsieur|madame|mademoiselle|señora?|señorita|srta|signora?|signorina|senhora?|mevr|mevrouw|meneer|sir|dame)\.?|(?:m|hr|fr|sr|sra|sig|dott|dhr|mw|dipl\.?-ing|ing|lic|hon|capt|col|maj|sgt|lt|gen)\.)$/iu
/** These stand before a first name, where others stand before a last name as well. */
const KNIGHTLY = /^(?:sir|dame)$/i
/** What is written behind a name. Degrees are told from names by their capitals. */
const SUFFIX = /(?:\s*,\s*|\s+)((?:[JjSs][Rr]|I{2,3}|IV|[Ee][Ss][Qq]|P[Hh]\.?\s?D|M\.?D|MBA|D\.?D\.?S|R\.?N|CPA)\.?)$/
/** `Jane Doe (Sales)`: said of the person, no part of the name. */
const REMARK = /\s*[([（][^()[\]（）]*[)\]）]\s*$/

interface FullName {
  salutation?: string
  firstName?: string
  middleName?: string
  lastName?: string
  suffix?: string
}

/**
 * Splits a full name into its parts. `Last, First Middle` is honoured; else the first word is the first name and the
 * last one, with the particles before it, the last name. One word alone is a first name, behind a title a last one.
 * A remark in brackets at the end is in none of the parts.
 */
export function splitFullName(full: string): FullName {
  let name = full.replace(REMARK, '').trim() || full
  const behind: string[] = []
  for (let found = SUFFIX.exec(name); found?.[1] && found.index > 0; found = SUFFIX.exec(name)) {
    behind.unshift(found[1])
    name = name.slice(0, found.index)
  }
  const comma = name.indexOf(',') + 1
  const words = name.slice(comma).trim().split(/\s+/)
  const titles: string[] = []
  while (words.length > 1 && isTitle(words)) titles.push(words.shift() as string)
  const parts = partsOf(`${name.slice(0, comma)} ${words.join(' ')}`.trim())
  const addressed = titles.length > 0 && !titles.some((title) => KNIGHTLY.test(title))
  const { firstName, ...alone } = parts
  return {
    ...(titles.length > 0 ? { salutation: titles.join(' ') } : {}),
    ...(addressed && firstName && !parts.lastName ? { ...alone, lastName: firstName } : parts),
    ...(behind.length > 0 ? { suffix: behind.join(', ') } : {}),
  }
}

/** Also the `&` of `Mr & Mrs Smith`. */
const isTitle = ([word = '', next = '']: readonly string[]) =>
  TITLE.test(word) || (/^(?:&|and|und|et|y|e)$/i.test(word) && TITLE.test(next))

function partsOf(full: string): Omit<FullName, 'salutation' | 'suffix'> {
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
