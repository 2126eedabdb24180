// Every step can be taken back: for each command of the window how, or why there is nothing to take back.
// Invariant: a new command fails here until it has its way back or its reason; a step offers Undo where it is made, which the
// key for the last step follows (components/undo-notice.tsx).

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { contract } from '@shared/contract'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../src-renderer')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

type Command = {
  [K in keyof typeof contract]: (typeof contract)[K] extends { kind: 'command' } ? K : never
}[keyof typeof contract]

/** Where the step is made with its Undo, and the command that Undo carries out. */
type Step = readonly [file: string, by: Command]

const STEPS: Readonly<Partial<Record<Command, Step>>> = {
  'app.saveSettings': ['settings/General.tsx', 'app.saveSettings'],
  'app.saveOrganisation': ['settings/Organisation.tsx', 'app.saveOrganisation'],
  'duplicates.putAside': ['duplicates/use-settling.ts', 'duplicates.putAside'],
  'duplicates.mergeAll': ['duplicates/MergeAllDialog.tsx', 'duplicates.undoAll'],
  'incoming.link': ['incoming/use-decisions.ts', 'incoming.link'],
  'incoming.decide': ['incoming/use-decisions.ts', 'incoming.decide'],
  'incoming.linkNew': ['incoming/use-decisions.ts', 'incoming.link'],
  'merges.merge': ['merging/ResultPanel.tsx', 'merges.undo'],
  'merges.undo': ['merging/UndoDialog.tsx', 'merges.merge'],
  'merges.cannotLink': ['person/NeverMergeDialog.tsx', 'merges.cannotLink'],
  'people.create': ['create/NewContactScreen.tsx', 'people.delete'],
  'people.update': ['person/EditableLine.tsx', 'people.update'],
  'people.updateAddress': ['person/EditableLine.tsx', 'people.updateAddress'],
  'people.delete': ['person/DeleteDialog.tsx', 'people.restore'],
  'people.restore': ['bin/BinScreen.tsx', 'people.delete'],
  'people.claim': ['person/Identifiers.tsx', 'people.release'],
  'people.release': ['person/Identifiers.tsx', 'people.unrelease'],
  'people.learn': ['incoming/use-decisions.ts', 'people.unlearn'],
  'people.share': ['components/TheyShareIt.tsx', 'people.share'],
  'people.promote': ['promote/PromoteForm.tsx', 'people.delete'],
  'people.promoteMany': ['promote/PromoteSeveral.tsx', 'people.delete'],
  'people.dismiss': ['queue/QueueScreen.tsx', 'people.dismiss'],
  'people.addNote': ['person/Notes.tsx', 'people.removeNote'],
  'people.editNote': ['person/NoteCard.tsx', 'people.editNote'],
  'people.removeNote': ['person/NoteCard.tsx', 'people.restoreNote'],
  'people.restoreNote': ['person/NoteCard.tsx', 'people.removeNote'],
  'interactions.correct': ['journey/CorrectDialog.tsx', 'interactions.correct'],
  'interactions.record': ['record/use-recording.ts', 'interactions.correct'],
  'reconcile.decide': ['reconcile/Decisions.tsx', 'reconcile.reopen'],
  'schemas.create': ['settings/FieldsForm.tsx', 'schemas.remove'],
  'schemas.update': ['settings/FieldsForm.tsx', 'schemas.update'],
  'schemas.remove': ['settings/TypedFields.tsx', 'schemas.restore'],
  'schemas.restore': ['settings/TypedFields.tsx', 'schemas.remove'],
  'splits.split': ['splitting/SplitPanel.tsx', 'splits.undo'],
}

