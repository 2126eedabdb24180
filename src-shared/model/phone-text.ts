// What stands around a phone number: labels, links, names, extensions, dialling pauses. It is taken off in any language and
// script, so that the number alone goes to libphonenumber. Invariant: no digit of the number is dropped or added; a text
// that may hold more than one number, or less than a whole one, gives nothing.
import { decoded, halfWidth, plainDigits, visible, withoutArmour, withoutMarkup, withoutQuotes } from './plain-text'

/** Of a longer text nothing is read: no number with all that people write around it comes near. */
const LONGEST_TEXT = 256
const LONGEST_BARE = 24

/** So many digits can be a number of their own. */
const LONG = 7

export interface PhoneText {
  /** Digits and punctuation, perhaps a plus; letters only where they stand for digits. */
  number: string
  extension?: string
  /** The number is written in full, without a plus sign, as WhatsApp and carriers write theirs. */
  full?: true
}

/** Words for a telephone, beside any word that ends in a colon or full stop. */
const LABELS =
  'tele?(?:phone|fono|fon|foon)?|tlf|tfno|phone|ph|fax|mobile?|mob|mobil|mobiltelefon|handy|natel|cell(?:ulare|ulaire|phone)?|celular|' +
  'móvil|movil|telemóvel|portable|komórka|kom|gsm|work|home|office|main|direct|private?|privat|business|büro|buero|' +
  'gesch(?:äft|äftlich)?|festnetz|zentrale|bureau|domicile|casa|trabajo|oficina|ufficio|werk|thuis|whats ?app|wa|signal|sms|call|[tmpfhwocd]'
const OTHER_LABELS =
  'тел|телефон|моб|мобильный|раб|дом|τηλ|κιν|电话|電話|手机|手機|携帯|携帯電話|自宅|会社|전화|휴대폰|핸드폰|טל|טלפון|נייד|هاتف|جوال|تلفون|موبایل'
// Each alternative ends in what the next cannot begin with, and few may follow each other: no text takes long to refuse.
const LABEL = new RegExp(
  `^(?:(?:\\p{L}[\\p{L}\\p{M}\\p{Pd}/ ]{0,30}(?:\\([\\p{L} ]+\\))?(?:[:.：]+|\\s[-–—]+)|[^\\p{L}\\p{N}\\s+(#*@.,;:/-]+|` +
    `(?:${LABELS})(?=[\\s+(])|(?:${OTHER_LABELS})(?=[\\s+(\\d]))\\s*){1,3}(?=[+(\\d])`,
  'iu',
)
/** `(mobile)`, `[work]`, `- privat`, behind a number. */
const NOTE = new RegExp(
  `\\s*(?:[([{][^()[\\]{}+]*\\p{L}[^()[\\]{}+]*[)\\]}]|\\s[-–—]\\s*\\p{L}[\\p{L} .]*|\\s(?:${LABELS}|e?xtn?)[.:]?)$`,
  'iu',
)
const EXTENSION_WORDS =
  'e?xt(?:ensi(?:o|ó)?n)?|extn|anexo|int(?:erno|ern)?|ramal|poste|durchwahl|dw|nebenstelle|nst|app(?:arat)?|toestel|tst|' +
  'wewn?|wewnętrzny|linka|klapka|kl|anknytning|ankn|alanumero|lokal|lok|dahili|mellék|' +
  'доб(?:авочный)?|вн(?:утр)?|εσωτ|内線|内线|转|轉|分机|分機|내선|内線番号|שלוחה|داخلي|داخلی|x|χ'
