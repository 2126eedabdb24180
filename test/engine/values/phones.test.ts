// One number, one key, whatever stands around it: what telephony, spreadsheets, phones and people send. Where a case was told of
// in a public tracker, that stands beside it; the others are variations of these kinds. Values are invented.
import fc from 'fast-check'
import { getCountryCallingCode, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, test } from 'vitest'
import { readChanges } from '../../../src-main/engine/input'
import { aliasesOf } from '../../../src-shared/model/aliases'
import { displayIdentifier } from '../../../src-shared/model/display'
import { otherDigits } from '../../../src-shared/model/numbering-changes'
import { isRegion, parsePhone, phoneProblem, readWhatsapp } from '../../../src-shared/model/phone'
import { splitPhones } from '../../../src-shared/model/several'
import { exactly } from '../../support/arbitraries'

const keyOf = (typed: string, region: string) => parsePhone(typed, region)?.e164

describe('what stands around a number', () => {
  test.each([
    // invisible characters, and digits of other scripts
    ['\u200e+44 7400 123457', 'GB', '+447400123457'],
    ['\u202a+1 (415) 555-2671\u202c', 'US', '+14155552671'],
    ['\u2068+972 50-123-4567\u2069', 'US', '+972501234567'],
    ['+1\u00a0415\u00a0555\u20112671', 'US', '+14155552671'],
    ['+1 415\u00ad555\u200b2671\ufeff', 'US', '+14155552671'],
    ['+٩٧١ ٥٠ ١٢٣ ٤٥٦٧', 'US', '+971501234567'],
    ['०९८१०१२३४५६', 'IN', '+919810123456'],
    ['＋１ ４１５－５５５－２６７１', 'JP', '+14155552671'],
    // spreadsheets
    ["'+14155552671", 'US', '+14155552671'],
    ['‘+14155552671', 'US', '+14155552671'],
    ['="+1 415 555 2671"', 'US', '+14155552671'],
    ['=+14155552671', 'US', '+14155552671'],
    ['1/2 030 23125555', 'DE', '+493023125555'],
    ['1. 030 23125555', 'DE', '+493023125555'],
    ['2) 030 23125555', 'DE', '+493023125555'],
    ['030 23125555 9-17 Uhr', 'DE', '+493023125555'],
    ['030 23125555 (1)', 'DE', '+493023125555'],
    ['030 23125555 [2]', 'DE', '+493023125555'],
    ['7400123456.0', 'GB', '+447400123456'],
    ['4.4740012345600E+11', 'US', undefined],
    ['4.47400123456E+11', 'US', '+447400123456'],
    // labels, notes, markup, punctuation
    ['Tel. 07400 123465', 'GB', '+447400123465'],
    ['Tel.: +49 30 23125555', 'US', '+493023125555'],
    ['mobile: 07400 123465', 'GB', '+447400123465'],
    ['Mobile phone - +1 415 555 2671', 'GB', '+14155552671'],
    ['Handy 0171/2345678', 'DE', '+491712345678'],
    ['Büro (Berlin): 030 / 23125555', 'DE', '+493023125555'],
    ['携帯：090-1234-5678', 'JP', '+819012345678'],
    ['тел. 8 (916) 123-45-67', 'RU', '+79161234567'],
    ['☎ +49 30 23125555', 'US', '+493023125555'],
    ['(415) 555-2671 (mobile)', 'US', '+14155552671'],
    ['+49 171 2345678 [privat]', 'US', '+491712345678'],
    ['+49 171 2345678 mobil', 'US', '+491712345678'],
    ['+1 415 555 2671<br>', 'US', '+14155552671'],
    ['+1&nbsp;415 555 2671', 'US', '+14155552671'],
    ['+1 415 555 2671.,', 'US', '+14155552671'],
    ['Jane Doe <+14155552671>', 'US', '+14155552671'],
    ['Iva Deone +49 171 5552244', 'US', '+491715552244'],
    ['"Iva Deone" +491715552244', 'US', '+491715552244'],
    ['0171 5552244 Frau Meier', 'DE', '+491715552244'],
    ['0171 5552244 ☎', 'DE', '+491715552244'],
    ['0171/5552229*', 'DE', '+491715552229'],
    ['0171_5552237', 'DE', '+491715552237'],
    ['mobil0171 5552244', 'DE', '+491715552244'],
    ['=HYPERLINK("tel:+491715552244","call")', 'US', '+491715552244'],
    ['++491715552244', 'US', '+491715552244'],
    ['%2B491715552244', 'US', '+491715552244'],
    // an area code behind a slash or comma
    ['+49 (0)6222/6662239', 'DE', '+4962226662239'],
    ['+49 (0)6222/6662239', 'US', '+4962226662239'],
    ['+49 (0) 171 / 55 52 301', 'DE', '+491715552301'],
    ['+49 (0) 171, 5552239', 'DE', '+491715552239'],
    ['+49 0171 / 5552239', 'DE', '+491715552239'],
    ['49 (0) 171 / 5552239', 'DE', '+491715552239'],
    ['+43 / 664 / 5552298', 'DE', '+436645552298'],
    ['0049 2203/5552239', 'SG', '+4922035552239'],
    ['2020-01-05', 'DE', undefined],
    ['2020-1-2', 'DE', undefined],
    ['02 01 2021', 'DE', undefined],
    ['02-12-2019', 'IT', undefined],
    ['01.02.2020, 10 Uhr', 'DE', undefined],
    ['06222/666/2239', 'DE', undefined], // 06222/666 and its other ending, or one number
    ['+49 (0)6222', 'DE', undefined],
    ['+49 (0) 171', 'DE', undefined],
    ['+39 (0)6 69821280', 'US', '+390669821280'],
    ['+39 (0)312 0634624', 'US', undefined], // a mobile phone with a zero too many, or a landline
    ['+34 (0)612 345 678', 'US', '+34612345678'],
    // another ending is no digit of the number, and never another country's number
    ['317-736-5020/1', 'US', undefined],
    ['317-736-5020 1', 'US', undefined],
    ['330-736-5030 / 31', 'US', undefined],
    ['030 6662270/71', 'DE', undefined],
    ['06 69821280/1', 'IT', undefined],
    ['0171 5552244 / +49 171 5552244', 'DE', '+491715552244'],
    // links and accounts
    ['tel:+1-201-555-0123;ext=5', 'DE', '+12015550123'],
    ['tel:%2B14155552671', 'DE', '+14155552671'],
    ['tel:23125555;phone-context=+4930', 'US', '+493023125555'],
    ['tel:030-23125555;phone-context=+49', 'US', '+493023125555'],
    ['tel:4155552671;phone-context=example.com', 'US', '+14155552671'],
    ['sip:+14155552671@sip.example.com;user=phone', 'DE', '+14155552671'],
    ['sip:+14155552671;postd=22@sip.example.com', 'DE', '+14155552671'],
    ['"Jane" <sip:+14155552671@192.0.2.1:5060>;tag=9fx1', 'DE', '+14155552671'],
    ['sip:+49(0)6222/6662257@sip.example.com', 'US', '+4962226662257'],
    ['+491715552244@sip.example.com', 'US', '+491715552244'],
    ['h323:+491715552244@sip.example.com', 'US', '+491715552244'],
    ['E.164:+491715552244', 'US', '+491715552244'],
    ['+491715552244;npdi;rn=+4930', 'US', '+491715552244'],
    ['sip:1001@pbx.example.com', 'US', undefined],
    ['sip:anonymous@anonymous.invalid', 'US', undefined],
    ['14155552671@s.whatsapp.net', 'DE', '+14155552671'],
    ['14155552671:3@s.whatsapp.net', 'DE', '+14155552671'],
    ['14155552671@c.us', 'DE', '+14155552671'],
    ['120363000000000000@g.us', 'DE', undefined],
    ['whatsapp:+14155552671', 'DE', '+14155552671'],
    ['https://wa.me/14155552671?text=hi', 'DE', '+14155552671'],
    // what is dialled after it
    ['(415) 555-2678 p12', 'US', '+14155552678'],
    ['+14155552671,,12#', 'US', '+14155552671'],
    ['+14155552671,123456789#', 'US', '+14155552671'],
    ['+14155552671;123', 'US', '+14155552671'],
    ['+14155552671,4155552672', 'US', undefined],
    ['+493023125555, 23125556', 'US', undefined],
    ['+1-415-555-2671w4', 'US', '+14155552671'],
    // letters that stand for digits
    ['1-800-FLOWERS', 'US', '+18003569377'],
    ['+1 800 GOT-JUNK', 'DE', '+18004685865'],
    // how it is dialled at home and abroad
    ['+0412 345 678', 'AU', '+61412345678'],
    ['(+49) 30 23125555', 'US', '+493023125555'],
    ['(0049) 30 23125555', 'US', '+493023125555'],
    ['+49 (0) 30 23125555', 'US', '+493023125555'],
    ['+00 44 20 7031 3000', 'US', '+442070313000'],
    ['442070313000', 'US', '+442070313000'],
    ['442070313000', 'DE', '+442070313000'],
    ['4915112345678', 'DE', '+4915112345678'],
    ['8613812345678', 'CN', '+8613812345678'],
    ['15123456789', 'DE', '+4915123456789'],
    ['12127365099', 'DE', '+12127365099'],
    ['1 (212) 736-5099', 'DE', '+12127365099'],
    ['31612345678', 'DE', '+31612345678'],
    ['4915123456789', 'AT', '+4915123456789'],
    ['479-123-4567', 'US', undefined], // at home there is none, and it is not written as one of Norway
    ['004915123456789', 'SG', '+4915123456789'],
    ['0012015550123', 'SG', '+12015550123'],
    ['001 49 15123456789', 'SG', '+4915123456789'],
    ['0066812345678', 'JP', '+66812345678'],
    ['010 49 15123456789', 'JP', '+4915123456789'],
  ])('%j in %s is %s', (typed, region, key) => {
    expect(keyOf(typed, region)).toBe(key)
    if (!key) return
    // As a field it is kept as typed, and claims the same.
    expect(readChanges({ cellPhone: { userInput: typed } }, region).cellPhone).toMatchObject({
      userInput: typed.trim(),
      e164: key,
    })
    expect(keyOf(key, 'JP')).toBe(key)
  })
})

