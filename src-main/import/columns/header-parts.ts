// Headers that are put together of parts, in the languages Outlook and others export in: “Straße geschäftlich 2”,
// “Téléphone (domicile)”, “Werkadres, postcode”, “Work ZipCode”.
// Invariant: a header is read only if every one of its words is known; anything else is no guess.

type Thing =
  | 'phone'
  | 'mobile'
  | 'fax'
  | 'pager'
  | 'email'
  | 'street'
  | 'city'
  | 'state'
  | 'zip'
  | 'country'
  | 'box'
  | 'web'
type Place = 'work' | 'home' | 'other'

const words = (text: string) => text.split(/[\s|]+/)

/** Words by what they stand for, levelled as headers are. */
const THINGS: Readonly<Record<Thing, string[]>> = {
  phone: words(
    'phone telephone tel telefon telefono telefone telefoon hoofdtelefoon haupttelefon rufnummer numero_de_telephone',
  ),
  mobile: words(
    'mobile cell cellphone mobiltelefon handy mobil portable movil celular cellulare telemovel mobiele mobiel gsm',
  ),
  fax: words('fax telefax telecopie telecopieur faxnummer'),
  pager: words('pager cercapersone localizador semafoon'),
  email: words(
    'email mail e_mail courriel messagerie correo correio e_mailadres emailadres e_mailadresse posta_elettronica correo_electronico correio_electronico electronico elettronica electronica',
  ),
  street: words('street strasse rue calle via rua straat address1'),
  city: words('city town ort ville ciudad citta cidade localidade plaats woonplaats stadt comune localidad'),
  state: words('state province region bundesland kanton dep departement provincia estado provincie distrito stato'),
  zip: words('zip zipcode postcode plz postleitzahl cep cap code_postal codigo_postal postal_code zip_code'),
  country: words('country land pays pais paese staat country_region land_regio'),
  box: words('po_box postfach boite_postale apartado casella_postale caixa_postal postbus'),
  web: words('web_page webseite page_web pagina_web webpagina website pagina_da_web homepage sito_web'),
}
const PLACES: Readonly<Record<Place, string[]>> = {
  work: words(
    'mailing business work office company geschaftlich dienstlich arbeit firma bureau travail professionnel professionnelle trabajo uff ufficio comercial emprego trabalho werk werkadres zakelijk lavoro oficina societe bedrijf',
  ),
  home: words(
    'home private privat personal domicile perso personnel personnelle casa particular domicilio residencia ab abitazione residencial thuis huis huisadres prive',
  ),
  other: words('other weitere weiterer weiteres weiteren autre otro otra altro altra outro outra andere ander'),
}
/** Joining words, and words that say no more than the thing itself. */
const FILLERS = new Set(
  words(
    'de del de la le l du des do da dos di della dell van op voor the of au en adresse adres address direccion endereco indirizzo numero number nr no value wert principal principale primary main regio area geografica',
  ),
)

const THING_OF = new Map(
  Object.entries(THINGS).flatMap(([thing, all]) => all.map((word) => [word.replaceAll('_', ' '), thing as Thing])),
)
const PLACE_OF = new Map(
  Object.entries(PLACES).flatMap(([place, all]) => all.map((word) => [word.replaceAll('_', ' '), place as Place])),
)
const LONGEST_WORD = 3

const ADDRESS_PART: Partial<Record<Thing, string>> = {
  street: 'address1',
  city: 'city',
  state: 'state',
  zip: 'postalCode',
  country: 'countryCode',
  box: 'address2',
}
const PHONE: Readonly<Record<Place, string>> = { work: 'workPhone', home: 'homePhone', other: 'otherPhone' }
const EMAIL: Readonly<Record<Place, string>> = { work: 'workEmail', home: 'personalEmail', other: 'otherEmail' }

interface Parts {
  things: Set<Thing>
  place?: Place
  number: number
  address: boolean
}

function partsOf(levelled: string): Parts | undefined {
  const tokens = levelled.split(' ')
  const parts: Parts = { things: new Set(), number: 1, address: false }
  for (let at = 0; at < tokens.length; ) {
    const found = Array.from({ length: Math.min(LONGEST_WORD, tokens.length - at) }, (_, n) => n + 1)
      .reverse()
      .map((length) => ({ length, word: tokens.slice(at, at + length).join(' ') }))
      .find(({ word }) => THING_OF.has(word) || PLACE_OF.has(word) || FILLERS.has(word) || /^[1-9]$/.test(word))
    if (!found) return undefined
    const { length, word } = found
    const thing = THING_OF.get(word)
    const place = PLACE_OF.get(word)
    if (thing) parts.things.add(thing)
    else if (place) {
      if (parts.place !== undefined && parts.place !== place) return undefined
      parts.place = place
    } else if (/^[1-9]$/.test(word)) parts.number = Number(word)
    if (/^(address|adresse|adres|direccion|endereco|indirizzo|werkadres|huisadres)$/.test(word)) parts.address = true
    at += length
  }
  return parts
}

/** The target of a levelled header that is put together of known words, or undefined. */
export function composedTarget(levelled: string): string | undefined {
  const parts = partsOf(levelled)
  if (!parts) return undefined
  const { things, place, number, address } = parts
  const has = (thing: Thing) => things.has(thing)
  if (has('web')) return 'custom'
  if (has('fax') || has('pager')) return 'otherPhone'
  if (has('mobile')) return 'cellPhone'
  if (has('email')) return place ? EMAIL[place] : 'email'
  const located = [...things].find((thing) => ADDRESS_PART[thing] !== undefined)
  if (located && things.size <= 2 && !has('phone')) {
    const named = located === 'state' && has('country') ? 'country' : located
    const part = named === 'street' && number > 1 ? 'address2' : ADDRESS_PART[named]
    if (part === undefined || (part === 'countryCode' && number > 1)) return undefined
    return `${place === 'home' ? 'secondAddress' : place === 'other' ? 'otherAddress' : 'address'}.${part}`
  }
  if (has('phone') && things.size === 1) return place ? PHONE[place] : 'phone'
  if (things.size === 0 && address && place)
    return `${place === 'home' ? 'secondAddress' : place === 'other' ? 'otherAddress' : 'address'}.${number > 1 ? 'address2' : 'address1'}`
  return undefined
}
