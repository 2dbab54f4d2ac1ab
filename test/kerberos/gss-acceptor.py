"""An acceptor of MIT's GSS-API library, driven line by line: octets in hexadecimal, none as a hyphen."""
import ctypes
import sys

gss = ctypes.CDLL("libgssapi_krb5.so.2")


class Buffer(ctypes.Structure):
    _fields_ = [("length", ctypes.c_size_t), ("value", ctypes.c_void_p)]

    @classmethod
    def of(cls, octets):
        kept = ctypes.create_string_buffer(octets, len(octets) + 1)
        buffer = cls(len(octets), ctypes.cast(kept, ctypes.c_void_p))
        buffer.kept = kept
        return buffer

    def octets(self):
        return ctypes.string_at(self.value, self.length) if self.length else b""


context = ctypes.c_void_p()
minor = ctypes.c_uint32()


def check(what, major):
    if major & 0xFFFF0000:
        text, more = Buffer(), ctypes.c_uint32()
        gss.gss_display_status(ctypes.byref(ctypes.c_uint32()), minor, 2, None, ctypes.byref(more), ctypes.byref(text))
        raise RuntimeError(f"{what}: {major:#x} {text.octets().decode(errors='replace')}")


def accept(token):
    given, answer, name, flags = Buffer.of(token), Buffer(), ctypes.c_void_p(), ctypes.c_uint32()
    check("accept", gss.gss_accept_sec_context(
        ctypes.byref(minor), ctypes.byref(context), None, ctypes.byref(given), None, ctypes.byref(name),
        None, ctypes.byref(answer), ctypes.byref(flags), None, None))
    shown = Buffer()
    check("name", gss.gss_display_name(ctypes.byref(minor), name, ctypes.byref(shown), None))
    return f"{shown.octets().decode()} {flags.value} {answer.octets().hex()}"


def wrap(sealed, message):
    out = Buffer()
    check("wrap", gss.gss_wrap(ctypes.byref(minor), context, sealed, 0, ctypes.byref(Buffer.of(message)), None, ctypes.byref(out)))
    return out.octets().hex()


def unwrap(token):
    out, sealed, quality = Buffer(), ctypes.c_int(), ctypes.c_uint32()
    check("unwrap", gss.gss_unwrap(
        ctypes.byref(minor), context, ctypes.byref(Buffer.of(token)), ctypes.byref(out), ctypes.byref(sealed), ctypes.byref(quality)))
    return f"{sealed.value} {out.octets().hex()}"


def mic(message):
    out = Buffer()
    check("mic", gss.gss_get_mic(ctypes.byref(minor), context, 0, ctypes.byref(Buffer.of(message)), ctypes.byref(out)))
    return out.octets().hex()


def verify(message, token):
    check("verify", gss.gss_verify_mic(
        ctypes.byref(minor), context, ctypes.byref(Buffer.of(message)), ctypes.byref(Buffer.of(token)), None))
    return "right"


for line in sys.stdin:
    command, *arguments = line.split()
    octets = [bytes.fromhex(argument.strip('-')) for argument in arguments]
    try:
        answer = {
            "accept": accept,
            "seal": lambda message: wrap(1, message),
            "sign": lambda message: wrap(0, message),
            "unwrap": unwrap,
            "mic": mic,
            "verify": verify,
        }[command](*octets)
    except RuntimeError as fault:
        answer = f"failed {fault}"
    print(answer, flush=True)
