import type { Lint } from '../lint.ts';

const form = /^S-1-5-21-(0|[1-9]\d{0,9})-(0|[1-9]\d{0,9})-(0|[1-9]\d{0,9})-([1-9]\d{0,9})$/;

/** The relative identifier of an account's SID; `undefined` when the text is no SID of a domain account. */
export function relativeId(sid: string): number | undefined {
  const parts = form.exec(sid)?.slice(1).map(Number);
  return parts?.every((part) => part <= 0xffff_ffff) ? parts.at(-1) : undefined;
}
export const sidForm: Lint = {
  name: 'sid-form',
  source: '[MS-DTYP] 2.4.2.1 and 2.4.2.4; KB5014754',
  check: ({ sid }) => (relativeId(sid) === undefined ? 'the SID is not one of a domain account (S-1-5-21-a-b-c-rid)' : undefined),
};
