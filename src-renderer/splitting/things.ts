// The things of a preview as rows, in the order in which an agent looks at them, and what each says.
// Invariant: a row says what it is and when without the side it stands on, which is told beside it.
import type { SplitPreview, SplitSide } from '@shared/contract/splitting'
import { fieldLabel, valueText } from '../format/field-values'
import { formatMoment, formatNumber } from '../format/locale'
import { CHANNEL_WORDS, IDENTIFIER_WORDS } from '../format/words'

type RowKind = 'identifier' | 'value' | 'note' | 'interaction'

export interface ThingRow {
  id: string
  kind: RowKind
  side: SplitSide
  /** What it is, e.g. `Mobile phone`. */
  label: string
  text: string
  /** When, and by which user or by what. */
  detail: string
  /** Each of the two people can have it. */
  canBeBoth: boolean
}

const conversations = (count: number): string =>
  count === 0 ? 'no conversation' : count === 1 ? '1 conversation' : `${formatNumber(count)} conversations`

export function rowsOf(preview: SplitPreview): ThingRow[] {
  return [
    ...preview.identifiers.map(
      ({ id, side, type, display, claimedAt, interactions }): ThingRow => ({
        id,
        kind: 'identifier',
        side,
        label: IDENTIFIER_WORDS[type],
        text: display,
        detail: `since ${formatMoment(claimedAt)} · ${conversations(interactions)}`,
        canBeBoth: true,
      }),
    ),
    ...preview.values.map(
      ({ id, side, field, value, at, by, current }): ThingRow => ({
        id,
        kind: 'value',
        side,
        label: current ? fieldLabel(field) : `${fieldLabel(field)}, before`,
        text: valueText(field, value),
        detail: `${formatMoment(at)} by ${by}`,
        canBeBoth: true,
      }),
    ),
    ...preview.notes.map(
      ({ id, side, text, at, by }): ThingRow => ({
        id,
        kind: 'note',
        side,
        label: 'Note',
        text,
        detail: `${formatMoment(at)} by ${by}`,
        canBeBoth: false,
      }),
    ),
    ...preview.interactions.map(({ id, side, interaction }): ThingRow => {
      const { channel, direction, startedAt, identifiers, subject, note, wrapUp } = interaction
      const told = [subject, note, wrapUp].filter(Boolean).join(' · ')
      return {
        id,
        kind: 'interaction',
        side,
        label: `${CHANNEL_WORDS[channel]}${direction === 'outbound' ? ', outgoing' : ''}`,
        text: told || 'Nothing noted',
        detail: [formatMoment(startedAt), ...identifiers.map(({ display }) => display)].join(' · '),
        canBeBoth: false,
      }
    }),
  ]
}

/** Where a thing is, as it is said of the two people. */
export function sideWords(side: SplitSide, stays: string, moves: string): string {
  if (side === 'both') return `${stays} and ${moves} both have it`
  return side === 'stays' ? `stays with ${stays}` : `goes to ${moves}`
}

/** What was placed by hand, as a draft keeps it: ids with their sides, in the order of placing. */
export type Placing = { id: string; side: SplitSide }

const SIDES: readonly SplitSide[] = ['stays', 'moves', 'both']

export function readPlaced(text: string): Placing[] {
  if (text === '') return []
  const read: unknown = JSON.parse(text)
  return Array.isArray(read)
    ? read.flatMap((one): Placing[] => {
        const [id, side] = Array.isArray(one) ? (one as unknown[]) : []
        const known = SIDES.find((other) => other === side)
        return typeof id === 'string' && known ? [{ id, side: known }] : []
      })
    : []
}

export const writePlaced = (placed: readonly Placing[]): string =>
  placed.length === 0 ? '' : JSON.stringify(placed.map(({ id, side }) => [id, side]))

/** The placing of one thing, as the latest. */
export const place = (placed: readonly Placing[], id: string, side: SplitSide): Placing[] => [
  ...placed.filter((one) => one.id !== id),
  { id, side },
]

/** Those of them that the person still has. */
export function standing(placed: readonly Placing[], rows: readonly Pick<ThingRow, 'id'>[]): Placing[] {
  const known = new Set(rows.map(({ id }) => id))
  return placed.filter(({ id }) => known.has(id))
}
