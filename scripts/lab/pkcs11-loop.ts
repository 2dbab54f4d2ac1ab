import type { LabRun } from './lab-run.ts';

/** One process that signs over and over through a PKCS #11 library, C_SignInit and C_Sign, and says how long each took. */
const LOOP = `import ctypes, json, sys, time
module, pin, count, block, signature = sys.argv[1:]
library, UL = ctypes.CDLL(module), ctypes.c_ulong
class Attribute(ctypes.Structure):
    _fields_ = [('type', UL), ('value', ctypes.c_void_p), ('length', UL)]
class Mechanism(ctypes.Structure):
    _fields_ = [('mechanism', UL), ('parameter', ctypes.c_void_p), ('length', UL)]
def call(name, *args):
    code = getattr(library, name)(*args)
    if code != 0:
        raise RuntimeError(f'{name}: {code:#x}')
def login(slot):
    session = UL()
    call('C_OpenSession', slot, UL(4), None, None, ctypes.byref(session))
    call('C_Login', session, UL(1), pin.encode(), UL(len(pin)))
    return session
def first_login():
    number = UL()
    call('C_GetSlotList', ctypes.c_ubyte(1), None, ctypes.byref(number))
    slots = (UL * number.value)()
    call('C_GetSlotList', ctypes.c_ubyte(1), slots, ctypes.byref(number))
    for slot in slots:
        try:
            return login(UL(slot))
        except RuntimeError as error:
            refused = error
    raise refused
call('C_Initialize', None)
session = first_login()
private = UL(3)
wanted = Attribute(0, ctypes.cast(ctypes.pointer(private), ctypes.c_void_p), ctypes.sizeof(UL))
key, found = UL(), UL()
call('C_FindObjectsInit', session, ctypes.byref(wanted), UL(1))
call('C_FindObjects', session, ctypes.byref(key), UL(1), ctypes.byref(found))
call('C_FindObjectsFinal', session)
data = open(block, 'rb').read()
rsa_pkcs, result, length = Mechanism(1, None, 0), ctypes.create_string_buffer(512), UL()
init, sign = library.C_SignInit, library.C_Sign
times = []
for _ in range(int(count)):
    length.value = 512
    began = time.perf_counter_ns()
    code = init(session, ctypes.byref(rsa_pkcs), key) or sign(session, data, UL(len(data)), result, ctypes.byref(length))
    times.append(time.perf_counter_ns() - began)
    if code != 0:
        raise RuntimeError(f'C_Sign: {code:#x}')
open(signature, 'wb').write(result.raw[:length.value])
call('C_Finalize', None)
print(json.dumps(times))`;

export interface Pkcs11Token {
  readonly module: string;
  readonly pin: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** @returns milliseconds of each signature; the last one is in the file `signature` */
export async function signLoop(
  lab: LabRun,
  token: Pkcs11Token,
  count: number,
  block: string,
  signature: string,
): Promise<number[]> {
  const args = [token.module, token.pin, String(count), block, signature];
  const said = await lab.run('/usr/bin/python3', ['-c', LOOP, ...args], { environment: token.environment ?? {} });
  return (JSON.parse(said) as number[]).map((nanoseconds) => nanoseconds / 1e6);
}
