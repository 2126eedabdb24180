// Other ways to put what was typed into a search: without titles, with particles joined, with letters spelled out.
// Invariant: the text as typed always comes first; the others only add people, never take a place from those it finds.
import { visible } from '@shared/model/plain-text'
import { spelledOut } from '@shared/model/spelled-out'

/** How people are addressed, in front of a name or, in some languages, behind it. Full stops do not count. */
const TITLES = new Set(
  (
    'mr mrs ms miss mx dr drs prof professor sir madam dame lord lady rev hon esq phd md mba jr sr ' +
    'bsc msc ba ma mph dds dvm rn cpa obe mbe cbe capt col maj sgt lt gen ' +
    'herr frau hr fr fräulein dipl ing dipl-ing dipl-kfm dipl-psych mag doktor med dent vet phil jur rer nat oec pol habil hc univ ra ' +
    'm mme mlle mm monsieur madame mademoiselle maître me docteur ' +
    'señor señora señorita don doña srta sra dra doctor doctora lic ' +
    'signor signora signorina sig sigra dott dottssa avv geom ' +
    'senhor senhora dona exmo ' +
    'dhr mevr mw meneer mevrouw heer de heer ir ' +
    'pan pani pán paní slečna inż mgr bc ' +
    'fru frk herra rouva bay bey hanım ' +
    'г-н г-жа господин госпожа пан пані κύριος κυρία κ ' +
    'さん 様 さま 君 くん ちゃん 先生 殿 氏 先生 女士 小姐 太太 씨 님 선생님 귀하 ' +
    'السيد السيدة د الدكتور shri smt sri'
  ).split(' '),
)
/** Written at the end of a name without a space. */
const BEHIND =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]{2})(?:さん|様|さま|先生|殿|女士|小姐|씨|님|선생님)$/u
/** Small words of surnames, which some write together with what follows. */
const PARTICLES = new Set(
  'de la le las los del della di da do dos das du des d van von vom zu zum zur der den dem ter ten te al el bin ibn ben abu mac mc st san saint fitz o af av'.split(
    ' ',
  ),
)
/** What else a text may be searched for as, without the text itself. Most texts have no other wording. */
export function otherWordings(typed: string): string[] {
  const text = visible(typed)
  const found = new Set<string>()
  // `Jane Doe <jane@example.com>`: the address is looked for by itself.
  const named = text.replace(/\s*<[^<>]*>\s*/g, ' ').trim()
  const words = named.split(' ')
  const bare = words.filter((word) => !TITLES.has(word.toLowerCase().replace(/[.,]/g, '')))
  const untitled = (bare.length > 0 ? bare : words).join(' ').replace(BEHIND, '')
  for (const wording of [named, untitled]) {
    found.add(wording)
    found.add(joined(wording.split(' ')))
    found.add(spelledOut(wording))
  }
  found.delete(text)
  found.delete('')
  return [...found]
}

/** `Maria de la Cruz` as `Maria delaCruz`. */
function joined(words: readonly string[]): string {
  let text = ''
  for (const [at, word] of words.entries()) {
    const before = words[at - 1]
    text += at > 0 && !(before !== undefined && PARTICLES.has(before.toLowerCase())) ? ` ${word}` : word
  }
  return text
}