describe('told of in trackers of other products', () => {
  test.each([
    ['signalapp/Signal-Android #11630', '\u2068+1 415-555-2671\u2069', 'US', '+14155552671'],
    ['woocommerce/woocommerce #58000', '+1\ufe0d-415-555-2671', 'DE', '+14155552671'],
    ['woocommerce/woocommerce #68164', '+1\u3164415\uffa05552671', 'DE', '+14155552671'],
    ['contao/core #8434', '\u200e79161234567', 'RU', '+79161234567'],
    ['glific/glific #4815', '\u202a+91 98101\u00a023456\u202c', 'US', '+919810123456'],
    ['nhoizey/vscode-gremlins #204', '\u202b+972 50-123-4567\u202c\u200f', 'US', '+972501234567'],
    ['CareTogether/CareTogetherCMS #467', '(415)\u00ad 555\u00ad-2671', 'US', '+14155552671'],
    ['TrevorPilley/phone-number-parser #492', 'tel:+44-114-272-6444;ext=1234', 'US', '+441142726444'],
    ['TrevorPilley/phone-number-parser #492', 'tel:+44-114-272-6444,1234', 'US', '+441142726444'],
    ['google/libphonenumber #650', '+390236618300,12345678', 'US', '+390236618300'],
    ['daddyz/phonelib #58', '+14155552671;ext=555', 'DE', '+14155552671'],
    ['daddyz/phonelib #367', '+14155552671x136', 'DE', '+14155552671'],
    ['daddyz/phonelib #367', '+14155552671 ext. 136', 'DE', '+14155552671'],
    ['blak3r/yaai #99', '415-555-2671 ext 42', 'US', '+14155552671'],
    ['openhab/openhab-addons #9853', '+49 (171) 2345678', 'US', '+491712345678'],
    ['Kruemelino/FritzBoxTelefon-dingsbums #41', '+4901712345678', 'DE', '+491712345678'],
    ['bashGroup/node-red-contrib-fritz #24', '0043720555123', 'DE', '+43720555123'],
    ['nicorac/bcr-gui #122', '0987 654 321', 'VN', '+84987654321'],
    ['nicorac/bcr-gui #122', '601 234 567', 'PL', '+48601234567'],
    ['FreePBX/superfecta #368', '(516) 555-0134', 'US', '+15165550134'],
    ['irontec/ivozprovider #2558', '<sip:+33612345678@pbx.example.com>;tag=192.0.2.1+6+76cd', 'ES', '+33612345678'],
    ['visualitypl/textris #39', 'Jan Example <+48601234567>', 'US', '+48601234567'],
    [
      'irontec/ivozprovider #2558',
      'sip:+33612345678@192.0.2.1;transport=udp;rinstance=1234567890',
      'ES',
      '+33612345678',
    ],
    ['Goodwy/Dialer #22', '#31#+48601234567', 'US', '+48601234567'],
    ['Goodwy/Dialer #22', '*31#601234567', 'PL', '+48601234567'],
    // A spreadsheet has taken the zero, or all but the first digits.
    ['SpartnerNL/Laravel-Excel #300', '470123456', 'BE', '+32470123456'],
    ['SpartnerNL/Laravel-Excel #300', '612345678', 'FR', '+33612345678'],
    ['softmonkeyjapan/opencart-excel-export #4', '912345678', 'SK', '+421912345678'],
    ['Automattic/camptix #40', '4.41E+11', 'GB', undefined],
    // What an exchange sends where there is no number, or one of its own.
    ['SimpleMobileTools/Simple-Dialer #442', '-1', 'DE', undefined],
    ['FreePBX/issue-tracker #587', '12345', 'DE', undefined],
    ['kalkun-sms/Kalkun #230', 'Microsoft', 'GB', undefined],
    ['irontec/ivozprovider #2558', '1710163127241', 'ES', undefined],
  ])('%s: %j in %s is %s', (_from, typed, region, key) => {
    expect(keyOf(typed, region)).toBe(key)
  })

  test.each([
    ['wwebjs/whatsapp-web.js #596', '5531996881234', '553196881234'],
    ['canove/whaticket-community #306', '552164181234', '5521964181234'],
    ['megaapp977/stack #125', '551187654321', '5511987654321'],
  ])('%s: the account %s has the other spelling %s', (_from, one, other) => {
    expect(readWhatsapp(one, 'US')).toBe(one)
    expect(aliasesOf({ type: 'SocialWhatsapp', value: one })).toEqual([{ type: 'SocialWhatsapp', value: other }])
  })
})

