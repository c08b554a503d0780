"""Numbers of work orders: ``YL-20261126-000017-K``, city code, day, running number, check character.

The check character (ISO 7064, MOD 37-36) catches a wrong digit and two digits in the wrong order, as happens when a
number is read out on the phone. The number says nothing about the matter or the person.
"""

from __future__ import annotations

from datetime import date

from stdnum.iso7064 import mod_37_36

from city.errors import BadInput


def number(code: str, day: date, running: int) -> str:
    """The number of the ``running``-th work order of a day; ``code`` is 2 to 6 capital letters or digits."""
    bare = f"{code}{day:%Y%m%d}{running:06d}"
    return f"{code}-{day:%Y%m%d}-{running:06d}-{mod_37_36.calc_check_digit(bare)}"


def read_number(text: str) -> str:
    """A number as a citizen gives it, with or without the hyphens, put into its form.

    Raises ``BadInput`` where it is none: a digit is wrong, missing or swapped.
    """
    bare = "".join(char for char in text.upper() if char.isascii() and char.isalnum())
    if len(bare) < 17 or not mod_37_36.is_valid(bare):
        raise BadInput(f"{text!r} is no work order number; read it again from the message you got")
    code, rest = bare[:-15], bare[-15:]
    return f"{code}-{rest[:8]}-{rest[8:14]}-{rest[14]}"


def parted(name: str) -> tuple[str, str, int]:
    """The code, day (YYYYMMDD) and running number of a number. Raises ``BadInput`` where it is none."""
    code, day, running, _check = read_number(name).split("-")
    return code, day, int(running)
