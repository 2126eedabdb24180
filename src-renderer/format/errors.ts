// From an error code to words: what happened, and what the person can do about it.
// Invariant: every code of the product has an entry, so that no screen ever shows a bare code; what the main process says in
// words of its own trade is left out, for the title says it.
import type { ErrorCode, ScvError } from '@shared/errors'
import { CONTACT_FIELDS } from '@shared/model/contact'
import { fieldLabel } from './field-values'

interface Words {
  title: string
  /** What to do next. */
  advice?: string
}

const WORDS: Readonly<Record<ErrorCode, Words>> = {
  invalid_input: { title: 'Something here cannot be used', advice: 'Correct the value and try again.' },
  invalid_email: { title: 'Not an e-mail address', advice: 'It needs the form name@example.org.' },
  invalid_identifier: { title: 'This cannot be used to recognise someone', advice: 'Check it for typing errors.' },
  empty_contact: { title: 'There is nothing to save yet', advice: 'Fill in at least one field, such as a name.' },
  not_found: {
    title: 'Not found',
    advice: 'It may have been deleted, or forgotten after a while. Go back and look again.',
  },
  deleted: { title: 'This person is in the bin', advice: 'Restore them first.' },
  not_deleted: { title: 'This person is not in the bin', advice: 'There is nothing to restore.' },
  expired: {
    title: 'This contact aged out',
    advice: 'Nothing happened with it for a while. Keep it to use it again.',
  },
  erased: { title: 'This person was erased', advice: 'Erasing is for good: nothing of them is left to show.' },
  identifier_held: {
    title: 'Someone else has it already',
    advice: 'The first person to have it keeps it. Take it away there first, or leave it as it is.',
  },
  identifier_not_held: { title: 'It is not this person’s', advice: 'It may have been taken away meanwhile.' },
  already_there: { title: 'Another person has this number or address already', advice: 'Change that contact instead.' },
  overlapping_changes: { title: 'Two changes concern the same field', advice: 'Make only one of them.' },
  already_curated: { title: 'Already a contact', advice: 'There is nothing left to do.' },
  merge_too_few: { title: 'A merge needs 2 to 25 people' },
  merge_same_person: { title: 'These are one person already' },
  merge_set_too_large: {
    title: 'Too many records for one person',
    advice: 'Merge fewer of them: there is room for 52.',
  },
  merge_forbidden_pair: { title: 'Someone recorded that these must never be merged' },
  merge_two_of_a_kind: {
    title: 'These two cannot be merged this way',
    advice: 'Compare them side by side, and merge them there.',
  },
  merge_choice_unknown: { title: 'The chosen value is not there any more', advice: 'Choose again.' },
  merge_not_standing: { title: 'This merge was undone already' },
  merge_not_latest: { title: 'A later merge builds on this one', advice: 'Undo the later one first.' },
  undo_needs_assignment: {
    title: 'Something was written since the merge',
    advice: 'Choose who gets each edit and note.',
  },
  forbidden: { title: 'You are not allowed to do this', advice: 'Ask who manages your team’s roles.' },
  too_many: { title: 'Too many entries', advice: 'Remove some and try again.' },
  file_not_found: { title: 'The file is gone', advice: 'It may have been moved or renamed. Choose it again.' },
  file_unreadable: {
    title: 'The file cannot be read',
    advice: 'Check that it is not open elsewhere, and that you may read it.',
  },
  // The messages about a file's content come with what to do about that very file.
  not_tabular: { title: 'This is not a file of people' },
  unknown_encoding: { title: 'The text of this file cannot be read' },
  no_rows: { title: 'The file has no people in it', advice: 'Export it again, or choose another file.' },
  duplicate_header: { title: 'Two columns have the same heading' },
  no_columns_mapped: { title: 'No column of the file is used yet' },
  unclosed_quote: { title: 'A quotation mark is never closed' },
  too_large: { title: 'This record is full', advice: 'Write it on a new one, such as a new note.' },
  import_busy: { title: 'Another import is running' },
  import_too_old: { title: 'Too old to be undone as a whole', advice: 'Change or delete the people one by one.' },
  export_busy: { title: 'Another export is running', advice: 'Wait until it is done, or stop it.' },
  cancelled: { title: 'Stopped' },
  conflict: { title: 'Others were changing the same record', advice: 'Try again.' },
  outdated: {
    title: 'It was changed in the meantime',
    advice: 'Look at it as it is now, then make your change again.',
  },
  folder_in_use: { title: 'The data is open elsewhere', advice: 'Close the other window of this application.' },
  views_not_ready: {
    title: 'Lists and search are being prepared',
    advice: 'This happens once after an update or a restore. It goes on by itself; nothing was lost.',
  },
  storage_full: { title: 'The disk is full', advice: 'Free some space and try again. Nothing was lost.' },
  storage_corrupt: { title: 'A data file is damaged', advice: 'Close the application and restore a backup.' },
  key_needed: { title: 'The data is encrypted', advice: 'Its passphrase or recovery key is needed to open it.' },
  wrong_key: { title: 'That does not open the data', advice: 'Type it again; capital letters count in a passphrase.' },
  storage_failed: {
    title: 'The data could not be read or written',
    advice: 'Try again. If it happens again, restart the application.',
  },
  signed_out: { title: 'You are signed out', advice: 'Sign in to change anything.' },
  locked: { title: 'This window is locked', advice: 'Unlock it to go on.' },
  wrong_password: { title: 'That did not unlock it' },
  not_connected: { title: 'Not connected', advice: 'Connect this device with a server first, in Settings.' },
  sign_in_refused: { title: 'The server did not let you in', advice: 'Check the name and the password.' },
  server_unreachable: { title: 'The server cannot be reached', advice: 'Check the address and your network.' },
  server_untrusted: {
    title: 'The server’s certificate is not trusted',
    advice: 'Ask your administrator for the certificate of the authority that signed it, and give it here.',
  },
  server_unusable: { title: 'This server cannot be used', advice: 'Ask your administrator to set it up.' },
  no_keychain: {
    title: 'There is no safe place for the password',
    advice: 'Unlock the system’s keychain, or choose to keep the password as plain text.',
  },
  unsynced_work: {
    title: 'Changes were not sent yet',
    advice: 'Sign in as the former user to send them, or go on and leave them on this device.',
  },
  update_needed: { title: 'This application is too old', advice: 'Update it. Everything on this device stays usable.' },
  managed: {
    title: 'This is fixed on this device',
    advice: 'Settings say by which administrator. Ask there.',
  },
  policy_invalid: {
    title: 'The policy of this machine cannot be followed',
    advice: 'Ask the administrator of this machine.',
  },
  forbidden_sender: { title: 'This window may not do that', advice: 'Restart the application.' },
  internal: { title: 'Something unexpected went wrong', advice: 'If it happens again, restart the application.' },
}