describe('extensions in local words', () => {
  test.each([
    ['+49 30 23125555 Durchwahl 12', 'US', '+493023125555'],
    ['030 23125555 App. 12', 'DE', '+493023125555'],
    ['030 23125555 - DW: 12', 'DE', '+493023125555'],
    ['01 23 45 67 89 poste 12', 'FR', '+33123456789'],
    ['+7 495 123-45-67 доб. 12', 'US', '+74951234567'],
    ['03-1234-5678 内線 12', 'JP', '+81312345678'],
    ['03-1234-5678（内線12）', 'JP', '+81312345678'],
    ['010-62345678转12', 'CN', '+861062345678'],
    ['010-62345678 分机 12', 'CN', '+861062345678'],
    ['+55 11 3123-4567 ramal 12', 'US', '+551131234567'],
    ['+54 11 2345-6789 int. 12', 'US', '+541123456789'],
    ['+51 1 2345678 anexo 12', 'US', '+5112345678'],
    ['020 7031 3000 toestel 12', 'GB', '+442070313000'],
    ['(415) 555-2671 x12', 'US', '+14155552671'],
    ['(415) 555-2671 (ext. 12)', 'US', '+14155552671'],
    ['(415) 555-2671 #12', 'US', '+14155552671'],
  ])('%s', (typed, region, key) => {
    const read = parsePhone(typed, region)
    expect([read?.e164, read?.extension]).toEqual([key, key && 12])
  })
})

