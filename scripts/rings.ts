import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ringsFile } from './rings/biome.ts';

/** `npm run rings`: writes biome.rings.json from the table of rings; a test sees that nobody forgot. */
writeFileSync(join(import.meta.dirname, '..', 'biome.rings.json'), ringsFile());
