import type { Config, Origin } from './config.ts';
import { type ConfigDocument, pointerSteps, pointerTo } from './document.ts';
import { fileSchema } from './file-schema.ts';
import { type SchemaNode, schemaAlong } from './schema-node.ts';
import type { SecretSource } from './secret.ts';

/** One effective value, to be shown. */
export interface Setting {
  readonly path: string;
  readonly value: string | number | boolean | readonly string[];
  readonly origin: Origin;
  /** The value says where a secret lies. It is shown only if something is there: it may be the secret itself. */
  readonly secret?: SecretSource;
}

/** Every effective value of a sound configuration. */
export function settingsOf(config: Config): Setting[] {
  const setting = (path: string, value: Setting['value'], secret?: SecretSource): Setting => ({
    path,
    value,
    origin: config.origins[path] ?? { from: 'default' },
    ...(secret && { secret }),
  });
  /** What nobody set and what is an empty list is not shown. */
  const given = (at: string, values: object): Setting[] =>
    Object.entries(values).flatMap(([name, value]: [string, Setting['value'] | undefined]) =>
      value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [setting(`${at}.${name}`, value)],
    );
  const secret = (path: string, source: SecretSource): Setting =>
    source.file === undefined
      ? setting(`${path}.credential`, source.credential, source)
      : setting(`${path}.file`, source.file, source);
  const { limits, identityProviders, ...service } = config.service;
  return [
    setting('home', config.home),
    ...config.forests.map(({ name }, i) => setting(`forests[${i}].name`, name)),
    ...config.domains.flatMap(({ name, forest, upnSuffixes, netBiosName }, i) => [
      setting(`domains[${i}].name`, name),
      setting(`domains[${i}].forest`, forest),
      setting(`domains[${i}].upnSuffixes`, upnSuffixes),
      ...(netBiosName === undefined ? [] : [setting(`domains[${i}].netBiosName`, netBiosName)]),
    ]),
    ...config.cas.flatMap((ca, i) => [
      setting(`cas[${i}].name`, ca.name),
      secret(`cas[${i}].passphrase`, ca.passphrase),
      ...(ca.upnSuffixes ? [setting(`cas[${i}].upnSuffixes`, ca.upnSuffixes)] : []),
      setting(`cas[${i}].refusedSids`, ca.refusedSids),
      ...(ca.refusedSidList === undefined
        ? []
        : [
            setting(`cas[${i}].refusedSidList`, ca.refusedSidList),
            setting(`cas[${i}].refusedSidListMaxAgeMinutes`, ca.refusedSidListMaxAgeMinutes),
          ]),
      ...(ca.exceptedSids.length > 0 ? [setting(`cas[${i}].exceptedSids`, ca.exceptedSids)] : []),
      setting(`cas[${i}].maxLifetimeMinutes`, ca.maxLifetimeMinutes),
      setting(`cas[${i}].socket`, ca.socket),
    ]),
    ...config.realms.flatMap((realm, i) => given(`realms[${i}]`, realm)),
    ...config.targets.flatMap((target, i) => given(`targets[${i}]`, target)),
    ...(config.dnsServers.length > 0 ? [setting('dnsServers', config.dnsServers)] : []),
    ...config.directories.flatMap(({ password, hostLabels, ...directory }, i) => [
      ...given(`directories[${i}]`, directory),
      secret(`directories[${i}].password`, password),
      ...given(`directories[${i}].hostLabels`, hostLabels),
    ]),
    ...given('service', service),
    ...identityProviders.flatMap((provider, i) => given(`service.identityProviders[${i}]`, provider)),
    ...given('service.limits', limits),
  ];
}

/**
 * What can be shown of a file that has faults: the values that are sound. Where a secret lies is left out, since no one has
 * looked yet whether it is a place.
 */
export function soundSettings(
  document: ConfigDocument,
  faultPointers: readonly string[],
  originOf: (path: string) => Origin | undefined,
): Setting[] {
  const settings: Setting[] = [];
  const isFaulty = (pointer: string): boolean =>
    faultPointers.some((fault) => fault === pointer || fault.startsWith(`${pointer}/`));
  const visit = (value: unknown, pointer: string): void => {
    const path = settingPath(pointer);
    const isLeaf = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    if (path === undefined || /\.(?:passphrase|password)\b/.test(path)) return;
    if (isLeaf || (isList && value.length > 0)) {
      const origin = originOf(path);
      if (origin && !isFaulty(pointer)) settings.push({ path, value, origin });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) visit(item, pointerTo(pointer, key));
    }
  };
  visit(document.value, '');
  return settings;
}

/** `/cas/0/name` as `cas[0].name`; undefined where the file goes ways that the schema does not know. */
function settingPath(pointer: string): string | undefined {
  const steps = pointerSteps(pointer);
  return schemaAlong(fileSchema, steps).length <= steps.length ? undefined : pathText(steps);
}
/** `cas[0].name` as `/cas/0/name`: the way back, for settings that the schema knows. */
export function settingPointer(path: string): string {
  return `/${path.replaceAll('[', '/').replaceAll(']', '').replaceAll('.', '/')}`;
}
/** As far as the schema knows the way: unknown keys are not shown. */
export function knownPath(pointer: string, root: SchemaNode = fileSchema): string {
  const steps = pointerSteps(pointer);
  return pathText(steps.slice(0, schemaAlong(root, steps).length - 1));
}
function pathText(steps: readonly string[]): string {
  return steps.map((step, i) => (/^[0-9]+$/.test(step) ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}
