// Which old encoding bytes are in, when they are not Unicode: what the library `chardet` says, weighed with how much like
// names and words the text reads in each encoding. Invariant: pure; never certain, always with a confidence.
import { analyse } from 'chardet'

/** Encodings beside Unicode that are read: label of the WHATWG Encoding Standard → what to call it. */
export const LEGACY = {
  'windows-1252': 'Windows-1252',
  'windows-1250': 'Windows-1250',
  'windows-1251': 'Windows-1251',
  macintosh: 'Mac Roman',
  'iso-8859-2': 'ISO 8859-2',
  'koi8-r': 'KOI8-R',
  'windows-1253': 'Windows-1253',
  'windows-1254': 'Windows-1254',
  'windows-1255': 'Windows-1255',
  'windows-1256': 'Windows-1256',
  'windows-1257': 'Windows-1257',
  shift_jis: 'Shift JIS',
  'euc-jp': 'EUC-JP',
  gb18030: 'GB 18030 (GBK)',
  big5: 'Big5',
  'euc-kr': 'EUC-KR',
} as const
export type LegacyLabel = keyof typeof LEGACY

/** Letters beside a to z of the languages an encoding is used for. */
const WESTERN =
  'äöüß|éèêëàâçîïôùûüœæ|áéíóúüñ|áâãàçéêíóôõú|àèéìíòóùú|æøåé|åäöé|áéíóúýþðæö|çàèéíïòóúü|ëéïöü|äöüõšž|áâéíóôúý'.split('|')
const CENTRAL = 'ąćęłńóśźż|áčďéěíňóřšťúůýž|áäčďéíľĺňóôŕšťúýž|áéíóöőúüű|ăâîşţ|čćđšž|čšž|äöüß|çë'.split('|')
const ALPHABETS: Partial<Record<LegacyLabel, readonly string[]>> = {
  'windows-1252': WESTERN,
  macintosh: WESTERN,
  'windows-1250': CENTRAL,
  'iso-8859-2': CENTRAL,
  'windows-1254': ['çğıöşüâî'],
  'windows-1257': ['ąčęėįšųūž', 'āčēģīķļņšūž', 'äöüõšž'],
}
const SCRIPTS: Partial<Record<LegacyLabel, RegExp>> = {
  'windows-1251': /^\p{Script=Cyrillic}+$/u,
  'koi8-r': /^\p{Script=Cyrillic}+$/u,
  'windows-1253': /^\p{Script=Greek}+$/u,
  'windows-1255': /^\p{Script=Hebrew}+$/u,
  'windows-1256': /^\p{Script=Arabic}+$/u,
}
/** First bytes of the characters in daily use, of those encodings that have two bytes for a character. */
const COMMON_LEADS: Partial<Record<LegacyLabel, readonly (readonly [number, number])[]>> = {
  shift_jis: [
    [0x81, 0x83],
    [0x88, 0x97],
  ],
  'euc-jp': [
    [0xa1, 0xa5],
    [0xb0, 0xcf],
  ],
  gb18030: [
    [0xa1, 0xa3],
    [0xb0, 0xd7],
  ],
  big5: [
    [0xa1, 0xa3],
    [0xa4, 0xc6],
  ],
  'euc-kr': [
    [0xa1, 0xa3],
    [0xb0, 0xc8],
  ],
}
const LABEL_OF: Readonly<Record<string, LegacyLabel>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-9': 'windows-1254',
  'ISO-8859-7': 'windows-1253',
  'ISO-8859-8': 'windows-1255',
  'ISO-8859-6': 'windows-1256',
  'ISO-8859-5': 'windows-1251',
  GB18030: 'gb18030',
  Shift_JIS: 'shift_jis',
  Big5: 'big5',
  'EUC-JP': 'euc-jp',
  'EUC-KR': 'euc-kr',
  'KOI8-R': 'koi8-r',
  'ISO-8859-2': 'iso-8859-2',
}

export interface Guess {
  label: LegacyLabel
  /** 0 to 1. */
  confidence: number
  /** The first words of the sample that are not plain ASCII, read so. */
  sample: string
}

const SAMPLE_BYTES = 4096
const SAMPLE_SHOWN = 120

/** Upper case stands at the beginning or everywhere. */
const wellCased = (word: string) =>
  /^\p{Lu}?[^\p{Lu}]*$/u.test(word) ||
  !/\p{Ll}/u.test(word) ||
  /^(Mc|Mac|O|D|L|De|Di|La|Le|Van)\p{Lu}[^\p{Lu}]*$/u.test(word)

/** How much like a word it is: 0 to 1. */
function likeness(word: string, label: LegacyLabel): number {
  const letters = [...word].filter((character) => character > '\x7f')
  if (letters.length === 0 || /^[£€¥]\d|\d[£€¥°]$/.test(word)) return 1
  const script = SCRIPTS[label]
  if (script) {
    const bare = word.replace(/[^\p{L}\p{M}]/gu, '')
    return bare !== '' &&
      script.test(bare) &&
      wellCased(bare) &&
      letters.every((one) => /[\p{L}\p{M}№«»–—’]/u.test(one))
      ? 1
      : 0
  }
  // Quotation marks and dashes stand between words, euro and pound signs beside digits; none inside a word.
  const inner = word
    .replace(/^[«»„“”‘’‚–—€£§°¿¡…•\d]+|[«»“”‘’–—€£§°º®™…•\d]+$/gu, '')
    .replace(/(?<=\p{L})[’–](?=\p{L})/gu, '')
  const mine = [...inner].filter((character) => character > '\x7f')
  if (mine.length === 0) return 0.6
  if (!wellCased(inner)) return 0
  if (/\p{L}\d|\d\p{L}/u.test(inner)) return 0.3
  const lower = mine.map((character) => character.toLowerCase())
  return Math.max(
    ...(ALPHABETS[label] ?? []).map((alphabet) => lower.filter((one) => alphabet.includes(one)).length / lower.length),
  )
}

/** The same for encodings with two bytes for a character: the share of characters in daily use. */
function commonness(bytes: Uint8Array, leads: readonly (readonly [number, number])[], text: string): number {
  if (
    !/^[\p{ASCII}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{P}\p{Zs}\p{Nd}\p{Lm}\uff01-\uff5e]*$/u.test(
      text,
    )
  )
    return 0
  // Half-width katakana is what other encodings look like in Shift JIS.
  const halfWidth = [...text].filter((character) => character >= '\uff61' && character <= '\uff9f').length
  let pairs = halfWidth
  let common = halfWidth * 0.3
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0
    if (byte < 0x80 || (leads[0]?.[0] === 0x81 && byte >= 0xa1 && byte <= 0xdf)) continue
    pairs++
    if (leads.some(([from, to]) => byte >= from && byte <= to)) common++
    index++
  }
  return pairs === 0 ? 0 : (common / pairs) * unmixed(text)
}

/** The share of words whose letters are of one script: `Fran腔is` is no word, but another encoding read wrongly. */
function unmixed(text: string): number {
  const words = text.split(' ').filter((word) => /[^\p{ASCII}]/u.test(word))
  const mixed = words.filter((word) => /[a-z][^\p{ASCII}\p{P}]|[^\p{ASCII}\p{P}][a-z]/u.test(word))
  return 1 - mixed.length / Math.max(1, words.length)
}

/** The words with bytes beyond ASCII; the others tell nothing and mislead statistics. */
function tellingBytes(bytes: Uint8Array): Buffer {
  const words: number[] = []
  let start = 0
  for (let index = 0; index <= bytes.length && words.length < SAMPLE_BYTES; index++) {
    const byte = bytes[index] ?? 0x0a
    if (!(byte <= 0x2f || byte === 0x3a || byte === 0x3b || byte === 0x3d || byte === 0x3c || byte === 0x3e)) continue
    const word = bytes.subarray(start, index)
    if (word.some((one) => one >= 0x80)) words.push(...word, 0x20)
    start = index + 1
  }
  return Buffer.from(words)
}

/**
 * What bytes that are not Unicode may be encoded in, the likeliest first.
 * @param bytes a sample; plain ASCII in it is passed over
 */
export function guessCharset(bytes: Uint8Array): Guess[] {
  const telling = tellingBytes(bytes)
  if (telling.length === 0) return []
  const statistics = new Map<LegacyLabel, number>()
  for (const { name, confidence } of analyse(telling)) {
    const label =
      LABEL_OF[name] ?? (Object.hasOwn(LEGACY, name.toLowerCase()) ? (name.toLowerCase() as LegacyLabel) : undefined)
    if (label) statistics.set(label, Math.max(statistics.get(label) ?? 0, confidence / 100))
  }
  const guesses = (Object.keys(LEGACY) as LegacyLabel[]).flatMap((label) => {
    let text: string
    try {
      text = new TextDecoder(label, { fatal: true }).decode(telling)
    } catch (error) {
      if (error instanceof TypeError) return [] // the bytes are not valid in it
      throw error
    }
    if (/[\x80-\x9f\ufffd\ue000-\uf8ff]/.test(text)) return []
    const leads = COMMON_LEADS[label]
    const words = text.split(' ').filter((word) => /[^\p{ASCII}]/u.test(word))
    const reads = leads
      ? commonness(telling, leads, text)
      : words.reduce((sum, word) => sum + likeness(word, label), 0) / Math.max(1, words.length)
    return [{ label, reads, statistic: statistics.get(label) ?? 0, sample: words.join(' ').slice(0, SAMPLE_SHOWN) }]
  })
  const scored = guesses
    .map(({ label, reads, statistic, sample }) => ({
      label,
      reads,
      sample,
      score: reads * 0.8 + statistic * 0.2 + (label === 'euc-kr' && reads === 1 ? 0.1 : 0),
    }))
    // Of encodings that read the same text the one that comes first in the table is meant.
    .map((one, place) => ({ ...one, place }))
  const best = scored.reduce<(typeof scored)[number] | undefined>(
    (top, one) => (!top || one.score > top.score ? one : top),
    undefined,
  )
  const alike = ({ sample }: { sample: string }) => sample === best?.sample
  scored.sort((a, b) => Number(alike(b)) - Number(alike(a)) || (alike(a) ? a.place - b.place : b.score - a.score))
  for (const one of scored) if (alike(one)) one.score = best?.score ?? one.score
  return scored.map(({ label, reads, score, sample }) => {
    // Readings that give the same text are no rivals. What reads badly is not sure, however much worse all others are.
    const rival = scored.find((other) => other.label !== label && other.sample !== sample)?.score ?? 0
    const margin = score - rival
    const evidence = Math.min(1, 0.5 + telling.length / 40)
    const confidence = alike({ sample }) ? Math.min(0.99, reads, score * evidence + margin) : score * 0.5
    return { label, confidence: Math.max(0, Math.round(confidence * 100) / 100), sample }
  })
}
