// Runs before any schema is made: the content security policy forbids the code generation that zod would try.
import { z } from 'zod'

z.config({ jitless: true })
