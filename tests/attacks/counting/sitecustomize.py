"""Put on the path of a served backend: writes a line for every hash that its processor works on.

Work on passwords is what an attacker times; the lines say how much of it there was, without a clock. A line holds
which way (`hash` or `verify`) and the parameters, never a password or a digest.
"""

import os

import argon2

_SINK = os.open(os.environ["ATTACKS_HASHES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_hash, _verify = argon2.PasswordHasher.hash, argon2.PasswordHasher.verify


def _note(way, hasher):
    line = f"{way} m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}\n"
    os.write(_SINK, line.encode())


def _counted_hash(self, password, **options):
    _note("hash", self)
    return _hash(self, password, **options)


def _counted_verify(self, hash, password):  # noqa: A002 - the name that argon2 gives it
    used = argon2.extract_parameters(hash.decode() if isinstance(hash, bytes) else hash)
    _note("verify", used)
    return _verify(self, hash, password)


argon2.PasswordHasher.hash = _counted_hash
argon2.PasswordHasher.verify = _counted_verify
