import { expect, it } from 'vitest';
import { containerName } from '../../src/piv/container-name.ts';
import { bytes } from '../wire/annotated-hex.ts';

it('is what a Windows host called the container of such a card, and what a YubiKey is called', () => {
  expect(containerName(bytes('913b78afe9ff4701ad1924cea582896d'))).toBe('af783b91-ffe9-0147-ad19-24cea55fc105');
  expect(containerName(bytes('58c68a1d65e0a09285af090b07ffffff'))).toBe('1d8ac658-e065-92a0-85af-090b075fc105');
});