describe('what is possible with a plus sign is possible without', () => {
  test.each([
    ['803-123-0000', 'US', '+1 803-123-0000'],
    ['11 6123-4567', 'BR', '+55 11 6123-4567'],
    ['0171 0000 123', 'DE', '+49 171 0000123'],
  ])('%s in %s is %s', (national, region, international) => {
    expect(keyOf(national, region)).toBeDefined()
    expect(keyOf(national, region)).toBe(keyOf(international, 'JP'))
  })

  test.each([
    ['1234', 'DE'],
    ['12345', 'AU'],
    ['8369 6679', 'AU'],
    ['555-1234', 'US'],
    ['22222', 'US'],
    ['911', 'US'],
    ['AMAZON', 'GB'],
    ['BANK-2671', 'GB'],
    ['unknown', 'US'],
    ['+39 6 6982 1234', 'IT'],
    ['6 6982 1234', 'IT'],
  ])('%s in %s is no number of anybody', (typed, region) => {
    expect(keyOf(typed, region)).toBeUndefined()
  })
})

describe('what stands where a number is missing', () => {
  test.each([
    ['N/A', 'missing'],
    ['-', 'missing'],
    ['none', 'missing'],
    ['keine Angabe', 'missing'],
    ['000000', 'filler'],
    ['1111111', 'filler'],
    ['+1 111 111 1111', 'filler'],
    ['999-999-9999', 'filler'],
    ['123456789', 'filler'],
    ['+266696687', 'filler'], // ANONYMOUS on a keypad
    ['+86282452253', 'filler'], // UNAVAILABLE
    ['+7378742833', 'filler'], // RESTRICTED
    ['4.91517E+11', 'rounded'],
    ['4,91517E+11', 'rounded'],
    ['ask at the desk', 'unreadable'],
  ] as const)('%s is no identifier: %s', (typed, problem) => {
    for (const region of ['US', 'DE', 'GB', 'AU', 'CN']) expect(keyOf(typed, region)).toBeUndefined()
    expect(phoneProblem(typed)).toBe(problem)
  })
})

