// What a header most likely means, whatever program wrote it: names in English, German, French, Spanish, Italian,
// Portuguese and Dutch, and the commonest in some twenty other languages.
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
    'name|full name|display name|contact name|contact|person|customer|customer name|vollstandiger name|kunde|ansprechpartner|nom complet|nom d affichage|nombre completo|nombre y apellidos|nome completo|nominativo|volledige naam|naam|nome e cognome|nome e sobrenome|screen name|file as|姓名|名前|氏名|이름|фио|vor und nachname|vorname nachname|name vorname|nachname vorname|nom et prenom|nom prenom|prenom nom|nombre y apellido|nombre apellidos|apellidos y nombre|apellidos nombre|cognome e nome|cognome nome|nome cognome|imie i nazwisko|jmeno a prijmeni|ad soyad|adi soyadi|ime i prezime|namn|navn|nimi|nev|الاسم|الاسم الكامل|שם|שם מלא|성명|고객명|客户姓名|客户|联系人|お名前|фамилия имя|фамилия имя отчество|ф и о|клиент|contact full name|client|client name|person name|lead name|member name|patient name|guest name|recipient|saved name|public name|push name|pushname|profile name|name 1|name1',
  salutation:
    'salutation|name prefix|prefix|honorific|anrede|civilite|tratamiento|titre|titulo|titolo|titel|trattamento|aanhef|tratamento|mr mrs|title prefix|courtesy title|titulatur|briefanrede|anredetitel|titre de civilite|hitap|обращение|敬称',
  firstName:
    'first name|firstname|given name|forename|vorname|rufname|prenom|nombre|nombre de pila|nome|nome proprio|primeiro nome|voornaam|roepnaam|imie|jmeno|имя|名|fornavn|fornamn|etunimi|fname|f name|first|contact first name|preferred first name|prenoms|keresztnev|utonev|ad|adi|ime|الاسم الأول|שם פרטי|etunimet|nomes|prenume|first name s|given names|forenames|legal first name',
  middleName:
    'middle name|middlename|additional name|second name|zweiter vorname|weitere vornamen|deuxieme prenom|autres prenoms|segundo nombre|secondo nome|segundo nome|middelste naam|tussenvoegsel|tweede voornaam|mname|m name|middle|middle initial|отчество|patronymic|drugie imie',
  lastName:
    'last name|lastname|family name|surname|nachname|familienname|zuname|nom|nom de famille|apellido|apellidos|cognome|sobrenome|apelido|achternaam|familienaam|nazwisko|prijmeni|фамилия|姓|etternavn|efternavn|efternamn|sukunimi|lname|l name|last|contact last name|surname family name|noms|vezeteknev|csaladnev|soyad|soyadi|prezime|sobrenomes|apellido paterno|primer apellido|اسم العائلة|שם משפחה|family names|성|legal last name',
  title:
    'title|job title|position|job|role|function|berufsbezeichnung|funktion|poste|fonction|cargo|puesto|posizione|qualifica|mansione|functie|jobtitel|funcao|profession|beruf|professione|profissao|beroep|designation|professional title|jobtitle|occupation|stelle|berufsbezeichnung position|intitule du poste|profesion|ocupacion|stanowisko|titulo profesional|役職|职位|должность|직책',
  'externalOrganization.name':
    'company|company name|organization|organisation|organization name|organisation name|account|account name|employer|firma|unternehmen|firmenname|societe|entreprise|empresa|compania|organizacion|organizacao|organizzazione|societa|azienda|ditta|bedrijf|organisatie|bedrijfsnaam|firm|组织|会社|firma organisation|organisation firma|company organization|organization company|raison sociale|razon social|ragione sociale|nom de la societe|nombre de la empresa|nome da empresa|business name|business|institution|facility|empresa organizacion|denominazione|sirket|cég|ceg|företag|foretag|bedrift|virksomhed|yritys|компания|организация|公司|单位|会社名|회사|회사명|شركة|חברה|nazwa firmy|spolecnost|org name|workplace',
  workPhone:
    'work phone|workphone|business phone|office phone|work telephone|phone work|company phone|direct phone|telefon geschaftlich|telefon arbeit|diensttelefon|buro|telephone professionnel|tel bureau|telefono del trabajo|telefono trabajo|ufficio|ufficio 2|telefono ufficio|assistant s phone|company main phone|tel buro|portable pro|tel pro|telephone pro|telephone bureau|office number|office no|day phone|daytime phone|work number|work tel|work telephone number|business number|direct line|direct dial|telefon dienst|tel dienst|tel geschaftlich|tel g|tel firma|telefono oficina|tel trabajo|tel ufficio|会社電話|勤務先電話|рабочий телефон|sluzbovy telefon|telefon sluzbowy',
  cellPhone:
    'mobile|mobile phone|mobile number|mobile phone number|cell|cell phone|cellphone|cellular|handy|handynummer|mobil|mobiltelefon|mobilnummer|portable|telephone portable|mobile perso|movil|celular|telefono movil|cellulare|telemovel|mobiel|telefone celular|telefon komorkowy|komorka|telefon mobilny|mobilni telefon|matkapuhelin|cep telefonu|мобильный|мобильный телефон|手机|携帯電話|휴대폰|car phone|autotelefon|telephone voiture|mobiltelefon 2|mobile 2|whats mobile|mob no|mob|mob number|mob phone|mobile no 1|mobilephone|mobilfunk|mobilfunknummer|mobil nr|mobile tel|tel mobile|tel portable|no portable|numero de portable|mobiel nummer|mobiele telefoon|gsm nummer|gsm nr|movil 1|telefono celular|numero de celular|num movil|cellulare 1|numero cellulare|num cellulare|telemovel 1|cel|tel cel|cep tel|cep no|gsm no|mobiltelefonszam|mobilszam|mobiltlf|tel kom|kom|nr telefonu komorkowego|моб телефон|моб|сотовый|сотовый телефон|手机号|手机号码|移动电话|携帯|携帯番号|携帯電話番号|휴대전화|휴대폰 번호|휴대폰번호|핸드폰|mobile phone no|cell no|cell number|cellphone number|mobile contact|alternate mobile|alternate mobile no|mobile number 1|mobile number 2|mobile 1|جوال|موبايل|الجوال|נייד|טלפון נייד|sms number|sms phone|text number',
  homePhone:
    'home phone|homephone|home telephone|phone home|private phone|telefon privat|festnetz|telephone domicile|telephone fixe|telefono de casa|telefono particular|particular|particular 2|abitazione|abitazione 2|vaste telefoon|telefono fisso|landline|landline no|landline number|home number|home tel|house phone|evening phone|tel privat|tel p|tel home|festnetznummer|telefon festnetz|fixe|tel fixe|tel domicile|fijo|telefono fijo|telefono casa|casa|fisso|telefono fisso casa|telefone fixo|telefone residencial|thuis|телефон домашний|домашний телефон|domaci telefon|telefon domowy|自宅電話|自宅電話番号|固定电话|座机|유선전화|집전화',
  otherPhone:
    'other phone|fax|fax number|business fax|home fax|other fax|telefax|pager|pager number|weiteres telefon|weiteres fax|recepteur de radiomessagerie|alt phone|alternate phone|alternative phone|alternate phone number|alternate number|second phone|secondary phone|fax no|faxnummer|fax nr',
  phone:
    'phone|phone number|telephone|telephone number|tel|tel no|phone no|phone 1|phone 2|phone 3|phone 4|primary phone|telefon|telefonnummer|rufnummer|telefono|numero de telephone|numero de telefono|numero di telefono|telefone|telefoon|telefoonnummer|numero de telefone|contact number|contact no|contact nos|phone 5|phone1|phone2|phone3|whats phone|电话|電話番号|전화|телефон|telefonnr|msisdn|telefon 2|telefon 3|rufnummer 2|ph|ph no|ph number|ph nos|phone nos|phone num|phone nr|phonenumber|phone number 1|phone number 2|phone number1|phone number2|telephone 1|telephone 2|telephone no|tel 1|tel 2|tel 3|tel nr|tlf|tlf nr|tfno|tfno 1|telf|fono|telefono 1|telefono 2|nr tel|nr telefonu|numer telefonu|telefoni|puhelin|puhelinnumero|telefonszam|telefon no|telefon numarasi|telefonni cislo|номер телефона|тел|电话号码|联系电话|联系方式|電話|電話 番号|연락처|전화번호|الهاتف|رقم الهاتف|هاتف|טלפון|מספר טלפון|contact phone|contact tel|contact telephone|contact phone number|customer phone|client phone|call number|caller number|main phone|main number|so dien thoai|dien thoai|โทรศัพท์|เบอร์โทร|फोन|मोबाइल नंबर|phone contact|e164|phone e164',
  workEmail:
    'work email|work e mail|business email|business e mail|email work|mail professionnel|correo del trabajo|e mail pro|email pro|mail pro|office email|company email|e mail geschaftlich|mail geschaftlich|email bureau|correo profesional|email aziendale|email lavoro',
  personalEmail:
    'personal email|personal e mail|private email|private e mail|home email|home e mail|email personal|mail personnel|correo personal|e mail privat|mail privat|email privat|email perso|e mail perso|mail perso|email personnel|email privata',
  otherEmail:
    'other email|other e mail|alternate email address|alternative email|secondary email address|alt email|second email|additional email',
  email:
    'email|e mail|mail|email address|e mail address|mail address|email 1|email 2|email 3|e mail 1|e mail 2|e mail 3|primary email|secondary email|e mail adresse|mailadresse|emailadresse|adresse mail|adresse e mail|adresse electronique|courriel|correo|correo electronico|e mail 2 address|e mail 3 address|e mail 2 adresse|e mail 3 adresse|adresse de messagerie|adresse de messagerie 2|adresse de messagerie 3|adresse e mail 2|adresse e mail 3|direccion de correo electronico|direccion de correo electronico 2|direccion de correo electronico 3|direccion del correo electronico 2|direccion del correo electronico 3|indirizzo posta elettronica|indirizzo posta elettronica 2|indirizzo posta elettronica 3|indirizzo di posta elettronica|indirizzo e mail|posta elettronica|endereco de email|endereco de email 2|endereco de email 3|endereco de e mail|endereco de correio electronico|e mailadres|e mailadres 2|e mailadres 3|emailadres|email id|e mail id|mail id|mail ids|email ids|mail 2|邮箱|电子邮件|メール|メールアドレス|이메일|почта|e post|epost|sahkoposti|alternate email|e mail 4|email 4|correo e|mail adresse|mail address 1|email addresses|emails|mails|e mails|emailaddress|email addr|user email|contact email|customer email|client email|login email|e posta|eposta|e posta adresi|e mail cim|email cim|e postadress|e post adress|e postadresse|epostadress|sahkopostiosoite|adres e mail|adres email|emailova adresa|e mailova adresa|эл почта|электронная почта|e mail адрес|адрес электронной почты|имейл|电邮|邮件|邮箱地址|电子邮箱|eメール|e メール|メルアド|이메일 주소|이메일주소|메일|البريد الإلكتروني|بريد|אימייל|דואל|дуал|correo 1|correo 2|direccion de email|direccion email|endereco email|posta elettronica 1|thu dien tu|อีเมล',
  'address.address1':
    'street|street address|address|address 1|address1|address line 1|street 1|strasse|strasse und hausnummer|anschrift|adresse|rue|voie|calle|direccion|domicilio|via|indirizzo|rua|endereco|morada|straat|adres|straatnaam|地址|住所|adresse 1|strasse nr|strasse hausnr|str|calle y numero|domicilio calle|via e numero|logradouro|endereco rua|mailing address|home address line 1|ulica|ulice|gatuadress|gateadresse|katuosoite|utca|cadde|адрес|улица|详细地址|家庭住址|番地|주소|العنوان|כתובת|dia chi|residential address|postal address|billing street|billing address',
  'address.address2':
    'address 2|address2|address line 2|street 2|adresszusatz|complement d adresse|po box|postfach|address line 3|street 3|apt|suite|unit|complemento|hausnummer zusatz|complemento endereco|apartment|bairro|colonia|barrio',
  'address.city':
    'city|town|suburb|locality|ort|stadt|wohnort|ville|localite|ciudad|localidad|poblacion|citta|comune|cidade|localidade|plaats|woonplaats|miasto|mesto|город|城市|市区町村|by|poststed|plaatsnaam|poblado|ciudad poblacion|miejscowosc|obec|varos|sehir|postort|kaupunki|kommun|населенный пункт|市|都市|도시|المدينة|עיר|thanh pho|municipality|billing city|town city|city town|suburb city|ciudad localidad',
  'address.state':
    'state|region|province|state province|county|bundesland|kanton|departement|provincia|estado|provincie|distrito|regione|state region|州|都道府県|stato|województwo|wojewodztwo|kraj region|область|регион|省|省份|시도|billing state|state territory|county state',
  'address.postalCode':
    'postal code|postcode|post code|zip|zip code|zip postal code|plz|postleitzahl|code postal|cp|codigo postal|cap|cep|postnummer|postnr|kod pocztowy|psc|邮编|郵便番号|pin|pin code|pincode|eircode|postal|postal zip code|postnr ort|irsz|iranyitoszam|posta kodu|postinumero|индекс|почтовый индекс|邮政编码|우편번호|الرمز البريدي|מיקוד|billing zip|billing postal code|npa',
  'address.countryCode':
    'country|country region|country code|land|land region|pays|pays region|pais|pais region|paese|nazione|kraj|zeme|страна|国家|国|nazione paese|ulke|orszag|maa|landkode|国家 地区|국가|البلد|ארץ|billing country|nation',
  note: 'note|notes|remark|remarks|comment|comments|description|notiz|notizen|bemerkung|bemerkungen|commentaire|commentaires|remarques|nota|notas|comentarios|observaciones|annotazioni|anotacoes|observacoes|notities|opmerkingen|osservazioni|备注|備考|メモ|bem|bemerk|anmerkung|anmerkungen|hinweis|hinweise|infos|info|remarque|observacion|note interne|interne notiz|anteckningar|uwagi|poznamka|poznamky|megjegyzes|notlar|aciklama|huomautuksia|заметки|примечание|примечания|комментарий|메모|비고|ملاحظات|הערות|ghi chu|further information|additional info|additional information|memo',
  externalSystemUrl: 'link in another system|link to the other system',
  twitterId: 'twitter|twitter handle|twitter username|x handle|twitter id|twitter x|x twitter|x username',
  facebookId: 'facebook id|facebook scoped id',
  instagramId: 'instagram|instagram handle|instagram username|instagram id',
  lineId: 'line id|line user id',
  whatsAppId:
    'whatsapp|whats app|whatsapp number|whats app number|whats app phone|whats app phone number|whatsapp phone|whatsapp phone number|celular whatsapp|celular whats app|whats app mobile|whatsapp mobile|whatsapp no|wa number|whatsapp id|telefono whatsapp|numero whatsapp',
  whatsappBsuid: 'whatsapp bsuid|whats app bsuid',
  appleOpaqueId: 'apple opaque id|apple messages id',
  surveyOptOut: 'survey opt out|no surveys',
  recordId:
    'external id|record id|contact id|customer id|customer number|customer no|person id|kundennummer|kunden nr|numero client|numero de cliente|uid|klantnummer|numero cliente|codice cliente|codigo do cliente|kundenummer|kundnummer|client id|client number|client no|cust no|cust id|customer code|customer ref|account number|account no|member id|member number|member no|membership number|patient id|lead id|uuid|guid|crm id|kd nr|kundennr|kunden nummer|kunden id|kundenkennung|mitgliedsnummer|mitglieds nr|mitgliedsnr|debitorennummer|debitor|code client|no client|n client|id client|reference client|id cliente|num cliente|n cliente|nr klienta|numer klienta|cislo zakaznika|asiakasnumero|客户编号|会员号|顧客番号|会員番号|고객번호|номер клиента|код клиента|hs object id|hubspot id|salesforce id|zoho id|freshdesk id|zendesk id',
  tags: 'tags|tag|labels|label|categories|category|group membership|groups|group|kategorien|kategorie|gruppen|gruppe|stichworter|categories etiquettes|etiquettes|libelles|categorie|categorias|categoria|etiquetas|etiqueta|gruppi|grupos|categorieen|groepen|etichette|marcadores|keywords|contact tags|lists|segment|segments|标签|タグ|ラベル',
}

const BY_HEADER = new Map(
  Object.entries(SYNONYMS).flatMap(([target, names]) =>
    names.split('|').map((name): [string, string] => [levelHeader(name), target]),
  ),
)

/** Of these a person has several. */
const NUMBERED = /phone|email/i

/** The target a header asks for by its name, or undefined. */
export function guessTarget(header: string): string | undefined {
  const levelled = levelHeader(header)
  const target = BY_HEADER.get(levelled) ?? composedTarget(levelled)
  if (target !== undefined) return target
  // `homephone1`, `e-mail privat 2`: one of several of a kind.
  const first = BY_HEADER.get(levelled.replace(/ ?[1-9]$/, ''))
  return first !== undefined && NUMBERED.test(first) ? first : undefined
}
