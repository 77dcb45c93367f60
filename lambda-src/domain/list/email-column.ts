import { parseAddress } from '../address/parse-address';
import { withoutInvisible } from './trim';

/** Names of the address column, in the languages of spreadsheets and address books. */
const NAMES = [
  ...['email', 'e-mail', 'mail', 'emails', 'e-mails', 'email address', 'e-mail address', 'mail address'],
  ...['emailaddress', 'mailaddress', 'email addresses', 'e-mail addresses', 'email id', 'emailid', 'electronic mail'],
  // German, Dutch, Danish, Norwegian, Swedish, Finnish, Icelandic, Estonian
  ...['e-mail-adresse', 'email-adresse', 'emailadresse', 'mailadresse', 'mail-adresse', 'e-mailadresse', 'mailadr'],
  ...['e-mailadres', 'emailadres', 'mailadres', 'e-mail adres', 'e-post', 'epost', 'e-postadress', 'epostadress'],
  ...[
    'e-postadresse',
    'epostadresse',
    'mejl',
    'mejladress',
    'sähköposti',
    'sähköpostiosoite',
    'netfang',
    'tölvupóstur',
  ],
  ...['e-posti aadress', 'e-postiaadress'],
  // French, Italian, Spanish, Catalan, Portuguese, Romanian
  ...['adresse e-mail', 'adresse email', 'adresse mail', 'adresse de messagerie', 'adresse électronique', 'courriel'],
  ...['adresse courriel', 'adresse de courriel', 'courrier électronique', 'mél', 'adresse mél', 'indirizzo e-mail'],
  ...['indirizzo email', 'indirizzo mail', 'indirizzo di posta elettronica', 'posta elettronica', 'correo electrónico'],
  ...['correo', 'dirección de correo electrónico', 'dirección de correo', 'dirección de email', 'dirección e-mail'],
  ...['correu electrònic', 'adreça electrònica', 'correio eletrônico', 'correio electrónico', 'endereço de e-mail'],
  ...[
    'endereço de email',
    'endereço eletrônico',
    'endereço de correio eletrónico',
    'adresa de e-mail',
    'adresă de email',
  ],
  ...['adresa email', 'adresă e-mail', 'poștă electronică'],
  // Polish, Czech, Slovak, Slovene, Croatian, Hungarian, Lithuanian, Latvian, Turkish, Vietnamese, Indonesian
  ...['adres e-mail', 'adres email', 'adres mailowy', 'poczta elektroniczna', 'e-mailová adresa', 'emailová adresa'],
  ...[
    'adresa e-mail',
    'e-poštni naslov',
    'e-pošta',
    'elektronska pošta',
    'e-mail adresa',
    'email adresa',
    'e-mail cím',
  ],
  ...['email cím', 'e-mail-cím', 'el. paštas', 'elektroninis paštas', 'e-pasts', 'e-pasta adrese', 'e-posta', 'eposta'],
  ...['e-posta adresi', 'e-posta adres', 'elektronik posta', 'địa chỉ email', 'thư điện tử', 'alamat email', 'surel'],
  // Russian, Ukrainian, Bulgarian, Serbian, Greek
  ...['электронная почта', 'адрес электронной почты', 'эл. почта', 'эл. адрес', 'электронный адрес', 'имейл', 'емейл'],
  ...['е-мейл', 'почта', 'e-mail адрес', 'email адрес', 'електронна пошта', 'адреса електронної пошти', 'имейл адрес'],
  ...[
    'електронна поща',
    'електронна адреса',
    'е-пошта',
    'имејл',
    'ηλεκτρονικό ταχυδρομείο',
    'ηλ. ταχυδρομείο',
    'διεύθυνση email',
  ],
  // Chinese, Japanese, Korean, Thai, Hebrew, Arabic, Persian, Hindi
  ...[
    '邮箱',
    '电子邮箱',
    '邮箱地址',
    '电子邮件',
    '电子邮件地址',
    '邮件地址',
    '郵箱',
    '電子郵件',
    '電子郵件地址',
    '電郵',
  ],
  ...[
    '電郵地址',
    '電子信箱',
    '信箱',
    'メールアドレス',
    'メール',
    'eメール',
    'eメールアドレス',
    '電子メール',
    '電子メールアドレス',
  ],
  ...[
    'email アドレス',
    'e-mail アドレス',
    'メアド',
    '이메일',
    '이메일 주소',
    '이메일주소',
    '메일',
    '메일주소',
    '전자우편',
    '전자메일',
  ],
  ...['อีเมล', 'ที่อยู่อีเมล', 'אימייל', 'דוא"ל', 'דואר אלקטרוני', 'כתובת אימייל', 'מייל', 'البريد الإلكتروني'],
  ...[
    'البريد الالكتروني',
    'بريد إلكتروني',
    'الإيميل',
    'عنوان البريد الإلكتروني',
    'ایمیل',
    'پست الکترونیک',
    'ईमेल',
    'ई-मेल',
  ],
];