describe('several numbers in one cell', () => {
  test.each([
    ['020 7031 3000 / 07400 123456', ['020 7031 3000', '07400 123456']],
    ['07400 123456;020 7031 3000, 07400 123457', ['07400 123456', '020 7031 3000', '07400 123457']],
    ['07400 123456\n07400 123457', ['07400 123456', '07400 123457']],
    ['+447400123456 ::: +447400123457', ['+447400123456', '+447400123457']],
    ['+44 7400 123456 +44 7400 123457', ['+44 7400 123456', '+44 7400 123457']],
    ['07400 123456 or 020 7031 3000', ['07400 123456', '020 7031 3000']],
    ['home: 07400 123456; work: 07400 123457', ['home: 07400 123456', 'work: 07400 123457']],
    ['07400 123456; n/a; 07400 123457', ['07400 123456', 'n/a', '07400 123457']],
    // a number and its other endings
    ['02070313013/4', ['02070313013', '02070313014']],
    ['020 7031 3013 / 14 / 25', ['020 7031 3013', '020 7031 3014', '020 7031 3025']],
    ['020 7031 3013/4; 07400 123456', ['020 7031 3013', '020 7031 3014', '07400 123456']],
    ['020 7031 3013/2024', ['020 7031 3013/2024']],
    ['+44 7400 123456/1', ['+44 7400 123456', '+44 7400 123451']],
    ['020/70313000', ['020/70313000']],
    ['+44 7400 123456,,123#', ['+44 7400 123456,,123#']],
    ['ask; at the desk', ['ask; at the desk']],
  ])('%j', (cell, pieces) => {
    expect(splitPhones(cell, 'GB')).toEqual(pieces)
  })

  test.each<[string, string, string[]]>([
    ['02203 5552239 / 5552240', 'DE', ['02203 5552239', '02203 5552240']],
    ['+49 2203 5552239; 5552240', 'US', ['+49 2203 5552239', '+49 2203 5552240']],
    ['022035552239\n5552240', 'DE', ['022035552239', '022035552240']],
    ['030 5552225, Fax: 5552226', 'DE', ['030 5552225', 'Fax: 030 5552226']],
    ['+49 30 5552225 (w) / 5552226 (h)', 'DE', ['+49 30 5552225 (w)', '+49 30 5552226 (h)']],
    ['01632 960123 / 960124', 'GB', ['01632 960123', '01632 960124']],
    ['415-555-2671 / 555-2672', 'US', ['415-555-2671', '415-555-2672']],
    ['317-736-5020/1', 'US', ['317-736-5020', '317-736-5021']],
    ['mobil: 030/6662270/71', 'DE', ['mobil: 030/6662270', 'mobil: 030/6662271']],
    ['06 69821280/1', 'IT', ['06 69821280', '06 69821281']],
    ['01 23 45 67 80/81', 'FR', ['01 23 45 67 80', '01 23 45 67 81']],
    ['0171/5552229/0172/5552230', 'DE', ['0171/5552229', '0172/5552230']],
    ['06 69821280 / 333 1234567', 'IT', ['06 69821280', '333 1234567']],
    ['P: 030 5552225 G: 030 5552226', 'DE', ['P: 030 5552225', 'G: 030 5552226']],
    ['(030) 5552225 (0171) 5552226', 'DE', ['(030) 5552225', '(0171) 5552226']],
    ['030 5552225 (work) 0171 5552226 (mobile)', 'DE', ['030 5552225 (work)', '0171 5552226 (mobile)']],
    ['+49 2203 / 5552239', 'DE', ['+49 2203 / 5552239']],
    ['02203 5552239/40, 0171/5552229', 'DE', ['02203 5552239', '02203 5552240', '0171/5552229']],
    // which number the second is cannot be told
    ['02203 55522 / 5552240', 'DE', ['02203 55522 / 5552240']],
    ['0621/5552/2392', 'DE', ['0621/5552/2392']],
    ['030 66622-70/171', 'DE', ['030 66622-70/171']],
    ['01632 960123 ext 12 / 13', 'GB', ['01632 960123 ext 12 / 13']],
  ])('%j in %s', (cell, region, pieces) => {
    expect(splitPhones(cell, region)).toEqual(pieces)
    if (pieces.length === 1 && !keyOf(cell, region)) return
    for (const piece of pieces) expect([piece, keyOf(piece, region)]).toEqual([piece, expect.any(String)])
  })

  test.each(['5551234/5551235', '020 7031 3000 07400 123456', '0301234567\n0307654321'])(
    '%j is never one number made of two',
    (cell) => {
      for (const region of ['US', 'GB', 'DE', 'AT']) expect(keyOf(cell, region)).toBeUndefined()
    },
  )
})

