import type { CheckId } from '../../../src/doctor/checks.ts';
import { type Asked, alice, doctor as ask, assertFault, assertHealthy, examined } from '../doctor-command.ts';
import { plantedFaults } from '../doctor-faults.ts';
import { clockFault, machineFaults } from '../doctor-machine-faults.ts';
import { type DoctorStage, startDoctorStage } from '../doctor-stage.ts';
import type { LabRun } from '../lab-run.ts';
import type { Scenario } from '../scenario.ts';

export const doctor: Scenario = {
  name: 'doctor',
  summary: 'mayfly doctor finds a healthy domain well, and each of the faults that are planted in it, and nothing else',
  run,
};

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const stage = await startDoctorStage(lab);
  await steps.run('all is well', async () => assertHealthy(await ask(stage)), String);
  const faults = await steps.run('what is needed for faults', async () => [
    ...(await machineFaults(stage)),
    ...(await plantedFaults(stage)),
    clockFault(),
  ]);
  for (const { name, checks, plant, takeBack, asks = alice } of faults)
    await steps.run(
      `planted: ${name}`,
      async () => {
        await plant();
        try {
          return await found(stage, asks, checks);
        } finally {
          await takeBack();
        }
      },
      String,
    );
  await steps.run('all is well again', async () => assertHealthy(await ask(stage)), String);
  await steps.run('SIGTERM: the service ends', () => stage.service.stop(), String);
}

const ATTEMPTS = 3;
/** On a machine that is busy something may be late, which is a finding of its own: then it is looked at again. */
async function found(stage: DoctorStage, asks: Asked, checks: readonly CheckId[]): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const told = await examined(stage, asks);
    try {
      return assertFault(told, checks);
    } catch (e) {
      if (attempt === ATTEMPTS) throw e;
    }
  }
}
