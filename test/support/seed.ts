// Random tests explore on everyone's machine, and repeat the same cases in CI, so that a red run there is about the
// change. `FC_SEED` (properties) and `SCV_SEED` (model, kills, fuzzing) repeat a run anywhere.
import fc from 'fast-check'

const seed = process.env['FC_SEED']
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })
