import { Worker } from 'node:worker_threads';

/** Keys a second that as many isolates make that do nothing else, or nothing but collect each, as destroying it takes. */
export async function bareKeys(isolates: number, seconds: number, then: 'kept' | 'cleared' = 'kept'): Promise<number> {
  const program = `
    const { parentPort } = require('node:worker_threads');
    const { generateKeyPairSync } = require('node:crypto');
    require('node:v8').setFlagsFromString('--expose-gc');
    const collect = require('node:vm').runInNewContext('gc');
    parentPort.once('message', () => {
      const end = performance.now() + ${seconds * 1000};
      let keys = 0;
      for (; performance.now() < end; keys++) {
        generateKeyPairSync('rsa', { modulusLength: 2048 });
        ${then === 'cleared' ? 'collect();' : ''}
      }
      parentPort.postMessage(keys);
    });
    parentPort.postMessage('ready');`;
  const message = (worker: Worker) => new Promise<unknown>((resolve) => worker.once('message', resolve));
  const workers = Array.from({ length: isolates }, () => new Worker(program, { eval: true }));
  await Promise.all(workers.map(message));
  const counts = workers.map(message);
  for (const worker of workers) worker.postMessage('go', []);
  const sum = (await Promise.all(counts)).reduce((all: number, count) => all + Number(count), 0);
  await Promise.all(workers.map((worker) => worker.terminate()));
  return sum / seconds;
}