/** What stands in other files of the same part: the Undo, or what it carries out. */
const WITH: Readonly<Partial<Record<Command, string>>> = {
  'merges.merge': 'merging/undoing.ts',
  'merges.undo': 'merging/undoing.ts',
  'people.update': 'person/use-line-saving.ts',
  'people.updateAddress': 'person/use-line-saving.ts',
  'people.promote': 'promote/kept-notice.ts',
  'people.promoteMany': 'promote/kept-notice.ts',
  'interactions.record': 'journey/CorrectDialog.tsx',
  'reconcile.decide': 'reconcile/undoing.ts',
  'splits.split': 'splitting/undoing.ts',
}

const NOT_TAKEN_BACK: Readonly<Partial<Record<Command, string>>> = {
  'access.lock': 'unlocking ends it',
  'access.unlock': 'locking ends it',
  'app.startEmpty': 'the first start: there is nothing before it',
  'app.loadSample': 'the first start: there is nothing before it',
  'app.rebuildViews': 'derives lists and search anew, and changes nothing',
  'app.openLog': 'shows a file',
  'app.openOutside': 'shows a number or an address in another program, and changes nothing here',
  'api.enable': 'a switch that shows how it stands',
  'api.createToken': 'is revoked in the list of tokens; the secret is told once',
  'api.revokeToken': 'asked once more: the secret is kept nowhere, so nothing could bring it back',
  'drafts.keep': 'keeps what is typed; the text itself is changed',
  'drafts.end': 'discarding offers Undo of its own (drafts/discard.tsx)',
  'duplicates.search': 'compares, and changes nothing',
  'duplicates.undoAll': 'is the way back of merging them',
  'export.save': 'writes a file of the person’s own',
  'subject.save': 'writes a file; that it was made stands in the audit trail for good',
  'subject.saveCertificate': 'writes a file, and changes nothing',
  'export.cancel': 'leaves no file',
  'import.choose': 'writes nothing',
  'import.open': 'writes nothing',
  'import.plan': 'writes nothing',
  'import.run': 'is undone as a whole from its outcome and from the audit trail, for 30 days',
  'import.cancel': 'what is in is in whole, and is undone as an import is',
  'import.discard': 'forgets the file, not what was chosen about it',
  'import.undo': 'is the way back of an import; the file can be imported again',
  'import.choosePerson': 'a choice that shows how it stands, until the import runs',
  'import.saveReport': 'writes a file of the person’s own',
  'people.erase': 'a person asked for it: nothing is kept that could bring it back; the name is retyped first',
  'people.unlearn': 'is the way back of learning',
  'people.unrelease': 'is the way back of a release',
  'reconcile.reopen': 'is the way back of a decision',
  'retention.expire': 'does at once what would be done by itself that day',
  'splits.undo': 'is the way back of a split; the person can be taken apart again',
  'sync.connect': 'changes with whom the device exchanges, and no record',
  'sync.signIn': 'changes who works here, and no record',
  'sync.signOut': 'changes who works here, and no record',
  'sync.pause': 'going on ends it',
  'sync.resume': 'pausing ends it',
  'sync.tryNow': 'does at once what would be done by itself',
  'sync.retry': 'what fails again is listed again',
  'sync.drop': 'asked once more: what the server refused and is given up is kept nowhere',
}

const commands = Object.entries(contract).flatMap(([name, { kind }]) => (kind === 'command' ? [name] : []))

test('every command has its way back, or a reason why there is none', () => {
  expect(commands.length).toBeGreaterThan(60)
  expect([...Object.keys(STEPS), ...Object.keys(NOT_TAKEN_BACK)].sort()).toEqual(commands.sort())
})

describe('a step offers Undo where it is made', () => {
  test.each(Object.entries(STEPS))('%s', (command, [file, by]) => {
    const texts = [
      read(file),
      ...(WITH[command as Command] === undefined ? [] : [read(WITH[command as Command] ?? '')]),
    ]
    const all = texts.join('\n')
    expect(all).toContain(`'${command}'`)
    expect(all).toMatch(/\bshowUndo\(/)
    expect(all).toContain(`'${by}'`)
  })
})
