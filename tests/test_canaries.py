"""A secret that others see fails its test: each channel and each writing with a leak planted, and what may be seen."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.canaries.sources import Sources
from tests.canaries.spellings import Secret, Table, is_random, spellings
from tests.canaries.watch import Watch, release_selector
from zkdata.capsule.randomness import fresh_integer

HOUSE = Path(__file__).resolve().parents[1]
LEAKS = """
import argparse, http.client, logging, pytest, subprocess, sys, threading, warnings
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
import requests
from zkdata import BuyerKey, Chain, DeviceKey, OwnerKey, Signer
from zkdata.errors import ZkDataError

KEY = OwnerKey.generate()

def test_log():
    logging.getLogger("web3.anything").debug("sending %d", OwnerKey.generate().secret)

def test_log_with_its_error():
    try:
        raise ValueError(hex(KEY.secret))
    except ValueError:
        logging.getLogger("zkdata").exception("something went wrong")

def test_output():
    print(BuyerKey.generate().secret)

def test_output_that_was_read(capsys):
    sys.stderr.write(f"{DeviceKey.generate().seed!r}")
    assert capsys.readouterr().err

def test_error():
    with pytest.raises(ValueError):
        try:
            raise KeyError(Signer.generate().secret.hex())
        except KeyError as fault:
            raise ValueError("no such key") from fault

def test_error_that_nobody_saw():
    ZkDataError("wrong", key=str(KEY.secret))

def test_warning():
    with pytest.warns(UserWarning):
        warnings.warn(f"{KEY.secret:X}")

def test_repr(shown):
    assert shown

def test_arguments_of_a_process():
    subprocess.run(["true", str(KEY.secret)])

def test_environment_of_a_process():
    subprocess.run(["true"], env={"PATH": "/bin:/usr/bin", "SECRET": hex(KEY.secret)})

def test_output_of_a_process():
    subprocess.run(["cat"], input=str(KEY.secret).encode(), stdout=subprocess.PIPE)

def test_arguments_of_a_command():
    argparse.ArgumentParser().parse_known_args(["--key", str(KEY.secret)])

@pytest.fixture
def url():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
        def log_message(self, *_):
            pass
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,)).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()

def test_traffic(url):
    requests.post(url, json={"params": [f"0xaa{KEY.secret:064x}"]})

def test_traffic_of_another_client(url):
    http.client.HTTPConnection(url[7:]).request("POST", "/", KEY.secret.to_bytes(32, "little"))

def test_traffic_to_an_embedded_chain():
    chain = Chain.embedded()
    chain.web3.eth.call({"to": chain.accounts[0], "data": hex(KEY.secret)})

def test_file(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "records.csv").write_text(f"a,{KEY.secret}")

def test_secret_of_another_process(tmp_path):
    make = "from zkdata import OwnerKey; k = OwnerKey.generate(); k.save('key'); print(k.secret)"
    subprocess.run([sys.executable, "-c", make], cwd=tmp_path, stdout=subprocess.PIPE)

def test_clean(tmp_path):
    key = OwnerKey.generate()
    key.save(tmp_path / "key")
    print(key)
    print(OwnerKey(2**200 + 1).secret)

@pytest.mark.seen("output", "for once")
def test_clean_on_purpose():
    print(KEY.secret)

@pytest.mark.seen("log", "not for this")
def test_output_where_only_a_log_was_meant():
    print(KEY.secret)

def test_clean_again():
    print("nothing")
"""
CONFTEST = """
import pytest
from tests.journey_fixtures import new_journey

class Shown:
    def __init__(self):
        self.key = new_journey().capsule.opening.key
    def __repr__(self):
        return f"Shown({self.key})"
Shown.__module__ = "tests.shown"

@pytest.fixture
def shown():
    return Shown()
