import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LAB_UNIT } from '../../src/ca/certification-authority.ts';
import { type DirectoryObject, directoryObjects, FILLER, type PublishedCertificate } from '../../src/pki/directory-objects.ts';
import { forestName } from '../../src/pki/publication.ts';
import { encode } from '../../src/wire/codec.ts';
import { objectIdentifier } from '../../src/wire/der-primitives.ts';
import { toHex } from '../../src/wire/hex.ts';
import { oid } from '../../src/x509/oid.ts';
import { madeCa } from '../ca/made-ca.ts';
import { all, commands, entriesOf, functions, scriptNamed, strings, textOf } from './powershell.ts';

/** What `mayfly ad apply` writes, and what the script says it writes: one set. */
const FOREST = 'corp.example';
const octets = { issuing: [Uint8Array.of(1), Uint8Array.of(2)], root: [Uint8Array.of(3), Uint8Array.of(4)] } as const;
const authority = (keyId: string, [certificate, crl]: readonly [Uint8Array, Uint8Array]): PublishedCertificate => ({
  certificate,
  keyId,
  crl,
});
const issuing = authority('aa', octets.issuing);
const root = authority('bb', octets.root);

const script = scriptNamed('Publish-MayflyCA.ps1');
const functionNamed = (name: string) => {
  const found = functions(script).find((each) => each.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found.node;
};
/** What the names in the table of the script stand for. */
const meant: Readonly<Record<string, string>> = {
  $services: `CN=Public Key Services,CN=Services,CN=Configuration,${forestName(FOREST)}`,
  '$($Issuing.KeyId)': issuing.keyId,
  '$($Root.KeyId)': root.keyId,
};
const values: Readonly<Record<string, Uint8Array>> = {
  '$Issuing.Certificate': octets.issuing[0],
  '$Issuing.Crl': octets.issuing[1],
  '$Root.Certificate': octets.root[0],
  '$Root.Crl': octets.root[1],
};
const spelled = (text: string) => Object.entries(meant).reduce((name, [from, to]) => name.replaceAll(from, to), text);
const told = all(functionNamed('Get-DirectoryObject'), 'hash_literal_expression').map((hash) => {
  const entries = entriesOf(hash);
  const text = (key: string) => {
    const node = entries.get(key);
    const [literal] = node ? all(node, 'string_literal') : [];
    return literal ? textOf(literal) : undefined;
  };
  return {
    name: spelled(text('Name') ?? ''),
    objectClass: text('ObjectClass'),
    attribute: text('Attribute'),
    value: values[entries.get('Value')?.text ?? ''],
    how: text('How'),
    fillers: strings(entries.get('Fillers') ?? hash),
  };
});
const wanted = ({ name, objectClass, value, fillers }: DirectoryObject) => ({
  name,
  objectClass,
  attribute: value?.attribute ?? '',
  value: value?.octets,
  how: value?.how ?? '',
  fillers: [...fillers],
});

describe('the writes of Publish-MayflyCA.ps1', () => {
  it('are those of `mayfly ad apply`: objects, classes, attributes, values, fillers, order', () => {
    expect(told).toEqual(directoryObjects({ issuing, root }, FOREST).map(wanted));
  });
  it('leave out the root where there is none of ours, and write its CRL once where the CA is its own root', () => {
    const conditions = all(functionNamed('Get-DirectoryObject'), 'if_statement').map(
      (each) => each.childForFieldName('condition')?.text,
    );
    expect(conditions).toEqual(['$null -ne $Root -and $Root.KeyId -ne $Issuing.KeyId', '$null -ne $Root']);
    const inside = all(functionNamed('Get-DirectoryObject'), 'if_statement').map((each) =>
      all(each, 'hash_literal_expression').map((hash) => spelled(strings(hash)[0] ?? '')),
    );
    const names = (given: PublishedCertificate | undefined) =>
      directoryObjects({ issuing, root: given }, FOREST).map(({ name }) => name);
    const both = names(root);
    expect(both.filter((name) => !names(undefined).includes(name))).toEqual(inside.flat());
    expect(both.filter((name) => !names(issuing).some((each) => each.replace('aa', 'bb') === name || each === name))).toEqual([]);
    expect(names(issuing)).toHaveLength(both.length - 1);
  });
  it('are made by add, delete and modify alone, each in one place', () => {
    const requests = all(script, 'type_literal')
      .map(({ text }) => /\[System\.DirectoryServices\.Protocols\.(\w+Request)\]/.exec(text)?.[1])
      .filter((each) => each !== undefined);
    expect(requests.toSorted()).toEqual(['AddRequest', 'DeleteRequest', 'ModifyRequest', 'SearchRequest']);
    const sends = all(script, 'invokation_expression').filter(({ text }) => text.startsWith('$Connection.SendRequest'));
    expect(sends).toHaveLength(4);
  });
  it('never replace the values of others: of NTAuth only an own value is added', () => {
    expect(all(script, 'string_literal').map(textOf)).not.toContain('Replace');
    const publish = functionNamed('Publish-Entry');
    const branches = all(publish, 'switch_clause').map((clause) => ({
      action: strings(clause)[0],
      calls: commands(clause).map(({ name }) => name),
      operations: all(clause, 'hash_literal_expression').map((hash) => [
        textOf(all(entriesOf(hash).get('Operation') ?? hash, 'string_literal')[0] ?? hash),
        entriesOf(hash).get('Base64')?.text,
      ]),
    }));
    // [delete what was compared, add ours], or add ours, as in publication-write.ts.
    expect(branches).toEqual([
      { action: 'create', calls: ['Add-Entry'], operations: [] },
      { action: 'add-value', calls: ['Edit-Entry'], operations: [['Add', '@($value)']] },
      {
        action: 'replace-value',
        calls: ['Edit-Entry'],
        operations: [
          ['Delete', '$compared.Current'],
          ['Add', '@($value)'],
        ],
      },
    ]);
  });
  it('are recorded before they are made', () => {
    const order = commands(functionNamed('Publish-Entry')).map(({ name }) => name);
    expect(order.indexOf('Add-Record')).toBeGreaterThan(-1);
    for (const write of ['Add-Entry', 'Edit-Entry']) expect(order.indexOf(write)).toBeGreaterThan(order.indexOf('Add-Record'));
  });
  it('fill what the schema demands with the same octet', () => {
    expect(script.text).toContain(`$Filler = [byte[]] @(${FILLER.join(', ')})`);
  });
  it('refuse a lab CA by the words that stand in its subject, and a key', () => {
    expect(script.text).toContain(`$LabUnit = '${LAB_UNIT}'`);
    expect(functionNamed('Read-Authority').text).toMatch(/"OU=\$LabUnit" \}\)\.Count -gt 0\) \{\s*throw/);
    expect(functionNamed('Read-DerFile').text).toMatch(/PRIVATE KEY[^}]*\{\s*throw/);
    expect(commands(script).filter(({ name }) => name === 'Read-DerFile')).toHaveLength(2);
  });
});

