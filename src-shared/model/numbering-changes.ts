// Changes of numbering plans after which one subscriber is still written in two ways: old books, WhatsApp accounts and
// carriers keep the former one. Invariant: a spelling's other spelling has it as its own other spelling.
//
// Sources: Mexico: IFT, Plan Técnico Fundamental de Numeración, in force since 3 August 2019 (the 1 after +52 is no longer
// dialled). Argentina: ENACOM, Plan Fundamental de Numeración Nacional (9 after +54 for mobile phones called from abroad, 15
// within the country, which libphonenumber reads as the 9). Brazil: Anatel, Resolução 553/2010 (the ninth digit, a 9 before
// mobile numbers, which began with 6 to 9). Benin: ARCEP, 30 November 2024 (01 before all numbers).

interface Change {
  /** Digits of the number in full, with the country code. */
  former: RegExp
  today: RegExp
  toToday: string
  toFormer: string
}

const CHANGES: readonly Change[] = [
  { former: /^521(\d{10})$/, today: /^52([2-9]\d{9})$/, toToday: '52$1', toFormer: '521$1' },
  { former: /^54([1-8]\d{9})$/, today: /^549([1-8]\d{9})$/, toToday: '549$1', toFormer: '54$1' },
  { former: /^55(\d\d)([6-9]\d{7})$/, today: /^55(\d\d)9([6-9]\d{7})$/, toToday: '55$19$2', toFormer: '55$1$2' },
  { former: /^229(\d{8})$/, today: /^22901(\d{8})$/, toToday: '22901$1', toFormer: '229$1' },
]

/** How a number is written since its plan changed; undefined where it did not, or is written so already. */
export function todaysDigits(digits: string): string | undefined {
  const change = CHANGES.find(({ former }) => former.test(digits))
  return change && digits.replace(change.former, change.toToday)
}

/** The other spelling of a number in full: today's for a former one, the former one for today's. */
export function otherDigits(digits: string): string | undefined {
  const change = CHANGES.find(({ today }) => today.test(digits))
  return todaysDigits(digits) ?? (change && digits.replace(change.today, change.toFormer))
}
