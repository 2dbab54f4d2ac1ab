"""The replies of [MS-RDPESC] 2.2.3, written from the IDL of its appendix A for impacket's NDR.

Reads a line of JSON for each structure and writes one: {"decode": NAME, "octets": HEX} gives its fields,
{"encode": NAME, "fields": {...}} gives its octets. Octets in fields are hex, a NULL pointer is null.
"""
import json
import logging
import struct
import sys

from impacket.dcerpc.v5.dtypes import DWORD, LONG, NULL
from impacket.dcerpc.v5.ndr import NDRPOINTER, NDRSTRUCT, NDRUniConformantArray, NDRUniFixedArray
from impacket.dcerpc.v5.rpcrt import CommonHeader, PrivateHeader

logging.disable(logging.CRITICAL)


class OCTETS(NDRUniConformantArray):
    item = "c"


class POCTETS(NDRPOINTER):
    referent = (("Data", OCTETS),)


def fixed(length):
    class FIXED(NDRUniFixedArray):
        align = 1

        def getDataLen(self, data, offset=0):
            return length

    return FIXED


class REDIR_SCARDCONTEXT(NDRSTRUCT):
    structure = (("cbContext", DWORD), ("pbContext", POCTETS))


class REDIR_SCARDHANDLE(NDRSTRUCT):
    structure = (("Context", REDIR_SCARDCONTEXT), ("cbHandle", DWORD), ("pbHandle", POCTETS))


class ReaderState_Return(NDRSTRUCT):
    structure = (("dwCurrentState", DWORD), ("dwEventState", DWORD), ("cbAtr", DWORD), ("rgbAtr", fixed(36)))


class READER_STATES(NDRUniConformantArray):
    item = ReaderState_Return


class PREADER_STATES(NDRPOINTER):
    referent = (("Data", READER_STATES),)


class SCardIO_Request(NDRSTRUCT):
    structure = (("dwProtocol", DWORD), ("cbExtraBytes", DWORD), ("pbExtraBytes", POCTETS))


class PSCARDIO_REQUEST(NDRPOINTER):
    referent = (("Data", SCardIO_Request),)


def reply(*fields):
    class RETURN(NDRSTRUCT):
        structure = (("ReturnCode", LONG),) + fields

    return RETURN


def counted(count, name, kind=POCTETS):
    return ((count, DWORD), (name, kind))


STRUCTURES = {
    "Long_Return": reply(),
    "EstablishContext_Return": reply(("Context", REDIR_SCARDCONTEXT)),
    "ListReaderGroups_Return": reply(*counted("cBytes", "msz")),
    "ListReaders_Return": reply(*counted("cBytes", "msz")),
    "LocateCards_Return": reply(*counted("cReaders", "rgReaderStates", PREADER_STATES)),
    "GetStatusChange_Return": reply(*counted("cReaders", "rgReaderStates", PREADER_STATES)),
    "Control_Return": reply(*counted("cbOutBufferSize", "pvOutBuffer")),
    "Reconnect_Return": reply(("dwActiveProtocol", DWORD)),
    "Connect_Return": reply(("hCard", REDIR_SCARDHANDLE), ("dwActiveProtocol", DWORD)),
    "State_Return": reply(("dwState", DWORD), ("dwProtocol", DWORD), *counted("cbAtrLen", "rgAtr")),
    "Status_Return": reply(
        *counted("cBytes", "mszReaderNames"),
        ("dwState", DWORD),
        ("dwProtocol", DWORD),
        ("pbAtr", fixed(32)),
        ("cbAtrLen", DWORD),
    ),
    "Transmit_Return": reply(("pioRecvPci", PSCARDIO_REQUEST), *counted("cbRecvLength", "pbRecvBuffer")),
    "GetAttrib_Return": reply(*counted("cbAttrLen", "pbAttr")),
    "ReadCache_Return": reply(*counted("cbDataLen", "pbData")),
    "GetTransmitCount_Return": reply(("cTransmitCount", DWORD)),
    "GetReaderIcon_Return": reply(*counted("cbDataLen", "pbData")),
    "GetDeviceTypeId_Return": reply(("dwDeviceId", DWORD)),
}


def shown(value):
    """A field as JSON has it."""
    if isinstance(value, NDRPOINTER):
        return None if value["ReferentID"] == 0 else shown(value.fields["Data"])
    if isinstance(value, READER_STATES):
        return [shown(each) for each in value["Data"]]
    if isinstance(value, NDRUniConformantArray):
        return b"".join(value["Data"]).hex() if isinstance(value["Data"], list) else value["Data"].hex()
    if isinstance(value, NDRUniFixedArray):
        return bytes(value["Data"]).hex()
    if isinstance(value, NDRSTRUCT):
        return {name: shown(value.fields[name]) for name, _ in value.structure}
    return value["Data"]


def fill(target, fields):
    for name, kind in target.structure:
        value = fields[name]
        if value is None:
            target[name] = NULL
        elif isinstance(value, str):
            target[name] = bytes.fromhex(value)
        elif isinstance(value, list):
            states = []
            for each in value:
                state = ReaderState_Return()
                fill(state, each)
                states.append(state)
            target[name] = states
        elif isinstance(value, dict):
            if issubclass(kind, NDRPOINTER):
                inner = SCardIO_Request()
                fill(inner, value)
                target[name] = inner
            else:
                fill(target.fields[name], value)
        else:
            target[name] = value


def decode(name, octets):
    common = CommonHeader(octets)
    private = PrivateHeader(octets[8:])
    assert (common["Version"], common["Endianness"], common["CommonHeaderLength"]) == (1, 0x10, 8)
    assert common["Filler"] == 0xCCCCCCCC and private["Filler"] == 0
    body = octets[16:]
    assert private["ObjectBufferLength"] == len(body) and len(body) % 8 == 0
    value = STRUCTURES[name]()
    used = value.fromString(body)
    used += value.fromStringReferents(body, used)
    assert 0 <= len(body) - used < 8, "%d octets of %d" % (used, len(body))
    return shown(value)


def encode(name, fields):
    value = STRUCTURES[name]()
    fill(value, fields)
    body = value.getData()
    body += value.getDataReferents(len(body))
    body += bytes(-len(body) % 8)
    return CommonHeader().getData() + struct.pack("<LL", len(body), 0) + body


for line in sys.stdin:
    asked = json.loads(line)
    if "decode" in asked:
        answer = decode(asked["decode"], bytes.fromhex(asked["octets"]))
    else:
        answer = encode(asked["encode"], asked["fields"]).hex()
    print(json.dumps(answer), flush=False)
