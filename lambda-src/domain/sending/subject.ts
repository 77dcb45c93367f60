import { encodedWords } from '../address/encoded-word';

/** RFC 5322 allows 998 octets per line, without its line break (section 2.1.1). */
const MAX_LINE = 998;
export const MAX_SUBJECT = MAX_LINE - 'Subject: '.length;

/**
 * Returns a subject for SES. A subject that could be read as an encoded word (RFC 2047) is encoded, so that an email
 * client decodes it to the characters that it has.
 */
export const subjectData = (subject: string): string => (subject.includes('=?') ? encodedWords(subject) : subject);

/** Whether a subject fits into one line of a header. */
export const fitsLine = (subject: string): boolean => Buffer.byteLength(subjectData(subject)) <= MAX_SUBJECT;
