// The tables of the projections database. Invariant: all of it can be thrown away and rebuilt from the documents.

import { CONTACT_TYPES } from '@shared/model/contact'
import type { PersonId } from '@shared/model/ids'
import type { PersonStatus } from '../../engine/derive/person'
import type { SqliteDatabase } from '../../sqlite/database'

/**
 * Raised whenever a table or what goes into it changes. A file of another version is derived anew beside it. The search index
 * has a version of its own.
 */
export const PROJECTION_VERSION = '21'

/** Versions of before that today's code reads and writes once `adaptTables` was there, so that they answer until the new ones are. */
export const READABLE_VERSIONS: ReadonlySet<string> = new Set([PROJECTION_VERSION, '20', '19', '18', '17', '14.1'])

/** As contacts' types are stored: their rank. */
export const CURATED = CONTACT_TYPES.indexOf('Curated')

/** By what it is counted how many conversations began, the longest first, ms. */
export const BEGUN_UNITS = [86_400_000, 3_600_000] as const

/** Conditions on `person` that queries and partial indexes have in common, word by word. */
export const IS_CURATED = `status = 'active' AND type = ${CURATED}`
export const IS_AUTO_CREATED = `status = 'active' AND type < ${CURATED}`

/** A row of `person`. */
export interface PersonColumns {
  id: PersonId
  type: number
  status: PersonStatus
  name: string
  detail: string
  first_name: string
  middle_name: string
  last_name: string
  title: string
  last_active: number
  renewed: number
  modified: number
  deleted: number
  merged: number
}
export const PERSON_COLUMNS = [
  ...(['id', 'type', 'status', 'name', 'detail', 'first_name', 'middle_name', 'last_name', 'title'] as const),
  ...(['last_active', 'renewed', 'modified', 'deleted', 'merged'] as const),
] satisfies readonly (keyof PersonColumns)[]

/** The members of the set of a canonical contact that have a record, as a condition on `contact c`. @param canonicalId an expression of SQL */
export const memberOf = (canonicalId: string) =>
  `(c.id = ${canonicalId} AND c.set_id = c.id) OR (c.set_id = ${canonicalId} AND c.set_id <> c.id)`

const TABLES = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- The contact documents, so that a person can be derived in one synchronous step. One that is a person by
-- itself (alone: code says isSingleRecord) is in no standing merge, nor left over from one, so that its document tells all,
-- its state included: the person stands beside it as readers get them.
CREATE TABLE IF NOT EXISTS contact (
  id TEXT PRIMARY KEY, set_id TEXT NOT NULL, alone INTEGER NOT NULL, erased INTEGER NOT NULL, person TEXT NOT NULL,
  document TEXT NOT NULL, made TEXT -- when, if the audit trail has it from here
);

CREATE TABLE IF NOT EXISTS person (
  id TEXT PRIMARY KEY, type INTEGER NOT NULL, status TEXT NOT NULL, name TEXT NOT NULL, detail TEXT NOT NULL,
  first_name TEXT NOT NULL, middle_name TEXT NOT NULL, last_name TEXT NOT NULL, title TEXT NOT NULL,
  last_active INTEGER NOT NULL, renewed INTEGER NOT NULL, modified INTEGER NOT NULL, deleted INTEGER NOT NULL,
  merged INTEGER NOT NULL
) WITHOUT ROWID;

-- What an identifier is stands with each claim on it, of which there is mostly one: ids of identifiers are digests, so that
-- every table they are the key of costs a page of its own for each. One without claims has a row without a contact.
-- Released claims stay, so that erasing a person reaches every identifier they ever had. folded: the value as search
-- folds it, where that is another text: what is held is found in any case, as what a field has.
CREATE TABLE IF NOT EXISTS claim (
  identifier_id TEXT NOT NULL, contact_id TEXT NOT NULL, since TEXT NOT NULL, by TEXT NOT NULL, via TEXT NOT NULL,
  standing INTEGER NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL, source TEXT, folded TEXT,
  PRIMARY KEY (identifier_id, contact_id)
) WITHOUT ROWID;

