/**
 * Texts of the consent pages. `{topic}` and `{sender}` are replaced by their names, or by `thisSender` if synth does
 * not know the sender. `{what}` is the topic in quotation marks or, if it has no title, `mail`.
 */
export const PAGE_TEXTS = {
  en: {
    mail: 'mail',
    thisSender: 'this sender',
    quotedTopic: '“{topic}”',
    leaveTitle: 'Unsubscribe',
    leaveText: 'Do you want to stop getting {what} from {sender}?',
    leaveButton: 'Unsubscribe',
    choose: 'Choose what you get',
    leftTitle: 'You are unsubscribed',
    leftText: 'You will get no more {what} from {sender}. A mail that is leaving this very moment may still arrive.',
    preferencesTitle: 'What do you want to get?',
    preferencesText: 'Mail from {sender}. Untick what you no longer want.',
    topicsLegend: 'Topics',
    trackingLegend: 'May we see what you read?',
    trackingText:
      'If you agree, {sender} sees when you open a mail and which links you follow. You can change your answer here at any time.',
    trackingYes: 'Yes, you may',
    trackingNo: 'No',
    saveButton: 'Save',
    leaveAllButton: 'Unsubscribe from everything',
    savedTitle: 'Your choice is saved',
    savedText: 'It applies from now on. A mail that is leaving this very moment may still arrive.',
    invalidTitle: 'This link does not work',
    invalidText:
      'Perhaps it was cut off. Please open it from the mail once more, or answer the mail. Nothing was changed.',
    busyTitle: 'Please try again',
    busyText: 'That did not work just now. Please try again in a minute.',
    footer: 'Unsubscribe',
  },
  de: {
    mail: 'E-Mails',
    thisSender: 'diesem Absender',
    quotedTopic: '„{topic}“',
    leaveTitle: 'Abmelden',
    leaveText: 'Möchten Sie {what} von {sender} nicht mehr erhalten?',
    leaveButton: 'Abmelden',
    choose: 'Auswählen, was Sie erhalten',
    leftTitle: 'Sie sind abgemeldet',
    leftText: 'Sie erhalten {what} von {sender} nicht mehr. Eine Nachricht, die eben jetzt abgeht, kann noch ankommen.',
    preferencesTitle: 'Was möchten Sie erhalten?',
    preferencesText: 'E-Mails von {sender}. Entfernen Sie die Häkchen bei dem, was Sie nicht mehr möchten.',
    topicsLegend: 'Themen',
    trackingLegend: 'Dürfen wir sehen, was Sie lesen?',
    trackingText:
      'Wenn Sie zustimmen, sieht {sender}, wann Sie eine E-Mail öffnen und welchen Links Sie folgen. Sie können Ihre Antwort hier jederzeit ändern.',
    trackingYes: 'Ja, gerne',
    trackingNo: 'Nein',
    saveButton: 'Speichern',
    leaveAllButton: 'Von allem abmelden',
    savedTitle: 'Ihre Auswahl ist gespeichert',
    savedText: 'Sie gilt ab sofort. Eine Nachricht, die eben jetzt abgeht, kann noch ankommen.',
    invalidTitle: 'Dieser Link funktioniert nicht',
    invalidText:
      'Vielleicht wurde er abgeschnitten. Bitte öffnen Sie ihn noch einmal aus der Nachricht, oder antworten Sie auf sie. Es wurde nichts geändert.',
    busyTitle: 'Bitte versuchen Sie es noch einmal',
    busyText: 'Das ging eben nicht. Bitte versuchen Sie es in einer Minute noch einmal.',
    footer: 'Abmelden',
  },
  fr: {
    mail: 'courriels',
    thisSender: 'cet expéditeur',
    quotedTopic: '« {topic} »',
    leaveTitle: 'Se désabonner',
    leaveText: 'Ne plus recevoir {what} de la part de {sender} ?',
    leaveButton: 'Se désabonner',
    choose: 'Choisir ce que vous recevez',
    leftTitle: 'Vous êtes désabonné(e)',
    leftText: 'Vous ne recevrez plus {what} de la part de {sender}. Un message en cours d’envoi peut encore arriver.',
    preferencesTitle: 'Que souhaitez-vous recevoir ?',
    preferencesText: 'Courriels de {sender}. Décochez ce que vous ne souhaitez plus recevoir.',
    topicsLegend: 'Sujets',
    trackingLegend: 'Pouvons-nous voir ce que vous lisez ?',
    trackingText:
      'Si vous acceptez, {sender} voit quand vous ouvrez un courriel et quels liens vous suivez. Vous pouvez changer votre réponse ici à tout moment.',
    trackingYes: 'Oui, j’accepte',
    trackingNo: 'Non',
    saveButton: 'Enregistrer',
    leaveAllButton: 'Se désabonner de tout',
    savedTitle: 'Votre choix est enregistré',
    savedText: 'Il s’applique dès maintenant. Un message en cours d’envoi peut encore arriver.',
    invalidTitle: 'Ce lien ne fonctionne pas',
    invalidText:
      'Il a peut-être été coupé. Ouvrez-le à nouveau depuis le message, ou répondez au message. Rien n’a été modifié.',
    busyTitle: 'Veuillez réessayer',
    busyText: 'Cela n’a pas fonctionné. Veuillez réessayer dans une minute.',
    footer: 'Se désabonner',
  },
  es: {
    mail: 'correos',
    thisSender: 'este remitente',
    quotedTopic: '«{topic}»',
    leaveTitle: 'Darse de baja',
    leaveText: '¿Quiere dejar de recibir {what} de {sender}?',
    leaveButton: 'Darse de baja',
    choose: 'Elegir lo que recibe',
    leftTitle: 'Se ha dado de baja',
    leftText: 'Ya no recibirá {what} de {sender}. Un mensaje que esté saliendo en este momento aún puede llegar.',
    preferencesTitle: '¿Qué quiere recibir?',
    preferencesText: 'Correos de {sender}. Desmarque lo que ya no quiera recibir.',
    topicsLegend: 'Temas',
    trackingLegend: '¿Podemos ver lo que lee?',
    trackingText:
      'Si acepta, {sender} ve cuándo abre un correo y qué enlaces sigue. Puede cambiar su respuesta aquí en cualquier momento.',
    trackingYes: 'Sí, acepto',
    trackingNo: 'No',
    saveButton: 'Guardar',
    leaveAllButton: 'Darse de baja de todo',
    savedTitle: 'Su elección está guardada',
    savedText: 'Vale desde ahora. Un mensaje que esté saliendo en este momento aún puede llegar.',
    invalidTitle: 'Este enlace no funciona',
    invalidText:
      'Quizá se haya cortado. Ábralo de nuevo desde el mensaje o responda al mensaje. No se ha cambiado nada.',
    busyTitle: 'Inténtelo de nuevo',
    busyText: 'No ha funcionado. Inténtelo de nuevo dentro de un minuto.',
    footer: 'Darse de baja',
  },
  it: {
    mail: 'e-mail',
    thisSender: 'questo mittente',
    quotedTopic: '«{topic}»',
    leaveTitle: 'Annulla l’iscrizione',
    leaveText: 'Non vuole più ricevere {what} da {sender}?',
    leaveButton: 'Annulla l’iscrizione',
    choose: 'Scegliere che cosa ricevere',
    leftTitle: 'Iscrizione annullata',
    leftText: 'Non riceverà più {what} da {sender}. Un messaggio che parte in questo momento può ancora arrivare.',
    preferencesTitle: 'Che cosa vuole ricevere?',
    preferencesText: 'E-mail da {sender}. Tolga la spunta a ciò che non vuole più.',
    topicsLegend: 'Argomenti',
    trackingLegend: 'Possiamo vedere che cosa legge?',
    trackingText:
      'Se acconsente, {sender} vede quando apre un’e-mail e quali link segue. Può cambiare la risposta qui in qualsiasi momento.',
    trackingYes: 'Sì, acconsento',
    trackingNo: 'No',
    saveButton: 'Salva',
    leaveAllButton: 'Annulla tutte le iscrizioni',
    savedTitle: 'La scelta è salvata',
    savedText: 'Vale da subito. Un messaggio che parte in questo momento può ancora arrivare.',
    invalidTitle: 'Questo link non funziona',
    invalidText:
      'Forse è stato tagliato. Lo apra di nuovo dal messaggio o risponda al messaggio. Nulla è stato cambiato.',
    busyTitle: 'Riprovi, per favore',
    busyText: 'Non ha funzionato. Riprovi tra un minuto.',
    footer: 'Annulla l’iscrizione',
  },
} as const;

