// @ts-nocheck: the library has no types.
// A client of another hand, in a process of its own: says on standard output what happens to it.
const rdp = require('node-rdpjs-2');

const client = rdp.createClient({
  domain: '',
  userName: 'bob',
  password: 'x',
  enablePerf: true,
  autoLogin: true,
  screen: { width: 1024, height: 768 },
  logLevel: 'ERROR',
});
for (const event of ['connect', 'close', 'error'])
  client.on(event, (e) => console.log([event, e?.message].filter(Boolean).join(' ')));
client.connect('127.0.0.1', Number(process.argv[2]));
setTimeout(() => process.exit(0), 30_000);
