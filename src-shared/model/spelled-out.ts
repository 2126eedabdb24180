// Letters that people write as two where keyboards have none, as in old passports and mail addresses.
const SPELLED: Readonly<Record<string, string>> = { å: 'aa', ä: 'ae', æ: 'ae', ö: 'oe', ø: 'oe', ü: 'ue' }

/** Letters of the north as people spell them out where keyboards have none: `Ågård` is `Aagaard`, `Müller` is `Mueller`. */
export function spelledOut(text: string): string {
  return text.normalize('NFC').replace(/[åäæöøü]/giu, (letter) => SPELLED[letter.toLowerCase()] ?? letter)
}
