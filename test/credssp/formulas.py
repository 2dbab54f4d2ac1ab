"""The formulas of CredSSP in another hand: hashes and HMACs by hashlib, AES by openssl, DER and rotation by hand.

Reads one JSON object, writes another; octets are hexadecimal.
"""
import hashlib
import hmac
import json
import struct
import subprocess
import sys


def aes_cbc(key, octets):
    done = subprocess.run(
        ["openssl", "enc", f"-aes-{len(key) * 8}-cbc", "-K", key.hex(), "-iv", "00" * 16, "-nopad"],
        input=octets, stdout=subprocess.PIPE, check=True)
    return done.stdout


def cts(key, octets):
    """CBC-CS3 of RFC 3962 5 for more than one block."""
    short = len(octets) % 16 or 16
    blocks = aes_cbc(key, octets + bytes(16 - short))
    return blocks[:-32] + blocks[-16:] + blocks[-32:-16][:short]


def n_fold(octets, length):
    """RFC 3961 5.1, with numbers of as many bits as there are."""
    bits = len(octets) * 8
    number = int.from_bytes(octets, "big")
    from math import gcd
    common = len(octets) * length // gcd(len(octets), length)
    stream = 0
    for i in range(common // len(octets)):
        by = 13 * i % bits
        turned = (number >> by) | ((number << (bits - by)) & ((1 << bits) - 1))
        stream = stream << bits | turned
    total, width = 0, length * 8
    while stream:
        total += stream & ((1 << width) - 1)
        stream >>= width
    while total >> width:
        total = (total & ((1 << width) - 1)) + (total >> width)
    return total.to_bytes(length, "big")


def derived(etype, key, usage, kind):
    label = struct.pack(">IB", usage, kind)
    if etype in (17, 18):
        block, out = n_fold(label, 16), b""
        while len(out) < len(key):
            block = aes_cbc(key, block)
            out += block
        return out[:len(key)]
    hashed, bits = {19: ("sha256", 128), 20: ("sha384", 256 if kind == 0xAA else 192)}[etype]
    return hmac.new(key, b"\0\0\0\1" + label + b"\0" + struct.pack(">I", bits), hashed).digest()[:bits // 8]


def wrap(etype, key, acceptor, subkey, number, message, confounder):
    flags = 2 | (1 if acceptor else 0) | (4 if subkey else 0)
    header = lambda rrc: struct.pack(">HBBHHQ", 0x0504, flags, 0xFF, 0, rrc, number)
    usage = 22 if acceptor else 24
    plain = confounder + message + header(0)
    cipher = cts(derived(etype, key, usage, 0xAA), plain)
    ki = derived(etype, key, usage, 0x55)
    hashed, size = {17: ("sha1", 12), 18: ("sha1", 12), 19: ("sha256", 16), 20: ("sha384", 24)}[etype]
    body = cipher + hmac.new(ki, plain if etype in (17, 18) else bytes(16) + cipher, hashed).digest()[:size]
    by = 16 + size
    return header(by) + body[-by:] + body[:-by]


def der(tag, *parts):
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def text(number, value):
    return b"" if value is None else der(0xA0 | number, der(4, value.encode("utf-16-le")))


def credentials(pin, keySpec, readerName, containerName, providerName, userHint, domainHint):
    csp = der(0x30, der(0xA0, der(2, bytes([keySpec]))), text(2, readerName), text(3, containerName), text(4, providerName))
    card = der(0x30, text(0, pin), der(0xA1, csp), text(2, userHint), text(3, domainHint))
    return der(0x30, der(0xA0, der(2, b"\2")), der(0xA1, der(4, card)))


given = json.load(sys.stdin)
nonce, key = bytes.fromhex(given["nonce"]), bytes.fromhex(given["key"])
bound = lambda way: hashlib.sha256(f"CredSSP {way} Binding Hash".encode() + b"\0" + nonce + key).hexdigest()
tokens = [
    wrap(t["etype"], bytes.fromhex(t["key"]), t["acceptor"], t["subkey"], t["number"], bytes.fromhex(t["message"]),
         bytes.fromhex(t["confounder"])).hex()
    for t in given["tokens"]
]
json.dump({
    "client": bound("Client-To-Server"),
    "server": bound("Server-To-Client"),
    "tokens": tokens,
    "credentials": [credentials(**each).hex() for each in given["credentials"]],
}, sys.stdout)
