"""A host in front of an RDP host: X.224, TLS and CredSSP by hand, Kerberos and SPNEGO by MIT's GSS-API.

Takes one JSON object as its argument, tells what it sees line by line as JSON, and passes on to the host behind it what comes after
CredSSP. The keytab is found by KRB5_KTNAME.
"""
import hashlib
import hmac
import json
import select
import socket
import ssl
import struct
import subprocess
import sys
import threading

import gssapi

SSL, HYBRID, HYBRID_EX = 1, 2, 8
given = json.loads(sys.argv[1])
lock = threading.Lock()


def tell(**facts):
    with lock:
        print(json.dumps(facts), flush=True)


def element(octets, at=0):
    """Tag, content and end of the DER element at an offset."""
    tag, length, start = octets[at], octets[at + 1], at + 2
    if length >= 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(octets[start:start + count], "big"), start + count
    if start + length > len(octets):
        raise ValueError("cut short")
    return tag, octets[start:start + length], start + length


def fields(octets):
    """What the tagged fields of a SEQUENCE hold, by number."""
    tag, content, end = element(octets)
    if tag != 0x30 or end != len(octets):
        raise ValueError("no SEQUENCE, or more than one")
    found, at = {}, 0
    while at < len(content):
        tag, inner, at = element(content, at)
        found[tag & 0x1F] = element(inner)[1] if inner[0] != 0x30 else inner
    return found


def der(tag, *parts):
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = (len(body).bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + len(body).to_bytes(size, "big") + body


def octets_of(number, value):
    return der(0xA0 | number, der(4, value))


def nego_tokens(token):
    return der(0xA1, der(0x30, der(0x30, octets_of(0, token))))


def integer(number, value):
    size = value.bit_length() // 8 + 1
    return der(0xA0 | number, der(2, value.to_bytes(size, "big")))


def exactly(stream, count):
    octets = b""
    while len(octets) < count:
        chunk = stream.recv(count - len(octets))
        if not chunk:
            raise EOFError("the client has gone")
        octets += chunk
    return octets


def ts_request(stream):
    head = exactly(stream, 2)
    if head[1] >= 0x80:
        head += exactly(stream, head[1] & 0x7F)
        length = int.from_bytes(head[2:], "big")
    else:
        length = head[1]
    # What is left of the record that the first octet came in: all of it, if the client keeps to one.
    whole = stream.pending() == length
    found = fields(head + exactly(stream, length))
    return found, whole


def tpkt(stream):
    head = exactly(stream, 4)
    return head + exactly(stream, struct.unpack(">H", head[2:])[0] - 4)


def public_key(certificate):
    """The subjectPublicKey of an RSA certificate, as openssl writes an RSAPublicKey."""
    spki = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"], stdout=subprocess.PIPE, check=True).stdout
    return subprocess.run(["openssl", "rsa", "-pubin", "-RSAPublicKey_out", "-outform", "DER"], input=spki,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def wrap_header(token):
    identifier, flags, _, extra, rotation, number = struct.unpack(">HBBHHQ", token[:16])
    return {"id": identifier, "flags": flags, "ec": extra, "rrc": rotation, "number": number}


def text(octets):
    return None if octets is None else octets.decode("utf-16-le")


def credentials_of(octets):
    outer = fields(octets)
    card = fields(outer[1])
    csp = fields(card[1])
    return {
        "type": outer[0][0], "pin": text(card[0]), "keySpec": csp[0][0], "cardName": text(csp.get(1)),
        "readerName": text(csp.get(2)), "containerName": text(csp.get(3)), "cspName": text(csp.get(4)),
        "userHint": text(card.get(2)), "domainHint": text(card.get(3)),
    }


key = public_key(given["certificate"])


def bound(way, nonce):
    return hashlib.sha256(f"CredSSP {way} Binding Hash".encode() + b"\0" + nonce + key).digest()


def credssp(stream, early):
    version = given.get("version", 6)

    def say(*parts):
        stream.sendall(der(0x30, integer(0, version), *parts))

    context = gssapi.SecurityContext(creds=gssapi.Credentials(usage="accept"), usage="accept")
    records, last = [], b""
    while not context.complete:
        request, whole = ts_request(stream)
        records.append(whole)
        client_version = request[0][0]
        negotiated = context.step(fields(element(request[1])[1])[0])
        if negotiated:
            last = nego_tokens(negotiated)
            say(last)
    request, whole = ts_request(stream)
    records.append(whole)
    nonce = request[5]
    opened = context.unwrap(request[3])
    if not hmac.compare_digest(opened.message, bound("Client-To-Server", nonce)) or not opened.encrypted:
        raise ValueError("the client sees another key")
    answer = octets_of(3, context.wrap(bound("Server-To-Client", nonce), True).message)
    # Some peers repeat their last token and the nonce; it does no harm.
    say(*((last, answer, octets_of(5, nonce)) if given.get("repeats") else (answer,)))
    sealed, whole = ts_request(stream)
    records.append(whole)
    opened = context.unwrap(sealed[2])
    tell(credentials=credentials_of(opened.message), client=str(context.initiator_name), version=client_version,
         flags=int(context.actual_flags), sealed=opened.encrypted, records=records,
         tokens=[wrap_header(request[3]), wrap_header(sealed[2])], early=early)
    status = given.get("status")
    if status is not None:
        say(integer(4, status))
        raise ValueError("told to refuse")
    if early:
        stream.sendall(struct.pack("<I", given.get("authorization", 0)))


def pass_on(client, host):
    """Both ways, in one thread: an SSL object is not for two."""
    other = {client: host, host: client}
    while True:
        ready = [end for end in other if end.pending()] or select.select(list(other), [], [])[0]
        for end in ready:
            chunk = end.recv(65536)
            if not chunk:
                return
            other[end].sendall(chunk)


def behind(stream, request):
    """The same negotiation with the host behind, which does without CredSSP; then octets in both directions."""
    plain = socket.create_connection(("127.0.0.1", given["behind"]))
    plain.sendall(request)
    tpkt(plain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    # In TLS 1.3 a host may have something to say that is no data: whoever waits for data then waits for ever.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with context.wrap_socket(plain) as host:
        try:
            pass_on(stream, host)
        except OSError:
            pass  # whoever hangs up may do so in any way


def serve(client):
    try:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = tpkt(client)
        offered = struct.unpack("<I", request[-4:])[0]
        early = bool(offered & HYBRID_EX) and given.get("early", True)
        chosen = SSL if given.get("tlsAlone") else HYBRID_EX if early else HYBRID
        client.sendall(bytes.fromhex("03000013 0ed00000123400 02 00 0800") + struct.pack("<I", chosen))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given["certificate"], given["key"])
        stream = context.wrap_socket(client, server_side=True)
        if chosen != SSL:
            credssp(stream, early)
        if "behind" in given:
            behind(stream, request)
        else:
            exactly(stream, 1)
        stream.close()
    except Exception as fault:  # whatever it is, the scenario is to hear of it
        tell(fault=f"{type(fault).__name__}: {fault}")
        client.close()


listener = socket.create_server((given["address"], given["port"]))
tell(listening=given["port"])
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
