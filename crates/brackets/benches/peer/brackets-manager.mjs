// Times brackets-manager.js on the same work as ../speed.rs: a double elimination with a double grand
// final, drawn and played out, the first seed always winning.
//
//   npm install brackets-manager brackets-memory-db   (in any folder outside the repository)
//   NODE_PATH=<that folder>/node_modules node brackets-manager.mjs 64 256 1024
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const require = createRequire(`${process.env.NODE_PATH}/`);
const { BracketsManager } = require('brackets-manager');
const { InMemoryDatabase } = require('brackets-memory-db');

for (const n of process.argv.slice(2).map(Number)) {
  const manager = new BracketsManager(new InMemoryDatabase());
  let start = performance.now();
  const stage = await manager.create.stage({
    name: 'Event',
    tournamentId: 0,
    type: 'double_elimination',
    seeding: Array.from({ length: n }, (_, i) => `Team ${i + 1}`),
    settings: { grandFinal: 'double' },
  });
  const create = performance.now() - start;
  start = performance.now();
  let played = 0;
  for (;;) {
    const all = await manager.storage.select('match');
    const ready = all.filter((match) => match.status === 2);
    if (ready.length === 0) break;
    for (const match of ready) {
      const first = match.opponent1.id < match.opponent2.id;
      await manager.update.match({
        id: match.id,
        opponent1: { score: first ? 1 : 0, result: first ? 'win' : 'loss' },
        opponent2: { score: first ? 0 : 1, result: first ? 'loss' : 'win' },
      });
      played += 1;
    }
  }
  const play = performance.now() - start;
  console.log(`${n} entrants: create ${create.toFixed(1)} ms, play out ${play.toFixed(1)} ms, ${played} matches`);
}
