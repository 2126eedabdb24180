// Every limit of the product, once: what a contract lets in is what the engine takes and the screens offer.
// Invariant: a number that a person or caller can run into stands here and nowhere else.

/** A merge joins so many contacts. */
export const MERGE_INPUTS_MIN = 2
export const MERGE_INPUTS_MAX = 25
/** Groups of people that are merged in one step. */
export const MERGE_BATCH_MAX = 50
/** Records that a person can be made of. */
export const MERGE_SET_MAX = 52

/** Days a deleted person stays in the bin, and an import can be undone as a whole. */
export const BIN_DAYS = 30
export const IMPORT_UNDO_DAYS = 30
/** Days after the last interaction at which contacts made by themselves age out, at most. */
export const RETENTION_DAYS_MAX = 3650

/** Most external ids of a contact, and most entries of any other list of a contact. */
export const EXTERNAL_IDS_MAX = 10
export const LIST_MAX = 25
/** Most tags of a contact, and the longest one. */
export const TAGS_MAX = 100
export const TAG_LENGTH_MAX = 128

/** Identifiers of one interaction, and those one enrichment is matched by. */
export const INTERACTION_IDENTIFIERS_MAX = 25
export const MATCHING_IDENTIFIERS_MAX = 25
/** Steps of one web or app session. */
export const SESSION_EVENTS_MAX = 1000

/** Contacts of one bulk call; enriching is more work for each. */
export const BULK_MAX = 50
export const BULK_ENRICH_MAX = 10

/** What a person can be taken apart by in one step: conversations, values of fields with former ones, notes, identifiers. */
export const SPLIT_INTERACTIONS_MAX = 5000
export const SPLIT_VALUES_MAX = 1000
export const SPLIT_NOTES_MAX = 1000
export const SPLIT_IDENTIFIERS_MAX = 500
export const SPLIT_THINGS_MAX = SPLIT_INTERACTIONS_MAX + SPLIT_VALUES_MAX + SPLIT_NOTES_MAX + SPLIT_IDENTIFIERS_MAX
/** What one thing of a person is called: its kind and its id, of a value its field and stamp. */
export const SPLIT_THING_MAX = 640

/** A page of a screen's list. */
export const PAGE_MAX = 200

/** Lengths of text, in characters. */
export const ID_MAX = 128
/** `customFields/` or `externalIds/` with which one. */
export const FIELD_KEY_MAX = 512
export const NAME_MAX = 256
/** Who or what took part in an interaction: a queue, an agent, a step of a session. */
export const PARTICIPANT_MAX = 256
/** What a user or a token is called. */
export const USER_NAME_MAX = 128
export const PASSWORD_MAX = 1024
/** Of a passphrase that encrypts: shorter ones are guessed. */
export const PASSPHRASE_LEAST = 12
export const PASSPHRASE_MOST = 1024
/** An identifier as it is sent, and where it is from. */
export const IDENTIFIER_VALUE_MAX = 1024
export const IDENTIFIER_SOURCE_MAX = 256
export const REASON_MAX = 1024
export const WRAP_UP_MAX = 1024
export const SUBJECT_MAX = 1024
export const NOTE_MAX = 32_000
export const URL_MAX = 2048
/** What a look-up is asked for, and what an item to settle is called. */
export const LOOKUP_TEXT_MAX = 512
export const ITEM_ID_MAX = 512
/** What an external id is made of. */
export const EXTERNAL_ID_MAX = 512
/** A custom field: its name, and what it holds, as JSON and how deep. */
/** Fields beside the ones there are: as many as a table that is imported may have columns. */
export const CUSTOM_FIELDS_MAX = 1000
export const CUSTOM_NAME_MAX = 2000
export const CUSTOM_VALUE_MAX = 100_000
export const CUSTOM_DEPTH_MAX = 32
/** External sources that an organisation lists. */
export const EXTERNAL_SOURCES_MAX = 200
/** Import settings that it keeps, mappings of columns beside them, and columns of one. */
export const IMPORT_SETTINGS_MAX = 100
export const IMPORT_COLUMNS_MAX = 1000
/** Segments that it names, those that one call assigns, and days that a person stays in one. */
export const SEGMENTS_MAX = 200
export const SEGMENTS_ASSIGNED_MAX = 10
export const SEGMENT_DAYS_MAX = 365
/** Schemas of custom fields: how many, their fields, the choices of a field, and the length of one with all that it says. */
export const CONTACT_SCHEMAS_MAX = 25
export const SCHEMA_FIELDS_MAX = 50
export const FIELD_OPTIONS_MAX = 100
export const SCHEMA_LENGTH_MAX = 50_000
export const FIELD_TITLE_MAX = 100
export const FIELD_DESCRIPTION_MAX = 500

/**
 * A document with its history, in characters of JSON: beyond this a command adds nothing of note to it. The server takes twice
 * as much, so that what two devices wrote apart is taken together.
 */
export const DOCUMENT_MAX = 2_500_000
/** What a command may add to a document that is full: that it is deleted, released or undone. */
export const DOCUMENT_REST = 10_000
/** Contacts that want one identifier. What more of them want, such as a switchboard's number, recognises no person. */
export const CLAIMANTS_MAX = 10_000

/** Drafts of one device, the fields of one, and all its text together. */
/** Interactions that arrived and are remembered with what was decided, newest first. */
export const ARRIVALS_MAX = 50
export const DRAFTS_MAX = 500
export const DRAFT_FIELDS_MAX = 200
export const DRAFT_LENGTH_MAX = 64_000
/** As many ids as one merge joins. */
export const DRAFT_SUBJECT_MAX = (ID_MAX + 1) * MERGE_INPUTS_MAX
