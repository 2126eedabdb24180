// What properties of a card without a field of their own are called, and how their values read to people.
// Invariant: pure; an unknown property is called by its own name.
import { tableOf } from '../columns/lookup'
import { unescapeText } from './properties'

/** About the card or the program that wrote it, not about the person; or content that is not text. */
const TECHNICAL = new Set(
  `BEGIN CALADRURI CALURI CAPURI CLASS CLIENTPIDMAP END FBURL KEY LOGO MAILER PHOTO PRODID PROFILE REV SOURCE
   VERSION X-ABADR X-ABLABEL X-ABSHOWAS X-ABUID X-MS-CARDPICTURE X-MS-OL-DESIGN XML X-IMAGEHASH X-IMAGETYPE
   X-SHARED-PHOTO-DISPLAY-PREF KIND X-ADDRESSBOOKSERVER-KIND X-ABCROP-RECTANGLE X-KADDRESSBOOK-UNIT-PHOTO
   X-MOZILLA-HTML X-ACCOUNT X-RADICALE-NAME X-OC-LAST-MODIFIED X-MS-EXCHANGE-PRIVACYSETTINGS`.split(/\s+/),
)

export const isTechnical = (property: string): boolean => TECHNICAL.has(property)

const NAMES = tableOf({
  BDAY: 'Birthday',
  ANNIVERSARY: 'Anniversary',
  'X-ANNIVERSARY': 'Anniversary',
  'X-ABDATE': 'Date',
  NICKNAME: 'Nickname',
  URL: 'Website',
  ROLE: 'Role',
  GENDER: 'Gender',
  LANG: 'Language',
  TZ: 'Time zone',
  GEO: 'Location',
  IMPP: 'Instant messaging',
  'SORT-STRING': 'Sorted as',
  SOUND: 'Phonetic name',
  DEATHDATE: 'Died',
  BIRTHPLACE: 'Place of birth',
  EXPERTISE: 'Expertise',
  HOBBY: 'Hobby',
  INTEREST: 'Interest',
  FN: 'Display name',
  N: 'Other name',
  TITLE: 'Title',
  ORG: 'Organisation',
  'X-MAIDENNAME': 'Maiden name',
})

/** `X-EVOLUTION-SPOUSE` → `Spouse`. */
export function detailNameOf(property: string): string {
  const known = NAMES[property]
  if (known !== undefined) return known
  if (!property.startsWith('X-')) return property
  const bare = property
    .replace(
      /^X-(?:EVOLUTION-|MS-OL-|MS-|KADDRESSBOOK-X-|KADDRESSBOOK-|MOZILLA-|GOOGLE-|QQ-|MIUI-|GROUPWISE-|AIM-)?/,
      '',
    )
    .replace(/[-_]+/g, ' ')
    .toLowerCase()
    .trim()
  return bare === '' ? property : `${bare[0]?.toUpperCase() ?? ''}${bare.slice(1)}`
}

/** The year Apple writes for a date without one. */
const NO_YEAR = '1604'

/** A date as it was meant: `1604-03-05` is one without a year. */
export function readableDate(text: string, omitted = NO_YEAR): string {
  const date = /^(\d{4})-?(\d\d)-?(\d\d)/.exec(text)
  return date && (date[1] === omitted || date[1] === NO_YEAR) ? `--${date[2]}-${date[3]}` : text
}

/** `tel:+61-3-8369-6679;ext=12` and `tel:030-23125555;phone-context=+49` as people write it (RFC 3966). */
export function readableNumber(value: string): string {
  const text = unescapeText(value).trim()
  if (!/^tel:/i.test(text)) return text
  const [number = '', ...params] = text.slice(4).split(';')
  const extension = params.find((param) => /^ext=/i.test(param))?.slice(4)
  const context = params.find((param) => /^phone-context=\+/i.test(param))?.slice(14)
  const whole = context && !number.startsWith('+') ? `${context} ${number.replace(/^0/, '')}` : number
  return extension ? `${whole} ext. ${extension}` : whole
}
