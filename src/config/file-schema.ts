import type { XStatic } from 'typebox/schema';
import { directoriesSchema } from './directories-schema.ts';
import { serviceSchema } from './service-schema.ts';

/**
 * The configuration file as JSON schema. A literal, not built by `Type.Object`: importing the builders costs more than 100 ms,
 * and the static type follows from the literal as well. A `description` is what a fault says it expected, `next` (no keyword of JSON
 * schema) what to do about it.
 */
const dnsName = {
  type: 'string',
  pattern:
    '^(?=.{1,253}$)(?![0-9.]+$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$',
  description: 'a DNS name such as corp.example',
  next: 'write letters, digits and hyphens between dots, without a dot at the end; names in other scripts in their xn-- form',
} as const;
/** A path says that it is one: what does not begin like a path may be a secret in the wrong place, and is not repeated anywhere. */
const path = {
  type: 'string',
  pattern: '^(?:\\.{0,2}/)[^\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]{1,4000}$',
  description: 'a path that begins with /, ./ or ../ (from the folder of this file)',
  next: 'write a path; a secret itself never stands in this file',
} as const;
const upnSuffixes = { type: 'array', items: dnsName, minItems: 1, maxItems: 1000, description: 'a list of DNS names' } as const;

/** Where a secret lies. @param what it is called */
const secret = <What extends string>(what: What) =>
  ({
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: `where the ${what} lies, { file: PATH } or { credential: NAME }, never the ${what} itself`,
    next: `put the ${what} into a file of mode 0600 and write ${what}: { file: PATH }`,
    properties: {
      file: path,
      credential: {
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
        description: 'the name of a systemd credential',
        next: 'write the name that LoadCredential= gives it in the unit',
      },
    },
  }) as const;

const sids = {
  type: 'array',
  maxItems: 10_000,
  description: 'a list of SIDs',
  items: {
    type: 'string',
    pattern: '^S-1-5-21(?:-(?:0|[1-9][0-9]{0,9})){4}$',
    description: "an account's SID, S-1-5-21-a-b-c-rid",
    next: 'copy objectSid from the directory',
  },
} as const;

/** A realm is written as its KDCs write it: case counts (RFC 4120 6.1), and Active Directory's is in upper case. */
const realmName = { ...dnsName, description: 'a realm as its KDC writes it, such as CORP.EXAMPLE' } as const;
const paths = { type: 'array', items: path, maxItems: 100, description: 'a list of paths' } as const;
const yesOrNo = { type: 'boolean', description: 'true or false' } as const;
const realms = {
  type: 'array',
  maxItems: 1000,
  description: 'a list of Kerberos realms, each { name, anchors, kdcs, ... }',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    description:
      'a realm, { name, kdcs, kdcNames, anchors, crls, revocation, proxyCas, group, encryptionTypes, supportedKdfs, clientDhNonce, oldDomainControllers, sha1Kdcs }',
    properties: {
      name: realmName,
      kdcs: {
        type: 'array',
        maxItems: 32,
        description: 'a list of KDC addresses',
        items: {
          type: 'string',
          pattern:
            '^(?:https://[^\\s@#]{1,500}|\\[[0-9A-Fa-f:.]{2,45}\\](?::[0-9]{1,5})?|[A-Za-z0-9._-]{1,253}(?::[0-9]{1,5})?)$',
          description: 'HOST, HOST:PORT, or https://HOST/KdcProxy',
        },
      },
      kdcNames: { type: 'array', items: dnsName, maxItems: 100, description: 'a list of host names' },
      anchors: { ...paths, description: "a list of paths to PEM files with the CAs of the KDCs' certificates" },
      crls: { ...paths, description: 'a list of paths to CRLs, DER or PEM' },
      revocation: {
        type: 'string',
        enum: ['if-given', 'require'],
        description: 'if-given or require',
        next: "leave it out: a CRL counts where it is there; require refuses KDCs whose issuers' CRLs are not",
      },
      proxyCas: { ...paths, description: 'a list of paths to PEM files with the CAs of KDC proxies' },
      group: { type: 'string', enum: ['modp-14', 'modp-16', 'p-256'], description: 'modp-14, modp-16 or p-256' },
      encryptionTypes: {
        type: 'array',
        minItems: 1,
        maxItems: 4,
        description: 'a list of encryption types, best first',
        items: {
          type: 'string',
          enum: [
            'aes256-cts-hmac-sha1-96',
            'aes128-cts-hmac-sha1-96',
            'aes256-cts-hmac-sha384-192',
            'aes128-cts-hmac-sha256-128',
          ],
          description: 'an encryption type such as aes256-cts-hmac-sha1-96',
        },
      },
      supportedKdfs: yesOrNo,
      clientDhNonce: yesOrNo,
      oldDomainControllers: yesOrNo,
      sha1Kdcs: yesOrNo,
    },
  },
} as const;
const targets = {
  type: 'array',
  maxItems: 10_000,
  description: 'a list of RDP hosts, each { name, address, port, security, oldCredSsp, pins, anchors, userNameHint, logon }',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    description: 'an RDP host, { name, address, port, security, oldCredSsp, pins, anchors, userNameHint, logon }',
    properties: {
      name: { ...dnsName, description: "the host's DNS name, such as desk1.corp.example" },
      address: {
        type: 'string',
        pattern: '^[0-9A-Za-z:._-]{1,253}$',
        description: 'an IP address or another name under which the host is reached',
      },
      port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'a whole number from 1 to 65535' },
      security: {
        type: 'string',
        enum: ['nla', 'tls'],
        description: 'nla or tls',
        next: 'leave it out: nla is how Windows ships; tls is for hosts that have no Network Level Authentication',
      },
      oldCredSsp: {
        type: 'boolean',
        description: 'true or false',
        next: 'leave it out: hosts without the update KB4088776 let a man in the middle have the PIN (CVE-2018-0886)',
      },
      pins: {
        type: 'array',
        maxItems: 16,
        description: 'a list of certificate fingerprints',
        items: {
          type: 'string',
          pattern: '^(?:[0-9A-Fa-f]{64}|(?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})$',
          description: 'a SHA-256 fingerprint, 64 hexadecimal digits',
          next: 'copy it from `mayfly rdp probe`, on a network you trust',
        },
      },
      anchors: { ...paths, description: "a list of paths to PEM files with the CAs of the host's certificate" },
      userNameHint: { type: 'string', minLength: 1, maxLength: 256, description: 'a user name' },
      logon: {
        type: 'string',
        enum: ['with-card', 'without-card'],
        description: 'with-card or without-card',
        next: 'without-card is for hosts that log on without the card, such as xrdp; never for hosts of a directory',
      },
    },
  },
} as const;
const dnsServers = {
  type: 'array',
  maxItems: 8,
  description: 'a list of addresses of DNS servers',
  items: {
    type: 'string',
    pattern: '^(?:[0-9.]{7,15}|\\[[0-9A-Fa-f:.]{2,45}\\])(?::[0-9]{1,5})?$',
    description: 'an IP address, [IPv6] in brackets, with :PORT where it is not 53',
  },
} as const;