"""


def run(folder: Path, *options: str) -> str:
    """What pytest says about the planted leaks."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_leaks.py").write_text(LEAKS)
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
    return subprocess.run(
        [*command, *options, "test_leaks.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    ).stdout


def test_every_channel_is_watched(tmp_path: Path) -> None:
    """Each leak of the planted file is seen, by its channel, and nothing else is; without the plugin none is."""
    said = run(tmp_path, "-p", "tests.canaries.plugin")
    names = re.findall(r"^def (test_\w+)", LEAKS, re.MULTILINE)
    assert len(names) == 21
    seen = set(re.findall(r"^ERROR test_leaks\.py::(test_\w+)", said, re.MULTILINE))
    assert seen == {name for name in names if "clean" not in name}, said
    assert len(re.findall(r"^PASSED", said, re.MULTILINE)) == len(names), said
    for word in ("decimal", "hexadecimal", "bytes as Python shows them", "bytes, last first"):
        assert f"in {word}" in said
    assert not re.search(r"secret can be seen by others", run(tmp_path))


@pytest.fixture(scope="module")
def numbers() -> list[int]:
    """Fresh ones, of the widths that secrets have."""
    return [fresh_integer(2 ** (bits - 1), 2**bits) for bits in (128, 248, 253, 256) for _ in range(200)]


@pytest.mark.parametrize("writing", spellings(2**255 - 19))
def test_every_writing_is_found(writing: str, numbers: list[int]) -> None:
    """Wherever it stands, among other secrets, and with anything around it."""
    table = Table()
    for number in numbers:
        table.add(Secret("number", number))
    for number in numbers[::20]:
        written = spellings(number)[writing]
        for before, after in ((b"", b""), (b"x", b"x"), (b"0x" + b"7" * 63, b"\xff" * 9)):
            found = [each.secret.number for each in table.find(before + written + after)]
            assert number in found
            other = written[:-1] + bytes([written[-1] ^ 1])
            assert number not in [each.secret.number for each in table.find(before + other + after)]


def test_nothing_is_found_where_nothing_is(numbers: list[int]) -> None:
    """A megabyte of numbers and bytes by chance holds none of them."""
    table = Table()
    for number in numbers:
        table.add(Secret("number", number))
    others = b"".join(written for _ in range(1000) for written in spellings(fresh_integer(2**247, 2**248)).values())
    assert len(others) > 10**6 and not [*table.find(others)]


@pytest.mark.parametrize(
    "number",
    [0, 5, 2**119, 2**200 + 12345, int.from_bytes(range(1, 33)), int.from_bytes(b"\x42" * 32), int("12345678" * 8, 16)],
)
def test_what_was_made_up_is_not_watched(number: int, numbers: list[int]) -> None:
    """Fixed secrets stand in tests and vectors; whatever was drawn is told from them."""
    assert not is_random(number)
    assert all(map(is_random, numbers))


def released(number: int, *sent: str) -> list[str]:
    """Channels of the leaks, where these were sent, with the secret, and then it was printed."""
    watch = Watch()
    watch.add(Secret("release_secret of Claim", number))
    for text in sent:
        watch.note("traffic", text.format(selector=release_selector().decode(), secret=f"{number:064x}"))
    watch.note("output", str(number))
    watch.look()
    return [leak.channel for leak in watch.leaks]


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ((), ["output"]),
        (("eth_call 0x{selector}00{secret}",), ["output"]),
        (("eth_sendRawTransaction 0x02f9{selector}00{secret}c0",), []),
        (("eth_sendRawTransaction 0x02f900{secret}c0",), ["traffic", "output"]),
        (("eth_call 0x00{secret}", "eth_sendTransaction 0x{selector}{secret}"), ["traffic"]),
    ],
)
def test_where_a_release_secret_may_be(sent: tuple[str, ...], seen: list[str], numbers: list[int]) -> None:
    """In a call of `release` only, and everywhere once it was sent."""
    assert released(numbers[300], *sent) == seen


def test_other_secrets_may_be_in_no_request(numbers: list[int]) -> None:
    """Not even where a release secret may."""
    watch = Watch()
    watch.add(Secret("secret of Signer", numbers[300]))
    watch.note("traffic", f"eth_sendTransaction {release_selector().decode()}{numbers[300]:064x}")
    watch.look()
    assert [leak.kind for leak in watch.leaks] == ["secret of Signer"]


def test_a_leak_is_told_without_the_secret(numbers: list[int]) -> None:
    """The report of a leak is no further one."""
    watch = Watch()
    watch.add(Secret("secret", numbers[0]))
    watch.note("output", f"before {numbers[0]} after")
    watch.look()
    (leak,) = watch.leaks
    assert "before <it> after" in str(leak)
    assert not [each for each in spellings(numbers[0]).values() if each in str(leak).encode()]


@pytest.fixture
def hooked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], set[str]]:
    """Names of the classes whose secrets would be watched."""

    def names() -> set[str]:
        sources = Sources(monkeypatch, lambda secret: None)
        sources.hook()
        return sources.hooked

    return names


def test_every_kind_of_secret_is_watched(hooked: Callable[[], set[str]]) -> None:
    """Keys of devices, owners, buyers, accounts and hardware, capsule keys, and both secrets of a claim."""
    import zkdata.capsule.hardware_key
    import zkdata.proof.claim
    import zkdata.proof.snarkjs
    import zkdata.settlement.signatures  # noqa: F401 - what is not loaded is not hooked

    kinds = {"DeviceKey", "OwnerKey", "BuyerKey", "Signer", "SoftwareP256Key", "Opening", "Claim", "Delivery"}
    assert hooked() >= kinds | {"_contribution"}
