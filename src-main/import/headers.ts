// What a header most likely means, whatever program wrote it: English, German, French, Spanish, Italian, Portuguese and
// Dutch names.
// Invariant: a guess is only a proposal; a header not in the list is guessed as nothing, never as something near.

import { composedTarget } from './header-parts'

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
    'name|full name|display name|contact name|contact|person|customer|customer name|vollstandiger name|kunde|ansprechpartner|nom complet|nom d affichage|nombre completo|nombre y apellidos|nome completo|nominativo|volledige naam|naam|nome e cognome|nome e sobrenome|screen name|file as|姓名|名前|氏名|이름|фио',
  salutation:
    'salutation|name prefix|prefix|honorific|anrede|civilite|tratamiento|titre|titulo|titolo|titel|trattamento|aanhef|tratamento',
  firstName:
    'first name|firstname|given name|forename|vorname|rufname|prenom|nombre|nombre de pila|nome|nome proprio|primeiro nome|voornaam|roepnaam|imie|jmeno|имя|名|fornavn|fornamn|etunimi',
  middleName:
    'middle name|middlename|additional name|second name|zweiter vorname|weitere vornamen|deuxieme prenom|autres prenoms|segundo nombre|secondo nome|segundo nome|middelste naam|tussenvoegsel|tweede voornaam',
  lastName:
    'last name|lastname|family name|surname|nachname|familienname|zuname|nom|nom de famille|apellido|apellidos|cognome|sobrenome|apelido|achternaam|familienaam|nazwisko|prijmeni|фамилия|姓|etternavn|efternavn|efternamn|sukunimi',
  title:
    'title|job title|position|job|role|function|berufsbezeichnung|funktion|poste|fonction|cargo|puesto|posizione|qualifica|mansione|functie|jobtitel|funcao|profession|beruf|professione|profissao|beroep|designation|professional title',
  'externalOrganization.name':
    'company|company name|organization|organisation|organization name|organisation name|account|account name|employer|firma|unternehmen|firmenname|societe|entreprise|empresa|compania|organizacion|organizacao|organizzazione|societa|azienda|ditta|bedrijf|organisatie|bedrijfsnaam|firm|组织|会社',
  workPhone:
    'work phone|business phone|office phone|work telephone|phone work|company phone|direct phone|telefon geschaftlich|telefon arbeit|diensttelefon|buro|telephone professionnel|tel bureau|telefono del trabajo|telefono trabajo|ufficio|ufficio 2|telefono ufficio|assistant s phone|company main phone',
  cellPhone:
    'mobile|mobile phone|mobile number|mobile phone number|cell|cell phone|cellphone|cellular|handy|handynummer|mobil|mobiltelefon|mobilnummer|portable|telephone portable|mobile perso|movil|celular|telefono movil|cellulare|telemovel|mobiel|telefone celular|telefon komorkowy|komorka|telefon mobilny|mobilni telefon|matkapuhelin|cep telefonu|мобильный|мобильный телефон|手机|携帯電話|휴대폰|car phone|autotelefon|telephone voiture|mobiltelefon 2|mobile 2|whats mobile',
  homePhone:
    'home phone|home telephone|phone home|private phone|telefon privat|festnetz|telephone domicile|telephone fixe|telefono de casa|telefono particular|particular|particular 2|abitazione|abitazione 2|vaste telefoon|telefono fisso',
  otherPhone:
    'other phone|fax|fax number|business fax|home fax|other fax|telefax|pager|pager number|weiteres telefon|weiteres fax|recepteur de radiomessagerie',
  phone:
    'phone|phone number|telephone|telephone number|tel|tel no|phone no|phone 1|phone 2|phone 3|phone 4|primary phone|telefon|telefonnummer|rufnummer|telefono|numero de telephone|numero de telefono|numero di telefono|telefone|telefoon|telefoonnummer|numero de telefone|contact number|phone 5|phone1|phone2|phone3|whats phone|电话|電話番号|전화|телефон|telefonnr|msisdn|telefon 2|telefon 3|rufnummer 2',
  workEmail: 'work email|work e mail|business email|business e mail|email work|mail professionnel|correo del trabajo',
  personalEmail:
    'personal email|personal e mail|private email|private e mail|home email|home e mail|email personal|mail personnel|correo personal',
  otherEmail: 'other email|other e mail',
  email:
    'email|e mail|mail|email address|e mail address|mail address|email 1|email 2|email 3|e mail 1|e mail 2|e mail 3|primary email|secondary email|e mail adresse|mailadresse|emailadresse|adresse mail|adresse e mail|adresse electronique|courriel|correo|correo electronico|e mail 2 address|e mail 3 address|e mail 2 adresse|e mail 3 adresse|adresse de messagerie|adresse de messagerie 2|adresse de messagerie 3|adresse e mail 2|adresse e mail 3|direccion de correo electronico|direccion de correo electronico 2|direccion de correo electronico 3|direccion del correo electronico 2|direccion del correo electronico 3|indirizzo posta elettronica|indirizzo posta elettronica 2|indirizzo posta elettronica 3|indirizzo di posta elettronica|indirizzo e mail|posta elettronica|endereco de email|endereco de email 2|endereco de email 3|endereco de e mail|endereco de correio electronico|e mailadres|e mailadres 2|e mailadres 3|emailadres|email id|mail 2|邮箱|电子邮件|メール|メールアドレス|이메일|почта|e post|epost|sahkoposti|alternate email|e mail 4|email 4',
  'address.address1':
    'street|street address|address|address 1|address1|address line 1|street 1|strasse|strasse und hausnummer|anschrift|adresse|rue|voie|calle|direccion|domicilio|via|indirizzo|rua|endereco|morada|straat|adres|straatnaam|地址|住所|adresse 1',
  'address.address2':
    'address 2|address2|address line 2|street 2|adresszusatz|complement d adresse|po box|postfach|address line 3|street 3|apt|suite|unit|complemento',
  'address.city':
    'city|town|suburb|locality|ort|stadt|wohnort|ville|localite|ciudad|localidad|poblacion|citta|comune|cidade|localidade|plaats|woonplaats|miasto|mesto|город|城市|市区町村|by|poststed',
  'address.state':
    'state|region|province|state province|county|bundesland|kanton|departement|provincia|estado|provincie|distrito|regione|state region|州|都道府県',
  'address.postalCode':
    'postal code|postcode|post code|zip|zip code|zip postal code|plz|postleitzahl|code postal|cp|codigo postal|cap|cep|postnummer|postnr|kod pocztowy|psc|邮编|郵便番号',
  'address.countryCode':
    'country|country region|country code|land|land region|pays|pays region|pais|pais region|paese|nazione|kraj|zeme|страна|国家|国',
  note: 'note|notes|remark|remarks|comment|comments|description|notiz|notizen|bemerkung|bemerkungen|commentaire|commentaires|remarques|nota|notas|comentarios|observaciones|annotazioni|anotacoes|observacoes|notities|opmerkingen|osservazioni|备注|備考|メモ',
  externalSystemUrl: 'link in another system|link to the other system',
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
    'external id|record id|contact id|customer id|customer number|customer no|person id|kundennummer|kunden nr|numero client|numero de cliente|uid|klantnummer|numero cliente|codice cliente|codigo do cliente|kundenummer|kundnummer',
  tags: 'tags|tag|labels|label|categories|category|group membership|groups|group|kategorien|kategorie|gruppen|gruppe|stichworter|categories etiquettes|etiquettes|libelles|categorie|categorias|categoria|etiquetas|etiqueta|gruppi|grupos|categorieen|groepen|etichette|marcadores|keywords|contact tags|lists|segment|segments|标签|タグ|ラベル',
}

const BY_HEADER = new Map(
  Object.entries(SYNONYMS).flatMap(([target, names]) =>
    names.split('|').map((name): [string, string] => [levelHeader(name), target]),
  ),
)

/** The target a header asks for by its name, or undefined. */
export function guessTarget(header: string): string | undefined {
  const levelled = levelHeader(header)
  return BY_HEADER.get(levelled) ?? composedTarget(levelled)
}
