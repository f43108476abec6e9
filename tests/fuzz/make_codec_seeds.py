#!/usr/bin/env python3
"""Writes the seeds of the codec fuzzers from the captured messages and value vectors in tests/.

A seed is one byte of switches (1 base names, 2 new LOB form, from 4 on the character set: 0 UTF-8, 1 GB18030, 2 EUC-KR)
and the bytes of a peer. Usage: make_codec_seeds.py (from anywhere; the corpora lie beside it).
"""
import json
import pathlib
import re
import struct

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
NEW_LOB = 2
MAX_SEED = 1200


def write(area, name, switches, data):
    name = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").lower()
    (HERE / area / "corpus" / name).write_bytes(bytes([switches]) + data)


def frame(code, area, body, result=0, handle=1):
    header = bytearray(64)
    struct.pack_into("<iHii", header, 0, handle, code, len(body), result)
    header[20:20 + len(area)] = area
    check = 0
    for byte in header[:19]:
        check ^= byte
    header[19] = check
    return bytes(header) + body


def requests():
    seen = {}
    sources = ["vectors/message-vectors.json"] + ["captures/%s.json" % d for d in ("go", "node", "jdbc", "dmpython")]
    for source in sources:
        for message in json.loads((TESTS / source).read_text()):
            data = bytes.fromhex(message["header"] + message["body"])
            if len(data) > MAX_SEED or data in seen:
                continue
            seen[data] = True
            old = "old lob" in message["message"] or "newLob=false" in message["message"]
            switches = 0 if old else NEW_LOB
            label = "%s %d %s %d" % (pathlib.Path(source).stem, message["code"], message["message"][:30], len(seen))
            write("server_codec", label, switches, data)


def column(type_id, precision, scale, type_name, base_name=None):
    name = b"C"
    text = type_name.encode()
    lob = type_id in (12, 19)
    data = struct.pack("<iiiihihhhhh", type_id, precision, scale, 1, 2 if lob else 0, 0, 1, len(name), len(text), 0, 0)
    data += name + text
    if base_name is not None:
        data += struct.pack("<H", len(base_name)) + base_name
    if lob:
        data += struct.pack("<ih", 1000, 2)
    return data


def row(values):
    head = 10 + 2 * len(values)
    offsets, data = b"", b""
    for value in values:
        offsets += struct.pack("<H", head + len(data))
        data += value
    return struct.pack("<Hq", head + len(data), 1) + offsets + data


def execute_response(kind, columns, rows, affected, body_before=b"", printed=0, outs=0, parts=0, result=0, after=b""):
    area = bytearray(44)
    struct.pack_into("<hhqHBii", area, 0, kind, len(columns), affected, outs, 0, len(rows), printed)
    area[39] = parts
    return frame(0, bytes(area), body_before + b"".join(columns) + b"".join(rows) + after, result)