export const fileSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Mayfly configuration',
  type: 'object',
  additionalProperties: false,
  description: 'a mapping of settings',
  properties: {
    home: { ...path, description: `the data folder: ${path.description}` },
    forests: {
      type: 'array',
      maxItems: 1000,
      description: 'a list of forests, each { name }',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        description: 'a forest, { name }',
        properties: { name: { ...dnsName, description: "the forest root's DNS name, such as corp.example" } },
      },
    },
    domains: {
      type: 'array',
      maxItems: 1000,
      description: 'a list of domains, each { name, forest, upnSuffixes, netBiosName }',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        description: 'a domain, { name, forest, upnSuffixes, netBiosName }',
        properties: {
          name: { ...dnsName, description: "the domain's DNS name, such as corp.example" },
          forest: { ...dnsName, description: "the DNS name of the domain's forest, such as corp.example" },
          upnSuffixes,
          netBiosName: {
            type: 'string',
            pattern: '^[^\\u0000-\\u0020\\u007f"*/:<>?\\\\|]{1,15}$',
            description: 'a NetBIOS name of 1 to 15 characters, such as CORP',
          },
        },
      },
    },
    realms,
    dnsServers,
    targets,
    directories: directoriesSchema(
      path,
      { ...dnsName, description: "the domain's DNS name, such as corp.example" } as const,
      secret('password'),
    ),
    service: serviceSchema(path, upnSuffixes),
    cas: {
      type: 'array',
      maxItems: 100,
      description: 'a list of issuing CAs, each { name, passphrase, ... }',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'passphrase'],
        description:
          'an issuing CA, { name, passphrase, upnSuffixes, refusedSids, refusedSidList, refusedSidListMaxAgeMinutes, exceptedSids, maxLifetimeMinutes, socket }',
        properties: {
          name: {
            type: 'string',
            pattern: '^[a-z0-9][a-z0-9-]{0,31}$',
            description: 'a name of 1 to 32 lower-case letters, digits and hyphens',
            next: 'use the name that was given to mayfly ca init',
          },
          passphrase: secret('passphrase'),
          upnSuffixes,
          refusedSids: sids,
          refusedSidList: path,
          refusedSidListMaxAgeMinutes: {
            type: 'integer',
            minimum: 1,
            maximum: 1440,
            description: 'a whole number of minutes from 1 to 1440',
          },
          exceptedSids: { ...sids, maxItems: 1000 },
          maxLifetimeMinutes: { type: 'integer', minimum: 1, maximum: 30, description: 'a whole number of minutes from 1 to 30' },
          socket: path,
        },
      },
    },
  },
} as const;

/** What the file may hold, before defaults. */
export type ConfigFile = XStatic<typeof fileSchema>;
