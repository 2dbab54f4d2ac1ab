/** `directories` of the configuration file, as JSON schema. `path`, `dnsName` and `secret` are those of the rest of the file. */
const attribute = {
  type: 'string',
  pattern: '^[A-Za-z][A-Za-z0-9-]{0,63}$',
  description: 'the name of an attribute such as location',
} as const;

export const directoriesSchema = <Path, Name, Secret>(path: Path, dnsName: Name, secret: Secret) =>
  ({
    type: 'array',
    maxItems: 100,
    description: 'a list of Active Directory domains, each { domain, account, password, ... }',
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['domain', 'account', 'password'],
      description:
        'an Active Directory domain, { domain, servers, security, anchors, account, password, searchBase, hostLabels }',
      properties: {
        domain: dnsName,
        servers: {
          type: 'array',
          maxItems: 32,
          description: 'a list of domain controllers',
          items: {
            type: 'string',
            pattern: '^(?:\\[[0-9A-Fa-f:.]{2,45}\\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?$',
            description: 'HOST or HOST:PORT, as its certificate names it',
          },
        },
        security: {
          type: 'string',
          enum: ['ldaps', 'starttls'],
          description: 'ldaps or starttls',
          next: 'leave it out for ldaps; there is no LDAP in clear',
        },
        anchors: {
          type: 'array',
          items: path,
          maxItems: 100,
          description: "a list of paths to PEM files with the CAs of the domain controllers' certificates",
        },
        account: {
          type: 'string',
          minLength: 1,
          maxLength: 1024,
          description: 'the account to bind as: its user principal name, or its distinguished name',
        },
        password: secret,
        searchBase: {
          type: 'string',
          minLength: 1,
          maxLength: 1024,
          description: 'a distinguished name below which accounts and hosts are looked for',
        },
        hostLabels: {
          type: 'object',
          maxProperties: 32,
          description: 'a mapping of labels of hosts to the attributes they are read from',
          additionalProperties: attribute,
        },
      },
    },
  }) as const;
