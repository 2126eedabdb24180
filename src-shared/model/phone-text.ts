// What stands around a phone number: labels, links, names, extensions, dialling pauses. It is taken off in any language and
// script, so that the number alone goes to libphonenumber. Invariant: no digit of the number is dropped or added; what may
// be more than one number keeps its separators.
import type { Piece } from './phone-series'
import {
  decoded,
  halfWidth,
  linkedTo,
  plainDigits,
  visible,
  withoutArmour,
  withoutMarkup,
  withoutQuotes,
} from './plain-text'

/** Of a longer text nothing is read: no number with all that people write around it comes near. */
const LONGEST_TEXT = 256
const LONGEST_BARE = 24

/** So many digits can be a number of their own. */
const LONG = 7
/** With a country code and a zero in brackets an area code alone may have more. */
const LONG_IN_FULL = 9

export interface PhoneText {
  /** Digits, punctuation and separators, perhaps a plus; letters only where they stand for digits. */
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
    `(?:${LABELS})(?:(?=[\\s+(])|(?<=\\p{L}{3})(?=0\\d))|(?:${OTHER_LABELS})(?=[\\s+(\\d]))\\s*){1,3}(?=[+(\\d])`,
  'iu',
)
/** A caller's name before a number in full: `Jane Doe +49 30 …`. */
const CALLER = /^["“„]?\p{L}[\p{L}\p{M}'’.,() -]{0,80}["”“]?\s(?=\+\d)/u
/** `(mobile)`, `[work]`, `- privat`, a name (`Frau Meier`), behind a number. */
const NOTE = new RegExp(
  `\\s*(?:[([{][^()[\\]{}+]*\\p{L}[^()[\\]{}+]*[)\\]}]|\\s[-–—]\\s*\\p{L}[\\p{L} .]*|\\s(?:${LABELS}|e?xtn?)[.:]?)$`,
  'iu',
)
const NAME = /(?<=[\d)])\s\p{Lu}[\p{Ll}\p{M}]+\.?(?:[ -]\p{L}[\p{L}\p{M}'’-]*\.?){0,4}$/u
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
const LINK = /^(?:tel|callto|sms|smsto|fax|phone|whatsapp|facetime(?:-audio)?|e\.?164):(?:\/\/)?/i
const SIP = /^(?:sips?|h323):(?:\/\/)?/i
/** A SIP address without its scheme; only in full, since others may be mail addresses. */
const SIP_USER = /^\+\d[\d().-]{6,}@[\w.-]+$/
/** The parameters of a link without its scheme: `+49…;npdi;rn=+4930`. */
const WITH_PARAMETERS = /^\+[\d().\s-]+(?:;\s*[a-z][\w-]*(?:=[^;]*)?)+$/i
const WHATSAPP_LINK =
  /^(?:https?:\/\/)?(?:(?:www\.)?wa\.me\/|(?:api|web)\.whatsapp\.com\/send\/?\?(?:[^#]*&)?phone=)\+?(\d+)\b.*$/i
/** How WhatsApp names an account; a group, a list or a hidden account (`@lid`) is no number. */
const JID = /^(\d+)(?:[.:_]\d+){0,2}@(?:s\.whatsapp\.net|c\.us)$/i
/** What a number that is written with a note of its scale looks like, `4.91517E+11`. */
const SCIENTIFIC = /^\+?(\d)(?:[.,](\d+))?e\+?(\d{1,2})$/i
/** A date is no number, though its digits may be one. */
const CALENDAR =
  /^\s*(?:(?:19|20)\d\d[./-](?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[./ -](?:0?[1-9]|[12]\d|3[01])[./ -](?:19|20)\d\d)(?:\s*$|[\sT,]\D*\d?\d(?:\D.*)?$)/
/** Which of several it is, in front: `1. 030…`, `2) 030…`, `1/2 030…`. */
const COUNTED = /^\d{1,2}(?:[.)]|\/\d)\s+(?=[+(0])/
/** When to call, behind: `9-17 Uhr`. */
const HOURS =
  /(?<=\d.{4})\s+\d{1,2}(?:[:.]\d\d)?\s*(?:[-–]|bis|to)\s*\d{1,2}(?:[:.]\d\d)?\s*(?:uhr|h|hrs?|am|pm)\b(?!.*\d{5}).*$/iu
/** A mark of a remark, behind: `(1)`, `[2]`. */
const REMARK_MARK = /(?<=\d.{5})\s+[([]?\d[)\]]$/
const DECIMAL = /^(\+?\d{5,})[.,]0+$/

/**
 * Whether a spreadsheet has rounded the number away: `4.91517E+11` says nothing of the last digits. One that has all its
 * digits is read.
 */
export function isRounded(typed: string): boolean {
  const [, , fraction = '', power] = SCIENTIFIC.exec(withoutArmour(visible(typed))) ?? []
  return power !== undefined && fraction.length !== Number(power)
}

/** Dialled in front of a number to send or withhold one's own (3GPP TS 22.030): `#31#`, `*31#`. */
const OWN_NUMBER = /^[*#]3[01]#\s*(?=[+(\d])/
/** Nothing stands around it, as around most; a bracket in the midst may be the area code of a second number. */
const BARE =
  /^(?!\d\) )(?:\+[1-9]\d{0,2} ?\(\d{1,5}\)|[1-9]\d{0,2} ?\([1-9]\d{0,4}\)|\+[1-9]|\(?0?[1-9])(?:[\d)-]| (?![ (]))*\d$/
/** What may stand between two numbers, and in a text that was laid out in columns or lines within one. */
const GAP = /\s*[\r\n\t]\s*|\s{2,}|\s+(?=\(0?\d+\))/
const SEPARATOR = /\s*[/;,|&]\s*/g

/** Takes off what stands around a number; undefined: there is no number in it, or not one alone. */
export function phoneText(typed: string): PhoneText | undefined {
  if (CALENDAR.test(typed)) return undefined
  if (typed.length < LONGEST_BARE && BARE.test(typed)) return { number: typed }
  if (typed.length > LONGEST_TEXT || isRounded(typed)) return undefined
  let text = plainDigits(halfWidth(visible(withoutMarkup(visible(parted(typed))))))
  const jid = (WHATSAPP_LINK.exec(text) ?? JID.exec(text))?.[1]
  if (jid) return { number: jid, full: true }
  // `"Jane Doe" <sip:+4930…@example.com>`, `Jane <+49 30 …>`.
  text = linkedTo(text)?.target ?? text
  text = withoutArmour(withoutQuotes(/^[^<>]*<([^<>]+)>(?:\s*;.*|[^<>\d]*)$/.exec(text)?.[1] ?? text))
  const link = linked(text)
  if (link === undefined) return undefined
  if (typeof link === 'object') return link
  text = link.replace(LABEL, '').replace(CALLER, '').replace(OWN_NUMBER, '').replace(/^\++/, '+')
  if (CALENDAR.test(text)) return undefined
  text = text.replace(COUNTED, '').replace(HOURS, '').replace(REMARK_MARK, '')
  const [, whole = '', fraction = ''] = SCIENTIFIC.exec(text) ?? []
  text = whole === '' ? text.replace(DECIMAL, '$1') : whole + fraction
  return split(text)
}

/** What a link says; the text itself where it is none; undefined where it is a link to something that is no number. */
function linked(text: string): string | PhoneText | undefined {
  const sip = SIP.test(text) || SIP_USER.test(text)
  if (!sip && !LINK.test(text) && !WITH_PARAMETERS.test(text))
    return text.includes('@') ? undefined : /^%2b\d/i.test(text) ? decoded(text) : text
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
    number = trimmed(number.replace(NOTE, '').replace(NAME, ''))
    number = trimmed(withoutDialled(number))
  }
  // A plus stands before the number, with nothing but brackets around the country code.
  number = number.replace(/^\(\s*(\+|00)\s*(\d{1,3})\s*\)/, '$1$2 ').replace(/^\(\s*(?=\+)/, '')
  number = number.replace(/(?<=\d)_(?=\d)/g, ' ').replace(/^([1-9]\d{0,2})\s*\(\s*0\s*\)/, '+$1 (0)')
  if (!/\d/.test(number) || piecesOf(number).some(({ text: piece }) => piece.lastIndexOf('+') > 0)) return undefined
  return { number, ...(extension === undefined ? {} : { extension }) }
}

function trimmed(text: string): string {
  return text.replace(/^['"“„«‘’:;,.\s]+|['"”“»‘’:;,.!?*_\s\p{So}\p{Sk}]+$/gu, '')
}

/** A number without what is dialled after it, unless that may be a second number. */
function withoutDialled(text: string): string {
  const number = DIALLED_AFTER.exec(text)?.[1] ?? ''
  const { length } = number.replace(/\D/g, '')
  if (length < (number.startsWith('+') ? LONG_IN_FULL : LONG)) return text
  const after = text.slice(number.length)
  if (/,,|#\s*$/.test(text) || isDialledAfter(text)) return number
  const second = after.replace(/\D/g, '')
  return second.length < LONG || /^\s*[pw]\s*[1-9]/i.test(after) ? number : text
}

/** Digits behind a comma after a number in full that are too few for another such number, and are not dialled as one. */
function isDialledAfter(text: string): boolean {
  const [, number = '', code = ''] = /^\s*(\+[\d ().-]+\d),([1-9]\d*)$/.exec(text) ?? []
  return code !== '' && code.length < number.replace(/\D/g, '').length - 2
}

/** With a separator where lines, columns or brackets part two texts that are each long enough to be a number. */
function parted(typed: string): string {
  if (!GAP.test(typed)) return typed
  const parts = typed.split(GAP)
  const long = parts.filter((part) => part.replace(/\P{Nd}/gu, '').length >= LONG)
  return long.length > 1 ? parts.join(' / ') : typed
}

/** What stands between separators in a number's text; itself alone where it has none. */
export function piecesOf(text: string): Piece[] {
  return piecesBy(text, SEPARATOR)
}

/** The pieces of a text by a separator (a global expression), without empty ones. */
export function piecesBy(text: string, separator: RegExp): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  let joint = ''
  const add = (piece: string) => {
    if (piece.trim() !== '') pieces.push({ text: piece.trim(), joint })
  }
  for (const match of text.matchAll(separator)) {
    add(text.slice(end, match.index))
    end = match.index + match[0].length
    joint = match[0]
  }
  add(text.slice(end))
  return pieces
}
