import { alice, doctor as ask, assertFault, assertHealthy, examined } from '../doctor-command.ts';
import { plantedFaults } from '../doctor-faults.ts';
import { startDoctorStage } from '../doctor-stage.ts';
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
  const faults = await steps.run('what is needed for faults', () => plantedFaults(stage));
  for (const { name, checks, plant, takeBack, asks } of faults)
    await steps.run(
      `planted: ${name}`,
      async () => {
        await plant();
        try {
          return assertFault(await examined(stage, asks ?? alice), checks);
        } finally {
          await takeBack();
        }
      },
      String,
    );
  await steps.run('all is well again', async () => assertHealthy(await ask(stage)), String);
  await steps.run('SIGTERM: the service ends', () => stage.service.stop(), String);
}