export type TextName = keyof (typeof PAGE_TEXTS)['en'];
export type Texts = { readonly [name in TextName]: string };

export const TEXT_NAMES = Object.keys(PAGE_TEXTS.en) as TextName[];

/** The owner's texts by language, which replace or extend the built-in ones. */
export type OwnTexts = { readonly [language: string]: { readonly [name: string]: string } };

const builtIn: { readonly [language: string]: Texts } = PAGE_TEXTS;

/** Returns the texts of a language: the owner's, then the built-in ones, then those of the default language. */
export function textsIn(language: string, fallback: string, own: OwnTexts = {}): Texts {
  return { ...PAGE_TEXTS.en, ...builtIn[fallback], ...own[fallback], ...builtIn[language], ...own[language] };
}

/** Returns the first wanted language that has texts, built in or the owner's. */
export function languageFor(wanted: readonly string[], fallback: string, own: OwnTexts = {}): string {
  const known = new Map([...Object.keys(builtIn), ...Object.keys(own)].map((one) => [one.toLowerCase(), one]));
  for (const tag of wanted) {
    const parts = tag.toLowerCase().split('-');
    for (let end = parts.length; end > 0; end -= 1) {
      const found = known.get(parts.slice(0, end).join('-'));
      if (found !== undefined) return found;
    }
  }
  return fallback;
}

/** Parses `Accept-Language`, the most preferred language first. */
export function acceptedLanguages(header: string | undefined): string[] {
  return (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(/\s*;\s*/);
      const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/i.test(tag) && quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}

/** Returns the text of the unsubscribe link in the footer, by the template's language; `''` is for any other. */
export function footerTexts(
  locales: readonly string[],
  language: string,
  own: OwnTexts = {},
): { [locale: string]: string } {
  const of = (wanted: readonly string[]) => textsIn(languageFor(wanted, language, own), language, own).footer;
  const other = of([]);
  const different = locales.map((locale) => [locale, of([locale])]).filter(([, text]) => text !== other);
  return { '': other, ...Object.fromEntries(different) };
}