/** Words that may accompany an address column's name if it is the recipient's own address. */
const QUALIFIERS = [
  ...['primary', 'main', 'default', 'preferred', 'work', 'business', 'company', 'corporate', 'professional', 'office'],
  ...['home', 'personal', 'private', 'contact', 'customer', 'client', 'billing', 'invoice', 'shipping', 'delivery'],
  ...['account', 'user', 'username', 'login', 'member', 'subscriber', 'attendee', 'participant', 'guest', 'registrant'],
  ...['registration', 'recipient', 'student', 'pupil', 'parent', 'guardian', 'donor', 'patient', 'employee', 'staff'],
  ...['buyer', 'purchaser', 'payer', 'person', 'people', 'lead', 'prospect', 'candidate', 'applicant', 'volunteer'],
  ...[
    'supporter',
    'delegate',
    'visitor',
    'tenant',
    'resident',
    'school',
    'university',
    'org',
    'organization',
    'your',
    'my',
  ],
  ...[
    'to',
    'dein',
    'deine',
    'ihre',
    'private',
    'geschaftlich',
    'geschaftliche',
    'privat',
    'kunde',
    'kunden',
    'mitglied',
  ],
];
const QUALIFIED_NAMES = ['email', 'e_mail', 'mail', 'emails', 'email_address', 'e_mail_address', 'email_addresses'];
const MORE_QUALIFIED_NAMES = ['emailaddress', 'e_mail_addresses', 'email_id', 'mail_address', 'e_mail_adresse'];

/** Words for other people, whose address is not the recipient's. */
const OTHERS = new Set(
  ['owner', 'manager', 'agent', 'rep', 'from', 'cc', 'bcc', 'reply', 'referrer', 'old'].concat(
    ['sender', 'previous', 'former', 'representative', 'advisor', 'assistant', 'supervisor', 'salesperson', 'sales'],
    ['not', 'no', 'invalid', 'bounced', 'unsubscribed', 'inactive', 'deprecated', 'unused'],
    ['referred', 'created', 'assigned', 'approver', 'admin', 'coach', 'host', 'organizer', 'replyto', 'invited'],
  ),
);

/** Remarks in brackets that say nothing about whose address it is. */
const REMARKS = new Set(
  [
    ...['required', 'optional', 'mandatory', 'compulsory', 'needed', 'must', 'necessary', 'unique', 'req', 'opt'],
    ...['pflichtfeld', 'pflicht', 'erforderlich', 'notwendig', 'freiwillig', 'verplicht', 'påkrævet', 'obligatorisk'],
    ...['obligatoire', 'requis', 'facultatif', 'optionnel', 'obbligatorio', 'obbligatoria', 'richiesto', 'facoltativo'],
    ...['obligatorio', 'requerido', 'opcional', 'obrigatório', 'requerida', 'obligatoriu', 'wymagane', 'povinné'],
    ...['zorunlu', 'kötelező', 'wajib', 'обязательно', 'обязательное поле', "обов'язково", 'υποχρεωτικό'],
    ...['必須', '必填', '必需', '任意', '选填', '選填', '可选', '필수', '선택', 'חובה', 'مطلوب', 'إلزامي'],
  ].map(plainly),
);

/** A name without accents, case, width and punctuation: outside its brackets, and the remarks in them. */
function keyOf(name: string): { readonly key: string; readonly remarks: readonly string[] } {
  const plain = withoutInvisible(name).normalize('NFKD').toLowerCase().replaceAll('ı', 'i').replace(/\p{M}/gu, '');
  const brackets = /[([{]([^)\]}]*)[)\]}]/g;
  const key = signless(plain.replace(brackets, ' '));
  if (key === '') return { key: signless(plain), remarks: [] };
  return { key, remarks: [...plain.matchAll(brackets)].map(([, inside]) => signless(inside!)).filter(Boolean) };
}

function plainly(name: string): string {
  return keyOf(name).key;
}

const concernsOthers = (text: string): boolean => text.split('_').some((word) => OTHERS.has(word));

function signless(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_|_$/g, '');
}

const EXACT: ReadonlySet<string> = new Set(NAMES.map(plainly));
/** Google Contacts, Outlook and others number a person's addresses. */
const FIRST =
  /^(?:e_?mail|mail|email_address|e_mail_address|mail_address)_?1(?:_(?:value|address|wert|valeur|valor|valore))?$/;
const QUALIFIED: ReadonlySet<string> = new Set(
  QUALIFIERS.flatMap((word) =>
    [...QUALIFIED_NAMES, ...MORE_QUALIFIED_NAMES].flatMap((name) => [`${word}_${name}`, `${name}_${word}`]),
  ),
);

/** Ranks how surely a column's name denotes the address, 1 being most certain. Undefined if it does not. */
export function emailRank(name: string): 1 | 2 | 3 | undefined {
  const { key, remarks } = keyOf(name);
  const rank = EXACT.has(key) ? 1 : FIRST.test(key) ? 2 : QUALIFIED.has(key) ? 3 : undefined;
  if (remarks.every((remark) => REMARKS.has(remark))) return rank;
  // `Email (work)` is a qualified name; `Email (manager)` is somebody else's address.
  return rank && !remarks.some(concernsOthers) ? 3 : undefined;
}

/** Minimum percentages of valid and of distinct addresses for finding the address column by its content. */
const ADDRESSES = 95;
const DISTINCT = 90;

/** Whether a column's content is the recipients' addresses. False if its name indicates other people's. */
export function holdsAddresses(name: string, cells: readonly string[]): boolean {
  const { key, remarks } = keyOf(name);
  if (name === '' || cells.length === 0 || [key, ...remarks].some(concernsOthers)) return false;
  const found = cells.flatMap((cell) => {
    const parsed = parseAddress(cell);
    return 'address' in parsed ? [parsed.address.toLowerCase()] : [];
  });
  return found.length * 100 >= ADDRESSES * cells.length && new Set(found).size * 100 >= DISTINCT * found.length;
}
