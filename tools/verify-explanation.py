#!/usr/bin/env python3
"""Computes the amount in an explanation file again, with nothing but the file and Python's standard library.

    voortgang funding explain r1 16SW03 --export 16SW03.json
    tools/verify-explanation.py 16SW03.json

It starts from the leaves (parameters and inputs), computes every step of every formula with exact fractions, rounds,
spreads and adds up, and holds each outcome against what the file says. It was written apart from the service, to be
read in five minutes. The members of the file are described in services/funding/README.md.
Exit status: 0 everything agrees, 1 something differs, 2 the file is no explanation.
"""

import hashlib
import json
import math
import sys
from fractions import Fraction

ABSENT = ("absent",)  # A value that is not known; never 0.
faults = 0


def check(agrees, what, otherwise=""):
    global faults
    faults += not agrees
    print(("ok     " if agrees else "WRONG  ") + what + ("" if agrees else f": {otherwise}"))


def read(value):
    """{"number": "2/37"} to a Fraction, {"text": "bo"} to "bo", {"absent": "suppressed"} to ABSENT."""
    (kind, content), = value.items()
    if kind == "number":
        return Fraction(content)
    if kind == "list":
        return [read(item) for item in content]
    if kind == "map":
        return {key: read(item) for key, item in content.items()}
    return ABSENT if kind == "absent" else content


def rounded(number, places, rule):
    """`number` to `places` decimals. The rules are those of commercial life, and half_even."""
    scaled = abs(number) * Fraction(10) ** places
    whole, rest = scaled // 1, scaled % 1
    away = {"half_away_from_zero": rest >= Fraction(1, 2), "down": False, "up": rest > 0,
            "half_even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1),
            "floor": rest > 0 and number < 0, "ceiling": rest > 0 and number > 0}[rule]
    return (whole + away) / Fraction(10) ** places * (-1 if number < 0 else 1)


NUMBERS = {
    "*": math.prod, "+": sum, "sum": sum, "min": min, "max": max,
    "-": lambda n: -n[0] if len(n) == 1 else n[0] - n[1],
    "/": lambda n: n[0] / n[1], "%": lambda n: n[0] - n[1] * math.trunc(n[0] / n[1]),
    "<": lambda n: n[0] < n[1], "<=": lambda n: n[0] <= n[1], ">": lambda n: n[0] > n[1], ">=": lambda n: n[0] >= n[1],
    "floor": lambda n: Fraction(math.floor(n[0])), "ceil": lambda n: Fraction(math.ceil(n[0])), "abs": lambda n: abs(n[0]),
    "round": lambda n: rounded(n[0], int(n[1]) if len(n) > 1 else 0, "half_away_from_zero"),
}


def apply(op, node, parts, leaves):
    if op == "name" and parts:  # A definition; its steps are shown where it is first used.
        leaves[node["name"]] = parts[0]
    if op in ("name", "population"):
        return leaves[node["name"]] if node["name"] in leaves else read(node["value"])
    if op == "literal":
        return read(node["value"])
    if op == "has":
        return parts[0] != ABSENT
    if op == "orValue":
        return parts[-1] if parts[0] == ABSENT else parts[0]
    if op in ("&&", "||"):
        decisive = op == "||"
        return decisive if decisive in parts else ABSENT if ABSENT in parts else not decisive
    if ABSENT in parts:
        return ABSENT
    if op == "?:":
        return parts[-1]  # Only the branch that was chosen is in the file.
    if op == "list":
        return parts
    if op == "lookup":
        return parts[0].get(parts[1], ABSENT) if isinstance(parts[0], dict) else ABSENT
    if op == "!":
        return not parts[0]
    if op in ("==", "!="):
        return (parts[0] == parts[1]) == (op == "==")
    if op == "in":
        return parts[0] in parts[1]
    if op in NUMBERS:
        return NUMBERS[op](parts[0] if len(parts) == 1 and isinstance(parts[0], list) else parts)
    print("?      the step '" + node["formula"] + "' is taken as the file has it")
    return read(node["value"])


def compute(name, node, leaves):
    """The value of a step by its parts; complains if the file says another."""
    parts = [compute(name, part, leaves) for part in node.get("parts", [])]
    value = apply(node["op"], node, parts, leaves)
    if value != read(node["value"]):
        check(False, f"{name}: {node['formula']}", f"the file says {read(node['value'])}, computing gives {value}")
    return value


def fields_of(form):
    """The scheme as it was digested: fields of a letter, a length, a colon and so many bytes."""
    fields, data = [], form.encode()
    while data:
        letter, rest = data[:1].decode(), data[1:]
        length, rest = rest.split(b":", 1)
        fields.append((letter, rest[:int(length)].decode()))
        data = rest[int(length):]
    return fields


def has_record(fields, kind, name, contents):
    """Whether the scheme has a record of this kind and name that holds all of `contents`."""
    for i in range(len(fields) - 1):
        if fields[i] == ("R", kind) and fields[i + 1][1] == name:
            rest = fields[i + 1:]
            end = next((j for j, field in enumerate(rest) if field == ("R", kind)), len(rest))
            return set(contents) <= {content for _, content in rest[:end]}
    return False


