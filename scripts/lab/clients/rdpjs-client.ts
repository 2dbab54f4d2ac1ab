import { createClient } from 'node-rdpjs-2';

/** `rdpjs-client.ts PORT [HOST] [USER]`: a client of another hand, in a process of its own; says on standard output what happens to it. */
const LIMIT_MS = 30_000;
const screen = { width: 1024, height: 768 };
const [, , port, host = '127.0.0.1', userName = 'bob'] = process.argv;
const settings = { domain: '', userName, password: 'x', enablePerf: true, autoLogin: true, screen, logLevel: 'ERROR' };
const client = createClient(settings);
for (const event of ['connect', 'close', 'error'] as const) {
  client.on(event, (fault) => console.log(fault === undefined ? event : `${event} ${fault.message}`));
}
let isDrawn = false;
client.on('bitmap', () => {
  if (!isDrawn) console.log('bitmap');
  isDrawn = true;
});
client.connect(host, Number(port));
setTimeout(() => process.exit(0), LIMIT_MS);
