import { join } from 'node:path';

/** Files of a service that the commands of its own machine find it by; in its folder of the data folder. */
export const urlFile = (folder: string): string => join(folder, 'url');
export const adminTokenFile = (folder: string): string => join(folder, 'admin.token');
/** Of the person of the embedded default. */
export const demoTokenFile = (folder: string): string => join(folder, 'demo.token');
