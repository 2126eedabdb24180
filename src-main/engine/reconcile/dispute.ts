// One identifier, wanted by several people. The first claim holds; a person may see what the rule cannot: that they are
// one, that another has the better right, or that they share it.

import { ScvError } from '@shared/errors'
import { displayIdentifier } from '@shared/model/display'
import type { Identifier } from '@shared/model/identifier'
import { asIdentifierId, type ContactId, type IdentifierId, type ItemId } from '@shared/model/ids'
import { MERGE_INPUTS_MAX } from '@shared/model/limits'
import { audit } from '../commands/audit'
import { claim, release } from '../commands/claiming'
import { type Deciding, type MergePreview, mergeIn, previewMerge } from '../commands/merging'
import { review } from '../commands/reviewing'
import { mirroredIdentifiers } from '../derive/mirrored'
import type { ClaimRow, Views } from '../ports'
import { type Choice, type Describe, side } from './item'
import { counted, listed, quoted } from './words'

/** Sides shown and offered the identifier, first come first: a switchboard's number may have thousands. */
const SIDES_MAX = 50

interface Claimant {
  /** The earliest claim of the person. */
  claim: ClaimRow
  members: readonly ContactId[]
}

/** Living people who claim an identifier, in the order in which they would hold it. */
function claimantsOf(views: Views, identifierId: IdentifierId): Claimant[] {
  const earliest = new Map<string, ClaimRow>()
  for (const row of views.claimsOn(identifierId)) if (!earliest.has(row.person.id)) earliest.set(row.person.id, row)
  return [...earliest.values()].map((row) => ({
    claim: row,
    members: views.setOf(row.person.id)?.members ?? [row.person.id],
  }))
}

const nameOf = ({ claim: { person } }: Claimant) => quoted(person.name)

export const describeDispute: Describe = async ({ id: item, subject: [named = ''] }, from) => {
  const identifierId = asIdentifierId(named)
  const { views, load } = from
  const document = (await load('identifiers', [identifierId])).get(identifierId)
  const claimants = claimantsOf(views, identifierId)
  const [holder, ...contenders] = claimants
  if (!document || !holder || contenders.length === 0) return undefined
  const { type, value, source } = document
  const identifier: Identifier = { type, value, ...(source === undefined ? {} : { source }) }
  const text = displayIdentifier(identifier)
  const context = { views, item, identifierId, identifier, text }
  return {
    subject: text,
    field: type,
    people: claimants.map((one) => one.claim.person.id),
    sides: claimants
      .slice(0, SIDES_MAX)
      .map(({ claim: row }, i) => side('claimed', row.person, text, { at: row.since, by: row.by }, i === 0)),
    choices: [
      // That they are one comes last: it is what a number of several people suggests the least.
      share(context, claimants, holder),
      ...contenders.slice(0, SIDES_MAX - 1).map((target) => handOver(context, claimants, target)),
      ...mergeAll(from, claimants, text),
    ],
  }
}

interface Context {
  views: Views
  item: ItemId
  identifierId: IdentifierId
  identifier: Identifier
  text: string
}

/** Not offered where a merge would be refused: too many, too large a set, or a pair that must never be merged. */
function mergeAll(deciding: Deciding, claimants: readonly Claimant[], text: string): Choice[] {
  if (claimants.length > MERGE_INPUTS_MAX) return []
  const contactIds = claimants.map((one) => one.claim.person.id)
  let preview: MergePreview
  try {
    preview = previewMerge(deciding, { contactIds })
  } catch (error) {
    if (error instanceof ScvError) return []
    throw error
  }
  const { plan, interactions } = preview
  const { length } = plan.losing
  const stay = length === 1 ? 'stays as an earlier value' : 'stay as earlier values'
  const losing = length === 0 ? '' : ` ${counted(length, 'value')} without a place ${stay}.`
  return [
    {
      decision: 'merge',
      effect: `Makes one person, ${quoted(plan.displayName)}, of ${listed(claimants.map(nameOf))}, with ${counted(interactions, 'interaction')}. ${quoted(text)} is that person’s.${losing} Can be undone.`,
      run: async (work, reason) =>
        (await mergeIn(deciding, work, { contactIds, ...(reason ? { reason } : {}) })).contactId,
    },
  ]
}

/**
 * The holder gives it up and those that stand before the one named queue behind, so that the claim named is the first. What
 * is then left of the dispute counts as reviewed: it was decided who holds.
 */
function handOver(
  { views, item, identifierId, identifier, text }: Context,
  claimants: readonly Claimant[],
  target: Claimant,
): Choice {
  const [holder] = claimants as [Claimant]
  const passed = claimants.slice(1, claimants.indexOf(target))
  const left = claimants.slice(1)
  const behind = left.filter((one) => one !== target)
  const keepsField = mirroredIdentifiers(views.person(holder.claim.person.id)?.fields ?? {}).has(identifierId)
  const waiting =
    behind.length === 0
      ? ''
      : ` ${listed(behind.map(nameOf))} would be next, and this is not listed again unless another person has it, too.`
  return {
    decision: 'hand-over',
    target: target.claim.person.id,
    effect: `Whoever comes by ${quoted(text)} is ${nameOf(target)} from now on. ${nameOf(holder)} gives it up${keepsField ? ', but keeps it among the details' : ''}.${waiting}`,
    async run(work, reason) {
      await release(work, holder.members, identifierId)
      for (const { claim: row, members } of passed) {
        await release(work, members, identifierId)
        await claim(work, row.contactId, identifier, row.via)
      }
      await claim(work, target.claim.contactId, identifier, target.claim.via, { confirm: true })
      audit(work, 'release', [holder.claim.person.id], { subjectId: identifierId, reason })
      if (behind.length > 0)
        await review(
          work,
          'reviewed',
          item,
          left.flatMap((one) => one.members),
          reason,
        )
      return target.claim.person.id
    },
  }
}

function share({ item, text }: Context, claimants: readonly Claimant[], holder: Claimant): Choice {
  const all = claimants.length === 2 ? 'Both' : `All ${claimants.length.toLocaleString('en')}`
  return {
    decision: 'shared-identifier',
    effect: `${all} go on using ${quoted(text)}. A call or message by it counts as ${nameOf(holder)}, who had it first, as now. This is not listed again unless another person has it, too.`,
    async run(work, reason) {
      await review(
        work,
        'shared-identifier',
        item,
        claimants.flatMap((one) => one.members),
        reason,
      )
      return holder.claim.person.id
    },
  }
}