describe('WhatsApp accounts', () => {
  test.each([
    ['5215512345678', 'US', '5215512345678'], // a Mexican account from before 2019: no possible number today
    ['5215512345678@s.whatsapp.net', 'MX', '5215512345678'],
    ['+22997123456', 'US', '22997123456'],
    ['491701234567:12@s.whatsapp.net', 'US', '491701234567'],
    ['(415) 555-2671', 'US', '14155552671'],
    ['0421 856 397', 'AU', '61421856397'],
    ['123456789012345@lid', 'US', undefined],
    ['+49 171 / 55 52 301', 'US', '491715552301'],
    ['+49 171 5552301 / +49 171 5552302', 'US', undefined],
  ])('%s in %s is %s', (typed, region, account) => {
    const field = readChangesOf(typed, region)
    expect(field?.e164).toBe(account && `+${account}`)
  })

  test('an account that is no possible number is shown by its digits', () => {
    expect(displayIdentifier({ type: 'SocialWhatsapp', value: '5215512345678' })).toBe('5215512345678')
    expect(displayIdentifier({ type: 'SocialWhatsapp', value: '14155552671' })).toBe('+1 415 555 2671')
  })

  function readChangesOf(typed: string, region: string) {
    try {
      return readChanges({ whatsAppId: { phoneNumber: { userInput: typed } } }, region).whatsAppId?.phoneNumber
    } catch {
      return undefined
    }
  }
})

