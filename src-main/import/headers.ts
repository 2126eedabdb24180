// What a header most likely means, whatever program wrote it: English, German, French and Spanish names.
// Invariant: a guess is only a proposal; a header not in the list is guessed as nothing, never as something near.

/** Spelling does not matter: case, accents, punctuation and `camelCase` are levelled. */
export function levelHeader(header: string): string {
  return header
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

const SYNONYMS: Record<string, string> = {
  fullName:
    'name|full name|display name|contact name|contact|person|customer|customer name|vollstandiger name|kunde|ansprechpartner|nom complet|nombre completo',
  salutation: 'salutation|name prefix|prefix|honorific|anrede|civilite|tratamiento',
  firstName: 'first name|firstname|given name|forename|vorname|rufname|prenom|nombre|nombre de pila',
  middleName: 'middle name|middlename|additional name|second name|zweiter vorname|deuxieme prenom|segundo nombre',
  lastName: 'last name|lastname|family name|surname|nachname|familienname|zuname|nom|nom de famille|apellido|apellidos',
  title: 'title|job title|position|job|role|function|berufsbezeichnung|funktion|poste|fonction|cargo|puesto',
  'externalOrganization.name':
    'company|company name|organization|organisation|organization name|organisation name|account|account name|employer|firma|unternehmen|firmenname|societe|entreprise|empresa|compania',
  workPhone:
    'work phone|business phone|office phone|work telephone|phone work|company phone|direct phone|telefon geschaftlich|telefon arbeit|diensttelefon|buro|telephone professionnel|tel bureau|telefono del trabajo|telefono trabajo',
  cellPhone:
    'mobile|mobile phone|mobile number|mobile phone number|cell|cell phone|cellphone|cellular|handy|handynummer|mobil|mobiltelefon|mobilnummer|portable|telephone portable|mobile perso|movil|celular|telefono movil',
  homePhone:
    'home phone|home telephone|phone home|private phone|telefon privat|festnetz|telephone domicile|telephone fixe|telefono de casa|telefono particular',
  otherPhone: 'other phone|fax|fax number|business fax|home fax|telefax|pager',
  phone:
    'phone|phone number|telephone|telephone number|tel|tel no|phone no|phone 1|phone 2|phone 3|phone 4|primary phone|telefon|telefonnummer|rufnummer|telefono|numero de telephone|numero de telefono|contact number',
  workEmail: 'work email|work e mail|business email|business e mail|email work|mail professionnel|correo del trabajo',
  personalEmail:
    'personal email|personal e mail|private email|private e mail|home email|home e mail|email personal|mail personnel|correo personal',
  otherEmail: 'other email|other e mail',
  email:
    'email|e mail|mail|email address|e mail address|mail address|email 1|email 2|email 3|e mail 1|e mail 2|e mail 3|primary email|secondary email|e mail adresse|mailadresse|emailadresse|adresse mail|adresse e mail|adresse electronique|courriel|correo|correo electronico|e mail 2 address|e mail 3 address',
  'address.address1':
    'street|street address|address|address 1|address1|address line 1|street 1|strasse|strasse und hausnummer|anschrift|adresse|rue|voie|calle|direccion|domicilio',
  'address.address2': 'address 2|address2|address line 2|street 2|adresszusatz|complement d adresse|po box|postfach',
  'address.city': 'city|town|suburb|locality|ort|stadt|wohnort|ville|localite|ciudad|localidad|poblacion',
  'address.state': 'state|region|province|state province|county|bundesland|kanton|departement|provincia|estado',
  'address.postalCode':
    'postal code|postcode|post code|zip|zip code|zip postal code|plz|postleitzahl|code postal|cp|codigo postal',
  'address.countryCode': 'country|country region|country code|land|pays|pais',
  note: 'note|notes|remark|remarks|comment|comments|description|notiz|notizen|bemerkung|bemerkungen|commentaire|commentaires|remarques|nota|notas|comentarios|observaciones',
  twitterId: 'twitter|twitter handle|twitter username|x handle|twitter id',
  facebookId: 'facebook id|facebook scoped id',
  instagramId: 'instagram|instagram handle|instagram username|instagram id',
  lineId: 'line id|line user id',
  whatsAppId:
    'whatsapp|whats app|whatsapp number|whats app number|whats app phone|whats app phone number|whatsapp phone|whatsapp phone number',
  whatsappBsuid: 'whatsapp bsuid|whats app bsuid',
  appleOpaqueId: 'apple opaque id|apple messages id',
  surveyOptOut: 'survey opt out|no surveys',
  recordId:
    'external id|record id|contact id|customer id|customer number|customer no|person id|kundennummer|kunden nr|numero client|numero de cliente|uid',
  custom:
    'birthday|birth date|date of birth|geburtstag|geburtsdatum|date de naissance|fecha de nacimiento|nickname|spitzname|name suffix|suffix|department|abteilung|website|web page|url|linkedin|language|gender',
}

const BY_HEADER = new Map(
  Object.entries(SYNONYMS).flatMap(([target, names]) =>
    names.split('|').map((name): [string, string] => [name, target]),
  ),
)

/** The target a header asks for by its name, or undefined. */
export const guessTarget = (header: string): string | undefined => BY_HEADER.get(levelHeader(header))
