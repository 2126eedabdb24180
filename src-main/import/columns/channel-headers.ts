// Columns under headers of no known program that hold addresses or numbers of their people.
// Invariant: a header that may speak of another person, or of anything else, makes no channel.
import { readEmail } from '@shared/model/email'

const words = (text: string) => new Set(text.split(' '))
/** What headers call a channel. */
const MAIL = words(
  'email emails mail mails epost post почта почты почте courriel correo メール 邮箱 이메일 posta pošta',
)
const PHONE = words(
  'phone phones telephone telefon telefone telefono teléfono telefoon tel telf tlf telefonnummer phonenumber mobile mobil mobiltelefon handy handynummer cell cellphone celular móvil movil gsm rufnummer kontaktnummer mobilnummer telefonszám телефон telefonu 電話 电话 携帯 手机 전화 هاتف الهاتف جوال',
)
/** What may stand beside it of the same person; a word that is not here may say that it is another's. */
const BESIDE = words(
  'person contact general primary secondary main other alternative alternate default private privat privater work business office home personal mobile direct landline value number numbers no nr num nummer numer address addresses adress adresse adres adresa e el эл электронной электронная адрес the of und and à 1 2 3 4 5 arbete arbetet hem hemma bostad mobiltelefon munkahelyi otthoni mobil magán służbowy sluzbowy domowy komórkowy komorkowy prywatny do zaměstnání zamestnani domů domu práce prace рабочий рабочая домашний личный мобильный переносной arbeit geschäftlich geschaeftlich dienstlich beruflich festnetz travail professionnel professionnelle domicile fixe trabajo casa particular lavoro ufficio werk thuis المحمول العمل المنزل',
)
const A_DATE = /^\d{1,4}[./ -]\d{1,2}[./ -]\d{1,4}(?:[\s,T]|$)/
const A_NUMBER = /^[+(\d][\d\s()./-]{5,24}$/

/**
 * What a column under an unknown header holds, where its name says a channel and all its values read as such: then they find
 * their people, wherever they stand. A column that only looks so may hold a date, or an account manager's address.
 */
export function channelOf(header: string, samples: readonly string[]): 'email' | 'phone' | undefined {
  const said =
    header
      .toLowerCase()
      .replace(/e-(?=mail|post)/g, 'e')
      .match(/[\p{L}\p{M}]+|\d+/gu) ?? []
  const names = (channel: ReadonlySet<string>) =>
    said.some((word) => channel.has(word)) && said.every((word) => channel.has(word) || BESIDE.has(word))
  if (samples.length === 0) return undefined
  if (names(MAIL) && samples.every((sample) => readEmail(sample) !== undefined)) return 'email'
  const isNumber = (sample: string) => A_NUMBER.test(sample) && !A_DATE.test(sample)
  return names(PHONE) && samples.every(isNumber) ? 'phone' : undefined
}