export interface ErrorWords {
  title: string
  /** What exactly is wrong, in the words of the part that refused. */
  message: string
  advice?: string
}

/** Words for an error, or for a code and message that came as data (an import's report). */
export function errorWords(error: Pick<ScvError, 'code' | 'message'> | { code: string; message: string }): ErrorWords {
  const words = Object.hasOwn(WORDS, error.code) ? WORDS[error.code as ErrorCode] : WORDS.internal
  return { ...words, message: plainWords(error.message) ?? words.advice ?? '' }
}

/** Words that programs use among themselves. */
const TECHNICAL =
  /\b(?:ids?|permissions?|promoted?|identifiers?|claim(?:s|ed)?|curated|ephemeral|canonical|normali[sz]ed?|live query)\b/i

/** A message as a person reads it, fields by their labels; undefined where its words are those of programs. */
function plainWords(message: string): string | undefined {
  const said = message
    .replace(/^([a-zA-Z]\w*)(?:[.\]/][\w.[\]/-]*)?: /, (_all, field: string) =>
      CONTACT_FIELDS.some((one) => one === field) ? `${fieldLabel(field)}: ` : '',
    )
    .replace(/\bschema(s?)\b/g, 'set$1 of fields')
  return TECHNICAL.test(said) ? undefined : `${said.charAt(0).toUpperCase()}${said.slice(1)}`
}
