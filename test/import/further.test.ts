// Further files that other products had trouble with, collected from their public trackers and written anew with invented
// values. Where each comes from stands beside it.
import type { ContactInput } from '@shared/model/contact'
import type { ImportReportLine } from '@shared/model/import'
import { expect, test } from 'vitest'
import { openDesk } from './support/desk'
import { MemoryPeople, type Person } from './support/people'

interface Outcome {
  people: Person[]
  lines: ImportReportLine[]
  format: string
}
type Case = [what: string, from: string, name: string, content: string | Uint8Array, check: (outcome: Outcome) => void]

const vcard = (...lines: string[]) => ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD', ''].join('\r\n')
const inputs =
  (...expected: ContactInput[]) =>
  ({ people }: Outcome) =>
    expect(people.map(({ input }) => input)).toEqual(expected.map((one) => expect.objectContaining(one)))
const JANE = { firstName: 'Jane', lastName: 'Doe' }
const encoded = (label: string, text: string) => {
  const table = new Map(
    Array.from({ length: 128 }, (_, n) => [new TextDecoder(label).decode(Uint8Array.of(n + 128)), n + 128]),
  )
  return Uint8Array.from([...text].map((one) => (one < '\x80' ? one.charCodeAt(0) : (table.get(one) ?? 63))))
}