describe('plans that changed', () => {
  test.each([
    ['+525512345678', '+5215512345678'],
    ['+5511961234567', '+551161234567'],
    ['+5491123456789', '+541123456789'],
    ['+2290197123456', '+22997123456'],
  ])('%s is also written %s', (today, former) => {
    expect(otherDigits(today.slice(1))).toBe(former.slice(1))
    expect(otherDigits(former.slice(1))).toBe(today.slice(1))
    const other = { type: 'Phone' as const, value: former }
    expect(aliasesOf({ type: 'Phone', value: today })).toEqual([other])
    // What no phone can be called by any more is read as what it is today.
    expect([today, former]).toContain(keyOf(former, 'US'))
  })

  test('nothing else has a second spelling', () => {
    for (const number of ['+14155552671', '+551131234567', '+4915112345678', '+2250123456789'])
      expect(aliasesOf({ type: 'Phone', value: number })).toEqual([])
  })
})

describe('a value is read as its own subscriber, or as none', () => {
  /** `SCV_CASES=10000` is a long run. */
  const RUNS = Number(process.env['SCV_CASES'] ?? 120)
  const REGIONS =
    'US DE GB FR IT ES NL AT CH BE SE NO DK FI PL CZ HU RO GR PT IE AU NZ JP KR CN IN SG HK BR AR MX CO CL ZA EG NG TR IL RU'
      .split(' ')
      .filter(isRegion)
  const HOMES = 'US DE GB IT AT AU JP SG BR AR CN NL'.split(' ').filter(isRegion)

  /** A number that exists, by other last digits of the library's example; undefined where there is none. */
  const existing = fc
    .tuple(
      fc.constantFrom(...REGIONS),
      fc.integer({ min: 2, max: 6 }),
      fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }),
    )
    .map(([region, changed, digits]) => {
      const example = getExampleNumber(region, examples)?.number ?? ''
      const number = example.slice(0, -changed) + digits.slice(0, changed).join('')
      const parsed = parsePhoneNumberFromString(number)
      return parsed?.isValid() ? parsed : parsePhoneNumberFromString(example)
    })

  test(
    'in every notation, wherever it is read',
    () => {
      let read = 0
      fc.assert(
        fc.property(existing, fc.constantFrom(...HOMES), (number, home) => {
          if (!number) throw new Error('There is no example.')
          const international = number.formatInternational()
          const [code = '', area = '', ...groups] = international.split(' ')
          const rest = groups.join(' ')
          const notations = [
            number.number,
            international,
            number.getURI(),
            number.number.slice(1),
            international.slice(1),
            `00${number.number.slice(1)}`,
            `${code} (0)${area} ${rest}`,
            `${code} (0) ${area} / ${rest}`,
            `${code} ${area}/${groups.join('')}`,
            `${code} (0) ${area}, ${rest}`,
            `sip:${code}(0)${area}/${groups.join('')}@example.com`,
            ...(number.country === home
              ? [number.formatNational(), number.formatNational().replace(/[ )-]+/, '/')]
              : []),
          ]
          for (const typed of notations) {
            const atHome = parsePhoneNumberFromString(typed, { defaultCountry: home, extract: false })
            const isOfHome = atHome?.isValid() && atHome.countryCallingCode === getCountryCallingCode(home)
            const own = [number.number, undefined, ...(isOfHome && !/^(?:sip:)?\+/.test(typed) ? [atHome?.number] : [])]
            for (const key of [keyOf(typed, home), ...splitPhones(typed, home).map((piece) => keyOf(piece, home))])
              if (!own.includes(key)) throw new Error(`${typed} in ${home} is ${key}, not ${number.number}.`)
            if (keyOf(typed, home)) read++
          }
          expect([international, keyOf(international, home)]).toEqual([international, number.number])
          // Other endings are the number with other last digits.
          for (const cell of [`${international}/7`, `${international} / 71`])
            for (const piece of splitPhones(cell, home)) {
              const ending = cell.split('/')[1]?.trim() ?? ''
              const other = number.number.slice(0, -ending.length) + ending
              if (![number.number, other, undefined].includes(keyOf(piece, home)))
                throw new Error(`${cell} in ${home} holds ${keyOf(piece, home)}.`)
            }
        }),
        exactly(RUNS),
      )
      expect(read).toBeGreaterThan(RUNS * 4)
    },
    Math.max(30_000, RUNS * 200),
  )
})