-- Identifiers that an older version claimed under another key than their value is read as today: <ann@example.org>.
CREATE TABLE IF NOT EXISTS spelling (
  key TEXT NOT NULL, identifier_id TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key, identifier_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS spelling_identifier ON spelling (identifier_id);

CREATE TABLE IF NOT EXISTS merge (
  id TEXT PRIMARY KEY, inputs TEXT NOT NULL, result TEXT NOT NULL, at TEXT NOT NULL, standing INTEGER NOT NULL,
  undone TEXT NOT NULL, built_on TEXT NOT NULL -- stamp of the undoing, or nothing; merges
);
CREATE TABLE IF NOT EXISTS merge_member (
  contact_id TEXT NOT NULL, merge_id TEXT NOT NULL, PRIMARY KEY (contact_id, merge_id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS interaction (
  id TEXT PRIMARY KEY, link TEXT, owner TEXT, started INTEGER NOT NULL, channel INTEGER NOT NULL,
  direction TEXT NOT NULL, queue TEXT, agent TEXT, identifiers TEXT NOT NULL,
  erased INTEGER NOT NULL, recorded TEXT NOT NULL, at TEXT NOT NULL, -- stamps; nothing in recorded once it was tied anew
  conversation TEXT, opens INTEGER NOT NULL DEFAULT 0 -- none for a session; whether it is the first of its conversation
);

-- Contacts that an interaction was tied to which is tied to none now: it goes with the first of them that is erased.
CREATE TABLE IF NOT EXISTS untied (
  contact_id TEXT NOT NULL, interaction_id TEXT NOT NULL, PRIMARY KEY (contact_id, interaction_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS untied_interaction ON untied (interaction_id);

CREATE TABLE IF NOT EXISTS note (
  id TEXT PRIMARY KEY, contact_id TEXT NOT NULL, owner TEXT NOT NULL, created TEXT NOT NULL,
  deleted INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS cannot_link (
  id TEXT PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, standing INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS cannot_link_a ON cannot_link (a, b);
CREATE INDEX IF NOT EXISTS cannot_link_b ON cannot_link (b);
CREATE TABLE IF NOT EXISTS dismissal (
  contact_id TEXT PRIMARY KEY, id TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, standing INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS dismissal_id ON dismissal (id);
-- What happened apart and may be settled; owner is the identifier, person or undone merge it was derived from.
CREATE TABLE IF NOT EXISTS item (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL, owner TEXT NOT NULL, subject TEXT NOT NULL, open INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS item_owner ON item (owner);
CREATE INDEX IF NOT EXISTS item_at ON item (open, at, id);
CREATE INDEX IF NOT EXISTS item_kind ON item (open, kind, at, id);
-- Counters (rows/counters.ts): of the queue, of lists, of open items by kind.
CREATE TABLE IF NOT EXISTS tally (what TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
-- How many conversations began in each hour and day (rows/begun.ts); unit and at: milliseconds, and how many of the unit since 1970.
CREATE TABLE IF NOT EXISTS begun (
  unit INTEGER NOT NULL, at INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (unit, at)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS review (id TEXT PRIMARY KEY, item TEXT NOT NULL, standing INTEGER NOT NULL, seen TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS review_item ON review (item);
CREATE TABLE IF NOT EXISTS review_about (
  name TEXT NOT NULL, review_id TEXT NOT NULL, PRIMARY KEY (name, review_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS review_about_review ON review_about (review_id);
-- The contacts of an entry, as JSON, so that a writer of the same entry finds what stands of it.
CREATE TABLE IF NOT EXISTS audit (id TEXT PRIMARY KEY, at TEXT NOT NULL, contacts TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit_contact (
  contact_id TEXT NOT NULL, at TEXT NOT NULL, audit_id TEXT NOT NULL, PRIMARY KEY (contact_id, at, audit_id)
) WITHOUT ROWID;
-- The outbox of the search index (search/outbox.ts): the people of a commit as JSON, until the index is known to have them;
-- nothing: all people there are.
CREATE TABLE IF NOT EXISTS search_told (n INTEGER PRIMARY KEY, people TEXT);
`

/** By it the first of a conversation is known, also while an older readable version answers. */
const CONVERSATION_INDEX = `interaction_conversation ON interaction (conversation, started, id) WHERE conversation IS NOT NULL`

/** Of the tables that grow with the book: cheaper made at once over all rows than kept with each. */
const INDEXES = [
  // Most are their own canonical contact, which the primary key finds.
  `contact_set ON contact (set_id) WHERE set_id <> id`,
  `contact_made ON contact (made, id) WHERE made IS NOT NULL`,
  // Each list has an index of its own over those that it lists, and no other row pays for it.
  `person_modified ON person (modified DESC, id) WHERE ${IS_CURATED}`,
  `person_first ON person (first_name, id) WHERE ${IS_CURATED}`,
  `person_middle ON person (middle_name, id) WHERE ${IS_CURATED}`,
  `person_last ON person (last_name, id) WHERE ${IS_CURATED}`,
  `person_title ON person (title, id) WHERE ${IS_CURATED}`,
  `person_curated ON person (id) WHERE ${IS_CURATED}`,
  `person_active ON person (last_active DESC, id) WHERE ${IS_AUTO_CREATED} AND merged = 0`,
  `person_renewed ON person (renewed, id) WHERE ${IS_AUTO_CREATED}`,
  `person_deleted ON person (deleted DESC, id) WHERE status = 'deleted'`,
  `person_erased ON person (id) WHERE status = 'erased'`,
  `claim_value ON claim (value)`,
  `claim_folded ON claim (folded) WHERE folded IS NOT NULL`,
  `claim_contact ON claim (contact_id)`,
  // Holds all that a journey is counted and drawn from, so that ten thousand rows need not be fetched for it.
  `interaction_owner ON interaction (owner, started, at, channel, direction, queue, agent, id)`,
  `interaction_link ON interaction (link)`,
  CONVERSATION_INDEX,
  `interaction_opening ON interaction (started, id) WHERE opens = 1`,
  `note_owner ON note (owner, created)`,
  `note_contact ON note (contact_id)`,
  `audit_at ON audit (at)`,
].map((index) => `CREATE INDEX IF NOT EXISTS ${index}`)

/** Every table that holds derived rows. */
export const DERIVED_TABLES = [
  'contact',
  'person',
  'claim',
  'spelling',
  'merge',
  'merge_member',
  'interaction',
  'untied',
  'note',
  'cannot_link',
  'dismissal',
  'item',
  'review',
  'review_about',
  'audit',
  'audit_contact',
  'tally',
  'begun',
] as const

/** Gives the tables of an older readable version the columns that are read by today's code. */
export function adaptTables(db: SqliteDatabase): void {
  db.exec(TABLES) // those that are new are empty until the file is derived anew
  const columnsOf = db.prepare('SELECT name FROM pragma_table_info(?)')
  const has = (column: string, table = 'interaction') => columnsOf.all(table).some(({ name }) => name === column)
  // Those that are there are found by it once the file is derived anew, and its index is made then (`read/claims.ts`).
  if (!has('folded', 'claim')) db.exec('ALTER TABLE claim ADD COLUMN folded TEXT')
  // Of those that were tied anew since it is not known until the file is derived anew.
  if (!has('at'))
    db.exec("ALTER TABLE interaction ADD COLUMN at TEXT NOT NULL DEFAULT ''; UPDATE interaction SET at = recorded")
  // Those that are there are found by it once the file is derived anew: until then it is not read (`read/conversations.ts`).
  if (!has('conversation'))
    db.exec(
      `ALTER TABLE interaction ADD COLUMN conversation TEXT; ALTER TABLE interaction ADD COLUMN opens INTEGER NOT NULL DEFAULT 0;
       CREATE INDEX ${CONVERSATION_INDEX}`,
    )
}

/** Creates what is missing. */
export function createTables(db: SqliteDatabase): void {
  db.exec(TABLES)
  for (const index of INDEXES) db.exec(index)
}

/** Where claims wait to be sorted while views are loaded. */
const CLAIM_HEAP = `CREATE TABLE IF NOT EXISTS claim_loaded (
  identifier_id TEXT, contact_id TEXT, since TEXT, by TEXT, via TEXT, standing INTEGER, type TEXT, value TEXT, source TEXT,
  folded TEXT
)`

/** Creates tables to load all documents into, without the indexes that are made at the end. */
export function createTablesToLoad(db: SqliteDatabase): void {
  db.exec(TABLES)
  db.exec(CLAIM_HEAP)
}

/** All that were loaded opened a conversation: those behind the first of one do not. Read in the order of the index. */
const TELL_OPENINGS = `UPDATE interaction SET opens = 0 WHERE rowid IN (
  SELECT row FROM (
    SELECT rowid AS row, row_number() OVER (PARTITION BY conversation ORDER BY started, id) AS place
    FROM interaction WHERE conversation IS NOT NULL
  ) WHERE place > 1
)`

/** Whole numbers of a unit before a moment, also before 1970, where division rounds up. */
const COUNT_BEGUN = BEGUN_UNITS.map(
  (unit) => `INSERT INTO begun (unit, at, n)
    SELECT ${unit}, (started - ((started % ${unit}) + ${unit}) % ${unit}) / ${unit} AS slot, count(*) FROM interaction
    WHERE opens = 1 GROUP BY slot`,
)

/** The statements that complete tables which were loaded, each of which may take seconds. */
export const COMPLETE_TABLES: readonly string[] = [
  'DROP TABLE IF EXISTS claim_loaded',
  ...INDEXES.filter((index) => !index.includes('interaction_opening')),
  TELL_OPENINGS,
  ...INDEXES.filter((index) => index.includes('interaction_opening')),
  ...COUNT_BEGUN,
]