def check_payments(name, component, amount):
    left, payments, rounding = amount, component["payments"], component["payment_rounding"]
    for number, payment in enumerate(payments, 1):
        share = rounded(amount * Fraction(payment["share"], payment["of"]), rounding["decimals"], rounding["rule"])
        share = max(min(share, left), 0) if amount >= 0 else min(max(share, left), 0)
        if number == len(payments):
            share = left
        left -= share
        check(share == Fraction(payment["amount"]), f"{name}: payment {number} of {len(payments)}: {share}",
              f"the file says {payment['amount']}")


def share_of_pot(component, value, code):
    """A part of a pot: who takes what rounding leaves is a figure over all recipients."""
    share, rounding = component["share"], component["rounding"]
    if component["distribution"]["remainder"] != "largest_remainder":
        mine = code == share["last"]
        return Fraction(share["rest"]) if mine else rounded(value, rounding["decimals"], rounding["rule"])
    down = rounded(value, rounding["decimals"], "down")
    lost = abs(value - down)
    if "cutoff" not in share or (lost, share["last"]) < (Fraction(share["cutoff"]), code):
        return down
    return down + Fraction(1, 10 ** rounding["decimals"]) * (1 if Fraction(share["pot"]) >= 0 else -1)


def check_component(component, fields, leaves, code):
    """What the component adds to the amount."""
    name, condition = component["name"], component["condition"]
    contents = [condition, component["formula"], component["legal_reference"]]
    check(has_record(fields, "component", name, contents + list(component.get("distribution", {}).values())),
          f"{name}: the formula is in the scheme", "the scheme does not have it so")
    holds = not condition or compute(name, component["condition_steps"], leaves) is True
    if "undetermined" in component:
        print(f"ok     {name}: undetermined: {component['undetermined']}")
        return None
    check(holds == component["applies"], f"{name}: {'applies' if component['applies'] else 'does not apply'}",
          "its condition says otherwise")
    if not component["applies"]:
        return Fraction(0)
    value, rounding = compute(name, component["formula_steps"], leaves), component["rounding"]
    check(value == Fraction(component["unrounded"]), f"{name}: {component['formula']} = {value}",
          f"the file says {component['unrounded']}")
    amount = rounded(value, rounding["decimals"], rounding["rule"])
    if "distribution" in component:
        amount = share_of_pot(component, value, code)
    check(amount == Fraction(component["amount"]), f"{name}: rounded, {rounding['rule']}: {component['amount']}",
          f"computing gives {amount}")
    if "payments" in component:
        check_payments(name, component, amount)
    return amount


def verify(text):
    file = json.loads(text)
    if file["format"] != "voortgang.funding.explanation" or file["version"] != 1:
        raise ValueError("another format or version")
    check(json.dumps(file, indent=2, sort_keys=True, ensure_ascii=False) + "\n" == text, "the file is written as it was made",
          "it has been edited, or saved by another program")
    content = {key: value for key, value in file.items() if key != "digest"}
    line = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    check(hashlib.sha256(line.encode()).hexdigest() == file["digest"], "the digest of the file",
          "its content is not what was digested")
    form = file["scheme"]["digested_form"]
    check(hashlib.sha256(form.encode()).hexdigest() == file["scheme"]["digest"], "the digest of the scheme",
          "the scheme in this file is not the one that was published under it")
    fields, leaves = fields_of(form), {}
    for parameter in file["parameters"]:
        leaves[parameter["name"]] = read(parameter["value"])
        contents = [parameter["unit"], parameter["legal_reference"]]
        for dated in parameter.get("dated", [parameter]):
            table = dated["value"].get("map", {})
            contents += [dated["from"]] if "from" in dated else []
            contents += list(table) + [entry["number"] for entry in table.values()] or [dated["value"]["number"]]
        check(has_record(fields, "parameter", parameter["name"], contents),
              f"parameter {parameter['name']} is in the scheme", "the scheme does not have it so")
    for definition in file["definitions"]:
        check(has_record(fields, "definition", definition["name"], [definition["formula"]]),
              f"definition {definition['name']} is in the scheme", "the scheme does not have it so")
    for aggregate in file["aggregates"]:
        print(f"?      {aggregate['name']} is over all recipients, and taken as the file has it")
    for fact in file["inputs"] + file["aggregates"]:
        leaves[fact["name"]] = value = read(fact["value"])
        if "branches" in fact:
            branches = [read(branch["value"]) for branch in fact["branches"]]
            total = ABSENT if ABSENT in branches else sum(branches)
            check(value == total, f"input {fact['name']} is the sum of {len(branches)} branches", f"they add up to {total}")
    amounts = [check_component(component, fields, leaves, file["recipient"]["name"].split("/")[1]) for component in file["components"]]
    if None in amounts:
        check("amount" not in file, "there is no amount, for a component is undetermined", "the file has one")
    else:
        check(sum(amounts) == Fraction(file["amount"]), f"the components add up to {file['amount']}",
              f"they add up to {sum(amounts)}")
    print(f"{file['recipient']['title']}: " + ("everything agrees." if not faults else f"{faults} differences."))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        verify(open(sys.argv[1], encoding="utf-8", newline="").read())
    except (OSError, KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError, RecursionError) as error:
        print(f"{sys.argv[1]} is no explanation of an amount: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(2)
    sys.exit(1 if faults else 0)
