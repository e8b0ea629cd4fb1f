"""The table as nft prints it, beside tests/golden/ruleset.nft: a change of a rule is seen."""
import os
import re

from harness import TREE, Lab

GOLDEN = f"{TREE}/tests/golden/ruleset.nft"
TRUSTED = {"trusted": ["02:00:5e:00:00:01", "02:00:5e:00:00:02"]}


def printed(lab):
    """Without what depends on the program that asks."""
    return re.sub(r" # progname.*", "", lab.gate.ruleset())


def golden():
    with open(GOLDEN, encoding="utf-8") as text:
        return "".join(line for line in text if not line.startswith("#"))


def first_difference(ours, theirs):
    lines, others = ours.splitlines(), theirs.splitlines()
    for number, line in enumerate(lines):
        if number >= len(others) or line != others[number]:
            return f"line {number + 1} is {line.strip()!r}, expected " \
                   f"{others[number].strip() if number < len(others) else 'the end'!r}"
    return "lines are missing at the end"


def test_open_is_as_in_the_golden_file():
    with Lab(phones=1, conf=TRUSTED) as lab:
        if os.environ.get("GOLDEN") == "write":
            with open(GOLDEN, "w", encoding="utf-8") as out:
                out.write("# nft list table inet congchao, as congchao-gate makes it; written "
                          "anew by\n# GOLDEN=write tests/net/run ruleset\n" + printed(lab))
        assert printed(lab) == golden(), first_difference(printed(lab), golden())


def test_closed_differs_in_the_owner_alone():
    with Lab(phones=1, conf={"when_down": "closed", **TRUSTED}) as lab:
        expected = golden().replace("\tflags owner\n\n", "")
        assert expected != golden()
        assert printed(lab) == expected, first_difference(printed(lab), expected)


def test_the_limits_of_the_configuration_are_in_the_rules():
    with Lab(phones=1, conf={"portal": {"port": 3080}, "limits": {
            "released": 321, "connections_per_device": 5}}) as lab:
        text = lab.gate.ruleset()
        assert "size 321" in text and "ct count over 5" in text
        assert "redirect to :3080" in text and "2080" not in text
        phone = lab.phone()
        assert phone.fetch()["Location"] == "http://10.77.0.1:3080/"
        assert phone.visit().online and phone.is_online()