const EXTENSION = new RegExp(
  `^(.*[\\d)])\\s*[,;/(-]?\\s*(?:(?:${EXTENSION_WORDS})[\\s.:：#=-]*|#\\s*)(\\d{1,8})\\s*[#)]?$`,
  'iu',
)
/** `;ext=5` of a link, and the pauses and waits of diallers: `,,12#`, `;12`, `p12`, `w12`. */
const DIALLED_AFTER = /^(.*[\d)])\s*(?:[,;]+|[pw](?=\s*\d)|~)[\s,;pw\d*#~]*$/i
const LINK = /^(?:tel|callto|sms|smsto|fax|phone|whatsapp|facetime(?:-audio)?):(?:\/\/)?/i
const SIP = /^sips?:(?:\/\/)?/i
const WHATSAPP_LINK =
  /^(?:https?:\/\/)?(?:(?:www\.)?wa\.me\/|(?:api|web)\.whatsapp\.com\/send\/?\?(?:[^#]*&)?phone=)\+?(\d+)\b.*$/i
/** How WhatsApp names an account; a group, a list or a hidden account (`@lid`) is no number. */
const JID = /^(\d+)(?:[.:_]\d+){0,2}@(?:s\.whatsapp\.net|c\.us)$/i
/** What a number that is written with a note of its scale looks like, `4.91517E+11`. */
const SCIENTIFIC = /^\+?(\d)(?:[.,](\d+))?e\+?(\d{1,2})$/i
const DECIMAL = /^(\+?\d{5,})[.,]0+$/

/**
 * Whether a spreadsheet has rounded the number away: `4.91517E+11` says nothing of the last digits. One that has all its
 * digits is read.
 */
export function isRounded(typed: string): boolean {
  const [, , fraction = '', power] = SCIENTIFIC.exec(withoutArmour(visible(typed))) ?? []
  return power !== undefined && fraction.length !== Number(power)
}

/** Of a link, or of a header of SIP: says something of the number, and may have digits of its own. */
const PARAMETER = /;\s*[a-z][a-z0-9-]*=[^;>]*/gi
/** Dialled in front of a number to send or withhold one's own (3GPP TS 22.030): `#31#`, `*31#`. */
const OWN_NUMBER = /^[*#]3[01]#\s*(?=[+(\d])/
/** Nothing stands around it, as around most. */
const BARE = /^(?:\+[1-9]|\(?0?[1-9])(?:[\d()-]| (?! ))*\d$/

/** Takes off what stands around a number; undefined: there is no number in it, or not one alone. */
export function phoneText(typed: string): PhoneText | undefined {
  if (typed.length < LONGEST_BARE && BARE.test(typed)) return { number: typed }
  if (typed.length > LONGEST_TEXT || isRounded(typed) || holdsSeveral(typed)) return undefined
  let text = plainDigits(halfWidth(visible(withoutMarkup(visible(typed)))))
  const jid = (WHATSAPP_LINK.exec(text) ?? JID.exec(text))?.[1]
  if (jid) return { number: jid, full: true }
  // `"Jane Doe" <sip:+4930…@example.com>`, `Jane <+49 30 …>`.
  text = withoutArmour(withoutQuotes(/^[^<>]*<([^<>]+)>(?:\s*;.*|[^<>\d]*)$/.exec(text)?.[1] ?? text))
  const link = linked(text)
  if (link === undefined) return undefined
  if (typeof link === 'object') return link
  text = link.replace(LABEL, '').replace(OWN_NUMBER, '')
  const [, whole = '', fraction = ''] = SCIENTIFIC.exec(text) ?? []
  text = whole === '' ? text.replace(DECIMAL, '$1') : whole + fraction
  return split(text)
}

/** What a link says; the text itself where it is none; undefined where it is a link to something that is no number. */
function linked(text: string): string | PhoneText | undefined {
  const sip = SIP.test(text)
  if (!sip && !LINK.test(text)) return text.includes('@') ? undefined : text
  const [path = '', ...parameters] = decoded(text.replace(sip ? SIP : LINK, '')).split(/[;?]/)
  const user = (sip ? path.split('@')[0] : path)?.trim() ?? ''
  if (user.includes('@') || !/^[+\d(*#]/.test(user)) return undefined
  const named = new Map(
    parameters.flatMap((one) => {
      const [name = '', value] = one.split('=')
      return value === undefined ? [] : [[name.trim().toLowerCase(), value.split('@')[0] ?? ''] as const]
    }),
  )
  const context = named.get('phone-context')
  const number = context?.startsWith('+') && !user.startsWith('+') ? `${context}${user.replace(/^0+/, '')}` : user
  const read = split(number.replace(/:\S+$/, ''))
  const extension = /^\d{1,8}$/.exec(named.get('ext') ?? '')?.[0]
  return read && extension ? { ...read, extension } : read
}

/** A number and its extension, without notes and dialling pauses behind it. */
function split(text: string): PhoneText | undefined {
  let number = trimmed(text)
  let extension: string | undefined
  for (let before = ''; before !== number; ) {
    before = number
    const [, base, digits] = EXTENSION.exec(number) ?? []
    // A number as long as an extension is one: `12 x 3` is nothing to call.
    if (base !== undefined && base.replace(/\D/g, '').length >= 5) {
      number = trimmed(base)
      extension ??= digits
      continue
    }
    number = trimmed(number.replace(NOTE, ''))
    const dialled = DIALLED_AFTER.exec(number)?.[1]
    if (dialled !== undefined && dialled.replace(/\D/g, '').length >= LONG) number = trimmed(dialled)
  }
  // A plus stands before the number, with nothing but brackets around the country code.
  number = number.replace(/^\(\s*(\+|00)\s*(\d{1,3})\s*\)/, '$1$2 ').replace(/^\(\s*(?=\+)/, '')
  if (!/\d/.test(number) || number.lastIndexOf('+') > 0 || holdsSeveral(number)) return undefined
  return { number, ...(extension === undefined ? {} : { extension }) }
}

function trimmed(text: string): string {
  return text.replace(/^['"“„«‘’:;,.\s]+|['"”“»‘’:;,.\s]+$/gu, '')
}

/** Digits behind a comma after a number in full that are too few for another such number, and are not dialled as one. */
function isDialledAfter(text: string): boolean {
  const [, number = '', code = ''] = /^\s*(\+[\d ().-]+\d),([1-9]\d*)$/.exec(text) ?? []
  return code !== '' && code.length < number.replace(/\D/g, '').length - 2
}

/** Two numbers side by side, each long enough to be one: together they would be a third. Conference codes are dialled. */
function holdsSeveral(text: string): boolean {
  if (/,,|[pw]\d|[#]\s*$/i.test(text) || isDialledAfter(text)) return false
  return (
    text
      .replace(PARAMETER, '')
      .split(/[/;,|&\n\r\t]|\s{2,}/)
      .filter((part) => part.replace(/\P{Nd}/gu, '').length >= LONG).length > 1
  )
}
