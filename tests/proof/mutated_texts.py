"""Other texts around a JSON value: no JSON, more than one value, two meanings, or more than is read."""

import gzip
import json
from collections.abc import Callable

MEBIBYTE = 2**20


def holding(text: str, raw: str) -> str:
    """The value with one thing more inside: an unknown member of an object, a last item of a list."""
    return text[:-1] + ("," + raw + "]" if text.endswith("]") else ',"x":' + raw + "}")


def first_point_again(text: str, first: str) -> bytes:
    """An object with its first point twice, the first letter of its name now `first`; a list with such an object."""
    if text.startswith("["):
        return holding(text, f'{{"p":1,"{first}":1}}').encode()
    name, value = next((name, value) for name, value in json.loads(text).items() if isinstance(value, list))
    first = first if name.startswith("p") else first.replace("p", "v").replace("70", "76")
    return (text[:-1] + f',"{first}{name[1:]}":{json.dumps(value)}}}').encode()


TEXTS: dict[str, Callable[[str], bytes]] = {
    "a key twice, with one value": lambda text: first_point_again(text, "p"),
    "a key twice, once escaped": lambda text: first_point_again(text, "\\u0070"),
    "a key twice, deep inside": lambda text: holding(text, '{"y":{"z":1,"z":1}}').encode(),
    "100,000 lists deep": lambda text: b"[" * 10**5,
    "100,000 lists deep and closed": lambda text: b"[" * 10**5 + b"]" * 10**5,
    "100,000 objects deep": lambda text: b'{"a":' * 10**5,
    "an unknown thing 100,000 deep": lambda text: holding(text, "[" * 10**5 + "]" * 10**5).encode(),
    "an unknown thing 20 deep": lambda text: holding(text, "[" * 20 + "]" * 20).encode(),
    "a string of 5 MiB": lambda text: holding(text, '"' + "y" * 5 * MEBIBYTE + '"').encode(),
    "5 MiB of blanks": lambda text: text.encode() + b" " * 5 * MEBIBYTE,
    "a million items": lambda text: holding(text, "[" + "0," * 10**6 * 3 + "0]").encode(),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, little-endian, no mark": lambda text: text.encode("utf-16-le"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "gzip": lambda text: gzip.compress(text.encode(), mtime=0),
    "a byte that is not UTF-8 in front": lambda text: b"\xff" + text.encode(),
    "a byte that is not UTF-8 in every name": lambda text: text.replace('"', '"\xff').encode("latin-1"),
    "text behind": lambda text: text.encode() + b"x",
    "NUL behind": lambda text: text.encode() + b"\0",
    "itself again": lambda text: text.encode() * 2,
    "a line of its own each": lambda text: text.encode() + b"\n" + text.encode(),
    "a comment": lambda text: text.encode() + b"// proof",
    "a comma before the end": lambda text: (text[:-1] + "," + text[-1]).encode(),
    "cut in the middle": lambda text: text[: len(text) // 2].encode(),
    "cut before the end": lambda text: text[:-1].encode(),
    "single quotes": lambda text: text.replace('"', "'").encode(),
    "NaN inside": lambda text: holding(text, "NaN").encode(),
    "Infinity inside": lambda text: holding(text, "Infinity").encode(),
    "undefined inside": lambda text: holding(text, "undefined").encode(),
    "a lone surrogate inside": lambda text: holding(text, '"\\ud800"').encode(),
    "surrogates in the wrong order inside": lambda text: holding(text, '"\\udc00\\ud800"').encode(),
    "an unknown escape inside": lambda text: holding(text, '"\\x41"').encode(),
    "a control character inside": lambda text: holding(text, '"\n"').encode(),
    "in a list": lambda text: f"[{text}]".encode(),
    "in a string": lambda text: json.dumps(text).encode(),
    "in a function call": lambda text: f"verify({text})".encode(),
    "nothing": lambda text: b"",
    "blanks": lambda text: b" \n\t",
    "null": lambda text: b"null",
    "a number": lambda text: b"1",
    "an empty object": lambda text: b"{}",
}
"""From the text of a sound file to bytes in its place."""
