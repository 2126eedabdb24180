// How often random tests try. `npm run soak` tries as often as stands in the tests; the test command a share of it in which
// mutants planted in what the laws are about still fail, with any seed.
const SOAK = process.env['SCV_SOAK'] === '1'
const SHARE = 1 / 4

/** @param soak how often in a soak */
export const tries = (soak: number, share = SHARE): number => (SOAK ? soak : Math.ceil(soak * share))

/** As often as a variable says, else as `tries`. */
export const triesOf = (variable: string, soak: number, share = SHARE): number =>
  Number(process.env[variable] ?? tries(soak, share))
