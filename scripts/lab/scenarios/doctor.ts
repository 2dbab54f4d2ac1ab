import { alice, doctor as ask, assertFault, assertHealthy, examined, inTime, page } from '../doctor-command.ts';
import { plantedFaults } from '../doctor-faults.ts';
import { clockFault, machineFaults } from '../doctor-machine-faults.ts';
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
  await steps.run('all is well', () => inTime(() => ask(stage), assertHealthy), String);
  await steps.run('GET /v1/doctor: the same, seen from the service', () => page(stage), String);
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
          return await inTime(
            () => examined(stage, asks),
            (told) => assertFault(told, checks),
          );
        } finally {
          await takeBack();
        }
      },
      String,
    );
  await steps.run('all is well again', () => inTime(() => ask(stage), assertHealthy), String);
  await steps.run('SIGTERM: the service ends', () => stage.service.stop(), String);
}