const CASES: Case[] = [
  [
    'a soft break inside a character of quoted-printable',
    'KnugiHK/WhatsApp-Chat-Exporter #175',
    'a.vcf',
    vcard('N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Doe;Jan=C3=\r\n=A9;;;'),
    inputs({ firstName: 'Jané', lastName: 'Doe' }),
  ],
  [
    'a folded address',
    'odysseus-dev/odysseus #1870',
    'a.vcf',
    vcard('N:Doe;Jane', 'EMAIL:jane.doe.with.a.long.name@example', ' .com'),
    inputs({ ...JANE, workEmail: 'jane.doe.with.a.long.name@example.com' }),
  ],
  [
    'an escaped colon in a name',
    'owncloud-archive/contacts #774',
    'a.vcf',
    vcard('FN:Jane Rp: Wr.no', 'N:Rp\\: Wr.no;Jane;;;', 'TEL;TYPE=MAIN:+61412345678'),
    inputs({ firstName: 'Jane', lastName: 'Rp: Wr.no', otherPhone: { userInput: '+61412345678' } }),
  ],
  [
    'an empty line inside a name',
    'Kozea/Radicale #1986',
    'a.vcf',
    vcard('FN:Jane', '', 'Doe-Sample', 'N:Doe-Sample;Jane;;;'),
    (outcome) => {
      inputs({ firstName: 'Jane', lastName: 'Doe-Sample' })(outcome)
      expect(outcome.lines.map(({ code }) => code)).toContain('malformed_card')
    },
  ],
  [
    'a card in Windows-1251 that says so',
    'bolorundurowb/vCardLib #81',
    'a.vcf',
    encoded('windows-1251', vcard('N;CHARSET=Windows-1251:Иванова;Екатерина;Ивановна;;')),
    inputs({ firstName: 'Екатерина', middleName: 'Ивановна', lastName: 'Иванова' }),
  ],
  [
    'a key and a picture whose lines look like properties',
    'bolorundurowb/vCardLib #81, SimpleMobileTools/Simple-Contacts #231',
    'a.vcf',
    vcard('N:Doe;Jane', 'KEY;X509;ENCODING=BASE64:', 'N0abc+/EMAIL', 'TELabc==', '', 'EMAIL:jane@example.com'),
    inputs({ ...JANE, workEmail: 'jane@example.com' }),
  ],
  [
    'names of properties as people write them',
    'owncloud-archive/apps #724',
    'a.vcf',
    vcard('Group:', 'First name:Jane', 'Last name:Doe', 'Cell phone:0412345678', 'E-Mail 2:jane@example.com'),
    inputs({ ...JANE, cellPhone: { userInput: '0412345678' }, workEmail: 'jane@example.com' }),
  ],
  [
    'an address once more as a label in quoted-printable',
    'libical/libical #339',
    'a.vcf',
    vcard(
      'N:Doe;Jane',
      'ADR;WORK:;;Workstreet 9;Worktown;;1111AA;Netherlands',
      'LABEL;WORK;ENCODING=QUOTED-PRINTABLE:Workstreet 9=0D=0A=',
      '1111AA  Worktown=0D=0A=',
      'Netherlands',
    ),
    ({ people }) => {
      expect(people[0]?.input.address).toEqual({
        address1: 'Workstreet 9',
        city: 'Worktown',
        postalCode: '1111AA',
        countryCode: 'NL',
      })
      expect(people[0]?.input.customFields).toBeUndefined()
    },
  ],
  [
    'a label without its colon',
    'wintermeyer/vutuv #395',
    'a.vcf',
    vcard('N:Doe;Jane', 'LABEL;TYPE=WORK"Street 1, Town', 'TEL:0412345678'),
    inputs({ ...JANE, workPhone: { userInput: '0412345678' } }),
  ],
  [
    'Google before 2024, with readings and groups',
    'owncloud-archive/contacts #785',
    'google.csv',
    'Name,Given Name,Family Name,Given Name Yomi,Group Membership,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value\n' +
      'Jane Doe,Jane,Doe,ジェーン,* My Contacts ::: Friends,Home,j1@example.com,* Work,j2@example.com\n',
    inputs({
      ...JANE,
      personalEmail: 'j1@example.com',
      workEmail: 'j2@example.com',
      tags: ['Friends'],
      customFields: { 'Given Name Yomi': 'ジェーン' },
    }),
  ],
  [
    'a last column without a name',
    'ProtonMail/proton-contacts #292',
    'a.csv',
    'First Name,Last Name,E-mail,\nJane,Doe,jane@example.com,x\n',
    ({ people }) => expect(people[0]?.input).toMatchObject({ ...JANE, customFields: { 'Extra cell 1': 'x' } }),
  ],
  [
    'a separator and a quote inside a text',
    'DNNCommunity/DNN.FormAndList #72',
    'a.csv',
    'First Name;Last Name;E-mail;Note\nJane;Doe;jane@example.com;"5"" pipe; long"\n',
    ({ people }) => expect(people[0]).toMatchObject({ input: JANE, note: '5" pipe; long' }),
  ],
  [
    'a byte order mark before the first header',
    'knadh/listmonk #65',
    'a.csv',
    '\ufeffemail,name\njane@example.com,jane@example.com\n',
    ({ people }) => expect(people[0]?.input.workEmail).toBe('jane@example.com'),
  ],
  [
    'semicolons, and none at the end of a line',
    'StarGW-net/contacts-import #2',
    'a.csv',
    'First Name;Last Name;Phone;Notes\nJane;Doe;0412345678\nJoe;Roe\n',
    inputs({ ...JANE, workPhone: { userInput: '0412345678' } }, { firstName: 'Joe', lastName: 'Roe' }),
  ],
  [
    'one column of numbers',
    'praekeltfoundation/vumi-go #725',
    'a.csv',
    'MSISDN\n+61412345678\n+61412345679\n',
    inputs({ workPhone: { userInput: '+61412345678' } }, { workPhone: { userInput: '+61412345679' } }),
  ],
  [
    'END and BEGIN on one line, in lower case, with a mark between',
    'nextcloud/contacts #1827',
    'a.vcf',
    'begin:vcard\nversion:3.0\nfn:Jane Doe\nend:vcard\ufeffbegin:vcard\nversion:3.0\nfn:Joe Roe\nend:vcard',
    inputs(JANE, { firstName: 'Joe', lastName: 'Roe' }),
  ],
  [
    'END and BEGIN both missing between two people',
    'nextcloud/server #18092',
    'a.vcf',
    vcard('FN:Jane Doe', 'TEL:0412345678', 'VERSION:3.0', 'FN:Joe Roe', 'TEL:0412345679'),
    ({ people, lines }) => {
      expect(people).toEqual([])
      expect(lines).toMatchObject([{ kind: 'rejected', code: 'malformed_card' }])
    },
  ],
  [
    'an agent that is never closed',
    'vCard 2.1 section 2.5.3, as old Outlook writes it',
    'a.vcf',
    vcard('N:Doe;Jane', 'AGENT:', 'BEGIN:VCARD', 'N:Agent;Secret', 'TEL:0412345670') +
      vcard('N:Roe;Joe', 'TEL:0412345679'),
    ({ people }) => {
      for (const { input } of people) expect(JSON.stringify(input)).not.toMatch(/Jane.*345679|Joe.*345670|Jane.*345670/)
      expect(people.at(-1)?.input).toMatchObject({ firstName: 'Joe', lastName: 'Roe' })
    },
  ],
  [
    'a soft break at the very end of a card',
    'owncloud-archive/contacts #861',
    'a.vcf',
    vcard('N:Doe;Jane', 'NOTE;ENCODING=QUOTED-PRINTABLE:abc=') + vcard('N:Roe;Joe'),
    inputs(JANE, { firstName: 'Joe', lastName: 'Roe' }),
  ],
  [
    'names in base64',
    'nextcloud/server #3366',
    'a.vcf',
    vcard(`N;ENCODING=BASE64;CHARSET=UTF-8:${Buffer.from('Müller;Jörg;;;').toString('base64')}`),
    inputs({ firstName: 'Jörg', lastName: 'Müller' }),
  ],
  [
    'a reading as Japanese phones write it',
    'RFC 2426 SOUND and IrMC',
    'a.vcf',
    vcard('N:山田;太郎', 'SOUND;X-IRMC-N;CHARSET=UTF-8:ﾔﾏﾀﾞ;ﾀﾛｳ;;;'),
    ({ people }) => expect(people[0]?.input.customFields?.['Phonetic name']).toMatch(/ﾔﾏﾀﾞ/),
  ],
  [
    'labels of one’s own',
    'nextcloud/contacts #42',
    'a.vcf',
    vcard(
      'N:Doe;Jane',
      'item1.URL:https://example.com/jane',
      'item1.X-ABLabel:Blog',
      'item2.TEL:0412345678',
      'item2.X-ABLabel:Boat',
    ),
    ({ people }) =>
      expect(people[0]?.input.customFields).toEqual({ Blog: 'https://example.com/jane', Boat: '0412345678' }),
  ],
  [
    'UTF-16 without a mark',
    'owncloud-archive/contacts #689',
    'a.vcf',
    Buffer.from(vcard('N:Παπαδόπουλος;Γιώργος', 'EMAIL:g@example.com'), 'utf16le'),
    inputs({ firstName: 'Γιώργος', lastName: 'Παπαδόπουλος' }),
  ],
  [
    'Mac Roman',
    'mholt/PapaParse #367',
    'a.csv',
    encoded('macintosh', 'First Name,Last Name,City\nRené,Lefèvre,Orléans\n'),
    inputs({ firstName: 'René', lastName: 'Lefèvre' }),
  ],
  [
    'GBK',
    'RainLoop/rainloop-webmail #960',
    'a.csv',
    Buffer.concat([Buffer.from('First Name,Last Name\n'), Buffer.from('d0a1c3f72ccdf50a', 'hex')]),
    inputs({ firstName: '小明', lastName: '王' }),
  ],
  [
    'lines in two encodings',
    'otherworld-dev/Budget #371',
    'a.csv',
    Buffer.concat([Buffer.from('Name,City\nZoë Ex,Köln\n'), Buffer.from('Rene Lef\xe8vre,Orl\xe9ans\n', 'latin1')]),
    (outcome) => {
      inputs({ firstName: 'Zoë' }, { lastName: 'Lefèvre' })(outcome)
      expect(outcome.lines).toMatchObject([{ row: 0, code: 'uncertain_encoding' }])
    },
  ],
  [
    'carriage returns alone, and lines of title above the header',
    'FireBird-Technologies/Auto-Analyst #125',
    'a.csv',
    'Exported, by us, on Monday\r\rFirst Name,Last Name,Email\rJane,Doe,jane@example.com\r',
    inputs({ ...JANE, workEmail: 'jane@example.com' }),
  ],
  [
    'no header at all',
    'mautic/mautic #5245',
    'a.csv',
    'Jane,Doe,jane@example.com,0412 345 678\nJoe,Roe,joe@example.com,0412 345 679\n',
    (outcome) => {
      inputs(
        { ...JANE, workEmail: 'jane@example.com', workPhone: { userInput: '0412 345 678' } },
        { firstName: 'Joe', lastName: 'Roe', workEmail: 'joe@example.com' },
      )(outcome)
      expect(outcome.lines).toMatchObject([{ row: 0, code: 'no_header' }])
    },
  ],
  [
    'two rows without a line break between',
    'mautic/mautic #610',
    'a.csv',
    'First Name,Last Name,Email\nJane,Doe,jane@example.comJoe,Roe,joe@example.com\nEve,Ex,eve@example.com\n',
    inputs({ firstName: 'Eve', lastName: 'Ex' }),
  ],
  [
    'Outlook in French',
    'roundcube/roundcubemail #7041',
    'a.csv',
    'Titre,Prénom,Deuxième prénom,Nom,Société,Rue (bureau),Ville (bureau),Code postal (bureau),Téléphone (bureau),Téléphone (domicile),Tél. mobile,Adresse de messagerie,Catégories\n' +
      'Mme,Jeanne,Anne,Exemple,Exemple SA,1 rue Haute,Lyon,69001,+33 4 72 00 00 00,+33 4 72 00 00 01,+33 6 12 34 56 78,j@example.com,VIP\n',
    inputs({
      salutation: 'Mme',
      firstName: 'Jeanne',
      middleName: 'Anne',
      lastName: 'Exemple',
      externalOrganization: { name: 'Exemple SA' },
      address: { address1: '1 rue Haute', city: 'Lyon', postalCode: '69001' },
      workPhone: { userInput: '+33 4 72 00 00 00' },
      homePhone: { userInput: '+33 4 72 00 00 01' },
      workEmail: 'j@example.com',
      tags: ['VIP'],
    }),
  ],
  [
    'Outlook in Italian',
    'roundcube it_IT csv2vcard.inc',
    'a.csv',
    'Nome,Secondo nome,Cognome,Società,Via (uff.),Città (uff.),CAP (uff.),Ufficio,Abitazione,Cellulare,Indirizzo posta elettronica\n' +
      'Anna,Maria,Esempio,Esempio SpA,Via Alta 1,Roma,00100,+39 06 6982 1234,+39 06 6982 1235,+39 312 345 6789,a@example.com\n',
    inputs({
      firstName: 'Anna',
      middleName: 'Maria',
      lastName: 'Esempio',
      address: { address1: 'Via Alta 1', city: 'Roma', postalCode: '00100' },
      workPhone: { userInput: '+39 06 6982 1234' },
      homePhone: { userInput: '+39 06 6982 1235' },
      cellPhone: { userInput: '+39 312 345 6789' },
    }),
  ],
  [
    'Outlook in Dutch',
    'tine20/tine20 #5139',
    'a.csv',
    'Voornaam,Middelste naam,Achternaam,Bedrijf,"Werkadres, straat","Werkadres, plaats","Werkadres, postcode",Telefoon op werk,Telefoon thuis,Mobiele telefoon,E-mailadres\n' +
      'Anna,M,Voorbeeld,Voorbeeld BV,Hoogstraat 1,Utrecht,3511,+31 30 231 2345,+31 30 231 2346,+31 6 12345678,a@example.com\n',
    inputs({
      firstName: 'Anna',
      lastName: 'Voorbeeld',
      address: { address1: 'Hoogstraat 1', city: 'Utrecht', postalCode: '3511' },
      homePhone: { userInput: '+31 30 231 2346' },
      cellPhone: { userInput: '+31 6 12345678' },
      workEmail: 'a@example.com',
    }),
  ],
  [
    'Outlook in Portuguese',
    'margince/margince #2513',
    'a.csv',
    'Nome,Segundo nome,Sobrenome,Empresa,Rua do endereço comercial,Cidade do endereço comercial,CEP do endereço comercial,Telefone comercial,Telefone residencial,Telefone celular,Endereço de email,Anotações\n' +
      'Ana,M,Exemplo,Exemplo SA,Rua Alta 1,São Paulo,01000-000,+55 11 3123-4567,+55 11 3123-4568,+55 11 96123-4567,a@example.com,x\n',
    inputs({
      firstName: 'Ana',
      lastName: 'Exemplo',
      address: { address1: 'Rua Alta 1', city: 'São Paulo', postalCode: '01000-000' },
      workPhone: { userInput: '+55 11 3123-4567' },
      homePhone: { userInput: '+55 11 3123-4568' },
      workEmail: 'a@example.com',
    }),
  ],
  [
    'Thunderbird',
    'owncloud-archive/contacts #803',
    'a.csv',
    'First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Work Phone,Home Address,Home City,Home ZipCode,Work Address,Work City,Custom 1\n' +
      'Jane,Doe,Jane Doe,JD,j1@example.com,j2@example.com,0412345678,1 Home St,Leeds,LS1,2 Work St,London,c\n',
    (outcome) => {
      expect(outcome.format).toBe('thunderbird')
      inputs({
        ...JANE,
        workEmail: 'j1@example.com',
        personalEmail: 'j2@example.com',
        address: { address1: '2 Work St', city: 'London' },
        customFields: { Nickname: 'JD', 'Second address': '1 Home St, Leeds, LS1', 'Custom 1': 'c' },
      })(outcome)
    },
  ],
  [
    'an id that stands for everybody',
    'lucc/khard #289',
    'a.csv',
    'Customer number,Name,Email\n0,Jane Doe,jane@example.com\n0,Joe Roe,joe@example.com\n',
    ({ people, lines }) => {
      expect(people.map(({ input }) => input.externalIds)).toEqual([undefined, undefined])
      expect(people.map(({ input }) => input.customFields)).toEqual([
        { 'Customer number': '0' },
        { 'Customer number': '0' },
      ])
      expect(lines.map(({ code }) => code)).toEqual(['shared_record_id', 'shared_record_id'])
    },
  ],
]

test('there are at least 25 of them', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(25)
})

test.each(CASES)('%s (%s)', async (_what, _from, name, content, check) => {
  const memory = new MemoryPeople()
  const desk = openDesk(memory)
  const file = await desk.jobs.open(desk.write(name, content))
  expect((await desk.go(file, 'run')).phase).toBe('done')
  check({ people: memory.people, lines: await desk.lines(file), format: file.format })
})