def responses():
    session = {
        "startup": "00000000e4006500000000000000000000000081000000000100000001000000000000000000000001010000000000010800" + "00" * 14
                   + "00" * 16 + "09000000382e312e332e313430ffffffff40000000"
                   + "6b030d012fefbf67d7b902dd60ff3ca2f26f751ce0f977a6cee385d4e358012b"
                   + "d172cd93175626b3a30a398210637cf947f3491ef45dac4a27de8dd410db7ff5",
        "login": "00000000a3007900000000000000000000000" + "0da" + "002000000000000001010000000100000004" + "0000e0010001000000000000" + "00" * 14
                 + "00" * 16 + "08000000444d53455256455206000000535953444241100000003a3a666666663a3132372e302e302e31"
                 + "13000000323032362d30352d31312031303a31313a3132" + "00" * 16 + "0600000044414d454e47" + "0807060504030201" + "00" * 6,
        "error": "00000000bb00240000003bf6ffff000000000052" + "00" * 44 + "00" * 12 + "140000006261645f757365725f6f725f70617373776f7264",
    }
    for name, text in session.items():
        write("client_codec", name, NEW_LOB, bytes.fromhex(text))
    done = {}
    for vector in json.loads((TESTS / "vectors/type-vectors.json").read_text()):
        if vector["direction"] != "row" or len(vector["wire"]) > 400:
            continue
        old = "old" in vector.get("note", "") and "form" in vector.get("note", "")
        gb = vector.get("encoding") == "GB18030"
        key = (vector["type"], old, gb)
        done[key] = done.get(key, 0) + 1
        if done[key] > 3:
            continue
        switches = (0 if old else NEW_LOB) | (4 if gb else 0)
        descriptor = column(vector["type_id"], vector["precision"], vector["scale"], vector["type"])
        data = execute_response(160, [descriptor], [row([bytes.fromhex(vector["wire"])])], 1)
        write("client_codec", "row %s %s%s %d" % (vector["type"], "old " if old else "", "gb" if gb else "", done[key]), switches, data)
    number = struct.pack("<Hi", 4, 7)
    integer = column(7, 4, 0, "INTEGER")
    with_base = column(7, 4, 0, "INTEGER", b"ID")
    write("client_codec", "rows of two", NEW_LOB, execute_response(160, [integer, integer], [row([number, number]), row([number, b"\xfe\xff"])], 2))
    write("client_codec", "base names", NEW_LOB | 1, execute_response(160, [with_base], [row([number])], 1))
    write("client_codec", "printed and out", NEW_LOB, execute_response(162, [], [], 0, b"hello" + number + b"\xfe\xff" + struct.pack("<Hi", 0xFFFF, 3) + b"abc", 5, 3))
    counts = struct.pack("<iqq", 2, 1, 1)
    write("client_codec", "insert counts keys", NEW_LOB, execute_response(157, [], [], 2, parts=3, after=counts + counts))
    write("client_codec", "batch failures", NEW_LOB, execute_response(157, [], [], 1, parts=1, result=121, after=counts + struct.pack("<iiiiH", 0, 1, 1, -6602, 2) + b"no"))
    write("client_codec", "explain", NEW_LOB, execute_response(149, [], [], 0, after=struct.pack("<i", 4) + b"plan"))
    write("client_codec", "schema", NEW_LOB, execute_response(153, [], [], 0, after=struct.pack("<i", 6) + b"SYSDBA"))
    write("client_codec", "time zone", NEW_LOB, execute_response(165, [], [], 0, after=struct.pack("<h", 480)))
    write("client_codec", "format", NEW_LOB, execute_response(251, [], [], 0, after=b"\x0aYYYY-MM-DD"))
    write("client_codec", "isolation", NEW_LOB, execute_response(166, [], [], 0, after=struct.pack("<hB", 1, 0)))
    write("client_codec", "fetch", NEW_LOB, frame(187, struct.pack("<qi", 2, 2), row([number]) + row([number])))
    write("client_codec", "lob length", NEW_LOB, frame(187, b"", struct.pack("<I", 70000)))
    write("client_codec", "lob long length", NEW_LOB, frame(187, b"", struct.pack("<q", 1 << 33)))
    write("client_codec", "lob piece", NEW_LOB, frame(187, b"", struct.pack("<BIhii", 1, 3, 5, 6, 7) + b"abc" + struct.pack("<I", 3)))
    write("client_codec", "lob written", NEW_LOB, frame(187, b"", struct.pack("<iqhihii", 3, 42, 0, 1234, 0, 1234, 0)))
    write("client_codec", "lob cut", NEW_LOB, frame(187, b"", struct.pack("<Iq", 9, 42)))
    parameter = column(2, 8188, 0, "VARCHAR")
    write("client_codec", "prepare", NEW_LOB, frame(187, struct.pack("<hHhqi", 160, 1, 1, 0, 0)[:18], parameter + integer))
    write("client_codec", "allocate", NEW_LOB, frame(187, b"\x01", b"", handle=2))
    write("client_codec", "simple twice", NEW_LOB, frame(187, b"", b"") * 2)


def main():
    for area in ("client_codec", "server_codec"):
        corpus = HERE / area / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for seed in corpus.iterdir():
            seed.unlink()
    requests()
    responses()


main()