describe('-Undo', () => {
  const undo = functionNamed('Undo-Entry');
  it('takes back every action that is recorded', () => {
    const recorded = all(functionNamed('Publish-Entry'), 'switch_clause').map((clause) => strings(clause)[0] ?? '');
    expect(recorded.toSorted()).toEqual(['add-value', 'create', 'replace-value']);
    // replace-value is left as it is; of the others one is deleted, or loses our value: publication-undo.ts.
    expect(undo.text).toMatch(
      /\$Entry\.action -eq 'replace-value'\) \{\s*(?:\$note = [^\n]+\n\s*)?return New-Outcome @told -Done 'left'/,
    );
    expect(undo.text).toMatch(/\$deletes = \$Entry\.action -eq 'create' -and \$others\.Count -eq 0/);
    expect(commands(undo).flatMap(({ name }) => (/^(?:Add|Edit|Remove)-Entry$/.test(name) ? [name] : []))).toEqual([
      'Remove-Entry',
      'Edit-Entry',
    ]);
  });
  it('mirrors the addition: our value goes, and a filler takes the place of the last one, before', () => {
    const operations = all(undo, 'hash_literal_expression').flatMap((hash) => {
      const operation = entriesOf(hash).get('Operation');
      return operation ? [[strings(operation)[0], entriesOf(hash).get('Base64')?.text]] : [];
    });
    expect(operations).toEqual([
      ['Add', '$place'],
      ['Delete', '$own'],
    ]);
  });
  it('goes through the record backwards', () => {
    expect(functionNamed('Get-OpenRecord').text).toContain('[array]::Reverse($open)');
  });
});

describe('a CRL as the script reads it', () => {
  const content = (name: string) => toHex(encode(objectIdentifier, name)).slice(4).toUpperCase();
  it('is signed with the algorithms that it knows', () => {
    const hashes = all(script, 'hash_literal_expression').find((hash) =>
      [...entriesOf(hash).keys()].some((key) => key.startsWith('2A86')),
    );
    const known = hashes ? [...entriesOf(hashes)].map(([key, value]) => [key, strings(value)[0]]) : [];
    expect(Object.fromEntries(known)).toEqual({
      [content(oid.sha256WithRSAEncryption)]: 'SHA256',
      [content(oid.sha384WithRSAEncryption)]: 'SHA384',
      [content(oid.sha512WithRSAEncryption)]: 'SHA512',
      [content(oid.ecdsaWithSHA256)]: 'SHA256',
      [content(oid.ecdsaWithSHA384)]: 'SHA384',
      [content(oid.ecdsaWithSHA512)]: 'SHA512',
    });
  });
  it('has its number, and a CA its constraints and its key, under the names that it looks for', () => {
    expect(strings(functionNamed('Read-Crl'))).toContain(content(oid.cRLNumber));
    const extensions = strings(functionNamed('Read-Authority')).filter((text) => /^[0-9.]+$/.test(text));
    expect(extensions).toEqual([oid.basicConstraints, oid.subjectKeyIdentifier]);
  });
  it('has the elements that it counts: the issuer third, the end fifth, extensions in [0]', async () => {
    const crl = readFileSync((await madeCa()).crlFile);
    const inside = (der: Buffer): readonly [tag: number, content: Buffer][] => {
      const found: [number, Buffer][] = [];
      for (let at = 0; at < der.length; ) {
        const long = (der[at + 1] ?? 0) & 0x80 ? (der[at + 1] ?? 0) & 0x7f : 0;
        const length = long ? der.readUIntBE(at + 2, long) : (der[at + 1] ?? 0);
        found.push([der[at] ?? 0, der.subarray(at + 2 + long, at + 2 + long + length)]);
        at += 2 + long + length;
      }
      return found;
    };
    const [list] = inside(crl);
    const parts = list ? inside(list[1]) : [];
    expect(parts.map(([tag]) => tag)).toEqual([0x30, 0x30, 0x03]);
    expect(inside(parts[0]?.[1] ?? crl).map(([tag]) => tag)).toEqual([0x02, 0x30, 0x30, 0x17, 0x17, 0xa0]);
  });
});
